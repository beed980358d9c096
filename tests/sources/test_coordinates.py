"""Are the rows of a table placed by whatever coordinates they have, and doubts told?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.geo.vn2000 import from_wgs84, tm3_zones
from infraplan.sources.coordinates import Positions, read_positions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PHU_THO = (104.75, 20.6, 105.95, 21.95)
IBIZA = (1.1, 38.8, 1.7, 39.2)
CENTIMETRE_DEG = 1e-7


def places(count: int = 60, seed: int = 1) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return points all over the province."""
    chance = np.random.default_rng(seed)
    west, south, east, north = PHU_THO
    return (
        chance.uniform(west + 0.05, east - 0.05, count),
        chance.uniform(south + 0.05, north - 0.05, count),
    )


def read(
    x: Sequence[object],
    y: Sequence[object],
    *,
    crs: str = "auto",
    near: tuple[float, float, float, float] | None = PHU_THO,
    columns: tuple[str, str] = ("X", "Y"),
) -> Positions:
    rows = np.arange(len(x)) + 5
    return read_positions(x, y, crs=crs, near=near, file="tram.xlsx", rows=rows, columns=columns)


def written(values: NDArray[np.float64]) -> list[str]:
    """Write metres as a Vietnamese office does."""
    return [f"{v:,.2f}".translate(str.maketrans(",.", ".,")) for v in values]


def assert_at(found: Positions, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> None:
    assert found.faults == ()
    np.testing.assert_allclose(found.lon, lon, rtol=0, atol=CENTIMETRE_DEG)
    np.testing.assert_allclose(found.lat, lat, rtol=0, atol=CENTIMETRE_DEG)


@pytest.mark.parametrize("crs", [f"EPSG:{e}" for e in tm3_zones()["epsg"]])
@pytest.mark.parametrize("north_first", [True, False])
def test_either_order_of_the_axes_is_found(crs: str, *, north_first: bool) -> None:
    lon, lat = places(8)
    east, north = from_wgs84(lon, lat, crs=crs)
    pair = (north, east) if north_first else (east, north)
    found = read(*(written(v) for v in pair), crs=crs)
    assert_at(found, lon, lat)
    assert not found.swapped.any()
    assert [n.en for n in found.notes] == (
        ["In tram.xlsx the column X holds northings and Y eastings"] if north_first else []
    )


def test_the_zone_of_the_old_province_is_found() -> None:
    lon, lat = places()
    east, north = from_wgs84(lon, lat, crs="EPSG:9208")
    found = read(written(north), written(east))
    assert_at(found, lon, lat)
    assert found.crs == "EPSG:9208"
    assert "EPSG:9208 (VN-2000 TM-3 104°45′: Phú Thọ" in found.notes[0].vi


def test_zones_that_fit_equally_are_a_fault_that_names_them() -> None:
    lon, lat = places()
    inner = (np.abs(lon - 105.35) < 0.2) & (np.abs(lat - 21.3) < 0.3)
    east, north = from_wgs84(lon[inner], lat[inner], crs="EPSG:9208")
    found = read(written(north), written(east))
    assert np.isnan(found.lon).all()
    (fault,) = found.faults
    assert "EPSG:9208 (VN-2000 TM-3 104°45′: Phú Thọ" in fault.problem
    assert "EPSG:5897" in fault.problem
    assert " km apart" in fault.problem
    assert "crs = " in fault.remedy


def test_tm3_and_utm_of_one_meridian_are_told_apart_by_the_header_only() -> None:
    lon, lat = places()
    east, north = from_wgs84(lon, lat, crs="EPSG:5897")
    (fault,) = read(written(north), written(east)).faults
    assert {"EPSG:5897", "EPSG:3405", "EPSG:32648"} <= set(fault.problem.replace("(", " ").split())
    found = read(written(north), written(east), columns=("X VN-2000 múi 3", "Y"))
    assert_at(found, lon, lat)


def test_without_an_area_metres_of_an_unknown_zone_are_a_fault() -> None:
    lon, lat = places()
    east, north = from_wgs84(lon, lat, crs="EPSG:9208")
    (fault,) = read(written(north), written(east), near=None).faults
    assert "fit several CRS" in fault.problem


def test_metres_far_from_the_area_fit_no_zone() -> None:
    east, north = from_wgs84([106.6, 106.7], [10.7, 10.8], crs="EPSG:9210")
    (fault,) = read(written(north), written(east)).faults
    assert "no CRS of Viet Nam" in fault.problem
    assert "of the study (104.75–105.95° E, 20.6–21.95° N)" in fault.problem


def test_degrees_are_taken_as_wgs84_and_that_is_told() -> None:
    lon, lat = places()
    found = read([f"{v:.8f}" for v in lon], [f"{v:.8f}" for v in lat], columns=("Kinh độ", "Vĩ độ"))
    assert_at(found, lon, lat)
    assert found.crs == "EPSG:4326"
    assert [n.en.split(";")[0] for n in found.notes] == [
        "Degrees of tram.xlsx were taken as WGS 84"
    ]


def test_degrees_under_a_header_of_vn2000_are_vn2000() -> None:
    found = read(["105.4"], ["21.32"], columns=("Kinh độ VN-2000", "Vĩ độ VN-2000"))
    assert found.crs == "EPSG:4756"
    assert 0.0005 < abs(found.lon[0] - 105.4) < 0.003


def test_rows_in_the_other_order_are_put_right_and_named() -> None:
    lon, lat = places()
    x, y = [str(v) for v in lon], [str(v) for v in lat]
    for i in (3, 7):
        x[i], y[i] = y[i], x[i]
    found = read(x, y, columns=("Kinh độ", "Vĩ độ"))
    assert_at(found, lon, lat)
    assert np.flatnonzero(found.swapped).tolist() == [3, 7]
    assert found.notes[-1].en == (
        "In tram.xlsx 2 rows have the two coordinates in each other's place; put right: rows 8, 12"
    )


def test_swapped_rows_are_found_without_an_area_where_degrees_tell() -> None:
    found = read(["105.4", "21.5"], ["21.3", "105.5"], crs="EPSG:4326", near=None)
    assert found.lat.tolist() == [21.3, 21.5]
    assert found.swapped.tolist() == [False, True]


def test_the_area_tells_the_order_where_both_are_on_the_globe() -> None:
    found = read(["39.0"], ["1.4"], near=IBIZA)
    assert (found.lon[0], found.lat[0]) == (1.4, 39.0)


def test_one_column_of_pairs_has_the_latitude_first_by_custom() -> None:
    found = read(["39.0"], ["1.4"], near=None, columns=("Tọa độ", "Tọa độ"))
    assert (found.lon[0], found.lat[0]) == (1.4, 39.0)


def test_letters_of_hemispheres_settle_the_order() -> None:
    found = read(["21°19'B", "105°20'Đ"], ["105°20'Đ", "21°19'B"], near=None)
    np.testing.assert_allclose(found.lat, 21 + 19 / 60)
    assert found.swapped.sum() == 1


def test_each_bad_cell_is_a_fault_with_its_row_and_column() -> None:
    lon, lat = places(8)
    x, y = [str(v) for v in lon], [str(v) for v in lat]
    x[0], y[1], x[2], x[3], y[3] = "", "abc", "150.33", "0", "0"
    found = read(x, y, columns=("Kinh độ", "Vĩ độ"))
    assert [(f.row, f.column) for f in found.faults] == [
        (5, "Kinh độ"), (6, "Vĩ độ"), (7, "Kinh độ"), (8, "Kinh độ"),
    ]  # fmt: skip
    empty, letters, far, nought = (f.problem for f in found.faults)
    assert empty == "the coordinate is empty"
    assert letters == "the coordinate is 'abc'"
    assert "no place near the area of the study" in far
    assert "0, 0" in nought
    assert np.isnan(found.lon[:4]).all()
    np.testing.assert_allclose(found.lon[4:], lon[4:])


def test_one_row_of_metres_among_degrees_is_a_fault() -> None:
    lon, lat = places(5)
    x, y = [str(v) for v in lon], [str(v) for v in lat]
    x[2], y[2] = "2358517,85", "567233,75"
    assert [f.row for f in read(x, y).faults] == [7]


@pytest.mark.parametrize(
    ("crs", "x", "y"),
    [("EPSG:4326", "2358517", "567233"), ("EPSG:9208", "105.4", "21.3")],
)
def test_a_whole_table_in_another_unit_is_one_fault(crs: str, x: str, y: str) -> None:
    (fault,) = read([x] * 4, [y] * 4, crs=crs).faults
    assert "no row fits" in fault.problem
    assert fault.row is None


def test_a_crs_that_is_none_is_one_fault() -> None:
    (fault,) = read(["1"], ["2"], crs="EPSG:99999").faults
    assert "EPSG:99999" in fault.problem
    assert "EPSG:9208" in fault.remedy


def test_rows_outside_the_area_but_in_the_country_keep_their_place() -> None:
    found = read(["105.4", "106.7"], ["21.3", "10.8"], crs="EPSG:4326")
    assert found.faults == ()
    assert found.lat.tolist() == [21.3, 10.8]


def test_no_rows_at_all() -> None:
    found = read([], [])
    assert (len(found.lon), found.faults, found.notes) == (0, (), ())


@settings(max_examples=50)
@given(
    seed=st.integers(0, 1000),
    swaps=st.sets(st.integers(0, 19), max_size=8),
    epsg=st.sampled_from([4326, 4756, 9208, 5897, 9211, 3405, 32648]),
)
def test_swapped_rows_never_move_a_point(seed: int, swaps: set[int], epsg: int) -> None:
    lon, lat = places(20, seed)
    first, second = from_wgs84(lon, lat, crs=f"EPSG:{epsg}")
    for i in swaps:
        first[i], second[i] = second[i], first[i]
    found = read(first.tolist(), second.tolist(), crs=f"EPSG:{epsg}")
    assert_at(found, lon, lat)
    assert set(np.flatnonzero(found.swapped)) == swaps
