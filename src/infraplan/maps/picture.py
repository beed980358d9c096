"""What does signal look like as a picture that a map can carry, in colours of the levels?"""

from __future__ import annotations

import base64
import math
from typing import TYPE_CHECKING, Any

import numpy as np
from rasterio.enums import Resampling
from rasterio.features import rasterize
from rasterio.io import MemoryFile
from rasterio.transform import array_bounds
from rasterio.warp import calculate_default_transform, reproject, transform_bounds

from infraplan import catalog
from infraplan.geo import GEOGRAPHIC
from infraplan.maps.drawing import Picture
from infraplan.results import ANY_OPERATOR, CLASS_UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from affine import Affine
    from numpy.typing import NDArray

    from infraplan.geo import Grid, Raster
    from infraplan.results import Signal

__all__ = ["class_picture", "data_address", "levels", "signal_picture"]

_DISPLAY_CRS = "EPSG:3857"
_MOST_PIXELS = 1200
_OPAQUE = 255


def levels(technology: str) -> list[dict[Any, Any]]:
    """Return the classes of service, strongest first."""
    table = catalog.table("service_levels")
    return table[table["technology"] == technology].to_dict("records")


def signal_picture(
    signal: Signal, zones: gpd.GeoSeries, *, operator: str = ANY_OPERATOR
) -> Picture:
    """Return the classes of the signal of an operator as a picture in Web Mercator.

    Parameters
    ----------
    signal
        The signal.
    zones
        Polygons in its CRS; the picture is transparent outside of them.
    operator
        One of the signal's operators.

    Returns
    -------
    Picture
        A pixel has the class that most of its cells have.
    """
    least = [v["minimum_rsrp_dbm"] for v in levels(signal.technology)]
    limits = sorted(float(v) for v in least if v)
    values = np.asarray(signal.rsrp_dbm[operator].values, dtype=np.float64)
    known = np.nan_to_num(values, nan=-np.inf)
    return _picture(np.digitize(known, limits), signal.grid, signal.technology, zones)


def class_picture(classes: Raster, zones: gpd.GeoSeries, *, technology: str) -> Picture:
    """Return a raster of classes of service as a picture in Web Mercator.

    Parameters
    ----------
    classes
        0 without signal, then one more for each level that is reached; 255 unknown.
    zones
        Polygons in its CRS; the picture is transparent outside of them.
    technology
        Whose levels give the colours.
    """
    return _picture(classes.values.astype(np.int64), classes.grid, technology, zones)


def _picture(
    reached: NDArray[np.int64], grid: Grid, technology: str, zones: gpd.GeoSeries
) -> Picture:
    """Return the picture of levels reached in each cell of a grid."""
    service = levels(technology)
    inside = rasterize(zones, out_shape=grid.shape, transform=grid.transform, dtype="uint8")
    is_drawn = (inside == 1) & (reached != CLASS_UNKNOWN)
    classes = np.where(is_drawn, len(service) - reached, 0).astype(np.uint8)
    shrink = max(max(grid.shape) / _MOST_PIXELS, 1.0)
    transform, width, height = calculate_default_transform(
        grid.crs,
        _DISPLAY_CRS,
        grid.columns,
        grid.rows,
        *grid.bounds,
        dst_width=math.ceil(grid.columns / shrink),
        dst_height=math.ceil(grid.rows / shrink),
    )
    pixels = np.zeros((height, width), dtype=np.uint8)
    reproject(
        classes,
        pixels,
        src_transform=grid.transform,
        src_crs=grid.crs,
        dst_transform=transform,
        dst_crs=_DISPLAY_CRS,
        resampling=Resampling.mode,
    )
    colours = [tuple(bytes.fromhex(v["colour"].removeprefix("#"))) for v in service]
    bounds = transform_bounds(_DISPLAY_CRS, GEOGRAPHIC, *array_bounds(height, width, transform))
    return Picture(data_address(_png(pixels, colours, transform), "image/png"), bounds)


def _png(pixels: NDArray[np.uint8], colours: Sequence[tuple[int, ...]], transform: Affine) -> bytes:
    """Return a PNG with a palette; 0 is transparent, 1 the first colour."""
    palette = {i: (*colour, _OPAQUE) for i, colour in enumerate(colours, 1)}
    height, width = pixels.shape
    shape = {"height": height, "width": width, "count": 1, "dtype": "uint8", "nodata": 0}
    with MemoryFile() as memory:
        with memory.open(driver="PNG", transform=transform, **shape) as sink:
            sink.write(pixels, 1)
            sink.write_colormap(1, {0: (0, 0, 0, 0), **palette})
        return bytes(memory.getbuffer())


def data_address(content: bytes, media_type: str) -> str:
    """Return content as an address that a page can show without asking any host."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode('ascii')}"
