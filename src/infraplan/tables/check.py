"""What is wrong with a table, measured against its data dictionary?

Every fault is collected; the caller raises once for all tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from infraplan.errors import Fault

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.tables.spec import Column, TableSpec

__all__ = ["Checked", "check"]

_RESERVED = ("fid", "ogc_fid", "geom", "geometry")
_GEOMETRY_KINDS = {
    "point": {"Point"},
    "line": {"LineString", "MultiLineString"},
    "polygon": {"Polygon", "MultiPolygon"},
}


@dataclass(frozen=True, slots=True)
class Checked:
    """A table in the types of its dictionary, and everything that is wrong with it.

    Attributes
    ----------
    frame
        The table: known columns in the dictionary's order, then the others as they came.
    faults
        What is wrong; empty when the table may be used.
    """

    frame: gpd.GeoDataFrame
    faults: tuple[Fault, ...]


def check(frame: pd.DataFrame, spec: TableSpec, *, file: str, first_row: int = 2) -> Checked:
    """Bring a table to the types of its dictionary and list every fault.

    Parameters
    ----------
    frame
        The table as read: text or typed columns; its index counts the rows of the file from 0.
    spec
        Its dictionary.
    file
        Name for messages, as the user wrote it.
    first_row
        Number of the first data row for messages: 2 under a header line, 1 without one.

    Returns
    -------
    Checked
        The typed table with a fresh index, and the faults.
    """
    rows = frame.index.to_numpy(dtype=np.int64) + first_row
    frame = frame.reset_index(drop=True)
    if frame.empty:
        remedy = f"give at least one row of {spec.name}, or leave the table out of the study"
        return Checked(gpd.GeoDataFrame(frame), (Fault(file, "the layer is empty", remedy),))
    faults: list[Fault] = []
    typed: dict[str, pd.Series] = {}
    for column in spec.columns:
        if column.name not in frame.columns:
            if column.required:
                faults.append(_missing(column, frame, file))
            continue
        values, found = _column(frame[column.name], column, file, rows)
        typed[column.name] = values
        faults.extend(found)
    others = _others(frame, spec)
    return Checked(
        _as_geo({**typed, **others}, frame), tuple(sorted(faults, key=lambda f: f.row or 0))
    )


def _others(frame: pd.DataFrame, spec: TableSpec) -> dict[str, pd.Series]:
    """Return the columns beyond the dictionary, without those that no file format could write.

    GeoPackage keeps fid and geom for itself and takes names that differ only in case for one.
    """
    taken = {*spec.names, *_RESERVED}
    found: dict[str, pd.Series] = {}
    for place, name in enumerate(str(c) for c in frame.columns):
        if name in spec.names or name.casefold() in taken:
            continue
        taken.add(name.casefold())
        found[name] = frame.iloc[:, place]
    return found


def _as_geo(columns: dict[str, pd.Series], source: pd.DataFrame) -> gpd.GeoDataFrame:
    crs = getattr(source, "crs", None) if "geometry" in columns else None
    if "geometry" in columns:
        geometry = gpd.GeoSeries(columns.pop("geometry"), crs=crs)
        return gpd.GeoDataFrame(columns, geometry=geometry)
    return gpd.GeoDataFrame(columns)


def _missing(column: Column, frame: pd.DataFrame, file: str) -> Fault:
    unit = f" in {column.unit}" if column.unit else ""
    there = ", ".join(str(c) for c in frame.columns)
    remedy = "add the column, or name the one that holds it under `columns` in the study file"
    if column.name.endswith("_origin"):
        said = f'`values = {{ {column.name} = "declared" }}`'
        remedy = f"add the column, or say {said} under the table in the study file"
    return Fault(
        file,
        f"the column is missing ({column.meaning}{unit}); the file has {there}",
        remedy,
        column=column.name,
    )


def _column(
    values: pd.Series, column: Column, file: str, rows: NDArray[np.int64]
) -> tuple[pd.Series, list[Fault]]:
    if column.type in _GEOMETRY_KINDS:
        return values, _geometry_faults(values, column, file, rows)
    if column.type in ("number", "integer"):
        return _number(values, column, file, rows)
    return _text(values, column, file, rows)


def _faults(
    bad: pd.Series,
    values: pd.Series,
    column: Column,
    file: str,
    rows: NDArray[np.int64],
    expected: str,
) -> list[Fault]:
    """Turn each marked row into a fault that shows the value found."""
    return [
        Fault(
            file,
            f"the value is {_shown(values.loc[i])}",
            f"give {expected}",
            row=int(rows[i]),
            column=column.name,
        )
        for i in np.flatnonzero(bad)
    ]


def _expected_number(column: Column) -> str:
    kind = "a whole number" if column.type == "integer" else "a number"
    unit = f" in {column.unit}" if column.unit else ""
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return f"{kind}{unit} from {low:g} to {high:g}"
    return f"{kind}{unit}" + (f" of at least {low:g}" if low is not None else "")


def _number(
    values: pd.Series, column: Column, file: str, rows: NDArray[np.int64]
) -> tuple[pd.Series, list[Fault]]:
    text = values.astype("string").str.strip()
    empty = values.isna() | (text == "").fillna(value=True)
    numbers = pd.to_numeric(text, errors="coerce").astype("Float64").astype("float64")
    wrong = (numbers.isna() & ~empty) | np.isinf(numbers)
    if column.type == "integer":
        wrong |= numbers.notna() & (numbers % 1 != 0)
    if column.minimum is not None:
        wrong |= numbers < column.minimum
    if column.maximum is not None:
        wrong |= numbers > column.maximum
    if column.required:
        wrong |= empty
    faults = _faults(wrong, values, column, file, rows, _expected_number(column))
    return numbers, faults


def _text(
    values: pd.Series, column: Column, file: str, rows: NDArray[np.int64]
) -> tuple[pd.Series, list[Fault]]:
    text = values.astype("string").str.strip()
    text = text.mask(text == "")
    faults: list[Fault] = []
    if column.required:
        expected = f"{column.meaning}"
        faults += _faults(text.isna(), values, column, file, rows, expected)
    if column.allowed:
        wrong = text.notna() & ~text.isin(column.allowed)
        expected = "one of " + ", ".join(column.allowed)
        faults += _faults(wrong, values, column, file, rows, expected)
    if column.unique:
        faults += _duplicates(text, column, file, rows)
    return text.astype(object).where(text.notna(), None), faults


def _duplicates(text: pd.Series, column: Column, file: str, rows: NDArray[np.int64]) -> list[Fault]:
    values = text.tolist()
    first: dict[object, int] = {}
    again = []
    for i, value in enumerate(values):
        if pd.notna(value) and first.setdefault(value, i) != i:
            again.append(i)
    return [
        Fault(
            file,
            f"{values[i]!r} stands already in row {int(rows[first[values[i]]])}",
            "give each row an identifier of its own, or delete the repeated row",
            row=int(rows[i]),
            column=column.name,
        )
        for i in again
    ]


def _geometry_faults(
    values: pd.Series, column: Column, file: str, rows: NDArray[np.int64]
) -> list[Fault]:
    geometry = gpd.GeoSeries(values)
    allowed = _GEOMETRY_KINDS[column.type]
    faults: list[Fault] = []
    empty = geometry.isna() | geometry.is_empty
    faults += [
        Fault(file, "the geometry is empty", f"give a {column.type}", int(rows[i]), "geometry")
        for i in geometry.index[empty]
    ]
    kind = ~empty & ~geometry.geom_type.isin(allowed)
    faults += [
        Fault(
            file,
            f"the geometry is a {geometry.loc[i].geom_type}",
            f"give a {column.type}",
            int(rows[i]),
            "geometry",
        )
        for i in geometry.index[kind]
    ]
    broken = ~empty & ~kind & ~geometry.is_valid
    faults += [
        Fault(
            file,
            f"the {column.type} is not valid: {shapely.is_valid_reason(geometry.loc[i])}",
            "repair it in a GIS (QGIS: Vector geometry, Fix geometries)",
            int(rows[i]),
            "geometry",
        )
        for i in geometry.index[broken]
    ]
    return faults


def _shown(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return "empty"
    return repr(value.item() if isinstance(value, np.generic) else value)
