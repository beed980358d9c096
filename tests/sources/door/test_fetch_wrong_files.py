"""Is a file refused that is not what was wanted, too long, or packed in another way?"""

from __future__ import annotations

import hashlib
import random
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Go, Server
    from infraplan.sources.shelf import Shelf
    from infraplan.sources.wanted import Wanted

    Want = Callable[..., Wanted]

DATA = random.Random(1).randbytes(50_000)  # noqa: S311 - bytes of a test
OTHER = random.Random(2).randbytes(50_000)  # noqa: S311 - bytes of a test
HTML = b"<!DOCTYPE html>\n<html><head><title>Log in</title></head>" + b" " * 500


def test_login_page_is_refused_before_anything_is_written(
    server: Server, go: Go, want: Want, shelf: Shelf
) -> None:
    said = go.fails(want(server.tell("/a.csv", server.body(HTML)), "csv"))
    assert "web page (HTML)" in said
    assert len(server.asked) == 1
    assert not list((shelf.cache / "parts").iterdir())


def test_short_login_page_is_refused_too(server: Server, go: Go, want: Want) -> None:
    said = go.fails(want(server.tell("/a.csv", server.body(b"<html></html>")), "csv"))
    assert "web page (HTML)" in said


def test_wrong_file_is_refused(server: Server, go: Go, want: Want) -> None:
    said = go.fails(want(server.tell("/a.tif", server.body(b'{"error": "no such layer"}')), "tiff"))
    assert """is no TIFF or GeoTIFF file: it begins with '{"error": "no such layer"}'""" in said


def test_empty_file_is_refused(server: Server, go: Go, want: Want) -> None:
    assert "empty" in go.fails(want(server.tell("/a", server.body(b""))))


def test_known_digest_is_compared(server: Server, go: Go, want: Want) -> None:
    address = server.tell("/a", server.body(DATA))
    right = hashlib.sha256(DATA).hexdigest()
    assert "was expected" in go.fails(want(address, sha256="0" * 64))
    assert go(want(address, sha256=right.upper())) == DATA


@pytest.mark.parametrize("how", ["body", "chunked"])
def test_file_above_its_limit_is_refused(server: Server, go: Go, want: Want, how: str) -> None:
    answer = server.body(DATA) if how == "body" else server.chunked(DATA, whole=True)
    address = server.tell("/a", answer)
    assert "larger than" in go.fails(want(address, most_bytes=40_000))
    assert len(server.asked) == 1


def test_coding_that_was_not_asked_for_is_undone(server: Server, go: Go, want: Want) -> None:
    data = b'{"type": "FeatureCollection", "features": []}'
    coded = server.body(server.packed(data), Content_Encoding="gzip")
    assert go(want(server.tell("/a.geojson", coded), "geojson")) == data


def test_coding_that_is_the_file_itself_stays(server: Server, go: Go, want: Want) -> None:
    data = server.packed(DATA)
    once = server.body(data, Content_Encoding="gzip")
    twice = server.body(server.packed(data), Content_Encoding="gzip")
    assert go(want(server.tell("/a.gz", once), "gzip")) == data
    assert go(want(server.tell("/b.gz", twice), "gzip")) == data


def test_coding_that_unpacks_beyond_the_limit_is_refused(
    server: Server, go: Go, want: Want
) -> None:
    bomb = server.body(server.packed(bytes(2_000_000)), Content_Encoding="gzip")
    assert "larger than" in go.fails(want(server.tell("/a", bomb)))


def test_gzip_file_that_unpacks_without_end_is_refused(server: Server, go: Go, want: Want) -> None:
    bomb = server.body(server.packed(bytes(2_000_000)))
    said = go.fails(want(server.tell("/a.gz", bomb), "gzip", most_bytes=10_000))
    assert "unpacks to more than 1 MB" in said


def test_other_coding_is_refused(server: Server, go: Go, want: Want) -> None:
    address = server.tell("/a", server.body(DATA, Content_Encoding="br"))
    assert "coding" in go.fails(want(address))
