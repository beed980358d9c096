"""Which smooth surface fits the terrain, and how high do the antennas stand over it?

Recommendation ITU-R P.1812-8, Attachment 1 to Annex 1, section 5.6. The bare terrain decides:
clutter plays no part.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from infraplan.radio.jit import kernel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["SmoothSurface", "fit_surface", "roughness_m"]


class SmoothSurface(NamedTuple):
    """Heights of smooth surfaces under the antennas, m, in the datum of the terrain.

    Attributes
    ----------
    tx_fit_m, rx_fit_m
        The straight line that fits the terrain (h_st, h_sr of equations (85) and (86)).
    tx_duct_surface_m, rx_duct_surface_m
        The same, never above the ground: for ducting (equations (90a) and (90b)).
    tx_smooth_m, rx_smooth_m
        The line lowered by obstructions, never above the ground: for diffraction (h_std, h_srd).
    """

    tx_fit_m: float
    rx_fit_m: float
    tx_duct_surface_m: float
    rx_duct_surface_m: float
    tx_smooth_m: float
    rx_smooth_m: float


@kernel
def fit_surface(
    distance_km: NDArray[np.float64],
    height_m: NDArray[np.float64],
    tx_level_m: float,
    rx_level_m: float,
) -> SmoothSurface:
    """Fit smooth surfaces to one profile.

    Parameters
    ----------
    distance_km, height_m
        Distance from the transmitter, km, increasing from 0, and bare ground, m; shape (n,).
    tx_level_m, rx_level_m
        Heights of the antennas in the datum of ``height_m``, m.

    Returns
    -------
    SmoothSurface
        Heights under the antennas, m.

    References
    ----------
    Recommendation ITU-R P.1812-8, Attachment 1 to Annex 1, sections 5.6.1 and 5.6.2.
    """
    last = distance_km.size - 1
    path_km = distance_km[last]
    direct = (rx_level_m - tx_level_m) / path_km
    first_sum = 0.0
    second_sum = 0.0
    obstruction_m = -math.inf
    tx_slope = -math.inf
    rx_slope = -math.inf
    for i in range(1, last + 1):
        step_km = distance_km[i] - distance_km[i - 1]
        first_sum += step_km * (height_m[i] + height_m[i - 1])
        near = height_m[i] * (2.0 * distance_km[i] + distance_km[i - 1])
        far = height_m[i - 1] * (distance_km[i] + 2.0 * distance_km[i - 1])
        second_sum += step_km * (near + far)
        if i < last:
            above_m = height_m[i] - (tx_level_m + direct * distance_km[i])
            if above_m > 0.0:
                obstruction_m = max(obstruction_m, above_m)
                tx_slope = max(tx_slope, above_m / distance_km[i])
                rx_slope = max(rx_slope, above_m / (path_km - distance_km[i]))
    tx_fit_m = (2.0 * first_sum * path_km - second_sum) / path_km**2
    rx_fit_m = (second_sum - first_sum * path_km) / path_km**2
    tx_low_m = tx_fit_m
    rx_low_m = rx_fit_m
    if obstruction_m > 0.0:
        tx_low_m -= obstruction_m * tx_slope / (tx_slope + rx_slope)
        rx_low_m -= obstruction_m * rx_slope / (tx_slope + rx_slope)
    return SmoothSurface(
        tx_fit_m,
        rx_fit_m,
        min(tx_fit_m, height_m[0]),
        min(rx_fit_m, height_m[last]),
        min(tx_low_m, height_m[0]),
        min(rx_low_m, height_m[last]),
    )


@kernel
def roughness_m(
    distance_km: NDArray[np.float64],
    height_m: NDArray[np.float64],
    surface: SmoothSurface,
    tx_point: int,
    rx_point: int,
) -> float:
    """Compute how far the terrain between the horizons stands out of the smooth surface, in m.

    Parameters
    ----------
    distance_km, height_m
        The profile, as in :func:`fit_surface`.
    surface
        Its smooth surfaces.
    tx_point, rx_point
        Indices of the horizons, both included.

    Returns
    -------
    float
        Terrain roughness h_m, m; negative where all terrain is below the surface.

    References
    ----------
    Recommendation ITU-R P.1812-8, Attachment 1 to Annex 1, section 5.6.3, equation (93).
    """
    path_km = distance_km[distance_km.size - 1]
    slope = (surface.rx_duct_surface_m - surface.tx_duct_surface_m) / path_km
    rough_m = -math.inf
    for i in range(min(tx_point, rx_point), max(tx_point, rx_point) + 1):
        smooth_m = surface.tx_duct_surface_m + slope * distance_km[i]
        rough_m = max(rough_m, height_m[i] - smooth_m)
    return rough_m
