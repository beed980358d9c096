"""Does the service present itself: landing page, conformance, OpenAPI, documentation?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from infraplan_api.http.oas30 import as_oas30
from infraplan_api.http.static import WEB

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.testclient import TestClient


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    answer = client.get("/v1/openapi.json")
    assert answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    found: dict[str, Any] = answer.json()
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def _everything(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from _everything(one)
    elif isinstance(value, list):
        for one in value:
            yield from _everything(one)


def test_every_request_tells_its_problems_in_the_one_shape(document: dict[str, Any]) -> None:
    for path, method, operation in _operations(document):
        answers = operation["responses"]
        assert "422" not in answers, path
        assert {"400", "406", "500", "503", "504"} <= set(answers), path
        assert ("{" not in path) or "404" in answers, path
        assert method == "get" or {"408", "413"} <= set(answers), path
        for status, answer in answers.items():
            if int(status) >= 400:
                schema = answer["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}, (path, status)
        assert operation["summary"], path


def test_paths_are_below_the_server(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.0.")
    assert document["servers"] == [{"url": "/v1"}]
    assert "/communes/{code}/coverage" in document["paths"]
    assert not any(path.startswith("/v1") for path in document["paths"])


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for part in _everything(document):
        if isinstance(part.get("$ref"), str):
            _, *names = part["$ref"].split("/")
            found: Any = document
            for name in names:
                found = found[name]
            assert set(part) == {"$ref"}


def test_every_field_of_an_answer_is_described(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    for name in ("Landing", "Facts", "Conformance", "Problem", "Level"):
        for field in schemas[name]["properties"].values():
            assert "$ref" in field or field["description"], name


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ({"anyOf": [{"type": "number"}, {"type": "null"}]}, {"type": "number", "nullable": True}),
        (
            {"anyOf": [{"$ref": "#/$defs/A"}, {"type": "null"}]},
            {"allOf": [{"$ref": "#/components/schemas/A"}], "nullable": True},
        ),
        ({"type": ["string", "null"]}, {"type": "string", "nullable": True}),
        ({"const": "Point", "type": "string"}, {"enum": ["Point"], "type": "string"}),
        (
            {"prefixItems": [{"type": "number"}] * 4, "type": "array", "minItems": 4},
            {"items": {"type": "number"}, "type": "array", "minItems": 4},
        ),
        ({"exclusiveMinimum": 0}, {"minimum": 0, "exclusiveMinimum": True}),
        ({"examples": ["07942"]}, {"example": "07942"}),
        (
            {"$ref": "#/$defs/A", "description": "x"},
            {"allOf": [{"$ref": "#/components/schemas/A"}], "description": "x"},
        ),
        (
            {"properties": {"const": {"const": 1}, "examples": {"type": "null"}}},
            {
                "properties": {
                    "const": {"enum": [1]},
                    "examples": {"nullable": True, "enum": [None]},
                }
            },
        ),
    ],
)
def test_newer_schema_is_said_in_the_older_version(
    newer: dict[str, Any], older: dict[str, Any]
) -> None:
    document = {"openapi": "3.1.0", "components": {"schemas": {"X": newer}}}
    assert as_oas30(document)["components"]["schemas"]["X"] == older


def test_landing_page_leads_to_everything(client: TestClient) -> None:
    said = client.get("/v1/").json()
    relations = {link["rel"] for link in said["links"]}
    assert {"self", "alternate", "service-desc", "service-doc", "conformance", "data"} <= relations
    assert client.get("/v1").json() == said
    for link in said["links"]:
        path = link["href"].removeprefix("http://testserver")
        if link["rel"] not in ("http://www.opengis.net/def/rel/ogc/1.0/job-list", "service-doc"):
            assert client.get(path).status_code == 200, path


def test_landing_page_is_for_people_too(client: TestClient) -> None:
    page = client.get("/v1/", headers={"accept": "text/html"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "Tỉnh thử" in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text


def test_conformance_lists_each_class_once(client: TestClient) -> None:
    classes = client.get("/v1/conformance").json()["conformsTo"]
    assert len(set(classes)) == len(classes)
    assert "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core" in classes
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes


@pytest.mark.parametrize("path", ["/v1/openapi.json", "/v1/docs"])
def test_description_in_a_format_that_is_not_offered_is_refused(
    client: TestClient, path: str
) -> None:
    assert client.get(path, params={"f": "yaml"}).status_code == 406
    assert client.get(path, headers={"accept": "image/png"}).status_code == 406


def test_documentation_needs_no_other_host_or_says_what_is_missing(client: TestClient) -> None:
    answer = client.get("/v1/docs")
    if (WEB / "vendor" / "swagger-ui" / "swagger-ui-bundle.js").is_file():
        assert answer.status_code == 200
        assert "//" not in answer.text.replace("<!doctype html>", "")
        assert client.get("/web/js/docs.js").status_code == 200
    else:
        assert answer.status_code == 503
        assert "install" in answer.json()["detail"]


def test_health_is_told_without_being_kept(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.json()["study_id"] == "tiny"
    assert ready.headers["cache-control"] == "no-store"
