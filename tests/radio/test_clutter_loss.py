"""Does terminal clutter take away what P.2108 says, and refuse what it does not know?"""

from __future__ import annotations

import math
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.radio.clutter_loss import (
    ClutterType,
    height_gain_loss_db,
    slant_clutter_loss_db,
    terrestrial_clutter_loss_db,
)


@settings(deadline=None)
@given(
    st.floats(0.03, 3.0), st.floats(0.5, 30.0), st.floats(0.0, 20.0), st.sampled_from(
        get_args(ClutterType)
    )
)  # fmt: skip
def test_a_lower_antenna_never_loses_less(
    frequency_ghz: float, height_m: float, more_m: float, clutter: ClutterType
) -> None:
    low_db = height_gain_loss_db(frequency_ghz, height_m, 20.0, clutter)
    high_db = height_gain_loss_db(frequency_ghz, height_m + more_m, 20.0, clutter)
    assert low_db >= high_db - 1e-9


def test_an_antenna_above_its_clutter_loses_nothing() -> None:
    assert height_gain_loss_db(0.9, 20.0, 20.0, "urban") == 0.0
    assert height_gain_loss_db(0.9, 19.99, 20.0, "urban") == pytest.approx(0.0, abs=0.1)


def test_statistical_loss_grows_with_locations_and_stops_growing_with_distance() -> None:
    losses_db = [
        terrestrial_clutter_loss_db(3.5, 1.0, location_percent=p) for p in (5.0, 50.0, 95.0)
    ]
    assert losses_db == sorted(losses_db)
    near_db, far_db = (
        terrestrial_clutter_loss_db(3.5, d, location_percent=50.0) for d in (2.0, 50.0)
    )
    assert near_db == far_db


def test_a_satellite_overhead_is_clearer_than_one_at_the_horizon() -> None:
    low_db, high_db = (slant_clutter_loss_db(20.0, e, location_percent=50.0) for e in (0.0, 80.0))
    assert low_db > high_db + 10.0


def test_every_bad_parameter_is_named_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        height_gain_loss_db(5.0, 0.0, math.nan, "jungle", street_width_m=-1.0)
    for name in (
        "frequency_ghz",
        "height_m is 0.0",
        "clutter_height_m",
        "street_width_m",
        "jungle",
    ):
        assert name in str(caught.value)
    assert "P.2108-1, section 3.1" in str(caught.value)
    with pytest.raises(ParameterError, match=r"location_percent is 100\.0.*section 3\.2"):
        terrestrial_clutter_loss_db(3.5, 1.0, location_percent=100.0)
    with pytest.raises(ParameterError, match="elevation_deg is 91"):
        slant_clutter_loss_db(20.0, 91.0, location_percent=50.0)
