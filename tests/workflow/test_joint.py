"""Do sites and links, weighed together, keep the budget and their certificate?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from infraplan import backhaul, coverage, siting
from infraplan.workflow.joint import choose_with_links
from infraplan.workflow.planning import find_all_gaps, make_plan

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.siting import Reach
    from infraplan.study import Study
    from infraplan.workflow.joint import Joint

YEARS = range(2026, 2029)  # those of the tiny study


@pytest.fixture(scope="module")
def case(tiny_study: Study) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, Reach]:
    gaps = find_all_gaps(tiny_study, coverage.predict(tiny_study))
    spots = siting.candidates(tiny_study, gaps)
    return gaps, spots, siting.reach_options(tiny_study, spots, gaps)


def _with_plan(study: Study, **values: object) -> Study:
    part = study.file.plan.model_copy(update={"yearly_budget_vnd": None, **values})
    return replace(study, file=study.file.model_copy(update={"plan": part}))


def _joint(
    study: Study, case: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, Reach], **values: object
) -> tuple[Study, Joint, list[tuple[int, int]]]:
    study = _with_plan(study, **values)
    told: list[tuple[int, int]] = []
    joint = choose_with_links(
        study,
        *case,
        years=YEARS,
        yearly_budget_vnd=study.file.plan.budget_vnd / len(YEARS),
        progress=lambda done, total: told.append((done, total)),
    )
    return study, joint, told


@pytest.mark.parametrize("budget_vnd", [1.2e9, 3e9, 6e9])
def test_sites_and_links_together_keep_the_budget(
    tiny_study: Study,
    case: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, Reach],
    budget_vnd: float,
) -> None:
    study, joint, told = _joint(tiny_study, case, budget_vnd=budget_vnd)
    spent_vnd = joint.choice.new_sites["capex_vnd"].sum() + joint.links.cost_vnd
    assert spent_vnd <= budget_vnd * (1 + 1e-9)
    assert joint.choice.budget_vnd == budget_vnd
    assert joint.links.feeds["site_id"].tolist() == joint.choice.new_sites["site_id"].tolist()
    rounds = joint.rounds
    kept = rounds[rounds["kept"]]
    assert len(kept) == 1
    assert kept["fits"].all()
    assert kept["total_vnd"].iloc[0] == pytest.approx(spent_vnd)
    assert kept["covered_weight"].iloc[0] == rounds.loc[rounds["fits"], "covered_weight"].max()
    assert all(done <= total for done, total in told)
    plan = make_plan(study, joint)
    assert plan.totals.capex_vnd <= budget_vnd * (1 + 1e-9)


def test_certificate_holds_beside_the_links_of_the_plan(
    tiny_study: Study, case: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, Reach]
) -> None:
    study, joint, _ = _joint(tiny_study, case, budget_vnd=6e9)
    choice = joint.choice
    assert choice.covered_weight <= choice.upper_bound_weight
    assert choice.gap_share == pytest.approx(1 - choice.covered_weight / choice.upper_bound_weight)
    alone = siting.choose(
        study, *case[:2], reach=case[2], link_prices=backhaul.link_prices(study, case[1])
    )
    assert choice.covered_weight >= alone.covered_weight  # links that are shared leave money over


def test_free_choices_by_year_are_no_better_than_their_bound_and_grow(
    tiny_study: Study, case: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, Reach]
) -> None:
    _, joint, _ = _joint(tiny_study, case, budget_vnd=6e9)
    table = joint.best_by_year
    assert table["year"].tolist() == list(YEARS)
    assert table["budget_vnd"].iloc[-1] == pytest.approx(6e9)
    assert (table["covered_weight"] <= table["upper_bound_weight"] * (1 + 1e-9)).all()
    assert table["upper_bound_weight"].is_monotonic_increasing


def test_sites_of_a_ring_get_a_second_way_within_the_budget(
    tiny_study: Study, case: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, Reach]
) -> None:
    _, plain, _ = _joint(tiny_study, case, budget_vnd=6e9)
    sites = plain.choice.new_sites["site_id"].tolist()
    study, joint, _ = _joint(tiny_study, case, budget_vnd=6e9, ring=(*sites, "nowhere"))
    assert (joint.links.feeds["site_id"].value_counts() == 2).all()
    assert joint.links.cost_vnd > plain.links.cost_vnd
    notes = [note.en for note in joint.links.provenance.notes]
    assert any(note.endswith("not among the chosen sites: nowhere.") for note in notes)
    plan = make_plan(study, joint)
    assert plan.totals.sites_beyond == 0
    assert plan.totals.capex_vnd == pytest.approx(joint.rounds["total_vnd"].max())
    total_vnd = joint.rounds["total_vnd"].max() - 1e8  # less than sites and both ways cost
    _, tight, _ = _joint(tiny_study, case, budget_vnd=total_vnd, ring=tuple(sites))
    spent_vnd = tight.choice.new_sites["capex_vnd"].sum() + tight.links.cost_vnd
    assert spent_vnd <= total_vnd
    assert tight.choice.status == ("optimal" if tight.choice.gap_share <= 1e-6 else "effort_limit")


def test_no_money_gives_no_sites_and_no_links(
    tiny_study: Study, case: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, Reach]
) -> None:
    study, joint, _ = _joint(tiny_study, case, budget_vnd=0.0)
    assert joint.choice.new_sites.empty
    assert joint.links.table.empty
    assert make_plan(study, joint).totals.capex_vnd == 0


def test_turns_are_repeatable(
    tiny_study: Study, case: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, Reach]
) -> None:
    first, again = (_joint(tiny_study, case, budget_vnd=3e9)[1] for _ in range(2))
    assert first.rounds.equals(again.rounds)
    assert first.choice.new_sites.equals(again.choice.new_sites)
    assert first.links.table.equals(again.links.table)


def test_links_of_one_site_alone_are_not_there_for_others_to_extend(
    tiny_study: Study, case: tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, Reach]
) -> None:
    study, joint, _ = _joint(tiny_study, case, budget_vnd=6e9)
    links, spots = joint.links, case[1]
    assert (links.table["sites_fed"] == 1).any()
    alone, everything, shared = (
        backhaul.link_prices(study, spots, links=laid, extend=extend).set_index("candidate_id")
        for laid, extend in ((None, "all"), (links, "all"), (links, "shared"))
    )
    others = alone.index.difference(joint.choice.new_sites["site_id"])
    vnd = [table.loc[others, "link_vnd"].fillna(1e15) for table in (everything, shared, alone)]
    assert (vnd[0] <= vnd[1] * (1 + 1e-9)).all()
    assert (vnd[1] <= vnd[2] * (1 + 1e-9)).all()
    assert (vnd[0] < vnd[1]).any()
