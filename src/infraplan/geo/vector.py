"""Which polygons do the cells of equal class form?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
from rasterio.features import shapes
from shapely.geometry import shape

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.geo.grid import Grid

__all__ = ["regions"]


def regions(classes: NDArray[np.int32], grid: Grid) -> gpd.GeoDataFrame:
    """Return one polygon for each connected region of equal class.

    Parameters
    ----------
    classes
        Class per cell, shape of the grid; 0 is left out. Cells touch along sides, not corners.
    grid
        Where the cells lie.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns value and geometry, in raster order.
    """
    found = [
        (int(v), shape(g))
        for g, v in shapes(classes, mask=classes != 0, connectivity=4, transform=grid.transform)
    ]
    return gpd.GeoDataFrame(
        {"value": np.array([v for v, _ in found], dtype=np.int64)},
        geometry=[g for _, g in found],
        crs=grid.crs,
    )
