"""Which losses of a block are impossible, and which are above the limit of their direction?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.radio.jit import kernel
from infraplan.radio.ray_loss import free_space_row

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.radio.link import Link

__all__ = ["direction", "hide_above", "raise_to_free_space"]

OCTANT_DEG: Final = 45


@kernel
def raise_to_free_space(
    ground_m: NDArray[np.float32],
    link: Link,
    place: tuple[int, int],
    block: tuple[int, int, int, int],
    loss_db: NDArray[np.float32],
) -> None:
    """Raise losses that blending left some thousandths of a dB below free space, in place."""
    rows, columns = ground_m.shape
    left, right = max(block[2], 0), min(block[3], columns)
    if right <= left:
        return
    base_m = float(ground_m[place])
    rise_m = link.rx_height_m - link.tx_height_m - base_m
    for i in range(max(block[0], 0), min(block[1], rows)):
        away_km = (i - place[0]) * link.cell_size_km
        free_space_row(
            ground_m[i, left:right], away_km, left - place[1], link.cell_size_km, rise_m,
            link.frequency_ghz, loss_db[i - block[0], left - block[2] : right - block[2]],
        )  # fmt: skip


@kernel
def _tangents() -> NDArray[np.float64]:
    """List the tangents of 0 to 46 degrees."""
    values = np.empty(OCTANT_DEG + 2)
    for degree in range(values.size):
        values[degree] = math.tan(math.radians(degree))
    return values


@kernel
def direction(south: int, east: int, tangents: NDArray[np.float64]) -> int:
    """Name the whole degree of azimuth clockwise from grid north, 0 to 359, of an offset."""
    if abs(south) >= abs(east):
        axis = 180 if south > 0 else 0
        is_clockwise = (south > 0) != (east > 0)
        major, minor = abs(south), abs(east)
    else:
        axis = 90 if east > 0 else 270
        is_clockwise = (south > 0) == (east > 0)
        major, minor = abs(east), abs(south)
    if minor == 0:
        return axis
    if minor == major:
        return (axis + OCTANT_DEG if is_clockwise else axis - OCTANT_DEG) % 360
    ratio = minor / major
    degree = int(ratio * (60.6 - 15.6 * ratio))
    while ratio < tangents[degree]:
        degree -= 1
    while ratio >= tangents[degree + 1]:
        degree += 1
    return (axis + degree if is_clockwise else axis - 1 - degree) % 360


@kernel
def hide_above(
    limits_db: NDArray[np.float64],
    place: tuple[int, int],
    block: tuple[int, int, int, int],
    loss_db: NDArray[np.float32],
) -> None:
    """Put NaN where a loss is above the limit of its direction, by whole degree of azimuth."""
    tangents = _tangents()
    lowest_db = limits_db.min()
    for i in range(loss_db.shape[0]):
        south = i + block[0] - place[0]
        for j in range(loss_db.shape[1]):
            if loss_db[i, j] > lowest_db:
                degree = direction(south, j + block[2] - place[1], tangents)
                if loss_db[i, j] > limits_db[degree]:
                    loss_db[i, j] = np.nan
