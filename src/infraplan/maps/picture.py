"""What does the signal look like as a picture that lies right on a web map?"""

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
from infraplan.results import ANY_OPERATOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from affine import Affine
    from numpy.typing import NDArray

    from infraplan.results import Signal

__all__ = ["data_address", "levels", "signal_picture"]

_DISPLAY_CRS = "EPSG:3857"
_MOST_PIXELS = 1200
_OPAQUE = 255


def levels(technology: str) -> list[dict[Any, Any]]:
    """Return the classes of service, strongest first."""
    table = catalog.table("service_levels")
    return table[table["technology"] == technology].to_dict("records")


def signal_picture(
    signal: Signal, zones: gpd.GeoSeries
) -> tuple[str, tuple[float, float, float, float]]:
    """Return the classes of the strongest signal as a picture in Web Mercator.

    Parameters
    ----------
    signal
        The signal.
    zones
        Polygons in its CRS; the picture is transparent outside of them.

    Returns
    -------
    tuple
        Data address of a PNG, and its west, south, east, north in degrees. A pixel has the class
        that most of its cells have.
    """
    grid, service = signal.grid, levels(signal.technology)
    least = [v["minimum_rsrp_dbm"] for v in service]
    limits = sorted(float(v) for v in least if v)
    level = signal.rsrp_dbm[ANY_OPERATOR]
    known = np.nan_to_num(np.asarray(level.values, dtype=np.float64), nan=-np.inf)
    inside = rasterize(zones, out_shape=grid.shape, transform=grid.transform, dtype="uint8")
    number = len(service) - np.digitize(known, limits)
    classes = np.where(inside == 1, number, 0).astype(np.uint8)
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
    return data_address(_png(pixels, colours, transform), "image/png"), bounds


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
