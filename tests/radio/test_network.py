"""Do best, second and SINR equal plain counting, in any order?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.radio.around import around
from infraplan.radio.levels import (
    HIGHEST_DBM,
    LOWEST_DBM,
    POWER_UNIT_MW,
    level_number,
    power_units,
    thermal_noise_dbm,
)
from infraplan.radio.network import Field, Place, Reception, add_sectors, new_field, read_field
from infraplan.radio.pattern import pattern_from_beamwidths
from infraplan.radio.sectors import Sectors, sectors

SIDE = 9
EVERYWHERE = pattern_from_beamwidths(
    horizontal_beamwidth_deg=1e6,
    vertical_beamwidth_deg=1e6,
    front_to_back_db=0.0,
    side_lobe_db=0.0,
)
FLOOR_DBM = -140.0
NOISE_DBM = -123.2


def place_of(key: int) -> Sectors:
    """Return an antenna that radiates 0 dBm alike in all directions."""
    return sectors([EVERYWHERE], keys=[key], eirp_dbm=0.0, azimuth_deg=0.0, electrical_tilt_deg=0.0)


def add(field: Field, key: int, level_dbm: np.ndarray, carrier: int = 0) -> None:
    add_sectors(
        field,
        -level_dbm.astype(np.float32),
        np.zeros((SIDE, SIDE), dtype=np.float32),
        (0, 0),
        around(SIDE, 30.0),
        place_of(key),
        Place(-4, -4, 0, 0, carrier, 30.0, FLOOR_DBM),
        (0, SIDE),
    )


def read(field: Field, carriers: list[int], load: float = 0.5) -> Reception:
    count = field.total.shape[0]
    return read_field(
        field,
        carrier_of=np.array(carriers, dtype=np.int32),
        noise_dbm=np.full(count, NOISE_DBM),
        load_share=load,
    )


def random_levels(seed: int, cells: int) -> np.ndarray:
    levels = np.random.default_rng(seed).uniform(-150.0, -60.0, (cells, SIDE, SIDE))
    return np.round(levels, 2)


def test_best_second_and_sinr_equal_plain_counting() -> None:
    levels = random_levels(1, 6)
    carriers = [0, 0, 1, 1, 0, 1]
    field = new_field((SIDE, SIDE), 2)
    for key, level in enumerate(levels):
        add(field, key, level, carriers[key])
    found = read(field, carriers)
    heard = np.where(levels >= FLOOR_DBM, levels, -np.inf)
    order = np.argsort(-heard, axis=0, kind="stable")
    np.testing.assert_array_equal(found.best_key, order[0])
    np.testing.assert_array_equal(found.second_key, order[1])
    best = np.take_along_axis(heard, order[:1], 0)[0]
    np.testing.assert_allclose(found.best_dbm, best, atol=0.006)
    power = 10 ** (heard / 10)
    same = np.array(carriers)[:, None, None] == np.array(carriers)[order[0]]
    own = 10 ** (best / 10)
    others = (power * same).sum(axis=0) - own
    sinr = 10 * np.log10(own / (0.5 * others + 10 ** (NOISE_DBM / 10)))
    np.testing.assert_allclose(found.sinr_db, sinr, atol=0.02)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1000), order=st.permutations(range(5)))
def test_the_order_of_cells_changes_nothing(seed: int, order: list[int]) -> None:
    levels = np.round(random_levels(seed, 5))  # whole decibels: many ties
    one, two = new_field((SIDE, SIDE), 1), new_field((SIDE, SIDE), 1)
    for key in range(5):
        add(one, key, levels[key])
        add(two, order[key], levels[order[key]])
    for first, second in zip(one, two, strict=True):
        np.testing.assert_array_equal(first, second)


def test_of_equal_levels_the_smaller_key_serves() -> None:
    field = new_field((SIDE, SIDE), 1)
    for key in (7, 2, 5):
        add(field, key, np.full((SIDE, SIDE), -80.0))
    found = read(field, [0] * 8)
    assert (found.best_key == 2).all()
    assert (found.second_key == 5).all()


def test_cells_below_the_floor_are_absent() -> None:
    field = new_field((SIDE, SIDE), 1)
    add(field, 0, np.full((SIDE, SIDE), FLOOR_DBM - 0.1))
    found = read(field, [0])
    assert (found.best_key == -1).all()
    assert np.isnan(found.best_dbm).all()
    assert np.isnan(found.sinr_db).all()
    assert (field.total == 0).all()


def test_load_and_noise_bound_the_sinr() -> None:
    field = new_field((SIDE, SIDE), 1)
    add(field, 0, np.full((SIDE, SIDE), -90.0))
    alone = read(field, [0]).sinr_db
    np.testing.assert_allclose(alone, -90.0 - NOISE_DBM, atol=0.01)
    add(field, 1, np.full((SIDE, SIDE), -93.0))
    np.testing.assert_allclose(read(field, [0, 0], load=0.0).sinr_db, alone)
    np.testing.assert_allclose(read(field, [0, 0], load=1.0).sinr_db, 3.0, atol=0.01)


def test_without_noise_there_is_no_sinr() -> None:
    field = new_field((SIDE, SIDE), 1)
    add(field, 0, np.full((SIDE, SIDE), -90.0))
    found = read_field(
        field, carrier_of=np.zeros(1, np.int32), noise_dbm=np.array([np.nan]), load_share=0.5
    )
    assert np.isnan(found.sinr_db).all()
    assert (found.best_key == 0).all()


@given(level_dbm=st.floats(-140.0, HIGHEST_DBM))
def test_powers_are_whole_numbers_close_to_the_truth(level_dbm: float) -> None:
    number = level_number(level_dbm)
    assert abs(number / 100 + LOWEST_DBM - level_dbm) <= 0.005 + 1e-9
    exact = 10 ** ((number / 100 + LOWEST_DBM) / 10) / POWER_UNIT_MW
    assert power_units(number) == pytest.approx(exact, rel=1e-4)


def test_powers_are_cut_off_before_sums_overflow() -> None:
    most = power_units(level_number(30.0))
    assert most == power_units(level_number(HIGHEST_DBM))
    assert 90 * most < np.iinfo(np.int64).max


def test_noise_of_nothing_is_refused() -> None:
    with pytest.raises(ParameterError, match=r"bandwidth_hz.*noise_figure_db"):
        thermal_noise_dbm(0.0, -1.0)
