"""Which band, antennas and heights carry each of many hops at least cost?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan.radio.jit import kernel
from infraplan.radio.microwave_clearance import (
    least_clearance,
    lowest_heights_m,
    profile_points,
    required_levels_m,
    sample_surface,
)
from infraplan.units import KM_PER_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Criteria", "Designs", "design_hops"]


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a hop must clear.

    Attributes
    ----------
    median_k
        Effective Earth radius factor of half the time.
    median_radii, least_radii
        Clearance at median and at least k, in radii of the first Fresnel zone.
    spare_m
        Added for what the terrain model does not know, m.
    """

    median_k: float
    median_radii: float
    least_radii: float
    spare_m: float


@dataclass(frozen=True, slots=True, eq=False)
class Designs:
    """What was found for each hop, in the order of the pairs.

    Attributes
    ----------
    option
        The option that carries it; -1 where none clears, -2 where terrain is unknown.
    heights_m
        Antenna heights above ground at both ends, shape (pairs, 2); NaN where none clears.
    clearance
        Least clearance at least k, in radii of the first Fresnel zone.
    """

    option: NDArray[np.int64]
    heights_m: NDArray[np.float64]
    clearance: NDArray[np.float64]


def design_hops(
    height_m: NDArray[np.float32],
    clutter_m: NDArray[np.float32],
    cell_size_m: float,
    *,
    ends: NDArray[np.float64],
    ground_m: NDArray[np.float64],
    lowest_m: NDArray[np.float64],
    highest_m: NDArray[np.float64],
    least_k: NDArray[np.float64],
    works: NDArray[np.bool_],
    frequency_ghz: NDArray[np.float64],
    criteria: Criteria,
) -> Designs:
    """Give each hop the first option that works and clears, at the lowest pair of heights.

    Parameters
    ----------
    height_m, clutter_m
        Terrain and what stands on it, m, shape (rows, columns); clutter (0, 0) where unknown.
    cell_size_m
        Distance between neighbouring posts, m.
    ends
        Row and column of both ends in posts, shape (pairs, 4).
    ground_m, lowest_m, highest_m
        Ground at both ends above sea level, and lowest and highest antenna above it, m, shape
        (pairs, 2).
    least_k
        Least effective radius factor that counts, shape (pairs,).
    works
        Which option is available enough for which hop, shape (pairs, options); cheapest first.
    frequency_ghz
        Of each option, GHz, shape (options,).
    criteria
        Clearance.

    Returns
    -------
    Designs
        Heights in whole metres, rounded up, where the highest allows it.
    """
    pairs = len(ends)
    option = np.full(pairs, -1, dtype=np.int64)
    heights_m = np.full((pairs, 2), np.nan)
    clearance = np.full(pairs, np.nan)
    _design(
        np.ascontiguousarray(height_m, dtype=np.float32),
        np.ascontiguousarray(clutter_m, dtype=np.float32), float(cell_size_m),
        np.ascontiguousarray(ends, dtype=np.float64),
        np.ascontiguousarray(ground_m, dtype=np.float64),
        np.ascontiguousarray(lowest_m, dtype=np.float64),
        np.ascontiguousarray(highest_m, dtype=np.float64),
        np.ascontiguousarray(least_k, dtype=np.float64),
        np.ascontiguousarray(works, dtype=np.bool_),
        np.ascontiguousarray(frequency_ghz, dtype=np.float64),
        (
            float(criteria.median_k), float(criteria.median_radii), float(criteria.least_radii),
            float(criteria.spare_m),
        ),
        option, heights_m, clearance,
    )  # fmt: skip
    return Designs(option, heights_m, clearance)


@kernel
def _design(
    height_m: NDArray[np.float32],
    clutter_m: NDArray[np.float32],
    cell_size_m: float,
    ends: NDArray[np.float64],
    ground_m: NDArray[np.float64],
    lowest_m: NDArray[np.float64],
    highest_m: NDArray[np.float64],
    least_k: NDArray[np.float64],
    works: NDArray[np.bool_],
    frequency_ghz: NDArray[np.float64],
    criteria: tuple[float, float, float, float],
    option: NDArray[np.int64],
    heights_m: NDArray[np.float64],
    clearance: NDArray[np.float64],
) -> None:
    """Design one hop after the other, into the last three arrays."""
    for pair in range(len(ends)):
        if not works[pair].any():
            continue
        ends_here = (ends[pair, 0], ends[pair, 1], ends[pair, 2], ends[pair, 3])
        length_cells = math.hypot(ends_here[2] - ends_here[0], ends_here[3] - ends_here[1])
        length_km = length_cells * cell_size_m * KM_PER_M
        count = profile_points(length_cells)
        surface_m, bare_m, level_m = np.empty(count), np.empty(count), np.empty(count)
        if not sample_surface(height_m, clutter_m, ends_here, surface_m, bare_m):
            option[pair] = -2
            continue
        blocked_ghz = 0.0  # lower frequencies ask for more than one that does not clear
        for choice in range(len(frequency_ghz)):
            frequency = frequency_ghz[choice]
            if not works[pair, choice] or frequency <= blocked_ghz:
                continue
            ks = (criteria[0], least_k[pair])
            radii = (criteria[1], criteria[2])
            required_levels_m(surface_m, length_km, frequency, ks, radii, criteria[3], level_m)
            start_m, end_m = lowest_heights_m(
                level_m,
                (ground_m[pair, 0] + lowest_m[pair, 0], ground_m[pair, 0] + highest_m[pair, 0]),
                (ground_m[pair, 1] + lowest_m[pair, 1], ground_m[pair, 1] + highest_m[pair, 1]),
            )
            if math.isnan(start_m):
                blocked_ghz = frequency
                continue
            option[pair] = choice
            heights_m[pair, 0] = min(_whole(start_m - ground_m[pair, 0]), highest_m[pair, 0])
            heights_m[pair, 1] = min(_whole(end_m - ground_m[pair, 1]), highest_m[pair, 1])
            clearance[pair], _ = least_clearance(
                surface_m, length_km, frequency, least_k[pair],
                ground_m[pair, 0] + heights_m[pair, 0], ground_m[pair, 1] + heights_m[pair, 1],
            )  # fmt: skip
            break


@kernel
def _whole(height_m: float) -> float:
    """Round up to a whole metre; a hair above one is one."""
    return math.ceil(height_m - 1e-6)
