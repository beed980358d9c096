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
    count,
    decimal,
    height,
    is_proven,
    length,
    money,
    names,
    percent,
    percent_at_most,
    phrase,
    plain,
    quoted_source,
    site_reason,
    span,
)

WORDS = catalog.words()


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_fill_the_same_blanks() -> None:
    rows = WORDS.to_dict("records")
    assert [r["key"] for r in rows if not (r["vi"].strip() and r["en"].strip())] == []
    assert [r["key"] for r in rows if _blanks(r["vi"]) != _blanks(r["en"])] == []


def test_keys_are_unique() -> None:
    assert WORDS["key"].is_unique


def test_every_phrase_that_the_page_asks_for_exists() -> None:
    folder = Path(infraplan.__file__).parent
    files = [p for name in ("export", "cli", "maps") for p in sorted((folder / name).glob("*.py"))]
    code = "\n".join(p.read_text(encoding="utf-8") for p in files)
    asked = set(re.findall(r'\b(?:phrase|_head|line)\(\s*"(\w+)"', code))
    titled = set(re.findall(r'\b_finding\(\s*"(\w+)"', code))
    asked |= titled | {f"{key}_none" for key in titled}
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


@given(st.integers(min_value=0, max_value=3000))
def test_english_has_the_word_for_one_only_where_it_is_one(number: int) -> None:
    said = phrase("quantity_site", {"quantity": count(number)})
    assert said.en == f"{number:,} {'site' if number == 1 else 'sites'}"
    assert said.vi.endswith(" vị trí")


def test_english_never_says_1_people() -> None:
    wrong = r"\b1 (?:more )?(?:people|sites|spots|villages|communes|masts|candidates)\b"
    said = {
        row["key"]: phrase(row["key"], {name: plain(1) for name in _blanks(row["en"])}).en
        for row in WORDS.to_dict("records")
    }
    assert {key: text for key, text in said.items() if re.search(wrong, text)} == {}


@given(st.lists(st.from_regex(r"Khu [0-9]{1,3}", fullmatch=True), max_size=30))
def test_at_most_eight_names_are_listed_and_the_others_counted(every: list[str]) -> None:
    said = names("; ".join(every))
    assert said.vi.count("Khu") == min(len(every), 8)
    hidden = len(every) - 8
    assert (f"… and {hidden} more" in said.en) == (hidden > 0)
    assert (f"… và {hidden} thôn khác" in said.vi) == (hidden > 0)


def test_no_names_are_a_dash() -> None:
    assert names("") == names(None) == names(float("nan")) == Text("–", "–")


def test_every_price_without_a_figure_says_so_in_vietnamese() -> None:
    costs = catalog.table("costs")
    unknown = costs[costs["confidence"] == "none"]["source"]
    assert len(unknown) > 0
    for source in unknown:
        said = quoted_source(source)
        assert said.en == source
        assert "public" not in said.vi


def test_every_unit_that_is_priced_has_a_quantity() -> None:
    for unit in catalog.table("costs")["unit"].unique():
        said = phrase(f"quantity_{unit}", {"quantity": count(2298)})
        assert said.vi.startswith("2.298 ")
        assert said.en.startswith("2,298 ")


def test_reason_is_told_from_the_columns() -> None:
    site = {
        "kind": "new_mast",
        "host_site_id": None,
        "antenna_height_m": 40.0,
        "ground_height_m": 2298.4,
        "road_distance_m": float("nan"),
        "people_gained": 1.2,
    }
    assert "nền đất cao 2.298 m, cách đường –" in site_reason(site).vi
    assert "ground at 2,298 m" in site_reason(site).en
    assert site_reason(site).en.endswith("serves 1 more person")
    shared = site_reason(site | {"kind": "shared_mast", "host_site_id": "S1"})
    assert shared.vi.startswith("Dùng chung cột S1")


def test_heights_stay_in_metres_and_lengths_do_not() -> None:
    assert height(2298) == Text("2.298 m", "2,298 m")
    assert length(2298) == Text("2,3 km", "2.3 km")
    assert height(float("nan")).vi == "–"


def test_only_a_gap_of_nothing_is_a_proof() -> None:
    assert is_proven(0.0)
    assert is_proven(-1e-12)
    assert not is_proven(1e-6)
    assert not is_proven(float("nan"))


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [(4276.5, 0, "4,277"), (0.5, 0, "1"), (-2.5, 0, "−3"), (2.25, 1, "2.3"), (-0.4, 0, "0")],
)
def test_halves_are_rounded_away_from_zero_as_spreadsheets_and_browsers_do(
    value: float, digits: int, said: str
) -> None:
    assert decimal(value, digits).en == said


def test_a_source_of_the_catalogue_is_quoted_in_vietnamese() -> None:
    for table in ("costs", "ranking_weights"):
        for source in catalog.table(table)["source"].dropna().unique():
            said = quoted_source(str(source))
            assert said.en == source
            assert not re.search(r"\b(the|of|for|and|by|found|assumption)\b", said.vi), said.vi
