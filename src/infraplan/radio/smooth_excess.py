"""How much does the curved Earth cost beyond Bullington's edge, quickly, from a table?

Delta-Bullington adds to the terrain's loss the excess of the spherical-Earth loss over Bullington's
loss of the same smooth Earth. For one frequency that excess depends on three numbers only, the
distance and the two effective antenna heights, so that a sweep reads it from a table.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from infraplan.radio.diffraction import bullington_loss_db
from infraplan.radio.jit import kernel
from infraplan.radio.smooth_earth import (
    BULGE_M_PER_KM2,
    CLEARANCE_FACTOR,
    signed_spherical_loss_db,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ExcessTable", "excess_table", "is_surely_clear", "read_excess_db"]

BINS_PER_OCTAVE: Final = 2
LOWEST_LOG2_M: Final = -1.0
OCTAVES: Final = 13
LONGEST_STEP_KM: Final = 0.5
FEWEST_STEPS: Final = 16
SHORTEST_STEP_SHARE: Final = 0.25
SMOOTH_SAMPLES: Final = 65
FLOOR_DB: Final = -30.0
"""Heights 0.5 to 4096 m by half octaves; distances in even steps, the first row just above 0."""


class ExcessTable(NamedTuple):
    """The excess of the spherical-Earth loss, ready to be interpolated.

    Attributes
    ----------
    excess_db
        Excess, dB, negative where there is none; shape (distances, heights, heights).
    step_km
        Distance between its rows, km; row 0 stands for a quarter of a step.
    """

    excess_db: NDArray[np.float32]
    step_km: float


@kernel
def _fill_table(
    excess_db: NDArray[np.float32],
    step_km: float,
    frequency_ghz: float,
    wavelength_m: float,
    radius_km: float,
) -> None:
    """Compute every entry of the table, in dB."""
    flat_m = np.zeros(SMOOTH_SAMPLES)
    for k in range(excess_db.shape[0]):
        path_km = max(float(k), SHORTEST_STEP_SHARE) * step_km
        distance_km = np.linspace(0.0, path_km, SMOOTH_SAMPLES)
        for i in range(excess_db.shape[1]):
            tx_m = 2.0 ** (LOWEST_LOG2_M + i / BINS_PER_OCTAVE)
            for j in range(i + 1):
                rx_m = 2.0 ** (LOWEST_LOG2_M + j / BINS_PER_OCTAVE)
                spherical_db = signed_spherical_loss_db(
                    path_km, tx_m, rx_m, radius_km, frequency_ghz, wavelength_m, True, 0.0
                )
                edge_db = bullington_loss_db(
                    distance_km, flat_m, tx_m, rx_m, wavelength_m, radius_km
                )
                excess_db[k, i, j] = max(spherical_db - edge_db, FLOOR_DB)
                excess_db[k, j, i] = excess_db[k, i, j]


@lru_cache(maxsize=32)
def excess_table(
    frequency_ghz: float, wavelength_m: float, radius_km: float, range_km: float
) -> ExcessTable:
    """Build the table for one frequency and Earth; the same arguments share one table.

    Parameters
    ----------
    frequency_ghz, wavelength_m
        Frequency, GHz, and the wavelength that belongs to it, m.
    radius_km
        Effective Earth radius, km.
    range_km
        Longest distance that will be asked for, km.

    Returns
    -------
    ExcessTable
        For vertical polarisation over land.

    References
    ----------
    Recommendation ITU-R P.1812-7, Annex 1, section 4.3.4, equation (39).
    """
    steps = max(FEWEST_STEPS, math.ceil(range_km / LONGEST_STEP_KM))
    step_km = range_km / steps
    bins = OCTAVES * BINS_PER_OCTAVE + 1
    excess_db = np.empty((steps + 1, bins, bins), dtype=np.float32)
    _fill_table(excess_db, step_km, frequency_ghz, wavelength_m, radius_km)
    excess_db.setflags(write=False)
    return ExcessTable(excess_db, step_km)


@kernel
def is_surely_clear(
    distance_km: float, lower_height_m: float, radius_km: float, wavelength_m: float
) -> bool:
    """Tell whether two antennas at least that high clear the smooth Earth, so that it is free.

    The line between them clears the surface by at least the lower height less the largest bulge;
    nowhere does it need more than the clearance of mid-path.
    """
    bulge_m = 0.25 * BULGE_M_PER_KM2 * distance_km**2 / radius_km
    needed_m = 0.5 * CLEARANCE_FACTOR * math.sqrt(distance_km * wavelength_m)
    return lower_height_m > bulge_m + needed_m


@kernel
def _height_position(height_m: float, last: int) -> float:
    """Find where a height lies among the table's bins, from 0 to ``last``."""
    position = (math.log2(max(height_m, 1e-3)) - LOWEST_LOG2_M) * BINS_PER_OCTAVE
    return min(max(position, 0.0), float(last))


@kernel
def read_excess_db(
    excess_db: NDArray[np.float32], distance_steps: float, tx_over_m: float, rx_over_m: float
) -> float:
    """Interpolate the excess linearly in distance and in the logarithms of both heights, in dB.

    Parameters
    ----------
    excess_db
        The table of :func:`excess_table`. Kernels pass it apart from its ``ExcessTable``: taking
        an array out of a tuple costs an atomic count each time.
    distance_steps
        Distance in steps of the table; beyond its range its last row holds.
    tx_over_m, rx_over_m
        Effective antenna heights, m; outside 0.5 to 4096 m the nearest of these holds.

    Returns
    -------
    float
        Excess, dB, at least 0.
    """
    last = excess_db.shape[0] - 1
    last_bin = excess_db.shape[1] - 1
    distance_steps = min(distance_steps, float(last))
    tx_position = _height_position(tx_over_m, last_bin)
    rx_position = _height_position(rx_over_m, last_bin)
    k = min(int(distance_steps), last - 1)
    i = min(int(tx_position), last_bin - 1)
    j = min(int(rx_position), last_bin - 1)
    tx_share = tx_position - i
    rx_share = rx_position - j
    near_db = 0.0
    far_db = 0.0
    for a in range(2):
        for b in range(2):
            weight = (tx_share if a == 1 else 1.0 - tx_share) * (
                rx_share if b == 1 else 1.0 - rx_share
            )
            near_db += weight * excess_db[k, i + a, j + b]
            far_db += weight * excess_db[k + 1, i + a, j + b]
    return float(max(near_db + (far_db - near_db) * (distance_steps - k), 0.0))
