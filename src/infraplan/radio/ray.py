"""What is kept of one ray while its diffraction losses are computed?

A ray runs outwards in even steps. Each sample costs a few operations however far it is, because
three things grow with the ray: the upper convex hull of the terrain and the records of the slope
seen from the transmitter (``ray_edge.py``), and two sums (``ray_smooth.py``). Each pass is one
kernel over the whole ray: calls with arrays inside the loops would cost more than the loops do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from infraplan.radio.jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Ray", "new_ray"]


class Ray(NamedTuple):
    """Scratch of one ray; arrays are indexed by step from the transmitter (0).

    Attributes
    ----------
    height_m, curved_m
        Ground above the transmitter's ground, m; the same less the Earth's curvature.
    nu, raised_nu
        Fresnel parameter of the equivalent edge, for the receiver and for one a metre higher.
    rise_m, rx_slope
        Highest obstruction above the line between the antennas over a flat Earth, m, and the
        steepest slope to an obstruction seen from the receiver.
    slope
        Slopes of hull edges, or of records.
    horizon
        Step of the receiver's horizon.
    records
        Number of records before the step.
    stack
        Vertices of a hull, or steps of records.
    """

    height_m: NDArray[np.float64]
    curved_m: NDArray[np.float64]
    nu: NDArray[np.float64]
    raised_nu: NDArray[np.float64]
    rise_m: NDArray[np.float64]
    rx_slope: NDArray[np.float64]
    slope: NDArray[np.float64]
    horizon: NDArray[np.int64]
    records: NDArray[np.int64]
    stack: NDArray[np.int64]


@kernel
def new_ray(size: int) -> Ray:
    """Allocate the scratch for rays of up to ``size`` samples."""
    numbers = np.zeros((7, size))
    steps = np.zeros((3, size), dtype=np.int64)
    return Ray(
        numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6],
        steps[0], steps[1], steps[2],
    )  # fmt: skip
