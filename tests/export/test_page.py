"""Does the summary page stand alone, say everything in two languages, and trust no name?"""

from __future__ import annotations

import base64
import dataclasses
import re
import warnings
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile

from infraplan.export.certificate import certificate
from infraplan.export.map_frame import MapFrame
from infraplan.export.map_svg import CLASSES, class_of, plan_map
from infraplan.export.plan_doubts import robustness_part, tornado_part
from infraplan.export.plan_sections import equity_texts, nesting_text, sharing_text
from infraplan.export.plan_tables import phases_table, prices_table, proposals_table
from infraplan.export.summary_tables import aside_table
from infraplan.export.weights import demand_weights
from infraplan.results import Equity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import Toy
    from infraplan.plan import Plan

VOID = {"meta", "input", "br"}


class Reader(HTMLParser):
    """Collects tags, attributes and text, and checks that tags close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.language: list[str | None] = []
        self.text: dict[str | None, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that opens."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.language.append(dict(attrs).get("lang"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag without content."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Check that the tag opened last closes first."""
        assert self.open.pop() == tag
        self.language.pop()

    def handle_data(self, data: str) -> None:
        """Sort text by the language it stands in."""
        language = next((v for v in reversed(self.language) if v in ("vi", "en")), None)
        self.text.setdefault(language, []).append(data)


@pytest.fixture(scope="module")
def html(folder: Path) -> str:
    return (folder / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


def test_nothing_comes_from_another_host_and_nothing_runs(html: str, page: Reader) -> None:
    assert {tag for tag, _ in page.tags} & {"script", "link", "iframe", "object", "embed"} == set()
    for tag, attributes in page.tags:
        assert not [name for name in attributes if name.startswith("on")], tag
        for name in ("src", "href", "xlink:href", "action", "srcset"):
            target = attributes.get(name) or ""
            assert "//" not in target or target.startswith("data:image/png;base64,")
    style = html[html.index("<style>") : html.index("</style>")]
    assert "@import" not in style
    assert set(re.findall(r"url\(([^)]*)\)", style)) <= {"#hatch-white", "#hatch-weak"}


def test_links_lead_to_files_of_the_bundle(folder: Path, page: Reader) -> None:
    targets = {a["href"] for tag, a in page.tags if tag == "a"}
    assert targets == {p.name for p in folder.iterdir()} - {"index.html"}


def test_hostile_names_are_shown_and_not_obeyed(html: str, page: Reader) -> None:
    tags = {tag for tag, _ in page.tags}
    assert "i" not in tags
    assert "nghiệm" not in tags
    assert "Xã &lt;b&gt;&amp;&quot;" in html
    assert "Bản <i>Ba</i>" not in html
    assert "&lt;i&gt;Ba" not in html  # shown nowhere: it is served
    assert any("Shares mast <i>S2" in text for text in page.text["en"])
    assert any("Dùng chung cột <i>S2" in text for text in page.text["vi"])
    assert "Cột <mô phỏng>." in page.text["vi"]


def test_every_statement_stands_in_both_languages(page: Reader) -> None:
    spans = [a["lang"] for tag, a in page.tags if tag == "span" and "lang" in a]
    assert spans.count("vi") == spans.count("en") > 100
    assert spans[0::2] == ["vi"] * (len(spans) // 2)


def test_first_figures_are_those_of_the_tables(page: Reader) -> None:
    vietnamese, english = "|".join(page.text["vi"]), "|".join(page.text["en"])
    assert "1.877" in vietnamese
    assert "9,4 % của 20.000 người" in vietnamese
    assert "1,877" in english
    assert "2 vị trí" in vietnamese
    assert "2,15 tỷ đồng" in vietnamese
    assert "VND 2.15 billion" in english


def test_badge_says_what_is_simulated(page: Reader) -> None:
    english = " ".join(page.text["en"])
    assert "Simulated" in english
    assert "simulated: people of communes, villages, masts; assumed: prices (80 %)" in english


def test_certificate_promises_no_more_than_was_proven(page: Reader) -> None:
    english = "|".join(page.text["en"])
    assert "at most 0.38 % from the best" in english  # 0.371 % is rounded up, by 0.01 at most
    assert (
        "serve 523 people in white and weak spots, and with other demand a weight of 532" in english
    )
    assert "When each site's link is priced on its own, no choice within the same" in english
    assert "serves a weight of more than 534" in english
    assert "VND 346 million is left over after 2027" in english
    assert "The links are proven cheapest" in english
    assert "the order of the years" in english
    assert "đã được chứng minh là rẻ nhất" in "|".join(page.text["vi"])
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


@pytest.mark.parametrize(
    ("kept", "words"),
    [(1, "When each site's link is priced on its own"), (2, "At this plan's own prices of links")],
)
def test_the_bound_says_at_which_prices_of_links_it_holds(toy: Toy, kept: int, words: str) -> None:
    rounds = pd.DataFrame({"round": [1, 2], "kept": [kept == 1, kept == 2]})
    plan = dataclasses.replace(toy.plan, joint=rounds)
    assert any(words in t.en for t in certificate(plan))


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
    toy: Toy, page: Reader
) -> None:
    english = "|".join(page.text["en"])
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


def test_eight_villages_are_named_and_the_others_counted(page: Reader) -> None:
    assert any(t.startswith("Khu 1; ") and "Khu 8 … và 3 thôn khác" in t for t in page.text["vi"])
    assert any("Khu 8 … and 3 more" in t for t in page.text["en"])


def test_each_cell_knows_its_head_for_a_narrow_screen(page: Reader) -> None:
    rows = [a for tag, a in page.tags if tag in ("tr", "td")]
    labels = [a for tag, a in page.tags if tag == "td" and "data-vi" in a]
    firsts = [a for tag, a in page.tags if tag == "td" and "data-vi" not in a]
    bodies = len([1 for tag, _ in page.tags if tag == "tr"]) - 10  # ten tables have a head
    assert len(firsts) == bodies < len(rows)
    assert all(a["data-vi"] and a["data-en"] for a in labels)
    assert {"Nhà mạng", "Chi phí", "Độ tin cậy"} <= {a["data-vi"] for a in labels}


def test_what_can_be_felt_on_the_map_lies_over_its_shapes(html: str, page: Reader) -> None:
    ids = [a["id"] for _, a in page.tags if "id" in a]
    felt = [(a["href"] or "").removeprefix("#") for tag, a in page.tags if tag == "use"]
    assert len(ids) == len(set(ids))
    assert felt == ["c0", "c1", "c2", "weak0", "white0"]
    assert set(felt) <= set(ids)
    tips = html[html.index('class="tips') :]
    assert "Lâm Thao: 100,0 % dân số được phủ sóng (12.000 trong 12.000 người)" in tips
    assert "White spot in Yên Lập: 400 people" in tips
    assert "N2: dùng chung cột, 2026; thêm 120 người có sóng" in tips
    assert "<title>" not in html[html.index("<body>") :]


def test_figures_that_differ_are_explained(page: Reader) -> None:
    english = "|".join(page.text["en"])
    assert "they hold 520 of the 1,877 people not served" in english
    assert "Each person counts once, in the first year of service" in english
    assert "A village is judged at its centre" in english


def test_prices_without_a_source_say_so_in_vietnamese(page: Reader) -> None:
    assert any(t.startswith("chưa tìm thấy số liệu công bố") for t in page.text["vi"])
    assert not any("no public Vietnamese figure" in t for t in page.text["vi"])
    assert any(t.startswith("no public Vietnamese figure found") for t in page.text["en"])


def test_digests_and_notes_stand_on_the_page(page: Reader) -> None:
    said = "|".join(t for texts in page.text.values() for t in texts)
    assert "ab" * 32 in said
    assert "Masts are simulated." in said


def test_map_counts_each_commune_in_one_class(html: str) -> None:
    group = html[html.index('<g class="communes">') :]
    fills = re.findall(r'<path fill="(#\w+)"', group[: group.index("</g>")])
    assert fills == [CLASSES[5][1], CLASSES[1][1], "#e4e7ea"]


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, 0), (0.4999, 0), (0.5, 1), (0.9, 3), (0.98999, 4), (0.99, 5), (1.0, 5)],
)
def test_class_limits_belong_to_the_class_above(share: float, expected: int) -> None:
    assert class_of(share) == expected


def test_unknown_share_has_no_class() -> None:
    assert class_of(float("nan")) is None


def test_signal_picture_shows_classes_inside_the_communes_only(html: str) -> None:
    address = re.search(r'href="data:image/png;base64,([^"]+)"', html)
    assert address is not None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # a picture, not a map
        with MemoryFile(base64.b64decode(address[1])) as memory, memory.open() as picture:
            pixels, palette = picture.read(1), picture.colormap(1)
    assert pixels.shape == (60, 180)
    assert (pixels[:, :30] == 1).mean() > 0.9  # −60 to −71 dBm: strong indoors
    assert (pixels[:, -20:] == 5).all()  # nothing arrives: no signal
    assert palette[1][:3] == (0xFD, 0xE7, 0x37)
    assert palette[0][3] == 0


def test_page_without_gaps_or_proposals_explains_itself(
    empty_toy: Toy, write: Callable[[Toy, Path], Path], tmp_path: Path
) -> None:
    text = (write(empty_toy, tmp_path / "b") / "index.html").read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(text)
    assert "|".join(reader.text["en"]).count("There is nothing to list.") == 3
    assert "0 vị trí" in text
    assert "nan" not in "|".join(t for texts in reader.text.values() for t in texts).lower()


@pytest.mark.parametrize(
    ("model", "words"),
    [("none", "are not in it"), ("profile", "on the way"), ("terminal", "around the receiver")],
)
def test_the_page_says_whether_trees_and_houses_were_counted(
    toy: Toy, write: Callable[[Toy, Path], Path], tmp_path: Path, model: str, words: str
) -> None:
    counted = dataclasses.replace(toy, signal=dataclasses.replace(toy.signal, clutter_model=model))
    page = (write(counted, tmp_path / "bundle") / "index.html").read_text(encoding="utf-8")
    found = page.partition("trees and buildings")[2]
    assert found.partition("<")[0].startswith(f" {words}")
