"""Are the files of the map answered, and never one outside their folder?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI, Request
from starlette.responses import Response  # noqa: TC002 - read when the route is added
from starlette.testclient import TestClient

from infraplan_api.http.problems import add_handlers
from infraplan_api.http.static import Static

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """Return a folder of files, with others around it."""
    folder = tmp_path / "web"
    (folder / "js").mkdir(parents=True)
    (folder / "js" / "main.js").write_text("const tên = 1;\n" * 100, encoding="utf-8")
    (folder / "js" / "app.0123abcd.mjs").write_text("1", encoding="utf-8")
    (folder / "font.woff2").write_bytes(bytes(1000))
    (folder / ".hidden").write_text("x", encoding="utf-8")
    (tmp_path / "secret.js").write_text("secret", encoding="utf-8")
    (tmp_path / "webby").mkdir()
    (tmp_path / "webby" / "a.js").write_text("secret", encoding="utf-8")
    return folder


@pytest.fixture
def files(web: Path) -> TestClient:
    """Return a client of an application that answers the folder."""
    app, static = FastAPI(openapi_url=None), Static(web)

    async def file(name: str, request: Request) -> Response:
        return await static.reply(request, name)

    app.add_api_route("/web/{name:path}", file)
    add_handlers(app)
    return TestClient(app, headers={"accept-encoding": ""})


@pytest.mark.parametrize(
    "name",
    [
        "..%2fsecret.js",
        "%2e%2e/secret.js",
        "js/..%2f..%2fsecret.js",
        "..%5csecret.js",
        "%2fetc%2fpasswd",
        "..%2fwebby%2fa.js",
        "js%00.js",
        "js/",
        "js",
        ".hidden",
        "",
        "nothing.js",
        "x" * 5000,
        "C:%5cx.js",
    ],
)
def test_nothing_outside_the_folder_is_answered(files: TestClient, name: str) -> None:
    answer = files.get(f"/web/{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text.replace("secret.js", "")


def test_link_that_leads_outside_is_not_followed(files: TestClient, web: Path) -> None:
    (web / "link.js").symlink_to(web.parent / "secret.js")
    (web / "up").symlink_to(web.parent, target_is_directory=True)
    assert files.get("/web/link.js").status_code == 404
    assert files.get("/web/up/secret.js").status_code == 404


def test_file_comes_with_its_kind_and_is_asked_for_again_by_its_tag(files: TestClient) -> None:
    first = files.get("/web/js/main.js?v=1")
    assert first.headers["content-type"] == "text/javascript; charset=utf-8"
    assert first.headers["cache-control"] == "no-cache"
    again = files.get("/web/js/main.js", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    packed = files.get("/web/js/main.js", headers={"accept-encoding": "gzip"})
    assert packed.content == first.content
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["etag"] != first.headers["etag"]


def test_file_whose_name_holds_its_digest_is_kept_for_ever(files: TestClient) -> None:
    answer = files.get("/web/js/app.0123abcd.mjs")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"].startswith("text/javascript")


def test_packed_file_is_not_packed_again(files: TestClient) -> None:
    answer = files.get("/web/font.woff2", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-type"] == "font/woff2"


def test_changed_file_is_read_again(files: TestClient, web: Path) -> None:
    first = files.get("/web/js/main.js")
    (web / "js" / "main.js").write_text("2", encoding="utf-8")
    second = files.get("/web/js/main.js", headers={"if-none-match": first.headers["etag"]})
    assert second.text == "2"
