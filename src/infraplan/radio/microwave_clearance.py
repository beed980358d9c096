"""How low may the two antennas of a hop hang and still look over the terrain?

Each point of the profile asks the ray to pass at some level; the ray is straight over terrain that
bulges by the Earth's curve at an effective radius k times the true one. Planning criteria of
Recommendation ITU-R P.530-18, section 2.2.2: so many radii of the first Fresnel zone at median k,
and fewer at the k that is exceeded in nearly all of the worst month; the stricter counts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.radio.jit import kernel
from infraplan.radio.profile import CLEARING_CELLS, interpolate_height_m
from infraplan.units import EARTH_RADIUS_KM, M_PER_KM

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "earth_bulge_m",
    "fresnel_radius_m",
    "least_clearance",
    "lowest_heights_m",
    "profile_points",
    "required_levels_m",
    "sample_surface",
]

_SAMPLES_PER_CELL: Final = 2
_FRESNEL_CONSTANT: Final = 17.3
"""First Fresnel radius, m, of 1 km by 1 km over 1 km at 1 GHz (P.530-18, equation (3))."""

_SLACK_M: Final = 1e-9
_MOST_STEPS: Final = 10_000


@kernel
def fresnel_radius_m(near_km: float, far_km: float, frequency_ghz: float) -> float:
    """Compute the radius of the first Fresnel zone, in m, between two distances to the ends, km.

    References
    ----------
    Recommendation ITU-R P.530-18, section 2.2.1, equation (3).
    """
    return _FRESNEL_CONSTANT * math.sqrt(near_km * far_km / (frequency_ghz * (near_km + far_km)))


@kernel
def earth_bulge_m(near_km: float, far_km: float, k: float) -> float:
    """Compute how far the Earth rises above the chord, in m, at an effective radius factor k."""
    return near_km * far_km * M_PER_KM / (2.0 * k * EARTH_RADIUS_KM)


@kernel
def profile_points(length_cells: float) -> int:
    """Count the points of a profile, ends included: at most half a cell apart, and even.

    With an even number no point lies in the very middle, where it would leave open which of the
    two antennas is to be raised.
    """
    count = math.ceil(_SAMPLES_PER_CELL * length_cells) + 1
    return max(count + count % 2, 4)


@kernel
def sample_surface(
    height_m: NDArray[np.float32],
    clutter_m: NDArray[np.float32],
    ends: tuple[float, float, float, float],
    surface_m: NDArray[np.float64],
    ground_m: NDArray[np.float64],
) -> bool:
    """Write terrain, and what stands on it, along a straight line.

    Parameters
    ----------
    height_m
        Terrain posts, m, shape (rows, columns), NaN where unknown.
    clutter_m
        Trees and houses on each post, m, same shape; shape (0, 0) where unknown. Within a cell of
        either end there are none: masts stand in a clearing.
    ends
        Row and column of the first and of the last point, in posts.
    surface_m, ground_m
        Written: surface and bare terrain, m, shape (n,).

    Returns
    -------
    bool
        True if the terrain is known along the whole line.
    """
    last = surface_m.size - 1
    row_step = (ends[2] - ends[0]) / last
    column_step = (ends[3] - ends[1]) / last
    step_cells = math.hypot(row_step, column_step)
    for i in range(last + 1):
        row = ends[0] + i * row_step
        column = ends[1] + i * column_step
        if not (0.0 <= row <= height_m.shape[0] - 1 and 0.0 <= column <= height_m.shape[1] - 1):
            return False
        ground_m[i] = interpolate_height_m(height_m, row, column)
        if math.isnan(ground_m[i]):
            return False
        surface_m[i] = ground_m[i]
        if clutter_m.size > 0 and min(i, last - i) * step_cells >= CLEARING_CELLS:
            surface_m[i] += interpolate_height_m(clutter_m, row, column)
    return True


@kernel
def required_levels_m(
    surface_m: NDArray[np.float64],
    length_km: float,
    frequency_ghz: float,
    ks: tuple[float, float],
    radii: tuple[float, float],
    spare_m: float,
    level_m: NDArray[np.float64],
) -> None:
    """Write the level the ray must keep at each point between the ends, m above sea level.

    Parameters
    ----------
    surface_m
        What stands in the way, m, evenly spaced, shape (n,).
    length_km
        Length of the hop, km.
    frequency_ghz
        Frequency, GHz.
    ks
        Median effective radius factor, and the least that counts.
    radii
        Clearance asked for at each of them, in radii of the first Fresnel zone.
    spare_m
        Added for what the terrain model does not know, m.
    level_m
        Written: shape (n,); the ends ask for nothing.
    """
    last = surface_m.size - 1
    level_m[0] = -np.inf
    level_m[last] = -np.inf
    for i in range(1, last):
        near_km = length_km * i / last
        far_km = length_km - near_km
        zone_m = fresnel_radius_m(near_km, far_km, frequency_ghz)
        median_m = earth_bulge_m(near_km, far_km, ks[0]) + radii[0] * zone_m
        least_m = earth_bulge_m(near_km, far_km, ks[1]) + radii[1] * zone_m
        level_m[i] = surface_m[i] + max(median_m, least_m) + spare_m


@kernel
def _highest_need(level_m: NDArray[np.float64], start_m: float) -> tuple[float, int]:
    """Return the level the far antenna needs for a level of the near one, and the point."""
    last = level_m.size - 1
    need_m, at = -np.inf, -1
    for i in range(1, last):
        share = i / last
        here_m = (level_m[i] - (1.0 - share) * start_m) / share
        if here_m > need_m:
            need_m, at = here_m, i
    return need_m, at


@kernel
def lowest_heights_m(
    level_m: NDArray[np.float64],
    start_range_m: tuple[float, float],
    end_range_m: tuple[float, float],
) -> tuple[float, float]:
    """Find the antenna levels with the least sum whose ray keeps every level asked for.

    Parameters
    ----------
    level_m
        Levels to keep, m, evenly spaced, shape (n,), n even; the ends are not read.
    start_range_m, end_range_m
        Lowest and highest level of each antenna, m above sea level.

    Returns
    -------
    tuple of float
        Level of the antenna at the first and the last point, m; NaN where even the highest pair
        is too low.

    Notes
    -----
    What the far antenna needs is a convex, piecewise linear function of the near one's level:
    where the point that asks for most lies in the near half, raising the near antenna by one metre
    lowers the far one by more than one. The kink where the point passes the middle is found by
    crossing the lines on both sides of it (Kelley's method), exactly and in few steps.
    """
    last = level_m.size - 1
    low, high = start_range_m
    for i in range(1, last):
        share = i / last
        low = max(low, (level_m[i] - share * end_range_m[1]) / (1.0 - share))
    if low > high:
        return np.nan, np.nan
    need_m, at = _highest_need(level_m, low)
    if need_m <= end_range_m[0] or 2 * at > last:
        return low, min(max(need_m, end_range_m[0]), end_range_m[1])
    left = at
    need_m, at = _highest_need(level_m, high)
    if need_m > end_range_m[0] and 2 * at < last:
        return high, need_m
    right = at if need_m > end_range_m[0] else -1
    for _ in range(_MOST_STEPS):
        middle = _crossing(level_m, left, right, end_range_m[0])
        middle = min(max(middle, low), high)
        need_m, at = _highest_need(level_m, middle)
        share = left / last
        known_m = (level_m[left] - (1.0 - share) * middle) / share
        if need_m <= max(known_m, end_range_m[0]) + _SLACK_M:
            return middle, min(max(need_m, end_range_m[0]), end_range_m[1])
        if 2 * at < last:
            left = at
        else:
            right = at
    return np.nan, np.nan


@kernel
def _crossing(level_m: NDArray[np.float64], left: int, right: int, floor_m: float) -> float:
    """Return the near level at which two points, or one and the far floor, ask for the same."""
    last = level_m.size - 1
    share = left / last
    if right < 0:
        return float((level_m[left] - share * floor_m) / (1.0 - share))
    other = right / last
    slope = (1.0 - share) / share - (1.0 - other) / other
    return float((level_m[left] / share - level_m[right] / other) / slope)


@kernel
def least_clearance(
    surface_m: NDArray[np.float64],
    length_km: float,
    frequency_ghz: float,
    k: float,
    start_m: float,
    end_m: float,
) -> tuple[float, int]:
    """Return the least clearance between the ends, in radii of the first Fresnel zone, and where.

    Parameters
    ----------
    surface_m
        What stands in the way, m, evenly spaced, shape (n,).
    length_km, frequency_ghz, k
        Length, km, frequency, GHz, and effective radius factor.
    start_m, end_m
        Levels of the antennas, m above sea level.
    """
    last = surface_m.size - 1
    least, at = np.inf, -1
    for i in range(1, last):
        near_km = length_km * i / last
        far_km = length_km - near_km
        ray_m = start_m + (end_m - start_m) * i / last - earth_bulge_m(near_km, far_km, k)
        clear = (ray_m - surface_m[i]) / fresnel_radius_m(near_km, far_km, frequency_ghz)
        if clear < least:
            least, at = clear, i
    return least, at
