"""On which ground do the benchmarks stand, and where do their masts?"""

from __future__ import annotations

import gzip
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from rasterio.fill import fillnodata
from scipy.ndimage import map_coordinates, uniform_filter

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["REAL_TILE", "Ground", "choose_sites", "ground_for", "hills", "real_ground"]

REAL_TILE: Final = (
    Path(__file__).parents[2]
    / "shared/mirror/elevation-tiles-prod.s3.amazonaws.com/skadi/N42/N42E001.hgt.gz"
)
"""Terrain Tiles (SRTM) of Andorra, where it lies beside the checkout."""

_TILE_SOUTH_DEG: Final = 42.0
_METRES_PER_DEGREE: Final = 111_195.0
_WIDTH_M: Final = 60_000.0
"""The real tile is used over this width, from 18 km south of its northern edge on."""

_NORTH_SKIP_M: Final = 18_000.0
_WEST_SKIP_M: Final = 7_000.0
_POSITION_M: Final = 3_000.0
"""Side of the square whose mean height a post is compared with."""

_APART_M: Final = 5_000.0
"""Sites are at least this far from each other, in rows or in columns."""

_LOWEST_M: Final = -500.0
"""Below this a post is a void."""

_VOID_CELLS: Final = 400.0
_LEVEL_M: Final = 5.0
"""A slope differs by less than this from the mean height around it."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Terrain posts, m, float32, and what they are."""

    height_m: NDArray[np.float32]
    cell_size_m: float
    described: str


def ground_for(cell_size_m: float, *, seed: int, synthetic: bool = False) -> Ground:
    """Return real terrain where its tile is beside the checkout, else seeded hills."""
    if REAL_TILE.exists() and not synthetic:
        return real_ground(REAL_TILE, cell_size_m)
    return hills(round(_WIDTH_M / cell_size_m), cell_size_m, seed=seed)


def real_ground(tile: Path, cell_size_m: float) -> Ground:
    """Return 60 km x 60 km of an SRTM tile, resampled by cubic splines to square posts."""
    raw = np.frombuffer(gzip.decompress(tile.read_bytes()), dtype=">i2").astype(np.float64)
    side = math.isqrt(raw.size)
    posts_m = raw.reshape(side, side)
    voids = posts_m < _LOWEST_M
    posts_m = fillnodata(posts_m.astype(np.float32), mask=~voids, max_search_distance=_VOID_CELLS)
    step_deg = 1.0 / (side - 1)
    north_m = step_deg * _METRES_PER_DEGREE
    east_m = north_m * math.cos(math.radians(_TILE_SOUTH_DEG + 0.5))
    count = round(_WIDTH_M / cell_size_m)
    row, column = np.mgrid[0:count, 0:count]
    places = [
        (row * cell_size_m + _NORTH_SKIP_M) / north_m,
        (column * cell_size_m + _WEST_SKIP_M) / east_m,
    ]
    height_m = map_coordinates(posts_m, places, order=3).astype(np.float32)
    words = (
        f"Andorra and the Pyrenees around it, SRTM posts every {step_deg * 3600:.0f}″ resampled to "
        f"{cell_size_m:g} m, voids ({voids.mean():.1%} of the tile) filled from around, "
        f"{_relief(height_m)}"
    )
    return Ground(height_m, cell_size_m, words)


def hills(count: int, cell_size_m: float, *, seed: int, relief_m: float = 400.0) -> Ground:
    """Return seeded hills, `count` posts wide: fractal, the power falling with f^-3.6.

    Parameters
    ----------
    count
        Posts in a row and in a column.
    cell_size_m
        Distance between posts, m.
    seed
        Of the noise.
    relief_m
        Between the 1st and the 99th percentile of height, m.
    """
    noise = np.random.default_rng(seed).standard_normal((count, count))
    spectrum = np.fft.rfft2(noise)
    frequency = np.hypot(np.fft.fftfreq(count)[:, None], np.fft.rfftfreq(count)[None, :])
    longest = cell_size_m / 12_000.0  # hills and valleys lie at most about 12 km apart
    spectrum *= np.maximum(frequency, longest) ** -1.8
    height_m = np.fft.irfft2(spectrum, s=(count, count))
    low, high = np.percentile(height_m, (1.0, 99.0))
    height_m = (height_m - low) * (relief_m / (high - low))
    height_m = (height_m - height_m.min()).astype(np.float32)
    words = f"synthetic hills of seed {seed}, posts every {cell_size_m:g} m, {_relief(height_m)}"
    return Ground(height_m, cell_size_m, words)


def choose_sites(ground: Ground, margin_m: float) -> dict[str, tuple[int, int]]:
    """Choose a valley, a slope and a hilltop, by rule.

    A post is compared with the mean height of the 3 km square around it. The valley is the post
    that lies deepest below that mean, the hilltop the one highest above it, the slope the steepest
    of those less than 5 m off it. The hilltop is at least 5 km from the valley and the slope from
    both, where there is room. Ties go to the northernmost, then the westernmost.

    Parameters
    ----------
    ground
        The terrain.
    margin_m
        No site is nearer to the edge than this, m.

    Returns
    -------
    dict
        Name to row and column, in the order valley, slope, hilltop.
    """
    height_m = ground.height_m.astype(np.float64)
    width = 2 * round(_POSITION_M / ground.cell_size_m / 2) + 1
    above_m = height_m - uniform_filter(height_m, width, mode="nearest")
    steepness = np.hypot(*np.gradient(height_m, ground.cell_size_m))
    margin = math.ceil(margin_m / ground.cell_size_m)
    inner = (slice(margin, height_m.shape[0] - margin), slice(margin, height_m.shape[1] - margin))
    if min(above_m[inner].shape) < 1:
        raise ValueError(f"no post lies {margin_m:g} m from the edges; take less reach")
    level = np.where(np.abs(above_m) < _LEVEL_M, steepness, -1.0)
    scores = {"valley": -above_m, "hilltop": above_m, "slope": level}
    apart = round(_APART_M / ground.cell_size_m)
    free = np.ones(above_m[inner].shape, dtype=bool)
    found: dict[str, tuple[int, int]] = {}
    for name, score in scores.items():
        open_to = np.where(free, score[inner], -np.inf) if free.any() else score[inner]
        row, column = (int(k) for k in np.unravel_index(int(np.argmax(open_to)), open_to.shape))
        found[name] = (row + margin, column + margin)
        free[max(row - apart, 0) : row + apart + 1, max(column - apart, 0) : column + apart + 1] = 0
    return {name: found[name] for name in ("valley", "slope", "hilltop")}


def _relief(height_m: NDArray[np.float32]) -> str:
    low, middle, high = np.percentile(height_m, (1, 50, 99))
    return f"heights {low:.0f} / {middle:.0f} / {high:.0f} m (1st, 50th, 99th percentile)"
