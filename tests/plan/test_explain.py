"""Is every site explained: when, for whom, at what cost, and on what it depends?"""

from dataclasses import replace

import pandas as pd
import pytest

from infraplan import plan

YEARS = range(2026, 2031)


@pytest.fixture
def overlapping(make_case: object) -> tuple:
    """Two sites that share the people of one village, behind one link."""
    return make_case(
        kinds=["new_mast", "shared_mast"], people=[100.0, 40.0, 60.0], serves=[{0, 1}, {1, 2}],
        ends=[0, 1], parents=[None, 0], lengths_m=[1000.0, 500.0], budget_vnd=3e9,
    )  # fmt: skip


def test_people_are_told_in_the_order_of_building(overlapping: tuple) -> None:
    told = plan.build(*overlapping, years=YEARS).explanations.set_index("site_id")
    # 2026 pays for the shared one with both links, 565 million, before the mast's 1,050.
    assert told["year"].tolist() == [2026, 2028]
    assert told.index.tolist() == ["C1", "C0"]
    assert told["people_gained"].tolist() == [100.0, 100.0]
    assert told["people_total"].tolist() == [100.0, 140.0]
    assert told["people_only"].tolist() == [60.0, 100.0]
    assert told["weight_gained"].tolist() == [100.0, 100.0]


def test_links_are_named_and_their_cost_is_shared_by_those_who_need_them(
    overlapping: tuple,
) -> None:
    found = plan.build(*overlapping, years=YEARS)
    told = found.explanations.set_index("site_id")
    assert told["depends_on"].to_dict() == {"C0": "L0", "C1": "L0; L1"}
    assert told["link_m"].to_dict() == {"C0": 1000.0, "C1": 1500.0}
    assert told["link_vnd"].to_dict() == {"C0": 35e6, "C1": 70e6}
    assert told["site_vnd"].to_dict() == {"C0": 1.05e9, "C1": 4.6e8}
    assert told["capex_share"].sum() == pytest.approx(1.0)
    assert told["opex_vnd_year"].to_dict() == {"C0": 35e6, "C1": 48e6}


def test_the_reason_is_told_in_both_languages(overlapping: tuple) -> None:
    choice, links = overlapping
    links.table["works_id"] = ["W", None]
    extra = {
        "instead": ["P7", None],
        "instead_people": [180.0, float("nan")],
        "floor_people_gained": [30.0, 0.0],
        "second_operator_people": [0.0, 1.0],
        "relieved_people": [0.0, float("nan")],
        "saved_vnd": [float("nan"), 2e8],
    }
    sites = choice.new_sites.assign(**{k: pd.array(v) for k, v in extra.items()})
    told = plan.build(replace(choice, new_sites=sites), links, years=YEARS).explanations.set_index(
        "site_id"
    )
    mast, shared = told.loc["C0", "why_en"], told.loc["C1", "why_en"]
    assert "Built in 2028" in mast
    assert "140 people in gaps, 100 of whom no other site" in mast
    assert "30 of those newly served live in especially difficult villages" in mast
    assert "waits for the works W" in mast
    assert "Next best in its stead is P7: the choice would then serve 180 people" in mast
    assert "difficult" not in shared
    assert "1 person gains a second operator" in shared
    assert "Sharing saves VND 200 million" in shared
    assert "relieved" not in mast + shared
    assert "Needs 2 links (1.5 km)" in shared
    assert "Xây năm 2028" in told.loc["C0", "why_vi"]
    assert "P7" in told.loc["C0", "why_vi"]
    assert told.loc["C0", "instead_people"] == 180.0


def test_a_site_that_is_not_built_comes_last_and_says_so(overlapping: tuple) -> None:
    told = plan.build(*overlapping, years=YEARS, yearly_budget_vnd=1.2e8).explanations
    assert told["site_id"].tolist() == ["C1", "C0"]
    assert told["year"].isna().tolist() == [False, True]
    assert "Not built" in told["why_en"].iloc[1]
    assert told["capex_share"].isna().tolist() == [False, True]
    # the mast alone would add its own village, and pay half of the link that stands
    assert told["people_gained"].iloc[1] == 100.0
    assert told["people_only"].tolist() == [100.0, 100.0]
    assert told["link_vnd"].tolist() == [105e6, 35e6]
