"""Is real terrain read the same from tiles of either size, another product's cut and a mosaic?"""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin
from rasterio.warp import Resampling, reproject, transform_bounds
from scipy.ndimage import zoom

from infraplan.geo import Grid
from infraplan.sources.elevation import read_elevation
from infraplan.sources.hgt import VOID, hgt_place, unpack
from infraplan.sources.shelf import Shelf
from infraplan.sources.tiles import tiles_of

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.geo import Raster

pytestmark = pytest.mark.real

AREA = (1.413, 42.429, 1.787, 42.656)
"""Andorra: west, south, east, north, degrees."""

GRID = Grid.cover(
    transform_bounds("EPSG:4326", "EPSG:32631", *AREA), crs="EPSG:32631", cell_size_m=60
)


@pytest.fixture(scope="module")
def tile(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the one tile that covers Andorra, from the mirror by way of its address."""
    shelf = Shelf(mirror=shared / "mirror", cache=tmp_path_factory.mktemp("cache"))
    (want,) = tiles_of("skadi", AREA)
    path = shelf.find(want.address)
    assert path is not None
    assert path.name == "N42E001.hgt.gz"
    return path


def read(*paths: Path, grid: Grid = GRID) -> tuple[Raster, tuple[str, ...]]:
    raster, notes = read_elevation(
        paths, labels=[p.name for p in paths], origin="measured", grid=grid
    )
    return raster, tuple(n.en for n in notes)


def test_a_real_tile_of_1201_posts_is_read_and_its_voids_counted(tile: Path) -> None:
    raster, notes = read(tile)
    assert notes[0].startswith("N42E001.hgt.gz: 7,652 voids among the 1,442,401 posts read")
    assert 800 < raster.values.min() < 900
    assert 2900 < raster.values.max() < 2942  # Coma Pedrosa


def test_a_tile_of_3601_posts_made_of_it_gives_the_same_ground(tile: Path, tmp_path: Path) -> None:
    coarse = unpack(tile, label=tile.name)
    # Every third post is a post of the coarse tile; those between are interpolated.
    fine = np.rint(
        zoom(np.where(coarse == VOID, 1500, coarse).astype(np.float64), 3601 / 1201, order=1)
    )
    fine[::3, ::3] = coarse
    path = tmp_path / "N42E001.hgt.gz"
    path.write_bytes(gzip.compress(fine.astype(">i2").tobytes(), compresslevel=1))
    near, notes = read(path)
    assert "12,967,201 posts" in notes[0]
    off_m = np.abs(near.values - read(tile)[0].values)
    assert np.median(off_m) < 1.0
    assert np.quantile(off_m, 0.99) < 8.0  # cells hold more posts now, and the steep are rounder


def test_a_cut_like_glo30_of_the_same_ground_gives_the_same_heights(
    tile: Path, tmp_path: Path
) -> None:
    heights = unpack(tile, label=tile.name)
    filled = np.where(heights == VOID, np.nan, heights).astype(np.float32)
    paths = []
    for west in (1, 1.5):  # two tiles that share no post, the second without its eastern edge
        side = 1 / 1200
        place = from_origin(west - side / 2, 43 + side / 2, side, side)
        part = np.full((1200, 600), np.nan, dtype=np.float32)
        reproject(
            filled, part, src_transform=hgt_place(tile, label="", side=1201),
            src_crs="EPSG:4326", dst_transform=place, dst_crs="EPSG:4326",
            src_nodata=np.nan, dst_nodata=np.nan, resampling=Resampling.nearest,
        )  # fmt: skip
        path = tmp_path / f"tile_{west}.tif"
        with rasterio.open(
            path, "w", driver="GTiff", height=1200, width=600, count=1, dtype="float32",
            crs="EPSG:4326", transform=place, nodata=np.nan, tiled=True, compress="deflate",
        ) as target:  # fmt: skip
            target.write(part, 1)
        paths.append(path)
    raster, _ = read(*paths)
    np.testing.assert_allclose(raster.values, read(tile)[0].values, atol=0.01)


def test_wide_cells_hold_the_mean_of_the_ground_under_them(tile: Path) -> None:
    wide = Grid(GRID.crs, GRID.x_min_m, GRID.y_max_m, 600.0, GRID.rows // 10, GRID.columns // 10)
    coarse = read(tile, grid=wide)[0].values
    fine = read(tile)[0].values[: wide.rows * 10, : wide.columns * 10]
    mean = fine.reshape(wide.rows, 10, wide.columns, 10).mean(axis=(1, 3))
    off_m = coarse - mean
    assert abs(off_m.mean()) < 1.0
    assert off_m.std() < fine.reshape(wide.rows, 10, wide.columns, 10).std(axis=(1, 3)).mean() / 2
