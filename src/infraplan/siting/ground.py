"""Where may a new mast stand, and which cell of each neighbourhood is the best?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from rasterio.features import rasterize
from scipy.ndimage import distance_transform_edt
from scipy.spatial import cKDTree

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.geo import Grid

__all__ = ["best_of_blocks", "near_roads", "near_sites", "thin", "zone_numbers"]


def zone_numbers(zones: gpd.GeoSeries, grid: Grid) -> NDArray[np.int32]:
    """Return, for each cell, the position of the zone that holds its centre, or -1."""
    if zones.empty:
        return np.full(grid.shape, -1, dtype=np.int32)
    shapes = [(shape, number) for number, shape in enumerate(zones)]
    found: NDArray[np.int32] = rasterize(
        shapes, out_shape=grid.shape, transform=grid.transform, fill=-1, dtype="int32"
    )
    return found


def near_roads(roads: gpd.GeoSeries, grid: Grid, *, reach_m: float) -> NDArray[np.bool_]:
    """Mark cells whose centre certainly lies within reach of a road.

    A cell that a road touches has its centre within half a diagonal of it; that much is taken off
    the reach, so that no marked cell is farther, as long as the reach exceeds it.
    """
    if roads.empty:
        return np.zeros(grid.shape, dtype=np.bool_)
    touched = rasterize(
        roads, out_shape=grid.shape, transform=grid.transform, all_touched=True, dtype="uint8"
    )
    distance_m = distance_transform_edt(touched == 0, sampling=grid.cell_size_m)
    marked: NDArray[np.bool_] = distance_m <= max(reach_m - grid.cell_size_m / math.sqrt(2.0), 0.0)
    return marked


def near_sites(
    x_m: NDArray[np.float64], y_m: NDArray[np.float64], grid: Grid, *, spacing_m: float
) -> NDArray[np.bool_]:
    """Mark cells whose centre is closer to a site than the spacing."""
    marked = np.zeros(grid.shape, dtype=np.bool_)
    rows, columns = grid.index(x_m, y_m)
    reach = math.ceil(spacing_m / grid.cell_size_m) + 1
    for down in range(-reach, reach + 1):
        for right in range(-reach, reach + 1):
            row, column = rows + down, columns + right
            centre_x, centre_y = grid.centre(row, column)
            close = np.hypot(centre_x - x_m, centre_y - y_m) < spacing_m
            close &= grid.inside(row, column)
            marked[row[close], column[close]] = True
    return marked


def best_of_blocks(
    values: NDArray[np.floating], allowed: NDArray[np.bool_], *, block_cells: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the allowed cell of the largest value in each square block.

    Parameters
    ----------
    values
        Values on a grid; cells that are not allowed may hold NaN.
    allowed
        Cells that may be picked, same shape.
    block_cells
        Side of a block, at least 1.

    Returns
    -------
    tuple of numpy.ndarray
        Rows and columns, one cell for each block with an allowed cell, blocks in row-major order;
        of equal values the northernmost, then westernmost.
    """
    height, width = values.shape
    down, right = math.ceil(height / block_cells), math.ceil(width / block_cells)
    padded = np.full((down * block_cells, right * block_cells), -np.inf)
    padded[:height, :width] = np.where(allowed, values, -np.inf)
    blocks = padded.reshape(down, block_cells, right, block_cells).transpose(0, 2, 1, 3)
    flat = blocks.reshape(down * right, block_cells**2)
    best = flat.argmax(axis=1)
    there = np.flatnonzero(np.isfinite(flat[np.arange(len(flat)), best]))
    rows = (there // right) * block_cells + best[there] // block_cells
    columns = (there % right) * block_cells + best[there] % block_cells
    return rows, columns


def thin(
    x_m: NDArray[np.float64], y_m: NDArray[np.float64], *, spacing_m: float
) -> NDArray[np.bool_]:
    """Keep each point unless a kept point before it is closer than the spacing."""
    kept = np.ones(len(x_m), dtype=np.bool_)
    if len(x_m) == 0:
        return kept
    points = np.column_stack([x_m, y_m])
    pairs = cKDTree(points).query_pairs(spacing_m, output_type="ndarray")
    first, second = pairs.min(axis=1), pairs.max(axis=1)
    closer = np.hypot(*(points[first] - points[second]).T) < spacing_m
    order = np.lexsort((first[closer], second[closer]))
    for a, b in zip(first[closer][order], second[closer][order], strict=True):
        if kept[a]:
            kept[b] = False
    return kept
