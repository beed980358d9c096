"""How do rays from one transmitter become a window of losses?

The window is cut into eight octants. In an octant the *major* axis is the one along which a ray
advances a whole post per step, so that its terrain is interpolated between two posts of one line
and its samples (*nodes*) fall on the lines the pixels stand on. A pixel blends the two nodes beside
it, each corrected to the pixel's own height. Close to the transmitter, where rays crowd, only every
second, fourth, ... ray has its losses computed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.radio.jit import kernel
from infraplan.radio.path_loss import Link, pixel_losses_db, slant_free_space_db
from infraplan.radio.ray import new_ray
from infraplan.radio.ray_edge import write_edge_losses
from infraplan.radio.ray_smooth import add_smooth_excess

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.radio.ray import Ray
    from infraplan.radio.smooth_excess import ExcessTable

__all__ = ["sweep_window"]

RAYS_PER_PIXEL: Final = 1.25
"""Rays of an octant for each pixel of its far side: a node every 0.8 pixel there."""

WIDEST_SPACING: Final = 0.7
"""Rays are thinned out only as long as neighbouring nodes stay within that many pixels."""

LARGEST_STRIDE: Final = 64
NEAR_CELLS: Final = 3
"""Pixels up to that many posts away get a profile of their own: a ray has too few samples there."""


@kernel
def _node_strides(radius: int, rays: int) -> NDArray[np.int64]:
    """List, for each step from the transmitter, how many rays to go on to the next node."""
    strides = np.ones(radius + 1, dtype=np.int64)
    for step in range(1, radius + 1):
        while strides[step] < LARGEST_STRIDE and 2 * strides[step] * step <= rays * WIDEST_SPACING:
            strides[step] *= 2
    return strides


@kernel
def _gather(
    window_m: NDArray[np.float32],
    centre: int,
    signs: tuple[int, int],
    number: int,
    rays: int,
    last: int,
    height_out_m: NDArray[np.float64],
) -> int:
    """Write the heights along ray ``number`` of ``rays``; return the last step that is known."""
    minor = centre
    remainder = 0
    for step in range(1, last + 1):
        remainder += number
        if remainder >= rays:
            remainder -= rays
            minor += signs[1]
        major = centre + signs[0] * step
        height_m = float(window_m[minor, major])
        if remainder > 0:
            height_m += (window_m[minor + signs[1], major] - height_m) * (remainder / rays)
        if math.isnan(height_m):
            return step - 1
        height_out_m[step] = height_m
    return last


@kernel
def _trace_octant(
    window_m: NDArray[np.float32],
    signs: tuple[int, int],
    strides: NDArray[np.int64],
    link: Link,
    table: ExcessTable,
    ray: Ray,
    nodes_db: NDArray[np.float32],
    gradients_db_m: NDArray[np.float32],
) -> None:
    """Compute the nodes of all rays of one octant; shape of the outputs (steps, rays + 1)."""
    radius = strides.size - 1
    rays = nodes_db.shape[1] - 1
    for number in range(rays + 1):
        stretch = math.sqrt(1.0 + (number / rays) ** 2)
        last = min(radius, int((radius + 1.5) / stretch))
        known = _gather(window_m, window_m.shape[0] // 2, signs, number, rays, last, ray.height_m)
        first = 2
        while first <= last and number % strides[first] != 0:
            first += 1
        loss_db = nodes_db[:, number]
        step_km = link.cell_size_km * stretch
        write_edge_losses(ray, first, known, link, step_km, loss_db, gradients_db_m[:, number])
        add_smooth_excess(ray, first, known, link, table, step_km, loss_db)
        loss_db[max(known + 1, first) : last + 1] = np.nan


@kernel
def _node_value_db(
    nodes_db: NDArray[np.float32],
    gradients_db_m: NDArray[np.float32],
    step: int,
    number: int,
    ground_m: float,
) -> float:
    """Compute the diffraction loss of one node, corrected to another ground height, in dB."""
    return float(nodes_db[step, number]) + float(gradients_db_m[step, number]) * ground_m


@kernel
def _fill_octant(
    window_m: NDArray[np.float32],
    signs: tuple[int, int],
    reach_squared: float,
    strides: NDArray[np.int64],
    link: Link,
    nodes_db: NDArray[np.float32],
    gradients_db_m: NDArray[np.float32],
    loss_out_db: NDArray[np.float32],
) -> None:
    """Write the losses of one octant's pixels, blended from their two nodes, in dB."""
    radius = strides.size - 1
    rays = nodes_db.shape[1] - 1
    centre = window_m.shape[0] // 2
    for step in range(2, radius + 1):
        span = step * strides[step]
        for offset in range(step + 1):
            if step * step + offset * offset > reach_squared:
                break
            minor = signs[1] * offset
            major = signs[0] * step
            ground_m = float(window_m[centre + minor, centre + major])
            if math.isnan(ground_m):
                continue
            place = offset * rays // span
            share = (offset * rays - place * span) / span
            number = place * strides[step]
            value_db = _node_value_db(nodes_db, gradients_db_m, step, number, ground_m)
            if share > 0.0:
                number += strides[step]
                other_db = _node_value_db(nodes_db, gradients_db_m, step, number, ground_m)
                if math.isnan(value_db):
                    value_db = other_db
                elif not math.isnan(other_db):
                    value_db += (other_db - value_db) * share
            rise_m = ground_m + link.rx_height_m - link.tx_height_m
            free_db = slant_free_space_db(link, math.hypot(step, offset), rise_m)
            loss_out_db[radius + minor, radius + major] = free_db + max(value_db, 0.0)


@kernel
def _fill_near(
    window_m: NDArray[np.float32],
    link: Link,
    reach_squared: float,
    loss_out_db: NDArray[np.float32],
) -> None:
    """Write the losses of the nearest pixels, each from its own profile, in dB."""
    radius = loss_out_db.shape[0] // 2
    centre = window_m.shape[0] // 2
    near = min(NEAR_CELLS, radius)
    here = np.empty(1, dtype=np.int64)
    there = np.empty(1, dtype=np.int64)
    for i in range(-near, near + 1):
        for j in range(-near, near + 1):
            if i * i + j * j <= reach_squared:
                here[0] = centre + i
                there[0] = centre + j
                loss_db = pixel_losses_db(window_m, link, centre, centre, here, there)[0]
                loss_out_db[radius + i, radius + j] = loss_db


@kernel
def _sweep_along_rows(
    window_m: NDArray[np.float32],
    link: Link,
    table: ExcessTable,
    radius: int,
    reach_squared: float,
) -> NDArray[np.float32]:
    """Compute the losses of the four octants whose rays advance along the rows, in dB."""
    rays = math.ceil(radius * RAYS_PER_PIXEL / LARGEST_STRIDE) * LARGEST_STRIDE
    strides = _node_strides(radius, rays)
    ray = new_ray(radius + 2)
    nodes_db = np.full((radius + 1, rays + 1), np.nan, dtype=np.float32)
    gradients_db_m = np.zeros((radius + 1, rays + 1), dtype=np.float32)
    loss_db = np.full((2 * radius + 1, 2 * radius + 1), np.nan, dtype=np.float32)
    for major in (-1, 1):
        for minor in (-1, 1):
            signs = (major, minor)
            _trace_octant(window_m, signs, strides, link, table, ray, nodes_db, gradients_db_m)
            _fill_octant(
                window_m, signs, reach_squared, strides, link, nodes_db, gradients_db_m, loss_db
            )
    return loss_db


@kernel
def sweep_window(
    window_m: NDArray[np.float32],
    link: Link,
    table: ExcessTable,
    radius: int,
    reach_squared: float,
) -> NDArray[np.float32]:
    """Compute free-space plus delta-Bullington loss for all pixels of a window, in dB.

    Parameters
    ----------
    window_m
        Terrain above the transmitter's ground, m, shape (2 radius + 3, 2 radius + 3), the
        transmitter in the middle, NaN where unknown or off the grid.
    link, table
        What all pixels share, and the table of the smooth Earth.
    radius
        Reach in whole pixels.
    reach_squared
        Square of the reach in pixels; farther pixels stay NaN.

    Returns
    -------
    numpy.ndarray
        Loss, dB, shape (2 radius + 1, 2 radius + 1), NaN where the pixel or its paths are unknown.
    """
    loss_db = _sweep_along_rows(window_m, link, table, radius, reach_squared)
    turned_db = _sweep_along_rows(window_m.T.copy(), link, table, radius, reach_squared)
    for i in range(2 * radius + 1):
        for j in range(2 * radius + 1):
            if abs(i - radius) > abs(j - radius):
                loss_db[i, j] = turned_db[j, i]
    _fill_near(window_m, link, reach_squared, loss_db)
    return loss_db
