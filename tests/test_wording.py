"""Are figures written as Vietnamese and English readers expect, and are all phrases there?"""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import infraplan
from infraplan import catalog
from infraplan.wording import (
    Text,
    decimal,
    length,
    money,
    percent,
    percent_at_most,
    phrase,
    plain,
    span,
)

WORDS = catalog.table("words")


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("row", WORDS.to_dict("records"), ids=lambda r: r["key"])
def test_both_languages_fill_the_same_blanks(row: dict[str, str]) -> None:
    assert row["vi"].strip()
    assert row["en"].strip()
    assert _blanks(row["vi"]) == _blanks(row["en"])


def test_keys_are_unique() -> None:
    assert WORDS["key"].is_unique


def test_every_phrase_that_the_page_asks_for_exists() -> None:
    folder = Path(infraplan.__file__).parent / "export"
    code = "\n".join(p.read_text(encoding="utf-8") for p in sorted(folder.glob("*.py")))
    asked = set(re.findall(r'\b(?:phrase|_head|_both)\(\s*"(\w+)"', code))
    for heads in re.findall(r"head = \(([^)]*)\)", code):
        asked |= set(re.findall(r'"(\w+)"', heads))
    assert len(asked) > 80
    assert asked - set(WORDS["key"]) == set()


@given(st.floats(min_value=-1e15, max_value=1e15), st.integers(min_value=0, max_value=3))
def test_languages_differ_in_separators_only(value: float, digits: int) -> None:
    text = decimal(value, digits)
    assert text.vi.translate(str.maketrans(",.", ".,")) == text.en
    number = float(text.en.replace(",", "").replace("−", "-"))
    assert number == pytest.approx(value, abs=0.5 * 10**-digits + 1e-9 * abs(value))


@given(st.floats(min_value=0, max_value=1))
def test_percent_is_0_or_100_only_when_it_is(share: float) -> None:
    text = percent(share).en
    assert (text == "100.0 %") == (share == 1)
    assert (text == "0.0 %") == (share == 0)


@given(st.floats(min_value=0, max_value=1))
def test_promised_gap_is_never_below_the_gap(share: float) -> None:
    said = float(percent_at_most(share).en.removesuffix(" %")) / 100
    assert share - 1e-9 <= said <= share + 1.0001e-4


@pytest.mark.parametrize(
    ("amount", "vi", "en"),
    [
        (0, "0 đồng", "VND 0"),
        (70_000, "70.000 đồng", "VND 70,000"),
        (460e6, "460 triệu đồng", "VND 460 million"),
        (1.05e9, "1,05 tỷ đồng", "VND 1.05 billion"),
        (1234e9, "1.234 tỷ đồng", "VND 1,234 billion"),
        (float("nan"), "–", "–"),
    ],
)
def test_money_is_in_ty_and_trieu(amount: float, vi: str, en: str) -> None:
    assert money(amount) == Text(vi, en)


def test_missing_is_a_dash_and_never_zero() -> None:
    assert plain(None).vi == plain(float("nan")).vi == length(float("nan")).vi == "–"
    assert decimal(float("nan"), 1).en == percent(float("nan")).en == "–"


def test_span_escapes_both_languages() -> None:
    assert span(Text("<a>", '"b"')) == (
        '<span lang="vi">&lt;a&gt;</span><span lang="en">&quot;b&quot;</span>'
    )


def test_phrase_fills_each_language_with_its_own_figures() -> None:
    filled = phrase("x_of_y", {"x": decimal(1234.5, 1), "y": plain("B")})
    assert filled == Text("1.234,5 trong B", "1,234.5 of B")
