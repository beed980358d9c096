"""How much does the curved Earth cost beyond Bullington's edge, quickly, from a table?

Delta-Bullington adds to the terrain's loss the excess of the spherical-Earth loss over Bullington's
loss of the same smooth Earth. For one frequency that excess depends on three numbers only, the
distance and the two effective antenna heights, so that a sweep reads it from a table; a second
table says where it is surely 0.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from infraplan.radio.jit import kernel
from infraplan.radio.p1812.bullington import bullington_loss_db
from infraplan.radio.p1812.spherical_earth import clearance_m, signed_spherical_loss_db

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["ExcessTable", "excess_table", "height_bin", "read_excess_db"]

OCTAVE_BITS: Final = 2
BINS_PER_OCTAVE: Final = 1 << OCTAVE_BITS
LOWEST_EXPONENT: Final = -1
OCTAVES: Final = 13
LOWEST_M: Final = 2.0**LOWEST_EXPONENT
HIGHEST_M: Final = 0.999 * 2.0 ** (LOWEST_EXPONENT + OCTAVES)
"""Heights 0.5 to 4096 m, each octave in even parts: a part is read off the bits of the number."""

LONGEST_STEP_KM: Final = 0.5
FEWEST_STEPS: Final = 16
SHORTEST_STEP_SHARE: Final = 0.25
SMOOTH_SAMPLES: Final = 65
FLOOR_DB: Final = -30.0

CLEAR_BIN_M: Final = 4.0
CLEAR_BINS: Final = 128
HIGHEST_CLEAR_M: Final = 8192.0
BISECTIONS: Final = 24

POSITION_SHIFT: Final = np.int64(23 - OCTAVE_BITS)
POSITION_MASK: Final = np.int64((1 << (23 - OCTAVE_BITS)) - 1)
POSITION_UNIT: Final = 1.0 / (1 << (23 - OCTAVE_BITS))
LOWEST_BITS: Final = np.int64((127 + LOWEST_EXPONENT) << 23)


class ExcessTable(NamedTuple):
    """The excess of the spherical-Earth loss, ready to be interpolated.

    Attributes
    ----------
    excess_db
        Excess, dB, negative where there is none; shape (distances, heights, heights).
    clear_m
        Receiver height, m, above which there is no excess; shape (distances, transmitter heights).
    step_km
        Distance between their rows, km; row 0 stands for a quarter of a step.
    """

    excess_db: NDArray[np.float32]
    clear_m: NDArray[np.float32]
    step_km: float


@kernel
def _height_of_bin(position: int) -> float:
    """Return the height, m, where a bin of the table begins."""
    octave = position // BINS_PER_OCTAVE
    part = position - octave * BINS_PER_OCTAVE
    return float(2.0 ** (LOWEST_EXPONENT + octave) * (1.0 + part / BINS_PER_OCTAVE))


@kernel
def _fill_excess(
    excess_db: NDArray[np.float32],
    step_km: float,
    frequency_ghz: float,
    wavelength_m: float,
    radius_km: float,
    vertical: bool,  # noqa: FBT001 - kernels take no keywords
) -> None:
    """Compute every entry of the table, in dB."""
    flat_m = np.zeros(SMOOTH_SAMPLES)
    for k in range(excess_db.shape[0]):
        path_km = max(float(k), SHORTEST_STEP_SHARE) * step_km
        distance_km = np.linspace(0.0, path_km, SMOOTH_SAMPLES)
        for i in range(excess_db.shape[1]):
            tx_m = _height_of_bin(i)
            for j in range(i + 1):
                rx_m = _height_of_bin(j)
                spherical_db = signed_spherical_loss_db(
                    path_km, tx_m, rx_m, radius_km, frequency_ghz, wavelength_m, vertical, 0.0
                )
                if spherical_db > 0.0:
                    spherical_db -= bullington_loss_db(
                        distance_km, flat_m, tx_m, rx_m, wavelength_m, radius_km
                    )
                excess_db[k, i, j] = max(spherical_db, FLOOR_DB)
                excess_db[k, j, i] = excess_db[k, i, j]


@kernel
def _is_clear(
    distance_km: float, tx_m: float, rx_m: float, radius_km: float, wavelength_m: float
) -> bool:
    """Tell whether the smooth Earth costs nothing between two heights."""
    roots = math.sqrt(tx_m) + math.sqrt(rx_m)
    if distance_km >= math.sqrt(2e-3 * radius_km) * roots:
        return False
    clear_m, required_m = clearance_m(distance_km, tx_m, rx_m, radius_km, wavelength_m)
    return clear_m > required_m


@kernel
def _fill_clear(
    clear_m: NDArray[np.float32], step_km: float, wavelength_m: float, radius_km: float
) -> None:
    """Find by bisection, for the far end of each distance bin, where the excess ends."""
    for k in range(clear_m.shape[0]):
        for i in range(clear_m.shape[1]):
            tx_m = max(i * CLEAR_BIN_M, LOWEST_M)
            low_m = 0.0
            high_m = HIGHEST_CLEAR_M
            for _ in range(BISECTIONS):
                middle_m = 0.5 * (low_m + high_m)
                if _is_clear((k + 1) * step_km, tx_m, middle_m, radius_km, wavelength_m):
                    high_m = middle_m
                else:
                    low_m = middle_m
            clear_m[k, i] = high_m


@lru_cache(maxsize=32)
def excess_table(
    frequency_ghz: float,
    wavelength_m: float,
    radius_km: float,
    range_km: float,
    *,
    vertical: bool,
) -> ExcessTable:
    """Build the tables for one frequency and Earth; the same arguments share one table.

    Parameters
    ----------
    frequency_ghz, wavelength_m
        Frequency, GHz, and the wavelength that belongs to it, m.
    radius_km
        Effective Earth radius, km.
    range_km
        Longest distance that will be asked for, km.
    vertical
        True for vertical polarisation, False for horizontal.

    Returns
    -------
    ExcessTable
        Over land.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, section 4.3.4, equation (39).
    """
    steps = max(FEWEST_STEPS, math.ceil(range_km / LONGEST_STEP_KM))
    step_km = range_km / steps
    bins = OCTAVES * BINS_PER_OCTAVE + 1
    excess_db = np.empty((steps + 1, bins, bins), dtype=np.float32)
    _fill_excess(excess_db, step_km, frequency_ghz, wavelength_m, radius_km, vertical)
    clear_m = np.empty((steps + 1, CLEAR_BINS), dtype=np.float32)
    _fill_clear(clear_m, step_km, wavelength_m, radius_km)
    excess_db.setflags(write=False)
    clear_m.setflags(write=False)
    return ExcessTable(excess_db, clear_m, step_km)


@kernel
def height_bin(height_m: float) -> int:
    """Find the column of ``clear_m`` whose height is the next one below, or the last."""
    return int(min(np.int64(height_m * (1.0 / CLEAR_BIN_M)), np.int64(CLEAR_BINS - 1)))


@kernel
def read_excess_db(
    excess_db: NDArray[np.float32], distance_steps: float, tx_over_m: float, rx_over_m: float
) -> float:
    """Interpolate the excess linearly in distance and in both heights, in dB.

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
    distance_steps = min(distance_steps, float(last))
    k = min(np.int64(distance_steps), np.int64(last - 1))
    tx_bits = np.int64(np.float32(min(max(tx_over_m, LOWEST_M), HIGHEST_M)).view(np.int32))
    rx_bits = np.int64(np.float32(min(max(rx_over_m, LOWEST_M), HIGHEST_M)).view(np.int32))
    tx_bits -= LOWEST_BITS
    rx_bits -= LOWEST_BITS
    i = tx_bits >> POSITION_SHIFT
    j = rx_bits >> POSITION_SHIFT
    tx_share = (tx_bits & POSITION_MASK) * POSITION_UNIT
    rx_share = (rx_bits & POSITION_MASK) * POSITION_UNIT
    value_db = 0.0
    for a in range(2):
        low_db = excess_db[k + a, i, j]
        low_db += (excess_db[k + a, i, j + 1] - low_db) * rx_share
        high_db = excess_db[k + a, i + 1, j]
        high_db += (excess_db[k + a, i + 1, j + 1] - high_db) * rx_share
        share = distance_steps - k if a == 1 else 1.0 - distance_steps + k
        value_db += (low_db + (high_db - low_db) * tx_share) * share
    return max(value_db, 0.0)
