"""Where do the stations of the simulated country stand, looked at piece by piece?

People live in valleys, and so do stations: the chance of a place falls with its height.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from infraplan import catalog
from infraplan.workflow.country.model import BLOCK_M
from infraplan.workflow.country.terrain import height_m

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.workflow.country.model import Country, Tile

__all__ = ["Stations", "stations_near", "stations_per_block"]

_PLACES = 40
"""Places along the side of a block that a station may stand at, 300 m apart."""
_PROBES = 8
"""Places along the side of a block that tell how many stations it has."""
_FEWER_BY_E_M = 150.0
"""So much higher ground has a fraction 1/e of the stations; of this simulation, not of a source."""
_MAST_CLASSES_M = np.array([24.0, 30.0, 36.0, 42.0, 48.0])
_TURN_DEG = 360.0
_BLOCKS_KEPT = 512


@dataclass(frozen=True, slots=True)
class Stations:
    """Stations of a part of the country, all arrays of shape (n,).

    Attributes
    ----------
    key
        Number in the whole country, int64, ascending.
    east_m, south_m
        Distances from the country's west and north edge, m.
    antenna_height_m
        Above the ground, m.
    azimuth_deg
        Of the first of three sectors.
    """

    key: NDArray[np.int64]
    east_m: NDArray[np.float64]
    south_m: NDArray[np.float64]
    antenna_height_m: NDArray[np.float64]
    azimuth_deg: NDArray[np.float64]

    def keep(self, chosen: NDArray[np.bool_]) -> Stations:
        """Return the stations that are chosen."""
        return Stations(
            self.key[chosen],
            self.east_m[chosen],
            self.south_m[chosen],
            self.antenna_height_m[chosen],
            self.azimuth_deg[chosen],
        )


def stations_near(country: Country, tile: Tile) -> Stations:
    """Return the stations whose signal may reach a tile.

    Parameters
    ----------
    country, tile
        The country, and one of its tiles.

    Returns
    -------
    Stations
        Those within reach of the tile's rectangle, in the order of their keys.
    """
    reach = country.reach_m + country.cell_size_m
    west, east = (c * country.cell_size_m for c in (tile.first_column, tile.last_column))
    north, south = (r * country.cell_size_m for r in (tile.first_row, tile.last_row))
    down = _span(north - reach, south + reach, country.blocks_down)
    across = _span(west - reach, east + reach, country.blocks_across)
    parts = [block_stations(country, row, column) for row in down for column in across]
    near = Stations(
        np.concatenate([p.key for p in parts]),
        np.concatenate([p.east_m for p in parts]),
        np.concatenate([p.south_m for p in parts]),
        np.concatenate([p.antenna_height_m for p in parts]),
        np.concatenate([p.azimuth_deg for p in parts]),
    )
    beside = np.maximum(np.maximum(west - near.east_m, near.east_m - east), 0.0)
    above = np.maximum(np.maximum(north - near.south_m, near.south_m - south), 0.0)
    return near.keep(np.hypot(beside, above) <= reach)


def _span(low_m: float, high_m: float, blocks: int) -> range:
    """Return the numbers of the blocks from one distance to another."""
    return range(max(int(low_m // BLOCK_M), 0), min(int(high_m // BLOCK_M) + 1, blocks))


@lru_cache(maxsize=4)
def stations_per_block(country: Country) -> NDArray[np.int64]:
    """Return how many stations each block has, shape (blocks down, blocks across).

    The low blocks have more; the sum is the country's number (largest remainders).
    """
    side = (np.arange(_PROBES) + 0.5) * (BLOCK_M / _PROBES)
    weight = np.empty((country.blocks_down, country.blocks_across))
    across = (np.arange(country.blocks_across)[:, None] * BLOCK_M + side).ravel()
    for row in range(country.blocks_down):
        likely = _chance(height_m(country.seed, across, row * BLOCK_M + side))
        weight[row] = likely.reshape(_PROBES, country.blocks_across, _PROBES).sum(axis=(0, 2))
    exact = country.stations * weight / weight.sum()
    count: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    missing = country.stations - int(count.sum())
    order = np.argsort(-(exact - count).ravel(), kind="stable")
    count.ravel()[order[:missing]] += 1
    return count


@lru_cache(maxsize=_BLOCKS_KEPT)
def block_stations(country: Country, row: int, column: int) -> Stations:
    """Return the stations of one block; they depend on the country's seed and size only."""
    per_block = stations_per_block(country)
    count = int(per_block[row, column])
    first = int(per_block.ravel()[: row * country.blocks_across + column].sum())
    random = np.random.default_rng([country.seed, row, column])
    spacing = BLOCK_M / _PLACES
    side = (np.arange(_PLACES) + 0.5) * spacing
    west, north = column * BLOCK_M, row * BLOCK_M
    likely = _chance(height_m(country.seed, west + side, north + side)).ravel()
    place = random.choice(
        likely.size, size=count, replace=count > likely.size, p=likely / likely.sum()
    )
    jitter = random.uniform(-0.5, 0.5, (2, count)) * spacing
    below_top_m = catalog.rule("antenna_below_top_m")
    return Stations(
        np.arange(first, first + count),
        west + side[place % _PLACES] + jitter[0],
        north + side[place // _PLACES] + jitter[1],
        random.choice(_MAST_CLASSES_M, size=count) - below_top_m,
        random.uniform(0.0, _TURN_DEG, count),
    )


def _chance(height: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how likely places of these heights are, relative to ground at 0 m."""
    likely: NDArray[np.float64] = np.exp(-height.astype(np.float64) / _FEWER_BY_E_M)
    return likely
