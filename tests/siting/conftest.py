"""A made-up valley for the tests of siting: a hill, one road, two masts, people in the east."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, Point, box

from infraplan.geo import Grid, Raster, regions
from infraplan.results import Provenance
from infraplan.study import Study
from infraplan.study_file import PlanPart, StudyFile, StudyPart
from infraplan.wording import Text

MADE_UP = Text("tự đặt", "made up")
CRS = "EPSG:32648"
CELL_M = 100.0
SIDE = 120  # cells: 12 km
WEST_M, NORTH_M = 500_000.0, 2_400_000.0


def at(row: float, column: float) -> Point:
    """Return the middle of a cell."""
    return Point(WEST_M + (column + 0.5) * CELL_M, NORTH_M - (row + 0.5) * CELL_M)


def _terrain() -> np.ndarray:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    hill = 150.0 * np.exp(-(((rows - 62) / 3.0) ** 2) - ((columns - 90) / 3.0) ** 2)
    ridge = 400.0 * np.exp(-(((columns - 60) / 5.0) ** 2))
    return (20.0 + hill + ridge).astype(np.float32)


def _people() -> np.ndarray:
    people = np.zeros((SIDE, SIDE))
    people[50:60, 20:30] = 5.0
    people[60:66, 95:101] = 10.0
    people[30:33, 85:90] = 2.5
    people[0, 0] = np.nan
    return people


def _table(columns: dict, geometry: list) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=geometry, crs=CRS)


@pytest.fixture(scope="session")
def valley() -> Study:
    grid = Grid(CRS, WEST_M, NORTH_M, CELL_M, SIDE, SIDE)
    whole = box(WEST_M, NORTH_M - SIDE * CELL_M, WEST_M + SIDE * CELL_M, NORTH_M)
    roads = [LineString([at(64, 0), at(64, SIDE - 1)]), LineString([at(64, 80), at(30, 80)])]
    sites = [at(55, 25), at(35, 82)]
    origin = "simulated"
    parts = StudyPart(id="valley", title_vi="Thung lũng", title_en="Valley")
    return Study(
        file=StudyFile(study=parts, plan=PlanPart(budget_vnd=2e9)),
        crs=CRS,
        grid=grid,
        communes=_table({"code": ["00001"], "name": ["Một"], "people": [900.0]}, [whole]),
        villages=_table({"village_id": ["V1"], "name": ["Khu 1"]}, [at(62, 97)]),
        sites=_table(
            {
                "site_id": ["S1", "S2"],
                "owner": ["viettel", None],
                "mast_class": ["A2b", "A2b"],
                "mast_height_m": [42.0, 36.0],
                "geometry_origin": [origin, origin],
                "mast_height_m_origin": ["measured", origin],
            },
            sites,
        ),
        cells=_table(
            {"cell_id": ["S1-1", "S2-1"], "site_id": ["S1", "S2"], "technology": ["4G", "2G"]},
            sites,
        ),
        roads=_table({"road_id": ["R1", "R2"], "road_class": ["primary", "tertiary"]}, roads),
        fibre_nodes=_table({"node_id": ["N1"], "kind": ["exchange"]}, [at(64, 10)]),
        fibre=_table({"fibre_id": []}, []),
        elevation=Raster("height_m", "m", grid, _terrain(), origin),
        people=Raster("people", "persons", grid, _people(), origin),
        provenance=Provenance("valley", "", "", "0", (), "{}", pd.DataFrame(), (MADE_UP,)),
    )


@pytest.fixture(scope="session")
def gaps(valley: Study) -> gpd.GeoDataFrame:
    """Two gaps east of the ridge with 360 and 37.5 people."""
    classes = np.zeros(valley.grid.shape, dtype=np.int32)
    classes[58:68, 92:104] = 2
    classes[28:34, 84:92] = 1
    found = regions(classes, valley.grid)
    return gpd.GeoDataFrame(
        {
            "gap_id": [f"G{value}" for value in found["value"]],
            "kind": np.where(found["value"] == 1, "white", "weak"),
            "people": np.where(found["value"] == 1, 37.5, 360.0),
            "people_origin": "simulated",
        },
        geometry=found.geometry,
        crs=CRS,
    )


@pytest.fixture(scope="session")
def no_gaps(gaps: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the table of gaps without rows."""
    return gaps.iloc[:0]


@pytest.fixture(scope="session")
def served_valley(valley: Study) -> Study:
    """Return the valley with operators, and two villages of which one is especially difficult.

    Viettel has 4G on mast S1, MobiFone and Viettel have 2G on mast S2. Of the people in gaps those
    in the north live in the especially difficult village, those in the south in a normal one.
    """
    rows = [("S1", "viettel", "4G"), ("S1", "mobifone", "4G"), ("S1", "viettel", "2G")]
    rows += [("S1", "viettel", "4G"), ("S2", "mobifone", "2G"), ("S2", "viettel", "2G")]
    cells = _table(
        {
            "cell_id": [f"K{number}" for number in range(len(rows))],
            "site_id": [site for site, _, _ in rows],
            "operator": [operator for _, operator, _ in rows],
            "technology": [technology for _, _, technology in rows],
        },
        [at(55, 25) if site == "S1" else at(35, 82) for site, _, _ in rows],
    )
    villages = _table(
        {
            "village_id": ["V1", "V2"],
            "name": ["Khu 1", "Khu 2"],
            "people": [360.0, 37.5],
            "households": [90.0, 15.0],
            "difficulty": ["normal", "especially_difficult"],
        },
        [at(62, 97), at(31, 87)],
    )
    return replace(valley, cells=cells, villages=villages)


@pytest.fixture(scope="session")
def all_gaps(gaps: gpd.GeoDataFrame, valley: Study) -> gpd.GeoDataFrame:
    """Return the two gaps, a spot that only Viettel serves, and one where MobiFone is congested.

    The former lies west of the second gap and the latter covers its northern half.
    """
    classes = np.zeros(valley.grid.shape, dtype=np.int32)
    classes[50:56, 20:24] = 1
    classes[58:63, 92:104] = 2
    found = regions(classes, valley.grid)
    more = gpd.GeoDataFrame(
        {
            "gap_id": ["G8", "G9"],
            "kind": ["single_operator", "congested"],
            "operator": ["viettel", "mobifone"],
            "people": [120.0, 180.0],
            "people_origin": "simulated",
        },
        geometry=found.geometry.to_numpy(),
        crs=CRS,
    )
    return pd.concat([gaps.assign(operator="any"), more], ignore_index=True)


@pytest.fixture(scope="session")
def spots(valley: Study) -> gpd.GeoDataFrame:
    """Return candidates by hand: four new masts in the east, one in the west, and both masts."""
    cells = [(63, 98), (60, 95), (32, 86), (45, 90), (58, 18), (55, 25), (35, 82)]
    kinds = ["new_mast"] * 5 + ["shared_mast"] * 2
    names = [f"C{number}" for number in range(1, len(cells) + 1)]
    return gpd.GeoDataFrame(
        {
            "candidate_id": names,
            "kind": kinds,
            "host_site_id": [None] * 5 + ["S1", "S2"],
            "mast_class": "A2b",
            "heights_m": ["15|30|42"] * 5 + ["42", "36"],
            "antenna_height_m": [40.0] * 5 + [40.0, 34.0],
            "ground_height_m": 20.0,
            "commune_code": "00001",
            "operators": [None] * 5 + ["vinaphone", "mobifone|viettel"],
            "road_distance_m": 100.0,
            "power_distance_m": [np.nan, 300.0, 50.0, 50.0, 50.0, np.nan, np.nan],
            "capex_vnd": 1e9,
            "reason": "by hand",
            "geometry_origin": "simulated",
            "capex_vnd_origin": "assumed",
            "antenna_height_m_origin": "assumed",
        },
        geometry=[at(row, column) for row, column in cells],
        crs=valley.crs,
    )
