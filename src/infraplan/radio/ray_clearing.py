"""What obstructs at the edge of the clearing in which the receiver stands?

With clutter, each terminal stands in a clearing of one cell. A slanting ray's last sample before
the receiver is farther than that, up to 1.4 cells; the edge of the clearing lies between the two
samples and obstructs more, being nearer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.radio.jit import kernel
from infraplan.radio.ray import (
    CURVED_M,
    DIRECT,
    GROUND_M,
    RX_SLOPE,
    SQUARE,
    SURFACE_M,
    TX_SLOPE,
    WANTED,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.radio.link import Link
    from infraplan.radio.ray import Ray

__all__ = ["add_clearing_edges"]

NONE: Final = np.float32(0.0)
UNIT: Final = np.float32(1.0)


@kernel
def _add_edges(
    ground_m: NDArray[np.float32],
    surface_m: NDArray[np.float32],
    curved_m: NDArray[np.float32],
    direct: NDArray[np.float32],
    tx_slope: NDArray[np.float32],
    rx_slope: NDArray[np.float32],
    wanted: NDArray[np.uint8],
    last: int,
    cell_steps: float,
    bulge_m: float,
    factor: float,
    tx_height_m: float,
    rx_height_m: float,
    square: NDArray[np.float32],
) -> None:
    """Let the edge of the clearing, ``cell_steps`` before each sample, obstruct if covered."""
    near = np.float32(cell_steps)
    bulge, per_step = np.float32(bulge_m), np.float32(factor)
    tx_height, rx_height = np.float32(tx_height_m), np.float32(rx_height_m)
    for step in range(2, last + 1):
        bare = surface_m[step] == ground_m[step] and surface_m[step - 1] == ground_m[step - 1]
        if bare or wanted[step] == 0:
            continue
        along = np.float32(np.int32(step))
        edge_m = curved_m[step] + (curved_m[step - 1] - curved_m[step]) * near
        level_m = ground_m[step] - bulge * along * along + rx_height
        from_tx = (edge_m - tx_height) / (along - near)
        from_rx = (level_m - edge_m) / near
        scale = per_step * along
        was_hidden = tx_slope[step] >= direct[step]
        tx_excess = max(from_tx, tx_slope[step]) - direct[step]
        if tx_excess >= NONE:
            lowest = min(from_rx, rx_slope[step]) if was_hidden else from_rx
            square[step] = scale * tx_excess * max(direct[step] - lowest, NONE)
        else:
            miss = direct[step] - from_tx
            square[step] = max(square[step], -scale * miss * miss * (along - near) / near)


@kernel
def add_clearing_edges(
    ray: Ray, hull: int, last: int, cell_steps: float, bulge_m: float, factor: float, link: Link
) -> None:
    """Let the edge of each receiver's clearing obstruct as well, in the squares of a ray.

    Only where something covers it: over bare ground the losses are those without clutter.

    Parameters
    ----------
    ray, hull
        The ray, and the number of its hull over clutter whose squares it holds.
    last
        Last sample.
    cell_steps
        Length of a cell in steps, up to 1: there are no edges between samples at 1.
    bulge_m, factor
        Curvature, m per squared step, and nu^2 for slopes of 1 over one step.
    link
        Heights of the antennas.
    """
    if cell_steps >= UNIT:
        return
    lines, mine = ray.lines, ray.hulls[hull]
    _add_edges(
        lines[GROUND_M], lines[SURFACE_M], mine[CURVED_M], mine[DIRECT], mine[TX_SLOPE],
        mine[RX_SLOPE], ray.marks[WANTED], last, cell_steps, bulge_m, factor, link.tx_height_m,
        link.rx_height_m, lines[SQUARE],
    )  # fmt: skip
