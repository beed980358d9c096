"""Where is the file of an address already at hand, without asking any host?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infraplan.errors import MissingDataError
from infraplan.settings import load
from infraplan.sources import cache as store
from infraplan.sources.door.address import checked, place_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ABSENT_MARK", "Shelf", "in_mirror", "shelf_of_settings"]

ABSENT_MARK: Final = "@absent"
"""Ending of an empty file of a mirror that stands for a file which the host has not."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where named files are looked for; opens no socket.

    Attributes
    ----------
    mirror
        Folder that holds files of public hosts at ``<host>/<path>``; None where there is none.
    cache
        Folder that keeps what was downloaded.
    data
        Folders where relative names of a study file are also looked for.
    """

    mirror: Path | None
    cache: Path
    data: tuple[Path, ...] = ()

    def find(self, address: str) -> Path | None:
        """Return the file of an address: the mirror's, else the cache's, else None.

        Raises
        ------
        ParameterError
            If this is no address that may be asked.
        MissingDataError
            If the mirror's file is a link that leaves the mirror.
        """
        checked(address)
        if self.mirror is not None:
            mirrored = in_mirror(self.mirror, address)
            if mirrored is not None:
                return mirrored
        entry = store.lookup(self.cache, address)
        return entry.path if entry is not None else None

    def is_absent(self, address: str) -> bool:
        """Tell whether the host said that it has no such file, and that this means something."""
        if self.mirror is not None and in_mirror(self.mirror, address, ABSENT_MARK) is not None:
            return True
        entry = store.lookup(self.cache, address)
        return entry is not None and entry.path is None


def shelf_of_settings() -> Shelf:
    """Return the shelf that the environment names, with the system's cache folder as default."""
    settings = load()
    return Shelf(mirror=settings.mirror, cache=settings.cache, data=settings.data)


def in_mirror(mirror: Path, address: str, ending: str = "") -> Path | None:
    """Return the file of an address in a mirror folder, None where the folder has none.

    Parameters
    ----------
    mirror
        The folder.
    address
        The address.
    ending
        Stands behind the file's name.

    Raises
    ------
    ParameterError
        If this is no address that may be asked.
    MissingDataError
        If it is a link that leaves the mirror.
    """
    place = place_of(address)
    path = mirror.joinpath(*place.parts[:-1], place.parts[-1] + ending)
    try:
        if not path.is_file():
            return None
        inside = path.resolve().is_relative_to(mirror.resolve())
    except OSError as error:
        raise MissingDataError(
            f"{address}: the mirror's file {place} cannot be read ({error.strerror}). Remedy: "
            "check the permissions of the mirror folder."
        ) from error
    if not inside:
        raise MissingDataError(
            f"{address}: the mirror's file {place} is a link that leads out of the mirror folder, "
            "and is not followed. Remedy: put the file itself in its place."
        )
    return path
