"""Which toy results do the export tests write? Three communes with signal, gaps and a plan."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, box

from infraplan import export
from infraplan import plan as planning
from infraplan.geo import Grid, Raster
from infraplan.results import Choice, Provenance, Signal, Source, origin_shares
from infraplan.results.links import Links
from infraplan.wording import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from infraplan.plan import Plan

CRS = "EPSG:32648"
X, Y, SIDE = 500_000.0, 2_320_000.0, 6_000.0
HOSTILE = '<b>&"'
GRID = Grid(CRS, X, Y + SIDE, 100.0, 60, 180)


@dataclass(frozen=True, slots=True)
class Toy:
    """Everything that a bundle takes."""

    plan: Plan
    signal: Signal
    communes: gpd.GeoDataFrame
    villages: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame


def _frame(columns: dict[str, object], geometry: list[object]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS)


def _communes() -> gpd.GeoDataFrame:
    return _frame(
        {
            "code": ["00001", "00002", "00003"],
            "name": ["Lâm Thao", HOSTILE, "Yên Lập"],
            "full_name": ["Xã Lâm Thao", f"Xã {HOSTILE}", "Xã Yên Lập"],
            "people": [12_000.0, 8_000.5, np.nan],
            "geometry_origin": "approximate",
            "people_origin": "simulated",
            "area_served_m2_any": [36e6, 18e6, 0.0],
            "area_served_share_of_commune_area_any": [1.0, 0.5, 0.0],
            "people_served_any": [12_000.0, 6_123.25, 0.0],
            "people_served_share_of_commune_people_any": [1.0, 0.765_408, np.nan],
        },
        [box(X + i * SIDE, Y, X + (i + 1) * SIDE, Y + SIDE) for i in range(3)],
    )


def _villages() -> gpd.GeoDataFrame:
    return _frame(
        {
            "village_id": ["V1", "V2", "V3", "V4"],
            "name": ["Khu 1", "Khu 2", "Bản <i>Ba</i>", "Khu 4"],
            "commune_code": ["00001", "00002", "00002", "00003"],
            "people": [900.0, 500.0, 320.0, 80.0],
            "geometry_origin": "simulated",
            "people_origin": "simulated",
        },
        [Point(X + 1000 + i * 4500, Y + 2000) for i in range(4)],
    )


def _sites() -> gpd.GeoDataFrame:
    return _frame(
        {
            "site_id": ["S1", "S2"],
            "mast_height_m": [42.0, 30.0],
            "geometry_origin": ["simulated", "measured"],
            "mast_height_m_origin": "simulated",
        },
        [Point(X + 1500, Y + 3000), Point(X + 9000, Y + 3000)],
    )


def _provenance(tables: dict[str, pd.DataFrame]) -> Provenance:
    return Provenance(
        study_id="toy",
        title_vi="Tỉnh thử <nghiệm>",
        title_en="Toy & test province",
        version="0.0.1",
        sources=(
            Source("communes", "communes.geojson", "ab" * 32, "https://example.org/x", "MIT"),
            Source("sites", "/secret/sites.csv", "cd" * 32, "simulated", "unknown"),
        ),
        parameters=json.dumps(
            {"cells": {"path": "C:\\secret\\c.csv"}, "sites": {"path": "/secret/s.csv"}}
        ),
        origins=origin_shares(tables),
        notes=(Text(vi="Cột <mô phỏng>.", en="Masts are simulated."),),
    )


def _signal(provenance: Provenance, sites: gpd.GeoDataFrame) -> Signal:
    rng = np.random.default_rng(7)
    slope = np.linspace(-60.0, -125.0, GRID.columns)
    level = (slope + rng.normal(0.0, 1.0, GRID.shape)).astype(np.float32)
    level[:, -20:] = np.nan
    server = np.where(np.isnan(level), -1, np.arange(GRID.columns) // 90).astype(np.int32)
    cells = sites.assign(cell_id=["C1", "C2"], operator="viettel")
    rasters = {
        o: Raster("rsrp_dbm", "dBm", GRID, level, "simulated") for o in ("Nhà mạng 1/2", "any")
    }
    servers = {o: Raster("server", "row", GRID, server, "simulated", nodata=-1) for o in rasters}
    inputs = {"sites": sites, "villages": _villages(), "communes": _communes()}
    second = {o: Raster("second_rsrp_dbm", "dBm", GRID, level - 6, "simulated") for o in rasters}
    others = {
        o: Raster("second_server", "row", GRID, server, "simulated", nodata=-1) for o in rasters
    }
    sinr = {o: Raster("sinr_db", "dB", GRID, level + 100, "simulated") for o in rasters}
    return Signal(
        technology="4G",
        grid=GRID,
        operators=tuple(rasters),
        rsrp_dbm=rasters,
        server=servers,
        cells=cells,
        inputs=inputs,
        provenance=provenance,
        second_rsrp_dbm=second,
        second_server=others,
        sinr_db=sinr,
        load_share=0.5,
        clutter_model="none",
    )


def _gaps() -> gpd.GeoDataFrame:
    return _frame(
        {
            "gap_id": ["G00001", "G00002"],
            "kind": ["white", "weak"],
            "commune_code": ["00003", "00002"],
            "commune_name": ["Yên Lập", HOSTILE],
            "people": [400.26, 120.0],
            "villages": [11, 0],
            "village_names": ["; ".join(f"Khu {i}" for i in range(1, 12)), ""],
            "area_m2": [4e6, 1e6],
            "people_origin": "simulated",
        },
        [box(X + 14_000, Y + 1000, X + 16_000, Y + 3000), box(X + 9000, Y, X + 10_000, Y + 1000)],
    )


def _new_sites() -> gpd.GeoDataFrame:
    return _frame(
        {
            "site_id": ["N1", "N2", "N3"],
            "kind": ["new_mast", "shared_mast", "new_mast"],
            "host_site_id": [None, "<i>S2", None],
            "mast_class": ["A2b", "A2b", "A2b"],
            "antenna_height_m": [40.0, 28.0, 40.0],
            "ground_height_m": [214.0, 55.0, np.nan],
            "commune_code": ["00003", "00002", "00003"],
            "road_distance_m": [120.0, 15.0, 300.0],
            "people_gained": [400.26, 120.0, 3.0],
            "capex_vnd": [1.05e9, 4.6e8, 1.05e9],
            "reason": ["high ground <214 m>", "a mast to share", "last one"],
            "people_gained_origin": "simulated",
            "capex_vnd_origin": "assumed",
        },
        [Point(X + 15_000, Y + 2000), Point(X + 9000, Y + 3000), Point(X + 17_000, Y + 5000)],
    )


def _links(provenance: Provenance) -> Links:
    table = _frame(
        {
            "link_id": ["L1", "L2"],
            "from_id": ["F1", "J1"],
            "to_id": ["N1", "N3"],
            "parent_link_id": [None, "L1"],
            "medium": "fibre_aerial",
            "length_m": [6000.0, 3600.0],
            "sites_fed": [2, 1],
            "capex_vnd": [4.2e8, 2.52e8],
            "capex_vnd_origin": "assumed",
        },
        [
            LineString([(X + 9000, Y + 3000), (X + 15_000, Y + 2000)]),
            LineString([(X + 15_000, Y + 2000), (X + 17_000, Y + 5000)]),
        ],
    )
    feeds = pd.DataFrame({"site_id": ["N1", "N2", "N3"], "link_id": ["L1", None, "L2"]})
    return Links(table, feeds, 6.72e8, 6.7e8, 0.00298, "gap_reached", 1, provenance)


def make_toy(*, empty: bool = False) -> Toy:
    """Return the toy results; an empty one has no gap and builds nothing."""
    sites, rows = _sites(), slice(0, 0) if empty else slice(None)
    tables = {"communes": _communes(), "villages": _villages(), "sites": sites}
    provenance = _provenance(tables)
    links = _links(provenance)
    links = Links(
        links.table.iloc[rows], links.feeds.iloc[rows], 0.0, 0.0, 0.0, "optimal", 1, provenance
    )
    demand = 0.0 if empty else 523.26
    gap_share = 0.0 if empty else 0.00371
    choice = Choice(
        new_sites=_new_sites().iloc[rows],
        covered_people=demand,
        upper_bound_people=demand * 1.00373,
        gap_share=gap_share,
        status="gap_reached",
        demand_people=demand,
        reachable_people=demand,
        candidates=3,
        budget_vnd=2.5e9,
        provenance=provenance,
    )
    plan = planning.build(choice, links, years=range(2026, 2028))
    signal = _signal(provenance, sites)
    villages = _villages()
    villages["rsrp_dbm_any"] = signal.rsrp_dbm["any"].at(villages.geometry.x, villages.geometry.y)
    return Toy(plan, signal, _communes(), villages, _gaps().iloc[rows])


@pytest.fixture(scope="session")
def toy() -> Toy:
    return make_toy()


@pytest.fixture(scope="session")
def empty_toy() -> Toy:
    return make_toy(empty=True)


@pytest.fixture(scope="session")
def write() -> Callable[[Toy, Path], Path]:
    def write_toy(toy: Toy, out: Path) -> Path:
        return export.bundle(
            toy.plan,
            out,
            communes=toy.communes,
            signal=toy.signal,
            gaps=toy.gaps,
            villages=toy.villages,
        )

    return write_toy


@pytest.fixture(scope="session")
def folder(
    toy: Toy, write: Callable[[Toy, Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a finished bundle; tests only read it."""
    return write(toy, tmp_path_factory.mktemp("bundles") / "toy")
