"""Is the plan affordable each year, complete, and honest about its prices?"""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan import plan
from infraplan.catalog import value
from infraplan.errors import ParameterError

YEARS = range(2026, 2031)


@st.composite
def case_arguments(draw: st.DrawFn) -> dict:
    """Draw sites of a random forest of links."""
    above = [st.one_of(st.none(), st.integers(0, i - 1)) if i else st.none() for i in range(8)]
    parents = [draw(parent) for parent in above[: draw(st.integers(0, 8))]]
    count = draw(st.integers(0, 8))
    end = st.one_of(st.none(), st.integers(0, len(parents) - 1)) if parents else st.none()
    several = {"min_size": count, "max_size": count}
    return {
        "kinds": draw(st.lists(st.sampled_from(["new_mast", "shared_mast"]), **several)),
        "people": sorted(draw(st.lists(st.floats(1, 1e4), **several)), reverse=True),
        "ends": draw(st.lists(end, **several)),
        "parents": parents,
        "lengths_m": [draw(st.floats(0.1, 2e4)) for _ in parents],
        "budget_vnd": draw(st.floats(0, 2e10)),
    }


def _path(links: pd.DataFrame, link: str | None) -> list[str]:
    parent = dict(zip(links["link_id"], links["parent_link_id"], strict=True))
    path = []
    while pd.notna(link):
        path.append(link)
        link = parent[link]
    return path


@given(arguments=case_arguments())
@settings(max_examples=60, deadline=None)
def test_no_year_overspends_and_links_come_with_their_first_site(
    make_case: object, arguments: dict
) -> None:
    choice, links = make_case(**arguments)
    found = plan.build(choice, links, years=YEARS)
    purse_vnd = 0.0
    for year, phase in zip(YEARS, found.phases.to_dict("records"), strict=True):
        purse_vnd += choice.budget_vnd / 5
        spent_vnd = found.sites.loc[found.sites["year"].eq(year).fillna(False), "capex_vnd"].sum()
        spent_vnd += found.links.loc[found.links["year"].eq(year).fillna(False), "capex_vnd"].sum()
        assert spent_vnd <= purse_vnd * (1 + 1e-8)
        assert phase["capex_vnd"] == pytest.approx(spent_vnd)
        assert phase["carried_vnd"] + phase["budget_vnd"] == pytest.approx(purse_vnd, abs=1)
        purse_vnd -= spent_vnd
        assert phase["left_vnd"] == pytest.approx(purse_vnd, abs=1)
    first: dict[str, int] = {}
    for site, end in zip(found.sites.to_dict("records"), links.feeds["link_id"], strict=True):
        for link in _path(links.table, end) if pd.notna(site["year"]) else []:
            first[link] = min(first.get(link, 9999), site["year"])
    years = dict(zip(found.links["link_id"], found.links["year"], strict=True))
    assert {link: year for link, year in years.items() if pd.notna(year)} == first


@given(arguments=case_arguments())
@settings(max_examples=60, deadline=None)
def test_totals_add_up(make_case: object, arguments: dict) -> None:
    choice, links = make_case(**arguments)
    found = plan.build(choice, links, years=YEARS)
    totals, built = found.totals, found.sites[found.sites["year"].notna()]
    assert totals.new_masts + totals.shared_masts + totals.sites_beyond == len(found.sites)
    assert totals.people_gained == pytest.approx(built["people_gained"].sum())
    assert found.phases["people_gained"].sum() == pytest.approx(totals.people_gained)
    assert found.phases["cumulative_people"].is_monotonic_increasing
    assert found.phases["sites"].sum() == len(built)
    assert totals.likely_vnd == pytest.approx(totals.capex_vnd)
    assert totals.low_vnd <= totals.likely_vnd <= totals.high_vnd


def test_enough_money_builds_everything_in_the_first_year(three: tuple) -> None:
    found = plan.build(*three, years=YEARS, yearly_budget_vnd=1e12)
    assert found.sites["year"].tolist() == [2026] * 3
    assert found.links["year"].tolist() == [2026] * 3
    assert found.totals.people_gained == 1500.0
    assert found.totals.sites_beyond == 0
    assert found.budget_vnd == 5e12


def test_most_people_per_dong_goes_first_and_leftovers_are_carried_over(three: tuple) -> None:
    found = plan.build(*three, years=range(2026, 2030), yearly_budget_vnd=5e8)
    # shared: 460 million at once; first mast: 1,050 + 210 for 3 km of links, when the carried
    # money reaches 1,260 million; the last needs 1,085 more and is never reached.
    assert found.sites["year"].iloc[:2].tolist() == [2029, 2026]
    assert found.sites["year"].isna().tolist() == [False, False, True]
    assert found.links["year"].isna().tolist() == [False, False, True]
    assert found.totals.sites_beyond == 1
    assert found.phases["carried_vnd"].tolist() == pytest.approx([0, 4e7, 5.4e8, 1.04e9])


def test_the_assumptions_list_each_price_used_with_its_source(three: tuple) -> None:
    prices = plan.build(*three, years=YEARS, yearly_budget_vnd=1e12).assumptions
    quantity = dict(zip(prices["item"], prices["quantity"], strict=True))
    assert quantity == {
        "new_mast": 2.0,
        "base_station_4g": 3.0,
        "colocation": 1.0,
        "fibre_aerial": 3500.0,
    }
    fibre = prices.set_index("item").loc["fibre_aerial"]
    assert fibre["high_total_vnd"] == 3500.0 * value("costs", "fibre_aerial", "high_vnd")
    assert prices[["source", "confidence", "origin"]].notna().all(axis=None)


def _notes(found: plan.Plan) -> list[str]:
    assert all(note.vi for note in found.provenance.notes)
    return [note.en for note in found.provenance.notes]


def test_the_notes_of_both_stages_and_the_doubts_are_kept(three: tuple) -> None:
    notes = _notes(plan.build(*three, years=YEARS))
    assert {"sites made up", "links made up"} <= set(notes)
    assert any("Money left over" in note for note in notes)
    assert not any("do not fit" in note for note in notes)
    poor = _notes(plan.build(*three, years=YEARS, yearly_budget_vnd=1e8))
    assert any("do not fit" in note and ": 2;" in note for note in poor)


def test_money_left_because_links_share_fibre_is_told(three: tuple) -> None:
    choice, links = three
    spent_vnd = choice.new_sites["capex_vnd"].sum() + links.table["capex_vnd"].sum()
    own_vnd = links.table["capex_vnd"].sum() + 1e8
    sites = choice.new_sites.assign(link_estimate_vnd=[own_vnd, 0.0, 0.0])
    priced = replace(choice, new_sites=sites, budget_vnd=spent_vnd + 2.5e8)
    one_year = range(2026, 2027)
    told = _notes(plan.build(priced, links, years=one_year))
    assert any("cost VND 100 million less, and VND 250 million stays unspent" in n for n in told)
    exact = _notes(plan.build(replace(priced, budget_vnd=spent_vnd), links, years=one_year))
    assert not any("unspent" in n for n in exact)
    unpriced = _notes(plan.build(choice, links, years=one_year, yearly_budget_vnd=1e12))
    assert not any("unspent" in n for n in unpriced)


def test_how_both_solvers_ended_is_told(three: tuple) -> None:
    choice, links = replace(three[0], status="gap_reached"), replace(three[1], status="time_limit")
    found = plan.build(choice, links, years=YEARS)
    assert (found.sites_status, found.links_status) == ("gap_reached", "time_limit")


def test_existing_fibre_costs_no_new_metres(three: tuple) -> None:
    choice, links = three
    links.table["medium"] = "existing"
    links.table["capex_vnd"] = 0.0
    found = plan.build(choice, links, years=YEARS, yearly_budget_vnd=1e12)
    assert "fibre_aerial" not in set(found.assumptions["item"])
    assert found.totals.likely_vnd == pytest.approx(found.totals.capex_vnd)


def test_an_empty_choice_gives_an_empty_plan(make_case: object) -> None:
    nothing = {"kinds": [], "people": [], "ends": [], "parents": [], "lengths_m": []}
    found = plan.build(*make_case(**nothing, budget_vnd=1e9), years=YEARS)
    assert found.sites.empty
    assert found.links.empty
    assert found.totals.capex_vnd == 0.0
    assert found.phases["sites"].tolist() == [0] * 5
    assert found.assumptions.empty


def test_links_of_other_sites_are_refused(three: tuple, make_case: object) -> None:
    nothing = {"kinds": [], "people": [], "ends": [], "parents": [], "lengths_m": []}
    _, no_links = make_case(**nothing, budget_vnd=1e9)
    with pytest.raises(ParameterError, match="exactly these sites"):
        plan.build(three[0], no_links, years=YEARS)


@pytest.mark.parametrize("years", [range(2026, 2026), range(2030, 2025, -1)])
def test_senseless_years_are_refused(three: tuple, years: range) -> None:
    with pytest.raises(ParameterError, match="years"):
        plan.build(*three, years=years)


@pytest.mark.parametrize("budget_vnd", [-1.0, float("nan"), float("inf")])
def test_a_senseless_budget_is_refused(three: tuple, budget_vnd: float) -> None:
    with pytest.raises(ParameterError, match="yearly_budget_vnd"):
        plan.build(*three, years=YEARS, yearly_budget_vnd=budget_vnd)
