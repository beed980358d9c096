"""Are terrain files read where they lie, voids filled and counted, and bad files refused?"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin
from rasterio.warp import transform

from infraplan.errors import InputError
from infraplan.geo import Grid
from infraplan.sources.elevation import read_elevation

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan.geo import Raster

SIDE = 1201
CRS = "EPSG:32648"
INSIDE = Grid.cover((504_000, 2_336_000, 516_000, 2_348_000), crs=CRS, cell_size_m=200)
"""A grid well inside the tile N21E105, near longitude 105.1 and latitude 21.2."""


def plane(west: int = 105) -> NDArray[np.int16]:
    """Return heights that rise by 1 m a post eastwards and 2 m a post southwards."""
    row, column = np.mgrid[0:SIDE, 0:SIDE]
    heights = 1300 + column + 2 * row + (west - 105) * (SIDE - 1)
    return np.asarray(heights, dtype=np.int16)


def write_hgt(folder: Path, heights: NDArray[np.int16], name: str = "N21E105.hgt") -> Path:
    path = folder / name
    path.write_bytes(heights.astype(">i2").tobytes())
    return path


def write_tif(path: Path, heights: NDArray[np.generic], **profile: object) -> Path:
    settings = {"crs": CRS, "transform": from_origin(500_000, 2_352_000, 100, 100)} | profile
    with rasterio.open(
        path, "w", driver="GTiff", height=heights.shape[0], width=heights.shape[1],
        count=1, dtype=heights.dtype, **settings,
    ) as target:  # fmt: skip
        target.write(heights, 1)
    return path


def read(*paths: Path, grid: Grid = INSIDE) -> tuple[Raster, tuple[str, ...]]:
    return read_elevation(paths, labels=[p.name for p in paths], origin="measured", grid=grid)


def expected(grid: Grid) -> NDArray[np.float64]:
    """Return the plane at the cell centres, straight from longitude and latitude."""
    rows, columns = np.mgrid[0 : grid.rows, 0 : grid.columns]
    x, y = grid.centre(rows.ravel(), columns.ravel())
    lon, lat = (np.array(v) for v in transform(grid.crs, "EPSG:4326", x, y))
    heights = 1300 + ((lon - 105) + 2 * (22 - lat)) * (SIDE - 1)
    return np.asarray(heights, dtype=np.float64).reshape(grid.shape)


def test_hgt_posts_stand_on_the_degree_lines(tmp_path: Path) -> None:
    raster, notes = read(write_hgt(tmp_path, plane()))
    assert notes == ()
    assert (raster.name, raster.unit, raster.origin) == ("elevation_m", "m", "measured")
    # Half a post of shift would be 0.5 m east and 1 m south; GDAL's own tolerance is 1/8 post.
    np.testing.assert_allclose(raster.values, expected(INSIDE), atol=0.4)


def test_packed_tile_equals_plain_tile(tmp_path: Path) -> None:
    plain = write_hgt(tmp_path, plane())
    packed = tmp_path / "N21E105.hgt.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    np.testing.assert_array_equal(read(plain)[0].values, read(packed)[0].values)


def test_neighbouring_tiles_join_without_a_seam(tmp_path: Path) -> None:
    paths = [
        write_hgt(tmp_path, plane(104), "N21E104.hgt"),
        write_hgt(tmp_path, plane(105), "N21E105.hgt"),
    ]
    across = Grid.cover((494_000, 2_336_000, 506_000, 2_342_000), crs=CRS, cell_size_m=200)
    np.testing.assert_allclose(read(*paths, grid=across)[0].values, expected(across), atol=0.4)


def test_voids_are_filled_and_counted_all_and_inside(tmp_path: Path) -> None:
    heights = plane()
    heights[0:3, 0:4] = -32768  # far from the grid
    heights[960:965, 120:125] = -32768  # inside it
    raster, notes = read(write_hgt(tmp_path, heights))
    assert len(notes) == 1
    assert "37 voids" in notes[0].en
    assert "25 of them in and around the study area" in notes[0].en
    np.testing.assert_allclose(raster.values, expected(INSIDE), atol=6.0)


def test_a_void_too_large_to_fill_is_refused(tmp_path: Path) -> None:
    heights = plane()
    heights[600:, :600] = -32768
    with pytest.raises(InputError, match=r"of the heights in the study area are missing"):
        read(write_hgt(tmp_path, heights))


def test_geotiff_in_metres_is_read_and_its_nodata_filled(tmp_path: Path) -> None:
    heights = np.full((200, 200), 50.0, dtype=np.float32)
    heights[60:62, 60:62] = -9999
    raster, notes = read(write_tif(tmp_path / "dem.tif", heights, nodata=-9999))
    np.testing.assert_allclose(raster.values, 50.0)
    assert "4 voids" in notes[0].en
    assert "4 of them in and around the study area" in notes[0].en


def test_terrain_that_does_not_cover_the_grid_says_share_and_bounds(tmp_path: Path) -> None:
    half = np.full((200, 100), 50.0, dtype=np.float32)  # ends at 510 000 m, amid the grid
    with pytest.raises(InputError) as caught:
        read(write_tif(tmp_path / "half.tif", half))
    assert "50.00% of its cells" in str(caught.value)
    assert "longitude 105.03" in str(caught.value)
    assert "latitude 21.12" in str(caught.value)


def test_terrain_elsewhere_covers_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"100\.00% of its cells"):
        read(write_hgt(tmp_path, plane(), "N42E001.hgt"))


@pytest.mark.parametrize("value", [-9999, -32768, 32767, -3.4028234663852886e38])
def test_undeclared_numbers_that_only_mean_missing_are_filled_and_told(
    tmp_path: Path, value: float
) -> None:
    heights = np.full((200, 200), 50, dtype=np.float32)
    heights[60:62, 60:62] = value
    raster, notes = read(write_tif(tmp_path / "dem.tif", heights))
    np.testing.assert_allclose(raster.values, 50.0)
    assert f"4 posts have the value {value:g}, which the file does not declare" in notes[0].en
    assert "4 voids" in notes[1].en


def test_zeros_far_below_all_other_heights_are_missing(tmp_path: Path) -> None:
    heights = np.full((200, 200), 840, dtype=np.int16)
    heights[60:63, 60:62] = 0
    raster, notes = read(write_tif(tmp_path / "hills.tif", heights))
    np.testing.assert_allclose(raster.values, 840.0)
    assert "6 posts have the value 0" in notes[0].en
    assert "no other post is within 50 m" in notes[0].en


def test_zeros_beside_a_shore_are_the_sea(tmp_path: Path) -> None:
    heights = np.maximum(np.arange(200, dtype=np.int16)[None, :] - 90, 0).repeat(200, axis=0)
    raster, notes = read(write_tif(tmp_path / "coast.tif", heights))
    assert notes == ()
    assert raster.values.min() == 0.0
    flat, notes = read(write_tif(tmp_path / "sea.tif", np.zeros((200, 200), dtype=np.int16)))
    assert notes == ()
    assert (flat.values == 0).all()


def test_other_numbers_that_are_no_heights_are_refused(tmp_path: Path) -> None:
    heights = np.full((200, 200), 50, dtype=np.int16)
    heights[0, :7] = 12_345
    with pytest.raises(
        InputError, match="7 values are no heights of land in metres, such as 12345"
    ):
        read(write_tif(tmp_path / "dem.tif", heights))


def test_raster_without_crs_or_with_colours_is_refused(tmp_path: Path) -> None:
    heights = np.full((200, 200), 50, dtype=np.int16)
    with pytest.raises(InputError, match="has no CRS"):
        read(write_tif(tmp_path / "dem.tif", heights, crs=None))
    with rasterio.open(
        tmp_path / "rgb.tif", "w", driver="GTiff", height=9, width=9, count=3, dtype="uint8",
        crs=CRS, transform=from_origin(500_000, 2_352_000, 100, 100),
    ):  # fmt: skip
        pass
    with pytest.raises(InputError, match="has 3 bands"):
        read(tmp_path / "rgb.tif")


def test_every_file_cut_short_is_listed_at_once(tmp_path: Path) -> None:
    whole = write_hgt(tmp_path, plane()).read_bytes()
    short = tmp_path / "N21E106.hgt"
    short.write_bytes(whole[:-100])
    packed = tmp_path / "N21E107.hgt.gz"
    packed.write_bytes(gzip.compress(whole)[:-100])
    noise = np.random.default_rng(1).integers(0, 900, (200, 200), dtype=np.int16)
    tif = write_tif(tmp_path / "dem.tif", noise)
    tif.write_bytes(tif.read_bytes()[:20_000])
    unnamed = tmp_path / "tile.hgt"
    unnamed.write_bytes(whole)
    with pytest.raises(InputError) as caught:
        read(short, packed, tif, unnamed)
    assert [f.file for f in caught.value.faults] == [p.name for p in (short, packed, tif, unnamed)]
    problems = [f.problem for f in caught.value.faults]
    assert problems[0].startswith("the file holds 2,884,702 bytes instead of 2,884,802")
    assert problems[1].startswith("the file cannot be unpacked")
    assert problems[2].startswith("the raster cannot be read")
    assert problems[3] == "the name of the HGT file does not say where it lies"
