"""Are grids, zones and regions exact?"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, Polygon, box

from infraplan.errors import CrsError, ParameterError
from infraplan.geo import (
    Grid,
    Raster,
    metric_crs,
    people_weights,
    regions,
    require_metric,
    scale_to_zones,
    zone_weights,
)

CRS = "EPSG:32648"
GRID = Grid(CRS, 500_000.0, 2_300_000.0, 60.0, 40, 50)


def test_grid_refuses_degrees_and_display_metres() -> None:
    with pytest.raises(CrsError, match="degrees"):
        Grid("EPSG:4326", 105.0, 21.0, 0.001, 10, 10)
    with pytest.raises(CrsError, match="display only"):
        require_metric("EPSG:3857", what="The map")
    with pytest.raises(ParameterError, match="positive"):
        Grid(CRS, 0.0, 0.0, 0.0, 10, 10)


@given(
    west=st.floats(4e5, 6e5),
    south=st.floats(2.2e6, 2.3e6),
    width=st.floats(1.0, 5e3),
    height=st.floats(1.0, 5e3),
    cell=st.sampled_from([30.0, 60.0, 100.0]),
)
def test_grid_covers_its_bounds_on_whole_cells(
    west: float, south: float, width: float, height: float, cell: float
) -> None:
    grid = Grid.cover((west, south, west + width, south + height), crs=CRS, cell_size_m=cell)
    left, low, right, top = grid.bounds
    assert left <= west
    assert low <= south
    assert right >= west + width - 1e-6
    assert top >= south + height - 1e-6
    assert left % cell == 0
    assert top % cell == 0


def test_index_and_centre_are_inverse() -> None:
    rows, columns = np.meshgrid(np.arange(40), np.arange(50), indexing="ij")
    x, y = GRID.centre(rows, columns)
    again = GRID.index(x, y)
    np.testing.assert_array_equal(again[0], rows)
    np.testing.assert_array_equal(again[1], columns)


def test_metric_crs_is_the_utm_zone_of_the_middle() -> None:
    place = gpd.GeoDataFrame(geometry=[Point(105.3, 21.2)], crs="EPSG:4326")
    south = gpd.GeoDataFrame(geometry=[Point(-63.0, -17.0)], crs="EPSG:4326")
    assert metric_crs(place) == "EPSG:32648"
    assert metric_crs(south) == "EPSG:32720"


@settings(max_examples=30, deadline=None)
@given(cut=st.floats(0.05, 0.95), level=st.floats(0.05, 0.95))
def test_zone_weights_are_exact_areas_that_add_up(cut: float, level: float) -> None:
    west, south, east, north = GRID.bounds
    x, y = west + cut * (east - west), south + level * (north - south)
    zones = gpd.GeoSeries(
        [box(west, south, x, y), box(x, south, east, y), box(west, y, east, north)], crs=CRS
    )
    weights = zone_weights(zones, GRID)
    areas = np.asarray(weights.sum(axis=1)).ravel() * GRID.cell_area_m2
    np.testing.assert_allclose(areas, zones.area, rtol=1e-6)
    np.testing.assert_allclose(np.asarray(weights.sum(axis=0)).ravel(), 1.0, rtol=1e-5)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_points_given_twice_in_a_row_change_no_weight(data: st.DataObject) -> None:
    """Corners on corners of cells are where exactextract would fail, or count too much."""
    west, south, _, _ = GRID.bounds
    turns = np.radians(sorted(data.draw(st.sets(st.integers(0, 359), min_size=3, max_size=7))))
    corners = np.column_stack([np.cos(turns), np.sin(turns)]) * 600 + 900
    corners = np.round(corners / 30) * 30 + [west, south]
    times = data.draw(st.lists(st.integers(1, 3), min_size=len(corners), max_size=len(corners)))
    once = Polygon(corners)
    assume(once.is_valid and once.area > 0)
    twice = Polygon(np.repeat(corners, times, axis=0))
    found = zone_weights(gpd.GeoSeries([once, twice], crs=CRS), GRID)
    np.testing.assert_array_equal(found[0].toarray(), found[1].toarray())
    assert found[1].sum() * GRID.cell_area_m2 == pytest.approx(once.area, rel=1e-6)


def test_people_are_neither_lost_nor_doubled_at_borders() -> None:
    west, south, _, north = GRID.bounds
    middle = west + 1234.5
    zones = gpd.GeoSeries(
        [
            box(west + 10, south + 10, middle, north - 10),
            box(middle, south + 10, west + 2990, north),
        ],
        crs=CRS,
    )
    shares = people_weights(zone_weights(zones, GRID))
    weight = np.random.default_rng(7).random(GRID.size)
    totals = np.array([1000.0, 333.0])
    people = scale_to_zones(weight, shares, totals)
    np.testing.assert_allclose(shares @ people, totals, rtol=1e-9)
    assert people.sum() == pytest.approx(1333.0, rel=1e-9)
    assert (people >= 0).all()


def test_zone_without_any_weight_gets_its_people_evenly() -> None:
    west, south, east, north = GRID.bounds
    zones = gpd.GeoSeries(
        [box(west, south, west + 1500, north), box(west + 1500, south, east, north)], crs=CRS
    )
    shares = people_weights(zone_weights(zones, GRID))
    weight = np.zeros(GRID.size)
    weight[0] = 1.0
    people = scale_to_zones(weight, shares, np.array([10.0, 50.0]))
    np.testing.assert_allclose(shares @ people, [10.0, 50.0], rtol=1e-9)


def test_zones_in_another_crs_are_refused() -> None:
    zones = gpd.GeoSeries([box(105, 20, 106, 21)], crs="EPSG:4326")
    with pytest.raises(CrsError, match="give both in one"):
        zone_weights(zones, GRID)


def test_raster_that_does_not_fit_its_grid_is_refused() -> None:
    with pytest.raises(ParameterError, match="height_m"):
        Raster("height_m", "m", GRID, np.zeros((3, 3), np.float32), "measured")


def test_raster_gives_values_at_points_and_nan_outside() -> None:
    values = np.arange(GRID.size, dtype=np.float32).reshape(GRID.shape)
    raster = Raster("height_m", "m", GRID, values, "measured")
    x, y = GRID.centre([0, 39], [0, 49])
    found = raster.at([*x, x[0] - 1000], [*y, y[0]])
    np.testing.assert_array_equal(found[:2], [0.0, GRID.size - 1])
    assert np.isnan(found[2])


def test_regions_touch_along_sides_only_and_keep_the_area() -> None:
    classes = np.zeros(GRID.shape, dtype=np.int32)
    classes[2:4, 2:4] = 1
    classes[4:6, 4:6] = 1
    classes[10, 10:20] = 2
    found = regions(classes, GRID)
    assert sorted(found["value"]) == [1, 1, 2]
    assert found.area.sum() == pytest.approx((classes > 0).sum() * GRID.cell_area_m2)
