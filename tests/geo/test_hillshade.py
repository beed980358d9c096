"""Is ground that faces the sun bright, ground that turns away dark, and unknown ground unknown?"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import box

from infraplan.geo import Grid, Raster
from infraplan.geo.hillshade import hillshade

GRID = Grid("EPSG:32648", 500_000.0, 2_320_000.0, 100.0, 9, 9)
ROWS, COLUMNS = np.mgrid[0:9, 0:9].astype(np.float32)


def _shade(heights: np.ndarray) -> np.ndarray:
    raster = Raster("elevation_m", "m", GRID, heights.astype(np.float32), "simulated")
    return hillshade(raster).values


def test_flat_ground_has_the_light_of_a_sun_at_45_degrees() -> None:
    assert set(np.unique(_shade(np.full((9, 9), 30.0)))) == {round(1 + 253 * np.sin(np.pi / 4))}


def test_slopes_towards_the_north_west_are_brighter_than_the_opposite_ones() -> None:
    towards = _shade(20.0 * (ROWS + COLUMNS))[4, 4]
    away = _shade(-20.0 * (ROWS + COLUMNS))[4, 4]
    assert towards > _shade(np.zeros((9, 9)))[4, 4] > away


def test_a_slope_at_the_angle_of_the_sun_gets_all_of_its_light() -> None:
    """Rising to the south-east by one in one after doubling: it faces a sun at 45 degrees."""
    per_cell_m = 100.0 / 2 / np.sqrt(2)
    assert _shade(per_cell_m * (ROWS + COLUMNS))[4, 4] == 254


def test_unknown_heights_make_their_neighbours_unknown_and_no_others() -> None:
    heights = np.zeros((9, 9))
    heights[4, 4] = np.nan
    unknown = _shade(heights) == 0
    assert unknown[3:6, 3:6].all()
    assert unknown.sum() == 9


@pytest.mark.parametrize("exaggeration", [0.5, 4.0])
def test_shade_is_a_byte_with_zero_for_unknown(exaggeration: float) -> None:
    raster = Raster("elevation_m", "m", GRID, (ROWS * 7).astype(np.float32), "measured")
    made = hillshade(raster, exaggeration=exaggeration)
    assert (made.values.dtype, made.nodata, made.origin) == (np.uint8, 0, "measured")
    assert made.values.min() >= 1


def test_ground_beyond_the_zones_is_unknown() -> None:
    x, y = GRID.x_min_m, GRID.y_max_m
    zones = gpd.GeoSeries([box(x + 110, y - 390, x + 290, y - 110)], crs=GRID.crs)
    raster = Raster("elevation_m", "m", GRID, np.zeros((9, 9), dtype=np.float32), "measured")
    known = hillshade(raster, zones=zones).values > 0
    assert known[1:4, 1:3].all()
    assert known.sum() == 6
