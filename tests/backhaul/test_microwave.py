"""Are hops between points designed, priced and explained as the rules say?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from infraplan import catalog
from infraplan.backhaul.microwave import (
    failing_least,
    hop_bill,
    hop_cost_vnd,
    hop_table,
    least_k,
)
from infraplan.backhaul.microwave_options import Climate, Options, climate_of, fading
from infraplan.backhaul.microwave_pairs import make_pairs
from infraplan.backhaul.microwave_points import (
    anchor_points,
    microwave_note,
    site_points,
)
from infraplan.backhaul.microwave_why import why_not
from infraplan.errors import CrsError, ParameterError
from infraplan.geo import Grid, Raster
from infraplan.results import Prices, Provenance
from infraplan.results.bill import capex_vnd
from infraplan.study import Study

CRS = "EPSG:32648"
CELL_M = 100.0
ROWS, COLUMNS = 120, 300
TOP_M = 2_360_000.0
WEST_M = 500_000.0


def _study(terrain_m: np.ndarray, *, trees: bool = False) -> Study:
    """Return a study that knows its terrain, three masts and a fibre node."""
    grid = Grid(CRS, WEST_M, TOP_M, CELL_M, ROWS, COLUMNS)
    empty = gpd.GeoDataFrame(geometry=[], crs=CRS)
    sites = gpd.GeoDataFrame(
        {
            "site_id": ["M1", "M2", "M3"],
            "mast_height_m": [42.0, 6.0, 30.0],
            "mast_class": ["A2b", "A2a", "A2b"],
        },
        geometry=[_at(1.0, 6.0), _at(5.0, 3.0), _at(9.0, 9.0)],
        crs=CRS,
    )
    cells = pd.DataFrame({"site_id": ["M1", "M2", "M3"], "technology": ["4G", "5G", "2G"]})
    nodes = gpd.GeoDataFrame({"node_id": ["X1"]}, geometry=[_at(2.0, 2.0)], crs=CRS)
    cover = np.full(grid.shape, 5 if trees else 1, dtype=np.int32)
    return Study(
        file=None, crs=CRS, grid=grid, communes=empty, villages=empty, sites=sites, cells=cells,
        roads=empty, fibre_nodes=nodes, fibre=empty,
        elevation=Raster("height_m", "m", grid, terrain_m.astype(np.float32), "simulated"),
        people=None, clutter=Raster("clutter", "class", grid, cover, "simulated", nodata=0),
        provenance=Provenance("made-up", "", "", "0", (), "{}", pd.DataFrame(), ()),
    )  # fmt: skip


def _at(x_km: float, y_km: float) -> Point:
    return Point(WEST_M + 1000.0 * x_km, TOP_M - 1000.0 * y_km)


def _points(*places: tuple[str, float, float], highest_m: float = 39.0) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "point_id": [name for name, _, _ in places],
            "x_m": [WEST_M + 1000.0 * x for _, x, _ in places],
            "y_m": [TOP_M - 1000.0 * y for _, _, y in places],
            "ground_m": 100.0,
            "lowest_m": 5.0,
            "highest_m": highest_m,
        }
    )


PLAIN = np.full((ROWS, COLUMNS), 100.0)
RIDGE = PLAIN + np.where(np.arange(COLUMNS) == 150, 90.0, 0.0)
A, B, C = ("A", 1.0, 6.0), ("B", 21.0, 6.0), ("C", 4.0, 6.0)


@pytest.fixture(scope="module")
def plain() -> Study:
    return _study(PLAIN)


@pytest.fixture(scope="module")
def ridge() -> Study:
    return _study(RIDGE)


def test_a_hop_over_a_plain_is_low_and_meets_its_target(plain: Study) -> None:
    found = hop_table(plain, _points(A, C), [[0, 1]])
    hop = found.iloc[0]
    assert (hop["from_id"], hop["to_id"]) == ("A", "C")
    assert hop["length_m"] == pytest.approx(3000.0)
    assert hop["availability_share"] >= catalog.rule("microwave_availability_share")
    assert hop["capacity_mbps"] >= catalog.rule("microwave_capacity_mbps")
    assert hop["clearance_share"] >= catalog.rule("microwave_least_radii")
    assert 5.0 <= hop["from_height_m"] <= 12.0


def test_a_hop_needs_dearer_dishes_where_it_is_longer(plain: Study) -> None:
    found = hop_table(plain, _points(A, B, C, highest_m=90.0), [[0, 2], [0, 1]])
    near, far = found.loc[0], found.loc[1]
    cost_vnd = hop_cost_vnd(found, Prices.catalogue())
    assert cost_vnd[0] < cost_vnd[1]
    assert near["dish_m"] < far["dish_m"]
    assert near["band_ghz"] > far["band_ghz"]


def _clears_from_the_top(length_km: float, frequency_ghz: float, top_m: float) -> bool:
    """Tell whether two antennas of one height clear a plain, by the rules written out again."""
    near_km = np.linspace(0.0, length_km, 2001)[1:-1]
    far_km = length_km - near_km
    zone_m = 17.3 * np.sqrt(near_km * far_km / (frequency_ghz * length_km))
    k = float(least_k(np.array([1000.0 * length_km]))[0])
    median_m = near_km * far_km / (2 * 4 / 3 * 6.371) + zone_m
    least_m = near_km * far_km / (2 * k * 6.371) + 0.6 * zone_m
    return bool((np.maximum(median_m, least_m) + 3.0 <= top_m).all())


@pytest.mark.parametrize("highest_m", [20.0, 39.0, 90.0])
def test_every_cheaper_option_fails_and_no_hop_is_missed(plain: Study, highest_m: float) -> None:
    points, pairs = _points(A, B, C, highest_m=highest_m), [[0, 1], [0, 2], [1, 2]]
    found = hop_table(plain, points, pairs)
    cost_vnd = dict(zip(found.index, hop_cost_vnd(found, Prices.catalogue()), strict=True))
    options, given = Options.of(150.0, Prices.catalogue()), make_pairs(points, pairs)
    price_vnd = hop_cost_vnd(pd.DataFrame({"dish_m": options.dish_m}), Prices.catalogue())
    available = 1.0 - failing_least(options, given, climate_of(plain)) >= 0.9999
    for pair, length_km in enumerate(given.length_m / 1000.0):
        for i in np.flatnonzero(available[pair] & (length_km <= options.longest_km)):
            if _clears_from_the_top(length_km, options.frequency_ghz[i], highest_m):
                assert cost_vnd[pair] <= price_vnd[i]


@pytest.mark.parametrize(
    ("name", "value"), [("rain_mm_h", 140.0), ("gradient_n_km", -500.0), ("roughness_m", 1.0)]
)
def test_a_worse_climate_never_makes_a_hop_better(plain: Study, name: str, value: float) -> None:
    mild = climate_of(plain)
    points = _points(A, B, C, highest_m=90.0)
    pairs = [[0, 1], [0, 2], [1, 2]]
    before = hop_table(plain, points, pairs, climate=mild)
    after = hop_table(plain, points, pairs, climate=replace(mild, **{name: value}))
    assert set(after.index) <= set(before.index)
    common = before.loc[after.index]
    same = (after["mode"] == common["mode"]) & (after["dish_m"] == common["dish_m"])
    assert (after["availability_share"] <= common["availability_share"])[same].all()
    cost_vnd = hop_cost_vnd(after, Prices.catalogue())
    assert (cost_vnd >= hop_cost_vnd(common, Prices.catalogue())).all()


def test_ends_may_be_given_in_either_order(plain: Study) -> None:
    points = _points(A, B, C, ("D", 15.0, 2.0), highest_m=60.0)
    pairs = np.array([[0, 1], [0, 2], [1, 2], [0, 3], [2, 3]])
    there, back = hop_table(plain, points, pairs), hop_table(plain, points, pairs[:, ::-1])
    assert there["mode"].equals(back["mode"])
    assert there["from_height_m"].equals(back["to_height_m"].rename("from_height_m"))
    np.testing.assert_allclose(there["availability_share"], back["availability_share"], rtol=1e-12)


def test_threads_give_the_same_table(plain: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(7)
    points = _points(*[(f"P{i:03d}", *rng.uniform((0, 0), (29, 11))) for i in range(60)])
    pairs = np.array([(i, j) for i in range(60) for j in range(i)])
    alone = hop_table(plain, points, pairs)
    monkeypatch.setattr("infraplan.backhaul.microwave._CHUNK", 100)
    with ThreadPoolExecutor(2) as pool:
        pd.testing.assert_frame_equal(hop_table(plain, points, pairs, executor=pool), alone)


def test_more_capacity_leaves_fewer_hops(plain: Study) -> None:
    points = _points(A, B, C, highest_m=60.0)
    pairs = [[0, 1], [0, 2], [1, 2]]
    counts = [len(hop_table(plain, points, pairs, capacity_mbps=c)) for c in (150.0, 400.0, 700.0)]
    assert counts[0] >= counts[1] >= counts[2]
    with pytest.raises(ParameterError, match=r"5000 Mbit/s.*700"):
        hop_table(plain, points, pairs, capacity_mbps=5000.0)


def test_trees_raise_the_antennas(plain: Study) -> None:
    points = _points(A, C)
    bare = hop_table(plain, points, [[0, 1]]).iloc[0]
    wooded = hop_table(_study(PLAIN, trees=True), points, [[0, 1]]).iloc[0]
    raised_m = (
        wooded["from_height_m"] + wooded["to_height_m"]
        - bare["from_height_m"] - bare["to_height_m"]
    )  # fmt: skip
    assert raised_m > 10.0


def test_no_pairs_give_no_hops_but_the_columns(plain: Study) -> None:
    some = hop_table(plain, _points(A, C), [[0, 1]])
    none = hop_table(plain, _points(A, C), np.zeros((0, 2), dtype=int))
    assert len(none) == 0
    assert list(none.columns) == list(some.columns)
    assert hop_bill(none).columns.tolist() == ["owner_id", "item", "quantity"]
    assert hop_cost_vnd(none, Prices.catalogue()).shape == (0,)


def test_wrong_points_and_pairs_are_refused_together(plain: Study) -> None:
    points = _points(A, C).drop(columns="ground_m")
    with pytest.raises(ParameterError, match=r"'ground_m'.*pairs go from 0 to 9"):
        hop_table(plain, points, [[0, 9]])
    upside = _points(A, C).assign(highest_m=[1.0, 39.0], x_m=[WEST_M, np.nan])
    with pytest.raises(ParameterError, match=r"unknown of 1 points: C; lowest_m .* points: A"):
        hop_table(plain, upside, [[0, 1]])


def test_the_bill_adds_up_to_the_cost(plain: Study) -> None:
    prices = Prices.catalogue()
    found = hop_table(plain, _points(A, B, C, highest_m=90.0), [[0, 1], [0, 2]])
    bill = hop_bill(found)
    assert bill.groupby("owner_id")["quantity"].sum().tolist() == [4.0, 4.0]
    for bound in ("low", "likely", "high"):
        summed = capex_vnd(bill, found["hop_id"].tolist(), prices, bound=bound)
        np.testing.assert_allclose(summed, hop_cost_vnd(found, prices, bound=bound))
    renamed = hop_bill(found.assign(link_id=["L1", "L2"]), owner="link_id")
    assert set(renamed["owner_id"]) == {"L1", "L2"}


def test_every_dish_of_the_catalogue_has_a_price() -> None:
    options = Options.of(1.0, Prices.catalogue())
    price = [Prices.catalogue().vnd(f"microwave_dish_{dish:g}m") for dish in options.dish_m]
    assert price == sorted(price)
    assert len(options.mode) > len(catalog.table("microwave_bands"))


@settings(deadline=None)
@given(st.floats(0.2, 40.0), st.floats(1.01, 1.5), st.floats(0.0, 50.0), st.floats(0.0, 1500.0))
def test_a_longer_hop_and_a_lesser_dish_fail_more(
    length_km: float, longer: float, slope_mrad: float, lower_m: float
) -> None:
    options = Options.of(150.0, Prices.catalogue())
    _, failing = fading(
        options,
        np.arange(len(options.mode)),
        length_km=np.array([[length_km], [length_km * longer]]),
        inclination_mrad=np.full((2, 1), slope_mrad),
        lower_m=np.full((2, 1), lower_m),
        climate=Climate(92.0, -212.0, 266.0, 21.2),
    )
    assert (failing[1] >= failing[0]).all()
    for mode in set(options.mode):
        same = options.mode == mode
        by_size = failing[0][same][np.argsort(options.dish_m[same])]
        assert (np.diff(by_size) <= 0).all()


def test_least_k_grows_with_length_and_stays_below_the_median() -> None:
    k = least_k(np.array([0.0, 500.0, 5e3, 20e3, 50e3, 300e3]))
    assert (np.diff(k) >= 0).all()
    assert (k > 0).all()
    assert k.max() <= catalog.rule("microwave_median_k")


class TestWhyNot:
    def test_terrain_is_named_where_it_blocks(self, ridge: Study) -> None:
        said = why_not(ridge, _points(A, B)).en
        assert "blocked by terrain 14.0 km from A" in said or "14.1 km from A" in said
        assert len(hop_table(ridge, _points(A, B), [[0, 1]])) == 0

    def test_the_metres_that_are_missing_are_enough(self, ridge: Study) -> None:
        said = why_not(ridge, _points(A, B)).en
        missing_m = float(said.split("passes ")[1].split(" m")[0])
        higher = _points(A, B, highest_m=39.0 + missing_m + 1.0)
        assert len(hop_table(ridge, higher, [[0, 1]])) == 1
        lower = _points(A, B, highest_m=39.0 + missing_m - 3.0)
        assert len(hop_table(ridge, lower, [[0, 1]])) == 0

    def test_rain_is_named_where_it_decides(self, plain: Study) -> None:
        storm = Climate(400.0, -212.0, 266.0, 21.0)
        said = why_not(plain, _points(A, B), climate=storm)
        assert "of a year, 99.9900 % is needed" in said.en
        assert "99,9900 %" in said.vi

    def test_length_and_unknown_ground_are_named(self, plain: Study) -> None:
        near = ("N", 1.05, 6.0)
        assert "the shortest is 100 m" in why_not(plain, _points(A, near)).en
        far = ("F", 71.0, 6.0)
        assert "the longest usual one is 50.0 km" in why_not(plain, _points(A, far)).en
        outside = ("O", 1.0, -3.0)
        assert "unknown height" in why_not(plain, _points(A, outside)).en

    def test_a_possible_hop_is_described(self, plain: Study) -> None:
        assert "is possible: " in why_not(plain, _points(A, C)).en


class TestPoints:
    def test_anchors_are_fibre_nodes_and_masts_with_4g_or_5g(self, plain: Study) -> None:
        anchors = anchor_points(plain)
        assert anchors["point_id"].tolist() == ["M1", "M2", "X1"]
        below_m = catalog.rule("microwave_below_top_m")
        roof_m = catalog.rule("roof_height_m")
        node_m = catalog.rule("microwave_node_height_m")
        expected = [42.0 - below_m, 6.0 + roof_m - below_m, node_m - below_m]
        assert anchors["highest_m"].tolist() == expected
        assert (anchors["ground_m"] == 100.0).all()
        assert "4G" in microwave_note().en

    def test_a_site_is_as_tall_as_its_mast_or_its_tallest_choice(self, plain: Study) -> None:
        sites = gpd.GeoDataFrame(
            {
                "candidate_id": ["a", "b", "c"],
                "antenna_height_m": [40.0, 20.0, 20.0],
                "heights_m": ["15|42", "", ""],
                "mast_height_m": [np.nan, np.nan, 36.0],
            },
            geometry=[_at(3.0, 3.0)] * 3,
            crs=CRS,
        )
        below_m = catalog.rule("microwave_below_top_m")
        points = site_points(plain, sites, name="candidate_id")
        assert points["highest_m"].tolist() == [42.0 - below_m, 22.0 - below_m, 36.0 - below_m]
        with pytest.raises(CrsError, match="same study"):
            site_points(plain, sites.to_crs("EPSG:4326"), name="candidate_id")

    def test_the_ground_under_an_antenna_is_that_of_the_profile(self) -> None:
        slope = PLAIN + 2.0 * np.arange(COLUMNS)
        points = anchor_points(_study(slope)).set_index("point_id")
        at_m1 = 100.0 + 2.0 * (1000.0 / CELL_M - 0.5)
        assert points.loc["M1", "ground_m"] == pytest.approx(at_m1)
        holed = slope.copy()
        holed[60, 10] = np.nan
        assert anchor_points(_study(holed))["point_id"].tolist() == ["M2", "X1"]


def test_the_tiny_province_has_hops(tiny_study: Study) -> None:
    anchors = anchor_points(tiny_study)
    sites = gpd.GeoDataFrame(
        {"site_id": ["N1"], "antenna_height_m": [40.0]},
        geometry=[tiny_study.villages.geometry.iloc[0]],
        crs=tiny_study.crs,
    )
    points = pd.concat([anchors, site_points(tiny_study, sites, name="site_id")], ignore_index=True)
    pairs = [(i, len(anchors)) for i in range(len(anchors))]
    found = hop_table(tiny_study, points, pairs)
    assert 0 < len(found) <= len(anchors)
    assert set(found["to_id"]) == {"N1"}
    pd.testing.assert_frame_equal(hop_table(tiny_study, points, pairs), found)
