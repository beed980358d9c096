"""Is the choice within its budget, certified, and told best first?"""

import math

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from infraplan.errors import ParameterError
from infraplan.siting import candidates, choose, reach_matrix
from infraplan.study import Study
from infraplan.tables import check, spec


@pytest.fixture(scope="module")
def spots(valley: Study, gaps: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return candidates(valley, gaps)


def _served_people(valley: Study, gaps: gpd.GeoDataFrame, places: gpd.GeoDataFrame) -> float:
    reach = reach_matrix(valley, places, gaps)
    return float(reach.people[reach.matrix.toarray().any(axis=0)].sum())


@pytest.mark.parametrize("budget_vnd", [0.0, 5e8, 1.1e9, 1.6e9, 1e11])
def test_gains_add_up_to_people_really_served(
    valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, budget_vnd: float
) -> None:
    choice = choose(valley, gaps, spots, budget_vnd=budget_vnd)
    sites = choice.new_sites
    assert sites["capex_vnd"].sum() <= budget_vnd
    assert (sites["people_gained"] > 0).all()
    assert sites["people_gained"].is_monotonic_decreasing
    assert sites["people_gained"].sum() == pytest.approx(choice.covered_people)
    places = sites.rename(columns={"site_id": "candidate_id"})
    assert _served_people(valley, gaps, places) == pytest.approx(choice.covered_people)
    assert choice.covered_people <= choice.upper_bound_people
    assert choice.upper_bound_people <= choice.demand_people * (1 + 1e-9)
    assert choice.covered_people <= choice.reachable_people * (1 + 1e-9)


def test_plenty_of_money_serves_all_that_can_be_served(
    valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    choice = choose(valley, gaps, spots, budget_vnd=1e12, gap_share=0.0)
    assert choice.covered_people == pytest.approx(choice.reachable_people)
    assert choice.status == "optimal"
    assert choice.gap_share == pytest.approx(0.0, abs=1e-6)
    assert choice.candidates == len(spots)


def test_the_choice_is_the_best_there_is(
    valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    choice = choose(valley, gaps, spots, budget_vnd=1.06e9, gap_share=0.0)
    reach = reach_matrix(valley, spots, gaps)
    alone = reach.matrix.toarray() @ reach.people
    two_shared = spots["capex_vnd"].min() * 2 > 1.06e9 or (spots["kind"] != "new_mast").sum() < 2
    assert two_shared
    assert choice.covered_people == pytest.approx(alone.max())


def test_the_table_follows_its_dictionary(
    valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    sites = choose(valley, gaps, spots).new_sites
    assert check(sites, spec("new_sites"), file="new_sites").faults == ()
    assert list(sites.columns) == [n for n in spec("new_sites").names if n != "year"]
    assert set(sites["geometry_origin"]) == {"simulated"}
    assert set(sites["antenna_height_m_origin"]) <= {"assumed", "simulated"}
    assert sites["people_gained_origin"].unique().tolist() == ["simulated"]
    assert sites["reason"].str.contains("people in gaps that no site before it serves").all()


def test_the_budget_of_the_study_is_the_default(
    valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    choice = choose(valley, gaps, spots)
    assert choice.budget_vnd == 2e9
    notes = choice.provenance.notes
    assert "made up" in {note.en for note in notes}
    assert any("without the price of their links" in note.en for note in notes)
    assert not any("priced on its own" in note.en for note in notes)
    assert all(note.vi and note.vi != note.en for note in notes)


def test_links_count_against_the_budget_and_unlinkable_candidates_are_left_out(
    valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    free = choose(valley, gaps, spots, budget_vnd=1.2e9)
    best = free.new_sites["site_id"].iloc[0]
    prices = pd.DataFrame({"candidate_id": spots["candidate_id"], "link_vnd": 1e8})
    prices.loc[prices["candidate_id"] == best, "link_vnd"] = np.nan
    choice = choose(valley, gaps, spots, budget_vnd=1.2e9, link_prices=prices)
    sites = choice.new_sites
    assert best not in set(sites["site_id"])
    assert (sites["link_estimate_vnd"] == 1e8).all()
    assert (sites["capex_vnd"] + sites["link_estimate_vnd"]).sum() <= 1.2e9
    notes = choice.provenance.notes
    assert any(note.en.endswith("no road links them to a fibre node: 1.") for note in notes)
    assert any("holds when each site's link is priced on its own" in note.en for note in notes)
    assert all(note.vi and note.vi != note.en for note in notes)


def test_link_prices_of_other_candidates_are_refused(
    valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    prices = pd.DataFrame({"candidate_id": ["X"], "link_vnd": [1.0]})
    with pytest.raises(ParameterError, match="price the same candidates"):
        choose(valley, gaps, spots, link_prices=prices)


@pytest.mark.parametrize("budget_vnd", [-1.0, float("nan"), float("inf")])
def test_a_senseless_budget_is_refused(
    valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, budget_vnd: float
) -> None:
    with pytest.raises(ParameterError, match="budget_vnd"):
        choose(valley, gaps, spots, budget_vnd=budget_vnd)


def test_nothing_to_choose_from_gives_an_empty_choice(
    valley: Study, no_gaps: gpd.GeoDataFrame
) -> None:
    choice = choose(valley, no_gaps, candidates(valley, no_gaps))
    assert choice.new_sites.empty
    assert choice.new_sites.crs == valley.crs
    assert (choice.covered_people, choice.gap_share, choice.candidates) == (0.0, 0.0, 0)


def test_no_clock_gives_the_same_choice(
    valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    timed = choose(valley, gaps, spots)
    free = choose(valley, gaps, spots, time_limit_s=math.inf)
    pd.testing.assert_frame_equal(timed.new_sites, free.new_sites)
    assert free.status in {"optimal", "gap_reached", "effort_limit"}


def test_two_runs_agree(valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame) -> None:
    seen: list[tuple[int, int]] = []
    one = choose(valley, gaps, spots)
    two = choose(valley, gaps, spots, progress=lambda *done: seen.append(done))
    pd.testing.assert_frame_equal(one.new_sites, two.new_sites)
    assert seen == sorted(seen)
    assert seen[-1] == (100, 100)
