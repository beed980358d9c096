"""How high is the ground of the simulated country, anywhere, without an array of all of it?

Value noise: random numbers on a lattice, joined smoothly, at wavelengths from 12 km down to 94 m,
the more of it the more mountainous a region is. A lattice number is a hash of its place, so a
height depends on its place only and neighbouring tiles fit without a seam.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.workflow.country.model import Country, Tile

__all__ = ["height_m", "tile_height_m"]

_WAVELENGTHS_M = tuple(12_000.0 / 2**k for k in range(8))
_SHRINK = 0.6
"""Hills of half the wavelength are so much lower."""
_REGION_M = 150_000.0
_LOWEST_M, _RELIEF_M = 5.0, 800.0
_MIX = tuple(
    np.array(number, dtype=np.uint64)
    for number in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
)
"""The odd constants of the generator SplitMix64."""


def tile_height_m(country: Country, tile: Tile, *, halo: int) -> NDArray[np.float32]:
    """Return the heights of a tile's cells and of so many cells around it, m.

    Parameters
    ----------
    country, tile
        The country, and one of its tiles.
    halo
        Cells around it on each side; beyond the country's edge the ground goes on.

    Returns
    -------
    numpy.ndarray
        Shape (rows + 2 halo, columns + 2 halo).
    """
    rows = np.arange(tile.first_row - halo, tile.last_row + halo)
    columns = np.arange(tile.first_column - halo, tile.last_column + halo)
    return height_m(
        country.seed,
        (columns + 0.5) * country.cell_size_m,
        (rows + 0.5) * country.cell_size_m,
    )


def height_m(
    seed: int, east_m: NDArray[np.floating], south_m: NDArray[np.floating]
) -> NDArray[np.float32]:
    """Return the heights where lines from north to south cross lines from west to east, m.

    Parameters
    ----------
    seed
        Of the country.
    east_m, south_m
        Distances from the country's west and north edge, m, shapes (c,) and (r,), ascending.

    Returns
    -------
    numpy.ndarray
        Shape (r, c).

    References
    ----------
    Ebert, Musgrave, Peachey, Perlin, Worley: Texturing and Modeling, 3rd ed., 2003 (value noise
    and fractal sums).
    """
    hills = np.zeros((south_m.size, east_m.size))
    size = 1.0
    for number, wavelength_m in enumerate(_WAVELENGTHS_M):
        hills += size * _noise(seed, number, east_m / wavelength_m, south_m / wavelength_m)
        size *= _SHRINK
    region = _noise(seed, len(_WAVELENGTHS_M), east_m / _REGION_M, south_m / _REGION_M)
    mountainous = (0.5 * (1.0 + region)) ** 2
    height = _LOWEST_M + _RELIEF_M * mountainous * np.maximum(1.0 + hills, 0.0)
    return height.astype(np.float32)


def _noise(
    seed: int, layer: int, east: NDArray[np.floating], south: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Join the lattice's numbers smoothly; from -1 to 1, in units of the wavelength."""
    column, across = _split(east)
    row, down = _split(south)
    lattice = _lattice(
        seed,
        layer,
        np.arange(column[0], column[-1] + 2),
        np.arange(row[0], row[-1] + 2),
    )
    upper = row - row[0]
    left = column - column[0]
    lines = lattice[upper] * (1.0 - down)[:, None] + lattice[upper + 1] * down[:, None]
    found: NDArray[np.float64] = lines[:, left] * (1.0 - across) + lines[:, left + 1] * across
    return found


def _split(place: NDArray[np.floating]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the lattice line before a place, and how far on the way to the next, smoothed."""
    line = np.floor(place)
    way = place - line
    return line.astype(np.int64), way * way * (3.0 - 2.0 * way)


def _lattice(
    seed: int, layer: int, columns: NDArray[np.int64], rows: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return a random number from -1 to 1 for each lattice point, by a hash of its place."""
    key = np.zeros((rows.size, columns.size), dtype=np.uint64)
    for part in (np.full(1, seed), np.full(1, layer), rows[:, None], columns[None, :]):
        key = _scramble(key ^ part.astype(np.int64).view(np.uint64))
    return (key >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1.0


def _scramble(key: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Turn each number into another one, all bits depending on all bits."""
    step, first, second = _MIX
    key = key + step
    key = (key ^ (key >> np.uint64(30))) * first
    key = (key ^ (key >> np.uint64(27))) * second
    return key ^ (key >> np.uint64(31))
