"""A made-up road network for the tests of backhaul."""

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import csr_array
from shapely.geometry import Point

from infraplan.geo import Grid, Raster
from infraplan.results import Choice, Prices, Provenance, Service
from infraplan.results.bill import no_bill
from infraplan.study import Study
from infraplan.study_file import PlanPart, StudyFile, StudyPart
from infraplan.wording import Text

MADE_UP = Text("tự đặt", "made up")
CRS = "EPSG:32648"

Roads = list[list[tuple[float, float]]]
Places = dict[str, tuple[float, float]]


def road_table(roads: Roads) -> gpd.GeoDataFrame:
    """Return the table of roads through these points, m."""
    names = [f"R{number}" for number in range(len(roads))]
    lines = [shapely.LineString(points) for points in roads]
    return gpd.GeoDataFrame({"road_id": names}, geometry=lines, crs=CRS)


def _provenance() -> Provenance:
    return Provenance("made-up", "", "", "0", (), "{}", pd.DataFrame(), (MADE_UP,))


def cable_table(cables: dict[str, tuple[str, int | None, Roads]]) -> gpd.GeoDataFrame:
    """Return the table of cables: identifier to medium, fibres and one course of points."""
    rows = [
        {"fibre_id": name, "medium": medium, "capacity": fibres, "from_node": "", "to_node": ""}
        for name, (medium, fibres, _) in cables.items()
    ]
    lines = [shapely.LineString(course[0]) for _, _, course in cables.values()]
    return gpd.GeoDataFrame(rows, geometry=lines, crs=CRS)


def _study(roads: Roads, fibre: Places, *, slope_share: float = 0.0) -> Study:
    """Return a study that knows only roads, fibre nodes and a plain or an even slope."""
    nodes = gpd.GeoDataFrame(
        {"node_id": list(fibre), "kind": "exchange"},
        geometry=[Point(place) for place in fibre.values()],
        crs=CRS,
    )
    empty = gpd.GeoDataFrame(geometry=[], crs=CRS)
    known = road_table(roads).assign(geometry_origin="measured", road_class="tertiary")
    grid = Grid(CRS, -10_000.0, 20_000.0, 100.0, 300, 500)
    heights = np.arange(grid.columns) * grid.cell_size_m * slope_share + np.zeros((grid.rows, 1))
    return Study(
        file=StudyFile(
            study=StudyPart(id="made-up", title_vi="", title_en=""), plan=PlanPart(microwave=False)
        ),
        crs=CRS, grid=grid, communes=empty, villages=empty,
        sites=empty, cells=empty, roads=known, fibre_nodes=nodes, fibre=empty,
        elevation=Raster("elevation_m", "m", grid, heights.astype(np.float32), "simulated"),
        people=None, provenance=_provenance(),
    )  # fmt: skip


def _choice(sites: Places) -> Choice:
    table = gpd.GeoDataFrame(
        {
            "site_id": list(sites),
            "mast_height_m": 42.0,
            "antenna_height_m": 40.0,
            "capex_vnd": 1e9,
            "people_gained": 1.0,
        },
        geometry=[Point(place) for place in sites.values()],
        crs=CRS,
    )
    nobody = Service(csr_array((len(sites), 1)), np.zeros(1), np.zeros(1))
    return Choice(
        new_sites=table, covered_people=1.0, covered_weight=1.0, upper_bound_weight=1.0,
        gap_share=0.0, status="optimal", demand_people=1.0, demand_weight=1.0,
        reachable_people=1.0, candidates=1, options=1, budget_vnd=1e10, service=nobody,
        bill=no_bill(), prices=Prices.catalogue(), equity=None, provenance=_provenance(),
    )  # fmt: skip


@pytest.fixture(scope="session")
def make_study() -> Callable[..., Study]:
    return _study


@pytest.fixture(scope="session")
def make_choice() -> Callable[[Places], Choice]:
    return _choice


@pytest.fixture(scope="session")
def make_roads() -> Callable[[Roads], gpd.GeoDataFrame]:
    return road_table


CROSS: Roads = [
    [(0.0, 0.0), (1000.0, 0.0), (2000.0, 0.0)],
    [(1000.0, 0.0), (1000.0, 1500.0)],
    [(5000.0, 5000.0), (6000.0, 5000.0)],
]


@pytest.fixture(scope="session")
def cross() -> Roads:
    """Return a road with a side road at its middle, and a third that touches neither."""
    return CROSS


@pytest.fixture(scope="session")
def make_cables() -> Callable[..., gpd.GeoDataFrame]:
    return cable_table
