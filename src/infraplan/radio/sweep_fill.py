"""What are the losses of the pixels between the nodes?

A pixel stands on the line of its two nodes and blends them. Close to the transmitter, where a ray
has too few samples, each pixel gets a profile of its own.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.radio.audit import pixel_losses_db
from infraplan.radio.jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.radio.link import Link
    from infraplan.radio.sweep_layout import Layout, Octant
    from infraplan.radio.sweep_terrain import Terrain

__all__ = ["NEAR_CELLS", "fill_near", "fill_octant"]

NEAR_CELLS: Final = 3
"""Pixels up to that many posts away get a profile of their own."""

STRIP: Final = 16
"""Pixels are filled in strips of that many steps, so that their nodes stay in the cache."""


@kernel
def fill_octant(
    nodes_db: NDArray[np.float32],
    place: tuple[int, int],
    corner: tuple[int, int],
    octant: Octant,
    layout: Layout,
    loss_out_db: NDArray[np.float32],
) -> None:
    """Write the losses of one octant's pixels, blended from their two nodes, in dB.

    Parameters
    ----------
    nodes_db
        Losses of the nodes, dB, shape (rays + 1, radius + 1). Where only one of a pixel's two
        nodes is known it stands for both.
    place, corner
        Row and column of the transmitter, and of the output's first pixel.
    octant, layout
        What is wanted, and the rays.
    loss_out_db
        Losses, dB.
    """
    scale = np.zeros(octant.last_step + 1, dtype=np.float32)
    for step in range(octant.first_step, octant.last_step + 1):
        scale[step] = layout.rays / (layout.strides[step] * step)
    strides, rays, reach = layout.strides, layout.rays, layout.reach_squared
    row, column = place[0] - corner[0], place[1] - corner[1]
    for start in range(octant.first_step, octant.last_step + 1, STRIP):
        end = min(start + STRIP - 1, octant.last_step)
        for offset in range(octant.first_offset, min(end, octant.last_offset) + 1):
            away = np.float32(offset)
            outer = end
            while outer >= start and outer * outer + offset * offset > reach:
                outer -= 1
            for step in range(max(start, offset), outer + 1):
                position = away * scale[step]
                stride = strides[step]
                whole = min(np.int64(position), np.int64(rays // stride - 1))
                share = position - np.float32(whole)
                near_db = nodes_db[np.uint64(whole * stride), np.uint64(step)]
                far_db = nodes_db[np.uint64((whole + 1) * stride), np.uint64(step)]
                loss_db = near_db + (far_db - near_db) * share
                if math.isnan(loss_db):
                    loss_db = far_db if math.isnan(near_db) else near_db
                if octant.turned:
                    i, j = row + octant.major * step, column + octant.minor * offset
                else:
                    i, j = row + octant.minor * offset, column + octant.major * step
                loss_out_db[i, j] = loss_db


@kernel
def fill_near(
    terrain: Terrain,
    link: Link,
    place: tuple[int, int],
    block: tuple[int, int, int, int],
    reach_squared: float,
    loss_out_db: NDArray[np.float32],
) -> None:
    """Write the losses of the nearest pixels of a block, dB, each from its own profile."""
    row, column = place
    rows, columns = terrain.ground_m.shape
    top, bottom = max(row - NEAR_CELLS, block[0], 0), min(row + NEAR_CELLS + 1, block[1], rows)
    left = max(column - NEAR_CELLS, block[2], 0)
    right = min(column + NEAR_CELLS + 1, block[3], columns)
    at_row = np.empty((2 * NEAR_CELLS + 1) ** 2, dtype=np.int64)
    at_column = np.empty_like(at_row)
    count = 0
    for i in range(top, bottom):
        for j in range(left, right):
            if (i - row) ** 2 + (j - column) ** 2 <= reach_squared:
                at_row[count], at_column[count] = i, j
                count += 1
    if count > 0:
        near_db = pixel_losses_db(
            terrain.ground_m, terrain.clutter_m, link, row, column, at_row[:count],
            at_column[:count],
        )  # fmt: skip
        for k in range(count):
            loss_out_db[at_row[k] - block[0], at_column[k] - block[2]] = near_db[k]
