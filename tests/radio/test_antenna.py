"""Does the sector pattern follow 3GPP TR 36.814, Table A.2.1.1-2?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.radio.antenna import sector_gain_db

ANTENNA = {
    "horizontal_beamwidth_deg": 70.0,
    "vertical_beamwidth_deg": 10.0,
    "front_to_back_db": 25.0,
    "side_lobe_db": 20.0,
}


def test_gain_peaks_at_the_azimuth_below_the_horizon() -> None:
    assert sector_gain_db(0.0, -6.0, 6.0, **ANTENNA) == 0.0
    assert sector_gain_db(0.0, 6.0, 6.0, **ANTENNA) < -10.0


def test_half_a_beamwidth_off_is_three_db_down() -> None:
    assert sector_gain_db([35.0, -35.0], 0.0, 0.0, **ANTENNA) == pytest.approx(-3.0)
    assert sector_gain_db(0.0, [5.0, -5.0], 0.0, **ANTENNA) == pytest.approx(-3.0)


def test_back_is_down_by_the_front_to_back_ratio_and_no_more() -> None:
    assert sector_gain_db([180.0, -180.0, 170.0], -90.0, 0.0, **ANTENNA) == pytest.approx(-25.0)
    assert sector_gain_db(0.0, -90.0, 0.0, **ANTENNA) == pytest.approx(-20.0)


@settings(deadline=None)
@given(st.floats(-720, 720), st.floats(-90, 90), st.floats(-5, 15))
def test_gain_is_bounded_symmetric_and_repeats_every_turn(
    offset_deg: float, elevation_deg: float, tilt_deg: float
) -> None:
    offsets = [offset_deg, -offset_deg, offset_deg + 360.0]
    gains_db = sector_gain_db(offsets, elevation_deg, tilt_deg, **ANTENNA)
    assert np.all((gains_db >= -25.0) & (gains_db <= 0.0))
    assert gains_db == pytest.approx(gains_db[0], abs=1e-9)


def test_directions_broadcast() -> None:
    gains_db = sector_gain_db(np.zeros((4, 1)), np.zeros(3), 0.0, **ANTENNA)
    assert gains_db.shape == (4, 3)


def test_every_bad_figure_is_named_at_once() -> None:
    bad = dict.fromkeys(ANTENNA, -1.0)
    with pytest.raises(ParameterError) as caught:
        sector_gain_db(0.0, 0.0, 0.0, **bad)
    for name in ANTENNA:
        assert name in str(caught.value)
