"""What does a table file hold: CSV, workbook, GeoPackage, GeoJSON, Shapefile or GeoParquet?

Reading never repairs geometry: it names columns, builds points and says what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from infraplan.errors import Fault
from infraplan.geo import GEOGRAPHIC
from infraplan.sources.tabular_columns import mapped_faults, named_columns, typed_columns
from infraplan.sources.tabular_files import open_table
from infraplan.sources.tabular_points import (
    coordinate_columns,
    degrees_in_metres,
    located_points,
    needs_reading,
    points,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from infraplan.wording import Text

__all__ = ["RawTable", "read_tabular"]

_AUTO: Final = "auto"
"""The CRS is found from the coordinates themselves."""
_PLACES: Final = ("lon", "lat", "x", "y", "position")
"""Fields that become geometry."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as read, before it is checked.

    Attributes
    ----------
    frame
        Rows with the dictionary's column names; has a geometry column and a CRS.
    first_row
        Number of the first data row for messages.
    faults
        What kept it from being read whole.
    notes
        What was left out or changed.
    unread
        Row, as messages count, and column of the dictionary of each cell that a fault tells of; its
        value is missing from the frame, which is no fault of its own.
    """

    frame: gpd.GeoDataFrame
    first_row: int
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...] = ()
    unread: frozenset[tuple[int, str]] = frozenset()


def read_tabular(
    path: Path,
    *,
    file: str,
    columns: Mapping[str, str],
    values: Mapping[str, str | float],
    x: str,
    y: str,
    crs: str | None,
    located: bool,
    table: str | None = None,
    sheet: str | None = None,
    near: tuple[float, float, float, float] | None = None,
) -> RawTable:
    """Read a table of points, lines or polygons.

    Parameters
    ----------
    path
        The file; a CSV or workbook holds points in the columns `x` and `y`.
    file
        Its name for messages.
    columns
        Dictionary column → file column, where they differ.
    values
        Dictionary column → one value for all rows.
    x, y
        Coordinate columns of a CSV or workbook.
    crs
        CRS of the coordinates, or ``"auto"``; the file's own, else EPSG:4326, where None.
    located
        Whether the table has geometry at all; a CSV of one that has none needs no coordinates.
    table
        Name of the table. Where given, columns and coordinates that the study file does not name
        are found by their aliases, numbers may have decimal commas, and a CSV may be of any
        encoding and separator.
    sheet
        Sheet of a workbook or layer of a GeoPackage; where None, the one that fits best.
    near
        West, south, east and north of the place the points belong to, degrees; for "auto".

    Returns
    -------
    RawTable
        With a fault and no rows where the file cannot be read.
    """
    unknown_crs = _crs_fault(file, crs)
    if unknown_crs is not None:
        return _nothing(1, [unknown_crs])
    read = open_table(path, file=file, table=table, sheet=sheet, columns=columns)
    if read.frame.columns.empty:
        return _nothing(read.first_row, read.faults, read.notes)
    there = [str(c) for c in read.frame.columns]
    faults = _separator_faults(there, file) or mapped_faults(there, file, columns)
    fields: Mapping[str, str] = {theirs: ours for ours, theirs in columns.items()}
    if table is not None and not faults:
        named = named_columns(there, file=file, table=table, columns=columns)
        fields, faults = named.fields, list(named.faults)
    pair = coordinate_columns(read.frame, fields, x=x, y=y)
    kept = {name: f for name, f in fields.items() if name not in pair and f not in _PLACES}
    faults += _doubled_faults(there, kept, file)
    if faults:
        return _nothing(read.first_row, [*read.faults, *faults], read.notes)
    frame, notes = _under_our_names(read.frame, kept, values, table=table, file=file)
    faults, notes = list(read.faults), [*read.notes, *notes]
    unread = {(f.row, kept.get(f.column, f.column)) for f in faults if f.row and f.column}
    if not located:
        frame = gpd.GeoDataFrame(pd.DataFrame(frame).drop(columns="geometry", errors="ignore"))
    else:
        assumed = _AUTO if crs is None and fields.get(pair[0]) in ("x", "position") else crs
        frame, amiss, more = _placed(frame, file, read.first_row, pair, assumed, near)
        unread |= {(row, "geometry") for row in _rows_of(amiss, frame, read.first_row)}
        told = {(f.row, f.column) for f in faults}
        faults += [f for f in amiss if (f.row, f.column) not in told]
        notes += more
    return RawTable(frame, read.first_row, tuple(faults), tuple(notes), frozenset(unread))


def _rows_of(faults: Sequence[Fault], frame: pd.DataFrame, first_row: int) -> list[int]:
    """Return the rows that faults tell of: all, where one tells of a whole column or file."""
    rows = [fault.row for fault in faults if fault.row is not None]
    return rows if len(rows) == len(faults) else [int(i) + first_row for i in frame.index]


def _nothing(first_row: int, faults: Sequence[Fault], notes: Sequence[Text] = ()) -> RawTable:
    frame = gpd.GeoDataFrame(geometry=[], crs=GEOGRAPHIC)
    return RawTable(frame, first_row, tuple(faults), tuple(notes))


def _crs_fault(file: str, crs: str | None) -> Fault | None:
    if crs == _AUTO:
        return None
    try:
        CRS.from_user_input(crs or GEOGRAPHIC)
    except CRSError:
        remedy = "give an EPSG code such as EPSG:4326 or EPSG:9208 (VN-2000 TM-3 104°45′)"
        return Fault(file, f"there is no CRS {crs!r}", remedy)
    return None


def _separator_faults(there: Sequence[str], file: str) -> list[Fault]:
    if len(there) == 1 and any(sign in there[0] for sign in ";\t|"):
        return [Fault(file, "the columns are not separated by commas", "save it as “CSV UTF-8”")]
    return []


def _doubled_faults(there: Sequence[str], kept: Mapping[str, str], file: str) -> list[Fault]:
    """List names that come twice once the columns bear the names of the dictionary."""
    names = [kept.get(name, name) for name in there]
    return [
        Fault(
            file,
            "two columns have this name after `columns` of the study file",
            "rename or delete one of them",
            column=name,
        )
        for name in sorted({n for n in names if names.count(n) > 1})
    ]


def _under_our_names(
    read: pd.DataFrame,
    kept: Mapping[str, str],
    values: Mapping[str, str | float],
    *,
    table: str | None,
    file: str,
) -> tuple[pd.DataFrame, list[Text]]:
    """Name the columns as the dictionary does, and write what they hold as it needs it."""
    frame = read.rename(columns=dict(kept))
    for name, value in values.items():
        if name not in frame.columns:
            frame[name] = value
    if table is None:
        return frame, []
    return typed_columns(frame, table=table, file=file)


def _placed(
    frame: pd.DataFrame,
    file: str,
    first_row: int,
    pair: tuple[str, str],
    crs: str | None,
    near: tuple[float, float, float, float] | None,
) -> tuple[gpd.GeoDataFrame, list[Fault], list[Text]]:
    """Give each row its place: the file's own geometry, or points of its coordinates."""
    if isinstance(frame, gpd.GeoDataFrame):
        if crs not in (None, _AUTO):
            frame = frame.set_crs(CRS.from_user_input(crs), allow_override=True)
        if frame.crs is None:
            frame = frame.set_crs(GEOGRAPHIC)
        return frame, degrees_in_metres(frame, file, first_row), []
    if needs_reading(frame, pair, crs):
        return located_points(
            frame,
            file=file,
            first_row=first_row,
            columns=pair,
            crs=crs or GEOGRAPHIC,
            near=near,
        )
    known = CRS.from_user_input(GEOGRAPHIC if crs in (None, _AUTO) else crs)
    table, faults = points(frame, file=file, first_row=first_row, x=pair[0], y=pair[1], crs=known)
    return table, faults + degrees_in_metres(table, file, first_row), []
