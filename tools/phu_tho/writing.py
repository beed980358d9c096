"""How are the tables written so that the same content gives the same bytes?"""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import rasterio
import shapely

from phu_tho.geometry import DECIMALS, METRIC_EPSG
from phu_tho.terrain import Terrain

NODATA = -32768


def write_geojson(path: Path, rows: pd.DataFrame, shapes: Sequence[shapely.Geometry]) -> None:
    """Write one feature per line: the rows as properties, the shapes (rounded degrees) beside."""
    records = rows.to_dict(orient="records")
    features = [
        _dump({"type": "Feature", "properties": record, "geometry": _geometry(shape)})
        for record, shape in zip(records, shapes, strict=True)
    ]
    head = '{"type":"FeatureCollection","name":' + json.dumps(path.stem) + ',"features":[\n'
    _write(path, head + ",\n".join(features) + "\n]}\n")


def _geometry(shape: shapely.Geometry) -> dict[str, object]:
    """Turn a line or a polygon without holes of its own kind into GeoJSON, rounded."""
    oriented = shapely.orient_polygons(shape)
    document: dict[str, object] = json.loads(shapely.to_geojson(oriented))
    document["coordinates"] = _rounded(document["coordinates"])
    return document


def _rounded(value: object) -> object:
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return round(float(str(value)), DECIMALS)


def _dump(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def write_csv(path: Path, rows: pd.DataFrame) -> None:
    """Write a table: UTF-8 without BOM, LF, coordinates with six decimals."""
    fixed = rows.copy()
    for column in ("lon", "lat"):
        if column in fixed:
            fixed[column] = [f"{value:.{DECIMALS}f}" for value in fixed[column]]
    for column in fixed.columns[[kind.kind == "f" for kind in fixed.dtypes]]:
        fixed[column] = [f"{value:g}" for value in fixed[column]]
    _write(path, fixed.to_csv(index=False, lineterminator="\n"))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


def write_elevation(path: Path, terrain: Terrain) -> None:
    """Write the ground as a tiled, compressed GeoTIFF in whole metres."""
    path.parent.mkdir(parents=True, exist_ok=True)
    height, width = terrain.height_m.shape
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=width,
        height=height,
        count=1,
        dtype="int16",
        crs=f"EPSG:{METRIC_EPSG}",
        transform=terrain.transform,
        nodata=NODATA,
        tiled=True,
        blockxsize=256,
        blockysize=256,
        compress="deflate",
        predictor=2,
        zlevel=9,
        num_threads=1,
    ) as raster:
        raster.write(terrain.height_m, 1)
        raster.set_band_description(1, "elevation, simulated")
        raster.units = ("m",)
        raster.update_tags(origin="simulated on ITU-R P.1511-2 heights")
