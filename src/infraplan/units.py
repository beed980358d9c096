"""Which physical constants and unit factors does infraplan use, and where do they come from?

Names end in their unit. A number that appears here is never written again elsewhere.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "EARTH_RADIUS_KM",
    "EARTH_RADIUS_M",
    "GHZ_PER_MHZ",
    "HZ_PER_GHZ",
    "KM_PER_M",
    "MEDIAN_REFRACTIVITY_GRADIENT_N_KM",
    "M_PER_KM",
    "ROUNDED_SPEED_OF_LIGHT_M_S",
    "SPEED_OF_LIGHT_M_S",
    "VACUUM_REFRACTIVITY_GRADIENT_N_KM",
    "effective_earth_radius_km",
    "rounded_wavelength_m",
    "wavelength_m",
]

SPEED_OF_LIGHT_M_S: Final = 299_792_458.0
"""Speed of light in vacuum, exact by definition (BIPM, The International System of Units, 2019)."""

ROUNDED_SPEED_OF_LIGHT_M_S: Final = 2.998e8
"""The same as P.2001-5 rounds it; the published cases of P.1812-8 were computed with it."""

EARTH_RADIUS_KM: Final = 6371.0
"""Mean radius of the Earth, as Recommendation ITU-R P.1812 uses it (Annex 1, section 3.6)."""

M_PER_KM: Final = 1000.0
KM_PER_M: Final = 1e-3
GHZ_PER_MHZ: Final = 1e-3
HZ_PER_GHZ: Final = 1e9

EARTH_RADIUS_M: Final = EARTH_RADIUS_KM * M_PER_KM

VACUUM_REFRACTIVITY_GRADIENT_N_KM: Final = 157.0
"""Gradient at which a ray follows the Earth's curve, 1e6 / 6371 km (P.1812, section 3.6)."""

MEDIAN_REFRACTIVITY_GRADIENT_N_KM: Final = 45.0
"""A round mid-latitude value of the yearly median lapse rate in the lowest kilometre (P.453)."""


def effective_earth_radius_km(delta_n: float) -> float:
    """Compute the median effective Earth radius, in km.

    Parameters
    ----------
    delta_n
        Yearly median refractivity lapse rate through the lowest kilometre, N-units/km, positive;
        below 157.

    Returns
    -------
    float
        Effective radius, km: 6371 * 157 / (157 - delta_n).

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, section 3.6, equations (6) and (7a).

    Examples
    --------
    >>> round(effective_earth_radius_km(45.0))
    8931
    """
    bent = VACUUM_REFRACTIVITY_GRADIENT_N_KM - delta_n
    return EARTH_RADIUS_KM * VACUUM_REFRACTIVITY_GRADIENT_N_KM / bent


def wavelength_m(frequency_ghz: float) -> float:
    """Compute the wavelength in vacuum, in metres, of a frequency in GHz.

    Examples
    --------
    >>> round(wavelength_m(1.8), 4)
    0.1666
    """
    return SPEED_OF_LIGHT_M_S / (frequency_ghz * HZ_PER_GHZ)


def rounded_wavelength_m(frequency_ghz: float) -> float:
    """Compute the wavelength as P.1812 rounds it, in metres, of a frequency in GHz.

    Examples
    --------
    >>> rounded_wavelength_m(1.0)
    0.2998
    """
    return ROUNDED_SPEED_OF_LIGHT_M_S / (frequency_ghz * HZ_PER_GHZ)
