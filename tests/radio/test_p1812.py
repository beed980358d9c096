"""Does the whole P.1812 behave as physics and the Recommendation's text say?"""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.radio.p1812 import TransmissionLoss, transmission_loss, validity
from infraplan.radio.p1812.climate import COASTAL, INLAND, SEA
from infraplan.radio.p1812.location import inverse_normal

SETTINGS = {
    "frequency_ghz": 0.6,
    "time_percent": 10.0,
    "location_percent": 50.0,
    "tx_height_m": 40.0,
    "rx_height_m": 10.0,
    "polarization": "vertical",
    "tx_latitude_deg": 21.3,
    "rx_latitude_deg": 21.3,
    "tx_longitude_deg": 105.0,
    "rx_longitude_deg": 105.5,
    "delta_n": 45.0,
    "n0": 360.0,
}
HEIGHTS = st.lists(st.floats(0.0, 400.0), min_size=3, max_size=40)


def _loss(
    heights: object,
    path_km: float = 50.0,
    clutter: object = None,
    zone: object = None,
    **changes: object,
) -> TransmissionLoss:
    height_m = np.asarray(heights)
    clutter_m = np.zeros(height_m.size) if clutter is None else clutter
    zones = np.full(height_m.size, INLAND) if zone is None else zone
    distance_km = np.linspace(0.0, path_km, height_m.size)
    return transmission_loss(distance_km, height_m, clutter_m, zones, **(SETTINGS | changes))


def _values(found: TransmissionLoss) -> np.ndarray:
    return np.array(dataclasses.astuple(found), dtype=float)


@settings(deadline=None, max_examples=50)
@given(HEIGHTS, st.data(), st.floats(1.0, 49.0), st.floats(0.3, 300.0))
def test_loss_is_the_same_both_ways(
    heights: list[float], data: st.DataObject, time_percent: float, path_km: float
) -> None:
    zones = data.draw(
        st.lists(
            st.sampled_from([SEA, COASTAL, INLAND]), min_size=len(heights), max_size=len(heights)
        )
    )
    link = {"time_percent": time_percent, "rx_longitude_deg": 105.0}
    there = _loss(heights, path_km, zone=zones, coast_tx_km=3.0, coast_rx_km=400.0, **link)
    link |= {"tx_height_m": SETTINGS["rx_height_m"], "rx_height_m": SETTINGS["tx_height_m"]}
    back = _loss(
        heights[::-1], path_km, zone=zones[::-1], coast_tx_km=400.0, coast_rx_km=3.0, **link
    )
    if not there.is_transhorizon:
        # equally clear points: each way takes the one that is last from its own end
        assert there.diffraction_loss_db == pytest.approx(back.diffraction_loss_db, abs=1e-6)
    else:
        assert there.basic_loss_db == pytest.approx(back.basic_loss_db, abs=1e-6)


@settings(deadline=None, max_examples=50)
@given(HEIGHTS, st.floats(0.3, 500.0), st.sampled_from([0.03, 0.45, 1.8, 6.0]))
def test_loss_is_never_below_line_of_sight_nor_diffraction_below_free_space(
    heights: list[float], path_km: float, frequency_ghz: float
) -> None:
    for time_percent in (1.0, 50.0):
        found = _loss(heights, path_km, frequency_ghz=frequency_ghz, time_percent=time_percent)
        assert found.basic_loss_db >= found.line_of_sight_loss_db
        assert found.diffraction_median_loss_db >= 0.0
        assert found.basic_diffraction_median_loss_db >= found.free_space_loss_db
        assert np.isfinite(_values(found)).all()


@settings(deadline=None)
@given(st.floats(0.0, 800.0), st.floats(0.0, 200.0), st.integers(1, 19))
def test_one_obstacle_costs_more_the_higher_it_stands(
    height_m: float, more_m: float, place: int
) -> None:
    low_m = np.zeros(21)
    low_m[place] = height_m
    high_m = low_m.copy()
    high_m[place] += more_m
    losses_db = [_loss(h, time_percent=50.0).bullington_median_loss_db for h in (low_m, high_m)]
    assert losses_db[1] >= losses_db[0] - 1e-9


@settings(deadline=None, max_examples=25)
@given(st.lists(st.integers(0, 300), min_size=5, max_size=60))
def test_neither_strides_nor_kinds_of_number_matter(heights: list[int]) -> None:
    plain = _values(_loss(np.array(heights, dtype=np.float64)))
    wide = np.zeros((len(heights), 3), dtype=np.int32)
    wide[:, 1] = heights
    backwards = np.array(heights[::-1], dtype=np.int16)[::-1]
    for same in (wide[:, 1], backwards, heights, np.array(heights, dtype=np.float32)):
        assert _values(_loss(same)).tolist() == plain.tolist()


def test_the_arrays_are_left_as_they_were() -> None:
    arrays = [np.linspace(0.0, 5.0, 6), np.arange(6.0), np.full(6, 9.0), np.full(6, INLAND)]
    before = [array.copy() for array in arrays]
    transmission_loss(*arrays, **SETTINGS)
    for array, old in zip(arrays, before, strict=True):
        assert array.tolist() == old.tolist()


def test_at_half_of_the_time_the_flatter_earth_has_no_weight() -> None:
    found = _loss([0.0, 300.0, 0.0, 80.0, 0.0], time_percent=50.0)
    assert found.diffraction_loss_db == found.diffraction_median_loss_db
    assert found.line_of_sight_loss_db == found.free_space_loss_db
    assert found.time_interpolation_share == pytest.approx(0.0, abs=1e-8)


def test_nothing_jumps_where_the_time_is_that_of_ducting() -> None:
    heights = [0.0, 30.0, 10.0, 60.0, 0.0]
    percent = _loss(heights).ducting_percent
    losses_db = [
        _loss(heights, time_percent=p).basic_loss_db
        for p in (percent - 1e-9, percent, percent + 1e-9)
    ]
    assert np.ptp(losses_db) < 1e-6


def test_the_loss_is_smaller_for_a_smaller_share_of_time() -> None:
    losses_db = [
        _loss(np.zeros(200), 120.0, time_percent=p).basic_loss_db for p in (1.0, 10.0, 50.0)
    ]
    assert losses_db == sorted(losses_db)
    assert losses_db[0] < losses_db[2] - 5.0


def test_a_smooth_sea_costs_less_than_land_and_polarisation_matters_there() -> None:
    flat = np.zeros(300)
    sea = np.full(300, SEA)
    link = {"frequency_ghz": 0.1, "time_percent": 50.0}
    over_land = _loss(flat, 60.0, **link)
    over_sea = _loss(flat, 60.0, zone=sea, **link)
    horizontal = _loss(flat, 60.0, zone=sea, polarization="horizontal", **link)
    assert over_sea.sea_share == 1.0
    assert over_sea.diffraction_loss_db < over_land.diffraction_loss_db - 2.0
    assert horizontal.diffraction_loss_db > over_sea.diffraction_loss_db + 1.0


def test_coupling_into_a_duct_over_the_sea_needs_the_coast_near() -> None:
    zone = np.full(100, SEA)
    zone[[0, -1]] = COASTAL
    far = _loss(np.zeros(100), 200.0, zone=zone, time_percent=1.0)
    near = _loss(np.zeros(100), 200.0, zone=zone, time_percent=1.0, coast_tx_km=0.5)
    assert near.sea_share > 0.75
    assert near.ducting_loss_db < far.ducting_loss_db - 3.0


def test_clutter_raises_the_profile_between_the_ends_only() -> None:
    heights = np.full(50, 20.0)
    bare = _loss(heights, 5.0)
    clutter = np.full(50, 15.0)
    under = _loss(heights, 5.0, clutter=clutter)
    assert under.bullington_median_loss_db > bare.bullington_median_loss_db
    for name in ("tx_horizon_mrad", "path_angle_mrad", "tx_smooth_m", "roughness_m", "tx_level_m"):
        assert getattr(under, name) == getattr(bare, name)
    clutter[[0, -1]] = 500.0
    assert _values(_loss(heights, 5.0, clutter=clutter)).tolist() == _values(under).tolist()


def test_locations_spread_the_loss_but_not_below_line_of_sight_nor_at_sea() -> None:
    heights = [0.0, 300.0, 0.0, 200.0, 0.0]
    spread = {"location_percent": 90.0, "location_sigma_db": 5.5}
    median = _loss(heights)
    found = _loss(heights, **spread)
    assert found.basic_loss_db - median.basic_loss_db == pytest.approx(5.5 * 1.2816, abs=0.003)
    assert found.field_strength_dbuvm == pytest.approx(
        199.36 + 20.0 * math.log10(0.6) - found.basic_loss_db
    )
    afloat = _loss(heights, zone=[INLAND, INLAND, INLAND, INLAND, SEA], **spread)
    assert afloat.location_correction_db == 0.0
    lucky = _loss(np.zeros(9), 1.0, location_percent=1.0, location_sigma_db=20.0)
    assert lucky.basic_loss_db == lucky.line_of_sight_loss_db


def test_three_points_are_enough_and_very_long_paths_stay_finite() -> None:
    assert _loss([0.0, 5.0, 0.0], 0.25).distance_km == 0.25
    longest = _loss(np.full(20, 100.0), 3000.0, frequency_ghz=6.0)
    assert np.isfinite(_values(longest)).all()
    assert longest.basic_loss_db > 300.0


def test_polar_latitudes_have_their_own_share_of_ducting() -> None:
    ends = ("tx_latitude_deg", "rx_latitude_deg")
    shares = [
        _loss(np.zeros(9), 5.0, **dict.fromkeys(ends, latitude)).ducting_percent
        for latitude in (69.999, 70.001, -80.0)
    ]
    assert shares[0] == pytest.approx(shares[1], rel=0.01)
    assert shares[1] == shares[2]


def test_every_number_outside_its_range_is_named_at_once_with_its_source() -> None:
    bad = {
        r.name: r.lowest if r.is_open else math.nextafter(r.lowest, -math.inf)
        for r in validity()
        if r.name in SETTINGS or r.name.startswith(("coast", "location"))
    }
    with pytest.raises(ParameterError) as caught:
        _loss([0.0, 1.0, 0.0], 0.2, **(bad | {"polarization": "circular"}))
    message = str(caught.value)
    assert len(bad) == len(validity()) - 1
    for name in [*bad, "polarization", "the last distance_km"]:
        assert name in message
    assert "P.1812-8" in message
    for r in validity():
        if r.name in SETTINGS and not r.is_open:
            value = math.nextafter(r.highest, math.inf)
            with pytest.raises(ParameterError, match=f"{r.name} is {value}"):
                _loss([0.0, 1.0, 0.0], **{r.name: value})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"distance_km": [0.0, 2.0, 1.0]}, "increase from point to point"),
        ({"distance_km": [0.1, 1.0, 2.0]}, "start at 0"),
        ({"distance_km": [0.0, 1.0, 1.0]}, "increase from point to point"),
        ({"height_m": [0.0, math.nan, 0.0]}, "height_m has 1 values that are not finite"),
        ({"clutter_height_m": [0.0, -1.0, 0.0]}, "clutter_height_m goes down to -1"),
        ({"zone": [4, 2, 4]}, "zone holds 2; give 1 sea"),
        ({"zone": [4, math.nan, 4]}, "zone has 1 values"),
        ({"height_m": [0.0, 1.0]}, "shapes"),
        ({"height_m": ["a", "b", "c"]}, "height_m does not hold numbers"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(changes: dict[str, object], words: str) -> None:
    profile = {
        "distance_km": [0.0, 1.0, 2.0],
        "height_m": [0.0, 0.0, 0.0],
        "clutter_height_m": [0.0, 0.0, 0.0],
        "zone": [4, 4, 4],
    }
    with pytest.raises(ParameterError, match=words):
        transmission_loss(**(profile | changes), **SETTINGS)


def test_masked_terrain_is_unknown_terrain() -> None:
    hidden = np.ma.masked_array(np.zeros(4), mask=[False, True, False, False])
    with pytest.raises(ParameterError, match="height_m has 1 values that are not finite"):
        transmission_loss([0.0, 1.0, 2.0, 3.0], hidden, [0] * 4, [INLAND] * 4, **SETTINGS)


def test_what_is_no_number_is_named_with_all_else() -> None:
    with pytest.raises(ParameterError, match=r"frequency_ghz is 1;.*tx_height_m is None;"):
        _loss(np.zeros(4), frequency_ghz="1", tx_height_m=None)


def test_two_points_are_too_few() -> None:
    with pytest.raises(ParameterError, match="n >= 3"):
        _loss([0.0, 0.0])


def test_the_normal_quantile_is_within_its_printed_error_and_held_at_the_ends() -> None:
    assert inverse_normal(0.5) == pytest.approx(0.0, abs=1e-8)
    assert inverse_normal(0.1) == pytest.approx(1.2816, abs=4.54e-4)
    assert inverse_normal(0.9) == -inverse_normal(1.0 - 0.9)
    assert inverse_normal(0.0) == inverse_normal(1e-6)
