"""Does a real server answer connections from which no request can be read, and end quietly?"""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from infraplan.errors import ParameterError
from infraplan_api.listen import address_of, bind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from fastapi import FastAPI


PATH = "/v1/communes/00001/coverage"
Address = tuple[str, int]


@pytest.fixture(scope="module")
def limits() -> dict[str, Any]:
    """Return short limits, so that the tests need not wait."""
    return {"head_timeout_s": 0.3, "body_timeout_s": 0.3, "header_bytes": 4000, "url_bytes": 2000}


@pytest.fixture
def address(
    bundle_folder: Path,
    limits: dict[str, Any],
    app_of: Callable[..., FastAPI],
    serving: Callable[[FastAPI], AbstractContextManager[str]],
) -> Iterator[Address]:
    """Return where a service with short limits listens."""
    with serving(app_of(bundle_folder, **limits)) as base:
        host, port = base.removeprefix("http://").split(":")
        yield host, int(port)


def _talk(address: Address, *parts: bytes, wait_s: float = 0.0) -> tuple[int, dict[str, Any]]:
    """Send bytes as they are and return the status and the JSON of the answer."""
    with socket.create_connection(address, timeout=15) as line:
        for part in parts:
            line.sendall(part)
            time.sleep(wait_s)
        heard = b""
        while chunk := _heard(line):
            heard += chunk
    head, _, body = heard.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower()
    return int(head.split()[1]), json.loads(body)


def _heard(line: socket.socket) -> bytes:
    try:
        return line.recv(65536)
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x00\x00rubbish\r\n\r\n",
        b"GET nonsense\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_not_http_is_a_problem(address: Address, sent: bytes) -> None:
    status, said = _talk(address, sent)
    assert status == said["status"] == 400


def test_head_that_never_ends_is_a_problem(address: Address) -> None:
    status, said = _talk(address, b"GET / HTTP/1.1\r\n", *[b"x: " + b"y" * 2000] * 5)
    assert status == said["status"] == 431


def test_head_that_comes_too_slowly_is_a_problem(address: Address) -> None:
    for sent in (b"", b"GET / HTTP/1.1\r\nhost: a\r\n"):
        assert _talk(address, sent)[0] == 408


def test_body_that_comes_too_slowly_is_a_problem(address: Address) -> None:
    head = b"POST /v1/processes/preview/execution HTTP/1.1\r\nhost: a\r\ncontent-length: 50\r\n\r\n"
    assert _talk(address, head + b"{")[0] == 408


def test_large_body_is_a_problem_that_the_client_sees(address: Address) -> None:
    size = 10 * 1024 * 1024
    head = b"POST /v1/ HTTP/1.1\r\nhost: a\r\ncontent-length: %d\r\n\r\n" % size
    assert _talk(address, head, bytes(size))[0] == 413
    chunk = b"%x\r\n" % 65536 + bytes(65536) + b"\r\n"
    head = b"POST /v1/ HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
    assert _talk(address, head, *[chunk] * 40, b"0\r\n\r\n")[0] == 413


def test_upgrade_to_another_protocol_is_not_offered(address: Address) -> None:
    lines = b"host: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"
    with socket.create_connection(address, timeout=15) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\n" + lines + b"\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("limits", [{"connections": 1}])
def test_more_clients_than_may_be_connected_are_told_when_to_come_back(address: Address) -> None:
    with socket.create_connection(address, timeout=15) as first:
        first.sendall(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
        assert first.recv(100).startswith(b"HTTP/1.1 200")
        assert _talk(address)[0] == 503


def test_taken_port_is_told_with_the_remedy() -> None:
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert address_of(taken) == f"http://127.0.0.1:{port}"
        with pytest.raises(ParameterError, match=rf"port {port} .*Remedy: .*--port"):
            bind("127.0.0.1", port)


def test_command_serves_and_finishes_what_is_under_way_when_it_is_stopped(
    bundle_folder: Path, tmp_path: Path
) -> None:
    options = ["--port", "0", "--state", str(tmp_path / "state"), "--lang", "en"]
    begin = "from infraplan.cli import main; main()"
    command = [sys.executable, "-c", begin, "serve", str(bundle_folder), *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", first)
        assert found, first
        assert "infraplan keys add" in process.stderr.readline()
        with _connected(("127.0.0.1", int(found[1]))) as line:
            line.sendall(f"GET {PATH} HTTP/1.1\r\nhost: a\r\n\r\n".encode())
            assert line.recv(100).startswith(b"HTTP/1.1 200")
        process.send_signal(signal.SIGTERM)
        said = process.stderr.read()
        process.wait(20)
    assert f"127.0.0.1 GET {PATH} 200" in said
    assert "Traceback" not in said
    assert process.returncode in (0, -signal.SIGTERM)


def _connected(address: Address) -> socket.socket:
    """Return a connection to a server that is just starting."""
    until = time.monotonic() + 20
    while True:
        try:
            return socket.create_connection(address, timeout=15)
        except ConnectionRefusedError:
            assert time.monotonic() < until
            time.sleep(0.05)
