"""What are the losses at the nodes of all rays of one octant?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from infraplan.radio.jit import kernel
from infraplan.radio.link import Link
from infraplan.radio.p1812.bullington import NU_SQUARED_FACTOR
from infraplan.radio.p1812.horizons import BULGE_M_PER_KM2
from infraplan.radio.ray import (
    BARE,
    BETA,
    BETA_DB,
    COVER,
    GROUND_M,
    SQUARE,
    SURFACE_M,
    WANTED,
)
from infraplan.radio.ray_bounds import MEDIAN_TIME_PERCENT
from infraplan.radio.ray_clearing import add_clearing_edges
from infraplan.radio.ray_edge import aim, find_squares, raise_hull
from infraplan.radio.ray_loss import write_losses
from infraplan.radio.ray_mechanisms import add_mechanisms
from infraplan.radio.ray_smooth import add_excess, add_up, bound_heights
from infraplan.radio.sweep_layout import ray_ends

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.radio.ray import Ray
    from infraplan.radio.ray_bounds import Bounds
    from infraplan.radio.smooth_excess import ExcessTable
    from infraplan.radio.sweep_layout import Layout, Octant
    from infraplan.radio.sweep_terrain import Terrain

__all__ = ["Tables", "gather_ray", "trace_octant", "with_height"]

FRACTION_BITS: Final = np.int64(40)
FRACTION_MASK: Final = np.int64((1 << 40) - 1)
FRACTION_UNIT: Final = np.float32(2.0**-40)
NONE: Final = np.float32(0.0)


class Tables(NamedTuple):
    """What is computed once per frequency and climate.

    Attributes
    ----------
    median, beta
        Excess of the spherical Earth, for the median Earth and for that of beta_0 % of time.
    bounds
        What the other mechanisms cost at least.
    """

    median: ExcessTable
    beta: ExcessTable
    bounds: Bounds


@kernel
def _gather(
    flat_m: NDArray[np.float32],
    centre: int,
    major_stride: int,
    minor_stride: int,
    per_step: int,
    last: int,
    base_m: np.float32,
    height_out_m: NDArray[np.float32],
) -> None:
    """Write the heights along a ray above ``base_m``, up to step ``last``."""
    for step in range(1, last + 1):
        along = per_step * step
        share = np.float32(along & FRACTION_MASK) * FRACTION_UNIT
        k = centre + major_stride * step + minor_stride * (along >> FRACTION_BITS)
        beside = k + minor_stride if share > NONE else k
        near_m = flat_m[np.uint64(k)]
        height_out_m[step] = near_m + (flat_m[np.uint64(beside)] - near_m) * share - base_m


@kernel
def _known_until(height_m: NDArray[np.float32], last: int) -> int:
    """Find the last sample before the first unknown one."""
    for step in range(1, last + 1):
        if math.isnan(height_m[step]):
            return step - 1
    return last


@kernel
def gather_ray(
    terrain: Terrain,
    place: tuple[int, int],
    octant: Octant,
    number: int,
    rays: int,
    last: int,
    ray: Ray,
) -> int:
    """Write ground and surface along ray ``number`` of ``rays``; return the last known sample."""
    ground_m, clutter_m = terrain.ground_m, terrain.clutter_m
    columns = ground_m.shape[1]
    flat_m = ground_m.reshape(ground_m.size)
    centre = place[0] * columns + place[1]
    major = octant.major * (columns if octant.turned else 1)
    minor = octant.minor * (1 if octant.turned else columns)
    per_step = int((np.int64(number) << FRACTION_BITS) // np.int64(rays))
    here_m, surface_m = ray.lines[GROUND_M], ray.lines[SURFACE_M]
    _gather(flat_m, centre, major, minor, per_step, last, flat_m[centre], here_m)
    if terrain.has_gaps:
        last = _known_until(here_m, last)
    if clutter_m.size > 0:
        covers_m = clutter_m.reshape(clutter_m.size)
        _gather(covers_m, centre, major, minor, per_step, last, NONE, surface_m)
        for step in range(1, last + 1):
            surface_m[step] += here_m[step]
    return last


@kernel
def _raise_hulls(
    ray: Ray,
    has_clutter: bool,  # noqa: FBT001 - kernels take no keywords
    last: int,
    step_km: float,
    link: Link,
) -> None:
    """Build all hulls that the losses along a ray need."""
    surface = SURFACE_M if has_clutter else GROUND_M
    bulge_m = BULGE_M_PER_KM2 * step_km * step_km
    raise_hull(ray, BARE, GROUND_M, last, bulge_m / link.radius_km, link)
    if has_clutter:
        raise_hull(ray, COVER, surface, last, bulge_m / link.radius_km, link)
    if link.time_percent < MEDIAN_TIME_PERCENT:
        raise_hull(ray, BETA, surface, last, bulge_m / link.beta_radius_km, link)


@kernel
def _aim_all(
    ray: Ray,
    has_clutter: bool,  # noqa: FBT001 - kernels take no keywords
    last: int,
    step_km: float,
    link: Link,
) -> None:
    """Point all hulls to another height of the transmitter."""
    surface = SURFACE_M if has_clutter else GROUND_M
    bulge_m = BULGE_M_PER_KM2 * step_km * step_km
    aim(ray, BARE, GROUND_M, last, bulge_m / link.radius_km, link)
    if has_clutter:
        aim(ray, COVER, surface, last, bulge_m / link.radius_km, link)
    if link.time_percent < MEDIAN_TIME_PERCENT:
        aim(ray, BETA, surface, last, bulge_m / link.beta_radius_km, link)


@kernel
def _bend(
    ray: Ray,
    first: int,
    last: int,
    step_km: float,
    link: Link,
    table: ExcessTable,
    loss_db: NDArray[np.float32],
) -> None:
    """Write free space plus diffraction over one Earth along a ray, dB, from its squares."""
    write_losses(
        ray.lines[GROUND_M, first : last + 1], ray.lines[SQUARE, first : last + 1], first, step_km,
        link.rx_height_m - link.tx_height_m, link.frequency_ghz, loss_db[first : last + 1],
    )  # fmt: skip
    add_excess(ray, first, last, step_km, link, table, loss_db)


@kernel
def _trace_height(
    ray: Ray,
    has_clutter: bool,  # noqa: FBT001 - kernels take no keywords
    first: int,
    last: int,
    step_km: float,
    link: Link,
    tables: Tables,
    loss_db: NDArray[np.float32],
) -> None:
    """Write the losses along a ray for one height of the transmitter, dB, from its hulls."""
    factor = NU_SQUARED_FACTOR / (link.wavelength_m * step_km)
    find_squares(ray, BARE, last, factor)
    bound_heights(ray, first, last, step_km, link)
    bulge_m = BULGE_M_PER_KM2 * step_km * step_km
    cell_steps = link.cell_size_km / step_km
    if has_clutter:
        find_squares(ray, COVER, last, factor)
        curve_m = bulge_m / link.radius_km
        add_clearing_edges(ray, COVER, last, cell_steps, curve_m, factor, link)
    _bend(ray, first, last, step_km, link, tables.median, loss_db)
    if link.time_percent < MEDIAN_TIME_PERCENT:
        find_squares(ray, BETA, last, factor)
        if has_clutter:
            curve_m = bulge_m / link.beta_radius_km
            add_clearing_edges(ray, BETA, last, cell_steps, curve_m, factor, link)
        _bend(ray, first, last, step_km, link, tables.beta, ray.lines[BETA_DB])
    add_mechanisms(ray, first, last, step_km, link, tables.bounds, loss_db)


@kernel
def with_height(link: Link, tx_height_m: float) -> Link:
    """Change the height of the transmitter."""
    return Link(
        link.cell_size_km, tx_height_m, link.rx_height_m, link.frequency_ghz, link.wavelength_m,
        link.vertical, link.time_percent, link.n0, link.radius_km, link.beta_radius_km,
        link.latitude_deg,
    )  # fmt: skip


@kernel
def _want(
    mark_out: NDArray[np.uint8],
    wanted: NDArray[np.uint8],
    number: int,
    first: int,
    last: int,
    known: int,
) -> int:
    """Mark which losses of a ray are needed; return the last step that is both that and known."""
    for step in range(1, first):
        mark_out[step] = 0
    for step in range(first, last + 1):
        mark_out[step] = 1
    if wanted.size == 0:
        return known
    for step in range(first, last + 1):
        mark_out[step] = wanted[number, step]
    while known >= first and mark_out[known] == 0:
        known -= 1
    return known


@kernel
def trace_octant(
    terrain: Terrain,
    place: tuple[int, int],
    octant: Octant,
    layout: Layout,
    link: Link,
    tx_heights_m: NDArray[np.float64],
    tables: Tables,
    wanted: NDArray[np.uint8],
    ray: Ray,
    nodes_db: NDArray[np.float32],
) -> None:
    """Compute the nodes of one octant.

    Parameters
    ----------
    terrain, place, octant, layout, tables
        What the rays run over, from where, which ones, and their tables.
    link
        What all pixels share, with the lowest transmitter.
    tx_heights_m
        Heights of the transmitters above the ground, m.
    wanted
        1 where a node's loss is needed, shape (rays + 1, radius + 1); of no rows: everywhere.
    ray
        Memory for a ray.
    nodes_db
        Written: losses, dB, NaN where unknown or not needed; shape (heights, rays + 1, radius + 1).
    """
    has_clutter = terrain.clutter_m.size > 0
    mark = ray.marks[WANTED]
    for number in range(layout.rays + 1):
        first, last, known = ray_ends(layout, octant, number)
        if last < first:
            continue
        end = _want(mark, wanted, number, first, last, known)
        if end >= first:
            end = gather_ray(terrain, place, octant, number, layout.rays, end, ray)
        if end < last:
            nodes_db[:, number, max(end + 1, first) : last + 1] = np.nan
        if end < first:
            continue
        step_km = link.cell_size_km * math.sqrt(1.0 + (number / layout.rays) ** 2)
        _raise_hulls(ray, has_clutter, end, step_km, link)
        add_up(ray, end)
        aimed_m = link.tx_height_m
        for k in range(tx_heights_m.size):
            there = with_height(link, tx_heights_m[k])
            if there.tx_height_m != aimed_m:
                _aim_all(ray, has_clutter, end, step_km, there)
                aimed_m = there.tx_height_m
            loss_db = nodes_db[k, number]
            _trace_height(ray, has_clutter, first, end, step_km, there, tables, loss_db)
            if wanted.size > 0:
                for step in range(first, end + 1):
                    if mark[step] == 0:
                        loss_db[step] = np.nan
