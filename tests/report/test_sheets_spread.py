"""Do marks give way to one another, near their places, and the same way each time?"""

from __future__ import annotations

import dataclasses
import io
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy.spatial.distance import pdist

from infraplan.report.sheets import picture
from infraplan.report.sheets.layout import Box
from infraplan.report.sheets.spread import spread

if TYPE_CHECKING:
    from infraplan.report.facts import Facts

FRAME = Box(0.0, 0.0, 100.0, 120.0)


@pytest.mark.parametrize("count", [2, 12, 40])
def test_marks_at_one_place_stand_apart_around_it(count: int) -> None:
    places = np.full((count, 2), 50.0)
    stands = spread(places, radius_mm=2.0, frame=FRAME)
    assert pdist(stands).min() > 3.4
    assert np.abs(stands - 50.0).max() < 25.0


def test_a_mark_that_meets_none_keeps_its_place() -> None:
    places = np.array([[20.0, 20.0], [60.0, 60.0], [61.0, 60.0]])
    stands = spread(places, radius_mm=2.0, frame=FRAME)
    assert (stands[0] == places[0]).all()
    assert (stands[1:] != places[1:]).any()


def test_marks_stay_within_the_frame_and_unknown_places_stay_unknown() -> None:
    places = np.array([[0.0, 120.0], [0.5, 119.0], [np.nan, np.nan]])
    stands = spread(places, radius_mm=3.0, frame=FRAME)
    assert (stands[:2, 0] >= 3.0).all()
    assert (stands[:2, 1] <= 117.0).all()
    assert np.isnan(stands[2]).all()
    assert spread(np.empty((0, 2)), radius_mm=3.0, frame=FRAME).shape == (0, 2)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-10, 110, width=32), st.floats(-10, 130, width=32)), max_size=25)
)
def test_the_same_places_give_the_same_answer(places: list[tuple[float, float]]) -> None:
    at = np.array(places, dtype=float).reshape(-1, 2)
    first, again = (spread(at, radius_mm=2.0, frame=FRAME) for _ in range(2))
    assert first.tobytes() == again.tobytes()
    assert np.isfinite(first).all()


def test_settings_of_the_user_change_nothing_and_are_left_as_they_are(facts: Facts) -> None:
    def drawn() -> bytes:
        return picture(facts, "plan", width_mm=80.0, height_mm=90.0, language="en", dpi=60)

    plain = drawn()
    own = {"lines.antialiased": False, "text.antialiased": False, "path.snap": False}
    with mpl.rc_context({**own, "lines.scale_dashes": False, "path.sketch": (3, 10, 2)}):
        assert drawn() == plain
        assert mpl.rcParams["text.antialiased"] is False


def test_a_commune_without_a_name_does_not_stop_the_map(facts: Facts) -> None:
    unnamed = dataclasses.replace(facts, communes=facts.communes.assign(name=None))
    data = picture(unnamed, "plan", width_mm=80.0, height_mm=90.0, language="vi", dpi=60)
    assert Image.open(io.BytesIO(data)).size[0] > 0
