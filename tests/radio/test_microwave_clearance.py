"""Do antennas hang as low as the terrain allows, and no lower?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from infraplan.radio.diffraction import delta_bullington_loss_db
from infraplan.radio.microwave_clearance import (
    earth_bulge_m,
    fresnel_radius_m,
    least_clearance,
    lowest_heights_m,
    profile_points,
    required_levels_m,
    sample_surface,
)
from infraplan.radio.microwave_design import Criteria, design_hops
from infraplan.units import EARTH_RADIUS_KM

NO_CLUTTER = np.zeros((0, 0), dtype=np.float32)
CRITERIA = Criteria(median_k=4 / 3, median_radii=1.0, least_radii=0.6, spare_m=0.0)
CELL_M = 50.0


def _lp(level_m: np.ndarray, start: tuple[float, float], end: tuple[float, float]) -> object:
    """Solve for the least sum of both levels as a plain linear programme."""
    share = np.arange(1, len(level_m) - 1) / (len(level_m) - 1)
    return linprog(
        [1.0, 1.0],
        A_ub=-np.column_stack([1.0 - share, share]),
        b_ub=-level_m[1:-1],
        bounds=[start, end],
        method="highs",
    )


levels = st.lists(st.floats(0.0, 120.0), min_size=4, max_size=24).filter(lambda v: len(v) % 2 == 0)
spans = st.tuples(st.floats(0.0, 60.0), st.floats(0.0, 80.0)).map(lambda v: (v[0], v[0] + v[1]))


@settings(max_examples=400, deadline=None)
@given(levels, spans, spans)
def test_heights_have_the_sum_of_a_linear_programme(
    level: list[float], start: tuple[float, float], end: tuple[float, float]
) -> None:
    level_m = np.array(level)
    low_m, high_m = lowest_heights_m(level_m, start, end)
    plain = _lp(level_m, start, end)
    if math.isnan(low_m):
        top = np.linspace(start[1], end[1], len(level_m))
        assert (top - level_m)[1:-1].min() < 1e-6
        return
    assert plain.status == 0
    assert low_m + high_m == pytest.approx(plain.fun, abs=1e-6)
    ray_m = np.linspace(low_m, high_m, len(level_m))
    assert (ray_m - level_m)[1:-1].min() >= -1e-6
    assert start[0] - 1e-9 <= low_m <= start[1] + 1e-9
    assert end[0] - 1e-9 <= high_m <= end[1] + 1e-9


@settings(max_examples=100, deadline=None)
@given(levels, spans, spans)
def test_heights_are_mirrored_with_the_profile(
    level: list[float], start: tuple[float, float], end: tuple[float, float]
) -> None:
    there = lowest_heights_m(np.array(level), start, end)
    back = lowest_heights_m(np.array(level[::-1]), end, start)
    np.testing.assert_allclose(np.sum(there), np.sum(back), atol=1e-6)


def test_a_profile_has_an_even_number_of_points_half_a_cell_apart() -> None:
    for cells in (0.1, 1.0, 7.3, 400.0):
        count = profile_points(cells)
        assert count % 2 == 0
        assert cells / (count - 1) <= 0.5


def test_fresnel_radius_and_bulge_of_a_10_km_hop_at_10_ghz() -> None:
    assert fresnel_radius_m(5.0, 5.0, 10.0) == pytest.approx(17.3 * math.sqrt(25 / 100))
    assert earth_bulge_m(5.0, 5.0, 4 / 3) == pytest.approx(25e3 * 3 / (8 * EARTH_RADIUS_KM))


def test_the_stricter_of_both_rules_counts() -> None:
    surface_m, level_m = np.zeros(4), np.empty(4)
    for least_k, stricter in ((0.1, "least"), (10.0, "median")):
        required_levels_m(surface_m, 30.0, 10.0, (4 / 3, least_k), (1.0, 0.6), 2.0, level_m)
        zone_m = fresnel_radius_m(10.0, 20.0, 10.0)
        by_rule = {
            "median": earth_bulge_m(10.0, 20.0, 4 / 3) + zone_m,
            "least": earth_bulge_m(10.0, 20.0, least_k) + 0.6 * zone_m,
        }
        assert level_m[1] == pytest.approx(by_rule[stricter] + 2.0)
        assert max(by_rule, key=by_rule.get) == stricter


def test_clutter_stands_in_the_way_but_not_within_a_cell_of_a_mast() -> None:
    terrain = np.full((3, 12), 100.0, dtype=np.float32)
    trees = np.full((3, 12), 15.0, dtype=np.float32)
    count = profile_points(11.0)
    surface_m, bare_m = np.empty(count), np.empty(count)
    assert sample_surface(terrain, trees, (1.0, 0.0, 1.0, 11.0), surface_m, bare_m)
    assert surface_m[0] == surface_m[1] == surface_m[-1] == 100.0
    assert surface_m[count // 2] == 115.0
    assert (bare_m == 100.0).all()


def test_unknown_terrain_and_places_off_the_grid_are_told() -> None:
    terrain = np.zeros((5, 5), dtype=np.float32)
    out = np.empty(10)
    assert not sample_surface(terrain, NO_CLUTTER, (0.0, 0.0, 0.0, 5.0), out, out.copy())
    terrain[2, 2] = np.nan
    assert not sample_surface(terrain, NO_CLUTTER, (0.0, 0.0, 4.0, 4.0), out, out.copy())
    assert sample_surface(terrain, NO_CLUTTER, (0.0, 0.0, 0.0, 4.0), out, out.copy())


def _design(terrain: np.ndarray, *, highest: float = 60.0, **given: object) -> object:
    last = terrain.shape[1] - 1
    facts: dict[str, object] = {
        "ends": np.array([[1.0, 0.0, 1.0, float(last)]]),
        "ground_m": terrain[1, [0, last]][None, :].astype(float),
        "lowest_m": np.full((1, 2), 5.0),
        "highest_m": np.full((1, 2), highest),
        "least_k": np.array([0.6]),
        "works": np.ones((1, 2), dtype=bool),
        "frequency_ghz": np.array([8.0, 20.0]),
        "criteria": CRITERIA,
    }
    return design_hops(terrain, NO_CLUTTER, CELL_M, **{**facts, **given})


def _ridge(height_m: float, columns: int = 200, at: float = 0.5) -> np.ndarray:
    x = np.arange(columns) / (columns - 1)
    return np.tile(height_m * np.exp(-(((x - at) / 0.02) ** 2)), (3, 1)).astype(np.float32)


def test_the_first_option_that_clears_is_taken() -> None:
    found = _design(_ridge(0.0))
    assert found.option.tolist() == [0]
    none = _design(_ridge(0.0), works=np.array([[False, False]]))
    assert none.option.tolist() == [-1]
    assert np.isnan(none.heights_m).all()
    second = _design(_ridge(0.0), works=np.array([[False, True]]))
    assert second.option.tolist() == [1]


def test_a_higher_band_clears_where_a_lower_one_does_not() -> None:
    found = _design(_ridge(50.5))
    assert found.option.tolist() == [1]
    assert _design(_ridge(90.0)).option.tolist() == [-1]


def test_a_ridge_nearer_to_one_end_raises_that_end() -> None:
    found = _design(_ridge(40.0, at=0.25), highest=120.0)
    assert found.heights_m[0, 0] > found.heights_m[0, 1]
    middle = _design(_ridge(30.0, columns=201), highest=120.0)
    assert abs(middle.heights_m[0, 0] - middle.heights_m[0, 1]) <= 1.0


def test_heights_are_whole_metres_and_within_the_masts() -> None:
    found = _design(_ridge(25.0), highest=39.5)
    assert ((found.heights_m % 1 == 0) | (found.heights_m == 39.5)).all()
    assert (found.heights_m <= 39.5).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_what_is_designed_clears_and_a_pair_two_metres_lower_does_not(seed: int) -> None:
    rng = np.random.default_rng(seed)
    terrain = np.cumsum(rng.normal(0.0, 2.0, (3, 160)), axis=1).astype(np.float32)
    found = _design(terrain, highest=150.0)
    if found.option[0] < 0:
        return
    frequency = (8.0, 20.0)[int(found.option[0])]
    count, length_km = profile_points(159.0), 159 * CELL_M / 1000.0
    surface_m, bare_m, level_m = np.empty(count), np.empty(count), np.empty(count)
    assert sample_surface(terrain, NO_CLUTTER, (1.0, 0.0, 1.0, 159.0), surface_m, bare_m)
    required_levels_m(surface_m, length_km, frequency, (4 / 3, 0.6), (1.0, 0.6), 0.0, level_m)
    levels_m = bare_m[[0, -1]] + found.heights_m[0]
    assert (np.linspace(*levels_m, count) - level_m)[1:-1].min() >= -1e-5
    least, _ = least_clearance(surface_m, length_km, frequency, 0.6, *levels_m)
    assert found.clearance[0] == pytest.approx(least, rel=1e-5)
    assert least >= 0.6 - 1e-6
    if (found.heights_m[0] > 7.0).all():  # both hang higher than they must by themselves
        lower = np.linspace(*(levels_m - 2.0), count) - level_m
        assert lower[1:-1].min() < 0.0


def test_a_designed_hop_loses_next_to_nothing_by_diffraction_even_at_least_k() -> None:
    """Free of the Fresnel rules: the delta-Bullington method of P.526 on the same profile."""
    terrain = _ridge(30.0)
    found = _design(terrain, highest=150.0)
    distance_km = np.arange(200) * CELL_M / 1000.0
    heights_m = found.heights_m[0]
    for k, most_db in ((4 / 3, 0.1), (0.6, 1.0)):
        loss_db = delta_bullington_loss_db(
            distance_km, terrain[1].astype(float), tx_height_m=heights_m[0],
            rx_height_m=heights_m[1], frequency_ghz=8.0,
            effective_radius_km=k * EARTH_RADIUS_KM,
        )  # fmt: skip
        assert loss_db <= most_db
    grazing_db = delta_bullington_loss_db(
        distance_km, terrain[1].astype(float), tx_height_m=30.0, rx_height_m=30.0,
        frequency_ghz=8.0, effective_radius_km=0.6 * EARTH_RADIUS_KM,
    )  # fmt: skip
    assert grazing_db > 6.0
