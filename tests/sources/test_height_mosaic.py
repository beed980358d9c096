"""Do tiles join without a seam, blocks give what the whole gives, and is memory bounded?"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine, from_origin
from rasterio.warp import transform

from infraplan.errors import InputError
from infraplan.geo import Grid
from infraplan.sources import height_mosaic, void_posts
from infraplan.sources.elevation import read_elevation

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.geo import Raster

CRS = "EPSG:32648"
STEP_DEG = 1 / 300
"""Posts of the made-up tiles, 12 arc seconds; tiles of 1° as those of GLO-30."""

EIGHTH_OF_A_POST_M = 73 / 8
"""GDAL places posts within 1/8 of their distance, in which the hills rise so much at most."""


def hills(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    return 500 + 300 * np.sin(lon * 40) * np.cos(lat * 30) + 1000 * (lat - 21)


def write(path: Path, heights: np.ndarray, place: Affine, **profile: object) -> Path:
    settings = {"crs": "EPSG:4326", "dtype": heights.dtype} | profile
    with rasterio.open(
        path, "w", driver="GTiff", height=heights.shape[0], width=heights.shape[1], count=1,
        transform=place, **settings,
    ) as target:  # fmt: skip
        target.write(heights, 1)
    return path


def tile(folder: Path, lat: int, lon: int, *, void: bool = False) -> Path:
    """Write a tile as GLO-30 cuts them: its southern and eastern edge posts are its neighbours'."""
    row, column = np.mgrid[0:300, 0:300]
    heights = hills(lon + column * STEP_DEG, lat + 1 - row * STEP_DEG).astype(np.float32)
    if void:
        heights[::3, ::5] = np.nan
    place = from_origin(lon - STEP_DEG / 2, lat + 1 + STEP_DEG / 2, STEP_DEG, STEP_DEG)
    return write(folder / f"N{lat}_E{lon}.tif", heights, place, nodata=np.nan)


def read(*paths: Path, grid: Grid, **options: object) -> tuple[Raster, tuple[str, ...]]:
    raster, notes = read_elevation(
        paths, labels=[p.name for p in paths], origin="measured", grid=grid, **options
    )
    return raster, tuple(n.en for n in notes)


def around(lon: float, lat: float, *, cell_size_m: float, reach_m: float = 12_000) -> Grid:
    (x,), (y,) = transform("EPSG:4326", CRS, [lon], [lat])
    bounds = (x - reach_m, y - reach_m, x + reach_m, y + reach_m)
    return Grid.cover(bounds, crs=CRS, cell_size_m=cell_size_m)


def truth(grid: Grid) -> np.ndarray:
    rows, columns = np.indices(grid.shape).reshape(2, -1)
    lon, lat = (np.array(v) for v in transform(grid.crs, "EPSG:4326", *grid.centre(rows, columns)))
    return hills(lon, lat).reshape(grid.shape)


def test_no_seam_shows_where_four_tiles_meet(tmp_path: Path) -> None:
    paths = [tile(tmp_path, lat, lon) for lat in (20, 21) for lon in (104, 105)]
    grid = around(105, 21, cell_size_m=100)
    raster, notes = read(*paths, grid=grid)
    assert notes == ()
    assert np.abs(raster.values - truth(grid)).max() < EIGHTH_OF_A_POST_M


def test_the_order_of_tiles_does_not_matter(tmp_path: Path) -> None:
    paths = [tile(tmp_path, lat, lon) for lat in (20, 21) for lon in (104, 105)]
    grid = around(105, 21, cell_size_m=300)
    one, _ = read(*paths, grid=grid)
    other, _ = read(*reversed(paths), grid=grid)
    np.testing.assert_array_equal(one.values, other.values)


@pytest.mark.parametrize("cell_size_m", [90.0, 700.0])
def test_blocks_give_what_the_whole_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell_size_m: float
) -> None:
    paths = [tile(tmp_path, lat, lon, void=True) for lat in (20, 21) for lon in (104, 105)]
    grid = around(105, 21, cell_size_m=cell_size_m)
    whole, whole_notes = read(*paths, grid=grid)
    monkeypatch.setattr(height_mosaic, "_BLOCK_SIDE_POSTS", 32)
    monkeypatch.setattr(void_posts, "_STRIP_POSTS", 1000)
    blocks, block_notes = read(*paths, grid=grid)
    assert np.abs(whole.values - blocks.values).max() < EIGHTH_OF_A_POST_M / 10
    assert whole_notes == block_notes
    assert len(whole_notes) == 4


@pytest.mark.parametrize("cell_size_m", [45.0, 300.0, 1000.0])
def test_blocks_in_the_terrains_own_crs_are_the_whole_to_the_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cell_size_m: float
) -> None:
    rough = np.random.default_rng(2).integers(0, 900, size=(400, 400)).astype(np.int16)
    rough[::7, ::5] = -9999
    place = from_origin(500_000, 2_340_000, 90, 90)
    path = write(tmp_path / "rough.tif", rough, place, crs=CRS, nodata=-9999)
    grid = Grid.cover((510_000, 2_315_000, 525_000, 2_330_000), crs=CRS, cell_size_m=cell_size_m)
    whole, _ = read(path, grid=grid)
    monkeypatch.setattr(height_mosaic, "_BLOCK_SIDE_POSTS", 90)
    blocks, _ = read(path, grid=grid)
    np.testing.assert_array_equal(whole.values, blocks.values)


def test_wide_cells_hold_a_mean_of_their_posts_and_not_one_of_them(tmp_path: Path) -> None:
    rough = np.random.default_rng(2).choice([0.0, 200.0], size=(400, 400)).astype(np.float32)
    rough[:, :3] = 30.0
    place = from_origin(500_000, 2_340_000, 30, 30)
    path = write(tmp_path / "rough.tif", rough, place, crs=CRS)
    grid = Grid.cover((502_000, 2_330_000, 510_000, 2_338_000), crs=CRS, cell_size_m=600)
    raster, _ = read(path, grid=grid)
    assert raster.values.mean() == pytest.approx(100, abs=2)
    assert raster.values.std() < 10  # the posts' own is 100; of a mean of 400, 5


def test_height_units_are_converted_and_unknown_ones_refused(tmp_path: Path) -> None:
    place = from_origin(500_000, 2_340_000, 100, 100)
    grid = Grid.cover((502_000, 2_332_000, 506_000, 2_338_000), crs=CRS, cell_size_m=100)
    heights = np.full((100, 100), 1000, dtype=np.int16)
    path = write(tmp_path / "feet.tif", heights, place, crs=CRS)
    for unit, expected_m in (("ft", 304.8), ("US survey foot", 304.8006), ("dm", 100), ("m", 1000)):
        with rasterio.open(path, "r+") as raster:
            raster.units = (unit,)
        found, notes = read(path, grid=grid)
        assert found.values[5, 5] == pytest.approx(expected_m, abs=1e-3)
        assert bool(notes) == (unit != "m")
    with rasterio.open(path, "r+") as raster:
        raster.units = ("furlong",)
    with pytest.raises(InputError, match="heights are in 'furlong'"):
        read(path, grid=grid)


def test_the_unit_of_a_vertical_crs_counts(tmp_path: Path) -> None:
    place = from_origin(500_000, 2_340_000, 100, 100)
    grid = Grid.cover((502_000, 2_332_000, 506_000, 2_338_000), crs=CRS, cell_size_m=100)
    heights = np.full((100, 100), 1000, dtype=np.int16)
    path = write(tmp_path / "feet.tif", heights, place, crs="EPSG:32648+6360")  # NAVD88, US feet
    found, notes = read(path, grid=grid)
    assert found.values[5, 5] == pytest.approx(304.8006, abs=1e-3)
    assert "converted to metres" in notes[0]


def test_scale_and_offset_are_applied_before_anything_else(tmp_path: Path) -> None:
    place = from_origin(500_000, 2_340_000, 100, 100)
    grid = Grid.cover((502_000, 2_332_000, 506_000, 2_338_000), crs=CRS, cell_size_m=100)
    heights = np.full((100, 100), 10_000, dtype=np.int16)
    path = write(tmp_path / "dem.tif", heights, place, crs=CRS)
    with rasterio.open(path, "r+") as raster:
        raster.scales, raster.offsets = (0.1,), (-50.0,)
    found, notes = read(path, grid=grid)
    np.testing.assert_allclose(found.values, 950.0)
    assert notes == ()


def test_tiles_of_the_sea_are_at_0_m_and_only_they(tmp_path: Path) -> None:
    land = tile(tmp_path, 21, 104)
    grid = around(105, 21.5, cell_size_m=500)
    raster, notes = read(land, grid=grid, sea=[(105.0, 21.0, 106.0, 22.0)])
    columns = grid.columns // 2
    assert (raster.values[:, columns + 2 :] == 0).all()
    assert (raster.values[:, : columns - 2] > 0).all()
    assert "hold only sea" in notes[-1]
    with pytest.raises(InputError, match="does not cover the study area"):
        read(land, grid=grid, sea=[(107.0, 21.0, 108.0, 22.0)])


def test_one_tile_of_another_lattice_fills_what_the_first_lacks(tmp_path: Path) -> None:
    fine = tile(tmp_path, 21, 104)
    coarse = np.full((50, 100), 7.0, dtype=np.float32)
    place = from_origin(104.5, 22.1, 0.02, 0.02)
    raster, _ = read(
        fine, write(tmp_path / "coarse.tif", coarse, place), grid=around(105, 21.6, cell_size_m=500)
    )
    middle = raster.grid.columns // 2
    assert (raster.values[:, middle + 2 :] == 7).all()
    assert (raster.values[:, : middle - 2] > 50).all()


MEASURE = """
import json, resource, sys
from pathlib import Path
from infraplan.geo import Grid
from infraplan.sources.elevation import read_elevation
before_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
paths = [Path(p) for p in json.loads(sys.argv[1])]
grid = Grid.cover(json.loads(sys.argv[2]), crs="EPSG:32648", cell_size_m=600)
raster, notes = read_elevation(paths, labels=[p.name for p in paths], origin="m", grid=grid)
after_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"mb": (after_kb - before_kb) / 1024, "mean_m": float(raster.values.mean())}))
"""


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["one file", "tiles", "vrt"])
def test_a_mosaic_of_a_gigabyte_is_read_by_window(tmp_path: Path, shape: str) -> None:
    """Read 30,000 × 18,000 posts of 2 bytes: 1.1 GB, stored sparse so that the test is quick."""
    across, down, cut = 18_000, 30_000, 6_000
    pieces = [(0, 0, down, across)]
    if shape != "one file":
        pieces = [(r, c, cut, cut) for r in range(0, down, cut) for c in range(0, across, cut)]
    paths = []
    for row, column, rows, columns in pieces:
        place = from_origin(390_000 + column * 8.0, 2_350_000 - row * 8.0, 8.0, 8.0)
        path = tmp_path / f"r{row}_c{column}.tif"
        with rasterio.open(
            path, "w", driver="GTiff", height=rows, width=columns, count=1, dtype="int16",
            crs=CRS, transform=place, tiled=True, sparse_ok=True, compress="deflate",
        ):  # fmt: skip
            pass
        paths.append(path)
    if shape == "vrt":
        paths = [_vrt(tmp_path, pieces)]
    bounds = (395_000, 2_265_000, 530_000, 2_345_000)  # the northern third is enough
    result = subprocess.run(
        [sys.executable, "-c", MEASURE, json.dumps([str(p) for p in paths]), json.dumps(bounds)],
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(result.stdout)
    assert found["mean_m"] == 0.0
    assert found["mb"] < 350  # the whole is 1,080 MB as stored, and its third 720 MB as heights


def _vrt(folder: Path, pieces: list[tuple[int, int, int, int]]) -> Path:
    sources = "".join(
        f"""<SimpleSource><SourceFilename relativeToVRT="1">r{r}_c{c}.tif</SourceFilename>
        <SourceBand>1</SourceBand><SrcRect xOff="0" yOff="0" xSize="{w}" ySize="{h}"/>
        <DstRect xOff="{c}" yOff="{r}" xSize="{w}" ySize="{h}"/></SimpleSource>"""
        for r, c, h, w in pieces
    )
    path = folder / "mosaic.vrt"
    path.write_text(
        f"""<VRTDataset rasterXSize="18000" rasterYSize="30000"><SRS>{CRS}</SRS>
        <GeoTransform>390000, 8, 0, 2350000, 0, -8</GeoTransform>
        <VRTRasterBand dataType="Int16" band="1">{sources}</VRTRasterBand></VRTDataset>""",
        encoding="utf-8",
    )
    return path
