"""Do made-up masts stand where settlements have none, and do they say that they are made up?"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import Point

from infraplan.catalog import row, value
from infraplan.geo import Grid, Raster
from infraplan.sources.simulated import assume_cells, simulate_masts
from infraplan.study_file import SimulatedMastsPart
from infraplan.tables import check, spec

CRS = "EPSG:32648"
GRID = Grid(CRS, 500_000, 2_350_000, 100.0, 100, 100)
PART = SimulatedMastsPart(operator="one", empty_beyond_m=2000, mast_height_m=40, band="B3")


def terrain(*peaks: tuple[float, float]) -> Raster:
    values = np.full(GRID.shape, 10.0, dtype=np.float32)
    for x, y in peaks:
        values[GRID.index(x, y)] = 90.0
    return Raster("elevation_m", "m", GRID, values, "measured")


def villages(*rows: tuple[str, str, float, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "village_id": [r[0] for r in rows],
            "name": [f"Khu {r[0]}" for r in rows],
            "place": [r[1] for r in rows],
        },
        geometry=[Point(r[2], r[3]) for r in rows],
        crs=CRS,
    )


def sites(*places: tuple[float, float], owner: str | None = None) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "site_id": [f"osm-{i}" for i in range(len(places))],
            "owner": np.full(len(places), owner, dtype=object),
            "mast_height_m": 25.0,
        },
        geometry=[Point(*p) for p in places],
        crs=CRS,
    )


def test_mapped_mast_gets_three_assumed_sectors_from_the_catalogue() -> None:
    cells = assume_cells(sites((501_000, 2_345_000)), part=PART)
    assert cells["azimuth_deg"].tolist() == [0.0, 120.0, 240.0]
    assert set(cells["operator"]) == {"one"}
    assert set(cells["frequency_mhz"]) == {float(row("bands", "B3")["frequency_mhz"])}
    assert set(cells["eirp_dbm"]) == {value("rules", "eirp_dbm", "value")}
    below_m = value("rules", "antenna_below_top_m", "value")
    assert set(cells["height_m"]) == {25.0 - below_m}
    origins = [c for c in cells.columns if c.endswith("_origin")]
    assert len(origins) >= 4
    assert (cells[origins] == "assumed").all(axis=None)


def test_owner_on_the_map_operates_the_cells() -> None:
    cells = assume_cells(sites((501_000, 2_345_000), owner="two"), part=PART)
    assert set(cells["operator"]) == {"two"}


def test_settlement_near_a_mast_gets_none() -> None:
    made, cells = simulate_masts(
        villages(("1", "village", 502_000, 2_345_000)),
        sites((503_999, 2_345_000)),
        terrain(),
        part=PART,
    )
    assert len(made) == len(cells) == 0


def test_mast_stands_on_the_highest_ground_within_reach_and_faces_the_settlement() -> None:
    peaks = [(502_350, 2_345_050), (502_950, 2_345_050)]  # 300 m east, and 900 m: too far
    made, cells = simulate_masts(
        villages(("1", "village", 502_050, 2_345_050)),
        sites((509_000, 2_349_000)),
        terrain(*peaks),
        part=PART,
    )
    assert (made.geometry.x[0], made.geometry.y[0]) == (502_350, 2_345_050)
    assert cells["azimuth_deg"][0] == pytest.approx(270.0, abs=0.2)
    assert sorted(np.diff(np.sort(cells["azimuth_deg"]))) == pytest.approx([120.0, 120.0])


def test_important_settlements_come_first_and_serve_their_neighbours() -> None:
    made, _ = simulate_masts(
        villages(
            ("20", "hamlet", 501_000, 2_345_000),
            ("3", "village", 502_000, 2_345_000),
            ("100", "village", 505_000, 2_345_000),
            ("9", "town", 508_000, 2_345_000),
        ),
        sites(),
        terrain(),
        part=PART,
    )
    assert made["site_id"].tolist() == ["sim-9", "sim-3", "sim-100"]


def test_made_up_tables_pass_their_dictionaries_and_say_so() -> None:
    made, cells = simulate_masts(
        villages(("1", "town", 502_000, 2_345_000)), sites(), terrain(), part=PART
    )
    assert check(made, spec("sites"), file="sites").faults == ()
    assert check(cells, spec("cells"), file="cells").faults == ()
    for table in (made, cells):
        origins = [c for c in table.columns if c.endswith("_origin")]
        assert (table[origins] == "simulated").all(axis=None)


def test_same_input_gives_the_same_masts() -> None:
    arguments = villages(("1", "town", 502_000, 2_345_000)), sites(), terrain()
    first, second = (simulate_masts(*arguments, part=PART) for _ in range(2))
    assert first[0].equals(second[0])
    assert first[1].equals(second[1])


def test_settlement_where_the_terrain_is_unknown_gets_its_mast_in_place() -> None:
    unknown = Raster("elevation_m", "m", GRID, np.full(GRID.shape, np.nan), "measured")
    made, _ = simulate_masts(
        villages(("1", "town", 502_000, 2_345_000)), sites(), unknown, part=PART
    )
    assert (made.geometry.x[0], made.geometry.y[0]) == (502_000, 2_345_000)
