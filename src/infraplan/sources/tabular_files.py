"""How is each kind of table file opened: CSV, workbook, GeoPackage, Shapefile, GeoParquet, zip?"""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio

from infraplan.errors import Fault
from infraplan.sources.archives import unpack
from infraplan.sources.tabular_grid import Sheet, no_sheet
from infraplan.sources.tabular_known import known_to
from infraplan.sources.tabular_text import TEXT_SUFFIXES, read_text
from infraplan.sources.workbook import WORKBOOK_SUFFIXES, read_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["open_table"]

_PARQUET_SUFFIXES: Final = (".parquet", ".geoparquet")
_LAYER_SUFFIXES: Final = (".shp", ".gpkg", ".geojson", ".json", ".fgb", ".kml", ".gml")
_UNREADABLE: Final = (
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


def open_table(
    path: Path,
    *,
    file: str,
    table: str | None,
    sheet: str | None,
    columns: Mapping[str, str],
) -> Sheet:
    """Open a table file of any kind.

    Parameters
    ----------
    path, file
        The file, and its name for messages.
    table
        The table, whose aliases tell headers and separators; a CSV must be plain where None.
    sheet
        Sheet of a workbook, or layer of a GeoPackage.
    columns
        Dictionary column → file column, as the study file says.

    Returns
    -------
    Sheet
        Its frame has a geometry column where the file has one; with a fault and no rows where
        the file cannot be read.
    """
    name = path.name.lower()
    if name.endswith(".zip"):
        return _packed(path, file=file, table=table, sheet=sheet, columns=columns)
    if name.endswith(WORKBOOK_SUFFIXES):
        return read_sheet(path, file=file, sheet=sheet, table=table, columns=columns)
    if name.endswith(TEXT_SUFFIXES) and table is not None:
        return read_text(path, file=file, known=known_to(table, columns=columns))
    try:
        if name.endswith(TEXT_SUFFIXES):
            return Sheet(_plain_csv(path), 2)
        return Sheet(_layer(path, sheet), 1)
    except _UNREADABLE as error:
        return no_sheet([_unreadable(file, path, error)])


def _packed(
    path: Path, *, file: str, table: str | None, sheet: str | None, columns: Mapping[str, str]
) -> Sheet:
    """Open the one table in a zip file, such as a Shapefile with its parts."""
    with tempfile.TemporaryDirectory() as folder:
        faults = unpack(path, Path(folder), file=file)
        if faults:
            return no_sheet(faults)
        known = (*_LAYER_SUFFIXES, *_PARQUET_SUFFIXES, *TEXT_SUFFIXES, *WORKBOOK_SUFFIXES)
        inside = sorted(
            p for p in Path(folder).rglob("*") if p.is_file() and not p.name.startswith("._")
        )
        tables = [p for p in inside if p.name.lower().endswith(known)]
        layers = [p for p in tables if p.name.lower().endswith(_LAYER_SUFFIXES)]
        chosen = layers or tables
        if len(chosen) != 1:
            names = ", ".join(p.name for p in chosen or inside[:10]) or "nothing"
            problem = f"the archive should hold one table, but holds {names}"
            remedy = "pack one table (a Shapefile with its .dbf, .shx and .prj) in it"
            return no_sheet([Fault(file, problem, remedy)])
        return open_table(chosen[0], file=file, table=table, sheet=sheet, columns=columns)


def _plain_csv(path: Path) -> pd.DataFrame:
    """Read a CSV in UTF-8 with commas; rows keep their number, wholly empty ones are left out."""
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


def _layer(path: Path, layer: str | None) -> pd.DataFrame:
    """Read a GeoParquet file, or anything with layers."""
    if path.suffix.lower() in _PARQUET_SUFFIXES:
        if b"geo" not in (pq.read_schema(path).metadata or {}):
            return pd.read_parquet(path)
        frame: pd.DataFrame = gpd.read_parquet(path)
    else:
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
        if layer is None and len(names) > 1:
            raise ValueError(f"it has several layers: {', '.join(names)}; name one as `sheet`")
        frame = pyogrio.read_dataframe(path, layer=layer)
    if not isinstance(frame, gpd.GeoDataFrame) or frame.geometry.name == "geometry":
        return frame
    renamed: pd.DataFrame = frame.rename_geometry("geometry")
    return renamed


def _unreadable(file: str, path: Path, error: Exception) -> Fault:
    """Say why a file cannot be read, and what to do."""
    if isinstance(error, UnicodeDecodeError):
        return Fault(file, "the file is not UTF-8 text", "save it as “CSV UTF-8”")
    said = str(error).replace(str(path), path.name).partition("; It might help")[0]
    reason = " ".join(said.split())[:200]
    return Fault(
        file,
        f"the file cannot be read ({reason}); it may be cut short or of another format",
        "copy or download it again and open it in a GIS or a spreadsheet to see that it is whole",
    )
