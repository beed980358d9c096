"""What is a study before it is whole, and where are its files?"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.errors import Fault, MissingDataError
from infraplan.geo import GEOGRAPHIC
from infraplan.results import Prices
from infraplan.sources import files
from infraplan.tables import spec
from infraplan.wording import Text, word_or

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.results import Source
    from infraplan.sources.antenna_files import AntennaCuts
    from infraplan.sources.shelf import Shelf
    from infraplan.sources.tabular import RawTable
    from infraplan.study_file import (
        AntennasPart,
        CalibrationPart,
        ClutterPart,
        ElevationPart,
        NotePart,
        StudyFile,
        TablePart,
    )

__all__ = [
    "Gathered",
    "list_missing",
    "locate",
    "near",
    "no_rows",
    "settled",
    "tell",
    "tell_dropped",
    "told_once",
]


_METRES_PER_DEGREE = 111_000.0


@dataclass(slots=True)
class Gathered:
    """Tables on their way into a study.

    Attributes
    ----------
    file, name, folder
        The study file, its name for messages, and its folder.
    shelf
        Where files that are not beside the study file are looked for.
    tables
        Table name → checked table, in the metric CRS `crs` once the communes are known.
    merges
        Towers that became one mast, per data dictionary; without rows where there are none.
    prices
        The price list: the catalogue's, with what a sheet of the study replaces.
    growth
        How demand grows, per data dictionary; without rows where nobody says.
    observations, targets
        What the study tells of indicators and targets itself; without rows where it tells nothing.
    crs
        Metric CRS; empty until the communes are known.
    sources, notes, faults
        What was read, what to tell, what is wrong.
    dropped_sites
        Sites dropped because they lie outside; their cells go with them.
    files, rows
        Table name → its file, and the row of that file that each row came from, for messages.
    pieces
        Label of a table of several files → file and row of each of its rows.
    paths
        File as messages name it → local file.
    base
        Parts of the tables of the study's base, and the folder their paths start from.
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
    shelf: Shelf
    tables: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    merges: pd.DataFrame = field(default_factory=lambda: no_rows("merges"))
    prices: Prices = field(default_factory=Prices.catalogue)
    growth: pd.DataFrame = field(default_factory=lambda: no_rows("growth"))
    observations: pd.DataFrame = field(default_factory=lambda: no_rows("observations"))
    targets: pd.DataFrame = field(default_factory=lambda: no_rows("targets"))
    crs: str = ""
    sources: list[Source] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    dropped_sites: set[str] = field(default_factory=set)
    files: dict[str, str] = field(default_factory=dict)
    rows: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    pieces: dict[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    base: dict[str, tuple[TablePart, Path]] = field(default_factory=dict)
    elevation: ElevationPart | None = None
    elevation_folder: Path = Path()
    clutter_part: tuple[ClutterPart, Path] | None = None
    antennas_part: tuple[AntennasPart, Path] | None = None
    calibration_part: tuple[CalibrationPart, Path] | None = None
    antennas: dict[str, AntennaCuts] = field(default_factory=dict)


def locate(found: Gathered, name: str, *, folder: Path, key: str, origin: str = "") -> Path | None:
    """Return the local file of a name in the study file; None where it is missing, and listed.

    Parameters
    ----------
    found
        Gets the fault, or the path by its name.
    name
        A path, or an https address.
    folder
        Folder that paths start from.
    key
        Key of the study file that names it, for the message.
    origin
        Where the file comes from, as the study file says; for the message.
    """
    try:
        path = files.locate(name, folder=folder, shelf=found.shelf)
    except MissingDataError as error:
        list_missing(found, error, key=key, origin="" if files.is_address(name) else origin)
        return None
    found.paths[name] = path
    return path


def near(found: Gathered) -> tuple[float, float, float, float]:
    """Return west, south, east, north of the study in degrees, a little widened."""
    west, south, east, north = found.tables["communes"].to_crs(GEOGRAPHIC).total_bounds
    up = catalog.rule("boundary_tolerance_m") / _METRES_PER_DEGREE
    side = up / max(float(np.cos(np.radians(max(abs(south), abs(north))))), 0.01)
    return float(west - side), float(south - up), float(east + side), float(north + up)


def list_missing(found: Gathered, error: MissingDataError, *, key: str, origin: str = "") -> None:
    """List a file that is not there as a fault of the key that names it, once."""
    problem, _, remedy = str(error).partition(". Remedy: ")
    remedy = remedy.removesuffix(".").replace("STUDY.toml", found.name)
    if origin:
        remedy += f"; by the study file it comes from: {origin}"
    fault = Fault(found.name, problem, remedy, column=key)
    if fault not in found.faults:
        found.faults.append(fault)


def tell(found: Gathered, note: NotePart | None) -> None:
    """Add the plain sentence of a part to what is told."""
    if note is not None:
        found.notes.append(Text(note.vi, note.en))


def tell_dropped(found: Gathered, table: str, lost: int, rows: int) -> None:
    """Tell how many rows of a table were dropped because they lie outside."""
    called = word_or(f"table_{table}", table)
    found.notes.append(
        Text(
            f"Bỏ {lost} trong {rows} dòng của bảng {called.vi} vì nằm ngoài ranh giới.",
            f"{called.en}: {lost} of {rows} rows lie outside the boundaries and were dropped.",
        )
    )


def settled(found: Gathered) -> list[Fault]:
    """Return the faults, each with the very file and row where a table has several files."""
    return list(dict.fromkeys(_in_its_file(fault, found) for fault in found.faults))


def _in_its_file(fault: Fault, found: Gathered) -> Fault:
    places = found.pieces.get(fault.file)
    if places is None or fault.row is None or not 1 <= fault.row <= len(places):
        return fault
    file, row = places[fault.row - 1]
    return replace(fault, file=file, row=row)


def told_once(checked: Sequence[Fault], raw: RawTable) -> list[Fault]:
    """Leave out what the check of a table says of cells that reading has told of."""
    return [f for f in checked if f.row is None or (f.row, f.column) not in raw.unread]


def no_rows(name: str) -> pd.DataFrame:
    """Return a table without rows and with the columns of its data dictionary, but geometry."""
    kinds = {"number": "float64", "integer": "float64"}
    columns = {
        c.name: pd.Series(dtype=kinds.get(c.type, object))
        for c in spec(name).columns
        if c.name != "geometry"
    }
    return pd.DataFrame(columns)
