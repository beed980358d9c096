"""What does each antenna see as its horizon, and do they see each other?

Recommendation ITU-R P.1812-8, Attachment 1 to Annex 1, sections 4 and 5.1 to 5.5. The bare terrain
decides here: clutter joins the profile of the diffraction loss only (section 3.2).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from infraplan.radio.jit import kernel
from infraplan.units import M_PER_KM

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["BULGE_M_PER_KM2", "Horizons", "find_horizons"]

BULGE_M_PER_KM2: Final = 500.0
"""Metres per km of half the curvature: a bulge is 500 d1 d2 / a metres with d1, d2, a in km."""

MRAD_PER_RAD: Final = 1000.0


class Horizons(NamedTuple):
    """The horizons of both antennas over a median Earth.

    Attributes
    ----------
    is_transhorizon
        True if the terrain hides the antennas from each other.
    tx_horizon_km, rx_horizon_km
        Distances of the antennas from their horizons, km (d_lt, d_lr); within the line of sight,
        from the point with the largest diffraction parameter.
    tx_horizon_mrad, rx_horizon_mrad
        Elevations of the horizons, or of the other antenna, mrad (theta_t, theta_r).
    path_angle_mrad
        Angular distance of the path, mrad (theta).
    tx_point, rx_point
        Indices of the horizons in the profile.
    """

    is_transhorizon: bool
    tx_horizon_km: float
    rx_horizon_km: float
    tx_horizon_mrad: float
    rx_horizon_mrad: float
    path_angle_mrad: float
    tx_point: int
    rx_point: int


@kernel
def _elevation_mrad(slope_m_km: float) -> float:
    """Convert a slope over the curved Earth, m/km, into an elevation, mrad."""
    return MRAD_PER_RAD * math.atan(slope_m_km / M_PER_KM)


@kernel
def _clearest_point(
    distance_km: NDArray[np.float64],
    height_m: NDArray[np.float64],
    tx_level_m: float,
    rx_level_m: float,
    bulge: float,
) -> int:
    """Find the point with the largest diffraction parameter, the last of equal ones; eq. (80)."""
    last = distance_km.size - 1
    path_km = distance_km[last]
    direct = (rx_level_m - tx_level_m) / path_km
    best = -math.inf
    point = 1
    for i in range(1, last):
        both_km2 = distance_km[i] * (path_km - distance_km[i])
        above_m = height_m[i] + bulge * both_km2 - (tx_level_m + direct * distance_km[i])
        nu_squared = above_m * abs(above_m) / both_km2
        if nu_squared >= best:
            best = nu_squared
            point = i
    return point


@kernel
def find_horizons(
    distance_km: NDArray[np.float64],
    height_m: NDArray[np.float64],
    tx_level_m: float,
    rx_level_m: float,
    radius_km: float,
) -> Horizons:
    """Find the horizons of both antennas.

    Parameters
    ----------
    distance_km, height_m
        Distance from the transmitter, km, increasing from 0, and bare ground, m; shape (n,), n at
        least 3. Only the points between the first and the last can be a horizon.
    tx_level_m, rx_level_m
        Heights of the antennas in the datum of ``height_m``, m.
    radius_km
        Median effective Earth radius, km.

    Returns
    -------
    Horizons
        Distances, elevations and points.

    References
    ----------
    Recommendation ITU-R P.1812-8, Attachment 1 to Annex 1, sections 5.1 to 5.5, equations (76) to
    (84).
    """
    last = distance_km.size - 1
    path_km = distance_km[last]
    bulge = BULGE_M_PER_KM2 / radius_km
    tx_slope = -math.inf
    rx_slope = -math.inf
    tx_point = 1
    rx_point = 1
    for i in range(1, last):
        ahead_km = path_km - distance_km[i]
        from_tx = (height_m[i] - tx_level_m) / distance_km[i] - bulge * distance_km[i]
        from_rx = (height_m[i] - rx_level_m) / ahead_km - bulge * ahead_km
        if from_tx > tx_slope:
            tx_slope = from_tx
            tx_point = i
        if from_rx >= rx_slope:
            rx_slope = from_rx
            rx_point = i
    direct = (rx_level_m - tx_level_m) / path_km
    is_transhorizon = tx_slope > direct - bulge * path_km
    if not is_transhorizon:
        tx_slope = direct - bulge * path_km
        rx_slope = -direct - bulge * path_km
        tx_point = _clearest_point(distance_km, height_m, tx_level_m, rx_level_m, bulge)
        rx_point = tx_point
    tx_mrad = _elevation_mrad(tx_slope)
    rx_mrad = _elevation_mrad(rx_slope)
    return Horizons(
        is_transhorizon, distance_km[tx_point], path_km - distance_km[rx_point], tx_mrad, rx_mrad,
        MRAD_PER_RAD * path_km / radius_km + tx_mrad + rx_mrad, tx_point, rx_point,
    )  # fmt: skip
