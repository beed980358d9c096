"""Where is the file that a study names, and what is its digest?"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from infraplan.errors import MissingDataError
from infraplan.settings import load

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["combined_digest", "locate", "sha256"]


def locate(name: str, *, folder: Path) -> Path:
    """Return the local file for a path or an https address in a study file.

    Parameters
    ----------
    name
        A path, relative to the study file's folder or absolute, or an https address.
    folder
        Folder of the study file.

    Returns
    -------
    pathlib.Path
        An existing file. An address is looked up as ``<mirror>/<host>/<path>`` in the folder that
        ``INFRAPLAN_MIRROR`` names; nothing is downloaded.

    Raises
    ------
    MissingDataError
        If the file is not there; the message says where it was expected.
    """
    parts = urlsplit(name)
    if parts.scheme not in ("http", "https"):
        path = folder / name
        if not path.is_file():
            raise MissingDataError(
                f"{name}: there is no such file beside the study file. Remedy: put it there, or "
                "mend the path (paths are relative to the study file)."
            )
        return path
    mirror = load().mirror
    where = f"{parts.netloc}{parts.path}"
    if mirror is None:
        raise MissingDataError(
            f"{name}: addresses are read from a mirror folder, and none is set. Remedy: save the "
            f"file as {where} in a folder of yours and set INFRAPLAN_MIRROR to that folder."
        )
    path = mirror / parts.netloc / parts.path.lstrip("/")
    if not path.is_file():
        raise MissingDataError(
            f"{name}: the mirror folder has no such file. Remedy: download it and save it as "
            f"{where} in the folder that INFRAPLAN_MIRROR names."
        )
    return path


def sha256(path: Path) -> str:
    """Return the digest of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def combined_digest(paths: Iterable[Path]) -> str:
    """Return one digest for several files, in their order."""
    return hashlib.sha256("".join(sha256(p) for p in paths).encode()).hexdigest()
