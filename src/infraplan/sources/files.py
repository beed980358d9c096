"""Where is the file that a study names, and what is its digest?"""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

from infraplan.errors import MissingDataError, ParameterError
from infraplan.sources.digest import combined_digest, sha256
from infraplan.sources.door.address import is_address, place_of
from infraplan.sources.shelf import shelf_of_settings

if TYPE_CHECKING:
    from infraplan.sources.shelf import Shelf

__all__ = ["combined_digest", "is_address", "locate", "sha256"]


def locate(name: str, *, folder: Path, shelf: Shelf | None = None) -> Path:
    """Return the local file for a path or a web address in a study file.

    Parameters
    ----------
    name
        A path, relative to the study file's folder or absolute, or an address.
    folder
        Folder of the study file.
    shelf
        Where addresses are looked for, and relative paths that are not in `folder`; by default
        what the environment names.

    Returns
    -------
    pathlib.Path
        An existing file; nothing is downloaded.

    Raises
    ------
    MissingDataError
        If the file is not there, was damaged in the cache, or the address is none; the message
        says what to do.
    """
    own = shelf if shelf is not None else shelf_of_settings()
    if not is_address(name):
        return _beside(name, folder, own)
    address = name.strip()
    try:
        found = own.find(address)
        absent = found is None and own.is_absent(address)
    except ParameterError as error:
        raise MissingDataError(str(error)) from error
    if found is not None:
        _check_kept(found, own, address)
        return found
    if absent:
        raise MissingDataError(
            f"{address}: the host has no such file. Remedy: mend the address in the study file."
        )
    where = "the cache has no such file"
    if own.mirror is not None:
        where = "neither the mirror folder nor the cache has this file"
    raise MissingDataError(
        f"{address}: {where}. Remedy: bring it with `infraplan fetch STUDY.toml`, or save it as "
        f"{place_of(address)} in a folder of yours and set INFRAPLAN_MIRROR to that folder."
    )


def _check_kept(found: Path, shelf: Shelf, address: str) -> None:
    """Refuse a file of the cache whose bytes are not those that came; its folder is its digest."""
    if found.is_relative_to(shelf.cache) and sha256(found) != found.parent.name:
        raise MissingDataError(
            f"{address}: its file in the cache is damaged ({found}). Remedy: bring it again with "
            "`infraplan fetch STUDY.toml`."
        )


def _beside(name: str, folder: Path, shelf: Shelf) -> Path:
    """Return a file by its path; names with diacritics are the same composed or not."""
    forms = (unicodedata.normalize(form, name) for form in ("NFC", "NFD"))
    for spelling in dict.fromkeys((name, *forms)):
        for place in (folder, *shelf.data):
            path = place / spelling
            if _is_file(path):
                return path
    if Path(name).is_absolute():
        raise MissingDataError(f"{name}: there is no such file. Remedy: mend the path.")
    also = ", nor in a folder of INFRAPLAN_DATA or --data" if shelf.data else ""
    raise MissingDataError(
        f"{name}: there is no such file beside the study file{also}. Remedy: put it beside the "
        "study file, or into a folder that INFRAPLAN_DATA or --data names, or mend the path."
    )


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long, a folder that may not be read
        return False
