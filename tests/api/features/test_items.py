"""Do pages of features hold what was asked for, in each format and system, fault by fault?"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely
from pyproj import Transformer

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

_EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"

Ask = "Callable[..., httpx.Response]"


def _ids(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [feature["id"] for feature in response.json()["features"]]


def test_a_page_is_the_table_with_its_diacritics(
    v1: Callable[..., httpx.Response], frame_of: Callable[[str], gpd.GeoDataFrame]
) -> None:
    frame = frame_of("communes")
    found = v1("/collections/communes/items").json()
    assert found["numberMatched"] == found["numberReturned"] == len(frame)
    assert [f["properties"]["name"] for f in found["features"]] == frame["name"].tolist()
    assert found["features"][0]["properties"]["people"] == frame["people"].iloc[0]
    for feature, shape in zip(found["features"], frame.geometry, strict=True):
        assert shapely.from_geojson(json.dumps(feature["geometry"])).equals_exact(shape, 1e-7)


@pytest.mark.parametrize("limit", [1, 3, 4, 7, 100])
def test_following_next_and_prev_meets_every_feature_once(
    v1: Callable[..., httpx.Response], limit: int
) -> None:
    query = {"limit": limit, "filter": "people > 0", "sortby": "-people"}
    whole = _ids(v1("/collections/villages/items", {**query, "limit": 1000}))
    page = v1("/collections/villages/items", query).json()
    met, last = [], page
    while True:
        assert page["numberMatched"] == len(whole)
        assert page["numberReturned"] == len(page["features"]) <= limit
        met += [f["id"] for f in page["features"]]
        links = {link["rel"]: link["href"] for link in page["links"]}
        last = page
        if "next" not in links:
            break
        page = v1(links["next"].removeprefix("http://testserver/v1")).json()
    assert met == whole
    back = {link["rel"]: link["href"] for link in last["links"]}.get("prev")
    assert (back is None) == (limit >= len(whole))


def test_more_than_the_most_is_as_the_most(v1: Callable[..., httpx.Response]) -> None:
    huge = v1("/collections/villages/items", {"limit": "9" * 30})
    assert huge.status_code == 200
    assert huge.json()["numberReturned"] == huge.json()["numberMatched"]


def test_an_offset_beyond_the_end_is_an_empty_page(v1: Callable[..., httpx.Response]) -> None:
    found = v1("/collections/villages/items", {"offset": "9" * 30}).json()
    assert found["features"] == []
    assert found["numberMatched"] == 10


@pytest.mark.parametrize("epsg", [4326, 9208, 32648])
def test_features_come_in_the_system_that_is_asked_for(
    v1: Callable[..., httpx.Response], frame_of: Callable[[str], gpd.GeoDataFrame], epsg: int
) -> None:
    response = v1("/collections/villages/items", {"crs": _EPSG.format(epsg)})
    assert response.headers["content-crs"] == f"<{_EPSG.format(epsg)}>"
    moved = frame_of("villages").to_crs(epsg)
    for feature, point in zip(response.json()["features"], moved.geometry, strict=True):
        x, y = feature["geometry"]["coordinates"]
        expected = (point.y, point.x) if epsg == 4326 else (point.x, point.y)
        assert (x, y) == pytest.approx(expected, abs=1e-3 if epsg != 4326 else 1e-7)


def test_a_box_selects_what_it_meets_in_any_system(
    v1: Callable[..., httpx.Response], frame_of: Callable[[str], gpd.GeoDataFrame]
) -> None:
    frame = frame_of("villages")
    inside = frame[frame.intersects(shapely.box(105.0, 21.0, 105.05, 21.05))]
    expected = inside["village_id"].tolist()
    assert 0 < len(expected) < len(frame)
    path = "/collections/villages/items"
    assert _ids(v1(path, {"bbox": "105,21,105.05,21.05"})) == expected
    assert _ids(v1(path, {"bbox": "105,21,-5,105.05,21.05,9000"})) == expected
    swapped = {"bbox": "21,105,21.05,105.05", "bbox-crs": _EPSG.format(4326)}
    assert _ids(v1(path, swapped)) == expected
    change = Transformer.from_crs(4326, 9208, always_xy=True)
    (west, south), (east, north) = change.transform(105, 21), change.transform(105.05, 21.05)
    metres = {"bbox": f"{west},{south},{east},{north}", "bbox-crs": _EPSG.format(9208)}
    assert _ids(v1(path, metres)) == expected
    assert _ids(v1(path, {"bbox": "170,-10,-170,10"})) == []
    assert len(_ids(v1(path, {"bbox": "100,-10,-170,80"}))) == len(frame)


def test_properties_are_parameters_of_their_kind(v1: Callable[..., httpx.Response]) -> None:
    path = "/collections/villages/items"
    assert _ids(v1(path, {"name": "Khu 3"})) == ["V03"]
    assert _ids(v1(path, {"name": "khu 3"})) == []
    assert _ids(v1(path, {"households": "30"})) == ["V01"]
    assert _ids(v1(path, {"households": "30.0", "name": "Khu 2"})) == []
    assert v1(path, {"households": "many"}).status_code == 400


def test_a_filter_without_diacritics_finds_names_with_them(
    v1: Callable[..., httpx.Response],
) -> None:
    text = "ACCENTI(CASEI(name)) LIKE ACCENTI(CASEI('XÃ 1%'))"
    assert _ids(v1("/collections/communes/items", {"filter": text})) == ["00001"]


def test_only_the_properties_that_are_asked_for_come(v1: Callable[..., httpx.Response]) -> None:
    found = v1("/collections/villages/items", {"properties": "people,name", "limit": 1}).json()
    (feature,) = found["features"]
    assert list(feature["properties"]) == ["name", "people"]
    assert feature["id"] == "V01"


def test_sorting_goes_by_the_first_property_first(
    v1: Callable[..., httpx.Response], frame_of: Callable[[str], gpd.GeoDataFrame]
) -> None:
    frame = frame_of("proposals")
    found = _ids(v1("/collections/proposals/items", {"sortby": "year,-people_gained"}))
    expected = frame.sort_values(["year", "people_gained"], ascending=[True, False])
    assert found == expected["site_id"].tolist()


def test_datetime_selects_years_and_leaves_what_has_none(
    v1: Callable[..., httpx.Response], frame_of: Callable[[str], gpd.GeoDataFrame]
) -> None:
    frame = frame_of("proposals")
    found = _ids(v1("/collections/proposals/items", {"datetime": "2026-06-01/.."}))
    assert found == frame[frame["year"].isna() | (frame["year"] >= 2026)]["site_id"].tolist()
    first = _ids(v1("/collections/proposals/items", {"datetime": "../2026-12-31"}))
    assert first == frame[frame["year"].isna() | (frame["year"] <= 2026)]["site_id"].tolist()
    assert 0 < len(first) < len(frame)
    assert len(_ids(v1("/collections/villages/items", {"datetime": "1990-01-01"}))) == 10


def test_every_format_holds_the_same_rows(
    v1: Callable[..., httpx.Response], frame_of: Callable[[str], gpd.GeoDataFrame]
) -> None:
    names = frame_of("communes")["name"].tolist()
    path = "/collections/communes/items"
    text = v1(path, {"f": "csv"})
    assert text.content.startswith(b"\xef\xbb\xbf")
    assert pd.read_csv(io.BytesIO(text.content))["name"].tolist() == names
    assert text.headers["ogc-numbermatched"] == "4"
    sheet = openpyxl.load_workbook(io.BytesIO(v1(path, {"f": "xlsx"}).content)).active
    assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == names
    parquet = gpd.read_parquet(io.BytesIO(v1(path, {"f": "parquet"}).content))
    assert parquet["name"].tolist() == names
    assert v1(path, {"f": "json"}).json()["features"] == v1(path).json()["features"]


def test_files_have_x_before_y_whatever_the_system(
    v1: Callable[..., httpx.Response], frame_of: Callable[[str], gpd.GeoDataFrame]
) -> None:
    first = frame_of("villages").geometry.iloc[0]
    query = {"f": "parquet", "crs": _EPSG.format(4326), "limit": 1}
    parquet = gpd.read_parquet(io.BytesIO(v1("/collections/villages/items", query).content))
    assert parquet.geometry.iloc[0].equals_exact(first, 1e-7)
    query = {"f": "csv", "crs": _EPSG.format(9208), "limit": 1}
    metres = pd.read_csv(io.BytesIO(v1("/collections/villages/items", query).content))
    moved = gpd.GeoSeries([first], crs=4326).to_crs(9208).iloc[0]
    assert metres["easting_m"].iloc[0] == pytest.approx(moved.x, abs=1e-2)
    assert metres["northing_m"].iloc[0] == pytest.approx(moved.y, abs=1e-2)


def test_the_same_question_gives_the_same_bytes_and_304(v1: Callable[..., httpx.Response]) -> None:
    first = v1("/collections/gaps/items", {"limit": 5})
    again = v1("/collections/gaps/items", {"limit": 5})
    assert first.content == again.content
    known = v1("/collections/gaps/items", {"limit": 5}, if_none_match=first.headers["etag"])
    assert known.status_code == 304


def test_an_empty_collection_is_an_empty_page(v1: Callable[..., httpx.Response]) -> None:
    found = v1("/collections/facilities/items", {"bbox": "105,21,106,22", "sortby": "name"}).json()
    assert (found["numberMatched"], found["features"]) == (0, [])


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "1.5"},
        {"limit": "１"},
        {"limit": ""},
        {"offset": "-1"},
        {"offset": "x"},
        {"bbox": "1,2,3"},
        {"bbox": "a,b,c,d"},
        {"bbox": "nan,21,106,22"},
        {"bbox": "105,inf,106,22"},
        {"bbox": "105,1e999,106,22"},
        {"bbox": "105,22,106,21"},
        {"bbox": "-181,21,106,22"},
        {"bbox": ""},
        {"bbox": "105,21,106,22", "bbox-crs": "EPSG:3857"},
        {"crs": "EPSG:3857"},
        {"crs": ""},
        {"datetime": "tomorrow"},
        {"datetime": "2027-01-01/2026-01-01"},
        {"properties": "name,height"},
        {"sortby": "height"},
        {"sortby": ""},
        {"filter": ""},
        {"filter": "name = "},
        {"filter": "height > 3"},
        {"filter": "name > 3"},
        {"filter": "(" * 2_000},
        {"filter": "name = 'x'", "filter-lang": "sql"},
        {"filter": "name = 'x'", "filter-crs": "EPSG:1"},
        {"household": "3"},
        {"f": "csv", "Limit": "3"},
    ],
)
def test_a_parameter_outside_its_meaning_is_a_problem(
    v1: Callable[..., httpx.Response], query: dict[str, Any]
) -> None:
    response = v1("/collections/villages/items", query)
    assert response.status_code == 400
    assert response.headers["content-type"] == "application/problem+json"
    wrong = next(reversed(query))
    assert any(f"query.{wrong}" in fault for fault in response.json()["faults"])


def test_every_fault_is_told_at_once(v1: Callable[..., httpx.Response]) -> None:
    query = {"limit": "x", "bbox": "1", "filter": "(", "datetime": "x", "crs": "x", "nope": "1"}
    faults = v1("/collections/villages/items", query).json()["faults"]
    for name in query:
        assert any(f"query.{name}" in fault for fault in faults), name


@pytest.mark.parametrize(
    "path",
    [
        "/collections/nope",
        "/collections/nope/items",
        "/collections/nope/queryables",
        "/collections/nope/schema",
        "/collections/nope/items/1",
        "/collections/Communes/items",
        "/collections/..%2F..%2Fmanifest.json/items",
        "/collections/communes/items/99999",
        "/collections/communes/items/a%2Fb",
        "/collections/communes/items/%25",
        "/collections/communes/items/..%2F..",
        "/collections/communes/items/X%C3%A3",
        "/collections/communes/items/%00",
        "/collections/communes/items/%F0%9F%98%80",
    ],
)
def test_what_is_not_there_is_not_found(v1: Callable[..., httpx.Response], path: str) -> None:
    response = v1(path)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert "Remedy" in response.json()["detail"]
