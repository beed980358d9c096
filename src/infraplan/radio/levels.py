"""How are levels and powers held as whole numbers, so that sums do not depend on their order?

A level is a number of hundredths of a decibel above :data:`LOWEST_DBM`. A power is a number of
:data:`POWER_UNIT_MW` in 64 bits: from 1 unit at -180 dBm to 1e17 units at :data:`HIGHEST_DBM`,
where single powers are cut off, so that 90 of the strongest still add up without overflow. At
-140 dBm a unit is 0.0004 dB.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.errors import ParameterError
from infraplan.radio.jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "HIGHEST_DBM",
    "LEVELS_PER_DB",
    "LOWEST_DBM",
    "POWER_UNIT_MW",
    "level_number",
    "power_units",
    "thermal_noise_dbm",
]

LOWEST_DBM: Final = -200.0
HIGHEST_DBM: Final = -10.0
LEVELS_PER_DB: Final = 100
POWER_UNIT_MW: Final = 1e-18

_FINE_BITS: Final = 7
_FINE_MASK: Final = (1 << _FINE_BITS) - 1
_MOST: Final = round((HIGHEST_DBM - LOWEST_DBM) * LEVELS_PER_DB)
_COARSE: Final[NDArray[np.float64]] = (
    10.0
    ** (
        LOWEST_DBM / 10.0
        + (np.arange((_MOST >> _FINE_BITS) + 1) << _FINE_BITS) / (10.0 * LEVELS_PER_DB)
    )
    / POWER_UNIT_MW
)
_FINE: Final[NDArray[np.float64]] = 10.0 ** (np.arange(_FINE_MASK + 1) / LEVELS_PER_DB / 10.0)

_BOLTZMANN_J_K: Final = 1.380649e-23  # exact in the SI of 2019
_REFERENCE_TEMPERATURE_K: Final = 290.0  # ITU-R P.372-16, section 2
_MW_PER_W: Final = 1e3


@kernel
def level_number(level_dbm: float) -> int:
    """Return the whole number of a level of at least :data:`LOWEST_DBM`, to 0.01 dB."""
    return int((level_dbm - LOWEST_DBM) * LEVELS_PER_DB + 0.5)


@kernel
def power_units(number: int) -> int:
    """Return the power of a level's number, in :data:`POWER_UNIT_MW`, cut off at the highest."""
    held = min(number, _MOST)
    return int(_COARSE[held >> _FINE_BITS] * _FINE[held & _FINE_MASK] + 0.5)


def thermal_noise_dbm(bandwidth_hz: float, noise_figure_db: float) -> float:
    """Compute the noise of a receiver at 290 K, in dBm.

    Parameters
    ----------
    bandwidth_hz
        Bandwidth, Hz, above 0.
    noise_figure_db
        Noise figure of the receiver, dB, not negative.

    Raises
    ------
    ParameterError
        If a parameter is outside its range; both are listed.

    References
    ----------
    Recommendation ITU-R P.372-16, section 2.

    Examples
    --------
    >>> round(thermal_noise_dbm(15e3, 9.0), 1)
    -123.2
    """
    faults = []
    if not (math.isfinite(bandwidth_hz) and bandwidth_hz > 0):
        faults.append(f"bandwidth_hz is {bandwidth_hz}; give Hz above 0")
    if not (math.isfinite(noise_figure_db) and noise_figure_db >= 0):
        faults.append(f"noise_figure_db is {noise_figure_db}; give dB from 0 up")
    if faults:
        raise ParameterError("The noise cannot be computed: " + "; ".join(faults) + ".")
    power_mw = _BOLTZMANN_J_K * _REFERENCE_TEMPERATURE_K * bandwidth_hz * _MW_PER_W
    return 10.0 * math.log10(power_mw) + noise_figure_db
