"""Are the tiles over an area named as their hosts name them, all of them and no more?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.geo import Grid
from infraplan.sources.tiles import on_tiles, tiles_of, tiles_over

if TYPE_CHECKING:
    from collections.abc import Sequence


def names(source: str, bounds: Sequence[float]) -> list[str]:
    return [wanted.address.rsplit("/", 1)[1] for wanted in tiles_of(source, bounds)]


def test_every_source_names_its_tiles_as_its_host_does() -> None:
    area = (105.2, 21.2, 105.4, 21.4)
    assert [w.address for w in tiles_of("skadi", area)] == [
        "https://elevation-tiles-prod.s3.amazonaws.com/skadi/N21/N21E105.hgt.gz"
    ]
    name = "Copernicus_DSM_COG_10_N21_00_E105_00_DEM"
    (glo30,) = tiles_of("glo30", area)
    assert glo30.address == f"https://copernicus-dem-30m.s3.amazonaws.com/{name}/{name}.tif"
    assert glo30.absent_means == "sea"
    assert names("worldcover", area) == ["ESA_WorldCover_10m_2021_v200_N21E105_Map.tif"]


def test_south_and_west_count_from_the_lower_corner() -> None:
    assert names("skadi", (-0.5, -0.5, 0.5, 0.5)) == [
        "S01W001.hgt.gz",
        "S01E000.hgt.gz",
        "N00W001.hgt.gz",
        "N00E000.hgt.gz",
    ]
    assert names("worldcover", (-62.9, -2.9, -60.1, -0.1)) == [
        "ESA_WorldCover_10m_2021_v200_S03W063_Map.tif"
    ]
    assert names("worldcover", (-63.1, -3.1, -62.0, -1.0))[0].endswith("S06W066_Map.tif")


def test_an_area_that_ends_on_an_edge_needs_no_further_tile() -> None:
    assert names("skadi", (105, 21, 106, 22)) == ["N21E105.hgt.gz"]
    assert names("worldcover", (105, 21, 108, 24)) == [
        "ESA_WorldCover_10m_2021_v200_N21E105_Map.tif"
    ]


def test_edge_posts_that_glo30_leaves_to_its_neighbours_are_wanted() -> None:
    assert [n[22:33] for n in names("glo30", (105, 21, 106, 22))] == [
        "N20_00_E105",
        "N20_00_E106",
        "N21_00_E105",
        "N21_00_E106",
    ]
    assert len(names("glo30", (105.002, 21.002, 105.998, 22))) == 1


def test_the_ends_of_the_globe_have_no_tiles_beyond() -> None:
    assert names("skadi", (179.5, 89.5, 180, 90)) == ["N89E179.hgt.gz"]
    assert names("glo30", (179.5, -90, 180, -89.5)) == [
        "Copernicus_DSM_COG_10_S90_00_E179_00_DEM.tif"
    ]
    assert names("skadi", (-180, -90, -179.5, -89.5)) == ["S90W180.hgt.gz"]


def test_a_point_has_one_tile() -> None:
    assert names("skadi", (105, 21, 105, 21)) == ["N21E105.hgt.gz"]


def test_the_meridian_of_180_degrees_and_wrong_bounds_are_refused() -> None:
    for bounds in ((179, -17, -179, -16), (177, -17, 181, -16)):
        with pytest.raises(ParameterError, match=r"meridian of 180°.*as two studies"):
            tiles_of("skadi", bounds)
    with pytest.raises(ParameterError, match="latitudes that are not between"):
        tiles_of("skadi", (21, 105, 22, 106))
    with pytest.raises(ParameterError, match="are no numbers"):
        tiles_of("skadi", (float("nan"), 0, 1, 1))
    with pytest.raises(ParameterError, match="'worldpop' has no tiles"):
        tiles_of("worldpop", (105, 21, 106, 22))


@given(
    source=st.sampled_from(["glo30", "skadi", "worldcover"]),
    west=st.floats(-180, 177),
    south=st.floats(-90, 87),
    wide=st.floats(0, 3),
    high=st.floats(0, 3),
)
def test_tiles_cover_the_area_each_once_in_one_order(
    source: str, west: float, south: float, wide: float, high: float
) -> None:
    area = (west, south, west + wide, south + high)
    tiles = tiles_over(source, area)
    assert len({t.wanted.address for t in tiles}) == len(tiles)
    assert [t.bounds[1::-1] for t in tiles] == sorted(t.bounds[1::-1] for t in tiles)
    assert min(t.bounds[0] for t in tiles) <= west
    assert max(t.bounds[2] for t in tiles) >= area[2]
    assert min(t.bounds[1] for t in tiles) <= south
    assert max(t.bounds[3] for t in tiles) >= area[3]
    sides = {t.bounds[2] - t.bounds[0] for t in tiles}
    assert len(tiles) * max(sides) ** 2 <= (wide + 2 * max(sides) + 0.002) * (
        high + 2 * max(sides) + 0.002
    )


def test_cells_on_a_tile_and_on_its_seam_are_told_from_the_others() -> None:
    grid = Grid.cover((599_000, 2_330_000, 609_000, 2_331_000), crs="EPSG:32648", cell_size_m=1000)
    rows, columns = np.indices(grid.shape).reshape(2, -1)
    found = on_tiles([(106.0, 21.0, 107.0, 22.0)], grid, rows, columns).reshape(grid.shape)
    assert found[0].tolist() == sorted(found[0].tolist())
    assert 0 < found[0].sum() < grid.columns
    assert not on_tiles([], grid, rows, columns).any()
