"""Do the tables of an antenna say what its formula or its measured cuts say?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.radio.antenna import sector_gain_db
from infraplan.radio.pattern import (
    antenna_gain_db,
    pattern_from_beamwidths,
    pattern_from_cuts,
    tilted_direction_deg,
)

ANTENNA = {
    "horizontal_beamwidth_deg": 70.0,
    "vertical_beamwidth_deg": 10.0,
    "front_to_back_db": 25.0,
    "side_lobe_db": 20.0,
}
SECTOR = pattern_from_beamwidths(**ANTENNA)
DEGREES = np.arange(360)


def panel_cuts(tilt_deg: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return whole-degree cuts of a made-up panel whose rear lobe differs from its front lobe."""
    turned = (DEGREES + 180) % 360 - 180
    horizontal_db = np.minimum(12 * (turned / 65) ** 2, 28.0)
    front_db = np.minimum(12 * ((turned - tilt_deg) / 7) ** 2, 18.0)
    behind = (DEGREES - (180 - tilt_deg) + 180) % 360 - 180
    rear_db = 28.0 + np.minimum(12 * (behind / 20) ** 2, 10.0)
    return horizontal_db, np.where(np.abs(turned) <= 90, front_db, rear_db)


def test_tables_of_the_formula_equal_the_formula() -> None:
    azimuth_deg, elevation_deg = np.meshgrid(np.arange(-180, 180, 0.37), np.arange(-90, 90, 0.53))
    tables = antenna_gain_db(SECTOR, azimuth_deg, elevation_deg, electrical_tilt_deg=4.0)
    formula = sector_gain_db(azimuth_deg, elevation_deg, 4.0, **ANTENNA)
    np.testing.assert_allclose(tables, formula, atol=0.05)
    assert np.abs(tables - formula).mean() < 0.001


def test_measured_cuts_are_met_in_front_and_behind() -> None:
    horizontal_db, vertical_db = panel_cuts()
    panel = pattern_from_cuts(horizontal_db, vertical_db, tilt_deg=0.0)
    around = antenna_gain_db(panel, DEGREES, 0.0)
    np.testing.assert_allclose(around, -horizontal_db, atol=1e-9)
    below = np.arange(-90, 91)
    np.testing.assert_allclose(
        antenna_gain_db(panel, 0.0, -below), -vertical_db[below % 360], atol=1e-9
    )
    behind = antenna_gain_db(panel, 180.0, -below)
    np.testing.assert_allclose(behind, -vertical_db[(180 - below) % 360], atol=1e-9)


def test_a_beam_tilted_in_the_file_is_not_tilted_again() -> None:
    panel = pattern_from_cuts(*panel_cuts(tilt_deg=6.0), tilt_deg=6.0)
    assert antenna_gain_db(panel, 0.0, -6.0) == pytest.approx(0.0)
    assert antenna_gain_db(panel, 0.0, -6.0, electrical_tilt_deg=6.0) == pytest.approx(0.0)
    assert antenna_gain_db(panel, 0.0, -2.0, electrical_tilt_deg=2.0) == pytest.approx(0.0)
    assert antenna_gain_db(panel, 0.0, 0.0) == pytest.approx(-12 * (6 / 7) ** 2, abs=0.05)


def test_cuts_that_disagree_behind_leave_the_horizontal_cut_as_it_is() -> None:
    horizontal_db, vertical_db = panel_cuts(tilt_deg=4.0)
    rear = np.arange(100, 261)
    vertical_db[rear] += 9.0
    panel = pattern_from_cuts(horizontal_db, vertical_db, tilt_deg=4.0)
    around = antenna_gain_db(panel, DEGREES, -4.0)
    np.testing.assert_allclose(around, -horizontal_db, atol=1e-9)


def test_electrical_downtilt_lowers_the_rear_lobe_and_mechanical_raises_it() -> None:
    panel = pattern_from_cuts(*panel_cuts(), tilt_deg=0.0)
    lowered = antenna_gain_db(panel, 180.0, -5.0, electrical_tilt_deg=5.0)
    raised = antenna_gain_db(panel, 180.0, 5.0, mechanical_tilt_deg=5.0)
    assert lowered == raised == pytest.approx(-28.0, abs=1e-9)


def test_mechanical_tilt_lowers_the_front_and_leaves_the_sides() -> None:
    ahead = antenna_gain_db(SECTOR, 0.0, [-8.0, 0.0], mechanical_tilt_deg=8.0)
    assert ahead[0] == pytest.approx(0.0)
    assert ahead[1] == pytest.approx(-12 * 0.8**2)
    assert tilted_direction_deg(90.0, 0.0, 8.0) == pytest.approx((90.0, 0.0), abs=1e-9)
    assert tilted_direction_deg(180.0, 0.0, 8.0)[1] == pytest.approx(-8.0)


@settings(deadline=None)
@given(st.floats(-180, 180), st.floats(-89, 89), st.floats(-20, 20))
def test_tilting_turns_directions_without_stretching_them(
    azimuth_deg: float, elevation_deg: float, tilt_deg: float
) -> None:
    turned_deg, raised_deg = tilted_direction_deg(azimuth_deg, elevation_deg, tilt_deg)
    forward = np.sin(np.radians(elevation_deg)) * np.cos(np.radians(tilt_deg))
    forward += (
        np.cos(np.radians(elevation_deg))
        * np.cos(np.radians(azimuth_deg))
        * np.sin(np.radians(tilt_deg))
    )
    assert np.sin(np.radians(raised_deg)) == pytest.approx(forward, abs=1e-12)
    back = tilted_direction_deg(turned_deg, raised_deg, -tilt_deg)
    assert np.cos(np.radians(back[0] - azimuth_deg)) == pytest.approx(1.0, abs=1e-9)
    assert back[1] == pytest.approx(elevation_deg, abs=1e-6)


@settings(deadline=None)
@given(
    st.floats(-720, 720), st.floats(-90, 90), st.floats(-10, 15), st.floats(-5, 15),
    st.sampled_from(["projection", "sum"]),
)  # fmt: skip
def test_gain_is_bounded_and_repeats_every_turn(
    azimuth_deg: float, elevation_deg: float, mechanical_deg: float, electrical_deg: float, way: str
) -> None:
    panel = pattern_from_cuts(*panel_cuts(3.0), tilt_deg=3.0, combination=way)
    gains_db = antenna_gain_db(
        panel, [azimuth_deg, -azimuth_deg, azimuth_deg + 360.0], elevation_deg,
        mechanical_tilt_deg=mechanical_deg, electrical_tilt_deg=electrical_deg,
    )  # fmt: skip
    assert np.all((gains_db >= -panel.max_db) & (gains_db <= 0.0))
    assert gains_db == pytest.approx(gains_db[0], abs=1e-6)


def test_cuts_are_lowered_so_that_the_main_direction_has_no_attenuation() -> None:
    horizontal_db, vertical_db = panel_cuts(2.0)
    panel = pattern_from_cuts(horizontal_db + 0.7, vertical_db + 1.5, tilt_deg=2.0)
    assert antenna_gain_db(panel, 0.0, -2.0) == pytest.approx(0.0)


def test_unknown_direction_has_unknown_gain() -> None:
    gains_db = antenna_gain_db(SECTOR, [0.0, np.nan], 0.0)
    assert gains_db[0] == 0.0
    assert np.isnan(gains_db[1])


def test_bad_cuts_are_named_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        pattern_from_cuts(np.zeros(10), np.full(360, -1.0), tilt_deg=0.0)
    assert "horizontal_db" in str(caught.value)
    assert "vertical_db" in str(caught.value)
    with pytest.raises(ParameterError, match="vertical_beamwidth_deg"):
        pattern_from_beamwidths(**{**ANTENNA, "vertical_beamwidth_deg": 0.0})
