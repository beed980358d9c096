"""Is a coordinate read however it is written?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan.sources.coordinates_text import read_axis, split_positions

HALF_MINUTE = 21 + 19 / 60 + 30.5 / 3600


@pytest.mark.parametrize(
    "text",
    [
        "21°19'30.5\"", "21°19'30,5\"B", "21d19m30.5s N", "N21 19 30.5", "21:19:30.5",
        "21o19'30,5''", "21º19’30.5”", "21° 19′ 30.5″ Bắc", "vĩ độ Bắc 21°19'30,5\"",
        "21 độ 19 phút 30,5 giây", "21-19-30.5", "２１°１９′３０.５″", "B 21°19'30.5\"",
        "21D19M30.5S", "Lat: 21°19'30.5\" N", "21deg 19min 30.5sec",
    ],
)  # fmt: skip
def test_degrees_minutes_and_seconds(text: str) -> None:
    axis = read_axis([text], degrees=None)
    assert axis.values[0] == pytest.approx(HALF_MINUTE, abs=1e-12)
    assert axis.sides[0] in ("", "N")


@pytest.mark.parametrize(
    ("text", "value", "side"),
    [
        ("105,3333", 105.3333, ""), ("105.333°", 105.333, ""), ("105.333", 105.333, ""),
        ("105°20'10\"Đ", 105 + 20 / 60 + 10 / 3600, "E"), ("105 20,5 Đông", 105 + 20.5 / 60, "E"),
        ("E105.4", 105.4, "E"), ("105.4D", 105.4, "E"), ("5°30'T", -5.5, "W"), ("5.5 W", -5.5, "W"),
        ("S 5 30", -5.5, "S"), ("21° 30' Nam", -21.5, "S"), ("-21.5", -21.5, ""),
        ("567.233,75", 567233.75, ""), ("2 358 517,85", 2358517.85, ""), ("543210 E", 543210, "E"),
        ("523 045", 523045, ""),
    ],
)  # fmt: skip
def test_value_and_side(text: str, value: float, side: str) -> None:
    axis = read_axis([text], degrees=None)
    assert axis.values[0] == pytest.approx(value, abs=1e-12)
    assert axis.sides[0] == side


@pytest.mark.parametrize("text", ["21°75'", "21°19'75\"", "21.5°30'", "Việt Trì", "105.20.10", "°"])
def test_what_is_no_coordinate_is_wrong(text: str) -> None:
    axis = read_axis([text], degrees=None)
    assert math.isnan(axis.values[0])
    assert axis.wrong[0]


def test_n_is_the_south_in_a_column_that_writes_b_for_the_north() -> None:
    vietnamese = read_axis(["21°19'B", "5°30'N"], degrees=True)
    assert vietnamese.sides.tolist() == ["N", "S"]
    assert vietnamese.values[1] == -5.5
    assert read_axis(["5°30'N"], degrees=True).sides.tolist() == ["N"]


def test_metres_are_told_from_degrees_where_the_kind_is_known() -> None:
    assert read_axis(["567.234"], degrees=False).values[0] == 567234
    assert read_axis(["105.333"], degrees=True).values[0] == 105.333
    assert read_axis(["105°20'"], degrees=False).wrong[0]


@pytest.mark.parametrize(
    "text",
    [
        "21.325, 105.4", "21.325,105.4", "21,325,105,4", "21,325; 105,4", "21.325 105.4",
        "(21.325, 105.4)", "POINT (105.4 21.325)", "21°19'30\"N, 105°24'0\"E",
        "21°19'30\"B 105°24'Đ", "N21 19 30 E105 24 00", "21.325 / 105.4", "21.325 - 105.4",
        "Point Z (105.4 21.325 30)",
    ],
)  # fmt: skip
def test_two_coordinates_in_one_cell(text: str) -> None:
    first, second = split_positions([text])
    assert read_axis(first, degrees=True).values[0] == pytest.approx(21.325)
    assert read_axis(second, degrees=True).values[0] == pytest.approx(105.4)


def test_a_cell_that_holds_no_two_coordinates_stays_whole() -> None:
    assert split_positions(["Việt Trì", "", None]) == (["Việt Trì", "", ""], ["", "", ""])


@given(
    degrees=st.integers(0, 179),
    minutes=st.integers(0, 59),
    seconds=st.integers(0, 5999).map(lambda s: s / 100),
    style=st.sampled_from(["{}°{}'{}\"", "{} {} {}", "{}:{}:{}", "{}d{}m{}s", "{}°{}′{}″"]),
)
def test_any_angle_survives_its_writing(
    degrees: int, minutes: int, seconds: float, style: str
) -> None:
    text = style.format(degrees, minutes, f"{seconds:.2f}".replace(".", ","))
    expected = degrees + minutes / 60 + seconds / 3600
    assert read_axis([text], degrees=True).values[0] == pytest.approx(expected, abs=1e-12)


@given(st.lists(st.text(max_size=25), max_size=5))
def test_any_text_is_read_or_told(texts: list[str]) -> None:
    axis = read_axis(texts, degrees=None)
    told = axis.wrong | axis.unclear
    assert not (told & np.isfinite(axis.values)).any()
    assert len(split_positions(texts)[0]) == len(texts)
