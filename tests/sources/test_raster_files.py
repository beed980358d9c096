"""Are odd raster files turned upright, or refused with one clear message, and never fetched?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning
from rasterio.transform import Affine, from_origin

from infraplan.errors import InputError
from infraplan.geo import Grid
from infraplan.sources import raster_files
from infraplan.sources.elevation import read_elevation
from infraplan.sources.raster_files import blocks_of, open_raster

if TYPE_CHECKING:
    from pathlib import Path

CRS = "EPSG:32648"
PLACE = from_origin(500_000, 2_352_000, 100, 100)
GRID = Grid.cover((504_000, 2_336_000, 516_000, 2_348_000), crs=CRS, cell_size_m=200)


def slope() -> np.ndarray:
    """Return heights that rise by 1 m a post eastwards and 2 m a post southwards."""
    row, column = np.mgrid[0:200, 0:200]
    return (100 + column + 2 * row).astype(np.float32)


def write(path: Path, heights: np.ndarray, **profile: object) -> Path:
    settings = {"crs": CRS, "transform": PLACE, "dtype": heights.dtype} | profile
    with rasterio.open(
        path, "w", driver="GTiff", height=heights.shape[0], width=heights.shape[1], count=1,
        **settings,
    ) as target:  # fmt: skip
        target.write(heights, 1)
    return path


def heights_of(*paths: Path) -> np.ndarray:
    raster, _ = read_elevation(paths, labels=[p.name for p in paths], origin="measured", grid=GRID)
    return raster.values


def problems(*paths: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        heights_of(*paths)
    assert all(f.remedy for f in caught.value.faults)
    return [f.problem for f in caught.value.faults]


def vrt(folder: Path, source: str, *, relative: bool = True) -> Path:
    path = folder / "mosaic.vrt"
    path.write_text(
        f"""<VRTDataset rasterXSize="200" rasterYSize="200"><SRS>{CRS}</SRS>
        <GeoTransform>500000, 100, 0, 2352000, 0, -100</GeoTransform>
        <VRTRasterBand dataType="Float32" band="1"><SimpleSource>
        <SourceFilename relativeToVRT="{int(relative)}">{source}</SourceFilename>
        <SourceBand>1</SourceBand></SimpleSource></VRTRasterBand></VRTDataset>""",
        encoding="utf-8",
    )
    return path


def test_rows_from_south_to_north_are_turned(tmp_path: Path) -> None:
    upright = heights_of(write(tmp_path / "up.tif", slope()))
    place = Affine(100, 0, 500_000, 0, 100, 2_352_000 - 200 * 100)
    turned = write(tmp_path / "down.tif", slope()[::-1].copy(), transform=place)
    np.testing.assert_array_equal(heights_of(turned), upright)


def test_turned_and_mirrored_rasters_are_refused(tmp_path: Path) -> None:
    turned = write(tmp_path / "a.tif", slope(), transform=PLACE @ Affine.rotation(90))
    skew = write(tmp_path / "b.tif", slope(), transform=PLACE @ Affine.rotation(3))
    mirrored = write(tmp_path / "c.tif", slope(), transform=PLACE @ Affine.scale(-1, 1))
    assert problems(turned, skew, mirrored) == ["the raster is turned or mirrored"] * 3


def test_rasters_that_lie_nowhere_are_refused_once_each(tmp_path: Path) -> None:
    heights = slope()
    with pytest.warns(NotGeoreferencedWarning):
        bare = write(tmp_path / "bare.tif", heights, transform=None)
    no_crs = write(tmp_path / "no_crs.tif", heights, crs=None)
    assert problems(bare, no_crs) == [
        "the raster does not say where it lies: it has a CRS but no coordinates",
        "the raster has no CRS",
    ]


def test_pictures_and_complex_numbers_are_refused(tmp_path: Path) -> None:
    colours = write(tmp_path / "colours.tif", slope().astype(np.uint8), photometric="palette")
    with rasterio.open(colours, "r+") as raster:
        raster.write_colormap(1, {0: (0, 0, 0, 255), 1: (9, 9, 9, 255)})
    waves = write(tmp_path / "waves.tif", slope().astype(np.complex64))
    found = problems(colours, waves)
    assert "numbers of colours, not heights" in found[0]
    assert "complex64" in found[1]


def test_a_file_of_one_huge_block_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path / "strip.tif", slope(), blockysize=200, compress="deflate")
    monkeypatch.setattr(raster_files, "_BLOCK_MOST_BYTES", 100_000)
    assert problems(path) == ["its blocks of 200 × 200 values are too large to read one by one"]


def test_a_vrt_of_local_files_reads_as_its_parts(tmp_path: Path) -> None:
    part = write(tmp_path / "part.tif", slope())
    expected = heights_of(part)
    np.testing.assert_array_equal(heights_of(vrt(tmp_path, "part.tif")), expected)
    np.testing.assert_array_equal(heights_of(vrt(tmp_path, str(part), relative=False)), expected)


@pytest.mark.parametrize(
    "source",
    [
        "/vsicurl/https://example.org/part.tif",
        "https://example.org/part.tif",
        "/vsizip/part.zip/part.tif",
        "WMS:https://example.org",
        "other.vrt",
    ],
)
def test_a_vrt_that_reaches_for_other_than_local_files_is_refused(
    tmp_path: Path, source: str
) -> None:
    assert problems(vrt(tmp_path, source, relative=False)) == [
        f"the VRT names {source}, which is no local raster file"
    ]


def test_a_vrt_of_missing_files_names_each(tmp_path: Path) -> None:
    assert problems(vrt(tmp_path, "gone.tif")) == ["the VRT names gone.tif, which is not there"]
    empty = tmp_path / "empty.vrt"
    empty.write_text("<VRTDataset/>", encoding="utf-8")
    assert problems(empty) == ["the VRT names no file"]


def test_a_map_service_or_a_page_in_place_of_a_raster_is_not_opened(tmp_path: Path) -> None:
    service = tmp_path / "service.tif"
    service.write_text("<GDAL_WMS><Service name='TMS'/></GDAL_WMS>", encoding="utf-8")
    assert "cannot be read" in problems(service)[0]
    assert str(tmp_path) not in problems(service)[0]


def test_errors_while_reading_are_faults_of_the_file(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 900, (200, 200), dtype=np.int16)
    path = write(tmp_path / "cut.tif", noise)
    path.write_bytes(path.read_bytes()[:20_000])
    with (
        pytest.raises(InputError, match="cut short"),
        open_raster(path, label="cut.tif", expected="a GeoTIFF") as source,
    ):
        source.read(1)


def test_blocks_tile_a_grid_without_gap_or_overlap() -> None:
    seen = np.zeros(GRID.shape, dtype=int)
    for block, rows, columns in blocks_of(GRID, side=7):
        seen[rows, columns] += 1
        assert block.shape == seen[rows, columns].shape
        x, y = block.centre(0, 0)
        row, column = GRID.index(x, y)
        assert (row, column) == (rows.start, columns.start)
    assert (seen == 1).all()
