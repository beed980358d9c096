"""Which files of public hosts does a study want, as far as can be known now?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from infraplan import catalog
from infraplan.sources.tiles import tiles_of
from infraplan.sources.wanted import Wanted, wanted
from infraplan.study.gather import gather_communes
from infraplan.study.public_communes import iso3_of, public_communes
from infraplan.study.raster_sources import area_deg
from infraplan.study.towers import mcc_of
from infraplan.study_file import read_study_file, table_parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infraplan.sources.shelf import Shelf
    from infraplan.study_file import StudyFile

__all__ = ["wanted_files"]

_SCHEMES: Final = ("http", "https")


def wanted_files(path: str | Path, *, shelf: Shelf | None = None) -> tuple[Wanted, ...]:
    """Return every file of a public host that a study wants.

    Parameters
    ----------
    path
        The study file.
    shelf
        Where the boundaries are looked for; by default what the environment names. Tiles of
        terrain and land cover are known once the boundaries are there: ask again then.

    Returns
    -------
    tuple of Wanted
        Each address once: boundaries, then the other tables, then rasters.

    Raises
    ------
    InputError, MissingDataError
        If the study file cannot be used.
    ParameterError
        If the study lies across the meridian of 180°.
    """
    file = read_study_file(Path(path))
    wants = [
        *public_communes(file),
        *(_own(name) for name in _named(file) if urlsplit(name).scheme.lower() in _SCHEMES),
        *_of_country(file),
        *_tiles(file, Path(path), shelf),
    ]
    once: dict[str, Wanted] = {}
    for want in wants:
        once.setdefault(want.address, want)
    return tuple(once.values())


def _named(file: StudyFile) -> Iterator[str]:
    """Give every path or address that the study file itself names."""
    if file.osm is not None:
        yield file.osm.path
    for part in table_parts(file).values():
        yield from part.files
    yield from (part.path for part in file.towers if part.path is not None)
    if file.calibration is not None:
        yield file.calibration.path
    for listed in (file.antennas, file.elevation, file.clutter, file.people):
        if listed is not None:
            yield from listed.paths


def _own(address: str) -> Wanted:
    """Say what must come from an address of the user's own, by the ending of its path."""
    ending = Path(urlsplit(address.strip()).path).suffix.lower()
    kinds = catalog.table("content_kinds")
    fits = kinds["endings"].map(lambda endings: ending in endings.split("|"))
    kind = str(kinds.loc[fits, "kind"].iloc[0]) if ending and fits.any() else "any"
    return Wanted(address.strip(), kind, int(catalog.rule("address_most_bytes")))


def _of_country(file: StudyFile) -> Iterator[Wanted]:
    """Give what is named by the study's country: cells and people."""
    for part in file.towers:
        mcc = mcc_of(part, file)
        if part.public is not None and mcc is not None:
            yield wanted(part.public, {"mcc": str(mcc)})
    iso3 = iso3_of(file.study.country)
    if file.people.source == "worldpop" and iso3:
        yield wanted("worldpop", {"ISO3": iso3, "iso3": iso3.lower()})


def _tiles(file: StudyFile, path: Path, shelf: Shelf | None) -> Iterator[Wanted]:
    """Give the tiles over the study; none while the boundaries are not there or are wrong."""
    sources = [p.source for p in (file.elevation, file.clutter) if p is not None]
    tiled = [source for source in sources if source != "files"]
    if not tiled:
        return
    found = gather_communes(path, shelf=shelf)
    if "communes" not in found.tables or found.faults:
        return
    for source in tiled:
        yield from tiles_of(source, area_deg(found))
