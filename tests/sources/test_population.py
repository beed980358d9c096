"""Is nobody lost or doubled when people per pixel become people per cell?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.transform import Affine, from_origin
from rasterio.warp import transform

from infraplan.errors import InputError
from infraplan.geo import Grid
from infraplan.sources import people_pixels
from infraplan.sources.population import read_population

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from infraplan.geo import Raster

CRS = "EPSG:32648"
MISSING = -99999.0


def write(
    path: Path, people: np.ndarray, place: Affine, *, crs: str | None = CRS, unit: str = "",
    nodata: float | None = MISSING,
) -> Path:  # fmt: skip
    with rasterio.open(
        path, "w", driver="GTiff", height=people.shape[0], width=people.shape[1], count=1,
        dtype=people.dtype, crs=crs, transform=place, nodata=nodata,
    ) as target:  # fmt: skip
        target.write(people, 1)
        target.units = (unit,)
    return path


def read(
    *paths: Path, grid: Grid, bounds: Sequence[float] | None = None
) -> tuple[Raster, tuple[str, ...]]:
    raster, notes = read_population(
        paths, labels=[p.name for p in paths], grid=grid, bounds=bounds or grid.bounds,
        origin="estimated",
    )  # fmt: skip
    return raster, tuple(n.en for n in notes)


def faults_of(*paths: Path, grid: Grid) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(*paths, grid=grid)
    assert all(f.remedy for f in caught.value.faults)
    return [f.problem for f in caught.value.faults]


def random_people(rows: int, columns: int, *, seed: int = 1) -> np.ndarray:
    """Return people as WorldPop's constrained product has them: many pixels without any."""
    rng = np.random.default_rng(seed)
    people = rng.gamma(0.6, 12.0, size=(rows, columns))
    return np.where(rng.random((rows, columns)) < 0.6, MISSING, people).astype(np.float32)


def total(people: np.ndarray) -> float:
    return float(people[people != MISSING].sum(dtype=np.float64))


def plain_split(people: np.ndarray, place: Affine, grid: Grid) -> np.ndarray:
    """Split each pixel by the polygons of pixels and cells, the slow and obvious way."""
    cells = np.zeros(grid.shape)
    size = grid.cell_size_m
    for (row, column), count in np.ndenumerate(people):
        if count == MISSING:
            continue
        (west, north), (east, south) = place @ (column, row), place @ (column + 1, row + 1)
        pixel = shapely.box(west, south, east, north)
        for r, c in np.ndindex(grid.shape):
            left, top = grid.x_min_m + c * size, grid.y_max_m - r * size
            shared = shapely.box(left, top - size, left + size, top).intersection(pixel).area
            cells[r, c] += float(count) * shared / pixel.area
    return cells


def test_people_are_split_by_the_area_shared_with_each_cell(tmp_path: Path) -> None:
    people = random_people(9, 11)
    for size_m, cell_m in ((92.0, 60.0), (92.0, 500.0), (310.0, 100.0)):
        place = from_origin(500_003.0, 2_300_017.0, size_m, size_m)
        grid = Grid(CRS, 500_120.0, 2_299_950.0, cell_m, 7, 6)
        raster, _ = read(
            write(tmp_path / "pop.tif", people, place), grid=grid,
            bounds=(500_200, 2_299_700, 500_300, 2_299_800),
        )  # fmt: skip
        np.testing.assert_allclose(raster.values, plain_split(people, place, grid), atol=1e-9)
        assert (raster.name, raster.unit, raster.origin) == (
            "people", "persons per cell", "estimated",
        )  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cell_m=st.floats(20, 4000),
    shift=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    pixel_deg=st.sampled_from([1 / 1200, 1 / 120]),
    lat=st.sampled_from([21.3, -17.5, 64.0]),
)
def test_the_total_is_kept_on_any_grid(
    tmp_path: Path, cell_m: float, shift: tuple[float, float], pixel_deg: float, lat: float
) -> None:
    people = random_people(18, 23)
    place = from_origin(105.6, lat, pixel_deg, pixel_deg)
    path = write(tmp_path / "pop.tif", people, place, crs="EPSG:4326")
    crs = "EPSG:32648" if lat > 0 else "EPSG:32748"
    lon = np.array([105.6, 105.6 + 23 * pixel_deg])
    lats = np.array([lat, lat - 18 * pixel_deg])
    corners = np.array(transform("EPSG:4326", crs, *(a.ravel() for a in np.meshgrid(lon, lats))))
    (west, south), (east, north) = corners.min(axis=1), corners.max(axis=1)
    cell_m = max(cell_m, (east - west) / 300)
    grid = Grid(
        crs,
        west - cell_m * (1 + shift[0]),
        north + cell_m * (1 + shift[1]),
        cell_m,
        int((north - south) / cell_m) + 4,
        int((east - west) / cell_m) + 4,
    )
    middle = (west + east) / 2, (south + north) / 2
    raster, notes = read(path, grid=grid, bounds=(*middle, middle[0] + 1, middle[1] + 1))
    assert raster.values.sum() == pytest.approx(total(people), rel=1e-6)
    assert raster.values.min() >= 0
    assert "Grid of people" in notes[-1]


def test_strips_give_what_the_whole_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    people = random_people(60, 70)
    place = from_origin(105.1, 21.0, 1 / 1200, 1 / 1200)
    path = write(tmp_path / "pop.tif", people, place, crs="EPSG:4326")
    grid = Grid.cover((510_600, 2_317_500, 516_000, 2_321_800), crs=CRS, cell_size_m=60)
    whole, notes = read(path, grid=grid)
    monkeypatch.setattr(people_pixels, "_STRIP_PIXELS", 150)
    strips, strip_notes = read(path, grid=grid)
    np.testing.assert_allclose(whole.values, strips.values, rtol=1e-12, atol=1e-12)
    assert notes == strip_notes


GRID = Grid(CRS, 500_000.0, 2_300_000.0, 100.0, 20, 30)


def test_tiles_add_up_and_doubled_ground_counts_once(tmp_path: Path) -> None:
    people = np.full((20, 30), 2.0, dtype=np.float32)
    place = from_origin(500_000, 2_300_000, 100, 100)
    west = write(tmp_path / "west.tif", people[:, :15], place)
    east = write(tmp_path / "east.tif", people[:, 15:], place @ Affine.translation(15, 0))
    whole = write(tmp_path / "whole.tif", people * 5, place)
    raster, notes = read(west, east, grid=GRID)
    assert raster.values.sum() == 1200
    assert len(notes) == 1
    raster, notes = read(west, whole, grid=GRID)
    assert (raster.values[:, :15] == 2).all()
    assert (raster.values[:, 15:] == 10).all()
    assert "whole.tif: 300 pixels were left out" in notes[0]


def test_what_one_file_leaves_empty_another_fills(tmp_path: Path) -> None:
    place = from_origin(500_000, 2_300_000, 100, 100)
    people = np.full((20, 30), 2.0, dtype=np.float32)
    here = people.copy()
    here[:, 15:] = MISSING
    raster, _ = read(
        write(tmp_path / "a.tif", here, place), write(tmp_path / "b.tif", people, place), grid=GRID
    )
    assert (raster.values == 2).all()


def test_people_per_km2_are_converted_where_the_file_says_so(tmp_path: Path) -> None:
    place = from_origin(500_000, 2_300_000, 500, 500)
    density = np.full((4, 6), 400, dtype=np.int32)
    for unit in ("persons/km2", "people per sq km", "inhabitants per km²", "km-2"):
        path = write(tmp_path / "vnm_pd_2020.tif", density, place, unit=unit)
        raster, notes = read(path, grid=GRID)
        np.testing.assert_allclose(raster.values, 4.0)
        assert "multiplied by the area" in notes[0]
    (fault,) = faults_of(write(tmp_path / "pop.tif", density, place, unit="people/ha"), grid=GRID)
    assert "'people/ha'" in fault
    (fault,) = faults_of(write(tmp_path / "vnm_pd_2020.tif", density, place), grid=GRID)
    assert "does not say its unit" in fault


def test_undeclared_missing_values_are_nobody_and_other_negatives_faults(tmp_path: Path) -> None:
    place = from_origin(500_000, 2_300_000, 100, 100)
    people = np.full((20, 30), 2.0, dtype=np.float32)
    people[:10] = MISSING
    raster, notes = read(write(tmp_path / "pop.tif", people, place, nodata=None), grid=GRID)
    assert raster.values.sum() == 600
    assert "50.0 % of its pixels have no number" in notes[0]
    people[:2, :4] = -1
    (fault,) = faults_of(write(tmp_path / "pop.tif", people, place), grid=GRID)
    assert fault == "8 pixels are no number of people, such as -1"


def test_rows_from_south_to_north_are_turned(tmp_path: Path) -> None:
    people = random_people(20, 30)
    upright, _ = read(
        write(tmp_path / "up.tif", people, from_origin(500_000, 2_300_000, 100, 100)), grid=GRID
    )
    place = Affine(100, 0, 500_000, 0, 100, 2_298_000)
    turned, _ = read(write(tmp_path / "down.tif", people[::-1].copy(), place), grid=GRID)
    np.testing.assert_array_equal(upright.values, turned.values)


def test_rasters_that_hold_nobody_or_do_not_reach_are_refused(tmp_path: Path) -> None:
    place = from_origin(500_000, 2_300_000, 100, 100)
    empty = np.full((20, 30), MISSING, dtype=np.float32)
    (fault,) = faults_of(write(tmp_path / "empty.tif", empty, place), grid=GRID)
    assert "nobody lives in the study area" in fault
    assert "has no number" in fault
    (fault,) = faults_of(write(tmp_path / "zero.tif", empty * 0, place), grid=GRID)
    assert "says 0" in fault
    far = write(tmp_path / "far.tif", empty * 0 + 1, from_origin(0, 0, 100, 100))
    (fault,) = faults_of(far, grid=GRID)
    assert "100.00% of it" in fault
    wide = Grid(CRS, 500_000.0, 2_300_000.0, 100.0, 20, 60)
    (fault,) = faults_of(write(tmp_path / "half.tif", empty * 0 + 1, place), grid=wide)
    assert "33.33% of it lies outside" in fault  # but for 1 km, as boundaries are rough


def test_every_file_that_is_wrong_is_listed(tmp_path: Path) -> None:
    place = from_origin(500_000, 2_300_000, 100, 100)
    people = np.full((20, 30), 2.0, dtype=np.float32)
    no_crs = write(tmp_path / "no_crs.tif", people, place, crs=None)
    text = tmp_path / "text.tif"
    text.write_text("no raster", encoding="utf-8")
    turned = write(tmp_path / "turned.tif", people, place @ Affine.rotation(5))
    found = faults_of(no_crs, text, turned, grid=GRID)
    assert found[0] == "the raster has no CRS"
    assert found[1].startswith("the raster cannot be read")
    assert found[2] == "the raster is turned or mirrored"


@pytest.mark.parametrize("kind", ["uint16", "int16", "int32", "uint32"])
def test_the_largest_number_of_a_file_is_nobodys_count(tmp_path: Path, kind: str) -> None:
    people = np.full((20, 20), 3, dtype=kind)
    people[:2] = np.iinfo(kind).max
    place = from_origin(500_000, 2_302_000, 100, 100)
    grid = Grid.cover((500_200, 2_300_200, 501_800, 2_301_800), crs=CRS, cell_size_m=200)
    path = write(tmp_path / "people.tif", people, place, nodata=None)
    (problem,) = faults_of(path, grid=grid)
    assert f"such as {np.iinfo(kind).max:g}" in problem
    declared = write(tmp_path / "said.tif", people, place, nodata=float(np.iinfo(kind).max))
    assert read(declared, grid=grid)[0].values.sum() == pytest.approx(3 * 16 * 16)
