"""Is every refusal of the service told in the one shape, with what to do about it?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infraplan_api.bundle import Holder
from infraplan_api.errors import KINDS, ApiError, InvalidRequestError, NotInBundleError, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx
    from fastapi import FastAPI
    from starlette.testclient import TestClient

PATH = "/v1/communes/00001/coverage"


def _check(answer: httpx.Response, status: int, path: str) -> str:
    """Check the shape of a problem and return its detail."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"
    said = answer.json()
    assert set(said) - {"faults"} == {"type", "title", "status", "detail", "instance"}
    assert said["status"] == status
    assert said["instance"] == path
    assert said["title"]
    assert "Remedy: " in said["detail"]
    return str(said["detail"])


@pytest.mark.parametrize("code", ["99999", "a_b", "%C3%A9", "1" * 21, "..%5Cx", "a%20b", "0001%0A"])
def test_commune_that_is_not_there_is_not_found(client: TestClient, code: str) -> None:
    answer = client.get(f"/v1/communes/{code}/coverage")
    _check(answer, 404, answer.json()["instance"])


@pytest.mark.parametrize("path", ["/v1/nothing", "/docs", "/v1/conformance/", "/v2/", "//v1/"])
def test_path_that_does_not_exist_is_not_found(client: TestClient, path: str) -> None:
    _check(client.get(f"http://testserver{path}"), 404, path)


@pytest.mark.parametrize("method", ["DELETE", "POST", "PUT", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", [PATH, "/v1/", "/healthz", "/"])
def test_method_that_is_not_offered_is_refused(client: TestClient, method: str, path: str) -> None:
    answer = client.request(method, path)
    _check(answer, 405, path)
    assert answer.headers["allow"] == "GET, HEAD"


def test_every_unknown_parameter_is_named_with_those_that_are_known(client: TestClient) -> None:
    answer = client.get("/v1/?F=json&zoom=3&f=json&f=html")
    detail = _check(answer, 400, "/v1/")
    assert [fault.split(":")[0] for fault in answer.json()["faults"]] == [
        "query.F",
        "query.f",
        "query.zoom",
    ]
    assert "perhaps 'f' is meant" not in detail.split(";")[2]
    assert "the parameters here are f" in detail


def test_missing_bundle_is_told_without_its_path(
    tmp_path: Path, app_of: Callable[..., FastAPI], ask: Callable[..., httpx.Response]
) -> None:
    answer = ask(app_of(tmp_path / "gone"), PATH)
    detail = _check(answer, 503, PATH)
    assert "infraplan run" in detail
    assert str(tmp_path) not in answer.text
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b"\xff\xfe", b'{"outputs": 1}'])
def test_broken_manifest_is_unavailable(
    bundle: Path, get: Callable[..., httpx.Response], content: bytes | None
) -> None:
    if content is None:
        (bundle / "manifest.json").unlink()
    else:
        (bundle / "manifest.json").write_bytes(content)
    assert "infraplan run" in _check(get("/readyz"), 503, "/readyz")
    assert get("/healthz").status_code == 200


@pytest.mark.parametrize("content", [None, b"", b"code,name\n1,x\n"])
def test_file_of_another_run_is_not_served(
    bundle: Path, get: Callable[..., httpx.Response], content: bytes | None
) -> None:
    for name in ("communes.csv", "coverage.parquet"):
        if content is None:
            (bundle / name).unlink()
        else:
            (bundle / name).write_bytes(content)
    assert "infraplan run" in _check(get(PATH), 503, PATH)


def test_bundle_that_goes_away_under_the_service_is_unavailable_then_found_again(
    bundle: Path, get: Callable[..., httpx.Response]
) -> None:
    first = get(PATH)
    assert first.status_code == 200
    bundle.rename(bundle.with_name("elsewhere"))
    _check(get(PATH), 503, PATH)
    bundle.with_name("elsewhere").rename(bundle)
    assert get(PATH).content == first.content


def test_fault_of_the_service_tells_nothing_of_its_insides(
    get: Callable[..., httpx.Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: Holder) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(Holder, "current", fail)
    answer = get("/readyz")
    assert "secret" not in _check(answer, 500, "/readyz")


def test_path_and_text_that_are_not_utf8_make_no_fault(client: TestClient) -> None:
    for path in ("/v1/%ff%fe", "/web/%ff", "/v1/communes/%ed%a0%80/coverage"):
        answer = client.get(path)
        assert answer.status_code == 404
        json.loads(answer.content.decode("utf-8"))


def test_error_without_a_row_takes_that_of_its_nearest_base() -> None:
    class NearError(NotInBundleError):
        """An error that has no row."""

    found = kind_of(NearError("x"))
    assert found is not None
    assert found.name == "not-in-bundle"
    assert kind_of(ApiError("x")) is None
    assert kind_of(ValueError("x")) is None
    assert kind_of(InvalidRequestError("x")) is KINDS[InvalidRequestError]


def test_every_problem_has_a_status_of_its_kind_and_a_name_of_its_own() -> None:
    kinds = list(KINDS.values())
    assert len({kind.name for kind in kinds}) == len(kinds)
    assert all(400 <= kind.status <= 599 and kind.title for kind in kinds)
