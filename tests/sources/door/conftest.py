"""Which bad habits can the server of these tests have?"""

from __future__ import annotations

import gzip
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from infraplan.errors import DownloadError
from infraplan.sources import cache
from infraplan.sources.door.rules import Rules
from infraplan.sources.fetch import fetch
from infraplan.sources.shelf import Shelf
from infraplan.sources.wanted import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ETAG = '"v1"'


class Answers:
    """Answers, good and bad."""

    @staticmethod
    def status(code: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
        """Answer with a status and a short text."""

        def answer(h: BaseHTTPRequestHandler) -> None:
            h.send_response(code)
            for name, value in headers.items():
                h.send_header(name.replace("_", "-"), value)
            h.send_header("Content-Length", "2")
            h.end_headers()
            h.wfile.write(b"no")

        return answer

    @staticmethod
    def body(
        data: bytes, *, etag: str = ETAG, **headers: str
    ) -> Callable[[BaseHTTPRequestHandler], None]:
        """Answer with bytes, honouring ranges of the same version."""

        def answer(h: BaseHTTPRequestHandler) -> None:
            start = 0
            asked = h.headers.get("Range")
            if asked and h.headers.get("If-Range") in (None, etag):
                start = int(asked.removeprefix("bytes=").removesuffix("-"))
                if start >= len(data):
                    Answers.status(416)(h)
                    return
            h.send_response(206 if start else 200)
            if etag:
                h.send_header("ETag", etag)
            if start:
                h.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            for name, value in headers.items():
                h.send_header(name.replace("_", "-"), value)
            h.send_header("Content-Length", str(len(data) - start))
            h.end_headers()
            h.wfile.write(data[start:])

        return answer

    @staticmethod
    def cut(
        data: bytes, at: int, *, etag: str = ETAG, length: int | None = None
    ) -> Callable[[BaseHTTPRequestHandler], None]:
        """Announce bytes, send the first of them only, and break off."""

        def answer(h: BaseHTTPRequestHandler) -> None:
            start = 0
            asked = h.headers.get("Range")
            if asked and h.headers.get("If-Range") == etag:
                start = int(asked.removeprefix("bytes=").removesuffix("-"))
            h.send_response(206 if start else 200)
            h.send_header("ETag", etag)
            if start:
                h.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            h.send_header("Content-Length", str((len(data) if length is None else length) - start))
            h.end_headers()
            h.wfile.write(data[start : start + at])
            h.wfile.flush()
            h.close_connection = True

        return answer

    @staticmethod
    def chunked(data: bytes, *, whole: bool) -> Callable[[BaseHTTPRequestHandler], None]:
        """Answer in chunks of 1,000 bytes, with or without the last, empty one."""

        def answer(h: BaseHTTPRequestHandler) -> None:
            h.send_response(200)
            h.send_header("Transfer-Encoding", "chunked")
            h.end_headers()
            for i in range(0, len(data), 1000):
                piece = data[i : i + 1000]
                h.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            if whole:
                h.wfile.write(b"0\r\n\r\n")
            h.close_connection = True

        return answer

    @staticmethod
    def raw(text: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
        """Answer with exactly these bytes, status line and all, and close."""

        def answer(h: BaseHTTPRequestHandler) -> None:
            h.wfile.write(text)
            h.close_connection = True

        return answer

    @staticmethod
    def redirect(location: str, code: int = 302) -> Callable[[BaseHTTPRequestHandler], None]:
        return Answers.status(code, Location=location)

    @staticmethod
    def packed(data: bytes) -> bytes:
        return gzip.compress(data, mtime=0)


@dataclass
class Server(Answers):
    """A server whose answers are told path by path; it remembers what it was asked."""

    address: str = ""
    answers: dict[str, list[Callable[[BaseHTTPRequestHandler], None]]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    release: threading.Event = field(default_factory=threading.Event)

    def tell(self, path: str, *answers: Callable[[BaseHTTPRequestHandler], None]) -> str:
        """Say what a path answers, one after the other and the last one for ever."""
        self.answers[path] = list(answers)
        return self.address + path

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def headers(self, name: str) -> list[str | None]:
        return [headers.get(name.lower()) for _, headers in self.asked]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_of_test: Server

    def do_GET(self) -> None:
        server = self.server_of_test
        server.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        answers = server.answers.get(self.path, [Answers.status(404)])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        with suppress(ConnectionError):
            answer(self)

    def log_message(self, *args: object) -> None:
        del args


class _Quiet(ThreadingHTTPServer):
    def handle_error(self, *args: object) -> None:
        """Say nothing: clients that hang up are what is tested here."""
        del args


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    told = Server()
    handler = type("Handler", (_Handler,), {"server_of_test": told})
    http = _Quiet(("127.0.0.1", 0), handler)
    http.daemon_threads = True
    told.address = f"http://127.0.0.1:{http.server_address[1]}"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield told
    told.release.set()
    http.shutdown()
    http.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("MIRROR", "OFFLINE", "DATA", "KEY_OPENCELLID"):
        monkeypatch.delenv(f"INFRAPLAN_{name}", raising=False)
    monkeypatch.setenv("INFRAPLAN_CACHE", str(tmp_path / "settings-cache"))
    monkeypatch.setattr("infraplan.sources.door.keys.keyring", None)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(mirror=None, cache=tmp_path / "cache")


@pytest.fixture
def rules() -> Rules:
    """Return rules that wait hardly at all."""
    return Rules(
        connect_s=2,
        read_s=1,
        whole_s=20,
        stall_s=5,
        least_bytes_s=1,
        tries_most=3,
        gain_bytes=1000,
        backoff_first_s=0.001,
        backoff_factor=2,
        backoff_most_s=0.01,
        jitter_share=0.5,
        retry_after_most_s=60,
        redirects_most=3,
        at_once_per_host=2,
        host_failures_most=3,
        unpacked_most=100,
    )


@pytest.fixture
def want() -> Callable[..., Wanted]:
    """Return what makes something wanted, by default of any kind and up to 1 MB."""

    def make(address: str, kind: str = "any", **more: object) -> Wanted:
        return Wanted(**{"address": address, "kind": kind, "most_bytes": 1_000_000, **more})

    return make


class Go:
    """Fetches with quick rules, and remembers the waits."""

    def __init__(self, shelf: Shelf, rules: Rules) -> None:
        self.shelf, self.rules = shelf, rules
        self.waits: list[float] = []

    def __call__(self, *wants: Wanted, **options: object) -> bytes | None:
        options = {"shelf": self.shelf, "rules": self.rules, "sleep": self.waits.append} | options
        first = fetch(wants, **options)[0]
        return None if first.path is None else first.path.read_bytes()

    def fails(self, *wants: Wanted, **options: object) -> str:
        """Fetch, expect an error, and see that the cache holds nothing wrong."""
        with pytest.raises(DownloadError) as caught:
            self(*wants, **options)
        assert cache.verify(self.shelf.cache) == ()
        entries = cache.listing(self.shelf.cache)
        failed = [w for w in wants if w.address in str(caught.value)]
        assert not {e.address for e in entries} & {w.address for w in failed}
        assert caught.value.__context__ is None
        return str(caught.value)


@pytest.fixture
def go(shelf: Shelf, rules: Rules) -> Go:
    return Go(shelf, rules)
