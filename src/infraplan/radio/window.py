"""Which part of a grid lies around one post?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["place_faults", "relative_window_m"]


def relative_window_m(
    height_m: NDArray[np.floating], row: int, column: int, margin: int
) -> NDArray[np.float32]:
    """Cut out the terrain around a post, in m above that post, NaN beyond the grid.

    Parameters
    ----------
    height_m
        Terrain posts, m, shape (rows, columns), NaN where unknown.
    row, column
        The post in the middle, on known terrain.
    margin
        Posts on either side of it.

    Returns
    -------
    numpy.ndarray
        Height difference, m, float32, shape (2 margin + 1, 2 margin + 1).
    """
    side = 2 * margin + 1
    window_m = np.full((side, side), np.nan, dtype=np.float32)
    top, left = row - margin, column - margin
    bottom = min(row + margin + 1, height_m.shape[0])
    right = min(column + margin + 1, height_m.shape[1])
    part = height_m[max(top, 0) : bottom, max(left, 0) : right]
    inside = np.s_[max(-top, 0) : bottom - top, max(-left, 0) : right - left]
    window_m[inside] = part - height_m[row, column]
    return window_m


def place_faults(height_m: NDArray[np.floating], row: int, column: int) -> list[str]:
    """List what is wrong with the terrain, or with a transmitter's place on it."""
    if height_m.ndim != 2 or height_m.dtype.kind != "f":
        found = f"{height_m.ndim} dimensions of {height_m.dtype}"
        return [f"height_m has {found}; give 2 dimensions of floating-point metres"]
    rows, columns = height_m.shape
    place = f"row {row}, column {column}"
    if not (0 <= row < rows and 0 <= column < columns):
        return [f"the transmitter at {place} is off the grid of {rows} by {columns} posts"]
    if math.isnan(height_m[row, column]):
        return [f"the transmitter at {place} stands on unknown terrain; fill it or move the site"]
    return []
