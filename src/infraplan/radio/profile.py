"""What does the terrain look like along the straight line between two posts of a grid?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from infraplan.radio.jit import kernel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "SAMPLES_PER_CELL",
    "add_clutter",
    "interpolate_height_m",
    "sample_count",
    "sample_profile",
]

SAMPLES_PER_CELL: Final = 3
"""Samples per cell of path: one a cell would bias a hilltop's losses by -0.2 dB on average."""

CLEARING_CELLS: Final = 5.0 / 6.0
"""Terminals stand in a clearing of one cell, to half a sample: nearer samples carry no clutter.

Samples are up to a third of a cell apart, so the first one with clutter lies 0.83 to 1.17 cells
from the terminal; with a limit of exactly one cell, nearly all of them would lie beyond 1.3."""


@kernel
def interpolate_height_m(height_m: NDArray[np.float32], row: float, column: float) -> float:
    """Interpolate the height bilinearly, in m, at a fractional position inside the grid.

    Parameters
    ----------
    height_m
        Terrain posts, m, shape (rows, columns).
    row, column
        Position in posts, from 0 to the last post.

    Returns
    -------
    float
        Height, m; NaN if any post that carries weight is NaN.
    """
    upper = int(row)
    left = int(column)
    down_share = row - upper
    right_share = column - left
    lower = upper + 1 if down_share > 0.0 else upper
    right = left + 1 if right_share > 0.0 else left
    above = float(height_m[upper, left])
    above += (height_m[upper, right] - above) * right_share
    below = float(height_m[lower, left])
    below += (height_m[lower, right] - below) * right_share
    return float(above + (below - above) * down_share)


@kernel
def sample_count(row_offset: int, column_offset: int) -> int:
    """Count the points of the profile to a post that far away, both ends included."""
    return math.ceil(SAMPLES_PER_CELL * math.hypot(row_offset, column_offset)) + 1


@kernel
def sample_profile(
    height_m: NDArray[np.float32],
    cell_size_km: float,
    start: tuple[int, int],
    end: tuple[int, int],
    distance_out_km: NDArray[np.float64],
    height_out_m: NDArray[np.float64],
) -> bool:
    """Write the profile between two different posts, densely and evenly sampled.

    Parameters
    ----------
    height_m
        Terrain posts, m, shape (rows, columns), NaN where unknown.
    cell_size_km
        Distance between neighbouring posts, km.
    start, end
        Row and column of the first and the last post.
    distance_out_km, height_out_m
        Written: distance from the start, km, and height, m; shape (n,), n of :func:`sample_count`.

    Returns
    -------
    bool
        True if the terrain is known along the whole line.
    """
    count = distance_out_km.size
    row_offset = end[0] - start[0]
    column_offset = end[1] - start[1]
    step_km = cell_size_km * math.hypot(row_offset, column_offset) / (count - 1)
    for i in range(count):
        share = i / (count - 1)
        row = start[0] + share * row_offset
        column = start[1] + share * column_offset
        distance_out_km[i] = i * step_km
        height_out_m[i] = interpolate_height_m(height_m, row, column)
        if math.isnan(height_out_m[i]):
            return False
    return True


@kernel
def add_clutter(
    distance_km: NDArray[np.float64],
    terrain_m: NDArray[np.float64],
    cell_size_km: float,
    surface_m: NDArray[np.float64],
) -> None:
    """Turn the clutter along a profile into the surface that obstructs, in place.

    Parameters
    ----------
    distance_km, terrain_m
        Distance from the start, km, and bare ground, m, shape (n,).
    cell_size_km
        Distance between neighbouring posts, km; nearer to either end the surface is the ground.
    surface_m
        Read as the clutter's height, m, and overwritten with the surface, m; shape (n,).
    """
    last = distance_km.size - 1
    clearing_km = CLEARING_CELLS * cell_size_km
    for i in range(last + 1):
        near_km = min(distance_km[i], distance_km[last] - distance_km[i])
        surface_m[i] = terrain_m[i] + (surface_m[i] if near_km >= clearing_km else 0.0)
