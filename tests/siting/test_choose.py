"""Is the choice within its budget, certified, counted exactly and told best first?"""

import itertools
import math
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from infraplan.errors import ParameterError
from infraplan.results import Choice
from infraplan.results.bill import capex_vnd, opex_vnd_year
from infraplan.siting import choose
from infraplan.siting.options import option_capex_vnd
from infraplan.siting.reach import Reach, reach_options
from infraplan.study import Study
from infraplan.tables import check, spec

BUDGETS_VND = [0.0, 5e8, 1.1e9, 1.6e9, 2.3e9, 1e11]


@pytest.fixture(scope="module")
def reach(served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame) -> Reach:
    return reach_options(served_valley, spots, all_gaps, threshold_dbm=-78.0)


@pytest.fixture(scope="module")
def choices(
    served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, reach: Reach
) -> dict[float, Choice]:
    return {
        budget: choose(
            served_valley, all_gaps, spots, reach=reach, budget_vnd=budget, gap_share=0.0
        )
        for budget in BUDGETS_VND
    }


def _best_weight(reach: Reach, cost_vnd: np.ndarray, budget_vnd: float) -> float:
    """Try every way to build every place once at most."""
    served, place = reach.served().toarray(), reach.options.place
    ways = [[-1, *np.flatnonzero(place == number)] for number in sorted(set(place.tolist()))]
    best = 0.0
    for way in itertools.product(*ways):
        rows = [row for row in way if row >= 0]
        if cost_vnd[rows].sum() <= budget_vnd:
            best = max(best, float(reach.demand.weight[served[rows].any(axis=0)].sum()))
    return best


@pytest.mark.parametrize("budget_vnd", BUDGETS_VND)
def test_the_choice_is_the_best_of_all_combinations(
    budget_vnd: float,
    choices: dict[float, Choice],
    reach: Reach,
    spots: gpd.GeoDataFrame,
    served_valley: Study,
) -> None:
    cost_vnd = option_capex_vnd(spots, reach.options, served_valley.prices)
    choice = choices[budget_vnd]
    assert choice.covered_weight == pytest.approx(_best_weight(reach, cost_vnd, budget_vnd))
    assert choice.gap_share == pytest.approx(0.0, abs=1e-6)
    assert choice.covered_weight <= choice.upper_bound_weight * (1 + 1e-12)


@pytest.mark.parametrize("budget_vnd", BUDGETS_VND)
def test_gains_add_up_to_whom_the_sites_serve(
    budget_vnd: float, choices: dict[float, Choice], reach: Reach
) -> None:
    choice = choices[budget_vnd]
    sites, demand = choice.new_sites, reach.demand
    assert sites["capex_vnd"].sum() <= budget_vnd
    assert (sites["weight_gained"] > 0).all()
    assert sites["weight_gained"].is_monotonic_decreasing
    assert sites["site_id"].is_unique
    covered = choice.service.matrix.toarray().any(axis=0)
    assert choice.service.matrix.shape == (len(sites), len(demand))
    sums = {
        "people_gained": demand.gap_people(),
        "weight_gained": demand.weight,
        "second_operator_people": demand.people * (demand.kind == "single_operator"),
        "relieved_people": demand.people * (demand.kind == "congested"),
        "floor_people_gained": demand.people * demand.has_floor(),
    }
    for name, value in sums.items():
        assert sites[name].sum() == pytest.approx(value[covered].sum())
    assert choice.covered_people == pytest.approx(choice.service.people[covered].sum())
    assert choice.covered_weight == pytest.approx(choice.service.weight[covered].sum())
    assert choice.covered_people <= choice.reachable_people * (1 + 1e-9)
    assert choice.reachable_people <= choice.demand_people * (1 + 1e-9)


def test_the_service_is_that_of_the_chosen_heights_and_operators(
    choices: dict[float, Choice], reach: Reach
) -> None:
    choice, options = choices[1e11], reach.options
    names = np.array(reach.candidate_id)[options.place]
    served = reach.served().toarray()
    for number, site in enumerate(choice.new_sites.itertuples()):
        same = (names == site.site_id) & (options.operator == site.operator)
        same &= options.mast_height_m == site.mast_height_m
        assert same.sum() == 1
        assert (served[same][0] == choice.service.matrix.toarray()[number]).all()


def test_the_bill_adds_up_to_the_table(choices: dict[float, Choice], served_valley: Study) -> None:
    choice = choices[1e11]
    sites = choice.new_sites
    owners = sites["site_id"].tolist()
    assert set(choice.bill["owner_id"]) == set(owners)
    assert capex_vnd(choice.bill, owners, choice.prices).tolist() == sites["capex_vnd"].tolist()
    yearly = opex_vnd_year(choice.bill, owners, choice.prices)
    assert yearly.tolist() == sites["opex_vnd_year"].tolist()
    assert choice.prices is served_valley.prices


def test_what_sharing_saves_is_the_mast_less_the_rent(choices: dict[float, Choice]) -> None:
    sites = choices[1e11].new_sites.set_index("site_id")
    prices = choices[1e11].prices
    host = sites.loc["C6"]
    assert host["rent_vnd_year"] == prices.vnd("colocation_rent")
    years_worth = sum(1.1**-year for year in range(1, 11))
    own_vnd = prices.vnd("mast_foundation") + 42 * prices.vnd("mast_metre")
    expected_vnd = own_vnd - prices.vnd("colocation") - years_worth * host["rent_vnd_year"]
    assert host["saved_vnd"] == pytest.approx(expected_vnd)
    new = sites[sites["kind"] == "new_mast"]
    assert new["saved_vnd"].isna().all()
    assert (new["rent_vnd_year"] == 0).all()


def test_the_table_follows_its_dictionary(choices: dict[float, Choice]) -> None:
    for choice in choices.values():
        sites = choice.new_sites
        assert list(sites.columns) == [n for n in spec("new_sites").names if n != "year"]
    sites = choices[1e11].new_sites
    assert check(sites, spec("new_sites"), file="new_sites").faults == ()
    assert set(sites["capex_vnd_origin"]) == {"assumed"}
    assert sites["people_gained_origin"].unique().tolist() == ["simulated"]
    assert sites["reason"].str.contains("people in gaps that no site before it serves").all()


@pytest.mark.parametrize("budget_vnd", BUDGETS_VND)
def test_the_one_instead_serves_most_of_all_others(
    budget_vnd: float,
    choices: dict[float, Choice],
    reach: Reach,
    spots: gpd.GeoDataFrame,
    served_valley: Study,
) -> None:
    sites = choices[budget_vnd].new_sites
    cost_vnd = option_capex_vnd(spots, reach.options, served_valley.prices)
    served, demand = reach.served().toarray(), reach.demand
    names = np.array(reach.candidate_id)[reach.options.place]
    own = choices[budget_vnd].service.matrix.toarray()
    for number, site in enumerate(sites.itertuples()):
        others = np.delete(own, number, axis=0).any(axis=0)
        room_vnd = budget_vnd - sites["capex_vnd"].sum() + site.capex_vnd
        able = np.flatnonzero(~np.isin(names, sites["site_id"]) & (cost_vnd <= room_vnd))
        if not able.size:
            assert pd.isna(site.instead)
            assert np.isnan(site.instead_people)
            continue
        weights = [float(demand.weight[others | served[row]].sum()) for row in able]
        best = np.flatnonzero(np.isclose(weights, max(weights)))
        people = {names[able[k]]: demand.gap_people()[others | served[able[k]]].sum() for k in best}
        assert site.instead in people
        assert site.instead_people == pytest.approx(people[site.instead])


def test_a_reach_at_hand_gives_the_same_choice(
    served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    fresh = choose(served_valley, all_gaps, spots)
    at_hand = reach_options(served_valley, spots, all_gaps)
    again = choose(served_valley, all_gaps, spots, reach=at_hand)
    pd.testing.assert_frame_equal(fresh.new_sites, again.new_sites)
    assert fresh.budget_vnd == 2e9
    assert fresh.candidates == len(spots)
    assert fresh.options == len(at_hand.options)


def test_a_reach_of_other_candidates_is_refused(
    served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, reach: Reach
) -> None:
    with pytest.raises(ParameterError, match="predict it again"):
        choose(served_valley, all_gaps, spots.iloc[::-1], reach=reach)


def test_notes_say_what_is_assumed_and_what_is_certified(
    served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, reach: Reach
) -> None:
    notes = choose(served_valley, all_gaps, spots, reach=reach).provenance.notes
    assert "made up" in {note.en for note in notes}
    assert any("without the price of their links" in note.en for note in notes)
    assert any("closed by sharing first" in note.en for note in notes)
    assert any("who uses a site is assumed" in note.en for note in notes)
    assert not any("at the link prices" in note.en for note in notes)
    assert all(note.vi and note.vi != note.en for note in notes)


def test_links_count_against_the_budget_and_unlinkable_candidates_are_left_out(
    served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, reach: Reach
) -> None:
    free = choose(served_valley, all_gaps, spots, reach=reach, budget_vnd=1.2e9)
    best = free.new_sites["site_id"].iloc[0]
    prices = pd.DataFrame({"candidate_id": spots["candidate_id"], "link_vnd": 1e8})
    prices.loc[prices["candidate_id"] == best, "link_vnd"] = np.nan
    choice = choose(
        served_valley, all_gaps, spots, reach=reach, budget_vnd=1.2e9, link_prices=prices
    )
    sites = choice.new_sites
    assert len(sites)
    assert best not in set(sites["site_id"])
    assert (sites["link_estimate_vnd"] == 1e8).all()
    assert (sites["capex_vnd"] + sites["link_estimate_vnd"]).sum() <= 1.2e9
    notes = choice.provenance.notes
    told = [note.en for note in notes if "left out because no road or hop links them" in note.en]
    assert len(told) == 1
    assert " 1 of 6; " in told[0]
    assert any("holds at the link prices they were chosen with" in note.en for note in notes)


def test_link_prices_of_other_candidates_are_refused(
    served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, reach: Reach
) -> None:
    prices = pd.DataFrame({"candidate_id": ["X"], "link_vnd": [1.0]})
    with pytest.raises(ParameterError, match="price the same candidates"):
        choose(served_valley, all_gaps, spots, reach=reach, link_prices=prices)


@pytest.mark.parametrize("budget_vnd", [-1.0, float("nan"), float("inf")])
def test_a_senseless_budget_is_refused(
    served_valley: Study,
    all_gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    budget_vnd: float,
) -> None:
    with pytest.raises(ParameterError, match="budget_vnd"):
        choose(served_valley, all_gaps, spots, reach=reach, budget_vnd=budget_vnd)


def test_nothing_to_choose_from_gives_an_empty_choice(
    served_valley: Study,
    all_gaps: gpd.GeoDataFrame,
    no_gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
) -> None:
    choice = choose(served_valley, no_gaps, spots)
    assert choice.new_sites.empty
    assert choice.new_sites.crs == served_valley.crs
    assert (choice.covered_people, choice.gap_share, choice.status) == (0.0, 0.0, "optimal")
    nobody = choose(served_valley, all_gaps, spots.iloc[:0])
    assert nobody.new_sites.empty
    assert nobody.bill.empty
    assert (nobody.candidates, nobody.options, nobody.status) == (0, 0, "optimal")
    assert nobody.demand_people == pytest.approx(397.5)


def test_prices_of_the_study_count(
    served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, reach: Reach
) -> None:
    rows = pd.DataFrame({"item": ["mast_metre"], "likely_vnd": [1e9], "high_vnd": [1e9]})
    dear = replace(served_valley, prices=served_valley.prices.replaced(rows))
    choice = choose(dear, all_gaps, spots, reach=reach)
    assert set(choice.new_sites["kind"]) == {"shared_mast"}


def test_no_clock_gives_the_same_choice(
    served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, reach: Reach
) -> None:
    timed = choose(served_valley, all_gaps, spots, reach=reach)
    free = choose(served_valley, all_gaps, spots, reach=reach, time_limit_s=math.inf)
    pd.testing.assert_frame_equal(timed.new_sites, free.new_sites)
    assert free.status in {"optimal", "gap_reached", "effort_limit"}


def test_progress_rises_to_the_end(
    served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame
) -> None:
    seen: list[tuple[int, int]] = []
    choose(
        served_valley, all_gaps, spots, floor_share=0.5, progress=lambda *done: seen.append(done)
    )
    assert seen == sorted(seen)
    assert seen[-1] == (100, 100)


def test_ample_money_is_not_spent_on_taller_masts_than_needed(
    served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, reach: Reach
) -> None:
    choice = choose(served_valley, all_gaps, spots, reach=reach, budget_vnd=1e11, gap_share=0.0)
    cost_vnd = option_capex_vnd(spots, reach.options, served_valley.prices)
    served = reach.served().toarray()
    sites = choice.new_sites
    covered = choice.service.matrix.toarray()
    for number, site in enumerate(sites["site_id"]):
        others = np.delete(covered, number, axis=0).any(axis=0)
        lacking = covered[number] & ~others
        place = reach.candidate_id.index(site)
        able = (reach.options.place == place) & served[:, lacking].all(axis=1)
        assert sites["capex_vnd"].iloc[number] == pytest.approx(cost_vnd[able].min())


def test_a_mast_too_low_for_its_hop_pays_for_fibre(
    served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame, reach: Reach
) -> None:
    prices = pd.DataFrame({"candidate_id": spots["candidate_id"], "link_vnd": 1e8})
    prices = prices.assign(least_mast_m=35.0, fibre_vnd=np.nan)
    choice = choose(
        served_valley, all_gaps, spots, reach=reach, budget_vnd=1e11, link_prices=prices
    )
    assert len(choice.new_sites)
    assert (choice.new_sites["mast_height_m"] >= 35.0).all()
    assert (choice.new_sites["link_estimate_vnd"] == 1e8).all()
    dear = choose(
        served_valley,
        all_gaps,
        spots,
        reach=reach,
        budget_vnd=1e11,
        link_prices=prices.assign(fibre_vnd=3e8),
    )
    low = dear.new_sites["mast_height_m"] < 35.0
    assert (dear.new_sites["link_estimate_vnd"] == np.where(low, 3e8, 1e8)).all()
