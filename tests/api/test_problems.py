"""Is every refusal of the service told in the one shape, with what to do about it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from infraplan_api import create_app
from infraplan_api.bundle_reader import BundleReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx

PATH = "/v1/communes/00001/coverage"


def _check(answer: httpx.Response, status: int, path: str) -> str:
    """Check the shape of a problem and return its detail."""
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    said = answer.json()
    assert set(said) == {"type", "title", "status", "detail", "instance"}
    assert said["status"] == status
    assert said["instance"] == path
    assert said["title"]
    assert "Remedy: " in said["detail"]
    return str(said["detail"])


def test_unknown_commune_is_not_found(get: Callable[..., httpx.Response]) -> None:
    path = "/v1/communes/99999/coverage"
    detail = _check(get(path), 404, path)
    assert "'99999'" in detail
    assert "communes.csv" in detail


@pytest.mark.parametrize("code", ["a_b", "%C3%A9", "1" * 21, "..%5Cx", "a%20b", "00001%0A"])
def test_code_that_cannot_be_one_is_refused(get: Callable[..., httpx.Response], code: str) -> None:
    answer = get(f"/v1/communes/{code}/coverage")
    assert "code" in _check(answer, 422, answer.json()["instance"])


@pytest.mark.parametrize("code", ["07942", "r9407-x", "A"])
def test_code_that_can_be_one_is_looked_up(get: Callable[..., httpx.Response], code: str) -> None:
    path = f"/v1/communes/{code}/coverage"
    _check(get(path), 404, path)


def test_path_that_does_not_exist_is_not_found(get: Callable[..., httpx.Response]) -> None:
    _check(get("/v1/nothing"), 404, "/v1/nothing")
    _check(get("/docs"), 404, "/docs")


def test_method_that_is_not_offered_is_refused(get: Callable[..., httpx.Response]) -> None:
    answer = get(PATH, method="DELETE")
    _check(answer, 405, PATH)
    assert answer.headers["allow"] == "GET"


def test_missing_bundle_is_told_without_its_path(
    tmp_path: Path, ask: Callable[..., httpx.Response]
) -> None:
    answer = ask(create_app(tmp_path / "gone"), PATH)
    detail = _check(answer, 503, PATH)
    assert "infraplan run" in detail
    assert str(tmp_path) not in detail


@pytest.mark.parametrize("name", ["manifest.json", "communes.csv"])
@pytest.mark.parametrize("content", [None, b"", b"[]", b"{}", b"\xff\xfe", b'{"outputs": 1}'])
def test_broken_bundle_is_unavailable(
    bundle: Path, ask: Callable[..., httpx.Response], name: str, content: bytes | None
) -> None:
    if content is None:
        (bundle / name).unlink()
    else:
        (bundle / name).write_bytes(content)
    assert "infraplan run" in _check(ask(create_app(bundle), PATH), 503, PATH)


def test_table_of_another_run_is_not_served(
    bundle: Path, ask: Callable[..., httpx.Response]
) -> None:
    table = bundle / "communes.csv"
    table.write_bytes(table.read_bytes().replace(b"tiny", b"tidy") + b"\n")
    assert "digest" in _check(ask(create_app(bundle), PATH), 503, PATH)


def test_bundle_that_goes_away_under_the_service_is_unavailable_not_stale(
    bundle: Path, get: Callable[..., httpx.Response]
) -> None:
    assert get(PATH).status_code == 200
    bundle.rename(bundle.with_name("elsewhere"))
    _check(get(PATH), 503, PATH)


def test_fault_of_the_service_tells_nothing_of_its_insides(
    bundle: Path, ask: Callable[..., httpx.Response], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: BundleReader) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(BundleReader, "current", fail)
    assert "secret" not in _check(ask(create_app(bundle), PATH), 500, PATH)
