"""A made-up road network for the tests of backhaul."""

from collections.abc import Callable

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from shapely.geometry import Point

from infraplan.geo import Grid
from infraplan.results import Choice, Provenance
from infraplan.study import Study
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


def _study(roads: Roads, fibre: Places) -> Study:
    """Return a study that knows only roads and fibre nodes; backhaul needs nothing else."""
    nodes = gpd.GeoDataFrame(
        {"node_id": list(fibre), "kind": "exchange"},
        geometry=[Point(place) for place in fibre.values()],
        crs=CRS,
    )
    empty = gpd.GeoDataFrame(geometry=[], crs=CRS)
    known = road_table(roads).assign(geometry_origin="measured")
    return Study(
        file=None, crs=CRS, grid=Grid(CRS, 0.0, 0.0, 60.0, 1, 1), communes=empty, villages=empty,
        sites=empty, cells=empty, roads=known, fibre_nodes=nodes, fibre=empty,
        elevation=None, people=None, provenance=_provenance(),
    )  # fmt: skip


def _choice(sites: Places) -> Choice:
    table = gpd.GeoDataFrame(
        {"site_id": list(sites), "capex_vnd": 1e9, "people_gained": 1.0},
        geometry=[Point(place) for place in sites.values()],
        crs=CRS,
    )
    return Choice(table, 1.0, 1.0, 0.0, "optimal", 1.0, 1.0, 1, 1e10, _provenance())


@pytest.fixture(scope="session")
def make_study() -> Callable[[Roads, Places], Study]:
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
