"""Is the simulated country the same however it is cut, and does its run go on where it stopped?"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import OutputError, ParameterError
from infraplan.workflow.country import Country, run_country
from infraplan.workflow.country.stations import stations_near, stations_per_block
from infraplan.workflow.country.terrain import height_m, tile_height_m

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.workflow.conftest import Cluster

    from infraplan.workflow.country import Tile

SMALL = Country(
    stations=120, blocks_across=2, blocks_down=2, cell_size_m=200.0, tile_cells=40, reach_m=3000.0
)


def digests(folder: Path) -> dict[str, str]:
    files = [p for p in sorted(folder.iterdir()) if p.name != "lock"]
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the small country as one thread of this process makes it."""
    folder = tmp_path_factory.mktemp("country") / "here"
    run_country(SMALL, folder, rasters=True, threads=1)
    return folder


def test_default_country_is_as_large_as_viet_nam() -> None:
    country = Country()
    assert country.area_m2 == pytest.approx(331_000e6, rel=0.001)
    assert sum(t.shape[0] * t.shape[1] for t in country.tiles()) == np.prod(country.shape)


@given(st.integers(0, 2**31), st.integers(-5000, 5000), st.integers(-5000, 5000))
@settings(max_examples=30, deadline=None)
def test_terrain_has_no_seam(seed: int, column: int, row: int) -> None:
    east, south = (np.arange(n, n + 40) * 31.0 for n in (column, row))
    whole = height_m(seed, east, south)
    np.testing.assert_array_equal(whole[7:, 11:], height_m(seed, east[11:], south[7:]))
    assert np.abs(np.diff(whole, axis=1)).max() < 60.0
    assert whole.min() >= 0.0


def test_neighbouring_tiles_see_the_same_ground() -> None:
    first, second = SMALL.tiles()[:2]
    left, right = (tile_height_m(SMALL, tile, halo=5) for tile in (first, second))
    np.testing.assert_array_equal(left[:, -10:], right[:, :10])


def test_another_seed_is_another_country() -> None:
    place = np.arange(50) * 100.0
    assert (height_m(1, place, place) != height_m(2, place, place)).mean() > 0.5


def _everyone(country: Country) -> dict[int, tuple[float, float]]:
    found = {}
    for tile in country.tiles():
        near = stations_near(country, tile)
        assert (np.diff(near.key) != 0).all()
        found |= dict(zip(near.key, zip(near.east_m, near.south_m, strict=True), strict=True))
    return found


@pytest.mark.parametrize("tile_cells", [15, 40, 120])
def test_all_stations_are_there_wherever_tiles_are_cut(tile_cells: int) -> None:
    cut = _everyone(replace(SMALL, tile_cells=tile_cells))
    assert sorted(cut) == list(range(SMALL.stations))
    assert cut == _everyone(SMALL)
    places = np.array(list(cut.values()))
    assert (places >= 0).all()
    assert (places <= [SMALL.width_m, SMALL.length_m]).all()


def test_tile_hears_exactly_the_stations_within_reach() -> None:
    tile = SMALL.tiles()[4]
    near = set(stations_near(SMALL, tile).key)
    rows, columns = (
        (np.arange(first, last) + 0.5) * SMALL.cell_size_m
        for first, last in (
            (tile.first_row, tile.last_row),
            (tile.first_column, tile.last_column),
        )
    )
    for key, (east, south) in _everyone(SMALL).items():
        away = np.hypot(np.abs(columns - east).min(), np.abs(rows - south).min())
        assert key in near or away > SMALL.reach_m


def test_valleys_have_more_stations() -> None:
    count = stations_per_block(Country(stations=5000, blocks_across=12, blocks_down=12))
    side = (np.arange(12) + 0.5) * 12_000.0
    height = height_m(1, side, side)
    low = height < np.median(height)
    assert count.sum() == 5000
    assert count[low].mean() > 1.2 * count[~low].mean()


@pytest.mark.parametrize("count", [1, 3, 9, 50])
def test_sample_is_spread_and_has_no_tile_twice(count: int) -> None:
    chosen = SMALL.sample(count)
    assert len(set(chosen)) == len(chosen) == min(count, 9)
    assert set(chosen) <= set(SMALL.tiles())


def test_impossible_country_names_every_fault() -> None:
    with pytest.raises(ParameterError, match=r"stations is 0.*tile_cells is -1"):
        Country(stations=0, tile_cells=-1)
    with pytest.raises(ParameterError, match="no row 'B99'"):
        Country(band="B99")


def test_counts_and_rasters_agree(here: Path) -> None:
    total = 0
    for tile in SMALL.tiles():
        facts = json.loads((here / f"{tile.name}.json").read_text(encoding="utf-8"))
        with rasterio.open(here / f"{tile.name}.tif") as source:
            level = source.read(1)
            assert source.bounds == SMALL.grid(tile).bounds
        assert level.shape == tile.shape
        assert facts["cells"] == level.size
        assert sum(facts["level_counts"]) == np.isfinite(level).sum()
        total += facts["stations"]
    assert total == SMALL.stations
    assert not list(here.glob(".*"))


def test_tiles_of_another_size_give_the_same_levels(here: Path, tmp_path: Path) -> None:
    whole = replace(SMALL, tile_cells=200)
    run_country(whole, tmp_path / "whole", rasters=True, threads=1)
    with rasterio.open(tmp_path / "whole" / "tile-000-000.tif") as source:
        expected = source.read(1)
    for tile in SMALL.tiles():
        with rasterio.open(here / f"{tile.name}.tif") as source:
            np.testing.assert_array_equal(source.read(1), _part(expected, tile))


def _part(values: np.ndarray, tile: Tile) -> np.ndarray:
    return values[tile.first_row : tile.last_row, tile.first_column : tile.last_column]


def test_stopped_run_goes_on_and_gives_the_same_bytes(here: Path, tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        assert total == 9
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_country(SMALL, tmp_path, rasters=True, threads=1, progress=stop)
    result = run_country(SMALL, tmp_path, rasters=True, threads=2)
    assert result.kept == 3
    assert sum(tile.measure is None for tile in result.tiles) == 3
    assert digests(tmp_path) == digests(here)


def test_tiles_of_another_country_are_not_mixed(here: Path) -> None:
    with pytest.raises(OutputError, match="Remedy: name another folder"):
        run_country(replace(SMALL, seed=2), here)


def test_workers_that_die_change_nothing_but_the_time(
    here: Path,
    tmp_path: Path,
    open_cluster: Callable[..., AbstractContextManager[Cluster]],
) -> None:
    with open_cluster() as own:
        killed = []

        def kill(done: int, total: int) -> None:
            assert total == 9
            if done == 2:
                killed.append(own.workers[0])
                own.workers[0].kill()
                own.start_worker()

        result = run_country(SMALL, tmp_path, rasters=True, dask=own.address, progress=kill)
        workers = {int(tile.measure.worker.rpartition(":")[2]) for tile in result.tiles}
        assert killed
        assert workers <= {worker.pid for worker in own.workers}
        assert workers - {killed[0].pid}
    assert digests(tmp_path) == digests(here)
