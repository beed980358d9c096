"""Is the plane CRS the province's own, and are X and Y what offices mean by them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Transformer
from shapely.geometry import Point

from infraplan.errors import CrsError
from infraplan.geo.vn2000 import tm3_zones, to_wgs84
from infraplan.report.frame import frame_at, tm3_of, to_plane, to_tm3

if TYPE_CHECKING:
    from infraplan.report.facts import Facts

UTM = "EPSG:32648"


@pytest.mark.parametrize(
    ("title", "epsg", "meridian"),
    [
        ("Tỉnh Phú Thọ (mới, 148 xã phường)", 9208, "104°45′"),
        ("Xã Tân Sơn, tỉnh Phú Thọ", 9208, "104°45′"),
        ("tỉnh Vĩnh Phúc", 5897, "105°00′"),
        ("Tỉnh Hòa Bình", 9211, "106°00′"),
        ("Thành phố Hồ Chí Minh", 9210, "105°45′"),
    ],
)
def test_the_province_in_the_title_decides_the_meridian(
    title: str, epsg: int, meridian: str
) -> None:
    frame = frame_at(105.3, 21.2, title=title, otherwise=UTM)
    assert (frame.epsg, frame.meridian, frame.is_vn2000) == (epsg, meridian, True)
    assert meridian in frame.note.vi
    assert f"EPSG:{epsg}" in frame.note.en


def test_every_province_of_the_catalogue_is_found_by_its_name() -> None:
    zones = tm3_zones()
    for epsg, provinces in zip(zones["epsg"], zones["provinces"], strict=True):
        for province in filter(None, provinces.split("; ")):
            found = frame_at(
                105.3, 21.2, title=f"Tỉnh {province.removeprefix('TP. ')}", otherwise=UTM
            )
            assert found.epsg == epsg, province


@pytest.mark.parametrize("title", ["Phú Thọ", "Bản Phú Thọ", "Vùng thử", "Tỉnh Phú Thọa"])
def test_a_title_without_a_province_takes_the_nearest_meridian(title: str) -> None:
    frame = frame_at(105.4, 21.2, title=title, otherwise=UTM)
    assert frame.epsg == 9209
    assert "gần trung tâm" in frame.note.vi


def test_a_study_outside_viet_nam_keeps_its_own_metric_crs() -> None:
    frame = frame_at(1.55, 42.5, title="Tỉnh Phú Thọ", otherwise="EPSG:32631")
    assert (frame.crs, frame.is_vn2000, frame.meridian_deg) == ("EPSG:32631", False, 3.0)
    assert "ngoài Việt Nam" in frame.note.vi


def test_a_crs_without_a_code_is_refused() -> None:
    crs = "+proj=tmerc +lat_0=0 +lon_0=1.5 +k=1 +x_0=0 +y_0=0 +ellps=GRS80 +units=m"
    with pytest.raises(CrsError, match=r"no EPSG code.*Remedy"):
        frame_at(1.55, 42.5, title="", otherwise=crs)


def test_x_points_north_and_y_east_as_pyproj_has_them() -> None:
    points = gpd.GeoSeries([Point(104.9, 21.4), Point(105.4, 20.6)], index=["a", "b"], crs=4326)
    frame = frame_at(105.3, 21.2, title="Tỉnh Phú Thọ", otherwise=UTM)
    found = to_tm3(points, frame)
    way = Transformer.from_crs(4326, 9208, always_xy=True)
    east, north = way.transform(points.x.to_numpy(), points.y.to_numpy())
    np.testing.assert_allclose(found["x_north_m"], north, atol=0.01)
    np.testing.assert_allclose(found["y_east_m"], east, atol=0.01)
    assert list(found.index) == ["a", "b"]
    assert (found["x_north_m"] > 2_000_000).all()


def test_a_missing_point_stays_missing() -> None:
    points = gpd.GeoSeries([Point(), Point(105.0, 21.0)], crs=4326)
    found = to_tm3(points, frame_at(105.3, 21.2, title="", otherwise=UTM))
    assert found.isna().any(axis=1).tolist() == [True, False]


@given(st.floats(103.5, 106.5), st.floats(19.0, 22.5))
def test_the_way_back_meets_the_point_again(longitude_deg: float, latitude_deg: float) -> None:
    frame = frame_at(105.3, 21.2, title="Tỉnh Phú Thọ", otherwise=UTM)
    point = to_plane([Point(longitude_deg, latitude_deg)], frame)[0]
    lon, lat = to_wgs84(point.x, point.y, crs=frame.crs)
    assert abs(lon - longitude_deg) < 1e-9
    assert abs(lat - latitude_deg) < 1e-9


def test_a_bundle_takes_the_frame_of_its_middle(facts: Facts) -> None:
    frame = tm3_of(facts)
    assert frame.is_vn2000
    assert frame.epsg == 5897  # the tiny province lies at 105.1° and names no province
