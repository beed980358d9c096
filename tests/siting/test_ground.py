"""Are blocks, roads and spacing judged rightly?"""

import geopandas as gpd
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString

from infraplan.geo import Grid
from infraplan.siting.ground import best_of_blocks, near_roads, near_sites, thin

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
    marked = near_roads(gpd.GeoSeries([road], crs=GRID.crs), GRID, reach_m=500.0)
    x_m, y_m = GRID.centre(*np.indices(GRID.shape))
    distance_m = gpd.GeoSeries(gpd.points_from_xy(x_m.ravel(), y_m.ravel())).distance(road)
    distance_m = distance_m.to_numpy().reshape(GRID.shape)
    assert (distance_m[marked] <= 500.0).all()
    assert marked[distance_m <= 400.0].all()


def test_without_roads_nothing_is_near() -> None:
    assert not near_roads(gpd.GeoSeries([], crs=GRID.crs), GRID, reach_m=500.0).any()


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
