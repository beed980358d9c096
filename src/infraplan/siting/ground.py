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

__all__ = [
    "best_of_blocks",
    "distance_to_lines_m",
    "near_roads",
    "near_sites",
    "slope_deg",
    "sum_of_blocks",
    "thin",
    "touched_by",
    "zone_numbers",
]


def zone_numbers(zones: gpd.GeoSeries, grid: Grid) -> NDArray[np.int32]:
    """Return, for each cell, the position of the zone that holds its centre, or -1."""
    if zones.empty:
        return np.full(grid.shape, -1, dtype=np.int32)
    shapes = [(shape, number) for number, shape in enumerate(zones)]
    found: NDArray[np.int32] = rasterize(
        shapes, out_shape=grid.shape, transform=grid.transform, fill=-1, dtype="int32"
    )
    return found


def touched_by(shapes: gpd.GeoSeries, grid: Grid) -> NDArray[np.bool_]:
    """Mark the cells that any of some lines or areas touches."""
    if shapes.empty:
        return np.zeros(grid.shape, dtype=np.bool_)
    found = rasterize(
        shapes, out_shape=grid.shape, transform=grid.transform, all_touched=True, dtype="uint8"
    )
    touched: NDArray[np.bool_] = found.astype(np.bool_)
    return touched


def distance_to_lines_m(lines: gpd.GeoSeries, grid: Grid) -> NDArray[np.float32]:
    """Return the distance of each cell from the nearest cell that a line touches, m.

    Infinite everywhere without lines.
    """
    touched = touched_by(lines, grid)
    if not touched.any():
        return np.full(grid.shape, np.inf, dtype=np.float32)
    found: NDArray[np.float32] = distance_transform_edt(~touched).astype(np.float32)
    return found * np.float32(grid.cell_size_m)


def near_roads(
    distance_m: NDArray[np.floating], grid: Grid, *, reach_m: float
) -> NDArray[np.bool_]:
    """Mark cells whose centre certainly lies within reach of a road.

    A cell that a road touches has its centre within half a diagonal of it; that much is taken off
    the reach, so that no marked cell is farther, as long as the reach exceeds it.

    Parameters
    ----------
    distance_m
        Of :func:`distance_to_lines_m` from the roads.
    grid
        The cells.
    reach_m
        The reach, m.
    """
    marked: NDArray[np.bool_] = distance_m <= max(reach_m - grid.cell_size_m / math.sqrt(2.0), 0.0)
    return marked


def slope_deg(height_m: NDArray[np.float32], *, cell_size_m: float) -> NDArray[np.float32]:
    """Return the slope of the terrain at each cell, degrees; NaN beside unknown terrain.

    The steepest of the four sides that a cell shares with its neighbours counts, so that a
    terrace at the edge of a cliff is steep.
    """
    steepest = np.zeros(height_m.shape, dtype=np.float32)
    for axis in (0, 1):
        rise = np.abs(np.diff(height_m, axis=axis))
        before = [slice(None), slice(None)]
        after = [slice(None), slice(None)]
        before[axis], after[axis] = slice(None, -1), slice(1, None)
        for side in (tuple(before), tuple(after)):
            np.maximum(steepest[side], rise, out=steepest[side])
    found: NDArray[np.float32] = np.degrees(np.arctan(steepest / np.float32(cell_size_m)))
    return found


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
    padded = np.full((down * block_cells, right * block_cells), -np.inf, dtype=values.dtype)
    padded[:height, :width] = np.where(allowed, values, -np.inf)
    blocks = padded.reshape(down, block_cells, right, block_cells).transpose(0, 2, 1, 3)
    flat = blocks.reshape(down * right, block_cells**2)
    best = flat.argmax(axis=1)
    there = np.flatnonzero(np.isfinite(flat[np.arange(len(flat)), best]))
    rows = (there // right) * block_cells + best[there] // block_cells
    columns = (there % right) * block_cells + best[there] % block_cells
    return rows, columns


def sum_of_blocks(values: NDArray[np.floating], *, block_cells: int) -> NDArray[np.float64]:
    """Add up the values of each square block; shape (blocks down, blocks right)."""
    rows = np.arange(0, values.shape[0], block_cells)
    columns = np.arange(0, values.shape[1], block_cells)
    found: NDArray[np.float64] = np.add.reduceat(
        np.add.reduceat(values, rows, axis=0, dtype=np.float64), columns, axis=1
    )
    return found


def thin(
    x_m: NDArray[np.float64], y_m: NDArray[np.float64], *, spacing_m: NDArray[np.float64] | float
) -> NDArray[np.bool_]:
    """Keep each point unless a kept point before it is closer than the spacing of either."""
    kept = np.ones(len(x_m), dtype=np.bool_)
    if len(x_m) == 0:
        return kept
    points = np.column_stack([x_m, y_m])
    own_m = np.broadcast_to(np.asarray(spacing_m, dtype=np.float64), kept.shape)
    pairs = cKDTree(points).query_pairs(float(own_m.max()), output_type="ndarray")
    first, second = pairs.min(axis=1), pairs.max(axis=1)
    apart_m = np.hypot(*(points[first] - points[second]).T)
    closer = apart_m < np.maximum(own_m[first], own_m[second])
    order = np.lexsort((first[closer], second[closer]))
    for a, b in zip(first[closer][order], second[closer][order], strict=True):
        if kept[a]:
            kept[b] = False
    return kept
