"""How much does diffraction take away, for a given share of the time?

Delta-Bullington: Recommendation ITU-R P.1812-8, Annex 1, sections 4.3.4 and 4.3.5; the median is
P.526-16, section 4.5.4. Clutter raises the profile of Bullington's construction only.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from infraplan.radio.jit import kernel
from infraplan.radio.p1812.bullington import bullington_loss_db
from infraplan.radio.p1812.location import inverse_normal
from infraplan.radio.p1812.spherical_earth import spherical_loss_db

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from infraplan.radio.link import Link
    from infraplan.radio.p1812.smooth_surface import SmoothSurface

__all__ = [
    "DeltaBullington",
    "Diffraction",
    "delta_bullington",
    "diffraction",
    "time_interpolation_share",
]

MEDIAN_TIME_PERCENT: Final = 50.0


class DeltaBullington(NamedTuple):
    """The parts of the delta-Bullington method over one Earth, dB.

    Attributes
    ----------
    actual_db
        Bullington's loss over the profile (L_bulla).
    smooth_db
        The same over the smooth surface (L_bulls); NaN where it was not asked for or needed.
    spherical_db
        Loss over the spherical Earth (L_dsph).
    loss_db
        The first plus the excess, if any, of the third over the second (L_d).
    """

    actual_db: float
    smooth_db: float
    spherical_db: float
    loss_db: float


class Diffraction(NamedTuple):
    """Diffraction over the median Earth, over the flatter one, and between them.

    Attributes
    ----------
    median
        Over the median effective radius a_e.
    beta
        Over the effective radius a_beta of beta_0 % of time; NaN where it was not needed.
    time_interpolation_share
        Weight of ``beta`` (F_i).
    loss_db
        Loss not exceeded for the time asked for, dB (L_dp).
    """

    median: DeltaBullington
    beta: DeltaBullington
    time_interpolation_share: float
    loss_db: float


@kernel
def delta_bullington(
    distance_km: NDArray[np.float64],
    surface_m: NDArray[np.float64],
    flat_m: NDArray[np.float64],
    tx_level_m: float,
    rx_level_m: float,
    tx_over_m: float,
    rx_over_m: float,
    frequency_ghz: float,
    wavelength_m: float,
    vertical: bool,  # noqa: FBT001 - kernels take no keywords
    radius_km: float,
    sea_share: float,
    complete: bool,  # noqa: FBT001 - kernels take no keywords
) -> DeltaBullington:
    """Compute the diffraction loss of one profile over one Earth.

    Parameters
    ----------
    distance_km, surface_m
        Distance from the transmitter, km, increasing from 0, and ground with clutter, m, (n,).
    flat_m
        Zeros, shape (n,).
    tx_level_m, rx_level_m
        Heights of the antennas in the datum of ``surface_m``, m.
    tx_over_m, rx_over_m
        Heights of the antennas over the smooth surface, m, above 0.
    frequency_ghz, wavelength_m
        Frequency, GHz, and its wavelength, m.
    vertical
        True for vertical polarisation, False for horizontal.
    radius_km
        Effective Earth radius, km.
    sea_share
        Share of the path over sea, 0 to 1.
    complete
        False to leave ``smooth_db`` out where it cannot change the loss.

    Returns
    -------
    DeltaBullington
        The loss and its parts, dB.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, section 4.3.4, equations (37) to (39).
    """
    actual_db = bullington_loss_db(
        distance_km, surface_m, tx_level_m, rx_level_m, wavelength_m, radius_km
    )
    spherical_db = spherical_loss_db(
        distance_km[distance_km.size - 1], tx_over_m, rx_over_m, radius_km, frequency_ghz,
        wavelength_m, vertical, sea_share,
    )  # fmt: skip
    if not complete and spherical_db <= 0.0:
        return DeltaBullington(actual_db, math.nan, spherical_db, actual_db)
    smooth_db = bullington_loss_db(
        distance_km, flat_m, tx_over_m, rx_over_m, wavelength_m, radius_km
    )
    loss_db = actual_db + max(spherical_db - smooth_db, 0.0)
    return DeltaBullington(actual_db, smooth_db, spherical_db, loss_db)


@kernel
def time_interpolation_share(time_percent: float, ducting_percent: float) -> float:
    """Compute F_i, the weight of beta_0 % of time between it and the median; equation (40)."""
    if time_percent > ducting_percent:
        return inverse_normal(0.01 * time_percent) / inverse_normal(0.01 * ducting_percent)
    return 1.0


@kernel
def diffraction(
    distance_km: NDArray[np.float64],
    surface_m: NDArray[np.float64],
    flat_m: NDArray[np.float64],
    tx_level_m: float,
    rx_level_m: float,
    smooth: SmoothSurface,
    link: Link,
    sea_share: float,
    ducting_percent: float,
    complete: bool,  # noqa: FBT001 - kernels take no keywords
) -> Diffraction:
    """Compute the diffraction loss not exceeded for the time of the link.

    Parameters
    ----------
    distance_km, surface_m, flat_m, tx_level_m, rx_level_m, sea_share
        As for :func:`delta_bullington`.
    smooth
        The smooth surfaces of the profile.
    link
        Frequency, polarisation, time and Earth radii.
    ducting_percent
        beta_0, %.
    complete
        False to leave out what cannot change the loss.

    Returns
    -------
    Diffraction
        The loss and its parts, dB.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, section 4.3.5, equations (40) and (41).
    """
    tx_over_m = tx_level_m - smooth.tx_smooth_m
    rx_over_m = rx_level_m - smooth.rx_smooth_m
    median = delta_bullington(
        distance_km, surface_m, flat_m, tx_level_m, rx_level_m, tx_over_m, rx_over_m,
        link.frequency_ghz, link.wavelength_m, link.vertical, link.radius_km, sea_share, complete,
    )  # fmt: skip
    beta = DeltaBullington(math.nan, math.nan, math.nan, math.nan)
    share = time_interpolation_share(link.time_percent, ducting_percent)
    is_median = link.time_percent >= MEDIAN_TIME_PERCENT
    if complete or not is_median:
        beta = delta_bullington(
            distance_km, surface_m, flat_m, tx_level_m, rx_level_m, tx_over_m, rx_over_m,
            link.frequency_ghz, link.wavelength_m, link.vertical, link.beta_radius_km, sea_share,
            complete,
        )  # fmt: skip
    if is_median:
        return Diffraction(median, beta, share, median.loss_db)
    loss_db = median.loss_db + share * (beta.loss_db - median.loss_db)
    return Diffraction(median, beta, share, loss_db)
