"""Which files does a part about terrain, land cover or people mean, and where are they?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rasterio.warp import transform_bounds

from infraplan import catalog
from infraplan.errors import Fault, InputError, MissingDataError, ParameterError
from infraplan.geo import GEOGRAPHIC, Grid
from infraplan.results import Source
from infraplan.sources import files
from infraplan.sources.raster_files import vrt_parts
from infraplan.sources.tiles import tiles_over
from infraplan.sources.wanted import wanted

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.sources.wanted import Wanted
    from infraplan.study.gathered import Gathered
    from infraplan.study_file import ClutterPart, ElevationPart, PeoplePart

__all__ = ["RasterFiles", "area_deg", "keep_sources", "named_files", "study_grid"]

_OWN_FILES, _BY_COUNTRY = "files", "worldpop"
_UNKNOWN_LICENCE = "unknown"


@dataclass(frozen=True, slots=True)
class RasterFiles:
    """Files of one part.

    Attributes
    ----------
    labels, paths
        Names as the study says them, or addresses of tiles; and the local files.
    sea
        West, south, east, north, degrees, of tiles that the host has not, because they hold
        nothing but sea.
    """

    labels: tuple[str, ...]
    paths: tuple[Path, ...]
    sea: tuple[tuple[float, float, float, float], ...] = ()


def study_grid(found: Gathered) -> Grid:
    """Return the cells of a study whose communes are known."""
    return Grid.cover(
        found.tables["communes"].total_bounds,
        crs=found.crs,
        cell_size_m=found.file.grid.cell_size_m,
        margin_m=catalog.rule("boundary_tolerance_m"),
    )


def area_deg(found: Gathered) -> tuple[float, float, float, float]:
    """Return west, south, east, north of the cells of a study, degrees: what tiles must cover."""
    grid = study_grid(found)
    west, south, east, north = transform_bounds(grid.crs, GEOGRAPHIC, *grid.bounds)
    return west, south, east, north


def named_files(
    found: Gathered, part: ElevationPart | ClutterPart | PeoplePart, *, key: str, folder: Path
) -> RasterFiles:
    """Find the files of a part: those it names, the tiles of a public host, or a country's file.

    Parameters
    ----------
    found
        The study, its communes known; gets the path of each label.
    part
        The part.
    key
        Its key in the study file, for messages.
    folder
        Folder that paths start from.

    Raises
    ------
    InputError
        If a file is not there; every one is listed.
    """
    if part.source == _OWN_FILES:
        return _all_of(found, part.paths, key=f"{key}.paths", folder=folder)
    if part.source == _BY_COUNTRY:
        address = _of_country(found, part.source, key).address
        return _all_of(found, (address,), key=f"{key}.source", folder=folder)
    try:
        tiles = tiles_over(part.source, area_deg(found))
    except ParameterError as error:
        raise InputError([_fault(found, str(error), f"{key}.source")]) from None
    sea = tuple(
        tile.bounds
        for tile in tiles
        if tile.wanted.absent_means
        and found.shelf.find(tile.wanted.address) is None
        and found.shelf.is_absent(tile.wanted.address)
    )
    there = [tile.wanted.address for tile in tiles if tile.bounds not in sea]
    if not there:
        problem = f"{part.source} has no tile of the study area: it holds nothing but sea"
        remedy = "check where the communes lie, or give files of yours"
        raise InputError([Fault(found.name, problem, remedy, column=f"{key}.source")])
    named = _all_of(found, there, key=f"{key}.source", folder=folder)
    return RasterFiles(named.labels, named.paths, sea)


def keep_sources(
    found: Gathered,
    part: ElevationPart | ClutterPart | PeoplePart,
    named: RasterFiles,
    *,
    table: str,
) -> None:
    """Remember where each file is from; what the study file leaves open is the catalogue's.

    Parameters
    ----------
    found
        Gets the sources.
    part, named
        The part and its files.
    table
        What they are of, such as ``"elevation"``.
    """
    origin, licence, date = part.origin, part.licence, part.date
    if part.source != _OWN_FILES:
        told = catalog.row("public_sources", part.source)
        origin = origin or told["origin"]
        licence = told["licence"] if licence == _UNKNOWN_LICENCE else licence
    found.sources += [
        Source(table, label, _digest(path, label), origin, licence, date)
        for label, path in zip(named.labels, named.paths, strict=True)
    ]


def _digest(path: Path, label: str) -> str:
    """Return the digest of a file; of a VRT, of itself and all that it is made of."""
    if path.suffix.lower() != ".vrt":
        return files.sha256(path)
    return files.combined_digest((path, *vrt_parts(path, label=label)))


def _all_of(
    found: Gathered, names: tuple[str, ...] | list[str], *, key: str, folder: Path
) -> RasterFiles:
    faults: list[Fault] = []
    paths: dict[str, Path] = {}
    for name in names:
        try:
            paths[name] = files.locate(name, folder=folder, shelf=found.shelf)
        except MissingDataError as error:
            faults.append(_fault(found, str(error), key))
    if faults:
        raise InputError(faults)
    found.paths.update(paths)
    return RasterFiles(tuple(paths), tuple(paths.values()))


def _of_country(found: Gathered, source: str, key: str) -> Wanted:
    """Return the file of the study's country."""
    countries = catalog.table("countries").set_index("iso2")["iso3"]
    country = found.file.study.country or ""
    if country not in countries.index:
        problem = f"{key}.source needs the country of the study, and {country!r} is none"
        remedy = 'say two letters of ISO 3166-1, such as country = "VN"'
        raise InputError([Fault(found.name, problem, remedy, column="study.country")])
    iso3 = str(countries[country])
    return wanted(source, {"ISO3": iso3, "iso3": iso3.lower()})


def _fault(found: Gathered, message: str, key: str) -> Fault:
    """Turn a message with its remedy into a fault of a key of the study file."""
    problem, _, remedy = message.partition(". Remedy: ")
    remedy = remedy.removesuffix(".").replace("STUDY.toml", found.name)
    return Fault(found.name, problem, remedy or "mend the study file", column=key)
