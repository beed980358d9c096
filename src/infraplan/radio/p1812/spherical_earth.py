"""How much does diffraction over a smooth, spherical Earth take away?

Recommendation ITU-R P.1812-8, Annex 1, sections 4.3.2 and 4.3.3: the first term of the residue
series, and its interpolation within the line of sight; the same in P.526-16, section 3.
"""

from __future__ import annotations

import math
from typing import Final

from infraplan.radio.jit import kernel
from infraplan.radio.p1812.horizons import BULGE_M_PER_KM2

__all__ = ["CLEARANCE_FACTOR", "clearance_m", "signed_spherical_loss_db", "spherical_loss_db"]

LAND_PERMITTIVITY: Final = 22.0
LAND_CONDUCTIVITY_S_M: Final = 0.003
SEA_PERMITTIVITY: Final = 80.0
SEA_CONDUCTIVITY_S_M: Final = 5.0
"""Ground constants of P.1812-8, Annex 1, section 4.3.3."""

CLEARANCE_FACTOR: Final = 17.456
"""0.552 Fresnel radii, m, for distances in km and a wavelength in m (P.1812-8, equation (26))."""


@kernel
def _first_term_over_db(
    distance_km: float,
    tx_height_m: float,
    rx_height_m: float,
    radius_km: float,
    frequency_ghz: float,
    vertical: bool,  # noqa: FBT001 - kernels take no keywords
    permittivity: float,
    conductivity_s_m: float,
) -> float:
    """Compute the first-term loss over one kind of ground, dB; P.1812-8, section 4.3.3."""
    ratio = 18.0 * conductivity_s_m / frequency_ghz
    admittance = 0.036 * (radius_km * frequency_ghz) ** (-1.0 / 3.0)
    admittance *= ((permittivity - 1.0) ** 2 + ratio**2) ** -0.25
    if vertical:
        admittance *= math.sqrt(permittivity**2 + ratio**2)
    square = admittance * admittance
    beta = (1.0 + 1.6 * square + 0.67 * square**2) / (1.0 + 4.5 * square + 1.53 * square**2)
    x = 21.88 * beta * (frequency_ghz / radius_km**2) ** (1.0 / 3.0) * distance_km
    if x >= 1.6:
        distance_db = 11.0 + 10.0 * math.log10(x) - 17.6 * x
    else:
        distance_db = -20.0 * math.log10(x) - 5.6488 * x**1.425
    y_per_m = 0.9575 * beta * (frequency_ghz**2 / radius_km) ** (1.0 / 3.0)
    floor_db = 2.0 + 20.0 * math.log10(admittance)
    tx_db = _height_gain_db(beta * y_per_m * tx_height_m, floor_db)
    rx_db = _height_gain_db(beta * y_per_m * rx_height_m, floor_db)
    return float(-distance_db - tx_db - rx_db)


@kernel
def _height_gain_db(height: float, floor_db: float) -> float:
    """Compute the gain of a normalised antenna height, dB; P.1812-8, section 4.3.3."""
    if height > 2.0:
        gain_db = 17.6 * math.sqrt(height - 1.1) - 5.0 * math.log10(height - 1.1) - 8.0
    else:
        gain_db = 20.0 * math.log10(height + 0.1 * height**3)
    return max(gain_db, floor_db)


@kernel
def _first_term_db(
    distance_km: float,
    tx_height_m: float,
    rx_height_m: float,
    radius_km: float,
    frequency_ghz: float,
    vertical: bool,  # noqa: FBT001 - kernels take no keywords
    sea_share: float,
) -> float:
    """Compute the first-term loss over land and sea, dB; P.1812-8, section 4.3.3."""
    loss_db = 0.0
    if sea_share < 1.0:
        loss_db += (1.0 - sea_share) * _first_term_over_db(
            distance_km, tx_height_m, rx_height_m, radius_km, frequency_ghz, vertical,
            LAND_PERMITTIVITY, LAND_CONDUCTIVITY_S_M,
        )  # fmt: skip
    if sea_share > 0.0:
        loss_db += sea_share * _first_term_over_db(
            distance_km, tx_height_m, rx_height_m, radius_km, frequency_ghz, vertical,
            SEA_PERMITTIVITY, SEA_CONDUCTIVITY_S_M,
        )  # fmt: skip
    return loss_db


@kernel
def clearance_m(
    distance_km: float,
    tx_height_m: float,
    rx_height_m: float,
    radius_km: float,
    wavelength_m: float,
) -> tuple[float, float]:
    """Compute the smallest clearance over the smooth Earth and the clearance required, in m.

    Parameters
    ----------
    distance_km
        Length of the path, km, above 0 and within the line of sight of both antennas.
    tx_height_m, rx_height_m
        Heights of the antennas above the smooth surface, m; their sum above 0.
    radius_km
        Effective Earth radius, km.
    wavelength_m
        Wavelength, m.

    Returns
    -------
    tuple of float
        Smallest clearance, m, and the clearance above which diffraction costs nothing, m.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, equations (24) to (26); P.526-16, section 3.2.
    """
    total_m = tx_height_m + rx_height_m
    c = (tx_height_m - rx_height_m) / total_m
    m = 0.5 * BULGE_M_PER_KM2 * distance_km**2 / (radius_km * total_m)
    cosine = 1.5 * c * math.sqrt(3.0 * m / (m + 1.0) ** 3)
    angle = math.acos(min(1.0, max(-1.0, cosine)))
    b = 2.0 * math.sqrt((m + 1.0) / (3.0 * m)) * math.cos(math.pi / 3.0 + angle / 3.0)
    near_km = 0.5 * distance_km * (1.0 + b)
    far_km = distance_km - near_km
    bulge = BULGE_M_PER_KM2 / radius_km
    tx_part = (tx_height_m - bulge * near_km**2) * far_km
    rx_part = (rx_height_m - bulge * far_km**2) * near_km
    required_m = CLEARANCE_FACTOR * math.sqrt(near_km * far_km * wavelength_m / distance_km)
    return (tx_part + rx_part) / distance_km, required_m


@kernel
def signed_spherical_loss_db(
    distance_km: float,
    tx_height_m: float,
    rx_height_m: float,
    radius_km: float,
    frequency_ghz: float,
    wavelength_m: float,
    vertical: bool,  # noqa: FBT001 - kernels take no keywords
    sea_share: float,
) -> float:
    """Compute the spherical-Earth diffraction loss, dB, running on below 0 where it is none.

    The negative values have no meaning of their own; they let a table be interpolated through
    the zero line. Parameters are those of :func:`spherical_loss_db`.
    """
    roots = math.sqrt(tx_height_m) + math.sqrt(rx_height_m)
    horizon_km = math.sqrt(2.0 * radius_km) * math.sqrt(1e-3) * roots
    if distance_km >= horizon_km:
        return _first_term_db(
            distance_km, tx_height_m, rx_height_m, radius_km, frequency_ghz, vertical, sea_share
        )
    clear_m, required_m = clearance_m(
        distance_km, tx_height_m, rx_height_m, radius_km, wavelength_m
    )
    grazing_radius_km = BULGE_M_PER_KM2 * (distance_km / roots) ** 2
    grazing_db = _first_term_db(
        distance_km, tx_height_m, rx_height_m, grazing_radius_km, frequency_ghz, vertical, sea_share
    )
    return (1.0 - clear_m / required_m) * max(grazing_db, 0.0)


@kernel
def spherical_loss_db(
    distance_km: float,
    tx_height_m: float,
    rx_height_m: float,
    radius_km: float,
    frequency_ghz: float,
    wavelength_m: float,
    vertical: bool,  # noqa: FBT001 - kernels take no keywords
    sea_share: float,
) -> float:
    """Compute the diffraction loss over a smooth spherical Earth, in dB.

    Parameters
    ----------
    distance_km
        Length of the path, km, above 0.
    tx_height_m, rx_height_m
        Heights of the antennas above the smooth surface, m, above 0.
    radius_km
        Effective Earth radius, km.
    frequency_ghz, wavelength_m
        Frequency, GHz, and the wavelength that belongs to it, m.
    vertical
        True for vertical polarisation, False for horizontal.
    sea_share
        Share of the path over sea, 0 to 1.

    Returns
    -------
    float
        Loss, dB, at least 0 within the line of sight.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, section 4.3.2; P.526-16, section 3.2.
    """
    loss_db = signed_spherical_loss_db(
        distance_km, tx_height_m, rx_height_m, radius_km, frequency_ghz, wavelength_m, vertical,
        sea_share,
    )  # fmt: skip
    return max(loss_db, 0.0)
