"""Do the right bytes come from a host with bad habits, or a clear error?"""

from __future__ import annotations

import errno
import hashlib
import os
import random
import shutil
import socket
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from infraplan.errors import OutputError, ParameterError
from infraplan.sources import cache
from infraplan.sources.fetch import fetch
from infraplan.sources.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

    from conftest import Go, Server
    from infraplan.sources.door.rules import Rules
    from infraplan.sources.wanted import Wanted

    Want = Callable[..., Wanted]

DATA = random.Random(1).randbytes(50_000)  # noqa: S311 - bytes of a test
OTHER = random.Random(2).randbytes(50_000)  # noqa: S311 - bytes of a test
HTML = b"<!DOCTYPE html>\n<html><head><title>Log in</title></head>" + b" " * 500


def test_file_comes_whole_under_its_own_name(
    server: Server, shelf: Shelf, rules: Rules, want: Want
) -> None:
    address = server.tell("/N42/N42E001.hgt.gz", server.body(server.packed(DATA)))
    (got,) = fetch([want(address, "gzip")], shelf=shelf, rules=rules)
    assert got.path is not None
    assert got.path.name == "N42E001.hgt.gz"
    assert got.path.read_bytes() == server.packed(DATA)
    assert got.sha256 == hashlib.sha256(server.packed(DATA)).hexdigest()
    assert not got.reused
    assert not got.from_mirror
    assert shelf.find(address) == got.path
    assert not list((shelf.cache / "parts").iterdir())


def test_second_fetch_asks_nobody(server: Server, shelf: Shelf, rules: Rules, want: Want) -> None:
    address = server.tell("/a", server.body(DATA))
    fetch([want(address)], shelf=shelf, rules=rules)
    (again,) = fetch([want(address)], shelf=shelf, rules=rules, offline=True)
    assert again.reused
    assert server.paths() == ["/a"]


def test_damaged_file_of_the_cache_is_brought_again(
    server: Server, shelf: Shelf, go: Go, want: Want
) -> None:
    address = server.tell("/a", server.body(DATA))
    go(want(address))
    shelf.find(address).write_bytes(OTHER)
    assert go(want(address)) == DATA


def test_the_request_is_polite(server: Server, go: Go, want: Want) -> None:
    go(want(server.tell("/a", server.body(DATA))))
    (headers,) = [h for _, h in server.asked]
    assert headers["user-agent"].startswith("infraplan/")
    assert headers["accept-encoding"] == "identity"
    assert "range" not in headers


@pytest.mark.parametrize("at", [1, 777, 49_999])
def test_broken_connection_is_resumed(server: Server, go: Go, want: Want, at: int) -> None:
    address = server.tell("/a", server.cut(DATA, at), server.body(DATA))
    assert go(want(address)) == DATA
    assert server.headers("range") == [None, f"bytes={at}-"]
    assert server.headers("if-range") == [None, '"v1"']


def test_many_breaks_are_borne_as_long_as_bytes_come(server: Server, go: Go, want: Want) -> None:
    address = server.tell("/a", *[server.cut(DATA, 5000) for _ in range(9)], server.body(DATA))
    assert go(want(address)) == DATA
    assert len(server.asked) == 10


def test_next_run_goes_on_where_the_last_one_gave_up(server: Server, go: Go, want: Want) -> None:
    address = server.tell("/a", server.cut(DATA, 500), server.cut(DATA, 0))
    assert "broke off" in go.fails(want(address))
    server.tell("/a", server.body(DATA))
    assert go(want(address)) == DATA
    assert server.headers("range")[-1] == "bytes=500-"


def test_changed_file_is_not_joined_to_an_older_part(server: Server, go: Go, want: Want) -> None:
    address = server.tell("/a", server.cut(DATA, 20_000), server.body(OTHER, etag='"v2"'))
    assert go(want(address)) == OTHER


def test_part_of_another_version_that_a_host_sends_as_206_is_not_joined(
    server: Server, go: Go, want: Want
) -> None:
    wrong = b'HTTP/1.1 206 Partial\r\nETag: "v2"\r\nContent-Range: bytes 20000-49999/50000\r\n'
    wrong += b"Content-Length: 30000\r\n\r\n" + OTHER[20_000:]
    address = server.tell(
        "/a", server.cut(DATA, 20_000), server.raw(wrong), server.body(OTHER, etag='"v2"')
    )
    assert go(want(address)) == OTHER


@pytest.mark.parametrize(
    "told", ["bytes 0-49999/50000", "bytes 20001-49999/50000", "bytes 20000-49999/60000", "x", ""]
)
def test_wrong_range_starts_the_file_anew(server: Server, go: Go, want: Want, told: str) -> None:
    wrong = f'HTTP/1.1 206 Partial\r\nETag: "v1"\r\nContent-Range: {told}\r\n'.encode()
    wrong += b"Content-Length: 30000\r\n\r\n" + DATA[:30_000]
    address = server.tell("/a", server.cut(DATA, 20_000), server.raw(wrong), server.body(DATA))
    assert go(want(address)) == DATA
    assert server.headers("range") == [None, "bytes=20000-", None]


def test_host_without_ranges_starts_over(server: Server, go: Go, want: Want) -> None:
    whole = b"HTTP/1.1 200 OK\r\nContent-Length: 50000\r\n\r\n" + DATA
    address = server.tell("/a", server.cut(DATA, 20_000), server.raw(whole))
    assert go(want(address)) == DATA


def test_range_that_the_host_has_not_any_more_starts_over(
    server: Server, go: Go, want: Want
) -> None:
    address = server.tell(
        "/a", server.cut(DATA, 20_000), server.status(416), server.body(OTHER[:100], etag='"v2"')
    )
    assert go(want(address)) == OTHER[:100]


def test_part_without_a_version_is_not_gone_on_with(server: Server, go: Go, want: Want) -> None:
    address = server.tell("/a", server.cut(DATA, 20_000, etag='W/"v1"'), server.body(DATA))
    assert go(want(address)) == DATA
    assert server.headers("range") == [None, None]


@pytest.mark.parametrize("length", [49_000, 51_000])
def test_wrong_length_gives_no_file(server: Server, go: Go, want: Want, length: int) -> None:
    lies = server.cut(server.packed(DATA), 60_000, length=length, etag="")
    assert "/a: the " in go.fails(want(server.tell("/a", lies), "gzip"))
    assert len(server.asked) == 3


def test_chunks_that_break_off_give_no_file(server: Server, go: Go, want: Want) -> None:
    address = server.tell("/a", server.chunked(DATA, whole=False))
    assert "broke off" in go.fails(want(address))


def test_chunks_that_end_give_the_file(server: Server, go: Go, want: Want) -> None:
    assert go(want(server.tell("/a", server.chunked(DATA, whole=True)))) == DATA


def test_body_of_unknown_length_is_taken_only_where_its_end_shows(
    server: Server, go: Go, want: Want
) -> None:
    data = server.packed(DATA)
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    assert go(want(server.tell("/a.gz", server.raw(head + data)), "gzip")) == data
    cut_short = want(server.tell("/b.gz", server.raw(head + data[:-9])), "gzip")
    assert "the file breaks off before its end" in go.fails(cut_short)
    assert "how long" in go.fails(want(server.tell("/c", server.raw(head + data)), "csv"))


@pytest.mark.parametrize("code", [429, 503])
def test_busy_host_is_asked_again_after_the_time_it_names(
    server: Server, go: Go, want: Want, code: int
) -> None:
    address = server.tell("/a", server.status(code, Retry_After="7"), server.body(DATA))
    assert go(want(address)) == DATA
    assert go.waits == [7.0]


def test_date_to_wait_for_is_compared_with_the_hosts_own_clock(
    server: Server, go: Go, want: Want
) -> None:
    busy = b"HTTP/1.1 503 Busy\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Length: 0\r\n"
    busy += b"Retry-After: Sun, 06 Nov 1994 08:49:49 GMT\r\n\r\n"
    address = server.tell("/a", server.raw(busy), server.body(DATA))
    assert go(want(address)) == DATA
    assert go.waits == [12.0]


def test_host_that_asks_for_a_long_wait_is_left_alone(server: Server, go: Go, want: Want) -> None:
    address = server.tell("/a", server.status(429, Retry_After="86400"))
    said = go.fails(want(address), want(f"{address}?b"), want(f"{address}?c"), at_once=1)
    assert "asks to wait 86,400 s" in said
    assert len(server.asked) == 1
    assert go.waits == []


def test_host_out_of_order_is_given_up_after_some_tries(server: Server, go: Go, want: Want) -> None:
    said = go.fails(want(server.tell("/a", server.status(500))))
    assert "500 (Internal Server Error)" in said
    assert len(server.asked) == 3
    assert len(go.waits) == 2


def test_host_out_of_order_is_not_asked_for_every_file(server: Server, go: Go, want: Want) -> None:
    wants = [want(server.tell(f"/{i}", server.status(500))) for i in range(20)]
    said = go.fails(*wants, at_once=1)
    assert all(w.address in said for w in wants)
    assert len(server.asked) == 9


def test_other_files_come_though_one_does_not(
    server: Server, go: Go, want: Want, shelf: Shelf
) -> None:
    wants = [want(server.tell(f"/{i}", server.body(DATA[: i + 1]))) for i in range(6)]
    server.tell("/2", server.status(500))
    server.tell("/4", server.status(403))
    said = go.fails(*wants)
    assert said.startswith("2 of 6 files did not come; 4 are in the cache:")
    assert [shelf.find(w.address) is not None for w in wants] == [1, 1, 0, 1, 0, 1]


@pytest.mark.parametrize(("code", "tries"), [(400, 1), (403, 1), (404, 1), (410, 1), (451, 1)])
def test_refusal_is_final(server: Server, go: Go, want: Want, code: int, tries: int) -> None:
    assert f"the host answered {code} (" in go.fails(want(server.tell("/a", server.status(code))))
    assert len(server.asked) == tries


def test_file_that_the_host_has_not_may_mean_something(
    server: Server, go: Go, want: Want, shelf: Shelf
) -> None:
    sea = want(f"{server.address}/sea", "tiff", absent_means="sea")
    assert go(sea) is None
    assert shelf.is_absent(sea.address)
    assert go(sea, offline=True) is None
    assert len(server.asked) == 1
    assert "404" in go.fails(want(f"{server.address}/gone", "tiff"))


def test_redirect_is_followed(server: Server, go: Go, want: Want) -> None:
    server.tell("/b", server.body(DATA))
    address = server.tell("/a", server.redirect("/b", 301))
    assert go(want(address)) == DATA


def test_redirects_in_a_circle_end(server: Server, go: Go, want: Want) -> None:
    address = server.tell("/a", server.redirect("/a"))
    assert "more than 3 times" in go.fails(want(address))
    assert len(server.asked) == 4


@pytest.mark.parametrize("to", ["file:///etc/hostname", "ftp://example.org/a", "", "http://["])
def test_redirect_to_what_is_no_web_address_is_refused(
    server: Server, go: Go, want: Want, to: str
) -> None:
    address = server.tell("/a", server.redirect(to))
    assert "no web address" in go.fails(want(address))


def test_redirect_of_another_host_into_a_private_network_is_refused(
    server: Server, go: Go, want: Want
) -> None:
    port = server.address.rpartition(":")[2]
    address = server.tell("/a", server.redirect(f"http://localhost:{port}/b"))
    server.tell("/b", server.body(DATA))
    assert "private network" in go.fails(want(address))
    assert server.paths() == ["/a"]


def test_redirect_to_another_public_host_is_followed(
    server: Server, go: Go, want: Want, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.address)
    server.tell("http://a.example.org/a", server.redirect("http://b.example.org/b"))
    server.tell("http://b.example.org/b", server.body(DATA))
    assert go(want("http://a.example.org/a")) == DATA


def test_silent_host_is_given_up(server: Server, go: Go, want: Want, rules: Rules) -> None:
    def silent(_: BaseHTTPRequestHandler) -> None:
        server.release.wait(5)

    go.rules = replace(rules, read_s=0.05)
    assert "fell silent" in go.fails(want(server.tell("/a", silent)))


def test_slow_host_is_broken_off_and_resumed(
    server: Server, go: Go, want: Want, rules: Rules
) -> None:
    def slow(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("ETag", '"v1"')
        handler.send_header("Content-Length", str(len(DATA)))
        handler.end_headers()
        for i in range(1000):
            handler.wfile.write(DATA[i : i + 1])
            handler.wfile.flush()
            if server.release.wait(0.01):
                return

    go.rules = replace(rules, stall_s=0.1, least_bytes_s=10_000)
    address = server.tell("/a", slow, server.body(DATA))
    assert go(want(address)) == DATA
    assert server.headers("range")[1] is not None


@pytest.mark.usefixtures("server")
def test_host_that_is_not_there_is_named_once(go: Go, want: Want) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    wants = [want(f"http://127.0.0.1:{port}/{i}") for i in range(5)]
    said = go.fails(*wants, at_once=1)
    assert said.count("cannot be reached (Connection refused)") == 1
    assert said.count("http://") == 5
    assert "--save-mirror" in said
    assert len(go.waits) == 2


def test_host_gets_few_requests_at_a_time(server: Server, go: Go, want: Want) -> None:
    now, most, lock = 0, 0, threading.Lock()

    def counted(handler: BaseHTTPRequestHandler) -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.02)
        with lock:
            now -= 1
        server.body(DATA)(handler)

    go(*[want(server.tell(f"/{i}", counted)) for i in range(8)], at_once=8)
    assert most == 2


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org/a",
        "https://u:secret@example.org/a",
        "https://example.org/../a",
        "https://example.org/%2e%2e/a",
        "https://example.org/a b",
        "https://exa$mple.org/",
        "nothing",
    ],
)
def test_address_that_may_not_be_asked_is_listed(go: Go, want: Want, address: str) -> None:
    said = go.fails(want(address))
    assert "1 of 1 files did not come" in said


def test_folder_that_cannot_be_written_is_one_error(
    server: Server, want: Want, rules: Rules, tmp_path: Path
) -> None:
    (tmp_path / "cache").write_text("a file")
    wants = [want(server.tell(f"/{i}", server.body(DATA))) for i in range(5)]
    with pytest.raises(OutputError, match="cannot be written"):
        fetch(wants, shelf=Shelf(None, tmp_path / "cache"), rules=rules)


def test_full_disk_is_one_error_and_leaves_nothing(
    server: Server, go: Go, want: Want, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OutputError, match="disk is full"):
        go(want(server.tell("/a", server.body(DATA))))
    assert cache.listing(shelf.cache) == ()


def test_file_that_does_not_fit_the_disk_is_not_begun(
    server: Server, go: Go, want: Want, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 1000))
    with pytest.raises(OutputError, match="The disk has 0 MB left"):
        go(want(server.tell("/a", server.body(DATA))))


def test_at_least_one_at_once(shelf: Shelf) -> None:
    with pytest.raises(ParameterError, match="at_once"):
        fetch([], shelf=shelf, at_once=0)
