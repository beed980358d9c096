"""Does the floor protect especially difficult villages, and is its price right?"""

import itertools
import re

import geopandas as gpd
import numpy as np
import pytest

from infraplan.errors import InfeasibleError, ParameterError
from infraplan.siting import choose
from infraplan.siting.options import option_capex_vnd
from infraplan.siting.reach import Reach, reach_options
from infraplan.study import Study

BUDGET_VND = 1.06e9


@pytest.fixture(scope="module")
def reach(served_valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame) -> Reach:
    return reach_options(served_valley, spots, gaps, threshold_dbm=-70.0)


def _ways(reach: Reach, cost_vnd: np.ndarray) -> list[tuple[float, float, float]]:
    """List cost, weight and weight of the protected of all combinations."""
    served, place = reach.served().toarray(), reach.options.place
    inside = reach.demand.has_floor()
    ways = [[-1, *np.flatnonzero(place == number)] for number in sorted(set(place.tolist()))]
    found = []
    for way in itertools.product(*ways):
        rows = [row for row in way if row >= 0]
        covered = served[rows].any(axis=0)
        weight = reach.demand.weight * covered
        found.append((cost_vnd[rows].sum(), weight.sum(), weight[inside].sum()))
    return found


@pytest.mark.parametrize("floor_share", [0.1, 0.5, 1.0])
def test_the_floor_and_its_price_are_those_of_all_combinations(
    served_valley: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    floor_share: float,
) -> None:
    cost_vnd = option_capex_vnd(spots, reach.options, served_valley.prices)
    ways = _ways(reach, cost_vnd)
    choice = choose(
        served_valley,
        gaps,
        spots,
        reach=reach,
        budget_vnd=BUDGET_VND,
        floor_share=floor_share,
        gap_share=0.0,
    )
    equity = choice.equity
    whole = max(protected for _, _, protected in ways)
    able = [way for way in ways if way[0] <= BUDGET_VND]
    meeting = [way for way in able if way[2] >= floor_share * whole - 1e-9]
    assert choice.covered_weight == pytest.approx(max(weight for _, weight, _ in meeting))
    assert equity.without_weight == pytest.approx(max(weight for _, weight, _ in able))
    assert equity.covered_weight == choice.covered_weight
    assert equity.served_share >= floor_share - 1e-9
    assert equity.without_share < floor_share
    assert equity.floor_people == pytest.approx(37.5)
    least_vnd = min(cost for cost, weight, _ in ways if weight >= choice.covered_weight - 1e-9)
    price_vnd = choice.new_sites["capex_vnd"].sum() - least_vnd
    assert equity.price_vnd == pytest.approx(price_vnd)
    assert equity.price_low_vnd <= equity.price_vnd <= equity.price_high_vnd
    assert equity.price_low_vnd <= price_vnd * (1 + 1e-9)
    assert equity.price_high_vnd >= price_vnd * (1 - 1e-9)
    assert any("Equity costs" in note.en for note in choice.provenance.notes)


def test_an_impossible_floor_names_villages_and_what_would_do(
    served_valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, reach: Reach
) -> None:
    with pytest.raises(InfeasibleError) as found:
        choose(served_valley, gaps, spots, reach=reach, budget_vnd=1e8, floor_share=0.5)
    message = str(found.value)
    assert "Khu 2" in message
    assert "a floor_share of 0," in message
    budget_vnd = float(re.search(r"a budget of ([\d,]+) VND", message)[1].replace(",", ""))
    enough = choose(served_valley, gaps, spots, reach=reach, budget_vnd=budget_vnd, floor_share=0.5)
    assert enough.equity.served_share >= 0.5 - 1e-9
    with pytest.raises(InfeasibleError):
        choose(served_valley, gaps, spots, reach=reach, budget_vnd=budget_vnd - 2, floor_share=0.5)


def test_no_floor_is_no_equity(
    served_valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, reach: Reach
) -> None:
    for floor_share in (None, 0.0):
        choice = choose(served_valley, gaps, spots, reach=reach, floor_share=floor_share)
        assert choice.equity is None


def test_a_floor_where_nobody_is_protected_costs_nothing_extra(
    valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    reach = reach_options(valley, spots, gaps)
    plain = choose(valley, gaps, spots, reach=reach)
    floored = choose(valley, gaps, spots, reach=reach, floor_share=0.9)
    assert floored.covered_weight == plain.covered_weight
    assert (floored.equity.served_share, floored.equity.floor_people) == (1.0, 0.0)
    assert floored.equity.price_high_vnd == 0.0


def test_a_floor_that_is_met_anyway_changes_nothing(
    served_valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, reach: Reach
) -> None:
    plain = choose(served_valley, gaps, spots, reach=reach, budget_vnd=1e11)
    floored = choose(served_valley, gaps, spots, reach=reach, budget_vnd=1e11, floor_share=1.0)
    assert floored.new_sites["site_id"].tolist() == plain.new_sites["site_id"].tolist()
    assert floored.equity.served_share == pytest.approx(1.0)
    assert floored.equity.price_vnd == 0.0


@pytest.mark.parametrize("floor_share", [-0.1, 1.1, float("nan")])
def test_a_senseless_floor_is_refused(
    served_valley: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    floor_share: float,
) -> None:
    with pytest.raises(ParameterError, match="floor_share"):
        choose(served_valley, gaps, spots, reach=reach, floor_share=floor_share)
