"""How much may a microwave hop fade before it fails?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from infraplan.errors import ParameterError
from infraplan.radio.freespace import FREE_SPACE_CONSTANT_DB
from infraplan.units import HZ_PER_GHZ, SPEED_OF_LIGHT_M_S

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["dish_gain_dbi", "fade_margin_db"]


def dish_gain_dbi(
    diameter_m: ArrayLike, frequency_ghz: ArrayLike, efficiency_share: ArrayLike
) -> NDArray[np.float64]:
    """Compute the gain of a parabolic antenna, in dBi: efficiency times (pi D / wavelength)².

    Parameters
    ----------
    diameter_m
        Diameters, m, above 0.
    frequency_ghz
        Frequencies, GHz, above 0.
    efficiency_share
        Share of the aperture that works, above 0, up to 1.

    Raises
    ------
    ParameterError
        If a value is outside its range.

    Examples
    --------
    >>> float(dish_gain_dbi(1.2, 7.5, 0.55).round(1))
    36.9
    """
    diameter = np.asarray(diameter_m, dtype=np.float64)
    frequency = np.asarray(frequency_ghz, dtype=np.float64)
    efficiency = np.asarray(efficiency_share, dtype=np.float64)
    if not (np.all(diameter > 0) and np.all(frequency > 0)):
        raise ParameterError("diameter_m and frequency_ghz must be above 0.")
    if not np.all((efficiency > 0) & (efficiency <= 1)):
        raise ParameterError("efficiency_share must be above 0 and at most 1.")
    wavelength_m = SPEED_OF_LIGHT_M_S / (frequency * HZ_PER_GHZ)
    return np.asarray(10.0 * np.log10(efficiency * (np.pi * diameter / wavelength_m) ** 2))


def fade_margin_db(
    length_km: ArrayLike,
    frequency_ghz: ArrayLike,
    *,
    tx_power_dbm: ArrayLike,
    gain_dbi: ArrayLike,
    threshold_dbm: ArrayLike,
    gas_db_km: ArrayLike,
    other_loss_db: float,
) -> NDArray[np.float64]:
    """Compute what is received in clear air above the receiver's threshold, in dB.

    Parameters
    ----------
    length_km
        Lengths, km, above 0.
    frequency_ghz
        Frequencies, GHz, above 0.
    tx_power_dbm
        Transmitted power, dBm.
    gain_dbi
        Gain of each of the two antennas, dBi.
    threshold_dbm
        Level at which the bit error ratio is 1e-6, dBm.
    gas_db_km
        Specific attenuation of dry air and water vapour, dB/km.
    other_loss_db
        Everything else: feeders, radomes, pointing.

    Returns
    -------
    numpy.ndarray
        Margins, dB, of the shape the arguments have together; negative where clear air fails.

    References
    ----------
    Recommendation ITU-R P.525-5, equation (4); P.530-18, section 2.1.

    Examples
    --------
    >>> margin_db = fade_margin_db(
    ...     20.0, 7.5, tx_power_dbm=27.0, gain_dbi=36.9, threshold_dbm=-73.0, gas_db_km=0.016,
    ...     other_loss_db=2.0)
    >>> float(margin_db.round(1))
    35.6
    """
    length = np.asarray(length_km, dtype=np.float64)
    frequency = np.asarray(frequency_ghz, dtype=np.float64)
    loss_db = FREE_SPACE_CONSTANT_DB + 20.0 * np.log10(length * frequency)
    loss_db = loss_db + np.asarray(gas_db_km) * length + other_loss_db
    received_dbm = np.asarray(tx_power_dbm) + 2.0 * np.asarray(gain_dbi) - loss_db
    return np.asarray(received_dbm - np.asarray(threshold_dbm))
