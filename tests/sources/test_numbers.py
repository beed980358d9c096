"""Are numbers read by the signs of their column, and doubts told?"""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan.sources.numbers import plain_text, read_numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("45", 45), ("45,5", 45.5), ("45.5", 45.5), ("1.234.567,8", 1234567.8),
        ("1,234,567.8", 1234567.8), ("2 358 517,85", 2358517.85),
        ("2\u00a0358\u00a0517.85", 2358517.85),
        ("２３５８", 2358), ("−3,5", -3.5), ("1e3", 1000), (",5", 0.5), ("12'345.5", 12345.5),
        (45.0, 45), (7, 7), ("'45", 45),
    ],
)  # fmt: skip
def test_number_is_read(text: object, number: float) -> None:
    assert read_numbers([text]).values[0] == number


@pytest.mark.parametrize("text", ["bốn", "1.2.3", "45-50", "1,23,4", "#REF!", "~45", "inf", "nan"])
def test_what_is_no_number_is_wrong(text: str) -> None:
    found = read_numbers([text])
    assert math.isnan(found.values[0])
    assert found.wrong.tolist() == [True]


def test_empty_is_neither_a_number_nor_wrong() -> None:
    found = read_numbers(["", None, float("nan"), "  "])
    assert not found.wrong.any()
    assert not found.unclear.any()
    assert all(math.isnan(v) for v in found.values)


def test_unit_may_follow() -> None:
    assert read_numbers(["45m", "45 mét", "45,5 M", "30 m."], unit="m").values.tolist() == [
        45, 45, 45.5, 30,
    ]  # fmt: skip
    assert read_numbers(["45 ft", "45 km"], unit="m").wrong.all()


def test_the_rest_of_the_column_decides() -> None:
    assert read_numbers(["1.234", "12,5"]).values.tolist() == [1234, 12.5]
    assert read_numbers(["1.234", "12.5"]).values.tolist() == [1.234, 12.5]
    assert read_numbers(["1.234", "1.234.567"]).values.tolist() == [1234, 1234567]


def test_what_a_value_can_be_decides_before_the_column() -> None:
    assert read_numbers(["105.333", "12,5"], ranges=[(-180, 180)]).values.tolist() == [
        105.333,
        12.5,
    ]
    assert read_numbers(["567.234"], ranges=[(-180, 180), (181e3, 1e7)]).values[0] == 567234


def test_a_doubt_that_nothing_settles_is_told() -> None:
    found = read_numbers(["1.234", "5"])
    assert found.unclear.tolist() == [True, False]
    assert math.isnan(found.values[0])
    mixed = read_numbers(["1.234", "5,5", "6.5"])
    assert mixed.unclear.tolist() == [True, False, False]


def test_counts_take_the_sign_for_thousands() -> None:
    assert read_numbers(["1.234", "5"], whole=True).values.tolist() == [1234, 5]
    assert read_numbers(["1,234", "5", "-2,000"], whole=True).values.tolist() == [1234, 5, -2000]


@given(
    value=st.floats(-1e7, 1e7).map(lambda v: round(v, 2)),
    comma=st.booleans(),
    grouped=st.booleans(),
)
def test_any_number_survives_its_writing(value: float, comma: bool, grouped: bool) -> None:  # noqa: FBT001 - drawn
    text = f"{value:,.2f}" if grouped else f"{value:.2f}"
    if comma:
        text = text.translate(str.maketrans(",.", ".,"))
    assert read_numbers([text]).values[0] == value


@given(st.lists(st.text(max_size=20), max_size=6))
def test_any_text_is_a_number_empty_wrong_or_unclear(texts: list[str]) -> None:
    found = read_numbers(texts)
    for i, text in enumerate(texts):
        states = (
            math.isfinite(found.values[i]), not plain_text(text), found.wrong[i], found.unclear[i],
        )  # fmt: skip
        assert sum(map(bool, states)) == 1
