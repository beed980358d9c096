"""Are blocks, roads and spacing judged rightly?"""

import geopandas as gpd
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString

from infraplan.geo import Grid
from infraplan.siting.ground import (
    best_of_blocks,
    distance_to_lines_m,
    near_roads,
    near_sites,
    slope_deg,
    sum_of_blocks,
    thin,
)

GRID = Grid("EPSG:32648", 0.0, 3000.0, 60.0, 50, 40)


@given(st.integers(0, 1000), st.integers(1, 9))
@settings(deadline=None)
def test_each_block_gives_its_largest_allowed_cell(seed: int, block: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 9, (13, 17)).astype(np.float32)
    allowed = rng.random((13, 17)) < 0.3
    values[~allowed & (rng.random((13, 17)) < 0.5)] = np.nan
    rows, columns = best_of_blocks(values, allowed, block_cells=block)
    found = {(r // block, c // block): values[r, c] for r, c in zip(rows, columns, strict=True)}
    assert len(found) == len(rows)
    assert allowed[rows, columns].all()
    for r, c in np.argwhere(allowed):
        assert found[r // block, c // block] >= values[r, c]


def test_cells_near_roads_are_within_reach() -> None:
    road = LineString([(-500.0, 1234.0), (1700.0, 2000.0)])
    to_road_m = distance_to_lines_m(gpd.GeoSeries([road], crs=GRID.crs), GRID)
    marked = near_roads(to_road_m, GRID, reach_m=500.0)
    x_m, y_m = GRID.centre(*np.indices(GRID.shape))
    distance_m = gpd.GeoSeries(gpd.points_from_xy(x_m.ravel(), y_m.ravel())).distance(road)
    distance_m = distance_m.to_numpy().reshape(GRID.shape)
    assert (distance_m[marked] <= 500.0).all()
    assert marked[distance_m <= 400.0].all()


def test_without_roads_nothing_is_near() -> None:
    nowhere_m = distance_to_lines_m(gpd.GeoSeries([], crs=GRID.crs), GRID)
    assert np.isinf(nowhere_m).all()
    assert not near_roads(nowhere_m, GRID, reach_m=500.0).any()


def test_cells_near_sites_are_exactly_those_within_the_spacing() -> None:
    sites_m = np.array([[100.0, 2900.0], [1200.5, 1500.0], [9000.0, 0.0]])
    marked = near_sites(sites_m[:, 0], sites_m[:, 1], GRID, spacing_m=400.0)
    x_m, y_m = GRID.centre(*np.indices(GRID.shape))
    distance_m = np.min([np.hypot(x_m - x, y_m - y) for x, y in sites_m], axis=0)
    assert (marked == (distance_m < 400.0)).all()


@given(st.integers(0, 1000), st.integers(0, 60))
@settings(deadline=None)
def test_thinned_points_keep_the_spacing_and_leave_no_room(seed: int, count: int) -> None:
    x_m, y_m = np.random.default_rng(seed).integers(0, 20, (2, count)) * 50.0
    kept = thin(x_m, y_m, spacing_m=200.0)
    distance_m = np.hypot(x_m[:, None] - x_m, y_m[:, None] - y_m)
    np.fill_diagonal(distance_m, np.inf)
    assert (distance_m[np.ix_(kept, kept)] >= 200.0).all()
    for point in np.flatnonzero(~kept):
        assert (distance_m[point, :point][kept[:point]] < 200.0).any()


@given(st.integers(0, 1000), st.integers(2, 60))
@settings(deadline=None)
def test_points_of_two_spacings_keep_the_larger(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    x_m, y_m = rng.integers(0, 20, (2, count)) * 50.0
    own_m = rng.choice([150.0, 300.0], count)
    kept = thin(x_m, y_m, spacing_m=own_m)
    distance_m = np.hypot(x_m[:, None] - x_m, y_m[:, None] - y_m)
    least_m = np.maximum(own_m[:, None], own_m)
    np.fill_diagonal(distance_m, np.inf)
    assert (distance_m >= least_m)[np.ix_(kept, kept)].all()
    for point in np.flatnonzero(~kept):
        before = kept[:point]
        assert (distance_m[point, :point][before] < least_m[point, :point][before]).any()


def test_slope_is_that_of_the_steepest_side() -> None:
    height_m = np.zeros((4, 5), dtype=np.float32)
    height_m[:, 3:] = 100.0
    found = slope_deg(height_m, cell_size_m=100.0)
    assert np.allclose(found[:, 2:4], 45.0)
    assert np.allclose(found[:, [0, 1, 4]], 0.0)
    height_m[0, 0] = np.nan
    assert np.isnan(slope_deg(height_m, cell_size_m=100.0)[0, :2]).all()


@given(st.integers(0, 100), st.integers(1, 7))
@settings(deadline=None)
def test_sums_of_blocks_keep_the_total(seed: int, block: int) -> None:
    values = np.random.default_rng(seed).integers(0, 9, (11, 13)).astype(float)
    sums = sum_of_blocks(values, block_cells=block)
    assert sums.sum() == values.sum()
    assert sums[0, 0] == values[:block, :block].sum()
    assert sums.shape == (-(-11 // block), -(-13 // block))
