"""What does the signal look like as a small picture in the colours of its classes?"""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from rasterio.enums import Resampling
from rasterio.features import rasterize
from rasterio.io import MemoryFile
from rasterio.warp import reproject

from infraplan import catalog
from infraplan.geo import Grid

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.geo import Raster

__all__ = ["Level", "levels_of", "signal_image"]

_MOST_PIXELS = 900
_OPAQUE = 255


@dataclass(frozen=True, slots=True)
class Level:
    """One class of service: its least RSRP (None for the lowest), names and colour."""

    minimum_dbm: float | None
    name_vi: str
    name_en: str
    colour: str


def levels_of(technology: str) -> tuple[Level, ...]:
    """Return the classes of service of a technology, strongest first."""
    table = catalog.table("service_levels")
    return tuple(
        Level(
            float(r["minimum_rsrp_dbm"]) if r["minimum_rsrp_dbm"] else None,
            r["name_vi"],
            r["name_en"],
            r["colour"],
        )
        for r in table[table["technology"] == technology].to_dict("records")
    )


def signal_image(
    raster: Raster, zones: gpd.GeoSeries, levels: tuple[Level, ...]
) -> tuple[str, Grid]:
    """Return a PNG of the classes inside the zones as a data address, and where it lies.

    Parameters
    ----------
    raster
        Levels, dBm; missing means the lowest class.
    zones
        Polygons in the raster's CRS; outside of them the picture is transparent.
    levels
        Classes, strongest first.

    Returns
    -------
    tuple of str and Grid
        A pixel has the class that most of its cells have; at most 900 pixels a side.
    """
    grid = raster.grid
    limits = [v.minimum_dbm for v in levels if v.minimum_dbm is not None]
    known = np.nan_to_num(raster.values.astype(np.float64), nan=-np.inf)
    classes = (len(levels) - np.digitize(known, sorted(limits))).astype(np.uint8)
    inside = rasterize(
        [(z, 1) for z in zones], out_shape=grid.shape, transform=grid.transform, dtype="uint8"
    )
    coarse, pixels = _coarse(grid, np.where(inside == 1, classes, 0).astype(np.uint8))
    address = base64.b64encode(_png(pixels, levels, coarse)).decode("ascii")
    return f"data:image/png;base64,{address}", coarse


def _coarse(grid: Grid, classes: NDArray[np.uint8]) -> tuple[Grid, NDArray[np.uint8]]:
    """Return the commonest class of each block of cells."""
    factor = math.ceil(max(grid.shape) / _MOST_PIXELS)
    rows, columns = math.ceil(grid.rows / factor), math.ceil(grid.columns / factor)
    coarse = Grid(grid.crs, grid.x_min_m, grid.y_max_m, grid.cell_size_m * factor, rows, columns)
    pixels = np.zeros(coarse.shape, dtype=np.uint8)
    reproject(
        classes,
        pixels,
        src_transform=grid.transform,
        src_crs=grid.crs,
        dst_transform=coarse.transform,
        dst_crs=coarse.crs,
        resampling=Resampling.mode,
    )
    return coarse, pixels


def _png(pixels: NDArray[np.uint8], levels: tuple[Level, ...], grid: Grid) -> bytes:
    """Return the bytes of a PNG with a palette, 0 transparent."""
    palette = {i: (*_rgb(v.colour), _OPAQUE) for i, v in enumerate(levels, 1)}
    with MemoryFile() as memory:
        with memory.open(
            driver="PNG",
            height=grid.rows,
            width=grid.columns,
            count=1,
            dtype="uint8",
            nodata=0,
            transform=grid.transform,
        ) as sink:
            sink.write(pixels, 1)
            sink.write_colormap(1, {0: (_OPAQUE, _OPAQUE, _OPAQUE, 0), **palette})
        return bytes(memory.getbuffer())


def _rgb(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of ``#rrggbb``."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue
