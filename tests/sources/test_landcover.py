"""Does each cell take the class that most of it has, and is what is wrong with files listed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine, from_origin
from rasterio.warp import transform_bounds

from infraplan.catalog import table
from infraplan.errors import InputError
from infraplan.geo import Grid
from infraplan.sources import landcover
from infraplan.sources.landcover import class_codes, read_landcover, worldcover_classes

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan.errors import Fault
    from infraplan.geo import Raster

CRS = "EPSG:32648"
GRID = Grid(CRS, 500_000.0, 2_300_000.0, 60.0, 20, 30)
CLASS = class_codes()


def write(
    path: Path, codes: np.ndarray, *, crs: str | None = CRS, transform: Affine | None = None,
    nodata: int | None = 0,
) -> Path:  # fmt: skip
    """Write codes; 10 m pixels from the grid's corner unless a transform is given."""
    place = transform or from_origin(GRID.x_min_m, GRID.y_max_m, 10.0, 10.0)
    bands = codes if codes.ndim == 3 else codes[None]
    with rasterio.open(
        path, "w", driver="GTiff", width=bands.shape[2], height=bands.shape[1],
        count=bands.shape[0], dtype=codes.dtype, crs=crs, transform=place, nodata=nodata,
    ) as target:  # fmt: skip
        target.write(bands)
    return path


def read(*paths: Path, classes: dict[int, str] | None = None) -> tuple[Raster, tuple[str, ...]]:
    raster, notes = read_landcover(
        paths,
        labels=[p.name for p in paths],
        classes=classes or worldcover_classes(),
        grid=GRID,
        bounds=GRID.bounds,
        origin="estimated",
    )
    return raster, tuple(n.en for n in notes)


def faults_of(*paths: Path, classes: dict[int, str] | None = None) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        read(*paths, classes=classes)
    assert all(f.remedy for f in caught.value.faults)
    return caught.value.faults


def pixels(code: int) -> np.ndarray:
    return np.full((GRID.rows * 6, GRID.columns * 6), code, dtype=np.uint8)


def test_every_worldcover_code_has_one_class() -> None:
    assert set(worldcover_classes()) == {10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 100}
    codes = [c for text in table("clutter")["worldcover_code"] for c in text.split("|") if c]
    assert len(codes) == len(set(codes))
    assert worldcover_classes()[10] == worldcover_classes()[95] == "trees"


def test_each_cell_takes_its_most_frequent_class(tmp_path: Path) -> None:
    codes = pixels(30)
    codes[:6, :6].flat[:19] = 10
    codes[:6, 6:12].flat[:17] = 10
    codes[6:12, :6].flat[:15] = 80
    codes[6:12, :6].flat[15:24] = 50
    raster, notes = read(write(tmp_path / "map.tif", codes))
    assert raster.values[0, 0] == CLASS["trees"]
    assert raster.values[0, 1] == CLASS["open"]
    assert raster.values[1, 0] == CLASS["water"]
    assert (raster.values[2:] == CLASS["open"]).all()
    assert raster.values.dtype == np.int32
    assert not notes


def test_codes_are_translated_before_they_are_counted(tmp_path: Path) -> None:
    codes = pixels(10)
    codes[:6, :6].flat[:15] = 10
    codes[:6, :6].flat[15:26] = 30
    codes[:6, :6].flat[26:] = 60
    raster, _ = read(write(tmp_path / "map.tif", codes))
    assert raster.values[0, 0] == CLASS["open"]


def test_coarse_pixels_fill_the_cells_under_them(tmp_path: Path) -> None:
    codes = np.array([[10, 80], [50, 30]], dtype=np.uint8)
    place = from_origin(GRID.x_min_m, GRID.y_max_m, 900.0, 600.0)
    raster, _ = read(write(tmp_path / "map.tif", codes, transform=place))
    assert (raster.values[:10, :15] == CLASS["trees"]).all()
    assert (raster.values[:10, 15:] == CLASS["water"]).all()
    assert (raster.values[10:, :15] == CLASS["suburban"]).all()


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3405"])
def test_other_crs_are_warped(tmp_path: Path, crs: str) -> None:
    west, south, east, north = transform_bounds(CRS, crs, *GRID.bounds)
    wide, high = (east - west) * 1.2, (north - south) * 1.2
    place = Affine(wide / 300, 0, west - wide / 12, 0, -high / 200, north + high / 12)
    codes = np.full((200, 300), 40, dtype=np.uint8)
    x = place.c + (np.arange(300) + 0.5) * place.a
    codes[:, x > (west + east) / 2] = 10
    raster, _ = read(write(tmp_path / "map.tif", codes, crs=crs, transform=place))
    assert (raster.values[:, :13] == CLASS["crops"]).all()
    assert (raster.values[:, 17:] == CLASS["trees"]).all()


def test_tiles_are_put_together_and_the_first_one_holds(tmp_path: Path) -> None:
    west, whole = pixels(10)[:, :90], pixels(80)
    raster, _ = read(write(tmp_path / "a.tif", west), write(tmp_path / "b.tif", whole))
    assert (raster.values[:, :15] == CLASS["trees"]).all()
    assert (raster.values[:, 15:] == CLASS["water"]).all()


def test_empty_pixels_count_as_open_land_and_are_told(tmp_path: Path) -> None:
    codes = pixels(10)
    codes[:12, :18] = 0
    raster, notes = read(write(tmp_path / "map.tif", codes))
    assert (raster.values[:2, :3] == CLASS["open"]).all()
    assert (raster.values == CLASS["trees"]).sum() == GRID.size - 6
    assert "6 of 600 cells" in notes[0]


def test_what_one_file_leaves_empty_another_fills(tmp_path: Path) -> None:
    codes = pixels(10)
    codes[:, 90:] = 0
    raster, notes = read(write(tmp_path / "a.tif", codes), write(tmp_path / "b.tif", pixels(50)))
    assert (raster.values[:, 15:] == CLASS["suburban"]).all()
    assert not notes


def test_unknown_codes_are_listed_with_their_number(tmp_path: Path) -> None:
    codes = pixels(10)
    codes[0, :7] = 11
    codes[1, :3] = 200
    faults = faults_of(write(tmp_path / "map.tif", codes))
    assert [f.file for f in faults] == ["map.tif", "map.tif"]
    assert "7 pixels have the code 11" in faults[0].problem
    assert "3 pixels have the code 200" in faults[1].problem
    assert "trees" in faults[0].remedy


def test_heights_instead_of_classes_do_not_flood_the_list(tmp_path: Path) -> None:
    codes = np.arange(GRID.size * 36, dtype=np.int16).reshape(GRID.rows * 6, -1) % 900
    faults = faults_of(write(tmp_path / "map.tif", codes, nodata=None))
    assert len(faults) < 20
    assert "not of heights" in faults[-1].remedy


def test_own_classes_replace_those_of_worldcover(tmp_path: Path) -> None:
    path = write(tmp_path / "map.tif", pixels(11).astype(np.int32) * 10 + 2)
    raster, _ = read(path, classes={112: "dense_urban"})
    assert (raster.values == CLASS["dense_urban"]).all()


def test_a_map_that_does_not_reach_says_how_much_is_missing(tmp_path: Path) -> None:
    (fault,) = faults_of(write(tmp_path / "map.tif", pixels(10)[:, :90]))
    assert "50.00%" in fault.problem
    assert "longitude" in fault.remedy


def test_a_map_of_another_place_or_of_nothing_is_refused(tmp_path: Path) -> None:
    far = from_origin(0.0, 0.0, 10.0, 10.0)
    (fault,) = faults_of(write(tmp_path / "far.tif", pixels(10), transform=far))
    assert "100.00%" in fault.problem
    (fault,) = faults_of(write(tmp_path / "empty.tif", pixels(0)))
    assert "100.00%" in fault.problem


def test_cells_beyond_the_area_need_no_map(tmp_path: Path) -> None:
    path = write(tmp_path / "map.tif", pixels(10)[:, :90])
    west, south, _, north = GRID.bounds
    raster, notes = read_landcover(
        [path], labels=["map.tif"], classes=worldcover_classes(), grid=GRID,
        bounds=(west, south, west + 890.0, north), origin="estimated",
    )  # fmt: skip
    assert (raster.values[:, :15] == CLASS["trees"]).all()
    assert (raster.values[:, 15:] == CLASS["open"]).all()
    assert "300 of 600" in notes[0].en


def test_pictures_fractions_and_files_without_crs_are_refused(tmp_path: Path) -> None:
    picture = write(tmp_path / "picture.tif", np.stack([pixels(10)] * 3))
    share = write(tmp_path / "share.tif", pixels(10).astype(np.float32))
    text = tmp_path / "text.tif"
    text.write_text("no raster", encoding="utf-8")
    faults = faults_of(picture, share, text)
    assert [f.file for f in faults] == ["picture.tif", "share.tif", "text.tif"]
    assert "3 bands" in faults[0].problem
    assert "float32" in faults[1].problem
    (fault,) = faults_of(write(tmp_path / "bare.tif", pixels(10), crs=None))
    assert "CRS" in fault.problem


def test_rows_from_south_to_north_are_turned_and_other_turns_refused(tmp_path: Path) -> None:
    codes = pixels(10)
    codes[:60] = 80  # the northern half
    path = write(tmp_path / "flipped.tif", codes[::-1].copy())
    with rasterio.open(path, "r+") as raster:
        turn = raster.transform
        raster.transform = Affine(turn.a, 0, turn.c, 0, -turn.e, turn.f + turn.e * raster.height)
    raster, notes = read(path)
    assert (raster.values[:10] == CLASS["water"]).all()
    assert (raster.values[10:] == CLASS["trees"]).all()
    assert not notes
    turned = write(tmp_path / "turned.tif", codes)
    with rasterio.open(turned, "r+") as raster:
        raster.transform = raster.transform @ Affine.rotation(90)
    (fault,) = faults_of(turned)
    assert "turned or mirrored" in fault.problem
    mirrored = write(tmp_path / "mirrored.tif", codes)
    with rasterio.open(mirrored, "r+") as raster:
        raster.transform = raster.transform @ Affine.scale(-1, 1)
    (fault,) = faults_of(mirrored)
    assert "turned or mirrored" in fault.problem


def test_tiles_that_hold_only_sea_are_water(tmp_path: Path) -> None:
    path = write(tmp_path / "map.tif", pixels(10)[:, :90])
    raster, notes = read_landcover(
        [path], labels=["map.tif"], classes=worldcover_classes(), grid=GRID, bounds=GRID.bounds,
        origin="estimated", sea=[(105.0, 20.0, 106.0, 21.0)],
    )  # fmt: skip
    assert (raster.values[:, :15] == CLASS["trees"]).all()
    assert (raster.values[:, 15:] == CLASS["water"]).all()
    assert notes == ()


def test_blocks_give_what_the_whole_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    codes = np.random.default_rng(4).choice([10, 30, 50, 80], size=pixels(0).shape)
    path = write(tmp_path / "map.tif", codes.astype(np.uint8))
    whole, _ = read(path)
    monkeypatch.setattr(landcover, "_BLOCK_SIDE_PIXELS", 45)
    blocks, _ = read(path)
    np.testing.assert_array_equal(whole.values, blocks.values)
    codes[0, :7] = 11
    (fault,) = faults_of(write(tmp_path / "odd.tif", codes.astype(np.uint8)))
    assert "7 pixels have the code 11" in fault.problem
