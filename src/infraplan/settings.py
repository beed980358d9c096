"""Which environment variables does infraplan read, and where are its own files?

This is the only file of the library that reads the environment.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "KEY_PREFIX",
    "Settings",
    "data_folder",
    "installed_version",
    "load",
    "package_folder",
    "studies_folder",
]

KEY_PREFIX: Final = "INFRAPLAN_KEY_"
"""Start of the variables that hold a user's key, such as ``INFRAPLAN_KEY_OPENCELLID``."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one process.

    Attributes
    ----------
    mirror
        Folder that holds files of public hosts at ``<host>/<path>``; None where there is none.
    language
        Language of the terminal, "vi" or "en".
    threads
        Worker threads for long work.
    mirror_address
        Base address that is asked for ``<base>/<host>/<path>`` in the place of the hosts; None
        where the hosts themselves are asked.
    cache
        Folder that keeps what was downloaded.
    data
        Folders where relative names of a study file are also looked for.
    offline
        Whether nothing may be asked of any host.
    keys
        Keys of the user by source, such as ``{"opencellid": …}``; left out of the text form.
    """

    mirror: Path | None
    language: str
    threads: int
    mirror_address: str | None
    cache: Path
    data: tuple[Path, ...]
    offline: bool
    keys: Mapping[str, str] = field(repr=False)


def load() -> Settings:
    """Read the variables whose names start with ``INFRAPLAN_``.

    ``MIRROR`` (a folder, or a base address that starts with http:// or https://), ``CACHE``,
    ``DATA`` (folders, separated as in ``PATH``), ``OFFLINE`` (1, true, yes or on), ``LANG`` (else
    the locale), ``THREADS`` and ``KEY_<SOURCE>``.

    Returns
    -------
    Settings
        Defaults where a variable is not set: no mirror, the system's cache folder, hosts may be
        asked, English unless the locale is Vietnamese, one thread per processor.
    """
    mirror = os.environ.get("INFRAPLAN_MIRROR", "").strip()
    by_address = mirror.lower().startswith(("http://", "https://"))
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    language = (os.environ.get("INFRAPLAN_LANG", "").strip() or locale).lower()
    threads = os.environ.get("INFRAPLAN_THREADS", "").strip()
    data = os.environ.get("INFRAPLAN_DATA", "").split(os.pathsep)
    offline = os.environ.get("INFRAPLAN_OFFLINE", "").strip().lower()
    return Settings(
        mirror=_folder(mirror) if mirror and not by_address else None,
        language="vi" if language.startswith("vi") else "en",
        threads=int(threads) if threads.isdecimal() and int(threads) > 0 else os.cpu_count() or 1,
        mirror_address=mirror if by_address else None,
        cache=_cache_folder(),
        data=tuple(_folder(part) for part in data if part.strip()),
        offline=offline in ("1", "true", "yes", "on"),
        keys=_keys(),
    )


def _folder(name: str) -> Path:
    """Return a folder, ``~`` being the user's own; a user that is not known stays as written."""
    return Path(os.path.expanduser(name))  # noqa: PTH111 - Path.expanduser raises without a home


def _cache_folder() -> Path:
    """Return ``INFRAPLAN_CACHE``, else the folder that the system keeps for caches."""
    own = os.environ.get("INFRAPLAN_CACHE", "").strip()
    if own:
        return _folder(own).absolute()
    home = _folder("~").absolute()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData/Local") / "infraplan/cache"
    if sys.platform == "darwin":
        return home / "Library/Caches/infraplan"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "infraplan"


def _keys() -> Mapping[str, str]:
    """Return the user's keys by source, the source in small letters."""
    found = {
        name.removeprefix(KEY_PREFIX).lower(): value.strip()
        for name, value in os.environ.items()
        if name.startswith(KEY_PREFIX) and value.strip()
    }
    return MappingProxyType(found)


@cache
def installed_version() -> str:
    """Return infraplan's version, "0" where it is run from a tree that is not installed."""
    try:
        return version("infraplan")
    except PackageNotFoundError:
        return "0"


def package_folder() -> Path:
    """Return the folder of the package's own code and catalogues."""
    return Path(__file__).parent


def _beside(name: str) -> Path:
    """Find a folder of ours inside the installed package, else at the top of the checkout."""
    package = package_folder()
    inside = package / name
    return inside if inside.is_dir() else package.parents[1] / name


def data_folder() -> Path:
    """Return the folder of the embedded province."""
    return _beside("data")


def studies_folder() -> Path:
    """Return the folder of the study files that ship."""
    return _beside("studies")
