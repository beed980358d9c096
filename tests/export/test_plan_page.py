"""Does the page tell the plan truly: proof, years, sites, equity, sharing, money, doubts?"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from infraplan.export.certificate import certificate
from infraplan.export.map_frame import MapFrame
from infraplan.export.map_svg import plan_map
from infraplan.export.plan_doubts import robustness_part, tornado_part
from infraplan.export.plan_sections import equity_texts, nesting_text, sharing_text
from infraplan.export.plan_tables import phases_table, prices_table, proposals_table
from infraplan.export.summary_tables import aside_table
from infraplan.export.weights import demand_weights
from infraplan.results import Equity

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Toy
    from infraplan.plan import Plan


def test_certificate_promises_no_more_than_was_proven(toy: Toy) -> None:
    english = "|".join(t.en for t in certificate(toy.plan))
    assert "at most 0.38 % from the best" in english  # 0.371 % is rounded up, by 0.01 at most
    assert (
        "serve 523 people in white and weak spots, and with other demand a weight of 532" in english
    )
    assert "When each site's link is priced on its own, no choice within the same" in english
    assert "serves a weight of more than 534" in english
    assert "VND 346 million is left over after 2027" in english
    assert "The links are proven cheapest" in english
    assert "the order of the years" in english
    assert "đã được chứng minh là rẻ nhất" in "|".join(t.vi for t in certificate(toy.plan))
    assert "stopped by the clock" not in english


@pytest.mark.parametrize("stage", ["sites_status", "links_status", "phases_status"])
def test_a_stop_by_the_clock_is_told(toy: Toy, stage: str) -> None:
    stopped = dataclasses.replace(toy.plan, **{stage: "time_limit"})
    assert [t.en for t in certificate(stopped)][-1].startswith(
        "The search was stopped by the clock"
    )
    assert len(certificate(stopped)) == len(certificate(toy.plan)) + 1


def test_a_proof_is_told_as_one_and_a_gap_in_the_links_as_a_saving(toy: Toy) -> None:
    plan = dataclasses.replace(toy.plan, gap_share=0.0, links_gap_share=0.0123)
    said = " ".join(t.en for t in certificate(plan))
    assert "it is proven that no choice within the same budget serves more" in said
    assert "At most 1.23 % of the cost of the links could be saved" in said
    assert "0.00 %" not in said


def test_where_everybody_is_served_no_better_choice_is_left_open(toy: Toy) -> None:
    plan = _people_only(toy.plan)
    assert not any("better choice" in t.en for t in certificate(plan))
    more = dataclasses.replace(plan, reachable_people=plan.reachable_people + 40)
    assert any("a better choice may exist within the budget" in t.en for t in certificate(more))


def test_weights_are_named_only_where_more_than_people_counts(toy: Toy) -> None:
    said = " ".join(t.en for t in certificate(toy.plan))
    assert "What counts how much: a person in a white or weak spot 1; a person who gains" in said
    assert "a second operator 0.1" in said
    alone = " ".join(t.en for t in certificate(_people_only(toy.plan)))
    assert "serve 523 people. When" in alone
    assert "weight" not in alone


def _people_only(plan: Plan) -> Plan:
    return dataclasses.replace(
        plan, demand_weight=plan.demand_people, covered_weight=plan.covered_people
    )


def test_own_weights_of_a_study_take_the_place_of_the_catalogues() -> None:
    own = demand_weights('{"demand": {"household": 0.25, "person": null}}')
    assert own == demand_weights("{}") | {"household": 0.25}


@pytest.mark.parametrize("kept", [1, 2])
def test_the_bound_holds_at_the_plans_own_prices_whichever_round_is_kept(
    toy: Toy, kept: int
) -> None:
    rounds = pd.DataFrame({"round": [1, 2], "kept": [kept == 1, kept == 2]})
    weighed = dataclasses.replace(toy.plan, joint=rounds)
    alone = dataclasses.replace(toy.plan, joint=None)
    assert any("At this plan's own prices of links" in t.en for t in certificate(weighed))
    assert any("When each site's link is priced on its own" in t.en for t in certificate(alone))


def test_a_floor_is_told_with_its_price_and_bounds(toy: Toy) -> None:
    equity = Equity(0.9, 0.93, 0.71, 412.0, 500.0, 520.0, 2.3e9, 2.2e9, 2.5e9)
    plan = dataclasses.replace(toy.plan, equity=equity)
    said = [t.en for t in equity_texts(plan)]
    assert said[0] == "The floor for especially difficult villages costs VND 2.3 billion"
    assert "The plan reaches 93.0 %; without the floor it would be 71.0 %." in said[1]
    assert "between VND 2.2 billion and VND 2.5 billion" in said[2]
    assert "20 more of the weighted demand" in said[3]
    assert any("keeps the floor" in t.en for t in certificate(plan))
    free = dataclasses.replace(equity, price_vnd=0.0, price_low_vnd=0.0, price_high_vnd=0.0)
    assert "costs nothing" in equity_texts(dataclasses.replace(plan, equity=free))[0].en
    assert equity_texts(toy.plan) == []


def test_nesting_and_sharing_are_told_in_people_and_money(toy: Toy) -> None:
    nesting, sharing = nesting_text(toy.plan), sharing_text(toy.plan)
    assert nesting is not None
    assert "costs most in 2026: a free choice for the same money would serve 280 more" in nesting.en
    assert sharing is not None
    assert "Sharing 1 mast saves VND 235 million" in sharing.en
    sites = toy.plan.sites.assign(saved_vnd=-1e8)
    dearer = sharing_text(dataclasses.replace(toy.plan, sites=sites))
    assert dearer is not None
    assert "costs VND 100 million more" in dearer.en


def test_nobody_looked_for_free_choices_then_no_word_of_nesting(toy: Toy) -> None:
    phases = toy.plan.phases.assign(nesting_cost_weight=np.nan, nesting_cost_people=np.nan)
    plan = dataclasses.replace(toy.plan, phases=phases)
    assert nesting_text(plan) is None
    assert "people_free" not in phases_table(plan).head
    assert phases_table(toy.plan).head[-1] == "people_free"
    assert phases_table(toy.plan).rows[0][-1].en == "400"


def test_people_with_one_operator_are_apart_from_people_without_service(
    toy: Toy, folder: Path
) -> None:
    english = (folder / "index.html").read_text(encoding="utf-8")
    assert "84 people have one operator only; 1,250 will find their operator overloaded" in english
    rows = aside_table(toy.gaps).rows
    told = [[text.en for text in row] for row in rows]
    assert ["overloaded in the busy hour", "Viettel", "1", "1,000", "1,000"] in told
    assert ["overloaded in the busy hour", "<i>X", "1", "250", "0"] in told
    assert ["one operator only", "Viettel", "1", "84", "–"] in told


def test_each_site_tells_height_operator_cost_and_why(toy: Toy) -> None:
    table = proposals_table(toy.plan, toy.communes)
    first = next(row for row in table.rows if row[0].en == "N1")
    assert [text.en for text in first[1:7]] == [
        "2027",
        "new mast",
        "Yên Lập",
        "Viettel",
        "42 m",
        "400",
    ]
    assert first[7].en == "VND 1.47 billion"  # with its link
    assert table.below is not None
    line, more = table.below[table.rows.index(first)]
    assert line.en.startswith("Antenna 40 m above ground")
    assert "Next best in its stead is C7" in more.en
    whole = toy.plan.explanations.set_index("site_id").loc["N1"]
    assert f"{line.vi} {more.vi}" == whole["why_vi"]


def test_hops_are_drawn_apart_from_fibre_and_existing_lines_not_at_all(toy: Toy) -> None:
    def drawn(plan: Plan) -> list[str]:
        frame = MapFrame.around(tuple(toy.communes.total_bounds), width=720, margin=12)
        parts = {"communes": toy.communes, "gaps": toy.gaps, "sites": toy.signal.inputs["sites"]}
        return re.findall(r'<path class="(link[^"]*)"', plan_map(frame, plan, **parts))

    assert drawn(toy.plan) == ["link", "link hop"]
    links = toy.plan.links.assign(medium="existing")
    assert drawn(dataclasses.replace(toy.plan, links=links)) == []


def test_doubts_are_shown_where_they_were_tried(toy: Toy) -> None:
    assert robustness_part(toy.plan)[1] == tornado_part(toy.plan)[1] == ""
    tried = pd.DataFrame(
        {"site_id": ["N1", "N2", "N3"], "stays_share": [1.0, 0.4, 1.0], "same_share": 0.3}
    )
    tornado = pd.DataFrame(
        {
            "factor": ["signal", "price_mast", "position"],
            "low_people": [400.0, 523.26, 523.26],
            "high_people": [600.0, 523.26, 523.26],
            "low_vnd": [3e9, 2e9, 3e9],
            "high_vnd": [3e9, 4e9, 3e9],
        }
    )
    plan = dataclasses.replace(toy.plan, robustness=tried, tornado=tornado)
    title, table = robustness_part(plan)
    assert title.en.startswith("2 of 3 sites would be chosen again in every trial")
    assert title.en.endswith("in 40 % of them")
    assert table.index("N2") < table.index("N1")
    title, bars = tornado_part(plan)
    assert title.en.endswith("signal")
    assert bars.count('class="bar"') == 2  # one factor moves people, one moves cost
    widths = [float(width) for width in re.findall(r'class="amount"[^>]* width="([\d.]+)"', bars)]
    assert widths == [100.0, 100.0]


def test_prices_of_the_user_say_so_and_running_is_apart_from_building(toy: Toy) -> None:
    prices = toy.plan.assumptions.assign(replaced=toy.plan.assumptions["item"] == "mast_metre")
    plan = dataclasses.replace(toy.plan, assumptions=prices)
    bought, running = (prices_table(plan, kind=kind) for kind in ("capex", "opex"))
    assert [row[0].en for row in bought.rows if "of the user" in row[0].en] == [
        "Metre of a new mast (price of the user)"
    ]
    assert len(bought.rows) + len(running.rows) == len(prices)
    assert bought.total is not None
    assert bought.total[4].en == "VND 2.15 billion"
