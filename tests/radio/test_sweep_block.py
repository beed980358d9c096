"""Is a part of a sweep, a pruned one or one of several heights the same as the whole?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.radio import sweep_job
from infraplan.radio.sweep import loss_block, loss_window, loss_windows

pytestmark = pytest.mark.compiled

CELL_M = 60.0
REACH_M = 50 * CELL_M
LINK = {"frequency_mhz": 1842.5, "tx_height_m": 40.0, "radius_m": REACH_M}
WHOLE = (10, 111, 10, 111)


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return np.array_equal(a, b, equal_nan=True)


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(st.integers(-20, 140), st.integers(-20, 140)).map(sorted),
    st.tuples(st.integers(-20, 140), st.integers(-20, 140)).map(sorted),
    st.tuples(st.integers(0, 120), st.integers(0, 120)),
)
def test_block_is_the_same_part_of_the_window_bit_by_bit(
    hills_m: np.ndarray, rows: list[int], columns: list[int], place: tuple[int, int]
) -> None:
    window_db = loss_window(hills_m, CELL_M, *place, **LINK)
    block_db = loss_block(hills_m, CELL_M, *place, block=(*rows, *columns), **LINK)
    expected_db = np.full((161, 161), np.nan, dtype=np.float32)
    top, left = place[0] - 50 + 20, place[1] - 50 + 20
    whole_db = np.full((301, 301), np.nan, dtype=np.float32)
    whole_db[top + 60 : top + 161, left + 60 : left + 161] = window_db
    expected_db = whole_db[60:, 60:][rows[0] + 20 : rows[1] + 20, columns[0] + 20 : columns[1] + 20]
    assert _same(block_db, expected_db)


def test_blocks_stitched_together_are_the_window(hills_m: np.ndarray) -> None:
    whole_db = loss_block(hills_m, CELL_M, 60, 60, block=WHOLE, **LINK)
    edges = [10, 37, 60, 61, 98, 111]
    stitched_db = np.block(
        [
            [
                loss_block(hills_m, CELL_M, 60, 60, block=(*edges[i : i + 2], *edges[j : j + 2]),
                           **LINK)
                for j in range(5)
            ]
            for i in range(5)
        ]
    )  # fmt: skip
    assert _same(stitched_db, whole_db)
    assert np.isfinite(whole_db).sum() > 7000


def _pruned_and_not(
    height_m: np.ndarray,
    place: tuple[int, int],
    limits_db: np.ndarray,
    block: tuple[int, int, int, int] = WHOLE,
    **changes: object,
) -> tuple[np.ndarray, np.ndarray]:
    options = {"frequency_mhz": 1842.5, "rx_height_m": 1.5, "time_percent": 50.0}
    options |= {"latitude_deg": 45.0, "tx_height_m": 40.0, "clutter_height_m": None} | changes
    job = sweep_job.Job(
        height_m, options["clutter_height_m"], CELL_M, *place, REACH_M, (options["tx_height_m"],),
        options["rx_height_m"], options["frequency_mhz"], "vertical", options["time_percent"],
        45.0, 325.0, options["latitude_deg"], 1.0,
    )  # fmt: skip
    sweep_job.check_job(job, block=block, limits_db=limits_db)
    return (
        sweep_job.run_job(job, block, limits_db=limits_db)[0],
        sweep_job.run_job(job, block, limits_db=limits_db, skips=False)[0],
    )


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(st.integers(0, 120), st.integers(0, 120)),
    st.floats(80.0, 190.0),
    st.floats(0.0, 40.0),
    st.sampled_from([150.0, 700.0, 1842.5, 3500.0]),
    st.sampled_from([2.0, 15.0, 40.0, 300.0]),
    st.sampled_from([0.0, 21.0, 45.0]),
)
def test_pruning_changes_nothing(
    hills_m: np.ndarray,
    place: tuple[int, int],
    limit_db: float,
    swing_db: float,
    frequency_mhz: float,
    tx_height_m: float,
    latitude_deg: float,
) -> None:
    limits_db = limit_db + swing_db * np.cos(np.radians(np.arange(360.0) - 70.0))
    pruned_db, whole_db = _pruned_and_not(
        hills_m, place, limits_db, frequency_mhz=frequency_mhz, tx_height_m=tx_height_m,
        latitude_deg=latitude_deg,
    )  # fmt: skip
    assert _same(pruned_db, whole_db)


@settings(max_examples=20, deadline=None)
@given(st.floats(90.0, 180.0), st.integers(0, 100))
def test_pruning_changes_nothing_over_clutter_and_gaps(
    hills_m: np.ndarray, limit_db: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    clutter_m = np.where(rng.random(hills_m.shape) < 0.3, 15.0, 0.0)
    holed_m = np.where(rng.random(hills_m.shape) < 0.001, np.nan, hills_m)
    holed_m[60, 60] = 10.0
    pruned_db, whole_db = _pruned_and_not(
        holed_m, (60, 60), np.array(limit_db), clutter_height_m=clutter_m
    )
    assert _same(pruned_db, whole_db)


def test_limits_hide_exactly_what_is_above_them(hills_m: np.ndarray) -> None:
    window_db = loss_block(hills_m, CELL_M, 60, 60, block=WHOLE, **LINK)
    limited_db = loss_block(hills_m, CELL_M, 60, 60, block=WHOLE, max_loss_db=120.0, **LINK)
    assert _same(limited_db, np.where(window_db <= 120.0, window_db, np.nan))
    assert 1000 < np.isfinite(limited_db).sum() < 7000


def test_limits_go_by_whole_degrees_of_azimuth(hills_m: np.ndarray) -> None:
    window_db = loss_block(hills_m, CELL_M, 60, 60, block=WHOLE, **LINK)
    limits_db = np.random.default_rng(5).uniform(100.0, 140.0, 360)
    limited_db = loss_block(hills_m, CELL_M, 60, 60, block=WHOLE, max_loss_db=limits_db, **LINK)
    south, east = np.mgrid[-50:51, -50:51]
    azimuth_deg = np.degrees(np.arctan2(east, -south)) % 360.0
    degree = np.floor(azimuth_deg + 1e-9).astype(int) % 360
    expected_db = np.where(window_db <= limits_db[degree], window_db, np.nan)
    assert _same(limited_db, expected_db)


def test_limits_below_median_time_hide_the_same(hills_m: np.ndarray) -> None:
    pruned_db, whole_db = _pruned_and_not(hills_m, (60, 60), np.array(125.0), time_percent=10.0)
    assert _same(pruned_db, whole_db)
    assert np.nanmax(pruned_db) <= 125.0


@pytest.mark.parametrize("time_percent", [50.0, 10.0])
def test_heights_computed_together_are_those_computed_alone(
    hills_m: np.ndarray, time_percent: float
) -> None:
    link = {"frequency_mhz": 942.5, "radius_m": REACH_M, "time_percent": time_percent}
    heights_m = [45.0, 15.0, 30.0]
    clutter_m = np.where(hills_m > 20.0, 8.0, 0.0)
    together_db = loss_windows(
        hills_m, CELL_M, 60, 60, tx_heights_m=heights_m, clutter_height_m=clutter_m, **link
    )
    assert together_db.shape == (3, 101, 101)
    for k, tx_height_m in enumerate(heights_m):
        alone_db = loss_window(
            hills_m, CELL_M, 60, 60, tx_height_m=tx_height_m, clutter_height_m=clutter_m, **link
        )
        assert np.allclose(together_db[k], alone_db, rtol=0, atol=1e-3, equal_nan=True)


def test_every_bad_parameter_of_a_block_is_named_at_once(hills_m: np.ndarray) -> None:
    with pytest.raises(ParameterError) as caught:
        loss_block(
            hills_m, CELL_M, 60, 60, block=(5, 4, 0, 9), max_loss_db=np.zeros(7),
            rays_per_pixel=0.0, **LINK | {"frequency_mhz": 10.0},
        )  # fmt: skip
    for name in ("block", "max_loss_db", "rays_per_pixel", "frequency_mhz"):
        assert name in str(caught.value)
    with pytest.raises(ParameterError, match="tx_heights_m"):
        loss_windows(
            hills_m, CELL_M, 60, 60, radius_m=REACH_M, frequency_mhz=900.0, tx_heights_m=[]
        )
