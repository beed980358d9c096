"""Is each conformance class that the service claims met, test by test of the standards?

References
----------
OGC 17-069r4 (Features Part 1, 1.0.1) annex A, OGC 18-058r1 (Part 2, 1.0.1) annex A, OGC 19-079r2
(Part 3, 1.0) annex A, OGC 21-065r2 (CQL2, 1.0) annex A. Each test names the tests it stands for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from pyproj import CRS

from infraplan_api.features.crs import CRS84
from infraplan_api.models.features import Collections
from infraplan_api.routes.features import CONFORMS

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

_PART_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
_PART_2 = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/"
_PART_3 = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/"
_ALL = ("communes", "villages", "gaps", "proposals", "links", "sites", "cells", "roads", "fibre",
        "facilities")  # fmt: skip
_FILLED = ("communes", "villages", "gaps", "proposals", "links", "sites", "cells", "roads")

TESTED: set[str] = set()


def conforms(*classes: str) -> Callable[[Any], Any]:
    """Note which conformance classes a test belongs to."""

    def noted(test: Any) -> Any:
        TESTED.update(classes)
        return test

    return noted


def _links(said: dict[str, Any]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for link in said["links"]:
        found.setdefault(link["rel"], []).append(link)
    return found


def _queryables(v1: Callable[..., httpx.Response], name: str) -> dict[str, Any]:
    found: dict[str, Any] = v1(f"/collections/{name}/queryables").json()["properties"]
    return found


def _matched(v1: Callable[..., httpx.Response], name: str, text: str) -> set[str]:
    response = v1(f"/collections/{name}/items", {"filter": text, "limit": 1000})
    assert response.status_code == 200, (text, response.text)
    said = response.json()
    assert said["numberMatched"] == len(said["features"])
    return {feature["id"] for feature in said["features"]}


@conforms(_PART_1 + "core")
def test_landing_and_conformance(v1: Callable[..., httpx.Response]) -> None:
    """/conf/core/root-success, /conf/core/conformance-success."""
    rels = _links(v1("/").json())
    assert {"service-desc", "conformance", "data"} <= set(rels)
    assert set(CONFORMS) <= set(v1("/conformance").json()["conformsTo"])


@conforms(_PART_1 + "core")
def test_collections(v1: Callable[..., httpx.Response]) -> None:
    """/conf/core/fc-md-*: list, links, items links of each format, extent, single collection."""
    said = v1("/collections")
    assert said.status_code == 200
    Collections.model_validate(said.json())
    assert {c["id"] for c in said.json()["collections"]} == set(_ALL)
    assert "self" in _links(said.json())
    for one in said.json()["collections"]:
        assert v1(f"/collections/{one['id']}").json() == one
        rels = _links(one)
        kinds = {link["type"] for link in rels["items"]}
        assert {"application/geo+json", "text/csv; charset=utf-8"} <= kinds
        assert all(link["title"] for links in rels.values() for link in links)
        west, south, east, north = one["extent"]["spatial"]["bbox"][0]
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90
        for link in rels["items"]:
            assert v1(link["href"].removeprefix("http://testserver/v1")).status_code == 200


@conforms(_PART_1 + "core")
@pytest.mark.parametrize("name", _FILLED)
def test_limit(v1: Callable[..., httpx.Response], name: str) -> None:
    """/conf/core/fc-limit-definition, fc-limit-response, fc-numberMatched, fc-numberReturned."""
    whole = v1(f"/collections/{name}/items", {"limit": 10_000}).json()
    for limit in (1, 2, 5):
        page = v1(f"/collections/{name}/items", {"limit": limit}).json()
        assert len(page["features"]) == min(limit, len(whole["features"]))
        assert page["numberReturned"] == len(page["features"])
        assert page["numberMatched"] == len(whole["features"])
        assert "timeStamp" not in page  # the same question gives the same bytes


@conforms(_PART_1 + "core")
@pytest.mark.parametrize("name", _FILLED)
def test_bbox(v1: Callable[..., httpx.Response], name: str) -> None:
    """/conf/core/fc-bbox-definition, fc-bbox-response."""
    whole = v1(f"/collections/{name}/items", {"bbox": "104,20,106,22", "limit": 1000}).json()
    assert whole["numberMatched"] == v1(f"/collections/{name}").json()["features"]
    assert v1(f"/collections/{name}/items", {"bbox": "0,0,1,1"}).json()["features"] == []


@conforms(_PART_1 + "core")
def test_datetime(v1: Callable[..., httpx.Response]) -> None:
    """/conf/core/fc-time-definition, fc-time-response."""
    interval = v1("/collections/proposals").json()["extent"]["temporal"]["interval"][0]
    path = "/collections/proposals/items"
    whole = v1(path).json()["numberMatched"]
    for text in (f"{interval[0]}/{interval[1]}", f"{interval[0]}/..", f"../{interval[1]}"):
        assert v1(path, {"datetime": text}).json()["numberMatched"] == whole
    assert v1(path, {"datetime": "1990-01-01T00:00:00Z"}).json()["numberMatched"] == 0


@conforms(_PART_1 + "core")
def test_unknown_and_invalid_parameters(v1: Callable[..., httpx.Response]) -> None:
    """/conf/core/query-param-unknown, query-param-invalid."""
    assert v1("/collections/communes/items", {"unknown-parameter": "x"}).status_code == 400
    assert v1("/collections/communes/items", {"limit": "many"}).status_code == 400


@conforms(_PART_1 + "core")
def test_links_of_pages(v1: Callable[..., httpx.Response]) -> None:
    """/conf/core/fc-links, fc-rel-type, fc-paging."""
    page = v1("/collections/villages/items", {"limit": 3, "offset": 3, "people": "0"}).json()
    rels = _links(page)
    assert {"self", "alternate", "collection"} <= set(rels)
    assert all(link["type"] for links in rels.values() for link in links)
    (own,) = rels["self"]
    assert v1(own["href"].removeprefix("http://testserver/v1")).json() == page


@conforms(_PART_1 + "core", _PART_1 + "geojson")
@pytest.mark.parametrize("name", _FILLED)
def test_single_features(v1: Callable[..., httpx.Response], name: str) -> None:
    """/conf/core/f-success, f-links; /conf/geojson/definition, content."""
    listed = v1(f"/collections/{name}/items", {"limit": 3})
    assert listed.headers["content-type"] == "application/geo+json"
    assert listed.json()["type"] == "FeatureCollection"
    schema = v1(f"/collections/{name}/schema").json()
    for feature in listed.json()["features"]:
        alone = v1(f"/collections/{name}/items/{feature['id']}")
        assert alone.headers["content-type"] == "application/geo+json"
        said = alone.json()
        links = _links({"links": said.pop("links")})
        assert {"self", "collection"} <= set(links)
        assert said == feature
        known = {k: v for k, v in said["properties"].items() if v is not None}
        jsonschema.validate({**said, "properties": known}, schema)


@conforms(_PART_2 + "crs")
@pytest.mark.parametrize("name", ["communes", "links"])
def test_systems(v1: Callable[..., httpx.Response], name: str) -> None:
    """/conf/crs/crs-uri, default-crs, content-crs, crs-parameter, storageCrs, bbox-crs."""
    said = v1(f"/collections/{name}").json()
    assert said["crs"][0] == CRS84
    assert said["storageCrs"] in said["crs"]
    plain = v1(f"/collections/{name}/items", {"limit": 2})
    assert plain.headers["content-crs"] == f"<{CRS84}>"
    for address in said["crs"]:
        CRS.from_user_input(address)
        found = v1(f"/collections/{name}/items", {"limit": 2, "crs": address})
        assert found.headers["content-crs"] == f"<{address}>"
        one = found.json()["features"][0]["id"]
        alone = v1(f"/collections/{name}/items/{one}", {"crs": address})
        assert alone.headers["content-crs"] == f"<{address}>"
        assert alone.json()["geometry"] == found.json()["features"][0]["geometry"]
    same = v1(f"/collections/{name}/items", {"limit": 2, "crs": CRS84})
    assert same.json()["features"] == plain.json()["features"]


@conforms(_PART_2 + "crs")
@pytest.mark.parametrize("parameter", ["crs", "bbox-crs"])
def test_unknown_systems(v1: Callable[..., httpx.Response], parameter: str) -> None:
    """/conf/crs/crs-parameter-invalid, bbox-crs-parameter-invalid."""
    query = {parameter: "http://www.opengis.net/def/crs/EPSG/0/0", "bbox": "1,2,3,4"}
    assert v1("/collections/communes/items", query).status_code == 400


@conforms(_PART_3 + "queryables")
@pytest.mark.parametrize("name", _ALL)
def test_queryables(v1: Callable[..., httpx.Response], name: str) -> None:
    """/conf/queryables/get-conformance, get-queryables-uris, queryables-link, response."""
    rels = _links(v1(f"/collections/{name}").json())
    (link,) = rels["http://www.opengis.net/def/rel/ogc/1.0/queryables"]
    response = v1(link["href"].removeprefix("http://testserver/v1"))
    assert response.headers["content-type"] == "application/schema+json"
    schema = response.json()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == link["href"]
    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    for said in schema["properties"].values():
        assert set(said["x-titles"]) == {"vi", "en"}
        assert "type" in said or said["format"].startswith("geometry-")


@conforms(_PART_3 + "queryables-query-parameters")
@pytest.mark.parametrize("name", _FILLED)
def test_queryables_as_parameters(v1: Callable[..., httpx.Response], name: str) -> None:
    """/conf/queryables-query-parameters/get-queryables-params: parameter and filter agree."""
    first = v1(f"/collections/{name}/items", {"limit": 1}).json()["features"][0]
    for key, value in first["properties"].items():
        if value is None:
            continue
        written = "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)
        by_parameter = v1(f"/collections/{name}/items", {key: value, "limit": 1000}).json()
        ids = {feature["id"] for feature in by_parameter["features"]}
        assert first["id"] in ids
        assert ids == _matched(v1, name, f"{key} = {written}")


@conforms(_PART_3 + "filter", _PART_3 + "features-filter", _CQL2 + "cql2-text")
def test_the_filter_parameters(v1: Callable[..., httpx.Response]) -> None:
    """/conf/filter/filter-param, filter-lang-param, filter-crs-param; features-filter/*."""
    path = "/collections/villages/items"
    inside = {"filter": "S_INTERSECTS(geometry, BBOX(105,21,105.05,21.05))"}
    plain = v1(path, inside).json()
    assert plain["features"] == v1(path, {"bbox": "105,21,105.05,21.05"}).json()["features"]
    assert v1(path, {**inside, "filter-lang": "cql2-text"}).json()["features"] == plain["features"]
    swapped = {
        "filter": "S_INTERSECTS(geometry, BBOX(21,105,21.05,105.05))",
        "filter-crs": "http://www.opengis.net/def/crs/EPSG/0/4326",
    }
    assert v1(path, swapped).json()["features"] == plain["features"]
    both = v1(path, {**inside, "name": plain["features"][0]["properties"]["name"]}).json()
    assert both["numberMatched"] == 1  # parameters and filter are joined by AND
    for wrong in (
        {"filter": "name = "},
        {**inside, "filter-lang": "x"},
        {**inside, "filter-crs": "x"},
    ):
        assert v1(path, wrong).status_code == 400


@conforms(_CQL2 + "basic-cql2")
@pytest.mark.parametrize("name", _ALL)
def test_comparisons_of_every_queryable(v1: Callable[..., httpx.Response], name: str) -> None:
    """/conf/basic-cql2/basic-test, comparison, is-null, boolean, logical."""
    queryables = _queryables(v1, name)
    values = {"string": "'foo'", "number": "3.14", "integer": "1", "boolean": "true"}
    typed = {key: values[q["type"]] for key, q in queryables.items() if "type" in q}
    assert typed
    for key, value in typed.items():
        for one, other in (("=", "<>"), (">", "<="), ("<", ">=")):
            left = _matched(v1, name, f"{key} {one} {value}")
            right = _matched(v1, name, f"{key} {other} {value}")
            assert not left & right
            assert not left & _matched(v1, name, f"NOT ({key} {one} {value})")
        missing = _matched(v1, name, f"{key} IS NULL")
        present = _matched(v1, name, f"{key} is not null")
        assert not missing & present
        assert missing | present == _matched(v1, name, "true")
    assert _matched(v1, name, "false") == set()


@conforms(_CQL2 + "advanced-comparison-operators")
@pytest.mark.parametrize("name", _FILLED)
def test_like_between_and_in(v1: Callable[..., httpx.Response], name: str) -> None:
    """/conf/advanced-comparison-operators/like, between, in, and their negations."""
    for key, said in _queryables(v1, name).items():
        known = _matched(v1, name, f"{key} IS NOT NULL")
        if said.get("type") == "string":
            assert _matched(v1, name, f"{key} LIKE '%'") == known
            assert _matched(v1, name, f"{key} NOT LIKE '%'") == set()
            assert _matched(v1, name, f"{key} IN ('foo', 'bar')") <= known
        elif "type" in said:
            low, high = f"{key} BETWEEN 0 AND 50", f"{key} NOT BETWEEN 0 AND 50"
            assert _matched(v1, name, low) == _matched(v1, name, f"{key} >= 0 AND {key} <= 50")
            assert _matched(v1, name, low) | _matched(v1, name, high) == known
            assert _matched(v1, name, f"{key} NOT IN (1, 2)") <= known


@conforms(_CQL2 + "case-insensitive-comparison", _CQL2 + "accent-insensitive-comparison")
def test_case_and_accents(v1: Callable[..., httpx.Response]) -> None:
    """/conf/case-insensitive-comparison/test, /conf/accent-insensitive-comparison/test."""
    found = _matched(v1, "communes", "CASEI(name) = CASEI('XÃ 2')")
    assert found == {"00002"} == _matched(v1, "communes", "ACCENTI(name) = ACCENTI('Xạ 2')")
    assert _matched(v1, "communes", "name = 'Xa 2'") == set()
    assert len(_matched(v1, "communes", "NOT CASEI(name) = CASEI('xã 2')")) == 3


@conforms(
    _CQL2 + "basic-spatial-functions",
    _CQL2 + "basic-spatial-functions-plus",
    _CQL2 + "spatial-functions",
)
@pytest.mark.parametrize("name", _FILLED)
def test_spatial_functions(v1: Callable[..., httpx.Response], name: str) -> None:
    """/conf/basic-spatial-functions/point, bbox; -plus/types; /conf/spatial-functions/test."""
    whole = _matched(v1, name, "true")
    around = "POLYGON((104 20, 106 20, 106 22, 104 22, 104 20))"
    assert _matched(v1, name, f"S_WITHIN(geometry, {around})") == whole
    assert _matched(v1, name, f"S_CONTAINS({around}, geometry)") == whole
    assert _matched(v1, name, "S_INTERSECTS(geometry, BBOX(104, 20, 106, 22))") == whole
    assert _matched(v1, name, "S_DISJOINT(geometry, POINT(0 0))") == whole
    for shape in (
        "POINT(105.03 21.03)",
        "MULTIPOINT((105.03 21.03), (105.07 21.07))",
        "LINESTRING(105 21, 105.1 21.1)",
        "MULTILINESTRING((105 21, 105.1 21.1), (105 21.1, 105.1 21))",
        "POLYGON((105 21, 105.05 21, 105.05 21.05, 105 21))",
        "MULTIPOLYGON(((105 21, 105.05 21, 105.05 21.05, 105 21)))",
        "GEOMETRYCOLLECTION(POINT(105.03 21.03), LINESTRING(105 21, 105.1 21.1))",
    ):
        meets = _matched(v1, name, f"S_INTERSECTS(geometry, {shape})")
        assert meets | _matched(v1, name, f"S_DISJOINT(geometry, {shape})") == whole
        for function in ("S_EQUALS", "S_TOUCHES", "S_CROSSES", "S_OVERLAPS", "S_WITHIN"):
            if "COLLECTION" not in shape:
                assert _matched(v1, name, f"{function}(geometry, {shape})") <= meets


@conforms(_CQL2 + "property-property")
def test_properties_against_properties(v1: Callable[..., httpx.Response]) -> None:
    """/conf/property-property/property-property, literal-literal, literal-property."""
    assert _matched(v1, "villages", "people > households") <= _matched(v1, "villages", "true")
    assert _matched(v1, "villages", "people > people") == set()
    assert len(_matched(v1, "villages", "1 <= 1 AND 'a' = 'a'")) == 10
    assert _matched(v1, "villages", "30 = households") == {"V01"}


def test_every_class_that_is_claimed_is_tested() -> None:
    assert set(CONFORMS) == TESTED
