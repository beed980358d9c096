"""What do troposcatter, ducting and multipath change at the samples along one ray?

In the median of time they hardly ever matter: a bound on both of the other mechanisms, from the
horizons that the hull knows, tells where they could, and only there the Recommendation is
evaluated. Below 50 % of time it is evaluated everywhere.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from infraplan.radio.freespace import free_space_loss_db
from infraplan.radio.jit import kernel
from infraplan.radio.p1812.climate import ducting_time_percent, inland_climate
from infraplan.radio.p1812.combination import combine
from infraplan.radio.p1812.diffraction import (
    DeltaBullington,
    Diffraction,
    time_interpolation_share,
)
from infraplan.radio.p1812.ducting import DuctHeights, ducting_loss_db
from infraplan.radio.p1812.horizons import BULGE_M_PER_KM2, Horizons
from infraplan.radio.p1812.line_of_sight import line_of_sight
from infraplan.radio.p1812.troposcatter import troposcatter_loss_db
from infraplan.radio.ray import (
    BARE,
    BETA_DB,
    CURVED_M,
    DECIBELS,
    DIRECT,
    GROUND_M,
    MOMENT,
    RX_SLOPE,
    RX_STEP,
    SUSPECT,
    TOTAL,
    TX_SLOPE,
    TX_STEP,
    WANTED,
)
from infraplan.radio.ray_bounds import MEDIAN_TIME_PERCENT, SCATTER_MARGIN_DB, count_suspects
from infraplan.radio.ray_smooth import smooth_ends_m
from infraplan.radio.validity import FULL_MODEL_FROM_KM

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from infraplan.radio.link import Link
    from infraplan.radio.ray import Ray
    from infraplan.radio.ray_bounds import Bounds

__all__ = ["add_mechanisms"]

MRAD_PER_SLOPE: Final = 1000.0
M_PER_KM: Final = 1000.0


@kernel
def _clearest_step(
    curved_m: NDArray[np.float32], step: int, level_m: float, tx_height_m: float
) -> int:
    """Find the step with the largest diffraction parameter in the line of sight; equation (80)."""
    direct = (level_m - tx_height_m) / step
    best = math.inf
    found = 1
    for k in range(1, step):
        below_m = tx_height_m + direct * k - curved_m[k]
        miss = below_m * below_m / (k * float(step - k))
        if miss <= best:
            best = miss
            found = k
    return found


@kernel
def _horizons(ray: Ray, step: int, level_m: float, step_km: float, link: Link) -> Horizons:
    """Describe the horizons of the path to one sample; ``level_m`` is the curved receiver's."""
    per_km = 1.0 / step_km
    path_km = step * step_km
    bare = ray.hulls[BARE]
    curved_m = bare[CURVED_M]
    tx_step = int(bare[TX_STEP, step])
    rx_step = int(bare[RX_STEP, step])
    is_hidden = bool(bare[TX_SLOPE, step] >= bare[DIRECT, step])
    if is_hidden:
        tx_slope = (curved_m[tx_step] - link.tx_height_m) / tx_step * per_km
        rx_slope = (curved_m[rx_step] - level_m) / (step - rx_step) * per_km
    else:
        tx_slope = (level_m - link.tx_height_m) / step * per_km
        rx_slope = -tx_slope
        tx_step = _clearest_step(curved_m, step, level_m, link.tx_height_m)
        rx_step = tx_step
    rx_slope -= 2.0 * BULGE_M_PER_KM2 / link.radius_km * path_km
    tx_mrad = MRAD_PER_SLOPE * math.atan(tx_slope / M_PER_KM)
    rx_mrad = MRAD_PER_SLOPE * math.atan(rx_slope / M_PER_KM)
    return Horizons(
        is_hidden, tx_step * step_km, path_km - rx_step * step_km, tx_mrad, rx_mrad,
        M_PER_KM * path_km / link.radius_km + tx_mrad + rx_mrad, tx_step, rx_step,
    )  # fmt: skip


@kernel
def _duct_heights(
    ray: Ray,
    step: int,
    horizons: Horizons,
    ends_m: tuple[float, float],
    link: Link,
) -> DuctHeights:
    """Compute the heights over the fitted surface and the roughness between the horizons, m.

    The highest place over the surface between two vertices of the hull is a vertex itself.
    """
    ground_m, before = ray.lines[GROUND_M], ray.before[BARE]
    here_m = float(ground_m[step])
    tx_level_m = link.tx_height_m
    rx_level_m = here_m + link.rx_height_m
    tx_m = min(ends_m[0], 0.0)
    rx_m = min(ends_m[1], here_m)
    slope = (rx_m - tx_m) / step
    rough_m = -math.inf
    k = horizons.rx_point
    while k > 0 and k >= horizons.tx_point:
        rough_m = max(rough_m, ground_m[k] - tx_m - slope * k)
        k = int(before[k])
    return DuctHeights(tx_level_m, rx_level_m, tx_level_m - tx_m, rx_level_m - rx_m, rough_m)


@kernel
def _whole_loss_db(
    ray: Ray,
    step: int,
    level_m: float,
    step_km: float,
    link: Link,
    bent_db: tuple[float, float],
) -> float:
    """Compute the loss to one sample by the whole Recommendation, in dB.

    ``bent_db`` are the diffraction losses in the median and for beta_0 % of time, dB.
    """
    path_km = step * step_km
    climate = inland_climate(path_km)
    percent = ducting_time_percent(link.latitude_deg, path_km, path_km)
    share = time_interpolation_share(link.time_percent, percent)
    here_m = float(ray.lines[GROUND_M, step])
    rise_m = here_m + link.rx_height_m - link.tx_height_m
    nothing = math.nan
    median = DeltaBullington(nothing, nothing, nothing, bent_db[0])
    beta = DeltaBullington(nothing, nothing, nothing, bent_db[1])
    loss_db = bent_db[0]
    if link.time_percent < MEDIAN_TIME_PERCENT:
        loss_db += share * (bent_db[1] - bent_db[0])
    if path_km < FULL_MODEL_FROM_KM:
        return free_space_loss_db(math.hypot(path_km, rise_m / M_PER_KM), link.frequency_ghz) + (
            loss_db
        )
    bent = Diffraction(median, beta, share, loss_db)
    horizons = _horizons(ray, step, level_m, step_km, link)
    ends_m = smooth_ends_m(here_m, ray.sums[TOTAL, step], ray.sums[MOMENT, step], step)
    heights = _duct_heights(ray, step, horizons, ends_m, link)
    clear = line_of_sight(
        path_km, rise_m, link.frequency_ghz, link.time_percent, percent,
        horizons.tx_horizon_km + horizons.rx_horizon_km,
    )  # fmt: skip
    ducting_db = ducting_loss_db(path_km, climate, horizons, heights, link, percent)
    scatter_db = troposcatter_loss_db(
        path_km, horizons.path_angle_mrad, link.frequency_ghz, link.time_percent, link.n0
    )
    both = combine(
        path_km, horizons.path_angle_mrad, 0.0, link.time_percent, percent, clear, bent,
        ducting_db, scatter_db,
    )  # fmt: skip
    return max(clear.line_of_sight_loss_db, both.median_location_loss_db)


@kernel
def add_mechanisms(
    ray: Ray,
    first: int,
    last: int,
    step_km: float,
    link: Link,
    bounds: Bounds,
    loss_db: NDArray[np.float32],
) -> None:
    """Turn diffraction along a ray into the loss of the whole Recommendation, in dB.

    Parameters
    ----------
    ray
        The ray, with the hull of the bare ground, and with ``BETA_DB`` below 50 % of time.
    first, last
        The samples.
    step_km
        Distance between samples, km.
    link, bounds
        What all pixels share, and the bounds for it.
    loss_db
        Free space plus median diffraction, dB, changed from ``first`` to ``last``.
    """
    lines, bare, suspect = ray.lines, ray.hulls[BARE], ray.marks[SUSPECT]
    if link.time_percent >= MEDIAN_TIME_PERCENT:
        first = max(first, math.ceil(FULL_MODEL_FROM_KM / step_km))
        end = last + 1
        suspects = count_suspects(
            lines[DECIBELS, first:end], bare[DIRECT, first:end], bare[TX_SLOPE, first:end],
            bare[TX_STEP, first:end], bare[RX_SLOPE, first:end], bare[RX_STEP, first:end], first,
            step_km, link.radius_km, link.frequency_ghz, bounds, SCATTER_MARGIN_DB,
            loss_db[first:end],
            suspect[first:end],
        )  # fmt: skip
        if suspects == 0:
            return
    else:
        suspect[first : last + 1] = 1
    bulge_m = BULGE_M_PER_KM2 / link.radius_km * step_km * step_km
    for step in range(first, last + 1):
        if suspect[step] == 0 or ray.marks[WANTED, step] == 0:
            continue
        here_m = float(lines[GROUND_M, step])
        rise_m = here_m + link.rx_height_m - link.tx_height_m
        slant_km = math.hypot(step * step_km, rise_m / M_PER_KM)
        free_db = free_space_loss_db(slant_km, link.frequency_ghz)
        level_m = here_m + link.rx_height_m - bulge_m * step * step
        beta_db = lines[BETA_DB, step] - free_db
        bent_db = (max(loss_db[step] - free_db, 0.0), max(beta_db, 0.0))
        loss_db[step] = _whole_loss_db(ray, step, level_m, step_km, link, bent_db)
