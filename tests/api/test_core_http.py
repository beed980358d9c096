"""Are answers negotiated, tagged, compressed and kept as HTTP wants it?"""

from __future__ import annotations

import gzip
import math
from typing import TYPE_CHECKING

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from infraplan_api.errors import NotAcceptableError
from infraplan_api.http.answer import json_bytes
from infraplan_api.http.cache import Answers, Finished
from infraplan_api.http.encoding import compressed, encoding_for
from infraplan_api.http.formats import FORMATS, pick
from infraplan_api.http.links import url

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import httpx
    from fastapi import FastAPI
    from starlette.testclient import TestClient

PATH = "/v1/communes/00001/coverage"
OFFERED = (FORMATS["geojson"], FORMATS["html"], FORMATS["csv"])


def _request(query: str = "", root_path: str = "", **headers: str) -> Request:
    lines = [(k.replace("_", "-").encode(), v.encode("latin-1")) for k, v in headers.items()]
    scope = {"type": "http", "method": "GET", "path": "/x", "query_string": query.encode()}
    scope |= {"headers": lines, "scheme": "http", "server": ("a.vn", 81), "root_path": root_path}
    return Request(scope)


@pytest.mark.parametrize(
    ("accept", "key"),
    [
        ("*/*", "geojson"),
        ("", "geojson"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("application/json", "geojson"),
        ("application/geo+json;q=0.5, text/csv", "csv"),
        ("text/*", "html"),
        ("text/*;q=0.1, */*;q=0.2", "geojson"),
        ("*/*, application/geo+json;q=0", "html"),
        ("TEXT/CSV; charset=utf-8", "csv"),
        ("image/png, */*;q=0.01", "geojson"),
    ],
)
def test_accept_decides_where_no_format_is_named(accept: str, key: str) -> None:
    assert pick(_request(accept=accept), OFFERED).key == key


def test_named_format_goes_before_accept() -> None:
    assert pick(_request("f=csv", accept="text/html"), OFFERED).key == "csv"


@pytest.mark.parametrize(
    ("query", "accept"),
    [("f=pdf", "*/*"), ("f=", "*/*"), ("", "image/png"), ("", "text/html;q=0"), ("", "nonsense")],
)
def test_what_is_not_offered_is_refused_with_what_is(query: str, accept: str) -> None:
    with pytest.raises(NotAcceptableError, match=r"f=geojson .*f=html .*f=csv"):
        pick(_request(query, accept=accept), OFFERED)


@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_any_accept_picks_a_format_or_is_refused(accept: str) -> None:
    try:
        assert pick(_request(accept=accept), OFFERED) in OFFERED
    except NotAcceptableError as error:
        assert "Remedy: " in str(error)  # noqa: PT017 - either outcome is right


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [
        ("", None),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate", "gzip"),
        ("gzip;q=1.0, zstd;q=0.5", "gzip"),
        ("*", "zstd"),
        ("*;q=0.5, zstd;q=0", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=x", None),
        ("br", None),
    ],
)
def test_encoding_is_the_best_that_the_client_takes(accept: str, encoding: str | None) -> None:
    assert encoding_for(accept) == encoding


@given(st.binary(max_size=2000))
def test_compressing_loses_nothing_and_repeats(body: bytes) -> None:
    for name, read in (("gzip", gzip.decompress), ("zstd", zstandard.decompress)):
        packed = compressed(body, name)
        assert read(packed) == body
        assert compressed(body, name) == packed


def test_answer_is_the_same_in_every_encoding_with_a_tag_of_its_own(client: TestClient) -> None:
    answers = [client.get(PATH, headers={"accept-encoding": e}) for e in ("", "gzip", "zstd")]
    assert len({_plain(a) for a in answers}) == 1
    assert len({a.headers["etag"] for a in answers}) == 3
    assert [a.headers.get("content-encoding") for a in answers] == [None, "gzip", "zstd"]
    assert all("accept-encoding" in a.headers["vary"] for a in answers)
    assert all(a.headers["cache-control"] == "no-cache" for a in answers)


def _plain(answer: httpx.Response) -> bytes:
    """Return a body as it was before it was compressed, whether the client did it or not."""
    zstd = answer.content.startswith(zstandard.FRAME_HEADER)
    return zstandard.decompress(answer.content) if zstd else answer.content


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_known_answer_is_not_sent_again(client: TestClient, form: str) -> None:
    first = client.get(PATH)
    etag = first.headers["etag"]
    again = client.get(PATH, headers={"if-none-match": form.format(etag)})
    assert again.status_code == 304
    assert again.content == b""
    assert "content-length" not in again.headers
    for name in ("etag", "cache-control", "vary"):
        assert again.headers[name] == first.headers[name]


def test_unknown_tag_and_missing_thing_are_answered_in_full(client: TestClient) -> None:
    assert client.get(PATH, headers={"if-none-match": '"other"'}).status_code == 200
    gone = client.get("/v1/communes/99999/coverage", headers={"if-none-match": "*"})
    assert gone.status_code == 404


@pytest.mark.parametrize("path", [PATH, "/v1/", "/v1/?f=html", "/healthz", "/v1/nothing", "/"])
def test_head_has_the_head_of_get_and_no_body(client: TestClient, path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    assert dict(head.headers) == dict(get.headers)


def test_kept_answer_is_the_one_that_was_made(get: Callable[..., httpx.Response]) -> None:
    first, second = get(PATH), get(PATH)
    assert first.content == second.content
    assert first.headers == second.headers


def test_replaced_bundle_gives_a_new_tag(bundle: Path, get: Callable[..., httpx.Response]) -> None:
    first = get("/v1/")
    manifest = bundle / "manifest.json"
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    second = get("/v1/", if_none_match=first.headers["etag"])
    assert second.status_code == 200
    assert second.headers["etag"] != first.headers["etag"]


def test_every_answer_carries_the_lines_for_safety(client: TestClient) -> None:
    for path in ("/", "/v1/", "/healthz", "/v1/nothing", PATH, PATH):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "access-control-allow-origin" not in headers
        assert "server" not in headers


def test_page_may_load_scripts_of_this_host_alone_and_data_nothing(client: TestClient) -> None:
    page = client.get("/v1/?f=html").headers["content-security-policy"]
    assert "script-src 'self';" in page
    assert client.get("/v1/").headers["content-security-policy"].startswith("default-src 'none'; f")


def test_numbers_that_are_none_are_never_written() -> None:
    for value in (math.nan, math.inf, [1.0, -math.inf]):
        with pytest.raises(ValueError, match="not JSON compliant"):
            json_bytes(value)
    assert json_bytes({"tên": "Xã\ud800"}) == '{"tên":"Xã?"}'.encode()


def test_link_knows_the_host_and_the_root_of_the_service() -> None:
    request = _request(root_path="/infraplan", host="b.vn")
    assert url(request, "/v1/x") == "http://b.vn/infraplan/v1/x"
    assert url(_request(), "/v1/Xã", q="a b", none=None, bbox="1,2") == (
        "http://a.vn:81/v1/X%C3%A3?q=a%20b&bbox=1,2"
    )


def _finished(body: bytes, sha256: str = "a") -> Finished:
    return Finished(200, (), body, b'"x"', bundle_sha256=sha256)


def test_least_recently_used_answers_make_room() -> None:
    answers = Answers(most_bytes=20_000)
    for number in range(4):
        answers.put((b"%d" % number,), _finished(bytes(3500)))
    assert answers.get((b"0",), "a") is not None
    answers.put((b"4",), _finished(bytes(3500)))
    assert answers.get((b"1",), "a") is None
    assert answers.get((b"0",), "a") is not None
    assert len(answers) == 4
    assert answers.size_bytes <= 20_000


def test_answers_of_another_bundle_and_large_ones_are_not_kept() -> None:
    answers = Answers(most_bytes=20_000)
    answers.put((b"x",), _finished(b"1"))
    assert answers.get((b"x",), "b") is None
    answers.put((b"y",), _finished(bytes(6000)))
    assert len(answers) == 0
    assert answers.size_bytes == 0


def test_tag_of_an_answer_that_is_not_kept_is_known_without_making_it(
    bundle: Path, app_of: Callable[..., FastAPI], ask: Callable[..., httpx.Response]
) -> None:
    app = app_of(bundle, cache_bytes=0)
    path = "/v1/coverage/communes?level=weak"
    for encoding in ("identity", "gzip", "zstd"):
        first = ask(app, path, accept_encoding=encoding)
        again = ask(app, path, accept_encoding=encoding, if_none_match=first.headers["etag"])
        assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
        assert again.headers["etag"] == first.headers["etag"]
    tag = first.headers["etag"]
    assert ask(app, f"{path}&f=csv", accept_encoding="zstd", if_none_match=tag).status_code == 200
    other = ask(app, path, accept_encoding="zstd", accept="text/csv", if_none_match=tag)
    assert other.status_code == 200
