"""Is the exact loss of a pixel that of P.1812 over its profile, everywhere and near the mast?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.radio.audit import loss_at
from infraplan.radio.freespace import loss_db as free_space_loss_db
from infraplan.radio.p1812 import transmission_loss
from infraplan.radio.profile import add_clutter

CELL_M = 60.0
MAST = (60, 60)
LINK = {"frequency_mhz": 1800.0, "tx_height_m": 30.0}


def _profile(
    grid: np.ndarray, end: tuple[int, int], start: tuple[int, int] = MAST
) -> tuple[np.ndarray, np.ndarray]:
    """Sample a grid as the twin does, but with NumPy."""
    cells = math.dist(start, end)
    count = math.ceil(3 * cells) + 1
    rows, columns = (np.linspace(a, b, count) for a, b in zip(start, end, strict=True))
    up, left = rows.astype(int), columns.astype(int)
    down, right = np.minimum(up + 1, grid.shape[0] - 1), np.minimum(left + 1, grid.shape[1] - 1)
    y, x = rows - up, columns - left
    above = grid[up, left] * (1 - x) + grid[up, right] * x
    below = grid[down, left] * (1 - x) + grid[down, right] * x
    return np.linspace(0, cells * CELL_M / 1e3, count), above * (1 - y) + below * y


def _whole_model_db(
    hills_m: np.ndarray, end: tuple[int, int], clutter_m: np.ndarray, **changes: object
) -> float:
    distance_km, terrain_m = _profile(hills_m.astype(float), end)
    _, cover_m = _profile(clutter_m, end)
    near_km = np.minimum(distance_km, distance_km[-1] - distance_km)
    cover_m[near_km < CELL_M / 1e3 * 5 / 6] = 0.0
    options = {
        "frequency_ghz": 1.8,
        "time_percent": 50.0,
        "location_percent": 50.0,
        "tx_height_m": 30.0,
        "rx_height_m": 1.5,
        "polarization": "vertical",
        "tx_latitude_deg": 45.0,
        "rx_latitude_deg": 45.0,
        "tx_longitude_deg": 0.0,
        "rx_longitude_deg": 0.0,
        "delta_n": 45.0,
        "n0": 325.0,
    }
    zone = np.full(distance_km.size, 4)
    # terminals at one longitude: the middle of so short a path is at 45 degrees to 1e-2
    found = transmission_loss(distance_km, terrain_m, cover_m, zone, **(options | changes))
    return found.basic_loss_db


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 120), st.integers(0, 120), st.sampled_from([0.0, 12.0]))
def test_loss_is_that_of_the_whole_model_over_the_profile(
    hills_m: np.ndarray, row: int, column: int, clutter_height_m: float
) -> None:
    if math.dist((row, column), MAST) * CELL_M < 250.0:
        return
    cover_m = np.where(hills_m > np.median(hills_m), clutter_height_m, 0.0)
    found_db = loss_at(hills_m, CELL_M, *MAST, [row], [column], clutter_height_m=cover_m, **LINK)
    model_db = _whole_model_db(hills_m, (row, column), cover_m)
    assert found_db[0] == pytest.approx(model_db, abs=2e-3)


def test_time_frequency_and_polarisation_reach_the_model(hills_m: np.ndarray) -> None:
    end = (3, 110)
    bare_m = np.zeros(hills_m.shape)
    found_db = loss_at(
        hills_m, CELL_M, *MAST, *end, frequency_mhz=450.0, tx_height_m=30.0, rx_height_m=3.0,
        polarization="horizontal", time_percent=5.0, delta_n=60.0, n0=350.0, latitude_deg=45.0,
    )  # fmt: skip
    model_db = _whole_model_db(
        hills_m, end, bare_m, frequency_ghz=0.45, rx_height_m=3.0, polarization="horizontal",
        time_percent=5.0, delta_n=60.0, n0=350.0,
    )  # fmt: skip
    assert found_db.shape == (1,)
    assert found_db[0] == pytest.approx(model_db, abs=2e-2)


def test_near_the_mast_it_is_free_space_on_open_ground_and_never_an_error() -> None:
    flat_m = np.zeros((21, 21), dtype=np.float32)
    rows = np.arange(10, 21)
    losses_db = loss_at(flat_m, 10.0, 10, 10, rows, np.full(11, 10), **LINK)
    slant_m = np.hypot(10.0 * (rows - 10), 28.5)
    assert losses_db == pytest.approx(free_space_loss_db(slant_m, 1800.0), abs=1e-6)


def test_an_obstacle_near_the_mast_costs_diffraction() -> None:
    wall_m = np.zeros((1, 21))
    wall_m[0, 12] = 60.0
    losses_db = loss_at(wall_m, 10.0, 0, 10, [0, 0], [8, 14], **LINK)
    assert losses_db[1] > losses_db[0] + 20.0


def test_the_model_begins_at_250_metres_to_rounding() -> None:
    flat_m = np.zeros((1, 60))
    for cell_m in (10.0, 25.0, 50.0, 62.5):
        column = round(250.0 / cell_m)
        far_db = loss_at(flat_m, cell_m, 0, 0, 0, column, **LINK, time_percent=1.0)
        slant_m = np.hypot(250.0, 28.5)
        assert far_db[0] < free_space_loss_db(slant_m, 1800.0) - 0.05


def test_on_its_own_pixel_the_antennas_are_at_least_a_metre_apart() -> None:
    flat_m = np.zeros((3, 3))
    same_db = loss_at(flat_m, 30.0, 1, 1, 1, 1, frequency_mhz=900.0, tx_height_m=1.5)
    assert same_db[0] == free_space_loss_db(1.0, 900.0)


def test_unknown_terrain_on_the_way_gives_nan_and_only_there(hills_m: np.ndarray) -> None:
    holed_m = hills_m.copy()
    holed_m[60, 70] = np.nan
    losses_db = loss_at(holed_m, CELL_M, *MAST, [60, 60, 60, 65], [65, 70, 80, 70], **LINK)
    assert np.isnan(losses_db).tolist() == [False, True, True, False]


def test_unknown_clutter_counts_as_none(hills_m: np.ndarray) -> None:
    pixels = ([10, 60, 100], [10, 110, 30])
    bare_db = loss_at(hills_m, CELL_M, *MAST, *pixels, **LINK)
    for cover_m in (np.zeros(hills_m.shape), np.full(hills_m.shape, np.nan)):
        covered_db = loss_at(hills_m, CELL_M, *MAST, *pixels, clutter_height_m=cover_m, **LINK)
        assert covered_db.tolist() == bare_db.tolist()


def test_terminals_stand_in_a_clearing_of_one_cell() -> None:
    distance_km = np.linspace(0.0, 0.294, 16)  # the third sample is just under one cell away
    surface_m = np.full(16, 9.0)
    add_clutter(distance_km, np.zeros(16), 0.06, surface_m)
    assert surface_m.tolist() == [0.0] * 3 + [9.0] * 10 + [0.0] * 3
    flat_m = np.zeros((1, 4))
    wood_m = np.full((1, 4), 50.0)
    bare_db = loss_at(flat_m, 60.0, 0, 0, 0, 1, **LINK)
    assert loss_at(flat_m, 60.0, 0, 0, 0, 1, clutter_height_m=wood_m, **LINK) == bare_db
    assert loss_at(flat_m, 60.0, 0, 0, 0, 2, clutter_height_m=wood_m, **LINK)[0] > 80.0


def test_neither_layout_nor_the_rest_of_the_grid_matter(hills_m: np.ndarray) -> None:
    rows, columns = [62, 90, 61], [63, 100, 75]
    plain_db = loss_at(hills_m, CELL_M, *MAST, rows, columns, **LINK)
    big_m = np.full((200, 300), np.nan)
    big_m[40:161, 100:221] = hills_m
    for grid, shift in (
        (hills_m.astype(np.float64), (0, 0)),
        (np.asfortranarray(hills_m), (0, 0)),
        (big_m, (40, 100)),
    ):
        moved = [np.array(rows) + shift[0], np.array(columns) + shift[1]]
        place = (MAST[0] + shift[0], MAST[1] + shift[1])
        assert loss_at(grid, CELL_M, *place, *moved, **LINK).tolist() == plain_db.tolist()


def test_equal_antennas_lose_the_same_both_ways(hills_m: np.ndarray) -> None:
    heights = {"frequency_mhz": 900.0, "tx_height_m": 20.0, "rx_height_m": 20.0}
    for end in ((5, 8), (60, 100), (118, 77), (62, 61)):
        there_db = loss_at(hills_m, CELL_M, *MAST, *end, **heights)
        back_db = loss_at(hills_m, CELL_M, *end, *MAST, **heights)
        assert there_db[0] == pytest.approx(back_db[0], abs=0.01)


def test_no_pixels_give_no_losses() -> None:
    none = np.array([], dtype=int)
    assert loss_at(np.zeros((3, 3)), 30.0, 1, 1, none, none, **LINK).shape == (0,)


def test_every_bad_parameter_is_named_at_once() -> None:
    with pytest.raises(ParameterError) as caught:
        loss_at(
            np.zeros((3, 3)), 0.0, 5, 1, [0], [7], frequency_mhz=0.0, tx_height_m=-1.0,
            rx_height_m=math.nan, clutter_height_m=np.zeros((2, 2)), polarization="round",
            time_percent=60.0, delta_n=200.0, n0=-1.0, latitude_deg=100.0,
        )  # fmt: skip
    names = "cell_size_m frequency_mhz tx_height_m rx_height_m clutter_height_m polarization"
    names += " time_percent delta_n n0 latitude_deg transmitter pixels"
    for name in names.split():
        assert name in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "columns", "words"),
    [([0, 1], [0], "shapes"), ([[0]], [[0]], "shapes"), ([0.5], [0.0], "whole numbers")],
)
def test_pixels_that_make_no_sense_are_refused(rows: object, columns: object, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        loss_at(np.zeros((3, 3)), 30.0, 1, 1, rows, columns, **LINK)
