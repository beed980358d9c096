"""In which direction and how far away does each pixel of a window lie?"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["BEARINGS", "BEARINGS_PER_DEG", "Around", "around"]

BEARINGS_PER_DEG: Final = 10
BEARINGS: Final = 360 * BEARINGS_PER_DEG

_NO_DISTANCE_M = 1e-3
"""Stands for the distance of the transmitter's own pixel, whose direction is straight down."""


class Around(NamedTuple):
    """Directions and distances from the middle of a window, shape (2 R + 1, 2 R + 1).

    Attributes
    ----------
    bearing
        Tenths of a degree clockwise from grid north, int16, 0 to 3599.
    distance_m
        Horizontal distance, m, float32.
    """

    bearing: NDArray[np.int16]
    distance_m: NDArray[np.float32]


@lru_cache(maxsize=4)
def around(radius: int, cell_size_m: float) -> Around:
    """Tabulate directions and distances up to `radius` pixels away; the arrays are not to change.

    Examples
    --------
    >>> around(1, 30.0).bearing.tolist()
    [[3150, 0, 450], [2700, 0, 900], [2250, 1800, 1350]]
    """
    south, east = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    bearing_deg = np.degrees(np.arctan2(east, -south))
    bearing_deg[radius, radius] = 0.0
    bearing = (np.rint(bearing_deg * BEARINGS_PER_DEG) % BEARINGS).astype(np.int16)
    distance_m = (np.hypot(south, east) * cell_size_m).astype(np.float32)
    distance_m[radius, radius] = _NO_DISTANCE_M
    bearing.flags.writeable = distance_m.flags.writeable = False
    return Around(bearing, distance_m)
