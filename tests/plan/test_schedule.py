"""Are the years feasible, nested, and as good as certified? All checked from the raw input."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan import plan
from infraplan.errors import ParameterError
from infraplan.results import Choice, Links

from .strategies import case_arguments

YEARS = range(2026, 2029)


def _way(choice: Choice, links: Links, site: int) -> set[str]:
    """Follow parent_link_id from the link that ends at a site."""
    parent = dict(zip(links.table["link_id"], links.table["parent_link_id"], strict=True))
    name = choice.new_sites["site_id"].iloc[site]
    ahead = links.feeds.loc[links.feeds["site_id"] == name, "link_id"].dropna().tolist()
    found: set[str] = set()
    while ahead:
        link = ahead.pop()
        found.add(link)
        ahead += [parent[link]] if pd.notna(parent[link]) else []
    return found


def _served(choice: Choice, sites: list[int]) -> float:
    rows = choice.service.matrix.toarray()[sites].any(axis=0) if sites else np.zeros(0, dtype=bool)
    return math.fsum(choice.service.weight[rows]) if sites else 0.0


def _best_by_force(
    choice: Choice, links: Links, budgets_vnd: list[float], works: dict[str, int] | None = None
) -> float:
    """Try every year of every site."""
    n_sites, n_years = len(choice.new_sites), len(budgets_vnd)
    ways = [_way(choice, links, site) for site in range(n_sites)]
    site_vnd = choice.new_sites["capex_vnd"].tolist()
    link_vnd = dict(zip(links.table["link_id"], links.table["capex_vnd"], strict=True))
    opens = {
        link: (works or {}).get(name, 0)
        for link, name in zip(links.table["link_id"], links.table["works_id"], strict=True)
    }
    purse_vnd = list(itertools.accumulate(budgets_vnd))
    subsets = {}
    for size in range(n_sites + 1):
        for sites in itertools.combinations(range(n_sites), size):
            needed = set().union(*(ways[site] for site in sites))
            vnd = sum(site_vnd[site] for site in sites) + sum(link_vnd[link] for link in needed)
            first = max((opens[link] for link in needed), default=0)
            subsets[sites] = (vnd, first, _served(choice, list(sites)))
    best = 0.0
    for years in itertools.product(range(n_years + 1), repeat=n_sites):
        total = 0.0
        for year in range(n_years):
            vnd, first, served = subsets[tuple(s for s in range(n_sites) if years[s] <= year)]
            if vnd > purse_vnd[year] + 0.5 or first > YEARS[year]:
                break
            total += served
        else:
            best = max(best, total)
    return best


@given(arguments=case_arguments(most=4), works_year=st.integers(2025, 2030))
@settings(max_examples=40, deadline=None)
def test_no_schedule_beats_the_certificate(
    make_case: object, arguments: dict, works_year: int
) -> None:
    choice, links = make_case(**arguments)
    works = {"W": works_year}
    if len(links.table):
        links.table.loc[0, "works_id"] = "W"
    found = plan.build(choice, links, years=YEARS, works_years=works, gap_share=0.0)
    best = _best_by_force(choice, links, [choice.budget_vnd / 3] * 3, works)
    reached = found.phases["cumulative_weight"].sum()
    bound = reached / (1 - found.phases_gap_share)
    assert reached <= best * (1 + 1e-9) + 1e-9
    assert best <= bound * (1 + 1e-6) + 1e-9
    assert found.phases_status == "optimal"
    assert reached == pytest.approx(best, rel=2e-6, abs=1e-9)


@given(arguments=case_arguments())
@settings(max_examples=40, deadline=None)
def test_money_is_conserved_and_links_come_with_their_first_site(
    make_case: object, arguments: dict
) -> None:
    choice, links = make_case(**arguments)
    found = plan.build(choice, links, years=YEARS)
    purse_vnd = 0.0
    for year, phase in zip(YEARS, found.phases.to_dict("records"), strict=True):
        spent_vnd = sum(
            table.loc[table["year"].eq(year).fillna(False), "capex_vnd"].sum()
            for table in (found.sites, found.links)
        )
        purse_vnd += choice.budget_vnd / 3
        assert spent_vnd <= purse_vnd + 1
        assert phase["capex_vnd"] == pytest.approx(spent_vnd, abs=0.5)
        balance_vnd = phase["carried_vnd"] + phase["budget_vnd"] - phase["capex_vnd"]
        assert phase["left_vnd"] == pytest.approx(balance_vnd, abs=1)
        assert phase["left_vnd"] >= 0
        purse_vnd -= spent_vnd
    first: dict[str, int] = {}
    for site, year in enumerate(found.sites["year"]):
        for link in _way(choice, links, site) if pd.notna(year) else ():
            first[link] = min(first.get(link, 9999), year)
    years = dict(zip(found.links["link_id"], found.links["year"], strict=True))
    assert {link: year for link, year in years.items() if pd.notna(year)} == first


@given(arguments=case_arguments())
@settings(max_examples=40, deadline=None)
def test_people_of_a_year_are_the_union_of_all_that_stands(
    make_case: object, arguments: dict
) -> None:
    choice, links = make_case(**arguments)
    found = plan.build(choice, links, years=YEARS)
    standing: set[int] = set()
    for year, phase in zip(YEARS, found.phases.to_dict("records"), strict=True):
        now = set(np.flatnonzero((found.sites["year"] <= year).fillna(False)).tolist())
        assert standing <= now
        assert phase["cumulative_people"] == _served(choice, sorted(now))
        standing = now
    assert found.phases["people_gained"].sum() == pytest.approx(found.totals.people_gained)
    assert (found.phases["people_gained"] >= 0).all()


@given(arguments=case_arguments())
@settings(max_examples=20, deadline=None)
def test_the_same_input_gives_the_same_plan(make_case: object, arguments: dict) -> None:
    one, other = (plan.build(*make_case(**arguments), years=YEARS) for _ in range(2))
    pd.testing.assert_frame_equal(one.explanations, other.explanations)
    pd.testing.assert_frame_equal(one.phases, other.phases)
    assert one.phases_gap_share == other.phases_gap_share


def test_enough_money_builds_everything_in_the_first_year(three: tuple) -> None:
    found = plan.build(*three, years=YEARS, yearly_budget_vnd=1e12)
    assert found.sites["year"].tolist() == [2026] * 3
    assert found.links["year"].tolist() == [2026] * 3
    assert found.totals.people_gained == 1500.0
    assert found.totals.sites_beyond == 0
    assert (found.phases_gap_share, found.phases_status) == (0.0, "optimal")


def test_leftovers_are_carried_over_to_a_link_dearer_than_a_year(three: tuple) -> None:
    found = plan.build(*three, years=range(2026, 2030), yearly_budget_vnd=5e8)
    # shared: 460 million at once; first mast: 1,050 + 210 for 3 km of links, when the carried
    # money reaches 1,260 million; the last needs 1,085 more and is never reached.
    assert found.sites["year"].iloc[:2].tolist() == [2029, 2026]
    assert found.sites["year"].isna().tolist() == [False, False, True]
    assert found.links["year"].isna().tolist() == [False, False, True]
    assert found.totals.sites_beyond == 1
    assert found.phases["carried_vnd"].tolist() == pytest.approx([0, 4e7, 5.4e8, 1.04e9])


def test_saving_up_beats_spending_at_once(make_case: object) -> None:
    # Cheap and small at once, or large a year later: 10 per year against 1000 from the second on.
    choice, links = make_case(
        kinds=["shared_mast", "new_mast"], people=[10.0, 1000.0], ends=[None, None], parents=[],
        lengths_m=[], budget_vnd=1.1e9,
    )  # fmt: skip
    found = plan.build(choice, links, years=range(2026, 2028))
    assert found.sites["year"].isna().tolist() == [True, False]
    assert found.phases["cumulative_people"].tolist() == [0.0, 1000.0]


def test_unequal_budgets_decide_the_years(three: tuple) -> None:
    money = {2026: 0.0, 2027: 5e8, 2028: 3e9}
    found = plan.build(*three, years=YEARS, yearly_budget_vnd=money)
    assert found.sites["year"].tolist() == [2028, 2027, 2028]
    assert found.phases["budget_vnd"].tolist() == [0.0, 5e8, 3e9]
    assert found.budget_vnd == 3.5e9


def test_a_budget_of_zero_builds_nothing(three: tuple) -> None:
    found = plan.build(*three, years=YEARS, yearly_budget_vnd=0.0)
    assert found.sites["year"].isna().all()
    assert found.totals.sites_beyond == 3
    assert (found.totals.capex_vnd, found.totals.tco_vnd, found.totals.yearly_vnd) == (0, 0, 0)
    assert found.phases_status == "optimal"
    assert found.explanations["why_en"].str.contains("Not built").all()
    assert found.explanations["people_total"].tolist() == [900.0, 500.0, 100.0]


def test_an_empty_choice_gives_an_empty_plan(nothing: tuple) -> None:
    found = plan.build(*nothing, years=YEARS)
    assert found.sites.empty
    assert found.links.empty
    assert found.explanations.empty
    assert found.assumptions.empty
    assert found.costs.empty
    assert found.totals.capex_vnd == 0.0
    assert found.totals.assumed_price_share == 0.0
    assert found.phases["sites"].tolist() == [0] * 3
    assert (found.phases_gap_share, found.phases_status) == (0.0, "optimal")


def test_one_year_is_enough(three: tuple) -> None:
    found = plan.build(*three, years=range(2026, 2027))
    assert found.sites["year"].tolist() == [2026] * 3
    assert len(found.phases) == 1


@pytest.mark.parametrize("n_years", [1, 2])
def test_few_years_with_too_little_money_are_proven_best(make_case: object, n_years: int) -> None:
    choice, links = make_case(
        kinds=["new_mast", "shared_mast", "new_mast", "shared_mast"],
        people=[50.0, 30.0, 40.0, 60.0],
        serves=[{0, 1}, {1, 2}, {2, 3}, {0, 3}],
        ends=[0, 1, 2, None], parents=[None, 0, 0], lengths_m=[4e3, 2e3, 3e3], budget_vnd=2.4e9,
    )  # fmt: skip
    found = plan.build(choice, links, years=YEARS[:n_years], gap_share=0.0)
    best = _best_by_force(choice, links, [2.4e9 / n_years] * n_years)
    assert found.phases["cumulative_weight"].sum() == pytest.approx(best)
    assert (found.totals.sites_beyond, found.phases_status) == (1, "optimal")


def test_a_link_waits_for_its_works_and_holds_back_all_behind_it(three: tuple) -> None:
    choice, links = three
    links.table["works_id"] = ["W", None, None]
    found = plan.build(
        choice, links, years=YEARS, yearly_budget_vnd=1e12, works_years={"W": 2027, "other": 1999}
    )
    assert found.sites["year"].tolist() == [2027, 2026, 2027]
    free = plan.build(choice, links, years=YEARS, yearly_budget_vnd=1e12)
    assert free.sites["year"].tolist() == [2026] * 3
    late = plan.build(choice, links, years=YEARS, yearly_budget_vnd=1e12, works_years={"W": 2040})
    assert late.sites["year"].isna().tolist() == [True, False, True]
    assert any("wait for works" in note.en and ": 2." in note.en for note in late.provenance.notes)


def test_a_hop_from_a_new_mast_waits_for_that_mast(make_case: object) -> None:
    choice, links = make_case(
        kinds=["new_mast", "shared_mast"], people=[1.0, 1000.0], ends=[0, 1], parents=[None, 0],
        lengths_m=[1000.0, 3000.0], media=["fibre_aerial", "microwave"], budget_vnd=0.0,
    )  # fmt: skip
    links.table["from_id"] = ["N", "C0"]
    links.table["to_id"] = ["C0", "C1"]
    # Site and hop cost 660 million, which 2026 could pay; mast and fibre below them 1,120 more.
    found = plan.build(choice, links, years=YEARS, yearly_budget_vnd=8e8)
    assert found.sites["year"].tolist() == [2027, 2028]
    explained = found.explanations.set_index("site_id")
    assert explained.loc["C1", "depends_on_sites"] == "C0"
    assert found.totals.hops == 1
    assert found.totals.length_m == 1000.0


def test_a_second_way_is_built_with_its_site(three: tuple) -> None:
    choice, links = three
    ring = links.table.iloc[[0]].assign(link_id="R", to_id="C1", parent_link_id=None)
    table = pd.concat([links.table, ring], ignore_index=True)
    bill = pd.concat([links.bill, links.bill.iloc[[0]].assign(owner_id="R")], ignore_index=True)
    feeds = pd.concat([links.feeds, pd.DataFrame({"site_id": ["C1"], "link_id": ["R"]})])
    for rows in (feeds, links.feeds):  # told by feeds, or by to_id alone
        doubled = replace(links, table=table, bill=bill, feeds=rows)
        found = plan.build(choice, doubled, years=YEARS, yearly_budget_vnd=6.1e8)
        assert found.sites["year"].tolist()[1] == 2026  # 460 million and 140 for the way
        assert found.links["year"].iloc[3] == 2026


def test_an_effort_without_end_and_a_clock_without_time_are_both_told(three: tuple) -> None:
    choice, links = three
    tight = plan.build(choice, links, years=YEARS, yearly_budget_vnd=7e8, time_limit_s=0.0)
    assert tight.phases_status in {"time_limit", "optimal"}
    best = _best_by_force(choice, links, [7e8] * 3)
    reached = tight.phases["cumulative_weight"].sum()
    assert reached <= best <= reached / (1 - tight.phases_gap_share) * (1 + 1e-6)


def test_links_that_make_no_sense_are_refused_by_name(three: tuple) -> None:
    choice, links = three
    circle = replace(links, table=links.table.assign(parent_link_id=["L1", "L0", "L0"]))
    with pytest.raises(ParameterError, match=r"rest on themselves.*: L0, L1"):
        plan.build(choice, circle, years=YEARS)
    unknown = replace(links, table=links.table.assign(parent_link_id=["X", "L0", "L0"]))
    with pytest.raises(ParameterError, match="not in the table: X"):
        plan.build(choice, unknown, years=YEARS)
    idle = replace(links, feeds=links.feeds.assign(link_id=["L1", None, None]))
    with pytest.raises(ParameterError, match=r"lead to no chosen site.*: L2"):
        plan.build(choice, idle, years=YEARS)
    works = replace(links, table=links.table.assign(works_id="W"))
    with pytest.raises(ParameterError, match="year is not given: W"):
        plan.build(choice, works, years=YEARS, works_years={})
