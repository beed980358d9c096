"""How much does the one edge cost that stands for all obstacles of a profile?

Bullington's construction: Recommendation ITU-R P.1812-8, Annex 1, section 4.3.1; the same in
P.526-16, section 4.5.1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from infraplan.radio.jit import kernel
from infraplan.radio.p1812.horizons import BULGE_M_PER_KM2

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "CLEAR_NU",
    "NU_SQUARED_FACTOR",
    "bullington_from_nu_db",
    "bullington_loss_db",
    "knife_edge_loss_db",
]

CLEAR_NU: Final = -0.78
"""Fresnel parameter below which a knife edge costs nothing (P.1812-8, equation (12))."""

NU_SQUARED_FACTOR: Final = 0.002
"""2 / wavelength with distances in km and heights and wavelength in m (P.1812-8, equation (15))."""

DB_PER_NEPER: Final = 20.0 / math.log(10.0)


@kernel
def knife_edge_loss_db(nu: float) -> float:
    """Compute the loss of one knife edge, in dB, from its Fresnel parameter; equation (12)."""
    if nu <= CLEAR_NU:
        return 0.0
    shifted = nu - 0.1
    return 6.9 + DB_PER_NEPER * math.log(math.sqrt(shifted * shifted + 1.0) + shifted)


@kernel
def bullington_from_nu_db(nu: float, distance_km: float) -> tuple[float, float]:
    """Compute Bullington's loss for nu of its equivalent edge, in dB, and its steepness in dB.

    Parameters
    ----------
    nu
        Fresnel-Kirchhoff parameter of the equivalent knife edge.
    distance_km
        Length of the path, km.

    Returns
    -------
    tuple of float
        Loss, dB, at least 0, and its derivative by nu, dB.

    References
    ----------
    Recommendation ITU-R P.526-16, equation (31) and section 4.5.1; P.1812-8, equations (12), (21).
    """
    if nu <= CLEAR_NU:
        return 0.0, 0.0
    shifted = nu - 0.1
    root = math.sqrt(shifted * shifted + 1.0)
    edge_db = 6.9 + DB_PER_NEPER * math.log(root + shifted)
    fading = math.exp(-edge_db / 6.0)
    added_db = 10.0 + 0.02 * distance_km
    steepness_db = DB_PER_NEPER / root * (1.0 + fading * added_db / 6.0)
    return edge_db + (1.0 - fading) * added_db, steepness_db


@kernel
def _clear_nu(
    distance_km: NDArray[np.float64],
    height_m: NDArray[np.float64],
    tx_level_m: float,
    rx_level_m: float,
    wavelength_m: float,
    bulge: float,
) -> float:
    """Find the largest diffraction parameter of a path in the line of sight; equation (15).

    All points are below the line, so the largest one is minus the smallest of nu squared.
    """
    last = distance_km.size - 1
    path_km = distance_km[last]
    direct = (rx_level_m - tx_level_m) / path_km
    smallest = math.inf
    for i in range(1, last):
        both_km2 = distance_km[i] * (path_km - distance_km[i])
        above_m = height_m[i] + bulge * both_km2 - (tx_level_m + direct * distance_km[i])
        smallest = min(smallest, above_m * above_m / both_km2)
    return -math.sqrt(smallest * NU_SQUARED_FACTOR * path_km / wavelength_m)


@kernel
def bullington_loss_db(
    distance_km: NDArray[np.float64],
    height_m: NDArray[np.float64],
    tx_level_m: float,
    rx_level_m: float,
    wavelength_m: float,
    radius_km: float,
) -> float:
    """Compute the Bullington part of the diffraction loss of one profile, in dB.

    Parameters
    ----------
    distance_km, height_m
        Distance from the transmitter, km, increasing from 0, and height of the ground with its
        clutter, m; shape (n,). Only the points between the first and the last can obstruct.
    tx_level_m, rx_level_m
        Heights of the antennas in the datum of ``height_m``, m.
    wavelength_m, radius_km
        Wavelength, m, and effective Earth radius, km.

    Returns
    -------
    float
        Loss, dB; 0 for a profile without points between its ends.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, section 4.3.1, equations (13) to (21). With A and B the
    slopes by which the horizons stand above the line between the antennas, the Bullington point
    has nu^2 = 2 d A B / wavelength, which is equation (20) with equation (18) put in.
    """
    last = distance_km.size - 1
    path_km = distance_km[last]
    bulge = BULGE_M_PER_KM2 / radius_km
    direct = (rx_level_m - tx_level_m) / path_km
    tx_slope = -math.inf
    rx_slope = -math.inf
    for i in range(1, last):
        ahead_km = path_km - distance_km[i]
        raised_m = height_m[i] + bulge * distance_km[i] * ahead_km
        tx_slope = max(tx_slope, (raised_m - tx_level_m) / distance_km[i])
        rx_slope = max(rx_slope, (raised_m - rx_level_m) / ahead_km)
    if tx_slope < direct:
        nu = _clear_nu(distance_km, height_m, tx_level_m, rx_level_m, wavelength_m, bulge)
        return bullington_from_nu_db(nu, path_km)[0]
    meeting = (tx_slope - direct) * max(rx_slope + direct, 0.0)
    nu = math.sqrt(NU_SQUARED_FACTOR * path_km * meeting / wavelength_m)
    return bullington_from_nu_db(nu, path_km)[0]
