"""How do the mechanisms combine into one basic loss at half of the locations?

Recommendation ITU-R P.1812-8, Annex 1, sections 4.3.5 (end) and 4.6.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from infraplan.radio.jit import kernel

if TYPE_CHECKING:
    from infraplan.radio.p1812.diffraction import Diffraction
    from infraplan.radio.p1812.line_of_sight import LineOfSight

__all__ = ["Combination", "combine"]

ANGLE_MRAD: Final = 0.3
ANGLE_STEEPNESS: Final = 0.8
DISTANCE_KM: Final = 20.0
DISTANCE_STEEPNESS: Final = 0.5
"""Where and how fast line of sight and ducting give way (equations (57) and (58))."""

DUCTING_SCALE_DB: Final = 2.5
SCATTER_SCALE_DB: Final = 5.0 / math.log(10.0)
"""Scales of the smooth extremes of equations (60) and (63)."""


class Combination(NamedTuple):
    """The steps from the single mechanisms to one loss.

    Attributes
    ----------
    angle_interpolation_share, distance_interpolation_share
        F_j and F_k.
    basic_diffraction_median_loss_db, basic_diffraction_loss_db
        Diffraction over free space in the median (L_bd50) and over line of sight (L_bd), dB.
    minimum_line_of_sight_loss_db
        Notional minimum of line of sight and sub-path diffraction, dB (L_minb0p).
    minimum_ducting_loss_db
        Notional minimum of line of sight and ducting, dB (L_minbap).
    enhanced_diffraction_loss_db
        Diffraction with ducting, dB (L_bda).
    modified_diffraction_loss_db
        The same with line of sight, dB (L_bam).
    median_location_loss_db
        With troposcatter: at half of the locations, dB (L_bc).
    """

    angle_interpolation_share: float
    distance_interpolation_share: float
    basic_diffraction_median_loss_db: float
    basic_diffraction_loss_db: float
    minimum_line_of_sight_loss_db: float
    minimum_ducting_loss_db: float
    enhanced_diffraction_loss_db: float
    modified_diffraction_loss_db: float
    median_location_loss_db: float


@kernel
def _fade_out(value: float, middle: float, steepness: float) -> float:
    """Fall from 1 to 0 around ``middle``; equations (57) and (58)."""
    return 1.0 - 0.5 * (1.0 + math.tanh(3.0 * steepness * (value - middle) / middle))


@kernel
def _smooth_larger(a_db: float, b_db: float, scale_db: float) -> float:
    """Compute a smooth maximum without overflow, ``scale ln(exp(a/scale) + exp(b/scale))``."""
    larger_db = max(a_db, b_db)
    return larger_db + scale_db * math.log1p(math.exp((min(a_db, b_db) - larger_db) / scale_db))


@kernel
def combine(
    path_km: float,
    path_angle_mrad: float,
    sea_share: float,
    time_percent: float,
    ducting_percent: float,
    clear: LineOfSight,
    bent: Diffraction,
    ducting_db: float,
    troposcatter_db: float,
) -> Combination:
    """Combine the mechanisms into the basic loss at half of the locations.

    Parameters
    ----------
    path_km, path_angle_mrad, sea_share
        Length, km, angular distance, mrad, and share over sea of the path.
    time_percent, ducting_percent
        Time asked for and beta_0, %.
    clear, bent, ducting_db, troposcatter_db
        The single mechanisms.

    Returns
    -------
    Combination
        The loss and the steps towards it.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, equations (42), (43) and (57) to (63).
    """
    angle_share = _fade_out(path_angle_mrad, ANGLE_MRAD, ANGLE_STEEPNESS)
    distance_share = _fade_out(path_km, DISTANCE_KM, DISTANCE_STEEPNESS)
    median_db = clear.free_space_loss_db + bent.median.loss_db
    basic_db = clear.line_of_sight_loss_db + bent.loss_db
    over_land_db = (1.0 - sea_share) * bent.loss_db
    if time_percent < ducting_percent:
        sight_db = clear.line_of_sight_loss_db + over_land_db
    else:
        beta_db = clear.line_of_sight_beta_loss_db + over_land_db
        sight_db = median_db + (beta_db - median_db) * bent.time_interpolation_share
    duct_db = _smooth_larger(ducting_db, clear.line_of_sight_loss_db, DUCTING_SCALE_DB)
    enhanced_db = basic_db
    if duct_db <= basic_db:
        enhanced_db = duct_db + (basic_db - duct_db) * distance_share
    modified_db = enhanced_db + (sight_db - enhanced_db) * angle_share
    both_db = -_smooth_larger(-troposcatter_db, -modified_db, SCATTER_SCALE_DB)
    return Combination(
        angle_share, distance_share, median_db, basic_db, sight_db, duct_db, enhanced_db,
        modified_db, both_db,
    )  # fmt: skip
