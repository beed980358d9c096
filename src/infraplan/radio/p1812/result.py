"""What does P.1812 say of one path, step by step?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan.radio.p1812.location import field_strength_dbuvm

if TYPE_CHECKING:
    from infraplan.radio.link import Link
    from infraplan.radio.p1812.evaluate import Evaluation

__all__ = ["TransmissionLoss", "new_transmission_loss"]


@dataclass(frozen=True, slots=True)
class TransmissionLoss:
    """The basic transmission loss of one path, and how it came about.

    Symbols and equations are those of Recommendation ITU-R P.1812-8, Annex 1. Levels are above
    the zero of the profile's heights. "Beta" marks what holds for beta_0 % of time.

    Attributes
    ----------
    basic_loss_db
        Loss not exceeded for the time and locations asked for, dB (L_b, 69).
    field_strength_dbuvm
        Field strength exceeded for them with 1 kW ERP, dB(uV/m) (E_p, 70).
    distance_km
        Length of the path, km (d).
    is_transhorizon
        True if the terrain hides the antennas from each other.
    tx_horizon_km, rx_horizon_km
        Distances to the horizons, km (d_lt, 78; d_lr, 81a).
    tx_horizon_mrad, rx_horizon_mrad
        Elevations of the horizons, mrad (theta_t, 76-78; theta_r, 79-81).
    path_angle_mrad
        Angular distance, mrad (theta, 82).
    tx_level_m, rx_level_m
        Levels of the antennas, m (h_ts and h_tc, h_rs and h_rc; Table 5).
    sea_share
        Share of the path over sea (omega).
    longest_land_km, longest_inland_km
        Longest unbroken sections, km (d_tm, d_lm; section 3.6).
    middle_latitude_deg
        Latitude of the middle of the path, degrees (phi, 4).
    ducting_percent
        Time with a steep refractivity gradient, % (beta_0, 5).
    median_radius_km, beta_radius_km
        Effective Earth radii, km (a_e, 7a; a_beta, 7b).
    tx_fit_m, rx_fit_m
        Smooth surface that fits the terrain, m (h_st, 85; h_sr, 86).
    tx_duct_surface_m, rx_duct_surface_m
        The same, not above the ground, m (h_st, 90a; h_sr, 90b).
    tx_smooth_m, rx_smooth_m
        Smooth surface for diffraction, m (h_std, h_srd, 89).
    tx_over_smooth_m, rx_over_smooth_m
        Heights of the antennas over it, m (h'_tc, 37a; h'_rc, 37b).
    tx_duct_height_m, rx_duct_height_m
        Effective heights for ducting, m (h_te, 92a; h_re, 92b).
    roughness_m
        Terrain roughness, m (h_m, 93).
    time_interpolation_share
        Weight of beta_0 % of time against the median (F_i, 40).
    angle_interpolation_share, distance_interpolation_share
        Weights of line of sight and of diffraction (F_j, 57; F_k, 58).
    free_space_loss_db, line_of_sight_loss_db, line_of_sight_beta_loss_db
        Basic losses without obstacles, dB (L_bfs, 8; L_b0p, 10; L_b0beta, 11).
    bullington_median_loss_db, bullington_smooth_median_loss_db, spherical_median_loss_db
        Parts of the median diffraction, dB (L_bulla, 21; L_bulls, 21; L_dsph, 27 with a_e).
    bullington_beta_loss_db, bullington_smooth_beta_loss_db, spherical_beta_loss_db
        The same with a_beta, dB.
    diffraction_median_loss_db, diffraction_beta_loss_db, diffraction_loss_db
        Diffraction losses, dB (L_d50, 39; L_dbeta, 39; L_dp, 41).
    basic_diffraction_median_loss_db, basic_diffraction_loss_db
        Basic losses by diffraction, dB (L_bd50, 42; L_bd, 43).
    minimum_line_of_sight_loss_db
        Notional minimum with line of sight, dB (L_minb0p, 59).
    ducting_loss_db
        Basic loss by ducting and layer reflection, dB (L_ba, 46).
    minimum_ducting_loss_db
        Notional minimum with ducting, dB (L_minbap, 60).
    enhanced_diffraction_loss_db, modified_diffraction_loss_db
        Diffraction with ducting, then with line of sight, dB (L_bda, 61; L_bam, 62).
    troposcatter_loss_db
        Basic loss by troposcatter, dB (L_bs, 44).
    median_location_loss_db
        Loss at half of the locations, dB (L_bc, 63).
    location_correction_db
        What the share of locations adds, dB (L_loc).
    """

    basic_loss_db: float
    field_strength_dbuvm: float
    distance_km: float
    is_transhorizon: bool
    tx_horizon_km: float
    rx_horizon_km: float
    tx_horizon_mrad: float
    rx_horizon_mrad: float
    path_angle_mrad: float
    tx_level_m: float
    rx_level_m: float
    sea_share: float
    longest_land_km: float
    longest_inland_km: float
    middle_latitude_deg: float
    ducting_percent: float
    median_radius_km: float
    beta_radius_km: float
    tx_fit_m: float
    rx_fit_m: float
    tx_duct_surface_m: float
    rx_duct_surface_m: float
    tx_smooth_m: float
    rx_smooth_m: float
    tx_over_smooth_m: float
    rx_over_smooth_m: float
    tx_duct_height_m: float
    rx_duct_height_m: float
    roughness_m: float
    time_interpolation_share: float
    angle_interpolation_share: float
    distance_interpolation_share: float
    free_space_loss_db: float
    line_of_sight_loss_db: float
    line_of_sight_beta_loss_db: float
    bullington_median_loss_db: float
    bullington_smooth_median_loss_db: float
    spherical_median_loss_db: float
    bullington_beta_loss_db: float
    bullington_smooth_beta_loss_db: float
    spherical_beta_loss_db: float
    diffraction_median_loss_db: float
    diffraction_beta_loss_db: float
    diffraction_loss_db: float
    basic_diffraction_median_loss_db: float
    basic_diffraction_loss_db: float
    minimum_line_of_sight_loss_db: float
    ducting_loss_db: float
    minimum_ducting_loss_db: float
    enhanced_diffraction_loss_db: float
    modified_diffraction_loss_db: float
    troposcatter_loss_db: float
    median_location_loss_db: float
    location_correction_db: float


def new_transmission_loss(
    distance_km: float, link: Link, found: Evaluation, location_correction_db: float
) -> TransmissionLoss:
    """Gather what was found out about one path, and finish it with the variation over locations.

    Parameters
    ----------
    distance_km
        Length of the path, km.
    link, found
        What was transmitted, and what the kernels found.
    location_correction_db
        What the share of locations adds, dB.

    Returns
    -------
    TransmissionLoss
        Everything as plain numbers.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, equations (69) and (70).
    """
    median, beta = found.bent.median, found.bent.beta
    path = found.horizons._asdict()
    del path["tx_point"], path["rx_point"]
    basic_db = max(
        found.clear.line_of_sight_loss_db,
        found.combination.median_location_loss_db + location_correction_db,
    )
    return TransmissionLoss(
        basic_loss_db=basic_db,
        field_strength_dbuvm=field_strength_dbuvm(basic_db, link.frequency_ghz),
        distance_km=distance_km,
        sea_share=found.climate.sea_share,
        longest_land_km=found.climate.longest_land_km,
        longest_inland_km=found.climate.longest_inland_km,
        middle_latitude_deg=link.latitude_deg,
        ducting_percent=found.ducting_percent,
        median_radius_km=link.radius_km,
        beta_radius_km=link.beta_radius_km,
        tx_over_smooth_m=found.heights.tx_level_m - found.surface.tx_smooth_m,
        rx_over_smooth_m=found.heights.rx_level_m - found.surface.rx_smooth_m,
        time_interpolation_share=found.bent.time_interpolation_share,
        bullington_median_loss_db=median.actual_db,
        bullington_smooth_median_loss_db=median.smooth_db,
        spherical_median_loss_db=median.spherical_db,
        bullington_beta_loss_db=beta.actual_db,
        bullington_smooth_beta_loss_db=beta.smooth_db,
        spherical_beta_loss_db=beta.spherical_db,
        diffraction_median_loss_db=median.loss_db,
        diffraction_beta_loss_db=beta.loss_db,
        diffraction_loss_db=found.bent.loss_db,
        ducting_loss_db=found.ducting_loss_db,
        troposcatter_loss_db=found.troposcatter_loss_db,
        location_correction_db=location_correction_db,
        **path,
        **found.surface._asdict(),
        **found.heights._asdict(),
        **found.clear._asdict(),
        **found.combination._asdict(),
    )
