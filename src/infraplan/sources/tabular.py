"""What does a table file hold: CSV, GeoPackage, GeoJSON, Shapefile or GeoParquet?

Reading never repairs: it renames columns, builds points and says what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
from pyproj import CRS
from pyproj.exceptions import CRSError

from infraplan.errors import Fault
from infraplan.geo import GEOGRAPHIC, looks_like_degrees

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["RawTable", "read_tabular"]

_TEXT_SUFFIXES = (".csv",)
_PARQUET_SUFFIXES = (".parquet", ".geoparquet")


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
    """

    frame: gpd.GeoDataFrame
    first_row: int
    faults: tuple[Fault, ...]


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
) -> RawTable:
    """Read a table of points, lines or polygons.

    Parameters
    ----------
    path
        The file; a CSV holds points in the columns `x` and `y`.
    file
        Its name for messages.
    columns
        Dictionary column → file column, where they differ.
    values
        Dictionary column → one value for all rows.
    x, y
        Coordinate columns of a CSV.
    crs
        CRS of the coordinates; the file's own, else EPSG:4326, where None.
    located
        Whether the table has geometry at all; a CSV of one that has none needs no coordinates.

    Returns
    -------
    RawTable
        With a fault and no rows where the file cannot be read.
    """
    try:
        known_crs = CRS.from_user_input(crs or GEOGRAPHIC)
    except CRSError:
        remedy = "give an EPSG code such as EPSG:4326 or EPSG:9208 (VN-2000 TM-3 104°45′)"
        fault = Fault(file, f"there is no CRS {crs!r}", remedy)
        return RawTable(gpd.GeoDataFrame(geometry=[], crs=GEOGRAPHIC), 1, (fault,))
    text = path.suffix.lower() in _TEXT_SUFFIXES
    try:
        frame = _read(path)
    except (
        pyogrio.errors.DataSourceError,
        pyogrio.errors.DataLayerError,
        pa.ArrowInvalid,
        pd.errors.ParserError,
        pd.errors.EmptyDataError,
        UnicodeDecodeError,
        ValueError,
        OSError,
    ) as error:
        reason = " ".join(str(error).split())[:200]
        fault = Fault(
            file,
            f"the file cannot be read ({reason}); it may be cut short or of another format",
            "copy or download it again and open it in a GIS or a spreadsheet to see that it is "
            "whole",
        )
        return RawTable(gpd.GeoDataFrame(geometry=[], crs=GEOGRAPHIC), 1, (fault,))
    first_row = 2 if text else 1
    frame = frame.rename(columns={theirs: ours for ours, theirs in columns.items()})
    for name, value in values.items():
        if name not in frame.columns:
            frame[name] = value
    faults: list[Fault] = []
    if text and not located:
        return RawTable(gpd.GeoDataFrame(frame), first_row, ())
    if text:
        frame, faults = _points(frame, file=file, x=x, y=y, crs=known_crs)
    elif crs is not None:
        frame = frame.set_crs(known_crs, allow_override=True)
    if frame.crs is None:
        frame = frame.set_crs(GEOGRAPHIC)
    faults += _degrees_in_metres(frame, file, first_row)
    return RawTable(frame, first_row, tuple(faults))


def _read(path: Path) -> gpd.GeoDataFrame:
    suffix = path.suffix.lower()
    if suffix in _TEXT_SUFFIXES:
        return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    if suffix in _PARQUET_SUFFIXES:
        return gpd.read_parquet(path)
    return gpd.GeoDataFrame(pyogrio.read_dataframe(path))


def _points(
    frame: pd.DataFrame, *, file: str, x: str, y: str, crs: CRS
) -> tuple[gpd.GeoDataFrame, list[Fault]]:
    """Turn two coordinate columns into points, and list the rows that have none."""
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
        numbers[column] = pd.to_numeric(frame[column].str.strip(), errors="coerce")
        bad = numbers[column].isna()
        faults += [
            Fault(
                file,
                f"the coordinate is {frame.loc[i, column]!r}",
                f"give a number in the units of {crs.name}",
                row=int(i) + 2,
                column=column,
            )
            for i in frame.index[bad]
        ]
    geometry = gpd.points_from_xy(numbers[x].fillna(np.nan), numbers[y].fillna(np.nan))
    located = gpd.GeoDataFrame(frame.drop(columns=[x, y]), geometry=geometry, crs=crs)
    unknown = numbers[x].isna() | numbers[y].isna()
    located.loc[unknown, "geometry"] = None
    return located, faults


def _degrees_in_metres(frame: gpd.GeoDataFrame, file: str, first_row: int) -> list[Fault]:
    """Find coordinates that are degrees although the CRS says metres, and the other way round."""
    known = frame.geometry[frame.geometry.notna() & ~frame.geometry.is_empty]
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
