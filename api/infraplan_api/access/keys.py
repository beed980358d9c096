"""What is an access key made of, and how is it known again without being kept?"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

__all__ = ["SCOPES", "Caller", "Issued", "Key", "digest", "is_same", "issue", "parse"]

SCOPES: Final = ("plan", "admin")
"""What a key may be good for: to try masts and start jobs; to see what everybody did."""

_SECRET_BYTES: Final = 32
_ID_BYTES: Final = 5
_FORM: Final = re.compile(r"ipk_([0-9a-f]{10})_([A-Za-z0-9_-]{43})")
"""So that a scanner of repositories can know a key for what it is."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Attributes
    ----------
    key_id
        The part of the key that may be shown and logged.
    name
        The name it was given for.
    scopes
        What it may do, of :data:`SCOPES`.
    """

    key_id: str
    name: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Issued:
    """A key just made: the only time that its text is known.

    Attributes
    ----------
    text
        What the caller sends in the header; 256 random bits behind its identifier.
    key_id
        Its identifier.
    digest
        What is kept of it.
    """

    text: str
    key_id: str
    digest: bytes


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is kept, without its secret.

    Attributes
    ----------
    key_id, name, scopes
        As of a :class:`Caller`.
    created_s, expires_s
        When it was made and ends, seconds since 1970 (UTC).
    revoked_s, last_used_s
        When it was taken back, when it was last good for something (to the minute); None for never.
    """

    key_id: str
    name: str
    scopes: tuple[str, ...]
    created_s: int
    expires_s: int
    revoked_s: int | None
    last_used_s: int | None

    def state(self, now_s: int) -> str:
        """Return ``valid``, ``expired`` or ``revoked``."""
        if self.revoked_s is not None:
            return "revoked"
        return "expired" if now_s >= self.expires_s else "valid"


def issue() -> Issued:
    """Make a new key from the system's random numbers."""
    key_id = secrets.token_hex(_ID_BYTES)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    return Issued(text=f"ipk_{key_id}_{secret}", key_id=key_id, digest=digest(secret))


def digest(secret: str) -> bytes:
    """Return what is kept of a secret: its SHA-256.

    A secret has 256 random bits, so there is nothing to guess that a slow hash would protect.
    """
    return hashlib.sha256(secret.encode()).digest()


def is_same(secret: str, kept: bytes) -> bool:
    """Tell, in a time that says nothing, whether a secret is the one that was kept."""
    return hmac.compare_digest(digest(secret), kept)


def parse(text: str) -> tuple[str, str] | None:
    """Return identifier and secret of a key's text, None where it has not the form of one.

    Examples
    --------
    >>> parse("something"), parse("ipk_0123456789_" + "x" * 43) is None
    (None, False)
    """
    found = _FORM.fullmatch(text)
    return (found[1], found[2]) if found else None
