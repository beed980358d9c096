"""Does diffraction over one profile behave as physics says, and refuse what makes no sense?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.radio.diffraction import delta_bullington_loss_db
from infraplan.radio.p1812.bullington import bullington_loss_db
from infraplan.radio.p1812.spherical_earth import clearance_m, spherical_loss_db
from infraplan.units import effective_earth_radius_km, wavelength_m

LINK = {
    "tx_height_m": 30.0,
    "rx_height_m": 1.5,
    "frequency_ghz": 1.8,
    "effective_radius_km": effective_earth_radius_km(45.0),
}
HEIGHTS = st.lists(st.floats(0.0, 300.0), min_size=3, max_size=40)


def _bullington_db(height_m: np.ndarray) -> float:
    distance_km = np.linspace(0.0, 10.0, height_m.size)
    levels_m = height_m[0] + 30.0, height_m[-1] + 1.5
    radius_km = LINK["effective_radius_km"]
    return bullington_loss_db(distance_km, height_m, *levels_m, wavelength_m(1.8), radius_km)


@settings(deadline=None)
@given(HEIGHTS, st.data(), st.floats(0.0, 500.0))
def test_raising_an_obstacle_never_lowers_bullingtons_loss(
    heights: list[float], data: st.DataObject, more_m: float
) -> None:
    low_m = np.array(heights)
    high_m = low_m.copy()
    high_m[data.draw(st.integers(1, low_m.size - 2))] += more_m
    assert _bullington_db(high_m) >= _bullington_db(low_m) - 1e-6


@settings(deadline=None)
@given(HEIGHTS)
def test_loss_is_the_same_both_ways_and_never_negative(heights: list[float]) -> None:
    distance_km = np.linspace(0.0, 10.0, len(heights))
    there_db = delta_bullington_loss_db(distance_km, heights, **LINK)
    swapped = LINK | {"tx_height_m": LINK["rx_height_m"], "rx_height_m": LINK["tx_height_m"]}
    back_db = delta_bullington_loss_db(distance_km, heights[::-1], **swapped)
    assert there_db >= 0.0
    assert there_db == pytest.approx(back_db, abs=1e-6)


@settings(deadline=None)
@given(st.floats(0.0, 400.0))
def test_datum_of_the_heights_does_not_matter(shift_m: float) -> None:
    distance_km = [0.0, 1.0, 2.0, 3.0, 4.0]
    height_m = np.array([5.0, 10.0, 60.0, 20.0, 8.0])
    loss_db = delta_bullington_loss_db(distance_km, height_m, **LINK)
    assert delta_bullington_loss_db(distance_km, height_m + shift_m, **LINK) == pytest.approx(
        loss_db, abs=1e-6
    )


def test_grazing_edge_costs_six_db_before_bullingtons_correction() -> None:
    distance_km = np.array([0.0, 5.0, 10.0])
    radius_km = 1e12
    height_m = np.array([0.0, 30.0, 0.0])
    loss_db = bullington_loss_db(distance_km, height_m, 30.0, 30.0, 0.1667, radius_km)
    edge_db = 6.9 + 20 * math.log10(math.sqrt(1.01) - 0.1)
    assert loss_db == pytest.approx(edge_db + (1 - math.exp(-edge_db / 6)) * 10.2)


def test_clear_high_path_costs_nothing() -> None:
    assert (
        delta_bullington_loss_db(
            np.linspace(0, 5, 50), np.zeros(50), **(LINK | {"tx_height_m": 300, "rx_height_m": 300})
        )
        == 0.0
    )


def test_smooth_earth_loss_grows_with_distance_and_vanishes_with_clearance() -> None:
    link = (30.0, 10.0, 8500.0, 1.8, wavelength_m(1.8), True, 0.0)
    losses_db = [spherical_loss_db(d, *link) for d in (1.0, 20.0, 30.0, 40.0, 60.0)]
    assert losses_db[0] == 0.0
    assert losses_db == sorted(losses_db)
    clear_m, required_m = clearance_m(1.0, 30.0, 10.0, 8500.0, wavelength_m(1.8))
    assert clear_m > required_m


def test_sea_share_blends_land_and_sea() -> None:
    link = (60.0, 2.0, 2.0, 8500.0, 0.1, wavelength_m(0.1), True)
    land_db, half_db, sea_db = (spherical_loss_db(*link, share) for share in (0.0, 0.5, 1.0))
    assert half_db == pytest.approx((land_db + sea_db) / 2)
    assert sea_db < land_db - 1.0


def test_polarisation_matters_over_sea() -> None:
    profile = (np.linspace(0, 60, 200), np.zeros(200))
    link = LINK | {"frequency_ghz": 0.1, "sea_share": 1.0}
    vertical_db = delta_bullington_loss_db(*profile, **link)
    assert delta_bullington_loss_db(*profile, **link, polarization="horizontal") > vertical_db + 1


def test_two_points_have_no_obstacle() -> None:
    assert delta_bullington_loss_db([0.0, 0.01], [0.0, 0.0], **LINK) == 0.0


def test_unknown_height_has_unknown_loss() -> None:
    assert math.isnan(delta_bullington_loss_db([0.0, 1.0, 2.0], [0.0, math.nan, 0.0], **LINK))


def test_every_bad_parameter_is_named_at_once() -> None:
    bad = dict.fromkeys(LINK, -1.0) | {"polarization": "circular", "sea_share": 1.5}
    with pytest.raises(ParameterError) as caught:
        delta_bullington_loss_db([0.0, 2.0, 1.0], [0.0, 0.0, 0.0], **bad)
    for name in [*bad, "distance_km"]:
        assert name in str(caught.value)


def test_profile_of_unlike_arrays_is_refused() -> None:
    with pytest.raises(ParameterError, match="shapes"):
        delta_bullington_loss_db([0.0, 1.0], [0.0, 0.0, 0.0], **LINK)
