"""Does the fast sweep agree with its exact twin, everywhere on a grid?"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.radio.freespace import loss_db as free_space_loss_db
from infraplan.radio.sweep import loss_at, loss_block, loss_window

CELL_M = 60.0
LINK = {"frequency_mhz": 1842.5, "tx_height_m": 40.0}
REACH_M = 50 * CELL_M


def _errors_db(height_m: np.ndarray, row: int, column: int, **link: float) -> np.ndarray:
    """Compare the sweep with its twin at every pixel that either knows."""
    window_db = loss_window(height_m, CELL_M, row, column, radius_m=REACH_M, **link)
    radius = window_db.shape[0] // 2
    rows, columns = np.nonzero(np.isfinite(window_db))
    exact_db = loss_at(
        height_m, CELL_M, row, column, rows + row - radius, columns + column - radius, **link
    )
    return window_db[rows, columns] - exact_db


@pytest.mark.compiled
@pytest.mark.parametrize("place", [(60, 60), (0, 0), (0, 70), (120, 3), (118, 120), (45, 30)])
@pytest.mark.parametrize("frequency_mhz", [773.0, 2655.0])
def test_sweep_agrees_with_exact_profiles(
    hills_m: np.ndarray, place: tuple[int, int], frequency_mhz: float
) -> None:
    errors_db = _errors_db(hills_m, *place, **(LINK | {"frequency_mhz": frequency_mhz}))
    assert errors_db.size > 1900
    assert np.abs(errors_db).mean() <= 0.2
    assert np.quantile(np.abs(errors_db), 0.99) <= 2.0
    assert abs(errors_db.mean()) <= 0.1


@pytest.mark.compiled
def test_sweep_agrees_on_summit_and_in_hollow(hills_m: np.ndarray) -> None:
    inner = hills_m[30:90, 30:90]
    for extreme in (inner.argmax(), inner.argmin()):
        row, column = np.unravel_index(extreme, inner.shape)
        errors_db = _errors_db(hills_m, int(row) + 30, int(column) + 30, **LINK)
        assert np.abs(errors_db).mean() <= 0.2
        assert np.quantile(np.abs(errors_db), 0.99) <= 2.0


@pytest.mark.compiled
def test_sweep_agrees_over_flat_ground_far_beyond_the_horizon() -> None:
    flat_m = np.zeros((3, 801), dtype=np.float32)
    link = {"frequency_mhz": 942.5, "tx_height_m": 20.0}
    window_db = loss_window(flat_m, 100.0, 1, 0, radius_m=80_000.0, **link)
    columns = np.arange(1, 801)
    exact_db = loss_at(flat_m, 100.0, 1, 0, np.ones_like(columns), columns, **link)
    error_db = window_db[800, 801:] - exact_db
    assert np.abs(error_db).max() <= 1.0
    assert np.abs(error_db).mean() <= 0.2


def test_window_is_a_disc_that_loses_no_pixel_of_the_grid(hills_m: np.ndarray) -> None:
    window_db = loss_window(hills_m, CELL_M, 10, 60, radius_m=REACH_M, **LINK)
    rows, columns = np.mgrid[-50:51, -50:51]
    inside = (np.hypot(rows, columns) <= 50) & (rows >= -10)
    assert window_db.shape == (101, 101)
    assert window_db.dtype == np.float32
    assert np.array_equal(np.isfinite(window_db), inside)


def test_loss_is_never_below_free_space(hills_m: np.ndarray) -> None:
    window_db = loss_window(hills_m, CELL_M, 60, 60, radius_m=REACH_M, **LINK)
    rows, columns = np.mgrid[-50:51, -50:51]
    rise_m = hills_m[10:111, 10:111] + 1.5 - hills_m[60, 60] - 40.0
    distance_m = np.hypot(np.hypot(rows, columns) * CELL_M, rise_m)
    excess_db = window_db - free_space_loss_db(distance_m, 1842.5)
    assert np.nanmin(excess_db) >= -1e-3
    assert np.nanmax(excess_db) > 20.0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 120), st.integers(0, 120))
def test_mirrored_and_turned_terrain_gives_the_same_window_mirrored_and_turned(
    hills_m: np.ndarray, row: int, column: int
) -> None:
    link = LINK | {"radius_m": 20 * CELL_M}
    window_db = loss_window(hills_m, CELL_M, row, column, **link)
    mirrored_db = loss_window(hills_m[:, ::-1], CELL_M, row, 120 - column, **link)
    turned_db = loss_window(hills_m.T, CELL_M, column, row, **link)
    assert np.array_equal(mirrored_db[:, ::-1], window_db, equal_nan=True)
    assert np.allclose(turned_db.T, window_db, rtol=0, atol=1e-4, equal_nan=True)


def test_nearest_pixels_are_exact_down_to_the_mast_itself(hills_m: np.ndarray) -> None:
    window_db = loss_window(hills_m, CELL_M, 60, 60, radius_m=CELL_M * 3, **LINK)
    rows, columns = np.nonzero(np.isfinite(window_db))
    exact_db = loss_at(hills_m, CELL_M, 60, 60, rows + 57, columns + 57, **LINK)
    assert window_db[rows, columns] == pytest.approx(exact_db, abs=1e-3)
    assert window_db[3, 3] == pytest.approx(free_space_loss_db(38.5, 1842.5), abs=1e-3)


def test_antennas_at_the_same_point_have_a_finite_loss() -> None:
    flat_m = np.zeros((5, 5), dtype=np.float32)
    link = {"frequency_mhz": 900.0, "tx_height_m": 1.5, "rx_height_m": 1.5}
    window_db = loss_window(flat_m, CELL_M, 2, 2, radius_m=CELL_M, **link)
    assert window_db[1, 1] == pytest.approx(free_space_loss_db(1.0, 900.0))


def test_nothing_is_known_behind_unknown_terrain(hills_m: np.ndarray) -> None:
    holed_m = hills_m.copy()
    holed_m[40:81, 75:78] = np.nan
    whole_db = loss_window(hills_m, CELL_M, 60, 60, radius_m=REACH_M, **LINK)
    window_db = loss_window(holed_m, CELL_M, 60, 60, radius_m=REACH_M, **LINK)
    assert np.isnan(window_db[50, 65:]).all()
    assert np.array_equal(window_db[:, :60], whole_db[:, :60], equal_nan=True)
    exact_db = loss_at(holed_m, CELL_M, 60, 60, [60, 60, 76], [74, 80, 76], **LINK)
    assert np.isnan(exact_db).tolist() == [False, True, True]


def test_single_row_of_terrain_is_enough() -> None:
    ridge_m = np.zeros((1, 40), dtype=np.float32)
    ridge_m[0, 10] = 80.0
    window_db = loss_window(ridge_m, CELL_M, 0, 5, radius_m=REACH_M, **LINK)
    assert np.isfinite(window_db[50, 45:85]).all()
    assert np.isnan(np.delete(window_db, 50, axis=0)).all()


def test_loss_does_not_depend_on_type_layout_or_thread(hills_m: np.ndarray) -> None:
    link = LINK | {"radius_m": REACH_M}
    window_db = loss_window(hills_m, CELL_M, 60, 60, **link)
    whole_m = np.asfortranarray(hills_m.astype(np.float64))
    again_db = loss_window(whole_m, CELL_M, 60, 60, **link)
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(loss_window, hills_m, CELL_M, 60, 60, **link) for _ in range(4)]
    assert np.array_equal(again_db, window_db, equal_nan=True)
    assert all(np.array_equal(f.result(), window_db, equal_nan=True) for f in futures)


def test_every_bad_parameter_is_named_at_once(hills_m: np.ndarray) -> None:
    bad = {"frequency_mhz": 0.0, "tx_height_m": -1.0, "rx_height_m": math.nan, "delta_n": 157.0}
    with pytest.raises(ParameterError) as caught:
        loss_window(hills_m, 0.0, 200, 3, radius_m=-5.0, **bad)
    for name in [*bad, "cell_size_m", "radius_m", "row 200"]:
        assert name in str(caught.value)
    with pytest.raises(ParameterError) as caught:
        loss_at(hills_m, 0.0, -1, 3, [4, 121], [5, 0], **bad)
    for name in [*bad, "cell_size_m", "row -1", "1 pixels are off the grid, first number 1"]:
        assert name in str(caught.value)


@pytest.mark.parametrize(
    ("rows", "columns", "said"),
    [([1, 2], [1], "shapes"), ([1.5], [2.0], "whole numbers"), ([[1]], [[2]], "shapes")],
)
def test_pixels_that_are_no_list_of_posts_are_refused(
    hills_m: np.ndarray, rows: object, columns: object, said: str
) -> None:
    with pytest.raises(ParameterError, match=said):
        loss_at(hills_m, CELL_M, 60, 60, rows, columns, **LINK)


def test_transmitter_on_unknown_terrain_is_refused(hills_m: np.ndarray) -> None:
    holed_m = hills_m.copy()
    holed_m[60, 60] = np.nan
    with pytest.raises(ParameterError, match="unknown terrain"):
        loss_window(holed_m, CELL_M, 60, 60, radius_m=REACH_M, **LINK)
    with pytest.raises(ParameterError, match="2 dimensions"):
        loss_window(np.zeros((9, 9), dtype=int), CELL_M, 4, 4, radius_m=REACH_M, **LINK)


def test_no_pixels_have_no_losses(hills_m: np.ndarray) -> None:
    empty = np.empty(0, dtype=np.int64)
    assert loss_at(hills_m, CELL_M, 60, 60, empty, empty, **LINK).size == 0


@pytest.mark.parametrize("time_percent", [10.0, 50.0])
def test_small_window_over_clutter_agrees_in_parts_and_under_a_limit(
    hills_m: np.ndarray, time_percent: float
) -> None:
    clutter_m = np.where(hills_m > np.median(hills_m), 12.0, 0.0)
    link = LINK | {"radius_m": 12 * CELL_M, "time_percent": time_percent}
    link |= {"clutter_height_m": clutter_m}
    window_db = loss_window(hills_m, CELL_M, 60, 60, **link)
    rows, columns = np.nonzero(np.isfinite(window_db))
    del link["radius_m"]
    exact_db = loss_at(hills_m, CELL_M, 60, 60, rows + 48, columns + 48, **link)
    assert np.abs(window_db[rows, columns] - exact_db).mean() <= 0.5
    limit_db = float(np.nanmedian(window_db))
    block_db = loss_block(
        hills_m, CELL_M, 60, 60, block=(48, 60, 48, 73), radius_m=12 * CELL_M,
        max_loss_db=limit_db, **link,
    )  # fmt: skip
    below_db = np.where(window_db <= limit_db, window_db, np.nan)
    assert np.array_equal(block_db, below_db[:12], equal_nan=True)
