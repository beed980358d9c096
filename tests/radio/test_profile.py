"""Is the terrain between two posts sampled densely and where it should be?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.radio.profile import interpolate_height_m, sample_count, sample_profile

PLACES = st.tuples(st.integers(0, 8), st.integers(0, 6))


@settings(deadline=None)
@given(PLACES, PLACES)
def test_profile_of_a_slope_is_the_straight_line(
    start: tuple[int, int], end: tuple[int, int]
) -> None:
    rows, columns = np.mgrid[0:9, 0:7]
    slope_m = (3.0 * rows - 2.0 * columns).astype(np.float32)
    if start == end:
        return
    count = sample_count(end[0] - start[0], end[1] - start[1])
    distance_km, height_m = np.empty(count), np.empty(count)
    assert sample_profile(slope_m, 0.06, start, end, distance_km, height_m)
    assert height_m == pytest.approx(np.linspace(slope_m[start], slope_m[end], count), abs=1e-5)
    assert distance_km[-1] == pytest.approx(0.06 * math.dist(start, end))
    assert np.diff(distance_km).max() <= 0.06 / 3 + 1e-12


def test_posts_without_weight_may_be_unknown() -> None:
    height_m = np.array([[1.0, 2.0], [np.nan, np.nan]], dtype=np.float32)
    assert interpolate_height_m(height_m, 0.0, 0.5) == 1.5
    assert math.isnan(interpolate_height_m(height_m, 0.1, 0.5))


def test_unknown_terrain_on_the_line_is_reported() -> None:
    height_m = np.zeros((1, 5), dtype=np.float32)
    height_m[0, 2] = np.nan
    distance_km, out_m = np.empty(13), np.empty(13)
    assert not sample_profile(height_m, 0.06, (0, 0), (0, 4), distance_km, out_m)
