"""What is the coverage of one tile of the simulated country?

The tile makes its own terrain and stations from the country's few numbers, so nothing large
travels to a worker, and what comes back is counts and, if wanted, levels in two bytes a cell.
"""

from __future__ import annotations

import math
import os
import platform
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from infraplan import catalog
from infraplan.coverage.antennas import antenna_patterns
from infraplan.coverage.network import predict_block
from infraplan.coverage.scene import conditions
from infraplan.coverage.transmitters import group_cells
from infraplan.workflow.country.stations import stations_near
from infraplan.workflow.country.terrain import tile_height_m

if sys.platform == "win32":
    resource = None
else:
    import resource

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.coverage.block import BlockSignal
    from infraplan.workflow.country.model import Country, Tile
    from infraplan.workflow.country.stations import Stations

__all__ = [
    "LEVEL_EDGES_DBM",
    "NO_LEVEL",
    "SINR_EDGES_DB",
    "TECHNOLOGY",
    "Measure",
    "TileResult",
    "predict_tile",
]

TECHNOLOGY = "4G"
_OPERATOR = "simulated"
_MARGIN_CELLS = 2
"""Terrain beyond the reach: rays look at the next post."""
LEVEL_EDGES_DBM = tuple(range(-140, -35, 5))
"""Edges of the histogram's bins, dBm; the first and last bin take what is beyond."""
SINR_EDGES_DB = tuple(range(-20, 42, 2))
"""The same for SINR, dB."""
NO_LEVEL = int(np.iinfo(np.int16).min)
_STEPS_PER_DB = 10.0
_BYTES_PER_KIB = 1024


@dataclass(frozen=True, slots=True)
class Measure:
    """What a tile cost the process that predicted it.

    Attributes
    ----------
    worker
        Host and process.
    cpu_s
        Processor time, s.
    peak_bytes
        Most memory that the process has held since it began, bytes; 0 where it cannot be known.
    """

    worker: str
    cpu_s: float
    peak_bytes: int


@dataclass(frozen=True, slots=True)
class TileResult:
    """Coverage of a tile, counted.

    Attributes
    ----------
    name
        Of the tile.
    cells, served_cells
        Cells in all, and those at or above the level "served".
    level_counts, sinr_counts
        Cells per bin of `LEVEL_EDGES_DBM` and `SINR_EDGES_DB`; cells without signal are in none.
    stations, stations_in_reach
        Stations that stand in the tile, and all that may reach it.
    level_tenths_dbm
        RSRP in tenths of dBm, int16, `NO_LEVEL` where none; None where not asked for, or written.
    measure
        What it cost; None where it was kept from before.
    """

    name: str
    cells: int
    served_cells: int
    level_counts: tuple[int, ...]
    sinr_counts: tuple[int, ...]
    stations: int
    stations_in_reach: int
    level_tenths_dbm: NDArray[np.int16] | None = None
    measure: Measure | None = None


def predict_tile(country: Country, tile: Tile, rasters: bool) -> TileResult:  # noqa: FBT001 - called by an executor, by position
    """Predict one tile of a country; runs in any process that has infraplan.

    Parameters
    ----------
    country, tile
        The country, and one of its tiles.
    rasters
        Return the levels too.

    Returns
    -------
    TileResult
        The same for the same country and tile, but for its measure.
    """
    begin_s = time.thread_time()
    near = stations_near(country, tile)
    signal = _signal(country, tile, near)
    nothing = np.full(tile.shape, np.nan, dtype=np.float32)
    level = nothing if signal is None else signal.rsrp_dbm
    quality = nothing if signal is None else signal.sinr_db
    tenths = np.nan_to_num(np.round(level * _STEPS_PER_DB), nan=NO_LEVEL).astype(np.int16)
    return TileResult(
        name=tile.name,
        cells=int(level.size),
        served_cells=int((level >= catalog.level_dbm(TECHNOLOGY, "served")).sum()),
        level_counts=_counts(level, LEVEL_EDGES_DBM),
        sinr_counts=_counts(quality, SINR_EDGES_DB),
        stations=int(_stands_in(country, tile, near).sum()),
        stations_in_reach=int(near.key.size),
        level_tenths_dbm=tenths if rasters else None,
        measure=Measure(_worker(), time.thread_time() - begin_s, _peak_bytes()),
    )


def _signal(country: Country, tile: Tile, near: Stations) -> BlockSignal | None:
    """Return the signal in the cells of a tile, None where no station reaches it."""
    if not near.key.size:
        return None
    rows, columns = tile.shape
    halo = math.ceil(country.reach_m / country.cell_size_m) + _MARGIN_CELLS
    transmitters = group_cells(_cells(country, near), country.grid(tile, halo=halo))
    found = predict_block(
        tile_height_m(country, tile, halo=halo),
        transmitters,
        cell_size_m=country.cell_size_m,
        block=(halo, halo + rows, halo, halo + columns),
        conditions=conditions(reach_m=country.reach_m),
        patterns=antenna_patterns([name for t in transmitters for name in t.antennas], {}),
    )
    return found[_OPERATOR]


def _counts(values: NDArray[np.float32], edges: tuple[int, ...]) -> tuple[int, ...]:
    """Count values per bin, those beyond the edges in the first and last one, NaN in none."""
    known = values[np.isfinite(values)]
    counts, _ = np.histogram(np.clip(known, edges[0], edges[-1]), bins=edges)
    return tuple(int(count) for count in counts)


def _cells(country: Country, near: Stations) -> gpd.GeoDataFrame:
    """Return the table of cells of stations: three sectors each, values of the catalogue."""
    band = catalog.row("bands", country.band)
    sectors_deg = np.array(
        [
            float(azimuth)
            for azimuth in catalog.row("rules", "sector_azimuths_deg")["value"].split("|")
        ]
    )
    count = sectors_deg.size
    west_m, north_m = country.corner_m
    x = np.repeat(west_m + near.east_m, count)
    y = np.repeat(north_m - near.south_m, count)
    columns = {
        "site_id": np.repeat([f"S{key:07d}" for key in near.key], count),
        "operator": _OPERATOR,
        "technology": band["technology"],
        "band": country.band,
        "frequency_mhz": float(band["frequency_mhz"]),
        "bandwidth_mhz": float(band["bandwidth_mhz"]),
        "azimuth_deg": (near.azimuth_deg[:, None] + sectors_deg).ravel() % 360.0,
        "tilt_deg": catalog.rule("tilt_deg"),
        "eirp_dbm": catalog.rule("eirp_dbm"),
        "height_m": np.repeat(near.antenna_height_m, count),
    }
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(x, y), crs=country.crs)


def _stands_in(country: Country, tile: Tile, near: Stations) -> NDArray[np.bool_]:
    """Tell which stations stand in the tile itself."""
    row = np.floor(near.south_m / country.cell_size_m)
    column = np.floor(near.east_m / country.cell_size_m)
    down = (row >= tile.first_row) & (row < tile.last_row)
    return down & (column >= tile.first_column) & (column < tile.last_column)


def _worker() -> str:
    return f"{platform.node()}:{os.getpid()}"


def _peak_bytes() -> int:
    """Return the most memory this process has held, bytes; 0 where the system does not tell."""
    if resource is None:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * _BYTES_PER_KIB
