"""What would the loss be through ducts and off elevated layers?

Recommendation ITU-R P.1812-8, Annex 1, section 4.5.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from infraplan.radio.jit import kernel
from infraplan.radio.p1812.climate import inland_weight

if TYPE_CHECKING:
    from infraplan.radio.link import Link
    from infraplan.radio.p1812.climate import Climate
    from infraplan.radio.p1812.horizons import Horizons

__all__ = ["DuctHeights", "ducting_loss_db"]

MRAD_PER_KM_TO_HORIZON: Final = 0.1
"""Horizon elevation per km of distance up to which a duct takes the ray (equation (48a))."""

COUPLING_REACH_KM: Final = 5.0
COUPLING_SEA_SHARE: Final = 0.75
"""Where surface ducts over the sea are coupled into (equation (49))."""


class DuctHeights(NamedTuple):
    """What ducting needs to know of the terrain.

    Attributes
    ----------
    tx_level_m, rx_level_m
        Heights of the antennas above sea level, m (h_ts, h_rs).
    tx_duct_height_m, rx_duct_height_m
        Heights of the antennas over the smooth surface, m (h_te, h_re).
    roughness_m
        Terrain roughness, m (h_m).
    """

    tx_level_m: float
    rx_level_m: float
    tx_duct_height_m: float
    rx_duct_height_m: float
    roughness_m: float


@kernel
def _shielding_db(horizon_mrad: float, horizon_km: float, frequency_ghz: float) -> float:
    """Compute the shielding of one site by its horizon, A_st or A_sr, dB; equation (48)."""
    excess_mrad = horizon_mrad - MRAD_PER_KM_TO_HORIZON * horizon_km
    if excess_mrad <= 0.0:
        return 0.0
    near_db = 20.0 * math.log10(1.0 + 0.361 * excess_mrad * math.sqrt(frequency_ghz * horizon_km))
    return float(near_db + 0.264 * excess_mrad * frequency_ghz ** (1.0 / 3.0))


@kernel
def _sea_coupling_db(coast_km: float, horizon_km: float, sea_share: float, level_m: float) -> float:
    """Compute the coupling of one site into a duct over the sea, dB; equation (49)."""
    if coast_km > COUPLING_REACH_KM or coast_km > horizon_km or sea_share < COUPLING_SEA_SHARE:
        return 0.0
    return -3.0 * math.exp(-0.25 * coast_km**2) * (1.0 + math.tanh(0.07 * (50.0 - level_m)))


@kernel
def _fixed_loss_db(
    climate: Climate, horizons: Horizons, heights: DuctHeights, frequency_ghz: float
) -> float:
    """Compute the losses between the antennas and the duct, A_f, dB; equations (47) to (49)."""
    fixed_db = 102.45 + 20.0 * math.log10(frequency_ghz)
    fixed_db += 20.0 * math.log10(horizons.tx_horizon_km + horizons.rx_horizon_km)
    if frequency_ghz < 0.5:
        fixed_db += 45.375 - 137.0 * frequency_ghz + 92.5 * frequency_ghz**2
    fixed_db += _shielding_db(horizons.tx_horizon_mrad, horizons.tx_horizon_km, frequency_ghz)
    fixed_db += _shielding_db(horizons.rx_horizon_mrad, horizons.rx_horizon_km, frequency_ghz)
    fixed_db += _sea_coupling_db(
        climate.coast_tx_km, horizons.tx_horizon_km, climate.sea_share, heights.tx_level_m
    )
    fixed_db += _sea_coupling_db(
        climate.coast_rx_km, horizons.rx_horizon_km, climate.sea_share, heights.rx_level_m
    )
    return fixed_db


@kernel
def _beta_percent(
    path_km: float,
    climate: Climate,
    horizons: Horizons,
    heights: DuctHeights,
    radius_km: float,
    ducting_percent: float,
) -> float:
    """Compute beta, beta_0 corrected for geometry and roughness, %; equations (54) to (56)."""
    tau = inland_weight(climate.longest_inland_km)
    alpha = max(-0.6 - 3.5e-9 * path_km**3.1 * tau, -3.4)
    roots = math.sqrt(heights.tx_duct_height_m) + math.sqrt(heights.rx_duct_height_m)
    mu2 = min((500.0 * path_km**2 / (radius_km * roots**2)) ** alpha, 1.0)
    mu3 = 1.0
    if heights.roughness_m > 10.0:
        between_km = min(path_km - horizons.tx_horizon_km - horizons.rx_horizon_km, 40.0)
        mu3 = math.exp(-4.6e-5 * (heights.roughness_m - 10.0) * (43.0 + 6.0 * between_km))
    return float(ducting_percent * mu2 * mu3)


@kernel
def _time_loss_db(path_km: float, time_percent: float, beta_percent: float) -> float:
    """Compute the loss that depends on time, A(p), dB; equation (53)."""
    beta = math.log10(beta_percent)
    gamma = 1.076 / (2.0058 - beta) ** 1.012
    gamma *= math.exp(-(9.51 - 4.8 * beta + 0.198 * beta**2) * 1e-6 * path_km**1.13)
    ratio = time_percent / beta_percent
    steady_db = (1.2 + 3.7e-3 * path_km) * math.log10(ratio)
    return float(-12.0 + steady_db + 12.0 * ratio**gamma)


@kernel
def ducting_loss_db(
    path_km: float,
    climate: Climate,
    horizons: Horizons,
    heights: DuctHeights,
    link: Link,
    ducting_percent: float,
) -> float:
    """Compute the basic loss by ducting and layer reflection (L_ba), in dB.

    Parameters
    ----------
    path_km
        Length of the path, km.
    climate, horizons, heights
        Zones, horizons and heights of the path.
    link
        Frequency, time and median Earth radius.
    ducting_percent
        beta_0, %.

    Returns
    -------
    float
        Loss, dB.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, section 4.5, equations (46) to (56).
    """
    tx_limit_mrad = MRAD_PER_KM_TO_HORIZON * horizons.tx_horizon_km
    rx_limit_mrad = MRAD_PER_KM_TO_HORIZON * horizons.rx_horizon_km
    angle_mrad = 1e3 * path_km / link.radius_km
    angle_mrad += min(horizons.tx_horizon_mrad, tx_limit_mrad)
    angle_mrad += min(horizons.rx_horizon_mrad, rx_limit_mrad)
    specific_db_mrad = 5e-5 * link.radius_km * link.frequency_ghz ** (1.0 / 3.0)
    beta_percent = _beta_percent(
        path_km, climate, horizons, heights, link.radius_km, ducting_percent
    )
    fixed_db = _fixed_loss_db(climate, horizons, heights, link.frequency_ghz)
    time_db = _time_loss_db(path_km, link.time_percent, beta_percent)
    return float(fixed_db + specific_db_mrad * angle_mrad + time_db)
