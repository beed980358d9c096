"""How far is the sweep from its exact twin, under which conditions, and in which directions?"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter, map_coordinates

from infraplan.radio.sweep import loss_at, loss_window

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.compiled

CELL_M = 60.0
CELLS = 50
LINK = {"frequency_mhz": 1842.5, "tx_height_m": 40.0}
TILE = "mirror/elevation-tiles-prod.s3.amazonaws.com/skadi/N42/N42E001.hgt.gz"
TILE_POSTS, TILE_EAST_M, TILE_NORTH_M = 1201, 68.3, 92.6
POSTS, FIRST_EAST, FIRST_NORTH = 2000, 100, 200


def _errors_db(
    height_m: np.ndarray, place: tuple[int, int], cell_m: float, cells: int, **link: object
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return offsets south and east of up to 20,000 pixels, and their errors."""
    window_db = loss_window(height_m, cell_m, *place, radius_m=cells * cell_m, **link)
    rows, columns = np.nonzero(np.isfinite(window_db))
    some = np.random.default_rng(11).permutation(rows.size)[:20_000]
    south, east = rows[some] - cells, columns[some] - cells
    exact_db = loss_at(height_m, cell_m, *place, south + place[0], east + place[1], **link)
    return south, east, window_db[rows[some], columns[some]] - exact_db


CONDITIONS = [
    {"time_percent": 1.0},
    {"time_percent": 10.0, "latitude_deg": 0.0},
    {"time_percent": 49.9},
    {"latitude_deg": 0.0},
    {"polarization": "horizontal", "frequency_mhz": 80.0},
    {"rx_height_m": 30.0, "delta_n": 120.0},
    {"n0": 400.0, "frequency_mhz": 700.0},
]


@pytest.mark.parametrize("change", CONDITIONS, ids=str)
@pytest.mark.parametrize("cell_m", [30.0, 250.0])
def test_sweep_agrees_under_all_conditions(
    hills_m: np.ndarray, change: dict[str, object], cell_m: float
) -> None:
    _, _, errors_db = _errors_db(hills_m, (60, 60), cell_m, CELLS, **LINK | change)
    assert errors_db.size > 7000
    is_low = change.get("frequency_mhz") == 80.0
    assert np.abs(errors_db).mean() <= (0.35 if is_low else 0.2)
    assert np.quantile(np.abs(errors_db), 0.99) <= (5.0 if is_low else 2.0)
    assert abs(errors_db.mean()) <= (0.2 if is_low else 0.08)


def test_conditions_change_the_losses(hills_m: np.ndarray) -> None:
    plain_db = loss_window(hills_m, 250.0, 60, 60, radius_m=12_500.0, **LINK)
    for change in CONDITIONS[:2] + CONDITIONS[4:]:
        other_db = loss_window(hills_m, 250.0, 60, 60, radius_m=12_500.0, **LINK | change)
        assert np.nanmax(np.abs(other_db - plain_db)) > 0.1


def test_sweep_agrees_over_clutter(hills_m: np.ndarray) -> None:
    patches = gaussian_filter(np.random.default_rng(2).standard_normal(hills_m.shape), 3)
    clutter_m = np.where(patches > 0.05, 12.0, 0.0).astype(np.float32)
    clutter_m[5, 5] = np.nan
    link = LINK | {"clutter_height_m": clutter_m}
    _, _, errors_db = _errors_db(hills_m, (60, 60), CELL_M, CELLS, **link)
    bare_db = loss_window(hills_m, CELL_M, 60, 60, radius_m=CELLS * CELL_M, **LINK)
    covered_db = loss_window(hills_m, CELL_M, 60, 60, radius_m=CELLS * CELL_M, **link)
    assert np.abs(errors_db).mean() <= 0.3
    assert abs(errors_db.mean()) <= 0.1
    assert np.nanmean(covered_db - bare_db) > 1.0


@pytest.mark.parametrize("frequency_mhz", [942.5, 2655.0])
@pytest.mark.parametrize("time_percent", [10.0, 50.0])
def test_clutter_of_no_height_changes_nothing(
    hills_m: np.ndarray, frequency_mhz: float, time_percent: float
) -> None:
    link = LINK | {"frequency_mhz": frequency_mhz, "time_percent": time_percent}
    bare_db = loss_window(hills_m, CELL_M, 60, 60, radius_m=CELLS * CELL_M, **link)
    none_m = np.zeros(hills_m.shape)
    covered_db = loss_window(
        hills_m, CELL_M, 60, 60, radius_m=CELLS * CELL_M, clutter_height_m=none_m, **link
    )
    assert np.array_equal(bare_db, covered_db, equal_nan=True)


def test_no_direction_errs_more_than_others(hills_m: np.ndarray) -> None:
    """Axes, seams of octants and the directions between them are alike."""
    errors_db, slopes = [], []
    for place in [(60, 60), (50, 66), (70, 55), (62, 49)]:
        south, east, error_db = _errors_db(hills_m, place, CELL_M, CELLS, **LINK)
        errors_db.append(error_db)
        slopes.append(
            np.minimum(abs(south), abs(east)) / np.maximum(np.maximum(abs(south), abs(east)), 1)
        )
    error_db, slope = np.concatenate(errors_db), np.concatenate(slopes)
    for low in np.arange(0.0, 1.0, 0.125):
        part_db = error_db[(slope >= low) & (slope <= low + 0.125)]
        assert np.abs(part_db).mean() <= 0.3
        assert abs(part_db.mean()) <= 0.12


def test_neighbours_across_a_seam_differ_no_more_than_elsewhere() -> None:
    east, south = np.meshgrid(np.arange(-60, 61), np.arange(-60, 61))
    cone_m = (200.0 - 3.0 * np.hypot(east, south)).astype(np.float32)
    loss_db = loss_window(cone_m, CELL_M, 60, 60, radius_m=50 * CELL_M, **LINK)
    turned_db = loss_window(cone_m[::-1].T, CELL_M, 60, 60, radius_m=50 * CELL_M, **LINK)
    assert np.allclose(turned_db, loss_db[::-1].T, rtol=0, atol=1e-3, equal_nan=True)
    ring = np.round(np.hypot(east, south)[10:111, 10:111]) == 40
    assert np.ptp(loss_db[ring]) < 2.0


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 30), st.floats(0.0, 60.0), st.floats(0.5, 60.0), st.floats(2.0, 80.0))
def test_loss_grows_with_the_height_of_one_obstacle(
    step: int, low_m: float, more_m: float, tx_height_m: float
) -> None:
    link = {"frequency_mhz": 900.0, "tx_height_m": tx_height_m, "radius_m": 40 * 50.0}
    losses_db = []
    for top_m in (low_m, low_m + more_m):
        flat_m = np.zeros((1, 81), dtype=np.float32)
        flat_m[0, 40 + step] = top_m
        losses_db.append(loss_window(flat_m, 50.0, 0, 40, **link)[40, 41 + 40 + step :])
    assert (losses_db[1] >= losses_db[0] - 1e-3).all()


def test_place_on_the_grid_does_not_matter(hills_m: np.ndarray) -> None:
    small_db = loss_window(hills_m[20:101, 20:101], CELL_M, 40, 40, radius_m=2400.0, **LINK)
    large_db = loss_window(hills_m, CELL_M, 60, 60, radius_m=2400.0, **LINK)
    assert np.array_equal(small_db, large_db, equal_nan=True)


def test_more_rays_err_less(hills_m: np.ndarray) -> None:
    means_db = [_mean_error_db(hills_m, rays) for rays in (0.25, 1.0, 4.0)]
    assert means_db[0] > means_db[1] > means_db[2]


def _mean_error_db(height_m: np.ndarray, rays_per_pixel: float) -> float:
    window_db = loss_window(
        height_m, CELL_M, 60, 60, radius_m=CELLS * CELL_M, rays_per_pixel=rays_per_pixel, **LINK
    )
    rows, columns = np.nonzero(np.isfinite(window_db))
    exact_db = loss_at(height_m, CELL_M, 60, 60, rows + 60 - CELLS, columns + 60 - CELLS, **LINK)
    return float(np.abs(window_db[rows, columns] - exact_db).mean())


@pytest.fixture(scope="module")
def pyrenees_m(shared: Path) -> np.ndarray:
    """Return 60 by 60 km of mountains in posts of 30 m."""
    path = shared / TILE
    if not path.is_file():
        pytest.skip(f"the elevation tile is not there ({TILE})")
    raw = np.frombuffer(gzip.decompress(path.read_bytes()), ">i2").astype(float)
    tile_m = raw.reshape(TILE_POSTS, TILE_POSTS)
    tile_m = np.where(tile_m < -500.0, np.median(tile_m), tile_m)
    row, column = np.mgrid[0:POSTS, 0:POSTS]
    at = [FIRST_NORTH + row * 30.0 / TILE_NORTH_M, FIRST_EAST + column * 30.0 / TILE_EAST_M]
    return map_coordinates(tile_m, at, order=3).astype(np.float32)


@pytest.mark.real
@pytest.mark.parametrize(
    ("place", "mean_db", "p99_db"),
    [((693, 1146), 0.09, 1.1), ((1000, 1000), 0.09, 1.2), ((616, 824), 0.23, 4.2)],
    ids=["valley", "slope", "summit"],
)
def test_sweep_agrees_over_15_km_of_mountains(
    pyrenees_m: np.ndarray, place: tuple[int, int], mean_db: float, p99_db: float
) -> None:
    link = {"frequency_mhz": 1800.0, "tx_height_m": 30.0}
    _, _, errors_db = _errors_db(pyrenees_m, place, 30.0, 500, **link)
    assert np.abs(errors_db).mean() <= mean_db
    assert np.quantile(np.abs(errors_db), 0.99) <= p99_db
    assert abs(errors_db.mean()) <= 0.05
