"""What does a table file hold: CSV, GeoPackage, GeoJSON, Shapefile or GeoParquet?

Reading never repairs: it renames columns, builds points and says what is wrong.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
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
_UNREADABLE = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pa.ArrowInvalid,
    pd.errors.ParserError,
    pd.errors.ParserWarning,
    pd.errors.EmptyDataError,
    UnicodeDecodeError,
    ValueError,
    OSError,
)


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
    try:
        frame = _read(path)
    except _UNREADABLE as error:
        fault = _unreadable(file, error)
        return RawTable(gpd.GeoDataFrame(geometry=[], crs=GEOGRAPHIC), 1, (fault,))
    first_row = 2 if path.suffix.lower() in _TEXT_SUFFIXES else 1
    faults = _column_faults(frame, file, columns)
    if faults:
        return RawTable(gpd.GeoDataFrame(geometry=[], crs=GEOGRAPHIC), first_row, tuple(faults))
    frame = frame.rename(columns={theirs: ours for ours, theirs in columns.items()})
    for name, value in values.items():
        if name not in frame.columns:
            frame[name] = value
    if not located:
        plain = pd.DataFrame(frame).drop(columns="geometry", errors="ignore")
        return RawTable(gpd.GeoDataFrame(plain), first_row, ())
    if not isinstance(frame, gpd.GeoDataFrame):
        frame, faults = _points(frame, file=file, first_row=first_row, x=x, y=y, crs=known_crs)
    elif crs is not None:
        frame = frame.set_crs(known_crs, allow_override=True)
    if frame.crs is None:
        frame = frame.set_crs(GEOGRAPHIC)
    faults += _degrees_in_metres(frame, file, first_row)
    return RawTable(frame, first_row, tuple(faults))


def _unreadable(file: str, error: Exception) -> Fault:
    """Say why a file cannot be read, and what to do."""
    if isinstance(error, UnicodeDecodeError):
        return Fault(file, "the file is not UTF-8 text", "save it as “CSV UTF-8”")
    reason = " ".join(str(error).split())[:200]
    return Fault(
        file,
        f"the file cannot be read ({reason}); it may be cut short or of another format",
        "copy or download it again and open it in a GIS or a spreadsheet to see that it is whole",
    )


def _column_faults(frame: pd.DataFrame, file: str, columns: Mapping[str, str]) -> list[Fault]:
    """List wrong separators, mapped columns that are not there, and names that come twice."""
    there = [str(c) for c in frame.columns]
    if len(there) == 1 and any(sign in there[0] for sign in ";\t|"):
        return [Fault(file, "the columns are not separated by commas", "save it as “CSV UTF-8”")]
    faults = [
        Fault(
            file,
            f"the study file names this column, but the file has {', '.join(there)}",
            "mend its name under `columns` in the study file",
            column=theirs,
        )
        for theirs in columns.values()
        if theirs not in there
    ]
    mapped = {theirs: ours for ours, theirs in columns.items()}
    names = [mapped.get(name, name) for name in there]
    return faults + [
        Fault(
            file,
            "two columns have this name after `columns` of the study file",
            "rename or delete one of them",
            column=name,
        )
        for name in sorted({n for n in names if names.count(n) > 1})
    ]


def _read(path: Path) -> pd.DataFrame:
    """Read a file; rows keep the number of their line, and wholly empty ones are left out."""
    suffix = path.suffix.lower()
    if suffix in _TEXT_SUFFIXES:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # a row longer than the header
            text = pd.read_csv(
                path,
                dtype=str,
                keep_default_na=False,
                encoding="utf-8-sig",
                index_col=False,
                skip_blank_lines=False,
            )
        return text[(text.fillna("") != "").any(axis=1)]
    if suffix in _PARQUET_SUFFIXES:
        if b"geo" not in (pq.read_schema(path).metadata or {}):
            return pd.read_parquet(path)
        frame: pd.DataFrame = gpd.read_parquet(path)
    else:
        frame = pyogrio.read_dataframe(path)
    if not isinstance(frame, gpd.GeoDataFrame) or frame.geometry.name == "geometry":
        return frame
    renamed: pd.DataFrame = frame.rename_geometry("geometry")
    return renamed


def _points(
    frame: pd.DataFrame, *, file: str, first_row: int, x: str, y: str, crs: CRS
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
        numbers[column] = pd.to_numeric(frame[column].astype("string").str.strip(), errors="coerce")
        numbers[column] = numbers[column].astype("float64").replace([np.inf, -np.inf], np.nan)
        bad = numbers[column].isna()
        faults += [
            Fault(
                file,
                f"the coordinate is {frame.loc[i, column]!r}",
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
