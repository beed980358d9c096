"""How much signal is lost between one mast, at several heights, and a few chosen pixels?

The same values as :func:`infraplan.radio.sweep.loss_window` gives for these pixels, bit by bit.
Rays are followed only where a chosen pixel needs them and only as far, and the heights share their
terrain, so that the people of scattered villages cost a small part of the whole window.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from infraplan.radio.audit import pixel_losses_db
from infraplan.radio.jit import kernel
from infraplan.radio.link import DEFAULT_LATITUDE_DEG, MEDIAN_SEA_LEVEL_REFRACTIVITY_N, new_link
from infraplan.radio.ray import Ray, new_ray
from infraplan.radio.ray_loss import free_space_row
from infraplan.radio.sweep_fill import NEAR_CELLS
from infraplan.radio.sweep_job import Job, check_job
from infraplan.radio.sweep_layout import (
    NETWORK_RAYS_PER_PIXEL,
    Layout,
    Octant,
    is_empty,
    new_layout,
    octant_of,
)
from infraplan.radio.sweep_tables import new_tables
from infraplan.radio.sweep_terrain import new_terrain
from infraplan.radio.sweep_trace import Tables, trace_octant, with_height
from infraplan.radio.validity import refuse
from infraplan.units import KM_PER_M, MEDIAN_REFRACTIVITY_GRADIENT_N_KM

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from infraplan.radio.link import Link
    from infraplan.radio.sweep_terrain import Terrain

__all__ = ["loss_targets"]

_OCTANTS: Final = 8


class _Targets(NamedTuple):
    """Chosen pixels, by row and column of the grid, int64, shape (n,)."""

    row: NDArray[np.int64]
    column: NDArray[np.int64]


class _Spot(NamedTuple):
    """Where a target lies in an octant: steps along both axes, and the two nodes it blends."""

    step: int
    near: int
    far: int
    share: np.float32


def loss_targets(
    height_m: NDArray[np.floating],
    cell_size_m: float,
    row: int,
    column: int,
    *,
    target_row: ArrayLike,
    target_column: ArrayLike,
    radius_m: float,
    frequency_mhz: float,
    tx_heights_m: ArrayLike,
    rx_height_m: float = 1.5,
    clutter_height_m: NDArray[np.floating] | None = None,
    rays_per_pixel: float = NETWORK_RAYS_PER_PIXEL,
) -> NDArray[np.float32]:
    """Compute the losses from several heights of one mast to chosen pixels, in dB.

    Parameters
    ----------
    height_m, cell_size_m, row, column, radius_m, frequency_mhz, rx_height_m, clutter_height_m
        As for :func:`infraplan.radio.sweep.loss_window`.
    target_row, target_column
        The pixels, on the grid, shape (n,).
    tx_heights_m
        Heights of the transmitters above the ground, m, 1 to 3000, shape (h,), h at least 1.
    rays_per_pixel
        As for :func:`infraplan.radio.sweep.loss_window`, with its own default.

    Returns
    -------
    numpy.ndarray
        Loss in the median of time, dB, float32, shape (h, n); NaN beyond the reach, where the
        terrain is unknown and behind unknown terrain.

    Raises
    ------
    ParameterError
        If any parameter is outside its range; the message lists them all.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1.

    Examples
    --------
    >>> losses_db = loss_targets(
    ...     np.zeros((99, 99)), 60.0, 49, 49, target_row=[49, 10], target_column=[90, 49],
    ...     radius_m=2400.0, frequency_mhz=900.0, tx_heights_m=[20.0, 30.0])
    >>> losses_db.shape, bool(np.isnan(losses_db[:, 0]).all())
    ((2, 2), True)
    """
    heights_m = np.atleast_1d(np.asarray(tx_heights_m, dtype=np.float64))
    job = Job(
        height_m, clutter_height_m, cell_size_m, int(row), int(column), radius_m,
        tuple(heights_m.tolist()), rx_height_m, frequency_mhz, "vertical", 50.0,
        MEDIAN_REFRACTIVITY_GRADIENT_N_KM, MEDIAN_SEA_LEVEL_REFRACTIVITY_N, DEFAULT_LATITUDE_DEG,
        rays_per_pixel,
    )  # fmt: skip
    targets = _Targets(
        np.atleast_1d(np.asarray(target_row, dtype=np.int64)),
        np.atleast_1d(np.asarray(target_column, dtype=np.int64)),
    )
    faults = _target_faults(targets, height_m.shape)
    refuse(faults)
    block = _block(targets, job)
    check_job(job, block=block)
    link = new_link(
        cell_size_m=cell_size_m,
        frequency_mhz=frequency_mhz,
        tx_height_m=float(heights_m.min()),
        rx_height_m=rx_height_m,
        polarization=job.polarization,
        time_percent=job.time_percent,
        delta_n=job.delta_n,
        n0=job.n0,
        latitude_deg=job.latitude_deg,
    )
    part = _part(block, job)
    top, left = part[0].start, part[1].start
    clutter_m = None if clutter_height_m is None else clutter_height_m[part]
    return _sweep(
        new_terrain(height_m[part], clutter_m),
        (job.row - top, job.column - left),
        _Targets(targets.row - top, targets.column - left),
        (block[0] - top, block[1] - top, block[2] - left, block[3] - left),
        new_layout(radius_m / cell_size_m, float(rays_per_pixel)),
        link,
        heights_m,
        new_tables(link, radius_m * KM_PER_M),
    )


def _target_faults(targets: _Targets, shape: tuple[int, ...]) -> list[str]:
    """List what is wrong with the chosen pixels."""
    if targets.row.ndim != 1 or targets.row.shape != targets.column.shape:
        shapes = f"{targets.row.shape} and {targets.column.shape}"
        return [f"target_row and target_column have shapes {shapes}; give both one axis, as long"]
    rows, columns = targets
    off = (rows < 0) | (rows >= shape[0]) | (columns < 0) | (columns >= shape[1])
    return (
        [f"{int(off.sum())} targets lie off the grid; give only pixels on it"] if off.any() else []
    )


def _block(targets: _Targets, job: Job) -> tuple[int, int, int, int]:
    """Return the smallest block with all targets; the mast's own pixel where there are none."""
    if not targets.row.size:
        return job.row, job.row, job.column, job.column
    rows, columns = targets
    return int(rows.min()), int(rows.max()) + 1, int(columns.min()), int(columns.max()) + 1


def _part(block: tuple[int, int, int, int], job: Job) -> tuple[slice, slice]:
    """Return the rows and columns of the grid that paths from the mast to the block touch."""
    height, width = job.height_m.shape
    top, bottom = max(min(block[0], job.row) - 1, 0), min(max(block[1], job.row + 1) + 1, height)
    left, right = (
        max(min(block[2], job.column) - 1, 0),
        min(max(block[3], job.column + 1) + 1, width),
    )
    return slice(top, bottom), slice(left, right)


@kernel
def _spot(octant: Octant, layout: Layout, place: tuple[int, int], row: int, column: int) -> _Spot:
    """Find the nodes of a target in an octant; a step of 0 says that it lies in another."""
    south, east = row - place[0], column - place[1]
    step = octant.major * (south if octant.turned else east)
    offset = octant.minor * (east if octant.turned else south)
    inside = octant.first_step <= step <= octant.last_step and 0 <= offset <= step
    if not inside or step * step + offset * offset > layout.reach_squared:
        return _Spot(0, 0, 0, np.float32(0.0))
    stride = layout.strides[step]
    scale = np.float32(layout.rays / (stride * step))
    position = np.float32(offset) * scale
    whole = min(np.int64(position), np.int64(layout.rays // stride - 1))
    share = np.float32(position - np.float32(whole))
    return _Spot(step, whole * stride, (whole + 1) * stride, share)


@kernel
def _want_nodes(
    octant: Octant,
    layout: Layout,
    place: tuple[int, int],
    targets: _Targets,
    wanted: NDArray[np.uint8],
) -> int:
    """Mark the nodes that the targets of an octant need; return how many targets it has."""
    wanted[:] = 0
    count = 0
    for k in range(targets.row.size):
        spot = _spot(octant, layout, place, targets.row[k], targets.column[k])
        if spot.step > 0:
            wanted[spot.near, spot.step] = 1
            wanted[spot.far, spot.step] = 1
            count += 1
    return count


@kernel
def _blend(
    nodes_db: NDArray[np.float32],
    octant: Octant,
    layout: Layout,
    place: tuple[int, int],
    targets: _Targets,
    loss_db: NDArray[np.float32],
) -> None:
    """Write the losses of an octant's targets, blended from their two nodes, in dB."""
    for k in range(targets.row.size):
        spot = _spot(octant, layout, place, targets.row[k], targets.column[k])
        if spot.step == 0:
            continue
        for h in range(loss_db.shape[0]):
            near_db = nodes_db[h, spot.near, spot.step]
            far_db = nodes_db[h, spot.far, spot.step]
            value_db = near_db + (far_db - near_db) * spot.share
            if math.isnan(value_db):
                value_db = far_db if math.isnan(near_db) else near_db
            loss_db[h, k] = value_db


@kernel
def _finish(
    terrain: Terrain,
    link: Link,
    place: tuple[int, int],
    targets: _Targets,
    reach_squared: float,
    loss_db: NDArray[np.float32],
) -> None:
    """Raise the losses of one height to free space, and give near targets their own profiles."""
    row, column = place
    rise_m = link.rx_height_m - link.tx_height_m - float(terrain.ground_m[row, column])
    near = np.empty(targets.row.size, dtype=np.int64)
    count = 0
    for k in range(targets.row.size):
        i, j = targets.row[k], targets.column[k]
        if math.isnan(terrain.ground_m[i, j]):
            loss_db[k] = np.nan
        free_space_row(
            terrain.ground_m[i, j : j + 1], (i - row) * link.cell_size_km, j - column,
            link.cell_size_km, rise_m, link.frequency_ghz, loss_db[k : k + 1],
        )  # fmt: skip
        squared = (i - row) ** 2 + (j - column) ** 2
        if max(abs(i - row), abs(j - column)) <= NEAR_CELLS and squared <= reach_squared:
            near[count] = k
            count += 1
    if count > 0:
        at = near[:count]
        loss_db[at] = pixel_losses_db(
            terrain.ground_m, terrain.clutter_m, link, row, column, targets.row[at],
            targets.column[at],
        )  # fmt: skip


@kernel
def _sweep(
    terrain: Terrain,
    place: tuple[int, int],
    targets: _Targets,
    block: tuple[int, int, int, int],
    layout: Layout,
    link: Link,
    tx_heights_m: NDArray[np.float64],
    tables: Tables,
) -> NDArray[np.float32]:
    """Compute the losses of all targets for each height, octant by octant, in dB."""
    loss_db = np.full((tx_heights_m.size, targets.row.size), np.nan, dtype=np.float32)
    ray: Ray = new_ray(layout.radius + 2)
    nodes_db = np.empty((tx_heights_m.size, layout.rays + 1, layout.radius + 1), dtype=np.float32)
    wanted = np.zeros((layout.rays + 1, layout.radius + 1), dtype=np.uint8)
    for number in range(_OCTANTS):
        octant = octant_of(number, place, terrain.ground_m.shape, block, layout.radius)
        if is_empty(octant) or _want_nodes(octant, layout, place, targets, wanted) == 0:
            continue
        trace_octant(
            terrain, place, octant, layout, link, tx_heights_m, tables, wanted, ray, nodes_db
        )
        _blend(nodes_db, octant, layout, place, targets, loss_db)
    for k in range(tx_heights_m.size):
        there = with_height(link, tx_heights_m[k])
        _finish(terrain, there, place, targets, layout.reach_squared, loss_db[k])
    return loss_db
