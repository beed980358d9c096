"""Do points of VN-2000 come in and go out by the one official transformation?"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import CRS, Geod

from infraplan import catalog
from infraplan.errors import CrsError, ParameterError
from infraplan.geo import vn2000
from infraplan.geo.vn2000 import from_wgs84, tm3_zones, to_wgs84, zone_of

ZONES = [f"EPSG:{epsg}" for epsg in tm3_zones()["epsg"]]
GLOBE = Geod(ellps="WGS84")
MILLIMETRE_M = 1e-3


def test_there_are_the_eighteen_zones_of_the_country() -> None:
    assert list(tm3_zones()["epsg"]) == [*range(5896, 5900), *range(9205, 9219)]


@pytest.mark.parametrize(
    "row", catalog.table("tm3_zones").to_dict("records"), ids=lambda r: r["epsg"]
)
def test_catalogue_agrees_with_proj(row: dict[str, str]) -> None:
    crs = CRS.from_epsg(int(row["epsg"]))
    assert crs.name.startswith("WGS 84" if row["kind"].endswith("wgs84") else "VN-2000")
    if not row["central_meridian_deg"]:
        assert crs.is_geographic
        return
    figures = {p.name: p.value for p in crs.coordinate_operation.params}
    assert figures["Longitude of natural origin"] == float(row["central_meridian_deg"])
    assert figures["Scale factor at natural origin"] == float(row["scale_factor"])
    assert figures["False easting"] == 500_000
    degrees = int(float(row["central_meridian_deg"]))
    minutes = round((float(row["central_meridian_deg"]) - degrees) * 60)
    if row["kind"] == "tm3":
        assert row["name"].endswith(f"{degrees}°{minutes:02d}′")


@pytest.mark.parametrize(
    ("province", "epsg"), [("Phú Thọ", 9208), ("Vĩnh Phúc", 5897), ("Hòa Bình", 9211)]
)
def test_zone_of_a_province_before_the_merger(province: str, epsg: int) -> None:
    zones = tm3_zones()
    own = [p.split("; ") for p in zones["provinces"]]
    assert [e for e, names in zip(zones["epsg"], own, strict=True) if province in names] == [epsg]
    assert province in zone_of(epsg)["provinces"]


def test_a_code_that_is_no_zone_is_refused() -> None:
    with pytest.raises(ParameterError, match="3405"):
        zone_of(3405)


@pytest.mark.parametrize("crs", [*ZONES, "EPSG:3405", "EPSG:3406", "EPSG:4756"])
def test_the_transformation_has_the_parameters_of_the_decision(crs: str) -> None:
    definition = vn2000._transformer(crs).definition
    for figure in (
        "x=-191.90441429 y=-39.30318279 z=-111.45032835",
        "rx=-0.00928836 ry=0.01975479 rz=-0.00427372 s=0.252906278",
        "convention=coordinate_frame",
    ):
        assert figure in definition
    assert definition.count("helmert") == 1


def test_the_datum_is_never_left_as_it_is() -> None:
    lon, lat = to_wgs84([105.4], [21.32], crs="EPSG:4756")
    assert 150 < GLOBE.inv(105.4, 21.32, lon[0], lat[0])[2] < 250


def test_geopandas_takes_the_same_way() -> None:
    points = gpd.GeoSeries.from_xy([567233.746], [2358517.852], crs="EPSG:9208").to_crs("EPSG:4326")
    lon, lat = to_wgs84([567233.746], [2358517.852], crs="EPSG:9208")
    assert GLOBE.inv(points.x[0], points.y[0], lon[0], lat[0])[2] < MILLIMETRE_M


@given(
    zone=st.sampled_from(ZONES),
    off_deg=st.floats(-3.0, 3.0),
    lat=st.floats(8.3, 23.4),
)
def test_round_trip_is_within_a_millimetre(zone: str, off_deg: float, lat: float) -> None:
    lon = float(zone_of(int(zone.removeprefix("EPSG:")))["central_meridian_deg"]) + off_deg
    x, y = from_wgs84([lon], [lat], crs=zone)
    again_lon, again_lat = to_wgs84(x, y, crs=zone)
    assert GLOBE.inv(lon, lat, again_lon[0], again_lat[0])[2] < MILLIMETRE_M
    again_x, again_y = from_wgs84(again_lon, again_lat, crs=zone)
    assert np.hypot(again_x - x, again_y - y)[0] < MILLIMETRE_M


def test_neighbouring_zones_put_a_point_26_km_apart() -> None:
    one = to_wgs84([567233.7], [2358517.9], crs="EPSG:9208")
    other = to_wgs84([567233.7], [2358517.9], crs="EPSG:5897")
    apart_m = GLOBE.inv(one[0][0], one[1][0], other[0][0], other[1][0])[2]
    assert 25_000 < apart_m < 27_000


def test_missing_stays_missing() -> None:
    assert np.isnan(to_wgs84([np.nan], [1.0], crs="EPSG:9208")[0]).all()
    assert np.isnan(from_wgs84([np.nan], [1.0], crs="EPSG:9208")[0]).all()


def test_a_crs_that_is_none_is_named() -> None:
    with pytest.raises(CrsError, match=r"EPSG:99999.*Remedy"):
        to_wgs84([1.0], [2.0], crs="EPSG:99999")


def test_a_crs_without_a_way_to_wgs84_is_refused() -> None:
    local = 'LOCAL_CS["workshop",UNIT["metre",1]]'
    with pytest.raises(CrsError, match="Remedy"):
        to_wgs84([1.0], [2.0], crs=local)
