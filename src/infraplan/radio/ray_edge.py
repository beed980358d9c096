"""What does Bullington's equivalent edge look like at every sample along one ray?

The *upper convex hull* of the curved terrain gives the receiver's horizon: the line from the
receiver touches the hull there. Of the slopes seen from the transmitter only the *records* matter:
the last one is its horizon, it hides all that is before it from every receiver it hides from the
transmitter (so that the hull starts anew at each record), and only a record can be the sample that
comes nearest to a clear line of sight.

With A and B the slopes by which the transmitter's and the receiver's horizon stand above the line
between the antennas, Bullington's equivalent edge has nu^2 = 2 d A B / wavelength (Recommendation
ITU-R P.1812-8, Annex 1, section 4.3.1, with the meeting point eliminated).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.radio.jit import kernel
from infraplan.radio.p1812.bullington import CLEAR_NU
from infraplan.radio.ray import (
    CURVED_M,
    DIRECT,
    EDGE,
    GROUND_M,
    INVERSE,
    RECORD_SLOPE,
    RECORD_STEP,
    RX_SLOPE,
    RX_STEP,
    SLOPE,
    SQUARE,
    TX_SLOPE,
    TX_STEP,
    WANTED,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.radio.link import Link
    from infraplan.radio.ray import Ray

__all__ = ["aim", "find_squares", "raise_hull"]

SMALL_BLOCK: Final = 8
LARGE_BLOCK: Final = 64
"""Records are skipped in blocks of these sizes, powers of two."""

NONE: Final = np.float32(0.0)
UNIT: Final = np.float32(1.0)
STEEPEST: Final = np.float32(np.inf)
CLEAR_SQUARE: Final = np.float32(CLEAR_NU * CLEAR_NU)


@kernel
def _find_slopes(
    height_m: NDArray[np.float32],
    last: int,
    bulge_m: float,
    rise_m: float,
    inverse: NDArray[np.float32],
    slope_out: NDArray[np.float32],
) -> None:
    """Write the slopes from the transmitting antenna to ``rise_m`` above the curved heights."""
    bulge = np.float32(bulge_m)
    rise = np.float32(rise_m)
    for step in range(1, last + 1):
        along = np.float32(np.int32(step))
        slope_out[step] = (height_m[step] - bulge * along * along + rise) * inverse[step]


@kernel
def _curve(
    height_m: NDArray[np.float32], last: int, bulge_m: float, curved_out_m: NDArray[np.float32]
) -> None:
    """Take the Earth's curvature off the heights: ``bulge_m`` times the square of the step."""
    bulge = np.float32(bulge_m)
    for step in range(1, last + 1):
        along = np.float32(np.int32(step))
        curved_out_m[step] = height_m[step] - bulge * along * along


@kernel
def _grow_hull(
    ground_m: NDArray[np.float32],
    curved_m: NDArray[np.float32],
    last: int,
    bulge_m: float,
    rx_height_m: float,
    slope: NDArray[np.float32],
    direct: NDArray[np.float32],
    inverse: NDArray[np.float32],
    wanted: NDArray[np.uint8],
    edge_out: NDArray[np.float32],
    before_out: NDArray[np.int32],
    rx_slope_out: NDArray[np.float32],
    rx_step_out: NDArray[np.float32],
) -> None:
    """Grow the hull step by step; where a receiver is hidden, write its horizon and the slope.

    One walk down the hull finds both the place where the new sample attaches and the one where the
    line from the receiver touches.
    """
    rx_height = np.float32(rx_height_m)
    bulge = np.float32(bulge_m)
    edge_out[1] = STEEPEST
    before_out[1] = 0
    steepest = slope[1]
    for step in range(2, last + 1):
        z_m = curved_m[step]
        here = slope[step]
        if wanted[step] != 0 and direct[step] <= steepest:
            along = np.float32(np.int32(step))
            level_m = ground_m[step] - bulge * along * along + rx_height
            k = np.int64(step - 1)
            attached = np.int64(0)
            touched = np.int64(0)
            attached_slope = NONE
            touched_slope = NONE
            while True:
                per_step = inverse[step - k]
                limit = edge_out[k]
                to_surface = (z_m - curved_m[k]) * per_step
                to_level = (level_m - curved_m[k]) * per_step
                is_attached = (attached == 0) & (to_surface < limit)
                attached = k if is_attached else attached
                attached_slope = to_surface if is_attached else attached_slope
                is_touched = (touched == 0) & (to_level < limit)
                touched = k if is_touched else touched
                touched_slope = to_level if is_touched else touched_slope
                if (attached != 0) & (touched != 0):
                    break
                k = np.int64(before_out[k])
            rx_slope_out[step] = touched_slope
            rx_step_out[step] = np.float32(np.int32(touched))
            edge_out[step] = attached_slope
            before_out[step] = attached
        elif here <= steepest:
            k = np.int64(step - 1)
            to_surface = z_m - curved_m[k]
            while to_surface >= edge_out[k]:
                k = np.int64(before_out[k])
                to_surface = (z_m - curved_m[k]) * inverse[step - k]
            edge_out[step] = to_surface
            before_out[step] = k
        if here > steepest:
            steepest = here
            edge_out[step] = STEEPEST
            before_out[step] = 0


@kernel
def aim(
    ray: Ray,
    hull: int,
    surface: int,
    last: int,
    bulge_m: float,
    link: Link,
) -> None:
    """Write the slopes from the transmitter of ``link`` into a hull, up to sample ``last``.

    ``surface`` is the line of what obstructs and ``bulge_m`` the curvature, m per squared step.
    """
    lines, mine = ray.lines, ray.hulls[hull]
    rise_m = link.rx_height_m - link.tx_height_m
    _find_slopes(lines[surface], last, bulge_m, -link.tx_height_m, lines[INVERSE], mine[SLOPE])
    _find_slopes(lines[GROUND_M], last, bulge_m, rise_m, lines[INVERSE], mine[DIRECT])


@kernel
def raise_hull(
    ray: Ray,
    hull: int,
    surface: int,
    last: int,
    bulge_m: float,
    link: Link,
) -> None:
    """Build the hull of one surface up to sample ``last``, and the receivers' horizons.

    Parameters are those of :func:`aim`. The hull serves higher transmitters, too: what is a record
    for one is so for a higher one, and what is hidden from that one is hidden from this one.
    """
    aim(ray, hull, surface, last, bulge_m, link)
    lines, mine = ray.lines, ray.hulls[hull]
    _curve(lines[surface], last, bulge_m, mine[CURVED_M])
    _grow_hull(
        lines[GROUND_M], mine[CURVED_M], last, bulge_m, link.rx_height_m, mine[SLOPE],
        mine[DIRECT], lines[INVERSE], ray.marks[WANTED], mine[EDGE], ray.before[hull],
        mine[RX_SLOPE], mine[RX_STEP],
    )  # fmt: skip


@kernel
def _nearest_miss(
    record_step: NDArray[np.float32],
    record_slope: NDArray[np.float32],
    records: int,
    along: np.float32,
    direct: np.float32,
    enough: np.float32,
) -> np.float32:
    """Find the smallest (slope below the line)^2 i / (step - i) over the records, or ``enough``.

    A block of records is skipped if even its steepest slope at its first step misses by more.
    """
    best = enough
    end = records & np.int64(-SMALL_BLOCK)
    for k in range(records - 1, end - 1, -1):
        miss = direct - record_slope[k]
        i = record_step[k]
        miss = miss * miss * i
        if miss < best * (along - i):
            best = miss / (along - i)
    while end > 0:
        miss = direct - record_slope[end - 1]
        square = miss * miss
        if (end & np.int64(LARGE_BLOCK - 1)) == 0:
            i = record_step[end - LARGE_BLOCK]
            if square * i >= best * (along - i):
                end -= LARGE_BLOCK
                continue
        i = record_step[end - SMALL_BLOCK]
        if square * i < best * (along - i):
            for k in range(end - 1, end - SMALL_BLOCK - 1, -1):
                miss = direct - record_slope[k]
                i = record_step[k]
                miss = miss * miss * i
                if miss < best * (along - i):
                    best = miss / (along - i)
        end -= SMALL_BLOCK
    return best


@kernel
def _find_squares(
    last: int,
    factor: float,
    slope: NDArray[np.float32],
    direct: NDArray[np.float32],
    rx_slope: NDArray[np.float32],
    wanted: NDArray[np.uint8],
    record_slope: NDArray[np.float32],
    record_step: NDArray[np.float32],
    tx_slope_out: NDArray[np.float32],
    tx_step_out: NDArray[np.float32],
    square_out: NDArray[np.float32],
) -> None:
    """Write nu |nu| of the equivalent edge, and the transmitter's horizon."""
    per_step = np.float32(factor)
    steepest = slope[1]
    horizon = UNIT
    record_slope[0] = steepest
    record_step[0] = UNIT
    records = np.int64(1)
    for step in range(2, last + 1):
        here = slope[step]
        along = np.float32(np.int32(step))
        tx_slope_out[step] = steepest
        tx_step_out[step] = horizon
        if wanted[step] != 0:
            tx_excess = steepest - direct[step]
            scale = per_step * along
            if tx_excess >= NONE:
                rx_excess = max(direct[step] - rx_slope[step], NONE)
                square_out[step] = scale * tx_excess * rx_excess
            else:
                enough = CLEAR_SQUARE / scale
                miss = _nearest_miss(
                    record_step, record_slope, int(records), along, direct[step], enough
                )
                square_out[step] = -miss * scale if miss < enough else -UNIT
        if here > steepest:
            steepest = here
            horizon = along
            record_slope[records] = here
            record_step[records] = along
            records += 1


@kernel
def find_squares(ray: Ray, hull: int, last: int, factor: float) -> None:
    """Write nu |nu| of the equivalent edges up to sample ``last``, and the transmitter's horizons.

    ``factor`` is nu^2 for slopes of 1 over one step. The slopes of the hull are those of the
    transmitter in question.
    """
    lines, mine = ray.lines, ray.hulls[hull]
    _find_squares(
        last, factor, mine[SLOPE], mine[DIRECT], mine[RX_SLOPE], ray.marks[WANTED],
        lines[RECORD_SLOPE], lines[RECORD_STEP], mine[TX_SLOPE], mine[TX_STEP], lines[SQUARE],
    )  # fmt: skip
