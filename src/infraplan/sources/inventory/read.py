"""Which towers does an operator's own list hold, and what is wrong with it?

CSV, Excel, GeoPackage, GeoJSON or Shapefile; Vietnamese or English headers; coordinates of any
kind (see ``sources/coordinates.py``). Every fault is told at once, with the row and column of the
file itself, so that they can be marked in it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan.errors import CrsError, Fault
from infraplan.geo import GEOGRAPHIC
from infraplan.sources.coordinates import AUTO
from infraplan.sources.inventory.columns import (
    coordinate_pair,
    find_columns,
    other_pair_notes,
)
from infraplan.sources.inventory.parts import join_parts
from infraplan.sources.inventory.place import place_rows
from infraplan.sources.inventory.rows import Rows, read_rows
from infraplan.sources.inventory.sharing import (
    add_tenants,
    repeated_rows,
    same_place_notes,
    told_apart,
)
from infraplan.sources.inventory.status import standing
from infraplan.sources.tabular_files import open_table
from infraplan.tables import check, spec

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from infraplan.sources.coordinates_fit import Bounds
    from infraplan.sources.inventory.columns import Columns
    from infraplan.wording import Text

__all__ = ["Inventory", "read_inventory"]

_DECLARED: Final = "declared"
_SOURCED: Final = (
    "operator",
    "technologies",
    "antenna_height_m",
    "mast_height_m",
    "azimuths_deg",
    "owner",
)
"""Columns with a twin that says how they are known."""


@dataclass(frozen=True, slots=True, eq=False)
class Inventory:
    """Towers of one list.

    Attributes
    ----------
    towers
        Table ``towers`` in EPSG:4326, in the order of the file; only rows with a position.
    faults
        Everything that is wrong, by rows.
    notes
        What was found out, assumed or left out.
    """

    towers: gpd.GeoDataFrame
    faults: tuple[Fault, ...]
    notes: tuple[Text, ...]


def read_inventory(
    path: Path,
    *,
    file: str,
    sheet: str | None = None,
    columns: Mapping[str, str] | None = None,
    values: Mapping[str, str | float] | None = None,
    crs: str = AUTO,
    operator: str | None = None,
    near: Bounds | None = None,
) -> Inventory:
    """Read a list of towers.

    Parameters
    ----------
    path
        The file.
    file
        Its name for messages.
    sheet
        Sheet of a workbook or layer of a GeoPackage; where None, the one that fits best.
    columns
        Field of ``towers``, or lon, lat, x, y, position, tenants, 2G to 5G → column of the file,
        where its name is not known.
    values
        Column of ``towers`` → value for the rows that say nothing.
    crs
        CRS of the coordinates, or "auto"; a file that states its own keeps it.
    operator
        Operator of the rows that name none.
    near
        Area of the study (west, south, east, north in degrees).

    Returns
    -------
    Inventory
        A row of several operators that share a mast becomes one tower for each; rows of one
        identifier, operator and place that list other technologies, bands or directions become
        one tower.
    """
    given = dict(values or {})
    if operator is not None:
        given.setdefault("operator", operator)
    own = dict(columns or {})
    opened = open_table(path, file=file, table="towers", sheet=sheet, columns=own)
    frame = opened.frame
    if frame.empty:
        empty = Fault(file, "the list has no rows", "give at least one tower")
        return _nothing(opened.faults or (empty,), opened.notes)
    found = find_columns([str(c) for c in frame.columns], file=file, columns=own)
    pair = None if "geometry" in frame.columns else coordinate_pair(frame, found)
    lacking = [*found.faults, *_lacking(frame, found, given, file, located=pair is not None)]
    if lacking:
        return _nothing((*opened.faults, *lacking), (*opened.notes, *found.notes))
    numbers = frame.index.to_numpy(dtype=np.int64) + opened.first_row
    listed = Rows(frame, found, given, file, numbers)
    there, not_there = standing(listed)
    rows = Rows(frame[there], found, given, file, numbers[there])
    if rows.frame.empty:
        empty = Fault(file, "no tower of the list stands today", "give towers that are on air")
        return _nothing((*opened.faults, empty), (*opened.notes, *not_there))
    try:
        place = place_rows(rows, pair, crs=crs, near=near)
    except CrsError as error:
        return _nothing((*opened.faults, Fault(file, str(error), "give its CRS as `crs`")), ())
    said, wrong, read_notes = read_rows(rows)
    table = gpd.GeoDataFrame(said, geometry=place.rough, crs=GEOGRAPHIC)
    repeated = repeated_rows(table, rows)
    twice = {f.row for f in repeated}
    joined = join_parts(table, rows, repeated=twice)
    own = told_apart(joined.table)
    own = own.set_geometry(place.points.reindex(own.index), crs=GEOGRAPHIC)
    table["tower_id"] = own["tower_id"].reindex(table.index).fillna(table["tower_id"])
    faults = [*opened.faults, *place.faults, *wrong, *repeated]
    faults += _checked(_with_origins(table, given), rows, twice | joined.rows)
    same = same_place_notes(own, file, known=twice | joined.rows)
    towers, added = add_tenants(_with_origins(own, given), rows)
    unused = other_pair_notes(found, pair, file)
    notes = (
        *opened.notes,
        *found.notes,
        *not_there,
        *unused,
        *place.notes,
        *read_notes,
        *joined.notes,
        *same,
        *added,
    )
    ordered = tuple(sorted(faults, key=lambda f: f.row or 0))
    return Inventory(_finished(towers), ordered, notes)


def _nothing(faults: Sequence[Fault], notes: Sequence[Text]) -> Inventory:
    none = gpd.GeoDataFrame({n: [] for n in spec("towers").names}, geometry="geometry")
    return Inventory(none.set_crs(GEOGRAPHIC), tuple(faults), tuple(notes))


def _lacking(
    frame: pd.DataFrame,
    columns: Columns,
    given: Mapping[str, str | float],
    file: str,
    *,
    located: bool,
) -> list[Fault]:
    """List what every list of towers must say and this one does not."""
    there = ", ".join(str(c) for c in frame.columns if c != "geometry")
    faults = []
    if not located and "geometry" not in frame.columns:
        problem = f"no column holds the position; the file has {there}"
        remedy = "name the columns kinh độ and vĩ độ (lon and lat) or X and Y, or say under "
        faults.append(Fault(file, problem, remedy + "`columns` which they are", column="lon"))
    if "operator" not in columns.of and not given.get("operator"):
        problem = f"no column holds the operator; the file has {there}"
        remedy = "name a column nhà mạng (operator), or say `operator` for the whole list"
        faults.append(Fault(file, problem, remedy, column="operator"))
    return faults


def _with_origins(table: gpd.GeoDataFrame, given: Mapping[str, str | float]) -> gpd.GeoDataFrame:
    """Say of each value how it is known: declared, or as the study file says."""
    table = table.copy()
    table["geometry_origin"] = str(given.get("geometry_origin", _DECLARED))
    for name in _SOURCED:
        origin = str(given.get(f"{name}_origin", _DECLARED))
        table[f"{name}_origin"] = [origin if pd.notna(v) else None for v in table[name]]
    return table


def _checked(table: gpd.GeoDataFrame, rows: Rows, repeated: Collection[int | None]) -> list[Fault]:
    """Check the towers against their dictionary; faults name the file's own rows and columns."""
    frame = table.drop(columns="sharing")
    frame.index = pd.Index(rows.numbers)
    found = check(frame, spec("towers"), file=rows.file, first_row=0).faults
    return [
        replace(f, column=rows.columns.name(f.column or ""))
        for f in found
        if f.column != "geometry" and not (f.column == "tower_id" and f.row in repeated)
    ]


def _finished(towers: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the columns of the dictionary in its order and types, of towers with a position."""
    known = towers[towers.geometry.notna()].reset_index(drop=True)
    for column in spec("towers").columns:
        if column.name not in known.columns:
            known[column.name] = None
        if column.type == "number":
            known[column.name] = pd.to_numeric(known[column.name], errors="coerce")
        if column.type == "string":
            texts = known[column.name].astype(object)
            known[column.name] = texts.where(texts.notna(), None)
    for name in _SOURCED:
        known[f"{name}_origin"] = known[f"{name}_origin"].where(known[name].notna(), None)
    return known[list(spec("towers").names)]
