"""Which rays are traced, and at which of their samples is a loss computed?

The disc is cut into eight octants. In an octant the *major* axis is the one along which a ray
advances a whole post per step, so that its terrain is interpolated between two posts of one line
and its samples (*nodes*) fall on the lines the pixels stand on. Close to the transmitter, where
rays crowd, only every second, fourth, ... ray is a node; and rays reach only as far as the pixels
that are asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from infraplan.radio.jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "LARGEST_STRIDE",
    "NETWORK_RAYS_PER_PIXEL",
    "RAYS_PER_PIXEL",
    "Layout",
    "Octant",
    "direction_of",
    "is_empty",
    "new_layout",
    "octant_of",
    "ray_ends",
]

RAYS_PER_PIXEL: Final = 0.75
"""Rays of an octant for each pixel of its far side, where nobody asks for another number."""

NETWORK_RAYS_PER_PIXEL: Final = 0.5
"""The same where thousands of masts are predicted, or compared with such a prediction."""

THINNING: Final = 0.5
"""Where rays are thinned out, neighbouring nodes stay within that many pixels; within fewer where
more than one ray per pixel is asked for."""

LARGEST_STRIDE: Final = 16
NEAR_STEPS: Final = 32.0
"""Within that many steps nodes are as dense in angle as one step is at that distance."""


class Layout(NamedTuple):
    """The rays of every octant.

    Attributes
    ----------
    radius
        Reach in whole pixels.
    reach_squared
        Square of the reach in pixels; farther pixels have no loss.
    rays
        Number of the last ray of an octant, on its diagonal; ray 0 is on the axis.
    strides
        For each step, how many rays to go on to the next node; shape (radius + 1,).
    widest
        Largest distance between neighbouring nodes of one step, pixels.
    """

    radius: int
    reach_squared: float
    rays: int
    strides: NDArray[np.int64]
    widest: float


class Octant(NamedTuple):
    """One octant and what is wanted of it, in steps from the transmitter.

    Attributes
    ----------
    turned
        True if the major axis is that of the rows.
    major, minor
        Signs of the two axes.
    major_room, minor_room
        Posts on the grid in their directions.
    first_step, last_step, first_offset, last_offset
        The wanted pixels along the major and the minor axis; empty if a last one is below a first.
    """

    turned: bool
    major: int
    minor: int
    major_room: int
    minor_room: int
    first_step: int
    last_step: int
    first_offset: int
    last_offset: int


@kernel
def new_layout(cells: float, rays_per_pixel: float) -> Layout:
    """Lay out the rays for a reach of ``cells`` pixels."""
    radius = int(cells)
    groups = max(int(np.ceil(radius * rays_per_pixel / LARGEST_STRIDE)), 1)
    rays = groups * LARGEST_STRIDE
    strides = np.ones(radius + 1, dtype=np.int64)
    widest = 0.0
    for step in range(1, radius + 1):
        spacing = THINNING / max(rays_per_pixel, 1.0) * min(step / NEAR_STEPS, 1.0)
        while strides[step] < LARGEST_STRIDE and 2 * strides[step] * step <= rays * spacing:
            strides[step] *= 2
        widest = max(widest, strides[step] * step / rays)
    return Layout(radius, cells * cells, rays, strides, widest)


@kernel
def octant_of(
    number: int,
    place: tuple[int, int],
    shape: tuple[int, int],
    block: tuple[int, int, int, int],
    radius: int,
) -> Octant:
    """Describe octant ``number`` (0 to 7) of a transmitter at ``place`` on a grid of ``shape``.

    ``block`` is the part that is asked for: first row, row after the last, and the same of columns.
    """
    turned = number >= 4
    axes = (0, 1) if turned else (1, 0)
    signs = (1 if number & 1 == 0 else -1, 1 if number & 2 == 0 else -1)
    rooms = np.empty(2, dtype=np.int64)
    firsts = np.empty(2, dtype=np.int64)
    lasts = np.empty(2, dtype=np.int64)
    for k in range(2):
        axis = axes[k]
        low = block[2 * axis] - place[axis]
        high = block[2 * axis + 1] - 1 - place[axis]
        if signs[k] > 0:
            rooms[k] = shape[axis] - 1 - place[axis]
            firsts[k], lasts[k] = low, high
        else:
            rooms[k] = place[axis]
            firsts[k], lasts[k] = -high, -low
    last_step = min(lasts[0], rooms[0], radius)
    first_offset = max(firsts[1], 0)
    first_step = max(firsts[0], first_offset, 2)
    last_offset = min(lasts[1], rooms[1], last_step)
    return Octant(
        turned, signs[0], signs[1], rooms[0], rooms[1], first_step, last_step, first_offset,
        last_offset,
    )  # fmt: skip


@kernel
def ray_ends(layout: Layout, octant: Octant, number: int) -> tuple[int, int, int]:
    """Find the first and the last wanted node of a ray, and the last one that is on the grid.

    Nothing is wanted of the ray if the last one is below the first.
    """
    rays = layout.rays
    first = octant.first_step
    stretch = np.sqrt(1.0 + (number / rays) ** 2)
    last = min(octant.last_step, int((layout.radius + layout.widest + 0.5) / stretch))
    low = octant.first_offset - layout.widest
    high = octant.last_offset + layout.widest
    if number == 0:
        if low > 0.0:
            return 1, 0, 0
        return first, last, last
    first = max(first, int(np.floor(low * rays / number)))
    last = min(last, int(np.ceil(high * rays / number)))
    strides = layout.strides
    while first <= last and (number & (strides[first] - 1)) != 0:
        first += 1
    known = min(last, octant.minor_room * rays // number)
    return first, last, known


@kernel
def is_empty(octant: Octant) -> bool:
    """Tell whether nothing is wanted of an octant."""
    return octant.last_step < octant.first_step or octant.last_offset < octant.first_offset


@kernel
def direction_of(octant: Octant, degree: int) -> int:
    """Name the whole degree of azimuth, 0 to 359, that lies ``degree`` from the major axis."""
    if octant.turned:
        axis, turn = (180 if octant.major > 0 else 0), -octant.major * octant.minor
    else:
        axis, turn = (90 if octant.major > 0 else 270), octant.major * octant.minor
    return (axis + degree if turn > 0 else axis - 1 - degree) % 360
