"""Do charts state their finding, show the bundle's figures, and survive odd bundles?"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.report.charts import CHART_SUBJECTS, chart
from infraplan.report.charts.axes import digits_of, round_ticks
from infraplan.report.charts.data import COST_KINDS, cost_by_year, people_served
from infraplan.report.charts.svg import document, shortened, text, width_of_mm, wrapped
from infraplan.wording import count, percent

if TYPE_CHECKING:
    from infraplan.report.facts import Facts

_SVG = "{http://www.w3.org/2000/svg}"


def _read(drawing: bytes) -> ET.Element:
    return ET.fromstring(drawing)  # noqa: S314 - our own drawing


def _words(drawing: bytes) -> list[str]:
    """Return the lines of text of a drawing."""
    return ["".join(each.itertext()) for each in _read(drawing).iter(f"{_SVG}text")]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("subject", CHART_SUBJECTS)
def test_a_chart_has_its_size_title_and_source(facts: Facts, subject: str, language: str) -> None:
    drawing = chart(facts, subject, language=language, width_mm=150, height_mm=70)
    root = _read(drawing)
    assert (root.get("width"), root.get("height")) == ("150mm", "70mm")
    words = _words(drawing)
    title = root.find(f"{_SVG}title")
    assert title is not None
    assert title.text
    assert any(word and title.text.startswith(word.rstrip("…")) for word in words)
    assert any(facts.sha256[:12] in word for word in words)
    assert drawing == chart(facts, subject, language=language, width_mm=150, height_mm=70)


@pytest.mark.parametrize("subject", CHART_SUBJECTS)
def test_odd_bundles_are_drawn_within_the_paper(
    poor_facts: Facts, long_facts: Facts, subject: str
) -> None:
    for odd in (poor_facts, long_facts):
        for each in _read(chart(odd, subject, width_mm=90, height_mm=60)).iter():
            for name, most in (("x", 90.0), ("y", 60.0)):
                assert -0.01 <= float(each.get(name, "0")) <= most + 0.01


def test_an_empty_plan_says_that_nothing_is_built(poor_facts: Facts) -> None:
    words = " ".join(_words(chart(poor_facts, "cost_by_year", language="en")))
    assert "builds no site" in words
    assert "nothing to draw" in words


def test_people_without_service_stand_over_their_columns(facts: Facts) -> None:
    served = people_served(facts)
    rows = served[(served["technology"] == facts.technology) & (served["operator"] == "any")]
    words = _words(chart(facts, "served_by_year", language="vi"))
    for row in rows.to_dict("records"):
        assert count(row["people"] - row["people_served"]).vi in words
        assert percent(row["people_served_share"]).vi in words


def test_columns_of_cost_add_up_to_the_years_of_the_plan(facts: Facts) -> None:
    spent = cost_by_year(facts)
    assert tuple(spent.columns) == COST_KINDS
    assert spent.to_numpy().sum() > 0
    for year, capex in zip(facts.phases["year"], facts.phases["capex_vnd"], strict=True):
        assert spent.loc[int(year)].sum() == pytest.approx(float(capex), abs=len(COST_KINDS))


def test_people_served_equal_those_of_the_communes(facts: Facts) -> None:
    served = people_served(facts)
    now = served[
        (served["technology"] == facts.technology)
        & (served["operator"] == "any")
        & (served["year"] == facts.base_year)
    ]
    known = facts.communes[facts.communes["people"].notna()]
    told = float(known["people_served_any"].astype(float).sum())
    assert float(now["people_served"].iloc[0]) == pytest.approx(told, abs=0.1 * len(known))


def test_names_with_signs_of_markup_are_kept(facts: Facts) -> None:
    name = "<b>#$*&\"' \\ x"
    odd = dataclasses.replace(facts, communes=facts.communes.assign(full_name=name))
    assert name in _words(chart(odd, "worst_communes", width_mm=174, height_mm=80))


@pytest.mark.parametrize(
    ("subject", "language", "width_mm", "message"),
    [
        ("weather", "vi", 150.0, "no chart 'weather'"),
        ("operators", "fr", 150.0, "not written in 'fr'"),
        ("operators", "vi", 20.0, "too small"),
        ("operators", "vi", float("nan"), "too small"),
    ],
)
def test_wrong_arguments_are_named(
    facts: Facts, subject: str, language: str, width_mm: float, message: str
) -> None:
    with pytest.raises(ParameterError, match=message):
        chart(facts, subject, language=language, width_mm=width_mm)


@given(st.floats(min_value=1e-6, max_value=1e15))
def test_ticks_are_even_and_reach_the_largest_value(largest: float) -> None:
    ticks = round_ticks(largest)
    assert ticks[0] == 0
    assert ticks[-1] >= largest * (1 - 1e-6)
    assert ticks[-2] < largest
    assert 2 <= len(ticks) <= 12
    assert 0 <= digits_of(ticks) <= 3


@given(st.text(max_size=120), st.floats(min_value=8, max_value=200))
def test_text_is_cut_to_its_width(words: str, width_mm: float) -> None:
    assert width_of_mm(shortened(words, width_mm, 3.0), 3.0) <= max(width_mm, 3.0)
    lines = wrapped(words, width_mm, 3.0, most=2)
    assert 1 <= len(lines) <= 2
    assert all(width_of_mm(each, 3.0) <= width_mm for each in lines)


@given(st.text())
def test_any_text_gives_a_drawing_that_can_be_read(words: str) -> None:
    drawn = document(50, 20, [text(1, 1, words, size_mm=3)], label=words)
    assert _read(drawn).get("width") == "50mm"
