"""Which tables does a study name, and what is wrong with any of them?

Every table is read and checked before the first error is raised, so one run tells all.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from infraplan import catalog
from infraplan.errors import CrsError, Fault, InputError, MissingDataError
from infraplan.geo import metric_crs
from infraplan.results import Source
from infraplan.settings import data_folder
from infraplan.sources import files, osm, tabular
from infraplan.study.place import commune_of, outside_faults, outside_mask, overlap_faults
from infraplan.study_file import StudyFile, TablePart, read_study_file
from infraplan.tables import check, spec
from infraplan.wording import Text, word_or

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.sources.antenna_files import AntennaCuts
    from infraplan.study_file import AntennasPart, CalibrationPart, ClutterPart, ElevationPart

__all__ = ["Gathered", "gather"]

_REQUIRED = ("communes", "villages", "roads", "sites", "cells", "fibre_nodes")
_LOCATED = ("villages", "roads", "sites", "fibre_nodes", "fibre")


@dataclass(slots=True)
class Gathered:
    """Tables on their way into a study.

    Attributes
    ----------
    file, name, folder
        The study file, its name for messages, and its folder.
    tables
        Table name → checked table, in the metric CRS `crs` once the communes are known.
    crs
        Metric CRS; empty until the communes are known.
    sources, notes, faults
        What was read, what to tell, what is wrong.
    dropped_sites
        Sites dropped because they lie outside; their cells go with them.
    files, rows
        Table name → its file, and the row of that file that each row came from, for messages.
    elevation, elevation_folder
        The part of the study file about terrain, and the folder its paths start from.
    clutter_part, antennas_part, calibration_part
        The parts about land cover, antennas and calibration, each with that folder.
    antennas
        Measured antennas by name.
    """

    file: StudyFile
    name: str
    folder: Path
    tables: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    crs: str = ""
    sources: list[Source] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    dropped_sites: set[str] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    rows: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    elevation: ElevationPart | None = None
    elevation_folder: Path = Path()
    clutter_part: tuple[ClutterPart, Path] | None = None
    antennas_part: tuple[AntennasPart, Path] | None = None
    calibration_part: tuple[CalibrationPart, Path] | None = None
    antennas: dict[str, AntennaCuts] = field(default_factory=dict)


def gather(path: Path) -> Gathered:
    """Read and check every table of a study.

    Parameters
    ----------
    path
        The study file.

    Returns
    -------
    Gathered
        With faults listed, not raised, so that the rasters can add theirs.

    Raises
    ------
    InputError, MissingDataError
        If the study file itself cannot be used.
    """
    file = read_study_file(path)
    found = Gathered(file, path.name, path.parent)
    found.notes += [Text(n.vi, n.en) for n in file.study.notes]
    parts = _parts(file, path.parent, found)
    for name in _REQUIRED:
        if name not in parts and not (name == "cells" and _masts_come_from_osm(parts)):
            remedy = f'add a [{name}] part with a path, or say base = "phu-tho" under [study]'
            found.faults.append(Fault(path.name, f"the study names no {name}", remedy, column=name))
    for name in ("communes", *_LOCATED, "cells"):
        if name in parts:
            _add_table(found, name, *parts[name])
    if not found.faults:
        _place_villages(found)
    return found


def _place_villages(found: Gathered) -> None:
    """Give each village the commune that holds it, and tell where the table says another."""
    villages = found.tables["villages"]
    place = commune_of(villages, found.tables["communes"])
    if "commune_code" in villages.columns:
        said = villages["commune_code"]
        moved = int((said.notna() & (said != place)).sum())
        if moved:
            found.notes.append(
                Text(
                    f"Số thôn nằm ở xã khác với mã xã trong bảng: {moved}; lấy theo vị trí.",
                    f"Villages that lie in another commune than the table says: {moved}; the "
                    "position is taken.",
                )
            )
    villages["commune_code"] = place


def _masts_come_from_osm(parts: dict[str, tuple[TablePart, Path]]) -> bool:
    return "sites" in parts and parts["sites"][0].source == "osm"


def _parts(file: StudyFile, folder: Path, found: Gathered) -> dict[str, tuple[TablePart, Path]]:
    """Collect the parts of the study and, where it names a base, those of the base."""
    parts: dict[str, tuple[TablePart, Path]] = {}
    if file.study.base is not None:
        base_path = data_folder() / "study.toml"
        base = read_study_file(base_path)
        if base.study.id != file.study.base:
            fault = Fault(
                found.name,
                f"there is no embedded dataset {file.study.base!r}",
                f'the one that ships is "{base.study.id}"',
                column="study.base",
            )
            raise InputError([fault])
        parts = {n: (p, base_path.parent) for n, p in _named(base).items()}
        found.elevation, found.elevation_folder = base.elevation, base_path.parent
        _keep_parts(found, base, base_path.parent)
        found.notes += [Text(n.vi, n.en) for n in base.study.notes]
    for name, part in _named(file).items():
        if part.path is None and part.source == "file" and name in parts:
            changes = part.model_dump(exclude_unset=True)
            parts[name] = (parts[name][0].model_copy(update=changes), parts[name][1])
        else:
            parts[name] = (part, folder)
    if file.elevation is not None:
        found.elevation, found.elevation_folder = file.elevation, folder
    _keep_parts(found, file, folder)
    return parts


def _keep_parts(found: Gathered, file: StudyFile, folder: Path) -> None:
    """Keep the parts of a file that are neither tables nor terrain, over those kept before."""
    if file.clutter is not None:
        found.clutter_part = file.clutter, folder
    if file.antennas is not None:
        found.antennas_part = file.antennas, folder
    if file.calibration is not None:
        found.calibration_part = file.calibration, folder


def _named(file: StudyFile) -> dict[str, TablePart]:
    names = ("communes", *_LOCATED, "cells")
    return {n: part for n in names if (part := getattr(file, n)) is not None}


def _add_table(found: Gathered, name: str, part: TablePart, folder: Path) -> None:
    """Read, check and locate one table; list its faults."""
    if part.note:
        found.notes.append(Text(part.note.vi, part.note.en))
    if part.source == "osm":
        raw, file = _from_osm(found, name)
    else:
        raw, file = _from_file(found, name, part, folder)
    if raw is None:
        return
    found.faults += raw.faults
    if raw.faults and raw.frame.empty:
        return
    checked = check(raw.frame, spec(name), file=file, first_row=raw.first_row)
    found.faults += checked.faults
    if checked.faults or raw.faults:
        return
    found.files[name] = file
    found.rows[name] = raw.frame.index.to_numpy(dtype=np.int64) + raw.first_row
    if name == "communes":
        _add_communes(found, checked.frame, file)
    elif name == "cells":
        found.tables[name] = checked.frame
    elif found.crs:
        table = checked.frame.to_crs(found.crs)
        found.tables[name] = _within(found, name, table, part, file)


def _add_communes(found: Gathered, communes: gpd.GeoDataFrame, file: str) -> None:
    """Choose the study's CRS by the boundaries, and see that they do not overlap."""
    try:
        found.crs = metric_crs(communes)
    except CrsError as error:
        found.faults.append(Fault(file, str(error), "give the CRS of the boundaries"))
        return
    communes = communes.to_crs(found.crs)
    found.faults += overlap_faults(communes, file=file, rows=found.rows["communes"])
    found.tables["communes"] = communes


def _within(
    found: Gathered, name: str, table: gpd.GeoDataFrame, part: TablePart, file: str
) -> gpd.GeoDataFrame:
    """Refuse or drop points outside the boundaries; a table wholly outside is always a fault."""
    if "communes" not in found.tables:
        return table
    communes = found.tables["communes"]
    outside = outside_mask(
        table.geometry, communes, tolerance_m=catalog.rule("boundary_tolerance_m")
    )
    points = name in ("sites", "villages", "fibre_nodes")
    if points and part.outside == "refuse":
        rows = found.rows[name]
        found.faults += outside_faults(table, outside, communes, file=file, rows=rows)
        return table
    if outside.all():
        remedy = "give the table of this province, or mend its CRS"
        found.faults.append(Fault(file, f"nothing of {name} lies in any commune", remedy))
        return table
    if not points:
        return table
    if outside.any():
        if name == "sites":
            found.dropped_sites |= set(table.loc[outside, "site_id"])
        lost = int(outside.sum())
        called = word_or(f"table_{name}", name)
        found.notes.append(
            Text(
                f"Bỏ {lost} trong {len(table)} dòng của bảng {called.vi} vì nằm ngoài ranh giới.",
                f"{called.en}: {lost} of {len(table)} rows lie outside the boundaries and were "
                "dropped.",
            )
        )
    found.rows[name] = found.rows[name][~outside]
    return gpd.GeoDataFrame(table.loc[~outside].reset_index(drop=True))


def _from_file(
    found: Gathered, name: str, part: TablePart, folder: Path
) -> tuple[tabular.RawTable | None, str]:
    if part.path is None:
        fault = Fault(found.name, "no path is given", "add `path`", column=f"{name}.path")
        found.faults.append(fault)
        return None, ""
    try:
        path = files.locate(part.path, folder=folder)
    except MissingDataError as error:
        problem, _, remedy = str(error).partition(". Remedy: ")
        found.faults.append(Fault(found.name, problem, remedy, column=f"{name}.path"))
        return None, ""
    digest = files.sha256(path)
    found.sources.append(Source(name, part.path, digest, part.origin, part.licence))
    raw = tabular.read_tabular(
        path,
        file=part.path,
        columns=part.columns,
        values=part.values,
        x=part.x,
        y=part.y,
        crs=part.crs,
        located=name != "cells",
    )
    return raw, part.path


def _from_osm(found: Gathered, name: str) -> tuple[tabular.RawTable | None, str]:
    """Read one table from the study's OpenStreetMap extract."""
    part = found.file.osm
    if part is None:
        remedy = "add an [osm] part with path and country"
        fault = Fault(found.name, f'{name} says source = "osm", but there is no extract', remedy)
        found.faults.append(fault)
        return None, ""
    try:
        path = files.locate(part.path, folder=found.folder)
        table = osm.read_table(path, name, part=part)
    except MissingDataError as error:
        problem, _, remedy = str(error).partition(". Remedy: ")
        fault = Fault(found.name, problem, remedy, column="osm.path")
        if fault not in found.faults:
            found.faults.append(fault)
        return None, ""
    except InputError as error:
        found.faults += [f for f in error.faults if f not in found.faults]
        return None, ""
    found.notes += table.notes
    source = Source(name, part.path, files.sha256(path), "OpenStreetMap extract", part.licence)
    found.sources.append(source)
    return tabular.RawTable(table.frame, 1, ()), f"{part.path} ({name})"
