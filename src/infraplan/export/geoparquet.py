"""How is a collection written as GeoParquet, the same bytes every time?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import shapely

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.export.layers import Layer

__all__ = ["write_geoparquet"]

_LINE, _POLYGON = 1, 3


def write_geoparquet(folder: Path, *, name: str, layer: Layer) -> None:
    """Write a collection as ``NAME.parquet`` in longitude and latitude (EPSG:4326).

    Parameters
    ----------
    folder
        Where to; it is made where it is missing.
    name
        Of the collection.
    layer
        What to write; every geometry becomes of its one type.
    """
    folder.mkdir(exist_ok=True)
    frame = layer.frame
    if layer.geometry_type != "Point":
        frame = frame.set_geometry(_of_many(frame.geometry, layer.geometry_type))
    frame.to_parquet(folder / f"{name}.parquet", index=False, compression="zstd")


def _of_many(shapes: gpd.GeoSeries, geometry_type: str) -> gpd.GeoSeries:
    """Return shapes of one part as shapes of many."""
    areas = geometry_type == "MultiPolygon"
    values = shapes.to_numpy().copy()
    single = shapely.get_type_id(values) == (_POLYGON if areas else _LINE)
    parts = values[single, None]
    values[single] = shapely.multipolygons(parts) if areas else shapely.multilinestrings(parts)
    return gpd.GeoSeries(values, index=shapes.index, crs=shapes.crs, name=shapes.name)
