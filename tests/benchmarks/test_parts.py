"""Do the parts of the benchmarks measure what they say?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    Load = Callable[[str], ModuleType]


def test_errors_are_counted_by_hand_as_well(load: Load) -> None:
    exact_db = np.array([100.0, 100.0, 100.0, np.nan, 100.0])
    fast_db = np.array([100.0, 100.2, 98.5, 100.0, np.nan])
    rows, columns = np.array([-5, 0, 5, 0, 3]), np.array([0, 5, 0, -5, 3])
    found = load("figures").error_figures(fast_db, exact_db, rows, columns)
    assert (found.count, found.unknown) == (3, 2)
    assert found.bias_db == pytest.approx(-1.3 / 3)
    assert found.mean_db == pytest.approx(1.7 / 3)
    assert found.most_db == pytest.approx(1.5)
    assert found.worst_sector_db == pytest.approx(1.5)
    assert found.worst_bias_db == pytest.approx(-1.5)
    assert sum(found.shares) == pytest.approx(1.0)


def test_other_models_are_judged_apart_in_sight_and_in_the_shadow(load: Load) -> None:
    free_db = np.full(4, 100.0)
    exact_db = np.array([100.0, 102.0, 130.0, 140.0])
    other_db = np.array([101.0, 103.0, 150.0, 160.0])
    assert load("figures").median_difference(other_db, exact_db, free_db) == (1.0, 20.0)
    sight_db, shadow_db = load("figures").median_difference(other_db[2:], exact_db[2:], free_db[2:])
    assert np.isnan(sight_db)
    assert shadow_db == 20.0


def test_compared_pixels_lie_in_the_disc_and_depend_on_the_seed_alone(load: Load) -> None:
    sample = load("figures").sample_pixels
    rows, columns = sample(20, 200, seed=3)
    squared = rows**2 + columns**2
    assert rows.size == 200
    assert squared.min() >= 4
    assert squared.max() <= 400
    np.testing.assert_array_equal(rows, sample(20, 200, seed=3)[0])
    assert (rows != sample(20, 200, seed=4)[0]).any()


def test_hills_have_the_relief_asked_for(load: Load) -> None:
    terrain = load("terrain")
    ground = terrain.hills(200, 60.0, seed=2, relief_m=150.0)
    low, high = np.percentile(ground.height_m, (1, 99))
    assert high - low == pytest.approx(150.0, rel=1e-3)
    np.testing.assert_array_equal(
        ground.height_m, terrain.hills(200, 60.0, seed=2, relief_m=150.0).height_m
    )


def test_sites_are_a_hollow_a_flank_and_a_top(load: Load) -> None:
    terrain = load("terrain")
    row, column = np.mgrid[0:300, 0:300].astype(float)
    height_m = np.full((300, 300), 100.0)
    height_m += 90.0 * np.exp(-((row - 80) ** 2 + (column - 80) ** 2) / 200)
    height_m -= 60.0 * np.exp(-((row - 220) ** 2 + (column - 220) ** 2) / 200)
    ground = terrain.Ground(height_m.astype(np.float32), 60.0, "a hill and a hollow")
    sites = terrain.choose_sites(ground, 1200.0)
    assert list(sites) == ["valley", "slope", "hilltop"]
    assert (sites["valley"], sites["hilltop"]) == ((220, 220), (80, 80))
    with pytest.raises(ValueError, match="less reach"):
        terrain.choose_sites(ground, 60.0 * 200)


def test_start_up_is_taken_off_or_the_speed_is_unknown(load: Load) -> None:
    measure = load("measure")
    assert measure.net_speed(100, 2.0, 1.0) == 100.0
    assert np.isnan(measure.net_speed(100, 2.0, 1.9))


def test_program_is_measured_and_its_failure_told(load: Load, tmp_path: Path) -> None:
    measure = load("measure")
    cost = measure.run_program([sys.executable, "-c", "x = bytearray(50_000_000)"], tmp_path)
    assert cost.cpu_s > 0.0
    assert np.isnan(cost.peak_mb) or cost.peak_mb > 0.0
    with pytest.raises(RuntimeError, match=r"ended with 3: .*no terrain"):
        measure.run_program(
            [sys.executable, "-c", "import sys; print('no terrain'); sys.exit(3)"], tmp_path
        )


@pytest.mark.real
def test_real_tile_has_its_voids_filled(load: Load, shared: Path) -> None:
    terrain = load("terrain")
    assert shared.is_dir()
    ground = terrain.real_ground(terrain.REAL_TILE, 300.0)
    assert ground.height_m.shape == (200, 200)
    assert 400.0 < ground.height_m.min() < ground.height_m.max() < 3200.0
    assert "voids" in ground.described
