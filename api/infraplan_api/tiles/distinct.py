"""Which colour has each cell, so that neighbours differ?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan_api.tiles.blocks import Source

__all__ = ["COLOURS", "colouring", "distinct_colours"]

COLOURS: Final = 9
_MOST_CELLS: Final = 1_500_000
"""A raster of more is looked at in a coarser copy; a server too small to be in it has colour 0."""


def distinct_colours(source: Source) -> NDArray[np.uint8]:
    """Return the number of a colour, 0 to 8, for each server of a raster."""
    sizes = [one.rows * one.columns for one in source.levels]
    level = next((i for i, size in enumerate(sizes) if size <= _MOST_CELLS), len(sizes) - 1)
    return colouring(source.whole(level))


def colouring(servers: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Return a colour for each key of a raster, different for neighbours as far as possible.

    Keys take turns by their number of neighbours, most first; each takes the colour that its
    neighbours use least, weighted by the length of the common border, and of those the one used
    least so far.

    Parameters
    ----------
    servers
        Keys from 0; negative where there is none.

    Returns
    -------
    numpy.ndarray
        Colour of each key up to the largest.
    """
    values = servers.astype(np.int32, copy=False)
    count = int(values.max(initial=-1)) + 1
    pairs, lengths = _borders(values, count)
    order = np.argsort(-np.bincount(pairs[:, 0], minlength=count), kind="stable")
    start = np.searchsorted(pairs[:, 0], np.arange(count + 1))
    colours = np.full(count, COLOURS, dtype=np.uint8)
    used = np.zeros(COLOURS + 1)
    for key in order:
        span = slice(start[key], start[key + 1])
        taken = np.bincount(colours[pairs[span, 1]], lengths[span], minlength=COLOURS + 1)
        free = np.flatnonzero(taken[:COLOURS] == taken[:COLOURS].min())
        colours[key] = free[np.argmin(used[free])]
        used[colours[key]] += 1
    return colours


def _borders(
    values: NDArray[np.int32], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the pairs of keys that touch, both ways and sorted, and how long they do so."""
    sides = ((values[:, :-1], values[:, 1:]), (values[:-1], values[1:]))
    found = []
    for one, other in sides:
        border = (one != other) & (one >= 0) & (other >= 0)
        first, second = one[border].astype(np.int64), other[border].astype(np.int64)
        found += [first * count + second, second * count + first]
    codes, lengths = np.unique(np.concatenate(found), return_counts=True)
    pairs = np.stack([codes // max(count, 1), codes % max(count, 1)], axis=1)
    return pairs, lengths.astype(np.float64)
