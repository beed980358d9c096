"""Which losses are surely above a limit, so that their rays need not be followed?

From the transmitter's horizon alone follows the least loss of everything it hides: the knife edge
there is a part of Bullington's construction, and troposcatter and ducting are bounded by the
horizon's elevation. A node is left out only if its own loss and those of both neighbours are
surely above the limit of their directions: no pixel below the limit can need it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.radio.jit import kernel
from infraplan.radio.p1812.bullington import NU_SQUARED_FACTOR
from infraplan.radio.p1812.horizons import BULGE_M_PER_KM2
from infraplan.radio.ray import (
    BARE,
    BETA_DB,
    COVER,
    DECIBELS,
    DIRECT,
    GROUND_M,
    RX_OVER_M,
    RX_SLOPE,
    RX_STEP,
    SLOPE,
    SQUARE,
    SURFACE_M,
    SUSPECT,
    TX_SLOPE,
    TX_STEP,
)
from infraplan.radio.ray_bounds import count_suspects
from infraplan.radio.ray_edge import aim
from infraplan.radio.ray_loss import write_losses
from infraplan.radio.sweep_layout import LARGEST_STRIDE, direction_of, ray_ends
from infraplan.radio.sweep_trace import gather_ray

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.radio.link import Link
    from infraplan.radio.ray import Ray
    from infraplan.radio.ray_bounds import Bounds
    from infraplan.radio.sweep_layout import Layout, Octant
    from infraplan.radio.sweep_terrain import Terrain

__all__ = ["mark_octant"]

MARGIN_DB: Final = 1.65
"""Two mechanisms of equal loss together lose 1.51 dB less; the rest is for rounding."""

TRIALS: Final = 6
WORTHWHILE_SHARE: Final = 0.6
"""Rays that are tried in an octant, and the share of needed nodes above which all are traced."""

VISIBLE: Final = np.uint8(1)
BESIDE: Final = np.uint8(2)
"""Marks of a node that may be below the limit, and of one beside such a node."""

NONE: Final = np.float32(0.0)
UNIT: Final = np.float32(1.0)


@kernel
def _ray_limit_db(
    limits_db: NDArray[np.float64], octant: Octant, layout: Layout, number: int
) -> float:
    """Find the largest limit among the directions of the pixels that a ray may serve, in dB."""
    slack = 1.5 * LARGEST_STRIDE / layout.rays
    low = math.floor(math.degrees(math.atan(max(number / layout.rays - slack, 0.0))))
    high = math.floor(math.degrees(math.atan(number / layout.rays + slack)))
    largest_db = -math.inf
    for degree in range(low - 1, high + 2):
        largest_db = max(largest_db, limits_db[direction_of(octant, degree)])
    return largest_db


@kernel
def _find_tx_horizons(
    slope: NDArray[np.float32],
    last: int,
    tx_slope_out: NDArray[np.float32],
    tx_step_out: NDArray[np.float32],
) -> None:
    """Write the steepest slope from the transmitter before each step, and its step."""
    steepest = slope[1]
    horizon = UNIT
    for step in range(2, last + 1):
        tx_slope_out[step] = steepest
        tx_step_out[step] = horizon
        here = slope[step]
        if here > steepest:
            steepest = here
            horizon = np.float32(np.int32(step))


@kernel
def _assume_least(
    direct: NDArray[np.float32],
    tx_slope: NDArray[np.float32],
    tx_step: NDArray[np.float32],
    first: int,
    factor: float,
    rx_slope_out: NDArray[np.float32],
    rx_step_out: NDArray[np.float32],
    square_out: NDArray[np.float32],
) -> None:
    """Write what follows if the transmitter's horizon is all that obstructs.

    The least nu |nu|, the largest slope from the receiver's horizon, and the nearest step at which
    that can be.
    """
    per_step = np.float32(factor)
    start = np.int32(first)
    for k in range(square_out.size):
        along = np.float32(np.int32(start + k))
        ahead = along - tx_step[k]
        excess = tx_slope[k] - direct[k]
        least = per_step * along * excess * excess * tx_step[k] / ahead
        square_out[k] = least if excess > NONE else -UNIT
        rx_slope_out[k] = (along * direct[k] - tx_step[k] * tx_slope[k]) / ahead
        rx_step_out[k] = along - UNIT


@kernel
def _mark(
    least_db: NDArray[np.float32],
    suspect: NDArray[np.uint8],
    direct: NDArray[np.float32],
    tx_slope: NDArray[np.float32],
    has_clutter: bool,  # noqa: FBT001 - kernels take no keywords
    limit_db: np.float32,
    wanted_out: NDArray[np.uint8],
) -> None:
    """Mark what is not surely above the limit; what only clutter hides is not looked at closer."""
    for k in range(wanted_out.size):
        is_open = has_clutter & (direct[k] > tx_slope[k])
        wanted_out[k] = (least_db[k] <= limit_db) | (suspect[k] != 0) | is_open


@kernel
def _mark_ray(
    ray: Ray,
    has_clutter: bool,  # noqa: FBT001 - kernels take no keywords
    first: int,
    last: int,
    step_km: float,
    link: Link,
    bounds: Bounds,
    limit_db: float,
    wanted: NDArray[np.uint8],
) -> None:
    """Mark the nodes of one ray that are not surely above the limit."""
    end = last + 1
    lines, bare, suspect = ray.lines, ray.hulls[BARE], ray.marks[SUSPECT]
    limits_db, square = lines[RX_OVER_M], lines[SQUARE]
    least_db, cover = lines[BETA_DB], bare
    bulge_m = BULGE_M_PER_KM2 / link.radius_km * step_km * step_km
    factor = NU_SQUARED_FACTOR / (link.wavelength_m * step_km)
    aim(ray, BARE, GROUND_M, last, bulge_m, link)
    _find_tx_horizons(bare[SLOPE], last, bare[TX_SLOPE], bare[TX_STEP])
    _assume_least(
        bare[DIRECT, first:end], bare[TX_SLOPE, first:end], bare[TX_STEP, first:end], first, factor,
        bare[RX_SLOPE, first:end], bare[RX_STEP, first:end], square[first:end],
    )  # fmt: skip
    if has_clutter:
        cover = ray.hulls[COVER]
        aim(ray, COVER, SURFACE_M, last, bulge_m, link)
        _find_tx_horizons(cover[SLOPE], last, cover[TX_SLOPE], cover[TX_STEP])
        _assume_least(
            cover[DIRECT, first:end], cover[TX_SLOPE, first:end], cover[TX_STEP, first:end], first,
            factor, cover[RX_SLOPE, first:end], cover[RX_STEP, first:end], square[first:end],
        )  # fmt: skip
    write_losses(
        lines[GROUND_M, first:end], square[first:end], first, step_km,
        link.rx_height_m - link.tx_height_m, link.frequency_ghz, least_db[first:end],
    )  # fmt: skip
    limit = np.float32(limit_db + MARGIN_DB)
    limits_db[first:end] = limit
    count_suspects(
        lines[DECIBELS, first:end], bare[DIRECT, first:end], bare[TX_SLOPE, first:end],
        bare[TX_STEP, first:end], bare[RX_SLOPE, first:end], bare[RX_STEP, first:end], first,
        step_km, link.radius_km, link.frequency_ghz, bounds, 0.0, limits_db[first:end],
        suspect[first:end],
    )  # fmt: skip
    _mark(
        least_db[first:end], suspect[first:end], bare[DIRECT, first:end], bare[TX_SLOPE, first:end],
        has_clutter, limit, wanted[first:end],
    )  # fmt: skip


@kernel
def _mark_number(
    terrain: Terrain,
    place: tuple[int, int],
    octant: Octant,
    layout: Layout,
    link: Link,
    bounds: Bounds,
    limits_db: NDArray[np.float64],
    ray: Ray,
    number: int,
    wanted: NDArray[np.uint8],
) -> int:
    """Mark the nodes of one ray of an octant by its number; return how many it has on the grid."""
    first, _, known = ray_ends(layout, octant, number)
    if known < first:
        return 0
    known = gather_ray(terrain, place, octant, number, layout.rays, known, ray)
    if known < first:
        return 0
    step_km = link.cell_size_km * math.sqrt(1.0 + (number / layout.rays) ** 2)
    limit_db = _ray_limit_db(limits_db, octant, layout, number)
    has_clutter = terrain.clutter_m.size > 0
    _mark_ray(ray, has_clutter, first, known, step_km, link, bounds, limit_db, wanted)
    return known + 1 - first


@kernel
def _mark_beside(
    layout: Layout, number: int, first: int, last: int, wanted: NDArray[np.uint8]
) -> None:
    """Mark the nodes of one ray that are beside a marked one of another ray."""
    mine, strides = wanted[number], layout.strides
    step = first
    while step <= last:
        stride = strides[step]
        end = step
        while end <= last and strides[end] == stride:
            end += 1
        before = wanted[max(number - stride, 0), step:end]
        after = wanted[min(number + stride, layout.rays), step:end]
        here = mine[step:end]
        for k in range(here.size):
            here[k] |= ((before[k] | after[k]) & VISIBLE) << VISIBLE
        step = end


@kernel
def mark_octant(
    terrain: Terrain,
    place: tuple[int, int],
    octant: Octant,
    layout: Layout,
    link: Link,
    bounds: Bounds,
    limits_db: NDArray[np.float64],
    ray: Ray,
    wanted: NDArray[np.uint8],
) -> bool:
    """Mark the nodes of one octant that are needed for losses up to the limits.

    Parameters
    ----------
    terrain, place, octant, layout, link, bounds
        What the rays run over, from where, which ones, and what all pixels share.
    limits_db
        Largest losses of interest, dB, by whole degree of azimuth, shape (360,).
    ray
        Memory for a ray.
    wanted
        Written: 0 where a node is not needed, shape (rays + 1, radius + 1).

    Returns
    -------
    bool
        False if a few rays showed that it is not worth the while; then nothing is marked.
    """
    wanted[:] = 0
    there, needed = 0, 0
    for k in range(TRIALS):
        number = (2 * k + 1) * layout.rays // (2 * TRIALS)
        there += _mark_number(
            terrain, place, octant, layout, link, bounds, limits_db, ray, number, wanted[number]
        )
        for step in range(wanted.shape[1]):
            needed += wanted[number, step]
    if needed > WORTHWHILE_SHARE * there:
        return False
    for number in range(layout.rays + 1):
        _mark_number(
            terrain, place, octant, layout, link, bounds, limits_db, ray, number, wanted[number]
        )
    for number in range(layout.rays + 1):
        first, last, _ = ray_ends(layout, octant, number)
        if first <= last:
            _mark_beside(layout, number, first, last, wanted)
    return True
