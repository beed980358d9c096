"""Does the service refuse what is too long, too slow or too much, and stay well?"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import pytest
from fastapi import FastAPI, Request
from starlette.responses import Response, StreamingResponse

from infraplan_api.errors import BundleReplacedError
from infraplan_api.http.front import Front
from infraplan_api.http.problems import add_handlers
from infraplan_api.service import Service, service_of
from infraplan_api.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    import httpx


@pytest.fixture
def fronted(tmp_path: Path) -> Callable[..., FastAPI]:
    """Return a function that puts the front before a small application of test routes."""

    def built(**limits: Any) -> FastAPI:
        service = service_of(Settings(folder=tmp_path / "none", **limits))
        app = FastAPI(openapi_url=None)
        app.state.service = service
        _add_routes(app, service)
        add_handlers(app)
        app.add_middleware(Front, service=service)
        return app

    return built


def _add_routes(app: FastAPI, service: Service) -> None:
    tries: list[int] = []

    async def slow() -> Response:
        await asyncio.sleep(5)
        return Response("late")

    async def echo(request: Request) -> Response:
        return Response(await request.body(), media_type="text/plain")

    async def replaced(request: Request) -> Response:
        tries.append(1)
        if len(tries) < int(request.query_params["times"]):
            raise BundleReplacedError("Replaced. Remedy: ask again.", headers={"retry-after": "1"})
        return Response(str(len(tries)))

    async def fail() -> Response:
        raise ZeroDivisionError("secret")

    async def stalls() -> Response:
        async def parts() -> AsyncIterator[bytes]:
            yield b"begun"
            await asyncio.sleep(5)

        return StreamingResponse(parts())

    app.add_api_route("/slow", slow)
    app.add_api_route("/stalls", stalls)
    app.add_api_route("/echo", echo, methods=["POST"])
    app.add_api_route("/replaced", replaced, methods=["GET", "POST"])
    app.add_api_route("/fail", fail)
    del service


def _problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    said: dict[str, Any] = answer.json()
    assert "Remedy: " in said["detail"]
    return said


async def _chunks(number: int, size: int, wait_s: float = 0.0) -> AsyncIterator[bytes]:
    for _ in range(number):
        await asyncio.sleep(wait_s)
        yield bytes(size)


def test_body_up_to_the_limit_arrives_whole(
    fronted: Callable[..., FastAPI], ask: Callable[..., httpx.Response]
) -> None:
    app = fronted(body_bytes=1000)
    answer = ask(app, "/echo", method="POST", content=b"x" * 1000)
    assert answer.content == b"x" * 1000
    answer = ask(app, "/echo", method="POST", content=_chunks(4, 250))
    assert answer.content == bytes(1000)
    assert ask(app, "/echo", method="POST").content == b""


@pytest.mark.parametrize("whole", [True, False])
def test_body_over_the_limit_is_refused_with_and_without_length(
    fronted: Callable[..., FastAPI], ask: Callable[..., httpx.Response], *, whole: bool
) -> None:
    content: Any = bytes(1001) if whole else _chunks(11, 100)
    answer = ask(fronted(body_bytes=1000), "/echo", method="POST", content=content)
    assert "1000 bytes" in _problem(answer, 413)["detail"]
    assert answer.headers["connection"] == "close"


def test_body_that_does_not_come_in_time_is_refused(
    fronted: Callable[..., FastAPI], ask: Callable[..., httpx.Response]
) -> None:
    app = fronted(body_timeout_s=0.05)
    answer = ask(app, "/echo", method="POST", content=_chunks(5, 1, wait_s=0.1))
    _problem(answer, 408)


def test_answer_that_does_not_begin_in_time_is_a_problem(
    fronted: Callable[..., FastAPI], ask: Callable[..., httpx.Response]
) -> None:
    _problem(ask(fronted(answer_timeout_s=0.05), "/slow"), 504)


def test_answer_that_stalls_is_given_up(
    fronted: Callable[..., FastAPI], ask: Callable[..., httpx.Response]
) -> None:
    with pytest.raises(AssertionError):  # the transport misses the end of the answer
        ask(fronted(stall_s=0.05), "/stalls")


def test_address_and_head_that_are_too_long_are_refused(
    fronted: Callable[..., FastAPI], ask: Callable[..., httpx.Response]
) -> None:
    app = fronted(url_bytes=100, header_bytes=500)
    _problem(ask(app, f"/{'x' * 100}"), 414)
    _problem(ask(app, f"/echo?{'x' * 100}"), 414)
    _problem(ask(app, "/echo", x_long="y" * 500), 431)


def test_more_requests_than_may_be_worked_on_are_told_when_to_come_back(
    fronted: Callable[..., FastAPI],
) -> None:
    import httpx  # noqa: PLC0415 - asks many times at once here alone

    app = fronted(reads=3, answer_timeout_s=0.3)

    async def many() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            first = await asyncio.gather(*(client.get("/slow") for _ in range(8)))
            return [*first, await client.get("/nothing")]

    *first, last = asyncio.run(many())
    refused = [answer for answer in first if answer.status_code == 503]
    assert len(refused) == 5
    assert all(answer.headers["retry-after"] == "1" for answer in refused)
    assert last.status_code == 404


def test_read_is_run_again_when_the_bundle_was_replaced_and_a_write_is_not(
    fronted: Callable[..., FastAPI], ask: Callable[..., httpx.Response]
) -> None:
    assert ask(fronted(), "/replaced?times=3").text == "3"
    _problem(ask(fronted(), "/replaced?times=99"), 503)
    answer = ask(fronted(), "/replaced?times=2", method="POST")
    assert _problem(answer, 503)["detail"].startswith("Replaced")
    assert answer.headers["retry-after"] == "1"


def test_fault_is_logged_by_the_server_and_told_without_insides(
    fronted: Callable[..., FastAPI], ask: Callable[..., httpx.Response]
) -> None:
    assert "secret" not in _problem(ask(fronted(), "/fail"), 500)["detail"]


def test_each_request_is_one_line_of_the_log(
    fronted: Callable[..., FastAPI],
    ask: Callable[..., httpx.Response],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, logger="infraplan_api.access"):
        ask(fronted(), "/echo?secret=1", method="POST", content=b"abc")
        ask(fronted(), "/nothing%0Aforged")
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2
    assert " POST /echo 200 3 B " in lines[0]
    assert "secret" not in lines[0]
    assert "\n" not in lines[1]
