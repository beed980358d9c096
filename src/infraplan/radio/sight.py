"""How much of what stands around a place does an antenna there see over bare terrain?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from infraplan.radio.jit import kernel
from infraplan.units import EARTH_RADIUS_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["in_sight"]

_EFFECTIVE_RADIUS_M = EARTH_RADIUS_M * 4.0 / 3.0
"""Radius of the Earth over which rays are straight in the standard atmosphere, ITU-R P.310."""


def in_sight(
    height_m: NDArray[np.float32],
    cell_size_m: float,
    places: tuple[NDArray[np.int64], NDArray[np.int64]],
    antenna_m: NDArray[np.float64],
    targets: tuple[NDArray[np.int64], NDArray[np.int64]],
    weights: NDArray[np.float64],
    *,
    reach_m: float,
    receiver_m: float,
    step_m: float,
) -> NDArray[np.float64]:
    """Add up the weights of the targets in sight of each place, within a distance.

    Parameters
    ----------
    height_m
        Terrain, m, shape (rows, columns); NaN hides nothing.
    cell_size_m
        Side of a cell, m.
    places
        Rows and columns of the places, shape (n,) each, on the grid.
    antenna_m
        Antenna of each place above ground, m, shape (n,).
    targets
        Rows and columns of the targets, shape (t,) each, on the grid.
    weights
        What each target counts, shape (t, k).
    reach_m
        Targets farther off do not count, m.
    receiver_m
        Receivers above ground, m.
    step_m
        Distance at which the terrain between them is read, m; at least a cell.

    Returns
    -------
    numpy.ndarray
        Sums, shape (n, k). A target is in sight where no terrain between rises above the straight
        line to it; the Earth is taken with 4/3 of its radius.

    References
    ----------
    ITU-R P.310-10, 4/3 of the Earth's radius in the standard atmosphere.
    """
    size = max(math.ceil(reach_m / cell_size_m), 1)
    down, across = height_m.shape[0] // size + 1, height_m.shape[1] // size + 1
    number = (targets[0] // size) * across + targets[1] // size
    order = np.argsort(number, kind="stable")
    starts = np.searchsorted(number[order], np.arange(down * across + 1)).astype(np.int64)
    sums = np.zeros((len(places[0]), weights.shape[1]))
    _sum_in_sight(
        np.ascontiguousarray(height_m, dtype=np.float32),
        np.column_stack(places).astype(np.int64),
        np.asarray(antenna_m, dtype=np.float64),
        np.column_stack(targets).astype(np.int64)[order],
        np.ascontiguousarray(weights, dtype=np.float64)[order],
        starts,
        (size, down, across),
        (float(cell_size_m), float(reach_m), float(receiver_m), float(max(step_m, cell_size_m))),
        sums,
    )
    return sums


@kernel
def _sum_in_sight(
    height_m: NDArray[np.float32],
    places: NDArray[np.int64],
    antenna_m: NDArray[np.float64],
    targets: NDArray[np.int64],
    weights: NDArray[np.float64],
    starts: NDArray[np.int64],
    buckets: tuple[int, int, int],
    lengths_m: tuple[float, float, float, float],
    sums: NDArray[np.float64],
) -> None:
    """Fill `sums`; targets are sorted by bucket, of which `starts` holds the first of each."""
    size, down, across = buckets
    cell_m, reach_m, receiver_m, step_m = lengths_m
    for place in range(len(places)):
        row, column = places[place, 0], places[place, 1]
        eye_m = height_m[row, column] + antenna_m[place]
        for above in range(max(row // size - 1, 0), min(row // size + 2, down)):
            for aside in range(max(column // size - 1, 0), min(column // size + 2, across)):
                bucket = above * across + aside
                for target in range(starts[bucket], starts[bucket + 1]):
                    below = targets[target, 0] - row
                    right = targets[target, 1] - column
                    distance_m = cell_m * math.sqrt(float(below * below + right * right))
                    if distance_m > reach_m:
                        continue
                    aim_m = height_m[row + below, column + right] + receiver_m
                    line = (distance_m, eye_m, aim_m, step_m)
                    if _is_clear(height_m, row, column, below, right, line):
                        for k in range(weights.shape[1]):
                            sums[place, k] += weights[target, k]


@kernel
def _is_clear(
    height_m: NDArray[np.float32],
    row: int,
    column: int,
    below: int,
    right: int,
    line: tuple[float, float, float, float],
) -> bool:
    """Tell whether no terrain rises above the line from the eye to the aim."""
    distance_m, eye_m, aim_m, step_m = line
    steps = math.ceil(distance_m / step_m)
    for step in range(1, steps):
        share = step / steps
        bulge_m = share * (1.0 - share) * distance_m * distance_m / (2.0 * _EFFECTIVE_RADIUS_M)
        ground_m = height_m[row + round(share * below), column + round(share * right)]
        if ground_m + bulge_m > eye_m + share * (aim_m - eye_m):
            return False
    return True
