"""What do all pixels that one transmitter serves have in common?

The loss of a link on a grid is that of P.1812-8 on an inland path from 0.25 km on, and nearer free
space over the slant plus diffraction (``radio/audit.py``). Clutter raises the ground in
Bullington's construction only: horizons (hence troposcatter and ducting), roughness and the smooth
surface are those of the bare terrain.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from infraplan.units import (
    EARTH_RADIUS_KM,
    GHZ_PER_MHZ,
    KM_PER_M,
    MEDIAN_REFRACTIVITY_GRADIENT_N_KM,
    effective_earth_radius_km,
    rounded_wavelength_m,
)

__all__ = [
    "BETA_RADIUS_KM",
    "DEFAULT_LATITUDE_DEG",
    "MEDIAN_SEA_LEVEL_REFRACTIVITY_N",
    "Link",
    "new_link",
]

BETA_RADIUS_KM: Final = 3.0 * EARTH_RADIUS_KM
"""Effective Earth radius exceeded for beta_0 % of time: k = 3 (P.1812-8, equation (7b))."""

MEDIAN_SEA_LEVEL_REFRACTIVITY_N: Final = 325.0
"""A round mid-latitude value of the sea-level surface refractivity, N-units (P.453-14)."""

DEFAULT_LATITUDE_DEG: Final = 45.0
"""A mid-latitude; it sets beta_0, which hardly matters at 50 % of time."""


class Link(NamedTuple):
    """What is the same for every pixel that one transmitter serves, in the kernels' units.

    Attributes
    ----------
    cell_size_km
        Distance between neighbouring posts, km.
    tx_height_m, rx_height_m
        Heights of the antennas above the ground, m.
    frequency_ghz, wavelength_m
        Frequency, GHz, and its wavelength as P.1812 rounds it, m.
    vertical
        True for vertical polarisation, False for horizontal.
    time_percent
        Share of the average year for which the loss is not exceeded, %, 1 to 50.
    n0
        Sea-level surface refractivity, N-units.
    radius_km
        Median effective Earth radius a_e, km.
    beta_radius_km
        Effective Earth radius a_beta, exceeded for beta_0 % of time, km.
    latitude_deg
        Latitude of the middle of the paths, degrees; it sets beta_0.
    """

    cell_size_km: float
    tx_height_m: float
    rx_height_m: float
    frequency_ghz: float
    wavelength_m: float
    vertical: bool
    time_percent: float
    n0: float
    radius_km: float
    beta_radius_km: float
    latitude_deg: float


def new_link(
    *,
    cell_size_m: float,
    frequency_mhz: float,
    tx_height_m: float,
    rx_height_m: float,
    polarization: str = "vertical",
    time_percent: float = 50.0,
    delta_n: float = MEDIAN_REFRACTIVITY_GRADIENT_N_KM,
    n0: float = MEDIAN_SEA_LEVEL_REFRACTIVITY_N,
    latitude_deg: float = DEFAULT_LATITUDE_DEG,
) -> Link:
    """Gather what all pixels share, from public units; nothing is checked here.

    Parameters
    ----------
    cell_size_m
        Distance between neighbouring posts, m.
    frequency_mhz
        Frequency, MHz.
    tx_height_m, rx_height_m
        Heights of the antennas above the ground, m.
    polarization
        "vertical" or "horizontal".
    time_percent
        Share of the average year for which the loss is not exceeded, %, 1 to 50.
    delta_n
        Median refractivity lapse rate, N-units/km, from 0 to below 157.
    n0
        Sea-level surface refractivity, N-units.
    latitude_deg
        Latitude of the middle of the paths, degrees.

    Returns
    -------
    Link
        The same in the kernels' units, every number a float.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, section 3.6, equations (6) and (7).
    """
    frequency_ghz = float(frequency_mhz) * GHZ_PER_MHZ
    return Link(
        cell_size_km=float(cell_size_m) * KM_PER_M,
        tx_height_m=float(tx_height_m),
        rx_height_m=float(rx_height_m),
        frequency_ghz=frequency_ghz,
        wavelength_m=rounded_wavelength_m(frequency_ghz),
        vertical=polarization == "vertical",
        time_percent=float(time_percent),
        n0=float(n0),
        radius_km=effective_earth_radius_km(float(delta_n)),
        beta_radius_km=BETA_RADIUS_KM,
        latitude_deg=float(latitude_deg),
    )
