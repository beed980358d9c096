"""Are zones, horizons and smooth surfaces of a profile found where they are?"""

from __future__ import annotations

import math

import numpy as np
import pytest

from infraplan.radio.p1812.climate import (
    ducting_time_percent,
    inland_climate,
    inland_weight,
    path_climate,
)
from infraplan.radio.p1812.combination import _smooth_larger
from infraplan.radio.p1812.great_circle import middle_latitude_deg
from infraplan.radio.p1812.horizons import find_horizons
from infraplan.radio.p1812.smooth_surface import fit_surface, roughness_m
from infraplan.units import EARTH_RADIUS_KM

FLAT_EARTH_KM = 1e12


def _zones(*codes: int) -> tuple[np.ndarray, np.ndarray]:
    return np.arange(float(len(codes))), np.array(codes, dtype=np.int64)


@pytest.mark.parametrize(
    ("codes", "sea_share", "land_km", "inland_km", "coasts_km"),
    [
        ((4, 4, 4, 4, 4), 0.0, 4.0, 4.0, (500.0, 400.0)),
        ((1, 1, 1, 1, 1), 1.0, 0.0, 0.0, (0.0, 0.0)),
        ((1, 1, 3, 4, 4), 1.5 / 4, 2.5, 1.5, (0.0, 400.0)),
        ((4, 3, 1, 3, 4), 1.0 / 4, 1.5, 0.5, (500.0, 400.0)),
        ((4, 1, 4, 1, 4), 2.0 / 4, 1.0, 1.0, (500.0, 400.0)),
        ((4, 4, 3, 4, 1), 0.5 / 4, 3.5, 1.5, (500.0, 0.0)),
        ((3, 3, 3, 3, 3), 0.0, 4.0, 0.0, (500.0, 400.0)),
    ],
)
def test_zones_are_measured_from_halfway_to_halfway(
    codes: tuple[int, ...],
    sea_share: float,
    land_km: float,
    inland_km: float,
    coasts_km: tuple[float, float],
) -> None:
    climate = path_climate(*_zones(*codes), 500.0, 400.0)
    assert climate == pytest.approx((sea_share, land_km, inland_km, *coasts_km))


def test_an_inland_path_needs_no_zones() -> None:
    assert inland_climate(7.0) == path_climate(np.array([0.0, 2.0, 7.0]), np.full(3, 4), 500, 500)


def test_ducting_is_commonest_over_sea_in_the_tropics() -> None:
    assert ducting_time_percent(0.0, 0.0, 0.0) == pytest.approx(10**1.67, rel=0.01)
    assert ducting_time_percent(50.0, 300.0, 300.0) < ducting_time_percent(50.0, 0.0, 0.0)
    assert ducting_time_percent(-30.0, 9.0, 2.0) == ducting_time_percent(30.0, 9.0, 2.0)
    assert inland_weight(0.0) == 0.0
    assert inland_weight(500.0) == pytest.approx(1.0)


def test_the_middle_of_a_great_circle_bends_towards_the_pole() -> None:
    degree_km = math.radians(1.0) * EARTH_RADIUS_KM
    assert middle_latitude_deg(10.0, 5.0, 20.0, 5.0, 10 * degree_km) == pytest.approx(15.0)
    angle = math.acos(math.sin(math.radians(50)) ** 2 + math.cos(math.radians(50)) ** 2 * 0.5)
    middle = middle_latitude_deg(50.0, 0.0, 50.0, 60.0, angle * EARTH_RADIUS_KM)
    assert middle > 52.0
    assert middle_latitude_deg(21.0, 105.0, 21.0, 105.0, 0.0) == pytest.approx(21.0)
    assert middle_latitude_deg(0.0, 179.9, 0.0, -179.9, degree_km / 5) == pytest.approx(0.0)


def test_horizons_are_the_steepest_points_seen_from_each_end() -> None:
    distance_km = np.arange(0.0, 11.0)
    height_m = np.zeros(11)
    height_m[[2, 7]] = 100.0, 120.0
    found = find_horizons(distance_km, height_m, 20.0, 10.0, FLAT_EARTH_KM)
    assert found.is_transhorizon
    assert (found.tx_horizon_km, found.rx_horizon_km) == (2.0, 3.0)
    assert found.tx_horizon_mrad == pytest.approx(1000 * math.atan(80 / 2000), rel=1e-9)
    assert found.rx_horizon_mrad == pytest.approx(1000 * math.atan(110 / 3000), rel=1e-9)
    assert found.path_angle_mrad == pytest.approx(found.tx_horizon_mrad + found.rx_horizon_mrad)


def test_within_sight_both_horizons_are_the_least_clear_point_and_the_last_of_equal_ones() -> None:
    distance_km = np.arange(0.0, 11.0)
    height_m = np.zeros(11)
    height_m[[4, 6]] = 30.0
    found = find_horizons(distance_km, height_m, 50.0, 50.0, FLAT_EARTH_KM)
    assert not found.is_transhorizon
    assert (found.tx_horizon_km, found.rx_horizon_km) == (6.0, 4.0)
    assert found.tx_point == found.rx_point == 6


def test_a_slope_is_its_own_smooth_surface() -> None:
    distance_km = np.array([0.0, 1.0, 1.5, 4.0, 10.0])
    height_m = 100.0 + 7.0 * distance_km
    found = fit_surface(distance_km, height_m, 130.0, 180.0)
    assert (found.tx_fit_m, found.rx_fit_m) == pytest.approx((100.0, 170.0))
    assert (found.tx_smooth_m, found.rx_smooth_m) == pytest.approx((100.0, 170.0))
    assert roughness_m(distance_km, height_m, found, 1, 3) == pytest.approx(0.0, abs=1e-9)


def test_an_obstruction_lowers_the_smooth_surface_of_diffraction_only() -> None:
    distance_km = np.linspace(0.0, 10.0, 101)
    height_m = np.zeros(101)
    height_m[30] = 200.0
    found = fit_surface(distance_km, height_m, 30.0, 10.0)
    assert found.tx_duct_surface_m == 0.0
    assert found.tx_smooth_m < found.tx_duct_surface_m
    assert found.tx_smooth_m < found.rx_smooth_m
    assert roughness_m(distance_km, height_m, found, 30, 30) == pytest.approx(200.0, abs=5.0)


def test_the_smooth_maximum_does_not_overflow() -> None:
    assert _smooth_larger(5000.0, 100.0, 2.5) == 5000.0
    assert _smooth_larger(100.0, 100.0, 2.5) == pytest.approx(100.0 + 2.5 * math.log(2.0))
