"""What is the user's key for a source, and how is it kept out of every text?

A key comes from the caller, else from ``INFRAPLAN_KEY_<SOURCE>``, else from the keyring's service
"infraplan". It is put into a request only; texts, logs and errors show ``{key}``.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, quote_plus

from infraplan import settings
from infraplan.errors import DownloadError
from infraplan.sources.wanted import KEY_FIELD

try:
    import keyring
    from keyring.errors import KeyringError
except ImportError:  # the extra "keys" is not installed
    keyring = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Key", "key_of", "scrubbed_logs"]

_SERVICE: Final = "infraplan"
_LOGGERS: Final = (
    "httpx",
    "httpcore",
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpcore.socks",
)


@dataclass(frozen=True, slots=True)
class Key:
    """A user's key that shows itself in no text form; an empty one stands for no key."""

    _value: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        """Tell whether there is a key."""
        return bool(self._value)

    def put_into(self, address: str) -> str:
        """Return an address with the key in the place of ``{key}``."""
        return address.replace(KEY_FIELD, quote(self._value, safe=""))

    def is_in(self, text: str) -> bool:
        """Tell whether a text holds the key, plain or percent-encoded, in any case."""
        folded = text.casefold()
        return any(form.casefold() in folded for form in self._forms())

    def hide(self, text: str) -> str:
        """Return a text with ``{key}`` wherever the key stood."""
        for form in self._forms():
            text = text.replace(form, KEY_FIELD)
        return text

    def _forms(self) -> Sequence[str]:
        if not self._value:
            return ()
        forms = {self._value, quote(self._value, safe=""), quote(self._value)}
        forms |= {quote_plus(self._value), repr(self._value)[1:-1]}
        return sorted(forms, key=lambda form: (-len(form), form))


def key_of(source: str, keys: Mapping[str, str]) -> Key:
    """Return the user's key for a source.

    Parameters
    ----------
    source
        Key of ``catalog/public_sources.csv``.
    keys
        Keys that the caller gives; they come before the environment and the keyring.

    Raises
    ------
    DownloadError
        If there is none, or it holds blanks; the message says how to set it.
    """
    name = source.lower()
    variable = f"{settings.KEY_PREFIX}{source.upper().replace('-', '_')}"
    environment = settings.load().keys
    found = (
        keys.get(source, "").strip()
        or environment.get(name, "")
        or environment.get(name.replace("-", "_"), "")
        or _of_keyring(source)
    )
    if not found:
        raise DownloadError(
            f"{source} needs your own key, and none is set. Remedy: get one from the source's web "
            f"site and set it in the environment variable {variable}, or keep it with `keyring set "
            f"{_SERVICE} {source}` (needs the extra: pip install 'infraplan[keys]')."
        )
    if not found.isascii() or not found.isprintable() or " " in found:
        raise DownloadError(
            f"The key for {source} holds a blank or a character that no key has. Remedy: set "
            f"{variable} to the key alone, as the source shows it."
        )
    return Key(found)


def _of_keyring(source: str) -> str:
    """Return the key that the system's keyring holds; empty where it has none or is locked."""
    if keyring is None:
        return ""
    try:
        return (keyring.get_password(_SERVICE, source) or "").strip()
    except KeyringError:
        return ""


class _Scrub(logging.Filter):
    """Puts ``{key}`` into records in the place of keys."""

    def __init__(self, keys: Sequence[Key]) -> None:
        super().__init__()
        self._keys = tuple(keys)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite a record that holds a key; let every record pass."""
        said = record.getMessage()
        clean = said
        for key in self._keys:
            clean = key.hide(clean)
        if clean != said:
            record.msg, record.args = clean, ()
        return True


@contextmanager
def scrubbed_logs(keys: Sequence[Key]) -> Iterator[None]:
    """Keep keys out of what the HTTP client logs, for as long as the block runs."""
    scrub = _Scrub([key for key in keys if key])
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addFilter(scrub)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(scrub)
