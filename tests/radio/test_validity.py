"""Do the ranges of the radio models read well, and hold at their ends?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from infraplan.errors import ParameterError
from infraplan.radio.link import new_link
from infraplan.radio.p1812 import validity
from infraplan.radio.validity import (
    GRID_RANGES,
    Range,
    clutter_faults,
    link_faults,
    place_faults,
    range_faults,
    refuse,
)
from infraplan.units import effective_earth_radius_km

LINK = {
    "cell_size_m": 30.0,
    "frequency_mhz": 1800.0,
    "tx_height_m": 30.0,
    "rx_height_m": 1.5,
    "polarization": "vertical",
    "time_percent": 50.0,
    "delta_n": 45.0,
    "n0": 325.0,
    "latitude_deg": 21.0,
}


def test_a_range_holds_its_ends_unless_it_is_open() -> None:
    closed, opened = (Range("x", 1.0, 2.0, "a source", is_open=o) for o in (False, True))
    assert [closed.holds(value) for value in (1.0, 1.5, 2.0)] == [True, True, True]
    assert [opened.holds(value) for value in (1.0, 1.5, 2.0)] == [False, True, False]
    assert not closed.holds(math.nan)


def test_ranges_read_as_words_with_their_source() -> None:
    assert str(Range("x", 1.0, 2.0, "s")) == "from 1 to 2 (s)"
    assert str(Range("x", 1.0, 2.0, "s", is_open=True)) == "between 1 and 2, both excluded (s)"
    assert str(Range("x", 0.0, math.inf, "s")) == "at least 0 (s)"
    assert str(Range("x", 0.0, math.inf, "s", is_open=True)) == "above 0 (s)"


def test_infinity_is_never_within_a_range() -> None:
    assert range_faults([Range("x", 0.0, math.inf, "s")], {"x": math.inf})


def test_every_range_names_its_source_and_is_not_empty() -> None:
    for one in (*validity(), *GRID_RANGES):
        assert one.source
        assert one.lowest < one.highest


def test_a_good_link_has_no_faults_and_its_kernel_units() -> None:
    assert link_faults(**LINK) == []
    link = new_link(**LINK)
    assert (link.cell_size_km, link.frequency_ghz, link.vertical) == (0.03, 1.8, True)
    assert link.wavelength_m == pytest.approx(0.2998 / 1.8)
    assert link.radius_km == effective_earth_radius_km(45.0)
    assert link.beta_radius_km == 3 * 6371.0


def test_every_fault_of_a_link_is_named_at_once() -> None:
    bad = {name: "circular" if name == "polarization" else -100.0 for name in LINK}
    message = "; ".join(link_faults(**bad))
    for name in bad:
        assert name in message


def test_a_place_must_be_on_known_terrain() -> None:
    height_m = np.zeros((3, 4))
    height_m[1, 1] = math.nan
    assert place_faults(height_m, 2, 3) == []
    assert "off the grid of 3 by 4" in place_faults(height_m, 3, 0)[0]
    assert "off the grid" in place_faults(height_m, 0, -1)[0]
    assert "unknown terrain" in place_faults(height_m, 1, 1)[0]
    assert "2 dimensions" in place_faults(np.zeros(3), 0, 0)[0]
    assert "whole numbers" in place_faults(height_m, 1.5, 0)[0]
    assert "int64" in place_faults(np.zeros((3, 3), dtype=np.int64), 0, 0)[0]


def test_clutter_must_fit_the_terrain_and_not_be_negative() -> None:
    height_m = np.zeros((2, 2))
    assert clutter_faults(None, height_m) == []
    assert clutter_faults(np.array([[math.nan, 0.0], [5.0, 9.0]]), height_m) == []
    assert "shape (3,)" in clutter_faults(np.zeros(3), height_m)[0]
    assert "from -1.0 to 0.0" in clutter_faults(np.array([[0.0, -1.0], [0.0, 0.0]]), height_m)[0]
    assert "finite" in clutter_faults(np.full((2, 2), math.inf), height_m)[0]
    assert "shape (2,)" in clutter_faults(np.zeros(2), np.zeros(2))[0]


def test_clutter_is_looked_at_only_where_it_is_used() -> None:
    cover_m = np.array([[0.0, -1.0], [5.0, 9.0]])
    assert clutter_faults(cover_m, np.zeros((2, 2)), np.s_[1:, :]) == []


def test_nothing_is_refused_without_faults() -> None:
    refuse([])
    with pytest.raises(ParameterError, match="first; second"):
        refuse(["first", "second"])


@pytest.mark.parametrize("value", ["1800", None, [1800.0], np.array([1.0, 2.0]), 1j, True])
def test_what_is_no_number_is_never_within_a_range(value: object) -> None:
    assert range_faults([Range("x", 0.0, 5000.0, "s")], {"x": value})  # type: ignore[dict-item]


@pytest.mark.parametrize(
    "height_m", [[[0.0, 0.0]], np.ma.masked_array(np.zeros((2, 2)), mask=np.eye(2))]
)
def test_lists_and_masked_terrain_are_refused(height_m: np.ndarray) -> None:
    assert "plain array" in place_faults(height_m, 0, 1)[0]


@pytest.mark.parametrize("clutter_m", [3.0, [[0.0]], np.ma.masked_array([[1.0]], mask=[[True]])])
def test_lists_and_masked_clutter_are_refused(clutter_m: np.ndarray) -> None:
    assert "plain array" in clutter_faults(clutter_m, np.zeros((1, 1)))[0]


def test_truth_is_no_place() -> None:
    assert "whole numbers" in place_faults(np.zeros((2, 2)), True, 0)[0]
