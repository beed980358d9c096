"""Which environment variables does infraplan read, and where are its own files?

This is the only file of the library that reads the environment.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

__all__ = [
    "Settings",
    "data_folder",
    "installed_version",
    "load",
    "package_folder",
    "studies_folder",
]


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
    """

    mirror: Path | None
    language: str
    threads: int


def load() -> Settings:
    """Read ``INFRAPLAN_MIRROR``, ``INFRAPLAN_LANG`` (else the locale) and ``INFRAPLAN_THREADS``.

    Returns
    -------
    Settings
        Defaults where a variable is not set: no mirror, English unless the locale is Vietnamese,
        one thread per processor.
    """
    mirror = os.environ.get("INFRAPLAN_MIRROR")
    locale = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    language = os.environ.get("INFRAPLAN_LANG") or ("vi" if locale.startswith("vi") else "en")
    threads = os.environ.get("INFRAPLAN_THREADS", "")
    return Settings(
        mirror=Path(mirror) if mirror else None,
        language=language if language in ("vi", "en") else "en",
        threads=int(threads) if threads.isdigit() and int(threads) > 0 else os.cpu_count() or 1,
    )


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
