"""What is kept of one ray while its losses are computed?

A ray runs outwards in even steps. Each sample costs a few operations however far it is, because
everything a loss needs grows with the ray: the upper convex hull of the terrain, the records of
the slope seen from the transmitter, and two sums. Each pass is one kernel over the whole ray: calls
with arrays inside the loops would cost more than the loops do. The lines of a ray are rows of few
arrays, because every array that is handed on costs time for each ray. Single precision where the
passes are vectorised, double precision for the sums.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from infraplan.radio.jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "BARE",
    "BETA",
    "BETA_DB",
    "COVER",
    "CURVED_M",
    "DECIBELS",
    "DIRECT",
    "EDGE",
    "GROUND_M",
    "INVERSE",
    "LOW",
    "MOMENT",
    "RECORD_SLOPE",
    "RECORD_STEP",
    "RX_OVER_M",
    "RX_SLOPE",
    "RX_STEP",
    "SLOPE",
    "SQUARE",
    "SURFACE_M",
    "SUSPECT",
    "TOTAL",
    "TX_OVER_M",
    "TX_SLOPE",
    "TX_STEP",
    "WANTED",
    "Ray",
    "new_ray",
]

INVERSE: Final = 0
"""One over the step."""
DECIBELS: Final = 1
"""The step's decibels as a length."""
GROUND_M: Final = 2
"""Bare ground above the transmitter's ground, m."""
SURFACE_M: Final = 3
"""The same with clutter, m."""
SQUARE: Final = 4
"""Signed square of the diffraction parameter of the equivalent edge."""
RECORD_SLOPE: Final = 5
RECORD_STEP: Final = 6
"""Records of the slope seen from the transmitter."""
BETA_DB: Final = 7
"""Losses over the Earth of beta_0 % of time, dB."""
TX_OVER_M: Final = 8
RX_OVER_M: Final = 9
"""Heights of the antennas over the smooth surface, m: at least that much."""
LINES: Final = 10

BARE: Final = 0
COVER: Final = 1
BETA: Final = 2
"""Hulls of the bare ground, of the ground with clutter, and of that over the Earth of beta_0 %."""
HULLS: Final = 3

CURVED_M: Final = 0
"""Surface less the Earth's curvature, m, so that straight lines are rays."""
SLOPE: Final = 1
DIRECT: Final = 2
"""Slopes from the transmitting antenna to the curved surface and to the receiver, m per step."""
EDGE: Final = 3
"""Slope of the hull's edge towards the transmitter, m per step."""
TX_SLOPE: Final = 4
TX_STEP: Final = 5
"""Steepest slope from the transmitter before the step, and its step: its horizon if it does not see
the receiver, that is if ``DIRECT`` is not above it."""
RX_SLOPE: Final = 6
RX_STEP: Final = 7
"""Where it does not, the slope from the receiver's horizon to the receiver, and its step."""
HULL_LINES: Final = 8

WANTED: Final = 0
"""1 where a loss is asked for."""
SUSPECT: Final = 1
"""1 where other mechanisms than diffraction may change the loss."""
LOW: Final = 2
"""1 where the antennas may not clear the smooth surface."""
MARKS: Final = 3

TOTAL: Final = 0
MOMENT: Final = 1
"""Sums of the ground before the step, and of the ground times its step."""
SUMS: Final = 2


class Ray(NamedTuple):
    """Scratch of one ray; the last axis is the step from the transmitter (0).

    Attributes
    ----------
    lines
        One line for each of the names above, ``INVERSE`` to ``RX_OVER_M``.
    hulls
        The same for each hull, ``CURVED_M`` to ``RX_STEP``.
    before
        For each hull, the step at the other end of the edge towards the transmitter, 0 if none.
    marks
        ``WANTED``, ``SUSPECT`` and ``LOW``.
    sums
        ``TOTAL`` and ``MOMENT``.
    """

    lines: NDArray[np.float32]
    hulls: NDArray[np.float32]
    before: NDArray[np.int32]
    marks: NDArray[np.uint8]
    sums: NDArray[np.float64]


@kernel
def new_ray(size: int) -> Ray:
    """Allocate the scratch for rays of up to ``size`` samples."""
    lines = np.zeros((LINES, size), dtype=np.float32)
    for step in range(1, size):
        lines[INVERSE, step] = 1.0 / step
        lines[DECIBELS, step] = 20.0 * np.log10(step)
    return Ray(
        lines,
        np.zeros((HULLS, HULL_LINES, size), dtype=np.float32),
        np.zeros((HULLS, size), dtype=np.int32),
        np.zeros((MARKS, size), dtype=np.uint8),
        np.zeros((SUMS, size)),
    )
