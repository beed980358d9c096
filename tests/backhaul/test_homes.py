"""Does fibre reach the homes that are worth it, as far as light carries, at the least price?"""

from dataclasses import replace
from itertools import combinations

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point

from infraplan import backhaul
from infraplan.backhaul.optical import budget_db, splitters, way_loss_db
from infraplan.errors import ParameterError
from infraplan.results import Homes, Prices
from infraplan.results.bill import capex_vnd

PRICES = Prices.catalogue()
NODE = {"N1": (0.0, 0.0)}
STAR = [[(0, 0), (3000, 0)], [(0, 0), (0, 4000)], [(0, 0), (-2000, 0), (-7000, 0)]]


def _villages(places: dict) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "village_id": list(places),
            "name": list(places),
            "commune_code": "00001",
            "households": [float(homes) for *_, homes in places.values()],
        },
        geometry=[Point(x, y) for x, y, _ in places.values()],
        crs="EPSG:32648",
    )


def _plan(make_study: object, places: dict, roads: list = STAR, **asked: float) -> Homes:
    study = replace(make_study(roads, NODE), villages=_villages(places))
    homes = backhaul.fibre_to_homes(study, **asked)
    paid = capex_vnd(homes.bill, sorted(set(homes.bill["owner_id"])), study.prices)
    assert homes.cost_vnd == pytest.approx(paid.sum())
    assert homes.lower_bound_vnd <= homes.objective_vnd * (1 + 1e-9)
    counted = homes.villages.loc[homes.villages["status"] == "passed", "households"].sum()
    assert homes.homes_passed == counted
    return homes


def _own_vnd(homes: float) -> float:
    ports, *stages = splitters(np.array([homes]), (4, 16))
    vnd = homes * PRICES.vnd("home_passed") + float(ports[0]) * PRICES.vnd("olt_port")
    return vnd + sum(float(stage[0]) for stage in stages) * PRICES.vnd("splitter")


def test_a_village_is_passed_where_it_is_worth_its_price(make_study: object) -> None:
    places = {"A": (3000, 0, 200), "B": (0, 4000, 10)}
    cost_vnd = 3000 * PRICES.vnd("fibre_aerial") + _own_vnd(200)
    homes = _plan(make_study, places, price_ceiling_vnd_per_home=cost_vnd / 200 + 1)
    assert homes.villages["status"].tolist() == ["passed", "left_out"]
    assert homes.cost_vnd == pytest.approx(cost_vnd)
    assert homes.share_after == pytest.approx(200 / 210)
    assert homes.communes["share_after"].tolist() == pytest.approx([200 / 210])
    none = _plan(make_study, places, price_ceiling_vnd_per_home=cost_vnd / 200 - 1)
    assert none.homes_passed == 0
    assert np.isnan(none.cost_vnd_home)


def test_light_is_budgeted_from_the_exchange_to_the_last_home(make_study: object) -> None:
    row = _plan(make_study, {"A": (3000, 0, 200)}).villages.iloc[0]
    assert row["distance_m"] == pytest.approx(3600.0)
    assert row["loss_db"] == pytest.approx(7.2 + 14.5 + 4 * 0.3 + 1 + 3.6 * 0.4)
    assert row["margin_db"] == pytest.approx(28 - row["loss_db"])
    assert (row["ports"], row["first_splitters"], row["second_splitters"]) == (4, 4, 13)
    assert (row["exchange_id"], row["entry_id"]) == ("N1", "N1")


def test_a_village_too_far_for_light_is_said_to_be(make_study: object) -> None:
    reach_m = (28 - 7.2 - 14.5 - 4 * 0.3 - 1) / 0.4 * 1000 - 600
    road = [[(0, 0), (reach_m - 1, 0), (reach_m + 1, 0)]]
    places = {"A": (reach_m - 1, 0, 5000), "B": (reach_m + 1, 0, 5000)}
    homes = _plan(make_study, places, road)
    assert homes.villages["status"].tolist() == ["passed", "too_far"]
    further = _plan(make_study, places, road, split_ratios=(4, 8))
    assert further.villages["status"].tolist() == ["passed", "passed"]


def test_villages_at_a_fibre_node_without_homes_or_without_a_road_are_told_apart(
    make_study: object,
) -> None:
    roads = [*STAR, [(50_000, 0), (51_000, 0)]]
    places = {"A": (100, 0, 50), "B": (3000, 0, np.nan), "C": (50_500, 0, 50)}
    homes = _plan(make_study, places, roads)
    assert homes.villages["status"].tolist() == ["before", "unknown", "cut_off"]
    assert homes.homes_before == 50
    assert homes.links.empty


PLACES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(2, 30), st.integers(20, 400)),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=25)
@given(PLACES, st.integers(0, 12))
def test_no_choice_of_villages_beats_the_bound(
    make_study: object, rows: list, budget_e8: int
) -> None:
    """Try every set of villages on three roads that leave the node."""
    ways = ((100, 0), (0, 100), (-100, 0))
    roads = [[(0, 0), (40 * x, 40 * y)] for x, y in ways]
    places = {
        f"V{i}": (ways[arm][0] * step, ways[arm][1] * step, homes)
        for i, (arm, step, homes) in enumerate(rows)
    }
    budget_vnd = budget_e8 * 1e8
    homes = _plan(make_study, places, roads, budget_vnd=budget_vnd)
    free = _plan(make_study, places, roads)
    assert homes.cost_vnd <= budget_vnd
    open_rows = [r for r, s in zip(rows, free.villages["status"], strict=True) if s != "before"]
    best, least_vnd = 0.0, np.inf
    for size in range(len(open_rows) + 1):
        for chosen in combinations(open_rows, size):
            cable_m = sum(
                100.0 * max((step for a, step, _ in chosen if a == arm), default=0)
                for arm in range(3)
            )
            vnd = cable_m * PRICES.vnd("fibre_aerial") + sum(_own_vnd(h) for *_, h in chosen)
            passed = sum(h for *_, h in chosen)
            best = max(best, passed) if vnd <= budget_vnd else best
            left = sum(h for *_, h in open_rows) - passed
            least_vnd = min(least_vnd, vnd + free.worth_vnd_home * left)
    assert homes.homes_passed <= best <= homes.upper_bound_homes * (1 + 1e-9) + 1e-6
    assert free.lower_bound_vnd <= least_vnd * (1 + 1e-9) + 1e-3
    assert least_vnd <= free.objective_vnd * (1 + 1e-9) + 1e-3


def test_wrong_wishes_are_refused_together(make_study: object) -> None:
    with pytest.raises(ParameterError, match=r"budget_vnd is -1.*price_ceiling"):
        _plan(make_study, {}, budget_vnd=-1.0, price_ceiling_vnd_per_home=-1.0)
    with pytest.raises(ParameterError, match="1 to 5"):
        _plan(make_study, {"A": (3000, 0, 9)}, split_ratios=(5,))


def test_loss_grows_with_distance_and_splits() -> None:
    loss = way_loss_db(np.array([0.0, 1000.0, 20_000.0]), (4, 16))
    assert np.diff(loss).tolist() == pytest.approx([0.4, 19 * 0.4])
    assert loss[0] < budget_db() < loss[2]
