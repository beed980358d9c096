"""Where could troposcatter or ducting change the median loss along a ray?

Both are bounded from below by the elevations and distances of the horizons that the hull knows: a
loss below the bound is diffraction's alone.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from infraplan.radio.jit import kernel
from infraplan.radio.p1812.climate import ducting_time_percent
from infraplan.radio.p1812.troposcatter import troposcatter_loss_db
from infraplan.radio.ray_loss import BIAS, DB_PER_OCTAVE, MANTISSA, MANTISSA_BITS, ONE_BITS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.radio.link import Link

__all__ = [
    "MEDIAN_TIME_PERCENT",
    "SCATTER_MARGIN_DB",
    "Bounds",
    "count_suspects",
    "new_bounds",
]

MEDIAN_TIME_PERCENT: Final = 50.0
M_PER_KM: Final = 1000.0
HORIZON_MRAD_PER_KM: Final = 0.1
SHIELD_DB_PER_MRAD: Final = 0.264
DUCT_DB_PER_MRAD_KM: Final = 5e-5
SCATTER_DB_PER_MRAD: Final = 0.573
"""From equations (44), (48), (48a), (50) and (51) of P.1812-8, Annex 1, section 4.4 and 4.5."""

ZERO: Final = np.float32(0.0)
ONE: Final = np.float32(1.0)
TWO: Final = np.float32(2.0)
THREE: Final = np.float32(3.0)
THIRD: Final = np.float32(1.0 / 3.0)
FIFTH: Final = np.float32(0.2)
TENTH: Final = np.float32(HORIZON_MRAD_PER_KM)
RAD_PER_MRAD: Final = np.float32(1e-3)
SCATTER_PER_MRAD: Final = np.float32(SCATTER_DB_PER_MRAD)

SCATTER_MARGIN_DB: Final = 17.0
"""Troposcatter that much weaker than diffraction changes the sum by less than 0.002 dB."""


class Bounds(NamedTuple):
    """What the losses of the other mechanisms are at least, in the median of time.

    Attributes
    ----------
    scatter_db, duct_db
        Losses over 1 km without any angle or shielding, dB.
    shield_db_mrad, duct_db_mrad
        Losses per mrad of a horizon's elevation and of the path's angle, dB/mrad.
    """

    scatter_db: float
    duct_db: float
    shield_db_mrad: float
    duct_db_mrad: float


@kernel
def new_bounds(link: Link, range_km: float) -> Bounds:
    """Compute the bounds for a link and the longest distance, km.

    The time-dependent ducting loss falls as beta grows, and beta is at most beta_0 of the shortest
    path; its exponent falls with the distance.
    """
    scatter_db = troposcatter_loss_db(1.0, 0.0, link.frequency_ghz, MEDIAN_TIME_PERCENT, link.n0)
    beta_percent = ducting_time_percent(link.latitude_deg, 0.0, 0.0)
    beta = math.log10(beta_percent)
    gamma = 1.076 / (2.0058 - beta) ** 1.012
    gamma *= math.exp(-(9.51 - 4.8 * beta + 0.198 * beta**2) * 1e-6 * range_km**1.13)
    ratio = MEDIAN_TIME_PERCENT / beta_percent
    time_db = -12.0 + 1.2 * math.log10(ratio) + 12.0 * ratio**gamma
    fixed_db = 102.45 + 20.0 * math.log10(link.frequency_ghz)
    if link.frequency_ghz < 0.5:
        fixed_db += 45.375 - 137.0 * link.frequency_ghz + 92.5 * link.frequency_ghz**2
    root = link.frequency_ghz ** (1.0 / 3.0)
    return Bounds(
        scatter_db,
        fixed_db + time_db,
        SHIELD_DB_PER_MRAD * root,
        DUCT_DB_PER_MRAD_KM * link.radius_km * root,
    )


@kernel
def _low_single(slope: np.float32) -> np.float32:
    """Bound the elevation of a slope from below, in mrad, without branches.

    Upwards by Shafer's inequality, downwards by the first terms of the series.
    """
    tangent = slope * RAD_PER_MRAD
    square = tangent * tangent
    down = min(ONE - square * (THIRD - FIFTH * square), ONE)
    up = THREE / (ONE + TWO * np.float32(math.sqrt(ONE + square)))
    return slope * (up if slope > ZERO else down)


@kernel
def _low_octaves(value: np.float32) -> np.float32:
    """Bound the logarithm to base 2 of a positive number from below, by at most 0.09."""
    bits = np.float32(value).view(np.int32)
    part = np.int32((bits & MANTISSA) | ONE_BITS).view(np.float32) - ONE
    return np.float32((bits >> MANTISSA_BITS) - BIAS) + part


@kernel
def count_suspects(
    decibels: NDArray[np.float32],
    direct: NDArray[np.float32],
    tx_slope: NDArray[np.float32],
    tx_step: NDArray[np.float32],
    rx_slope: NDArray[np.float32],
    rx_step: NDArray[np.float32],
    first: int,
    step_km: float,
    radius_km: float,
    frequency_ghz: float,
    bounds: Bounds,
    margin_db: float,
    loss_db: NDArray[np.float32],
    suspect_out: NDArray[np.uint8],
) -> int:
    """Mark the samples whose median loss another mechanism could change; return their number.

    Where the antennas see each other, a loss of 33 dB over free space would be needed, which only
    clutter can cause.
    """
    length = np.float32(step_km)
    mrad = np.float32(1.0 / step_km)
    angle = np.float32(M_PER_KM * step_km / radius_km)
    root = np.float32(0.361 * math.sqrt(frequency_ghz))
    scatter_db = np.float32(bounds.scatter_db + 20.0 * math.log10(step_km) - margin_db)
    duct_db = np.float32(bounds.duct_db)
    duct_per_mrad = np.float32(bounds.duct_db_mrad)
    shield_per_mrad = np.float32(bounds.shield_db_mrad)
    count = np.int32(0)
    start = np.int32(first)
    for k in range(loss_db.size):
        along = np.float32(np.int32(start + k))
        bulge = angle * along
        is_hidden = direct[k] <= tx_slope[k]
        tx_mrad = _low_single(tx_slope[k] * mrad)
        rx_mrad = _low_single(-rx_slope[k] * mrad - bulge)
        total = tx_mrad + rx_mrad + bulge
        total = total if is_hidden else ZERO
        scattered_db = scatter_db + decibels[k] + SCATTER_PER_MRAD * total
        tx_km = tx_step[k] * length
        rx_km = (along - rx_step[k]) * length
        tx_excess = max(tx_mrad - TENTH * tx_km, ZERO)
        rx_excess = max(rx_mrad - TENTH * rx_km, ZERO)
        octaves = _low_octaves(tx_km + rx_km)
        octaves += _low_octaves(ONE + root * tx_excess * np.float32(math.sqrt(tx_km)))
        octaves += _low_octaves(ONE + root * rx_excess * np.float32(math.sqrt(rx_km)))
        excess = tx_excess + rx_excess
        ducted_db = duct_db + DB_PER_OCTAVE * octaves + shield_per_mrad * excess
        ducted_db += duct_per_mrad * (total - excess)
        is_suspect = (loss_db[k] > scattered_db) | (is_hidden & (loss_db[k] > ducted_db))
        suspect_out[k] = is_suspect
        count += np.int32(is_suspect)
    return int(count)
