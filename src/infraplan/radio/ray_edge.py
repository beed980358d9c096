"""What does Bullington's equivalent edge cost at every sample along one ray?

The *upper convex hull* of the terrain (with the Earth's curvature taken off, so that straight
lines are rays) gives the receiver's horizon: the line from the receiver touches the hull there. Of
the slopes seen from the transmitter only the *records* matter: the last one is its horizon, and
only a record can be the sample that comes nearest to a clear line of sight.

Lengths along the ray are in steps, slopes in metres per step. With A and B the slopes by which the
transmitter's and the receiver's horizon stand above the line between the antennas, Bullington's
equivalent edge has nu^2 = 2 d A B / wavelength (Recommendation ITU-R P.526-15, section 4.5.1, with
the meeting point eliminated).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from infraplan.radio.diffraction import CLEAR_NU, NU_SQUARED_FACTOR, bullington_from_nu_db
from infraplan.radio.jit import kernel
from infraplan.radio.smooth_earth import BULGE_M_PER_KM2

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from infraplan.radio.path_loss import Link
    from infraplan.radio.ray import Ray

__all__ = ["write_edge_losses"]

RECORD_BLOCK: Final = 16
STEEPEST_GRADIENT_DB_M: Final = 1.0
GRADIENT_DAMPING: Final = 0.9
"""The gradient of loss over height is a tangent to a curve that flattens: taken with care."""


@kernel
def _flatten(
    height_m: NDArray[np.float64], known: int, bulge_m: float, curved_out_m: NDArray[np.float64]
) -> None:
    """Take the Earth's curvature off the heights: ``bulge_m`` times the square of the step."""
    for step in range(1, known + 1):
        curved_out_m[step] = height_m[step] - bulge_m * step * step


@kernel
def _find_horizons(
    curved_m: NDArray[np.float64],
    known: int,
    rx_height_m: float,
    hull: NDArray[np.int64],
    edge: NDArray[np.float64],
    horizon_out: NDArray[np.int64],
) -> None:
    """Write the step of the receiver's horizon for a receiver at each sample from the second on.

    One walk down the hull drops the vertices that the new sample hides; a second one, from the
    same place but without dropping, finds where the line from the antenna touches.
    """
    hull[0] = 1
    top = 0
    for step in range(2, known + 1):
        ground_m = curved_m[step]
        level_m = ground_m + rx_height_m
        k = top
        i = hull[k]
        while k > 0 and ground_m - curved_m[i] >= edge[k] * (step - i):
            k -= 1
            i = hull[k]
        top = k + 1
        edge_here = (ground_m - curved_m[i]) / (step - i)
        while k > 0 and level_m - curved_m[i] >= edge[k] * (step - i):
            k -= 1
            i = hull[k]
        horizon_out[step] = i
        hull[top] = step
        edge[top] = edge_here


@kernel
def _find_records(
    curved_m: NDArray[np.float64],
    known: int,
    tx_height_m: float,
    record: NDArray[np.int64],
    record_slope: NDArray[np.float64],
    records_out: NDArray[np.int64],
) -> None:
    """Write the samples that set a record of the slope seen from the transmitter, and how many."""
    count = 0
    steepest = -math.inf
    for step in range(1, known + 1):
        records_out[step] = count
        slope = (curved_m[step] - tx_height_m) / step
        if slope > steepest:
            steepest = slope
            record[count] = step
            record_slope[count] = slope
            count += 1


@kernel
def _nearest_miss(
    record: NDArray[np.int64],
    record_slope: NDArray[np.float64],
    records: int,
    step: int,
    direct: float,
    enough: float,
) -> float:
    """Find the smallest (slope below the line)^2 i / (step - i) over the records, or ``enough``.

    A block of records is skipped if even its steepest slope at its first step misses by more.
    """
    best = enough
    high = records - 1
    while high >= 0:
        low = max(high - RECORD_BLOCK + 1, 0)
        miss = direct - record_slope[high]
        if miss * miss * record[low] < best * (step - record[low]):
            for k in range(high, low - 1, -1):
                miss = direct - record_slope[k]
                value = miss * miss * record[k]
                if value < best * (step - record[k]):
                    best = value / (step - record[k])
        high = low - 1
    return best


@kernel
def _find_nu(
    ray: Ray, first: int, known: int, tx_height_m: float, rx_height_m: float, factor: float
) -> None:
    """Write the Fresnel parameters; ``factor`` is nu^2 for slopes of 1 over one step."""
    curved_m, nu, raised_nu, horizon, records = (
        ray.curved_m, ray.nu, ray.raised_nu, ray.horizon, ray.records,
    )  # fmt: skip
    record, record_slope = ray.stack, ray.slope
    for step in range(first, known + 1):
        level_m = curved_m[step] + rx_height_m
        direct = (level_m - tx_height_m) / step
        tx_excess = record_slope[records[step] - 1] - direct
        if tx_excess < 0.0:
            enough = CLEAR_NU * CLEAR_NU / (factor * step)
            miss = _nearest_miss(record, record_slope, records[step], step, direct, enough)
            nu[step] = -math.sqrt(factor * step * miss)
            raised_nu[step] = nu[step]
        else:
            ahead = step - horizon[step]
            rx_excess = max(direct - (level_m - curved_m[step - ahead]) / ahead, 0.0)
            nu[step] = math.sqrt(factor * step * tx_excess * rx_excess)
            tx_excess = max(tx_excess - 1.0 / step, 0.0)
            rx_excess = max(rx_excess + 1.0 / step - 1.0 / ahead, 0.0)
            raised_nu[step] = math.sqrt(factor * step * tx_excess * rx_excess)


@kernel
def _write_losses(
    ray: Ray,
    first: int,
    known: int,
    step_km: float,
    loss_out_db: NDArray[np.float32],
    gradient_out_db_m: NDArray[np.float32],
) -> None:
    """Write Bullington's loss, dB, at ground height 0, and its gradient over height, dB/m."""
    nu, raised_nu, height_m = ray.nu, ray.raised_nu, ray.height_m
    for step in range(first, known + 1):
        loss_db, steepness_db = bullington_from_nu_db(nu[step], step * step_km)
        gradient = GRADIENT_DAMPING * steepness_db * (raised_nu[step] - nu[step])
        gradient = min(max(gradient, -STEEPEST_GRADIENT_DB_M), STEEPEST_GRADIENT_DB_M)
        loss_out_db[step] = loss_db - gradient * height_m[step]
        gradient_out_db_m[step] = gradient


@kernel
def write_edge_losses(
    ray: Ray,
    first: int,
    known: int,
    link: Link,
    step_km: float,
    loss_out_db: NDArray[np.float32],
    gradient_out_db_m: NDArray[np.float32],
) -> None:
    """Write Bullington's loss along a ray, dB, and how it changes with height, dB/m.

    Parameters
    ----------
    ray
        Scratch whose ``height_m[1:known + 1]`` holds the terrain above the transmitter's ground.
    first, known
        First sample whose loss is wanted (2 or more), and last one with known terrain.
    link
        What all pixels share.
    step_km
        Distance between samples, km.
    loss_out_db, gradient_out_db_m
        Written from ``first`` to ``known``: loss, dB, referred to ground height 0, so that the
        loss at height h is loss + gradient h; and the gradient, dB/m.
    """
    tx_height_m, rx_height_m = link.tx_height_m, link.rx_height_m
    bulge_m = BULGE_M_PER_KM2 / link.radius_km * step_km * step_km
    factor = NU_SQUARED_FACTOR / (link.wavelength_m * step_km)
    _flatten(ray.height_m, known, bulge_m, ray.curved_m)
    _find_horizons(ray.curved_m, known, rx_height_m, ray.stack, ray.slope, ray.horizon)
    _find_records(ray.curved_m, known, tx_height_m, ray.stack, ray.slope, ray.records)
    _find_nu(ray, first, known, tx_height_m, rx_height_m, factor)
    _write_losses(ray, first, known, step_km, loss_out_db, gradient_out_db_m)
