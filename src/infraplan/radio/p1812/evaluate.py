"""What does the whole Recommendation say of one path, at half of the locations?

The one sequence of its sections, in kernels: :func:`infraplan.radio.p1812.transmission_loss` hands
all of it on, :func:`infraplan.radio.audit.loss_at` only the loss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from infraplan.radio.jit import kernel
from infraplan.radio.p1812.climate import Climate, ducting_time_percent
from infraplan.radio.p1812.combination import Combination, combine
from infraplan.radio.p1812.diffraction import Diffraction, diffraction
from infraplan.radio.p1812.ducting import DuctHeights, ducting_loss_db
from infraplan.radio.p1812.horizons import Horizons, find_horizons
from infraplan.radio.p1812.line_of_sight import LineOfSight, line_of_sight
from infraplan.radio.p1812.smooth_surface import SmoothSurface, fit_surface, roughness_m
from infraplan.radio.p1812.troposcatter import troposcatter_loss_db

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from infraplan.radio.link import Link

__all__ = ["Evaluation", "evaluate"]


class Evaluation(NamedTuple):
    """Everything that was found out about one path.

    Attributes
    ----------
    climate, horizons, surface, heights
        The path itself.
    ducting_percent
        beta_0, %.
    clear, bent, ducting_loss_db, troposcatter_loss_db
        The single mechanisms.
    combination
        How they combine.
    """

    climate: Climate
    horizons: Horizons
    surface: SmoothSurface
    heights: DuctHeights
    ducting_percent: float
    clear: LineOfSight
    bent: Diffraction
    ducting_loss_db: float
    troposcatter_loss_db: float
    combination: Combination


@kernel
def evaluate(
    distance_km: NDArray[np.float64],
    terrain_m: NDArray[np.float64],
    surface_m: NDArray[np.float64],
    flat_m: NDArray[np.float64],
    link: Link,
    climate: Climate,
    complete: bool,  # noqa: FBT001 - kernels take no keywords
) -> Evaluation:
    """Compute everything that P.1812 says of one path, but for the variation over locations.

    Parameters
    ----------
    distance_km
        Distance from the transmitter, km, increasing from 0, shape (n,), n at least 3.
    terrain_m
        Bare ground above sea level, m, shape (n,).
    surface_m
        The same with representative clutter, bare at both ends, m, shape (n,).
    flat_m
        Zeros, shape (n,).
    link
        What is transmitted and the refractivity; its cell size does not matter.
    climate
        The zones of the path.
    complete
        False to leave out intermediate values that cannot change the loss.

    Returns
    -------
    Evaluation
        The path, the mechanisms and their combination.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, sections 3 and 4.2 to 4.6.
    """
    last = distance_km.size - 1
    path_km = distance_km[last]
    tx_level_m = terrain_m[0] + link.tx_height_m
    rx_level_m = terrain_m[last] + link.rx_height_m
    percent = ducting_time_percent(
        link.latitude_deg, climate.longest_land_km, climate.longest_inland_km
    )
    horizons = find_horizons(distance_km, terrain_m, tx_level_m, rx_level_m, link.radius_km)
    smooth = fit_surface(distance_km, terrain_m, tx_level_m, rx_level_m)
    heights = DuctHeights(
        tx_level_m,
        rx_level_m,
        tx_level_m - smooth.tx_duct_surface_m,
        rx_level_m - smooth.rx_duct_surface_m,
        roughness_m(distance_km, terrain_m, smooth, horizons.tx_point, horizons.rx_point),
    )
    clear = line_of_sight(
        path_km, rx_level_m - tx_level_m, link.frequency_ghz, link.time_percent, percent,
        horizons.tx_horizon_km + horizons.rx_horizon_km,
    )  # fmt: skip
    bent = diffraction(
        distance_km, surface_m, flat_m, tx_level_m, rx_level_m, smooth, link, climate.sea_share,
        percent, complete,
    )  # fmt: skip
    ducting_db = ducting_loss_db(path_km, climate, horizons, heights, link, percent)
    troposcatter_db = troposcatter_loss_db(
        path_km, horizons.path_angle_mrad, link.frequency_ghz, link.time_percent, link.n0
    )
    combination = combine(
        path_km, horizons.path_angle_mrad, climate.sea_share, link.time_percent, percent, clear,
        bent, ducting_db, troposcatter_db,
    )  # fmt: skip
    return Evaluation(
        climate, horizons, smooth, heights, percent, clear, bent, ducting_db, troposcatter_db,
        combination,
    )  # fmt: skip
