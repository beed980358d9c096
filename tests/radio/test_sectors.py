"""Do the tables of a place's sectors say what the antennas' patterns say?"""

from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.radio.antenna import sector_gain_db
from infraplan.radio.around import around
from infraplan.radio.network import Place, add_sectors, new_field, read_field
from infraplan.radio.pattern import Pattern, antenna_gain_db, pattern_from_cuts
from infraplan.radio.pattern import pattern_from_beamwidths as from_widths
from infraplan.radio.sectors import Sectors, loss_limits_db, sectors

WIDTHS = {
    "horizontal_beamwidth_deg": 70.0,
    "vertical_beamwidth_deg": 10.0,
    "front_to_back_db": 25.0,
    "side_lobe_db": 20.0,
}
FORMULA = from_widths(**WIDTHS)
CELL_M = 60.0
RADIUS = 40


def measured() -> Pattern:
    angle = np.arange(360)
    turned = np.minimum(angle, 360 - angle)
    down = np.minimum(np.abs(angle - 6), 360 - np.abs(angle - 6))
    return pattern_from_cuts(
        np.minimum(12 * (turned / 65.0) ** 2, 27 + 2 * np.cos(np.radians(3 * angle))),
        np.minimum(12 * (down / 8.0) ** 2, 22 + 3 * np.sin(np.radians(5 * angle))),
        tilt_deg=6.0,
    )


MEASURED = measured()


def levels_dbm(place: Sectors, ground_m: np.ndarray, loss_db: float = 100.0) -> np.ndarray:
    """Return the level in every pixel around a 40 m mast, at an even loss."""
    side = 2 * RADIUS + 1
    field = new_field((side, side), 1)
    add_sectors(
        field,
        np.full((side, side), loss_db, dtype=np.float32),
        ground_m.astype(np.float32),
        (0, 0),
        around(RADIUS, CELL_M),
        place,
        Place(-RADIUS, -RADIUS, 0, 0, 0, float(ground_m[RADIUS, RADIUS]) + 38.5, -160.0),
        (0, side),
    )
    return read_field(
        field,
        carrier_of=np.zeros(int(place.keys.max()) + 1, np.int32),
        noise_dbm=np.array([-120.0]),
        load_share=1.0,
    ).best_dbm


def directions_deg(ground_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.mgrid[-RADIUS : RADIUS + 1, -RADIUS : RADIUS + 1]
    rise_m = ground_m - ground_m[RADIUS, RADIUS] - 38.5
    elevation = np.degrees(np.arctan2(rise_m, np.hypot(rows, columns) * CELL_M))
    return np.degrees(np.arctan2(columns, -rows)), elevation


def hills() -> np.ndarray:
    rows, columns = np.mgrid[0 : 2 * RADIUS + 1, 0 : 2 * RADIUS + 1]
    return 60.0 * np.sin(rows / 9.0) * np.cos(columns / 7.0) + 0.9 * rows


@pytest.mark.parametrize("azimuth_deg", [0.0, 77.3, 359.96])
def test_levels_are_eirp_with_the_formula_less_the_loss(azimuth_deg: float) -> None:
    place = sectors(
        [FORMULA],
        keys=[3],
        eirp_dbm=[30.0],
        azimuth_deg=[azimuth_deg],
        electrical_tilt_deg=[4.0],
    )
    bearing, elevation = directions_deg(hills())
    gain = sector_gain_db(bearing - azimuth_deg, elevation, 4.0, **WIDTHS)
    error = levels_dbm(place, hills()) - (30.0 + gain - 100.0)
    assert np.abs(error).max() < 0.12
    assert np.abs(error).mean() < 0.02


COMPILED = pytest.mark.skipif(
    bool(numba.config.DISABLE_JIT), reason="a table of 3.7 million directions takes minutes"
)


@pytest.mark.parametrize("mechanical_deg", [0.0, pytest.param(5.0, marks=COMPILED)])
def test_measured_and_mechanically_tilted_antennas_follow_their_patterns(
    mechanical_deg: float,
) -> None:
    place = sectors(
        [MEASURED],
        keys=[0],
        eirp_dbm=[30.0],
        azimuth_deg=[50.0],
        electrical_tilt_deg=3.0,
        mechanical_tilt_deg=mechanical_deg,
    )
    bearing, elevation = directions_deg(hills())
    gain = antenna_gain_db(
        MEASURED,
        bearing - 50.0,
        elevation,
        mechanical_tilt_deg=mechanical_deg,
        electrical_tilt_deg=3.0,
    )
    error = levels_dbm(place, hills()) - (30.0 + gain - 100.0)
    assert np.abs(error).max() < 0.3
    assert np.abs(error).mean() < 0.03
    assert abs(error.mean()) < 0.005


@settings(max_examples=20, deadline=None)
@given(
    azimuth_deg=st.floats(0.0, 360.0),
    tilt_deg=st.floats(-2.0, 10.0),
    mechanical_deg=st.sampled_from([0.0] if numba.config.DISABLE_JIT else [0.0, 0.0, 4.0]),
    floor_dbm=st.floats(-120.0, -60.0),
    pattern=st.sampled_from([FORMULA, MEASURED]),
)
def test_no_level_beyond_the_limits_reaches_the_floor(
    azimuth_deg: float,
    tilt_deg: float,
    mechanical_deg: float,
    floor_dbm: float,
    pattern: Pattern,
) -> None:
    place = sectors(
        [pattern] * 2,
        keys=[0, 1],
        eirp_dbm=[30.0, 27.0],
        azimuth_deg=[azimuth_deg, azimuth_deg + 150.0],
        electrical_tilt_deg=tilt_deg,
        mechanical_tilt_deg=[0.0, mechanical_deg],
    )
    limits_db = loss_limits_db(place, floor_dbm)
    assert limits_db.shape == (360,)
    bearing, _ = directions_deg(hills())
    for shift in (-1, 0):
        degree = (np.floor(bearing) + 1 + shift).astype(int) % 360
        possible = levels_dbm(place, hills(), loss_db=0.0) - limits_db[degree]
        assert (possible < floor_dbm).all()


def test_every_fault_of_the_sectors_is_listed() -> None:
    with pytest.raises(ParameterError, match=r"eirp_dbm.*azimuth_deg.*keys"):
        sectors(
            [FORMULA] * 2,
            keys=[-1, 2],
            eirp_dbm=[30.0] * 3,
            azimuth_deg=[np.nan, 0.0],
            electrical_tilt_deg=0.0,
        )
    with pytest.raises(ParameterError, match="no sector"):
        sectors([], keys=[], eirp_dbm=[], azimuth_deg=[], electrical_tilt_deg=[])
