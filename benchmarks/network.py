"""What does a whole network cost: best server, RSRP and SINR of 1,600 three-sector stations?

The scenario is public and seeded: 1,600 stations of one 4G carrier on a square of 59.45 km (3,534
km2) of synthetic hills at 30 m, followed for 15 km. It is computed with and without pruning, and
the results are compared bit by bit. Prints markdown.
"""

from __future__ import annotations

import argparse
import hashlib
import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from figures import markdown
from infraplan import catalog
from infraplan.coverage.antennas import antenna_patterns
from infraplan.coverage.scene import Scene, conditions
from infraplan.coverage.tiles import predict_tiles
from infraplan.coverage.transmitters import group_cells
from infraplan.geo import Grid
from infraplan.radio.sweep import NETWORK_RAYS_PER_PIXEL, RAYS_PER_PIXEL
from measure import in_new_process, machine, versions
from pages import update_pages
from terrain import hills

if TYPE_CHECKING:
    from infraplan.coverage.block import BlockSignal

__all__ = ["Outcome", "measure", "network"]

_STATIONS: Final = 1600
_SIDE_M: Final = 59_450.0
_CRS: Final = "EPSG:32648"
_WEST_M, _NORTH_M = 500_000.0, 2_400_000.0
_BAND: Final = "B3"
_RELIEF_M: Final = 300.0
_OPERATOR: Final = "one"
_WARM_UP_M: Final = 2_000.0
"""A scene of this reach and one station is computed first, so that compiling is not timed."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run took, and what came out."""

    wall_s: float
    cpu_s: float
    digest: str
    known_share: float
    median_rsrp_dbm: float
    median_sinr_db: float


@dataclass(frozen=True, slots=True)
class _Run:
    """One way of computing the scenario."""

    label: str
    prune: bool
    rays_per_pixel: float


_RUNS = (
    _Run("as `coverage.predict` does", prune=False, rays_per_pixel=NETWORK_RAYS_PER_PIXEL),
    _Run("the same with pruning", prune=True, rays_per_pixel=NETWORK_RAYS_PER_PIXEL),
    _Run("with the rays of `loss_window`", prune=False, rays_per_pixel=RAYS_PER_PIXEL),
)


def network(*, scale: float, cell_size_m: float, reach_m: float, seed: int) -> tuple[Scene, str]:
    """Build the scenario, stations and area both times `scale`, and describe its terrain.

    Stations stand on a square lattice, each moved at random within its own square; masts, power
    and tilt are those of the catalogue for a new site, the first sector of each station is turned
    at random.
    """
    side = max(round(math.sqrt(_STATIONS * scale)), 1)
    grid_side = max(round(_SIDE_M * math.sqrt(scale) / cell_size_m), 8)
    ground = hills(grid_side, cell_size_m, seed=seed, relief_m=_RELIEF_M)
    grid = Grid(_CRS, _WEST_M, _NORTH_M, cell_size_m, grid_side, grid_side)
    transmitters = group_cells(_cells(side, grid, np.random.default_rng(seed)), grid)
    scene = Scene(
        height_m=ground.height_m,
        clutter_height_m=None,
        cell_size_m=cell_size_m,
        transmitters=transmitters,
        patterns=antenna_patterns({a for t in transmitters for a in t.antennas}, {}),
        corrections={},
        conditions=conditions(reach_m=reach_m),
    )
    return scene, ground.described


def _cells(side: int, grid: Grid, random: np.random.Generator) -> gpd.GeoDataFrame:
    """Return three cells for each of ``side**2`` stations."""
    band = catalog.row("bands", _BAND)
    west, south, east, north = grid.bounds
    column, row = (part.ravel() for part in np.meshgrid(np.arange(side), np.arange(side)))
    x_m = west + (column + random.random(side**2)) * ((east - west) / side)
    y_m = north - (row + random.random(side**2)) * ((north - south) / side)
    turn_deg = random.random(side**2) * 360.0
    table = pd.DataFrame(
        {
            "operator": _OPERATOR,
            "technology": "4G",
            "band": _BAND,
            "site_id": [f"S{k:06d}" for k in np.repeat(np.arange(side**2), 3)],
            "frequency_mhz": float(band["frequency_mhz"]),
            "bandwidth_mhz": float(band["bandwidth_mhz"]),
            "height_m": catalog.rule("mast_height_m") - catalog.rule("antenna_below_top_m"),
            "eirp_dbm": catalog.rule("eirp_dbm"),
            "tilt_deg": catalog.rule("tilt_deg"),
            "azimuth_deg": (turn_deg[:, None] + [0.0, 120.0, 240.0]).ravel() % 360.0,
        }
    )
    places = gpd.points_from_xy(np.repeat(x_m, 3), np.repeat(y_m, 3))
    return gpd.GeoDataFrame(table, geometry=places, crs=_CRS)


def measure(scene: Scene, *, prune: bool, rays_per_pixel: float, threads: int) -> Outcome:
    """Compute the network once and say what it took."""
    shared = replace(scene.conditions, prune=prune, rays_per_pixel=rays_per_pixel)
    first = replace(
        scene, transmitters=scene.transmitters[:1], conditions=replace(shared, reach_m=_WARM_UP_M)
    )
    _signal(first, 1)
    start_wall_s, start_cpu_s = time.perf_counter(), time.process_time()
    signal = _signal(replace(scene, conditions=shared), threads)
    wall_s, cpu_s = time.perf_counter() - start_wall_s, time.process_time() - start_cpu_s
    digest = hashlib.sha256()
    for values in (signal.rsrp_dbm, signal.server, signal.second_rsrp_dbm, signal.sinr_db):
        digest.update(values.tobytes())
    return Outcome(
        wall_s=wall_s,
        cpu_s=cpu_s,
        digest=digest.hexdigest()[:16],
        known_share=float(np.isfinite(signal.rsrp_dbm).mean()),
        median_rsrp_dbm=float(np.nanmedian(signal.rsrp_dbm)),
        median_sinr_db=float(np.nanmedian(signal.sinr_db)),
    )


def _signal(scene: Scene, threads: int) -> BlockSignal:
    with ThreadPoolExecutor(threads) as pool:
        return predict_tiles(scene, executor=pool)[_OPERATOR]


def _fresh(options: argparse.Namespace, run: _Run) -> Outcome:
    return measure(
        _scene(options)[0],
        prune=run.prune,
        rays_per_pixel=run.rays_per_pixel,
        threads=options.threads,
    )


def _scene(options: argparse.Namespace) -> tuple[Scene, str]:
    return network(
        scale=options.scale,
        cell_size_m=options.cell_size_m,
        reach_m=options.reach_m,
        seed=options.seed,
    )


def main(arguments: list[str] | None = None) -> None:
    """Run the scenario with and without pruning and print what it took."""
    options = _parser().parse_args(arguments)
    if options.quick:
        options.scale, options.reach_m = 0.01, min(options.reach_m, 3000.0)
    scene, terrain = _scene(options)
    sectors = sum(t.keys.size for t in scene.transmitters)
    side_km = scene.height_m.shape[0] * options.cell_size_m / 1000.0
    area = f"{side_km:.2f} km x {side_km:.2f} km ({side_km**2:,.0f} km²)"
    stations = f"{len(scene.transmitters)} stations of {sectors} sectors, one carrier ({_BAND})"
    lines = (
        f"Machine: {machine()}; {options.threads} threads",
        f"Versions: {versions('infraplan', 'numpy', 'numba')}",
        f"Terrain: {terrain}",
        f"{stations}, on {area}, followed for {options.reach_m / 1000:g} km",
        "Result: best server, RSRP, second server and its RSRP, SINR",
    )
    conditions = "\n".join(f"- {line}" for line in lines)
    print(f"# Network benchmark\n\n{conditions}\n")
    table = _table(options)
    print(table)
    update_pages(options.update, {"network": f"{conditions}\n\n{table}"})


def _table(options: argparse.Namespace) -> str:
    """Run the scenario, each time in a new process, and write what it took."""
    rows, digests = [], []
    runs = _RUNS[:1] if options.only_default else _RUNS
    for run in runs:
        outcome, peak_mb = in_new_process(_fresh, options, run)
        digests.append(outcome.digest)
        rows.append(
            [
                run.label,
                f"{outcome.wall_s:.1f}",
                f"{outcome.cpu_s:.1f}",
                f"{peak_mb / 1000:.2f}",
                f"{outcome.known_share:.1%}",
                f"{outcome.median_rsrp_dbm:.1f}",
                f"{outcome.median_sinr_db:.1f}",
                f"`{outcome.digest}`",
            ]
        )
    header = [
        "", "clock, s", "CPU, s", "peak memory, GB", "area with a level", "median RSRP, dBm",
        "median SINR, dB", "digest of all rasters",
    ]  # fmt: skip
    text = markdown(header, rows)
    if options.only_default:
        return text
    same = "identical" if len(set(digests[:2])) == 1 else "DIFFERENT"
    return f"{text}\n\nResults with and without pruning: {same}."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a hundredth of it, 3 km of reach")
    parser.add_argument("--scale", type=float, default=1.0, help="of stations and area (1)")
    parser.add_argument("--only-default", action="store_true", help="leave out the other runs")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="all cores")
    parser.add_argument("--reach-m", type=float, default=15_000.0, help="reach, m (15000)")
    parser.add_argument("--cell-size-m", type=float, default=30.0, help="30 m")
    parser.add_argument(
        "--update", nargs="*", type=Path, default=[], metavar="PAGE", help="renew figures in pages"
    )
    parser.add_argument("--seed", type=int, default=1, help="of hills and stations (1)")
    return parser


if __name__ == "__main__":
    main()
