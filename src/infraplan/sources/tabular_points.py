"""Where are the points of a table: which columns hold coordinates, and are they on the globe?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from infraplan.errors import Fault
from infraplan.geo import GEOGRAPHIC, looks_like_degrees
from infraplan.sources import coordinates

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraplan.wording import Text

__all__ = ["coordinate_columns", "degrees_in_metres", "located_points", "needs_reading", "points"]

_PAIRS: Final = (("lon", "lat"), ("x", "y"), ("position", "position"))
"""Fields that say where a row is, the plainest first."""


def coordinate_columns(
    frame: pd.DataFrame, fields: Mapping[str, str], *, x: str, y: str
) -> tuple[str, str]:
    """Return the columns of a table that hold its coordinates.

    Parameters
    ----------
    frame
        The table under its own names.
    fields
        Name in the file → field, by the aliases.
    x, y
        Columns that the study file names; they go before the aliases.

    Returns
    -------
    tuple of str
        The same column twice where it holds both; `x` and `y` where there are none.
    """
    if x in frame.columns and y in frame.columns:
        return x, y
    by_field = {field: name for name, field in fields.items()}
    for first, second in _PAIRS:
        if first in by_field and second in by_field:
            return by_field[first], by_field[second]
    return x, y


def needs_reading(frame: pd.DataFrame, pair: tuple[str, str], crs: str | None) -> bool:
    """Tell whether coordinates are more than plain degrees: metres, "auto", commas or minutes.

    Plain degrees under a CRS in metres are left as they are, to be named for what they are.

    Parameters
    ----------
    frame
        The table.
    pair
        Its columns of coordinates; where one is missing there is nothing to read.
    crs
        CRS of the coordinates; degrees where None.
    """
    if any(name not in frame.columns for name in pair):
        return False
    if crs == "auto" or pair[0] == pair[1]:
        return True
    texts = [pd.Series([t for t in _texts(frame[name]) if t.strip()], dtype=str) for name in pair]
    numbers = [pd.to_numeric(text, errors="coerce") for text in texts]
    if any(number.isna().any() for number in numbers):
        return True
    if CRS.from_user_input(crs or GEOGRAPHIC).is_geographic or any(n.empty for n in numbers):
        return False
    bounds = [number.agg(side) for side in ("min", "max") for number in numbers]
    return not looks_like_degrees((bounds[0], bounds[1], bounds[2], bounds[3]))


def located_points(
    frame: pd.DataFrame,
    *,
    file: str,
    first_row: int,
    columns: tuple[str, str],
    crs: str,
    near: tuple[float, float, float, float] | None,
) -> tuple[gpd.GeoDataFrame, list[Fault], list[Text]]:
    """Turn coordinates as people write them into points.

    Parameters
    ----------
    frame
        The table; both columns are there.
    file, first_row
        Its file, and what turns its index into rows.
    columns
        Columns of the easting or longitude and of the northing or latitude.
    crs
        CRS of the coordinates, or ``"auto"``.
    near
        West, south, east and north of the place they belong to, degrees.

    Returns
    -------
    tuple
        The table with points in WGS 84, faults and notes.
    """
    x, y = columns
    first, second = _texts(frame[x]), _texts(frame[y])
    if x == y:
        first, second = coordinates.split_positions(first)
    found = coordinates.read_positions(
        first,
        second,
        crs=crs,
        near=near,
        file=file,
        rows=frame.index.to_numpy(dtype=np.int64) + first_row,
        columns=columns,
    )
    unknown = np.isnan(found.lon) | np.isnan(found.lat)
    geometry = gpd.GeoSeries(
        gpd.points_from_xy(found.lon, found.lat), crs=GEOGRAPHIC, index=frame.index
    )
    geometry[unknown] = None
    kept = frame.drop(columns=list(dict.fromkeys(columns)))
    table = gpd.GeoDataFrame(kept, geometry=geometry, crs=GEOGRAPHIC)
    return table, list(found.faults), list(found.notes)


def _texts(values: pd.Series) -> list[str]:
    return ["" if pd.isna(v) else str(v) for v in values.tolist()]


def points(
    frame: pd.DataFrame, *, file: str, first_row: int, x: str, y: str, crs: CRS
) -> tuple[gpd.GeoDataFrame, list[Fault]]:
    """Turn two columns of plain numbers into points, and list the rows that have none."""
    absent = [c for c in (x, y) if c not in frame.columns]
    if absent:
        there = ", ".join(str(c) for c in frame.columns)
        faults = [
            Fault(
                file,
                f"the coordinate column is missing; the file has {there}",
                "add it, or name the column that holds it as `x` or `y` in the study file",
                column=c,
            )
            for c in absent
        ]
        return gpd.GeoDataFrame(frame, geometry=[None] * len(frame), crs=crs), faults
    faults = []
    numbers = {}
    for column in (x, y):
        numbers[column] = pd.to_numeric(frame[column].astype("string").str.strip(), errors="coerce")
        numbers[column] = numbers[column].astype("float64").replace([np.inf, -np.inf], np.nan)
        bad = numbers[column].isna()
        faults += [
            Fault(
                file,
                _unknown(frame.loc[i, column]),
                f"give a number in the units of {crs.name}",
                row=int(i) + first_row,
                column=column,
            )
            for i in frame.index[bad]
        ]
    geometry = gpd.points_from_xy(numbers[x].fillna(np.nan), numbers[y].fillna(np.nan))
    located = gpd.GeoDataFrame(frame.drop(columns=[x, y]), geometry=geometry, crs=crs)
    unknown = numbers[x].isna() | numbers[y].isna()
    located.loc[unknown, "geometry"] = None
    return located, faults


def _unknown(value: str | float | None) -> str:
    empty = pd.isna(value) or not str(value).strip()
    return "the coordinate is empty" if empty else f"the coordinate is {value!r}"


def degrees_in_metres(frame: gpd.GeoDataFrame, file: str, first_row: int) -> list[Fault]:
    """Find coordinates that are degrees although the CRS says metres, and the other way round."""
    finite = np.isfinite(frame.geometry.bounds).all(axis=1)
    known = frame.geometry[frame.geometry.notna() & ~frame.geometry.is_empty & finite]
    if known.empty:
        return []
    if not frame.crs.is_geographic:
        if not looks_like_degrees(tuple(known.total_bounds)):
            return []
        problem = f"the coordinates are degrees, but {frame.crs.name} needs metres"
        return [Fault(file, problem, 'say `crs = "EPSG:4326"` for this table', column="geometry")]
    bounds = known.bounds
    fits = [looks_like_degrees(b) for b in bounds.itertuples(index=False)]
    if not any(fits) and not _swapped(bounds).all():
        problem = f"the coordinates do not fit {frame.crs.name}, which is in degrees"
        remedy = 'say the CRS they are in, such as `crs = "EPSG:9208"` (VN-2000 TM-3 104°45′)'
        return [Fault(file, problem, remedy, column="geometry")]
    off = bounds.index[~np.array(fits)]
    return [_off_the_globe(file, int(i) + first_row, bounds.loc[[i]]) for i in off]


def _swapped(bounds: pd.DataFrame) -> pd.Series:
    """Tell which bounds would fit on the globe if x and y changed places."""
    turned = bounds[["miny", "minx", "maxy", "maxx"]]
    fits = [looks_like_degrees(b) for b in turned.itertuples(index=False)]
    return pd.Series(fits, index=bounds.index)


def _off_the_globe(file: str, row: int, bounds: pd.DataFrame) -> Fault:
    x, y = float(bounds["minx"].iloc[0]), float(bounds["miny"].iloc[0])
    problem = f"longitude {x:g}, latitude {y:g} is not a place on the globe"
    if _swapped(bounds).all():
        problem += "; latitude and longitude look swapped"
        remedy = "swap the two columns (`x` is the longitude, `y` the latitude)"
    else:
        remedy = "mend the coordinates, or say the CRS they are in"
    return Fault(file, problem, remedy, row=row, column="geometry")
