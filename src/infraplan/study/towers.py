"""Which towers do the lists of a study name, and which masts and cells do they become?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.errors import Fault, InputError, ParameterError
from infraplan.results import Source
from infraplan.sources import files, inventory, masts, opencellid, osm
from infraplan.sources.wanted import wanted
from infraplan.study.gathered import locate, near, tell, tell_dropped
from infraplan.study.place import outside_faults, outside_mask
from infraplan.wording import count, phrase, plain

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan.study.gathered import Gathered
    from infraplan.study_file import StudyFile, TowersPart
    from infraplan.wording import Text

__all__ = ["add_towers", "mcc_of", "towers_file"]

_LISTED = "towers"


class _Read(NamedTuple):
    """A list of towers as read."""

    towers: gpd.GeoDataFrame
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]


def add_towers(found: Gathered) -> None:
    """Read every list of towers, and make the tables of sites and cells of them.

    Does nothing to a study that names no list. Everything that is wrong is listed.
    """
    lists = []
    for number, part in enumerate(found.file.towers):
        tell(found, part.note)
        towers = _read_list(found, part, key=f"towers.{number}")
        if towers is not None and not towers.empty:
            lists.append(towers)
    if found.faults or not found.file.towers:
        return
    if not lists:
        remedy = "mend the coordinates or the CRS, or name other lists"
        problem = "no tower of any list lies in the study"
        found.faults.append(Fault(found.name, problem, remedy, column="towers"))
        return
    _assemble(found, _together(found, lists))


def towers_file(part: TowersPart, file: StudyFile) -> str:
    """Return the path or address that a list of towers is read from; empty where there is none."""
    if part.public is not None:
        mcc = mcc_of(part, file)
        return wanted(part.public, {"mcc": str(mcc)}).address if mcc is not None else ""
    if part.source == "osm":
        return file.osm.path if file.osm is not None else ""
    return part.path or ""


def mcc_of(part: TowersPart, file: StudyFile) -> int | None:
    """Return the mobile country code of a list, else that of the study's country, else None."""
    if part.mcc is not None:
        return part.mcc
    codes = catalog.table("countries").set_index("iso2")["mcc"]
    code = str(codes.get(file.study.country or "", ""))
    return int(code) if code else None


def _read_list(found: Gathered, part: TowersPart, *, key: str) -> gpd.GeoDataFrame | None:
    """Return the towers of one list inside the study, in its CRS; None where faults were listed."""
    if part.source == "opencellid" and mcc_of(part, found.file) is None:
        problem = f"the mobile country code of {found.file.study.country!r} is not known here"
        fault = Fault(found.name, problem, "add `mcc`, such as mcc = 452", column=f"{key}.mcc")
        found.faults.append(fault)
        return None
    file = towers_file(part, found.file)
    at = "osm.path" if part.source == "osm" else f"{key}.path"
    path = locate(found, file, folder=found.folder, key=at)
    if path is None or "communes" not in found.tables:
        return None
    try:
        read = _read(found, part, path, file)
    except InputError as error:
        found.faults += [f for f in error.faults if f not in found.faults]
        return None
    found.sources.append(_source(found, part, file, path))
    found.faults += read.faults
    found.notes += read.notes
    if read.faults:
        return None
    return _within(found, part, read.towers.to_crs(found.crs), file)


def _read(found: Gathered, part: TowersPart, path: Path, file: str) -> _Read:
    area = near(found)
    if part.source == "opencellid":
        mcc = mcc_of(part, found.file)
        cells = opencellid.read_towers(path, file=file, mcc=mcc or 0, bounds=area)
        return _Read(cells.towers, cells.faults, cells.notes)
    if part.source == "osm":
        mapped = osm.read_masts_as_towers(path, operator=part.operator, bounds=area)
        return _Read(mapped.frame, (), mapped.notes)
    listed = inventory.read_inventory(
        path,
        file=file,
        sheet=part.sheet,
        columns=part.columns,
        values=part.values,
        crs=part.crs,
        operator=part.operator,
        near=area,
    )
    return _Read(listed.towers, listed.faults, listed.notes)


def _source(found: Gathered, part: TowersPart, file: str, path: Path) -> Source:
    """Say where a list is from; what the study file leaves open is that of the catalogue."""
    origin, licence, date = part.origin, part.licence, part.date
    if part.source == "opencellid":
        told = catalog.row("public_sources", "opencellid")
        origin = origin or told["origin"]
        licence = told["licence"] if licence == "unknown" else licence
    if part.source == "osm" and found.file.osm is not None:
        origin = origin or "OpenStreetMap extract"
        licence = found.file.osm.licence if licence == "unknown" else licence
        date = date or found.file.osm.date
    return Source(_LISTED, file, files.sha256(path), origin, licence, date)


def _within(
    found: Gathered, part: TowersPart, towers: gpd.GeoDataFrame, file: str
) -> gpd.GeoDataFrame:
    """Refuse or drop towers outside the boundaries, as the part says."""
    towers = towers.reset_index(drop=True)
    communes = found.tables["communes"]
    tolerance_m = catalog.rule("boundary_tolerance_m")
    outside = outside_mask(towers.geometry, communes, tolerance_m=tolerance_m)
    if not outside.any():
        return towers
    if not part.drops_outside:
        rows = _rows(towers)
        found.faults += outside_faults(towers, outside, communes, file=file, rows=rows)
        return towers
    tell_dropped(found, _LISTED, int(outside.sum()), len(towers))
    return gpd.GeoDataFrame(towers.loc[~outside].reset_index(drop=True))


def _rows(towers: gpd.GeoDataFrame) -> NDArray[np.int64]:
    """Return the row of its file that each tower stands in; its place where nobody says."""
    places = np.arange(1.0, len(towers) + 1)
    if "source_row" in towers.columns:
        told = towers["source_row"].to_numpy(dtype=np.float64, na_value=np.nan)
        places = np.where(np.isfinite(told), told, places)
    return places.astype(np.int64)


def _together(found: Gathered, lists: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Put lists one below the other; an identifier of two lists gets the number of its list."""
    both = pd.concat(lists, ignore_index=True)
    number = np.repeat(np.arange(1, len(lists) + 1), [len(towers) for towers in lists])
    owners = pd.Series(number).groupby(both["tower_id"].to_numpy()).transform("nunique")
    shared = owners.to_numpy() > 1
    if not shared.any():
        return gpd.GeoDataFrame(both, crs=lists[0].crs)
    keys = both["tower_id"].tolist()
    taken = set(both.loc[~shared, "tower_id"])
    for place in np.flatnonzero(shared).tolist():
        name = f"{number[place]}-{keys[place]}"
        keys[place] = f"{name}~" if name in taken else name
    example = keys[int(np.flatnonzero(shared)[0])]
    values = {"count": count(int(shared.sum())), "example": plain(example)}
    found.notes.append(phrase("towers_of_lists_renamed", values))
    return gpd.GeoDataFrame(both.assign(tower_id=keys), crs=lists[0].crs)


def _assemble(found: Gathered, towers: gpd.GeoDataFrame) -> None:
    """Make masts with tenants and cells of the towers."""
    part = found.file.masts
    try:
        made = masts.assemble(
            towers,
            merge_within_m=part.merge_within_m,
            mast_height_m=part.mast_height_m,
            technologies=part.technologies,
            bands=part.bands,
        )
    except InputError as error:
        found.faults += error.faults
        return
    except ParameterError as error:
        problem, _, remedy = str(error).partition(". Remedy: ")
        found.faults.append(Fault(found.name, problem, remedy, column="masts"))
        return
    found.notes += made.notes
    found.merges = made.merges.reset_index(drop=True)
    for name, table in (("sites", made.sites), ("cells", made.cells)):
        found.tables[name] = gpd.GeoDataFrame(table.reset_index(drop=True))
        found.files[name] = f"{found.name} ({_LISTED})"
        found.rows[name] = np.arange(1, len(table) + 1, dtype=np.int64)
