"""Is a commune found by whatever a planner types?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan.names import fold
from infraplan.sources.reform import Match, read_merges, resolve
from infraplan.sources.reform.resolve import _units

EVERY = 700
UNITS = [unit.match for unit in _units()]


def same(match: Match) -> tuple[str, str]:
    return match.code, match.generation


def ranks_first(query: str, wanted: Match) -> bool:
    found = resolve(query, limit=EVERY)
    scores = {same(match): match.score for match in found}
    return scores.get(same(wanted)) == found[0].score


def test_every_commune_of_both_generations_is_known() -> None:
    merges = read_merges()
    before = {u.code for u in UNITS if u.generation == "before-2025"}
    after = {u.code for u in UNITS if u.generation == "2025"}
    assert before == set(merges["old_code"])
    assert after == set(merges["new_code"])


@given(st.sampled_from(UNITS), st.sampled_from(["NFC", "NFD"]), st.booleans())
def test_full_name_finds_its_commune_first(unit: Match, form: str, shout: bool) -> None:  # noqa: FBT001 - drawn
    query = unicodedata.normalize(form, unit.full_name)
    assert ranks_first(query.upper() if shout else query, unit)


@given(st.sampled_from(UNITS))
def test_name_without_marks_finds_its_commune_first(unit: Match) -> None:
    found = resolve(fold(unit.full_name), limit=EVERY)
    mine = next(match for match in found if same(match) == same(unit))
    assert all(
        fold(better.name) == fold(unit.name) for better in found if better.score > mine.score
    )


@given(st.sampled_from(UNITS))
def test_code_finds_its_commune_first(unit: Match) -> None:
    assert ranks_first(unit.code, unit)
    assert ranks_first(unit.code.lstrip("0"), unit)


@given(st.text(max_size=30))
def test_any_text_is_answered(query: str) -> None:
    found = resolve(query, limit=EVERY)
    assert all(0 < match.score <= 1 for match in found)
    assert [m.score for m in found] == sorted((m.score for m in found), reverse=True)


@pytest.mark.parametrize(
    ("query", "code", "generation"),
    [
        ("xa luong son", "04924", "2025"),
        ("X. Lương Sơn", "04924", "2025"),
        ("04924", "04924", "2025"),
        ("4924", "04924", "2025"),
        ("tt thanh ba", "08152", "before-2025"),
        ("Xã Thanh Ba", "08152", "2025"),
        ("Luong Son, Hoa Binh", "04924", "2025"),
        ("Luong Son Hoa Binh", "04924", "2025"),
        ("Lương Sơn, huyện Yên Lập", "08299", "before-2025"),
        ("tan lap, thanh son", "08641", "before-2025"),
        ("luong som", "04924", "2025"),
        ("viet tri", "07900", "2025"),
        ("Hoà Bình", "04795", "2025"),
        ("4924.0", "04924", "2025"),
        ("xã Lương Sơn huyện Yên Lập", "08299", "before-2025"),
        ("xa luong son huyen yen lap tinh phu tho", "08299", "before-2025"),
        ("L\u00ad\u00acng S\u00acn", "04924", "2025"),
    ],
)
def test_the_commune_that_is_meant_comes_first(query: str, code: str, generation: str) -> None:
    assert same(resolve(query)[0]) == (code, generation)


def test_an_old_commune_says_what_it_became_and_a_new_one_what_it_was() -> None:
    (new, old) = resolve("04924")
    assert (new.generation, old.generation) == ("2025", "before-2025")
    assert new.now == old.was == ()
    assert old.now == ("04924",)
    assert "04924" in new.was
    assert "04957" in new.was
    divided = resolve("04957")[-1]
    assert divided.now == ("04924", "04960")


def test_typing_errors_are_forgiven_only_as_a_last_resort() -> None:
    assert {fold(match.name) for match in resolve("luong son")} >= {"luong son"}
    assert all("luong" in fold(match.name) for match in resolve("luong son", limit=3))
    assert resolve("luong som")[0].score < resolve("luong s")[0].score
    assert resolve("qqqqzzzz") == ()


@pytest.mark.parametrize("query", ["", "  ", "...", ",", "_"])
def test_nothing_is_found_by_nothing(query: str) -> None:
    assert resolve(query) == ()


def test_no_more_is_answered_than_asked_for() -> None:
    assert len(resolve("son", limit=3)) == 3


def test_only_the_communes_that_are_looked_at_are_found() -> None:
    every = resolve("Tân", limit=EVERY)
    among = {(match.generation, match.code) for match in every[1::3]}
    assert resolve("Tân", limit=EVERY, among=among) == every[1::3]
    assert resolve("Tân", among=()) == ()
