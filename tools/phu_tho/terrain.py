"""What simulated ground does the province stand on, and what does it say about a place?

The coarse shape is real: heights of ITU-R P.1511-2, one post every 9 km. Between the posts the
ground is simulated: ridged noise, stretched from north-west to south-east as the ranges run,
as strong as the P.1511 heights vary nearby; then hollows are filled into valley floors and
streams carved along the way the water would take.
"""

import heapq
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from rasterio import Affine
from scipy import ndimage
from scipy.interpolate import RectBivariateSpline

from phu_tho import figures, sources
from phu_tho.geometry import to_degrees

Array = NDArray[np.float64]

CELL_M = 90.0
MARGIN_M = 6_000.0
WAVELENGTHS_M = (11_000.0, 5_500.0, 2_700.0, 1_350.0, 680.0, 340.0)
STRETCH = 1.7
RIDGE_STRENGTH = 2.9  # height of a ridge over its valley, in local standard deviations
DRAINAGE_STEP = 4  # drainage is worked out on cells of 360 m
FILLED_SHARE = 0.7
DEEPEST_FILL_M = 30.0
DEEPEST_CUT_M = 140.0
DECAY = 0.72  # strength of each octave over the one before
LOWEST_M = 3.0


@dataclass(frozen=True, slots=True)
class Terrain:
    """Heights in m, rows from north to south, with the north-west corner in metres."""

    height_m: NDArray[np.int16]
    west_m: float
    north_m: float

    @property
    def transform(self) -> Affine:
        """Pixel to metres, as GDAL has it."""
        return Affine(CELL_M, 0.0, self.west_m, 0.0, -CELL_M, self.north_m)

    def index(self, xy: Array) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Find the row and column of points, shape (n, 2) in metres."""
        rows = np.floor((self.north_m - xy[:, 1]) / CELL_M).astype(np.intp)
        columns = np.floor((xy[:, 0] - self.west_m) / CELL_M).astype(np.intp)
        return rows, columns

    def centres(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Array:
        """Give the middle of cells in metres, shape (n, 2)."""
        x = self.west_m + (columns + 0.5) * CELL_M
        y = self.north_m - (rows + 0.5) * CELL_M
        return np.column_stack([x, y])


@dataclass(frozen=True, slots=True)
class Lie:
    """How the ground lies in every cell, on the grid of a Terrain."""

    slope_deg: Array
    above_m: Array
    relief_m: Array

    @classmethod
    def of(cls, terrain: Terrain) -> Self:
        """Work out slope, height above the surroundings (1.5 km), and relief (3 km)."""
        height = terrain.height_m.astype(np.float64)
        down, right = np.gradient(height, CELL_M)
        slope = np.degrees(np.arctan(np.hypot(down, right)))
        around = ndimage.uniform_filter(height, int(3_000 / CELL_M))
        high = ndimage.maximum_filter(height, int(3_000 / CELL_M))
        low = ndimage.minimum_filter(height, int(3_000 / CELL_M))
        return cls(slope_deg=slope, above_m=height - around, relief_m=high - low)


def build(bounds_m: tuple[float, float, float, float]) -> Terrain:
    """Simulate the ground over a box in metres (west, south, east, north) and its margin."""
    west = np.floor((bounds_m[0] - MARGIN_M) / CELL_M) * CELL_M
    south = np.floor((bounds_m[1] - MARGIN_M) / CELL_M) * CELL_M
    columns = int(np.ceil((bounds_m[2] + MARGIN_M - west) / CELL_M))
    rows = int(np.ceil((bounds_m[3] + MARGIN_M - south) / CELL_M))
    empty = Terrain(np.zeros((rows, columns), np.int16), float(west), float(south + rows * CELL_M))
    base, spread = _coarse(empty)
    ridges = _ridges(empty, np.random.default_rng(figures.SEED_TERRAIN))
    # Flat land stays flat: below about 20 m the P.1511 posts are river plain.
    hilly = np.clip((base - 18.0) / 70.0, 0.0, 1.0) ** 0.7
    height = base + (spread + 10.0) * hilly * RIDGE_STRENGTH * ridges
    soft = LOWEST_M + np.logaddexp(0.0, (height - LOWEST_M - 6.0) / 6.0) * 6.0
    drained = _drain(soft)
    return Terrain(np.round(drained).astype(np.int16), empty.west_m, empty.north_m)


def _coarse(empty: Terrain) -> tuple[Array, Array]:
    """Interpolate the P.1511 heights and their local standard deviation, both in m."""
    step = 10  # the 9 km posts need no more than one exact projection per 900 m
    shape = empty.height_m.shape
    rows = np.arange(0, shape[0] + step, step)
    columns = np.arange(0, shape[1] + step, step)
    grid = np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)
    degrees = to_degrees(empty.centres(grid[:, 0], grid[:, 1]))
    lat, lon, posts = sources.read_p1511(
        degrees[:, 0].min(), degrees[:, 1].min(), degrees[:, 0].max(), degrees[:, 1].max()
    )
    mean = ndimage.uniform_filter(posts, 3)
    variance = ndimage.uniform_filter(posts**2, 3) - mean**2
    spread = np.sqrt(np.maximum(variance, 0.0))
    found = []
    for values, degree in ((posts, 3), (spread, 1)):
        spline = RectBivariateSpline(lat, lon, values, kx=degree, ky=degree)
        coarse = spline.ev(degrees[:, 1], degrees[:, 0]).reshape(rows.size, columns.size)
        fine = np.indices(shape, dtype=np.float64) / step
        found.append(ndimage.map_coordinates(coarse, fine, order=1))
    return found[0], found[1]


def _ridges(empty: Terrain, rng: np.random.Generator) -> Array:
    """Give ridged noise of mean 0 and height about 1, ridges running north-west."""
    down, right = np.indices(empty.height_m.shape, dtype=np.float64) * CELL_M
    along, across = (right + down) / np.sqrt(2) / STRETCH, (right - down) / np.sqrt(2)
    across = across - across.min()
    along = along + 1_500.0 * _noise(along, across, 9_000.0, rng)
    across = across + 1_500.0 * _noise(along, across, 9_000.0, rng)
    total = np.zeros(down.shape)
    weight = np.ones(down.shape)
    for octave, wavelength in enumerate(WAVELENGTHS_M):
        sharp = np.clip(1.0 - np.abs(_noise(along, across, wavelength, rng)) / 1.4, 0.0, 1.0) ** 2
        total += DECAY**octave * sharp * weight
        weight = np.clip(0.35 + sharp * 1.3, 0.0, 1.0)
    return np.asarray((total - total.mean()) / 1.2)


def _noise(along: Array, across: Array, wavelength_m: float, rng: np.random.Generator) -> Array:
    """Give smooth noise of standard deviation about 1 at points in metres."""
    u = (along - along.min()) / wavelength_m + 2.0
    v = (across - across.min()) / wavelength_m + 2.0
    lattice = rng.standard_normal((int(u.max()) + 4, int(v.max()) + 4))
    return ndimage.map_coordinates(lattice, np.stack([u, v]), order=3, mode="nearest")


def _drain(height: Array) -> Array:
    """Fill shallow hollows into valley floors and carve streams through what dams them."""
    rows, columns = (size - size % DRAINAGE_STEP for size in height.shape)
    blocks = height[:rows, :columns].reshape(
        rows // DRAINAGE_STEP, DRAINAGE_STEP, columns // DRAINAGE_STEP, DRAINAGE_STEP
    )
    coarse = np.quantile(blocks, 0.25, axis=(1, 3))
    filled, breached, upstream = _flood(coarse)
    streams = np.minimum(np.log2(np.maximum(upstream / 8.0, 1.0)) * 4.0, 30.0)
    cut = np.minimum(coarse - breached + streams, DEEPEST_CUT_M)
    cut = np.maximum(ndimage.gaussian_filter(cut, 1.0) * 1.6, 0.0)
    fill = np.minimum(FILLED_SHARE * (filled - coarse), DEEPEST_FILL_M)
    at = (np.indices(height.shape, dtype=np.float64) - (DRAINAGE_STEP - 1) / 2) / DRAINAGE_STEP
    floor = ndimage.map_coordinates(coarse + fill, at, order=1, mode="nearest")
    depth = ndimage.map_coordinates(cut, at, order=1, mode="nearest")
    raised = np.maximum(height, floor)
    return np.asarray(np.maximum(raised - np.minimum(depth, raised * 0.4), LOWEST_M))


def _flood(height: Array) -> tuple[Array, Array, Array]:
    """Find every cell's way out: heights raised to it, cut down to it, and cells upstream."""
    rows, columns = height.shape
    flat = height.ravel().tolist()
    filled = list(flat)
    parent = [-1] * len(flat)
    seen = bytearray(len(flat))
    heap: list[tuple[float, int]] = []
    for cell in range(len(flat)):
        row, column = divmod(cell, columns)
        if row in (0, rows - 1) or column in (0, columns - 1):
            heapq.heappush(heap, (flat[cell], cell))
            seen[cell] = 1
    steps = (-columns, -1, 1, columns, -columns - 1, -columns + 1, columns - 1, columns + 1)
    order: list[int] = []
    while heap:
        level, cell = heapq.heappop(heap)
        order.append(cell)
        row, column = divmod(cell, columns)
        if row in (0, rows - 1) or column in (0, columns - 1):
            neighbours = [n for n in (cell + s for s in steps) if 0 <= n < len(flat)]
            neighbours = [n for n in neighbours if abs(n % columns - column) <= 1]
        else:
            neighbours = [cell + s for s in steps]
        for near in neighbours:
            if not seen[near]:
                seen[near] = 1
                parent[near] = cell
                filled[near] = max(level, flat[near])
                heapq.heappush(heap, (filled[near], near))
    breached = list(flat)
    upstream = [1.0] * len(flat)
    for cell in reversed(order):
        below = parent[cell]
        if below >= 0:
            upstream[below] += upstream[cell]
            breached[below] = min(breached[below], breached[cell])
    shape = height.shape
    return np.reshape(filled, shape), np.reshape(breached, shape), np.reshape(upstream, shape)
