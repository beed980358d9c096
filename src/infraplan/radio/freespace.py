"""How much does a signal lose over a clear path in free space?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.errors import ParameterError
from infraplan.radio.jit import kernel
from infraplan.units import GHZ_PER_MHZ, KM_PER_M

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["NEAREST_DISTANCE_KM", "free_space_loss_db", "loss_db"]

FREE_SPACE_CONSTANT_DB: Final = 92.4
"""Loss at 1 km and 1 GHz, as P.525-5 equation (4) and P.1812-8 equation (8) round it (92.448)."""

NEAREST_DISTANCE_KM: Final = 1e-3
"""Shorter paths count as 1 m: the formula is for the far field and has no value at 0."""


@kernel
def free_space_loss_db(distance_km: float, frequency_ghz: float) -> float:
    """Compute the free-space basic transmission loss of one path, in dB.

    Parameters
    ----------
    distance_km
        Length of the path from antenna to antenna, km; below 1 m it counts as 1 m.
    frequency_ghz
        Frequency, GHz, above 0.

    Returns
    -------
    float
        Loss, dB; NaN where the distance is NaN.

    References
    ----------
    Recommendation ITU-R P.525-5, equation (4); P.1812-8, Annex 1, equation (8).
    """
    distance_km = max(distance_km, NEAREST_DISTANCE_KM)
    return FREE_SPACE_CONSTANT_DB + 20.0 * math.log10(distance_km * frequency_ghz)


def loss_db(distance_m: ArrayLike, frequency_mhz: float) -> NDArray[np.float64]:
    """Compute the free-space basic transmission loss between isotropic antennas, in dB.

    Parameters
    ----------
    distance_m
        Lengths of the paths from antenna to antenna, m, any shape, not negative; below 1 m they
        count as 1 m.
    frequency_mhz
        Frequency, MHz, above 0.

    Returns
    -------
    numpy.ndarray
        Loss, dB, shape of ``distance_m``; NaN where the distance is NaN.

    Raises
    ------
    ParameterError
        If the frequency is not a positive number or a distance is negative.

    References
    ----------
    Recommendation ITU-R P.525-5, equation (4).

    Examples
    --------
    >>> loss_db([1000.0, 2000.0], 1000.0).round(2)
    array([92.4 , 98.42])
    """
    distance_km = np.asarray(distance_m, dtype=np.float64) * KM_PER_M
    if not (math.isfinite(frequency_mhz) and frequency_mhz > 0):
        message = f"frequency_mhz is {frequency_mhz}; give a frequency above 0 MHz."
        raise ParameterError(message)
    if np.any(distance_km < 0):
        message = f"distance_m goes down to {np.nanmin(distance_m)} m; distances start at 0."
        raise ParameterError(message)
    reached_km = np.maximum(distance_km, NEAREST_DISTANCE_KM)
    return FREE_SPACE_CONSTANT_DB + 20.0 * np.log10(reached_km * (frequency_mhz * GHZ_PER_MHZ))
