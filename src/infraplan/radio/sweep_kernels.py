"""How do rays from one transmitter become a block of losses?

Octant by octant: the rays' nodes (``sweep_trace.py``), then the pixels between them
(``sweep_fill.py``).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from infraplan.radio.jit import kernel
from infraplan.radio.ray import new_ray
from infraplan.radio.ray_bounds import MEDIAN_TIME_PERCENT
from infraplan.radio.sweep_fill import fill_near, fill_octant
from infraplan.radio.sweep_layout import is_empty, octant_of
from infraplan.radio.sweep_limit import hide_above, raise_to_free_space
from infraplan.radio.sweep_prune import mark_octant
from infraplan.radio.sweep_trace import trace_octant, with_height

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.radio.link import Link
    from infraplan.radio.sweep_layout import Layout
    from infraplan.radio.sweep_terrain import Terrain
    from infraplan.radio.sweep_trace import Tables

__all__ = ["sweep_block"]


@kernel
def _forget_gaps(
    ground_m: NDArray[np.float32], block: tuple[int, int, int, int], loss_db: NDArray[np.float32]
) -> None:
    """Put NaN where the pixel's own ground is unknown."""
    for i in range(max(block[0], 0), min(block[1], ground_m.shape[0])):
        for j in range(max(block[2], 0), min(block[3], ground_m.shape[1])):
            if math.isnan(ground_m[i, j]):
                loss_db[:, i - block[0], j - block[2]] = np.nan


@kernel
def sweep_block(
    terrain: Terrain,
    place: tuple[int, int],
    block: tuple[int, int, int, int],
    layout: Layout,
    link: Link,
    tx_heights_m: NDArray[np.float64],
    tables: Tables,
    limits_db: NDArray[np.float64],
    skips: bool,  # noqa: FBT001 - kernels take no keywords
) -> NDArray[np.float32]:
    """Compute the loss for all pixels of a block within reach, in dB.

    Parameters
    ----------
    terrain
        The grid.
    place
        Row and column of the transmitter on it.
    block
        First row, row after the last, first column, column after the last; parts off the grid are
        NaN and cost nothing.
    layout
        The rays of a reach.
    link
        What all pixels share, with the lowest transmitter.
    tx_heights_m
        Heights of the transmitters above the ground, m, shape (n,); one if there are limits.
    tables
        From :func:`infraplan.radio.sweep_tables.new_tables`.
    limits_db
        Largest losses of interest, dB, by whole degree of azimuth clockwise from grid north, shape
        (360,); of no entries: any loss is.
    skips
        True to leave out what is surely above the limits: the same losses in less time.

    Returns
    -------
    numpy.ndarray
        Loss, dB, shape (n, rows, columns) of the block; NaN beyond the reach, off the grid, where
        it is unknown and where it is above the limit.
    """
    shape = (tx_heights_m.size, block[1] - block[0], block[3] - block[2])
    loss_db = np.full(shape, np.nan, dtype=np.float32)
    ray = new_ray(layout.radius + 2)
    nodes_db = np.empty((tx_heights_m.size, layout.rays + 1, layout.radius + 1), dtype=np.float32)
    prunes = skips and limits_db.size > 0 and link.time_percent >= MEDIAN_TIME_PERCENT
    wanted = np.zeros((layout.rays + 1 if prunes else 0, layout.radius + 1), dtype=np.uint8)
    everything = wanted[:0]
    for number in range(8):
        octant = octant_of(number, place, terrain.ground_m.shape, block, layout.radius)
        if is_empty(octant):
            continue
        needed = everything
        if prunes and mark_octant(
            terrain, place, octant, layout, link, tables.bounds, limits_db, ray, wanted
        ):
            needed = wanted
        trace_octant(
            terrain, place, octant, layout, link, tx_heights_m, tables, needed, ray, nodes_db
        )
        for k in range(tx_heights_m.size):
            fill_octant(nodes_db[k], place, (block[0], block[2]), octant, layout, loss_db[k])
    if terrain.has_gaps:
        _forget_gaps(terrain.ground_m, block, loss_db)
    for k in range(tx_heights_m.size):
        there = with_height(link, tx_heights_m[k])
        if link.time_percent >= MEDIAN_TIME_PERCENT:
            raise_to_free_space(terrain.ground_m, there, place, block, loss_db[k])
        fill_near(terrain, there, place, block, layout.reach_squared, loss_db[k])
        if limits_db.size > 0:
            hide_above(limits_db, place, block, loss_db[k])
    return loss_db
