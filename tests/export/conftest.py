"""Which toy results do the export tests write? Three communes with signal, gaps and a plan."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from shapely.geometry import LineString, Point, box

from infraplan import export
from infraplan import plan as planning
from infraplan.geo import Grid, Raster
from infraplan.results import (
    Choice,
    Prices,
    Provenance,
    Service,
    Signal,
    Source,
    origin_shares,
)
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
            "gap_id": ["G00001", "G00002", "S00001", "C00001", "C00002"],
            "kind": ["white", "weak", "single_operator", "congested", "congested"],
            "operator": ["any", "any", "viettel", "viettel", "<i>X"],
            "year": pd.array([None, None, None, 2026, 2027], dtype="Int64"),
            "commune_code": ["00003", "00002", "00001", "00001", "00001"],
            "commune_name": ["Yên Lập", HOSTILE, "Lâm Thao", "Lâm Thao", "Lâm Thao"],
            "people": [400.26, 120.0, 84.0, 1000.0, 250.0],
            "villages": [11, 0, 0, 1, 0],
            "village_names": ["; ".join(f"Khu {i}" for i in range(1, 12)), "", "", "Khu 1", ""],
            "area_m2": [4e6, 1e6, 1e6, 1e6, 1e6],
            "people_origin": "simulated",
        },
        [
            box(X + 14_000, Y + 1000, X + 16_000, Y + 3000),
            box(X + 9000, Y, X + 10_000, Y + 1000),
            *(box(X + i * 1500, Y, X + i * 1500 + 1000, Y + 1000) for i in range(3)),
        ],
    )


def _new_sites() -> gpd.GeoDataFrame:
    return _frame(
        {
            "site_id": ["N1", "N2", "N3"],
            "kind": ["new_mast", "shared_mast", "new_mast"],
            "host_site_id": [None, "<i>S2", None],
            "mast_class": ["A2b", "A2b", "A2b"],
            "operator": ["viettel", "vinaphone", "viettel"],
            "mast_height_m": [42.0, 30.0, 42.0],
            "antenna_height_m": [40.0, 28.0, 40.0],
            "ground_height_m": [214.0, 55.0, np.nan],
            "commune_code": ["00003", "00002", "00003"],
            "road_distance_m": [120.0, 15.0, 300.0],
            "people_gained": [400.26, 120.0, 3.0],
            "capex_vnd": [1.05e9, 4.6e8, 1.05e9],
            "rent_vnd_year": [0.0, 4.8e7, 0.0],
            "saved_vnd": [np.nan, 2.35e8, np.nan],
            "instead": ["C7", None, None],
            "instead_people": [500.0, np.nan, np.nan],
            "reason": ["high ground <214 m>", "a mast to share", "last one"],
            "people_gained_origin": "simulated",
            "capex_vnd_origin": "assumed",
        },
        [Point(X + 15_000, Y + 2000), Point(X + 9000, Y + 3000), Point(X + 17_000, Y + 5000)],
    )


def _links(provenance: Provenance) -> Links:
    table = _frame(
        {
            "link_id": ["L1", "L2", "L3"],
            "from_id": ["F1", "N1", "F1"],
            "to_id": ["N1", "N3", "N2"],
            "parent_link_id": [None, "L1", None],
            "medium": ["fibre_aerial", "fibre_aerial", "microwave"],
            "length_m": [6000.0, 3600.0, 3000.0],
            "availability_share": [np.nan, np.nan, 0.999923],
            "sites_fed": [2, 1, 1],
            "capex_vnd": [4.2e8, 2.52e8, 2.24e8],
            "capex_vnd_origin": "assumed",
        },
        [
            LineString([(X + 9000, Y + 3000), (X + 15_000, Y + 2000)]),
            LineString([(X + 15_000, Y + 2000), (X + 17_000, Y + 5000)]),
            LineString([(X + 6000, Y + 3000), (X + 9000, Y + 3000)]),
        ],
    )
    feeds = pd.DataFrame({"site_id": ["N1", "N2", "N3"], "link_id": ["L1", "L3", "L2"]})
    bill = _bill(
        ("L1", "fibre_aerial", 6000.0),
        ("L2", "fibre_aerial", 3600.0),
        ("L3", "microwave_hop", 1.0),
        ("L3", "microwave_dish_0.3m", 2.0),
        ("L3", "microwave_opex", 1.0),
    )
    return Links(table, feeds, 8.96e8, 8.93e8, 0.00298, "gap_reached", 1, bill, provenance)


def _bill(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["owner_id", "item", "quantity"])


def _site_bill() -> pd.DataFrame:
    new = [
        (site, item, quantity)
        for site in ("N1", "N3")
        for item, quantity in (
            ("mast_foundation", 1.0),
            ("mast_metre", 42.0),
            ("base_station_4g", 1.0),
            ("mast_opex", 1.0),
        )
    ]
    shared = [("N2", item, 1.0) for item in ("colocation", "base_station_4g", "colocation_rent")]
    return _bill(*new, *shared)


def _service() -> Service:
    """Return whom the sites serve; the last demand is people who gain a second operator."""
    matrix = csr_array(np.array([[1, 0, 0, 0], [0, 1, 0, 1], [0, 0, 1, 0]], dtype=bool))
    people = np.array([400.26, 120.0, 3.0, 0.0])
    return Service(matrix, people + np.array([0.0, 0.0, 0.0, 8.4]), people)


def _free(empty: bool) -> pd.DataFrame:  # noqa: FBT001 - a toy
    """Return the best free choices: in the first year they serve more than the plan."""
    served = [0.0, 0.0] if empty else [400.26, 520.26]
    return pd.DataFrame(
        {
            "year": [2026, 2027],
            "budget_vnd": [1.25e9, 2.5e9],
            "covered_weight": served,
            "upper_bound_weight": served,
            "covered_people": served,
        }
    )


def make_toy(*, empty: bool = False) -> Toy:
    """Return the toy results; an empty one has no gap and builds nothing."""
    sites, rows = _sites(), slice(0, 0) if empty else slice(None)
    tables = {"communes": _communes(), "villages": _villages(), "sites": sites}
    provenance = _provenance(tables)
    links = _links(provenance)
    links = Links(
        links.table.iloc[rows],
        links.feeds.iloc[rows],
        0.0,
        0.0,
        0.0,
        "optimal",
        1,
        links.bill.iloc[rows],
        provenance,
    )
    demand, other = (0.0, 0.0) if empty else (523.26, 8.4)
    gap_share = 0.0 if empty else 0.00371
    service = _service()
    choice = Choice(
        new_sites=_new_sites().iloc[rows],
        covered_people=demand,
        covered_weight=demand + other,
        upper_bound_weight=(demand + other) / (1 - gap_share),
        gap_share=gap_share,
        status="gap_reached",
        demand_people=demand,
        demand_weight=demand + other,
        reachable_people=demand,
        candidates=3,
        options=3,
        budget_vnd=2.5e9,
        service=dataclasses.replace(service, matrix=service.matrix[rows]),
        bill=_site_bill().iloc[rows],
        prices=Prices.catalogue(),
        equity=None,
        provenance=provenance,
    )
    plan = planning.build(choice, links, years=range(2026, 2028), best_by_year=_free(empty))
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
