"""What does the curved Earth add at every sample along one ray?

Two running sums give the least-squares smooth surface up to each sample, and the hull of the
terrain (without the Earth's curvature) the obstruction by which it is lowered: Recommendation ITU-R
P.1812-7, Attachment 1 to Annex 1, section 5.6. The loss then comes from a table.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from infraplan.radio.jit import kernel
from infraplan.radio.smooth_excess import is_surely_clear, read_excess_db

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from infraplan.radio.path_loss import Link
    from infraplan.radio.ray import Ray
    from infraplan.radio.smooth_excess import ExcessTable

__all__ = ["add_smooth_excess"]


@kernel
def _find_obstructions(
    height_m: NDArray[np.float64],
    first: int,
    known: int,
    heights_m: tuple[float, float],
    hull: NDArray[np.int64],
    edge: NDArray[np.float64],
    rise_out_m: NDArray[np.float64],
    rx_slope_out: NDArray[np.float64],
) -> None:
    """Write the highest obstruction over a flat Earth, m, and the receiver's slope to it.

    ``heights_m`` are those of the transmitter and the receiver. Down the hull from the receiver,
    the height above the line between the antennas rises to its one maximum, behind the place
    that the receiver sees at the steepest slope.
    """
    tx_height_m, rx_height_m = heights_m
    hull[0] = 1
    top = 0
    for step in range(2, known + 1):
        ground_m = height_m[step]
        if step >= first:
            direct = (ground_m + rx_height_m - tx_height_m) / step
            rise_m = -math.inf
            rx_slope = -math.inf
            for k in range(top, -1, -1):
                i = hull[k]
                above_m = height_m[i] - (tx_height_m + direct * i)
                if above_m < rise_m:
                    break
                rise_m = above_m
                rx_slope = max(rx_slope, above_m / (step - i))
            rise_out_m[step] = rise_m
            rx_slope_out[step] = rx_slope
        while top > 0 and ground_m - height_m[hull[top]] >= edge[top] * (step - hull[top]):
            top -= 1
        edge[top + 1] = (ground_m - height_m[hull[top]]) / (step - hull[top])
        hull[top + 1] = step
        top += 1


@kernel
def add_smooth_excess(
    ray: Ray,
    first: int,
    known: int,
    link: Link,
    table: ExcessTable,
    step_km: float,
    loss_db: NDArray[np.float32],
) -> None:
    """Add the excess of the spherical Earth's loss along a ray, in dB.

    Parameters
    ----------
    ray, first, known, link, step_km
        As for :func:`infraplan.radio.ray_edge.write_edge_losses`.
    table
        The excess for this frequency and Earth.
    loss_db
        Loss, dB, added to from ``first`` to ``known``.
    """
    _find_obstructions(
        ray.height_m, first, known, (link.tx_height_m, link.rx_height_m), ray.stack, ray.slope,
        ray.rise_m, ray.rx_slope,
    )  # fmt: skip
    height_m, rise_m, rx_slopes = ray.height_m, ray.rise_m, ray.rx_slope
    table_db, table_step_km = table
    total = 0.0
    moment = 0.0
    steepest = -math.inf
    for step in range(1, known + 1):
        ground_m = height_m[step]
        if step >= first:
            area = 2.0 * total + ground_m
            second = (6.0 * moment + ground_m * (3.0 * step - 1.0)) / step
            tx_surface_m = (2.0 * area - second) / step
            rx_surface_m = (second - area) / step
            if rise_m[step] > 0.0:
                direct = (ground_m + link.rx_height_m - link.tx_height_m) / step
                tx_share = (steepest - direct) / (steepest - direct + rx_slopes[step])
                tx_surface_m -= rise_m[step] * tx_share
                rx_surface_m -= rise_m[step] * (1.0 - tx_share)
            tx_over_m = link.tx_height_m - min(tx_surface_m, 0.0)
            rx_over_m = link.rx_height_m + ground_m - min(rx_surface_m, ground_m)
            distance_km = step * step_km
            lower_m = min(tx_over_m, rx_over_m)
            if not is_surely_clear(distance_km, lower_m, link.radius_km, link.wavelength_m):
                steps = distance_km / table_step_km
                loss_db[step] += read_excess_db(table_db, steps, tx_over_m, rx_over_m)
        total += ground_m
        moment += ground_m * step
        steepest = max(steepest, (ground_m - link.tx_height_m) / step)
