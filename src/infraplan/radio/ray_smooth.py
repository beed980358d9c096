"""What does the curved Earth add at every sample along one ray?

Two running sums give the least-squares smooth surface up to each sample, and the hull of the
terrain the obstruction by which it is lowered (the highest places over a flat Earth are among the
hull's vertices over the curved one, and none before the transmitter's horizon counts):
Recommendation ITU-R P.1812-8, Attachment 1 to Annex 1, section 5.6. The loss then comes from a
table.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.radio.jit import kernel
from infraplan.radio.p1812.horizons import BULGE_M_PER_KM2
from infraplan.radio.p1812.spherical_earth import CLEARANCE_FACTOR
from infraplan.radio.ray import (
    BARE,
    DIRECT,
    GROUND_M,
    INVERSE,
    LOW,
    MOMENT,
    RX_OVER_M,
    RX_SLOPE,
    RX_STEP,
    TOTAL,
    TX_OVER_M,
    TX_SLOPE,
    TX_STEP,
    WANTED,
)
from infraplan.radio.smooth_excess import height_bin, read_excess_db

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.radio.link import Link
    from infraplan.radio.ray import Ray
    from infraplan.radio.smooth_excess import ExcessTable

__all__ = ["add_excess", "add_up", "bound_heights", "smooth_ends_m"]

NONE: Final = np.float32(0.0)
UNIT: Final = np.float32(1.0)
TWO: Final = np.float32(2.0)
THREE: Final = np.float32(3.0)
SIX: Final = np.float32(6.0)
TINY: Final = np.float32(1e-20)


@kernel
def _add_up(
    ground_m: NDArray[np.float32],
    last: int,
    total_out: NDArray[np.float64],
    moment_out: NDArray[np.float64],
) -> None:
    """Write the two sums."""
    total = 0.0
    moment = 0.0
    for step in range(1, last + 1):
        total_out[step] = total
        moment_out[step] = moment
        height_m = float(ground_m[step])
        total += height_m
        moment += height_m * step


@kernel
def add_up(ray: Ray, last: int) -> None:
    """Write the sums of the ground before each sample, and of the ground times its step."""
    _add_up(ray.lines[GROUND_M], last, ray.sums[TOTAL], ray.sums[MOMENT])


@kernel
def smooth_ends_m(ground_m: float, total: float, moment: float, step: int) -> tuple[float, float]:
    """Compute the heights of the fitted line under both antennas, m above the transmitter's ground.

    Equations (85) and (86) of P.1812-8, Annex 1, for even steps of linear terrain.
    """
    area = (2.0 * total + ground_m) / step
    second = (6.0 * moment + ground_m * (3.0 * step - 1.0)) / (step * step)
    return 2.0 * area - second, second - area


@kernel
def _bound_heights(
    ground_m: NDArray[np.float32],
    inverse: NDArray[np.float32],
    total: NDArray[np.float64],
    moment: NDArray[np.float64],
    direct: NDArray[np.float32],
    tx_slope: NDArray[np.float32],
    tx_step: NDArray[np.float32],
    rx_slope: NDArray[np.float32],
    rx_step: NDArray[np.float32],
    first: int,
    bulge_m: float,
    tx_height_m: float,
    rx_height_m: float,
    clear_m: tuple[float, float],
    tx_over_out_m: NDArray[np.float32],
    rx_over_out_m: NDArray[np.float32],
    low_out: NDArray[np.uint8],
) -> None:
    """Write how high the antennas stand over the smooth surface from ``first`` on, m, at least.

    And mark the samples where that may not be enough: the line between two antennas clears the
    surface by at least the lower one less the largest bulge, ``clear_m[0]`` times the square of the
    step, and nowhere needs more than in mid-path, ``clear_m[1]`` times its root.

    Of the obstructions only the two horizons are looked at. Over a flat Earth they stand ``near``
    and ``far`` above the line between the antennas (as slopes from either), and the shares of
    equation (89) are at least theirs against the steepest slopes over the curved Earth.
    """
    bulge = np.float32(bulge_m)
    tx_height, rx_height = np.float32(tx_height_m), np.float32(rx_height_m)
    per_square, per_root = np.float32(clear_m[0]), np.float32(clear_m[1])
    start = np.int32(first)
    for k in range(tx_over_out_m.size):
        along = np.float32(np.int32(start + k))
        here_m = ground_m[k]
        per_step = inverse[k]
        area = (TWO * np.float32(total[k]) + here_m) * per_step
        second = SIX * np.float32(moment[k]) + here_m * (THREE * along - UNIT)
        second = second * per_step * per_step
        tx_m = TWO * area - second
        rx_m = second - area
        tx_excess = tx_slope[k] - direct[k]
        rx_excess = direct[k] - rx_slope[k]
        near = tx_excess - bulge * (along - tx_step[k])
        far = rx_excess - bulge * rx_step[k]
        is_hidden = tx_excess > NONE
        near = near if is_hidden and near > NONE else NONE
        far = far if is_hidden and far > NONE else NONE
        near_m = near * tx_step[k]
        far_m = far * (along - rx_step[k])
        highest_m = max(near_m, far_m)
        tx_m -= highest_m * near / (near + abs(rx_excess) + TINY)
        rx_m -= highest_m * far / (far + abs(tx_excess) + TINY)
        tx_over_m = tx_height - min(tx_m, NONE)
        rx_over_m = rx_height + here_m - min(rx_m, here_m)
        enough_m = per_square * along * along + per_root * np.float32(math.sqrt(along))
        tx_over_out_m[k] = tx_over_m
        rx_over_out_m[k] = rx_over_m
        low_out[k] = (tx_over_m < enough_m) | (rx_over_m < enough_m)


@kernel
def _lowered_by_m(
    ground_m: NDArray[np.float32],
    before: NDArray[np.int32],
    inverse: NDArray[np.float32],
    step: int,
    tx_height_m: float,
    rx_height_m: float,
) -> tuple[float, float]:
    """Compute by how much obstructions lower the line under both antennas, m; section 5.6.2."""
    direct = (ground_m[step] + rx_height_m - tx_height_m) / step
    highest_m = 0.0
    tx_slope = 0.0
    rx_slope = 0.0
    k = np.int64(step - 1)
    while k > 0:
        above_m = ground_m[k] - tx_height_m - direct * k
        highest_m = max(highest_m, above_m)
        tx_slope = max(tx_slope, above_m * inverse[k])
        rx_slope = max(rx_slope, above_m * inverse[step - k])
        k = np.int64(before[k])
    if highest_m <= 0.0:
        return 0.0, 0.0
    tx_share = tx_slope / (tx_slope + rx_slope)
    return highest_m * tx_share, highest_m * (1.0 - tx_share)


@kernel
def _add_excess(
    ground_m: NDArray[np.float32],
    inverse: NDArray[np.float32],
    before: NDArray[np.int32],
    wanted: NDArray[np.uint8],
    low: NDArray[np.uint8],
    total: NDArray[np.float64],
    moment: NDArray[np.float64],
    least_tx_m: NDArray[np.float32],
    least_rx_m: NDArray[np.float32],
    first: int,
    last: int,
    table_steps: float,
    tx_height_m: float,
    rx_height_m: float,
    excess_db: NDArray[np.float32],
    clear_m: NDArray[np.float32],
    loss_db: NDArray[np.float32],
) -> None:
    """Add the excess where the heights do not rule it out."""
    rows = np.int64(clear_m.shape[0])
    for step in range(first, last + 1):
        if low[step] == 0 or wanted[step] == 0:
            continue
        row = min(np.int64(step * table_steps), rows - 1)
        if least_rx_m[step] >= clear_m[row, height_bin(least_tx_m[step])]:
            continue
        here_m = float(ground_m[step])
        tx_m, rx_m = smooth_ends_m(here_m, total[step], moment[step], step)
        tx_low_m, rx_low_m = _lowered_by_m(
            ground_m, before, inverse, step, tx_height_m, rx_height_m
        )
        tx_over_m = tx_height_m - min(tx_m - tx_low_m, 0.0)
        rx_over_m = rx_height_m + here_m - min(rx_m - rx_low_m, here_m)
        if rx_over_m < clear_m[row, height_bin(tx_over_m)]:
            loss_db[step] += read_excess_db(excess_db, step * table_steps, tx_over_m, rx_over_m)


@kernel
def bound_heights(ray: Ray, first: int, last: int, step_km: float, link: Link) -> None:
    """Write the least heights of the antennas over the smooth surface into a ray, in m.

    Parameters are those of :func:`add_excess`; the transmitter's horizons must be there.
    """
    bulge_m = BULGE_M_PER_KM2 / link.radius_km * step_km * step_km
    least_radius_km = min(link.radius_km, link.beta_radius_km)
    clear_m = (
        0.25 * BULGE_M_PER_KM2 / least_radius_km * step_km * step_km,
        0.5 * CLEARANCE_FACTOR * math.sqrt(step_km * link.wavelength_m),
    )
    end = last + 1
    lines, bare, sums = ray.lines, ray.hulls[BARE], ray.sums
    _bound_heights(
        lines[GROUND_M, first:end], lines[INVERSE, first:end], sums[TOTAL, first:end],
        sums[MOMENT, first:end], bare[DIRECT, first:end], bare[TX_SLOPE, first:end],
        bare[TX_STEP, first:end], bare[RX_SLOPE, first:end], bare[RX_STEP, first:end], first,
        bulge_m, link.tx_height_m, link.rx_height_m, clear_m, lines[TX_OVER_M, first:end],
        lines[RX_OVER_M, first:end], ray.marks[LOW, first:end],
    )  # fmt: skip


@kernel
def add_excess(
    ray: Ray,
    first: int,
    last: int,
    step_km: float,
    link: Link,
    table: ExcessTable,
    loss_db: NDArray[np.float32],
) -> None:
    """Add the excess of the spherical Earth's loss along a ray, in dB.

    Parameters
    ----------
    ray
        The ray, with its sums, its least heights, and the hull of the bare ground.
    first, last
        The samples.
    step_km
        Distance between samples, km.
    link, table
        What all pixels share, and the table for one Earth.
    loss_db
        Losses, dB, added to from ``first`` to ``last``.
    """
    excess_db, clear_m, table_step_km = table
    lines, sums = ray.lines, ray.sums
    _add_excess(
        lines[GROUND_M], lines[INVERSE], ray.before[BARE], ray.marks[WANTED], ray.marks[LOW],
        sums[TOTAL], sums[MOMENT], lines[TX_OVER_M], lines[RX_OVER_M], first, last,
        step_km / table_step_km, link.tx_height_m, link.rx_height_m, excess_db, clear_m, loss_db,
    )  # fmt: skip
