"""Is the plan complete, does it add up, and are senseless arguments refused by name?"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from scipy import sparse

from infraplan import plan
from infraplan.errors import ParameterError
from infraplan.results import Equity, Service

from .strategies import case_arguments

YEARS = range(2026, 2031)


@given(arguments=case_arguments())
@settings(max_examples=40, deadline=None)
def test_totals_bills_and_tables_add_up(make_case: object, arguments: dict) -> None:
    choice, links = make_case(**arguments)
    found = plan.build(choice, links, years=YEARS)
    totals, built = found.totals, found.sites[found.sites["year"].notna()]
    assert totals.new_masts + totals.shared_masts + totals.sites_beyond == len(found.sites)
    assert {str(table["year"].dtype) for table in (found.sites, found.links)} == {"Int64"}
    assert found.phases["sites"].sum() == len(built)
    assert found.phases["links"].sum() == totals.links
    assert found.phases["cumulative_people"].is_monotonic_increasing
    assert found.phases["cumulative_weight"].iloc[-1] == totals.weight_gained
    assert totals.likely_vnd == pytest.approx(totals.capex_vnd)
    assert totals.capex_vnd == pytest.approx(
        built["capex_vnd"].sum() + found.links.loc[found.links["year"].notna(), "capex_vnd"].sum()
    )
    standing = found.costs[found.costs["year"].notna()]
    assert totals.opex_vnd == pytest.approx(standing["opex_vnd"].sum())
    assert totals.yearly_vnd == pytest.approx(standing["yearly_vnd"].sum())
    assert found.phases["opex_vnd"].iloc[-1] == pytest.approx(totals.opex_vnd)
    assert totals.low_vnd <= totals.likely_vnd <= totals.high_vnd
    assert totals.tco_low_vnd <= totals.tco_vnd <= totals.tco_high_vnd
    explained = found.explanations.dropna(subset=["year"])
    assert explained[["site_vnd", "link_vnd"]].sum(axis=None) == pytest.approx(totals.capex_vnd)
    assert explained["people_gained"].sum() == pytest.approx(totals.people_gained)


def test_what_the_choice_and_the_links_certify_is_kept(three: tuple) -> None:
    choice, links = three
    equity = Equity(0.5, 0.6, 0.4, 100.0, 1500.0, 1500.0, 1e9, 5e8, 2e9)
    choice = replace(choice, status="gap_reached", gap_share=0.004, equity=equity)
    found = plan.build(choice, replace(links, status="time_limit", gap_share=0.01), years=YEARS)
    assert (found.sites_status, found.links_status) == ("gap_reached", "time_limit")
    assert (found.gap_share, found.links_gap_share) == (0.004, 0.01)
    assert found.equity is equity
    assert (found.covered_people, found.covered_weight) == (1500.0, 1500.0)
    assert (found.demand_weight, found.upper_bound_weight) == (1500.0, 1500.0)
    assert found.robustness is None


def _notes(found: plan.Plan) -> list[str]:
    assert all(note.vi for note in found.provenance.notes)
    return [note.en for note in found.provenance.notes]


def test_the_notes_of_both_stages_and_the_doubts_are_kept(three: tuple) -> None:
    notes = _notes(plan.build(*three, years=YEARS))
    assert {"sites made up", "links made up"} <= set(notes)
    assert any("Money left over" in note for note in notes)
    assert any("over all years, is proven best" in note for note in notes)
    assert any("10 years, discounted by 10 % a year" in note for note in notes)
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
    assert any("cost VND 100 million less than" in n and "VND 250 million stays" in n for n in told)
    exact = _notes(plan.build(replace(priced, budget_vnd=spent_vnd), links, years=one_year))
    assert not any("unspent" in n for n in exact)
    unpriced = _notes(plan.build(choice, links, years=one_year, yearly_budget_vnd=1e12))
    assert not any("unspent" in n for n in unpriced)


def test_existing_fibre_costs_no_new_metres(make_case: object) -> None:
    choice, links = make_case(
        kinds=["new_mast"], people=[5.0], ends=[0], parents=[None], lengths_m=[700.0],
        media=["existing"], budget_vnd=2e9,
    )  # fmt: skip
    found = plan.build(choice, links, years=YEARS)
    assert "fibre_aerial" not in set(found.assumptions["item"])
    assert (found.totals.links, found.totals.length_m) == (1, 0.0)
    assert found.totals.likely_vnd == found.totals.capex_vnd == 1.05e9


def test_a_false_or_doubled_entry_of_the_service_counts_nobody_twice(three: tuple) -> None:
    choice, links = three
    entries = (np.array([True, True, False, True, True]), ([0, 0, 0, 1, 2], [0, 0, 1, 1, 2]))
    matrix = sparse.csr_array(sparse.coo_array(entries, shape=(3, 3)))
    service = Service(matrix, choice.service.weight, choice.service.people)
    found = plan.build(replace(choice, service=service), links, years=YEARS)
    assert found.explanations.set_index("site_id").loc["C0", "people_total"] == 900.0


def test_links_of_other_sites_are_refused(three: tuple, nothing: tuple) -> None:
    with pytest.raises(ParameterError, match=r"exactly these sites.*C0, C1, C2"):
        plan.build(three[0], nothing[1], years=YEARS)


def test_doubled_sites_and_a_service_of_other_sites_are_refused_together(three: tuple) -> None:
    choice, links = three
    sites = pd.concat([choice.new_sites, choice.new_sites.iloc[[0]]], ignore_index=True)
    with pytest.raises(ParameterError, match=r"(?s)site_id stands more than once: C0.*the shape"):
        plan.build(replace(choice, new_sites=sites), links, years=YEARS)


@pytest.mark.parametrize("years", [range(2026, 2026), range(2030, 2025, -1)])
def test_senseless_years_are_refused(three: tuple, years: range) -> None:
    with pytest.raises(ParameterError, match="years"):
        plan.build(*three, years=years)


@pytest.mark.parametrize("budget_vnd", [-1.0, float("nan"), float("inf")])
def test_a_senseless_budget_is_refused(three: tuple, budget_vnd: float) -> None:
    with pytest.raises(ParameterError, match="yearly_budget_vnd"):
        plan.build(*three, years=YEARS, yearly_budget_vnd=budget_vnd)


def test_budgets_of_other_years_are_refused_by_year(three: tuple) -> None:
    with pytest.raises(ParameterError, match="2027 has no budget; 2029 is not planned"):
        plan.build(*three, years=range(2026, 2028), yearly_budget_vnd={2026: 1e9, 2029: 1e9})


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"discount_rate_share": -0.1}, "discount_rate_share"),
        ({"horizon_years": 0}, "horizon_years"),
        ({"gap_share": 1.0}, "gap_share"),
        ({"time_limit_s": -1.0}, "time_limit_s"),
        ({"effort": 0.0}, "effort"),
    ],
)
def test_senseless_rates_and_limits_are_refused(three: tuple, arguments: dict, named: str) -> None:
    with pytest.raises(ParameterError, match=named):
        plan.build(*three, years=YEARS, **arguments)
