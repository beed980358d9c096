"""What happens to a request before any route sees it, and to an answer after?

A pure ASGI layer. An answer that is finished already leaves from here, at a cost of some tens of
microseconds. Everything else is checked for its size, counted, timed, given its body at once, run
again where the bundle was replaced under it, and gets the header lines for safety.
"""

from __future__ import annotations

import asyncio
import logging
import time
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from infraplan_api.errors import (
    ApiError,
    BundleReplacedError,
    BusyError,
    SlowServiceError,
    UnavailableError,
)
from infraplan_api.http.answer import REVALIDATE, is_known, still_known
from infraplan_api.http.body import body_of
from infraplan_api.http.cache import Finished, key_of
from infraplan_api.http.headers import with_security
from infraplan_api.http.problems import problem, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from infraplan_api.service import Service

__all__ = ["Front"]

_READS: Final = ("GET", "HEAD")
_TRIES, _STEP_S = 8, 0.01
"""A request is run again so often when the bundle is replaced under it."""
_log = logging.getLogger("infraplan_api.access")


class Front:
    """Stand in front of the application.

    Parameters
    ----------
    app
        The application.
    service
        Its bundle, limits and finished answers.
    """

    def __init__(self, app: ASGIApp, *, service: Service) -> None:
        self._app = app
        self._service = service
        self._running = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, from memory where its answer is finished."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_s = time.perf_counter()
        kept = self._kept(scope) if scope["method"] in _READS else None
        if kept is not None:
            status, size_bytes = await _send_finished(scope, send, kept)
        else:
            exit_ = _Exit(scope, send)
            await self._slow(scope, receive, exit_)
            status, size_bytes = exit_.status, exit_.size_bytes
        if _log.isEnabledFor(logging.INFO):
            _log_line(scope, status, size_bytes, time.perf_counter() - started_s)

    def _kept(self, scope: Scope) -> Finished | None:
        """Return the finished answer to a request, if there is one of the current bundle."""
        bundle = self._service.holder.peek()
        if bundle is None:
            return None
        tag = still_known(scope, bundle.sha256)
        if tag is not None:
            return _unchanged(tag, bundle.sha256)
        return self._service.answers.get(key_of(scope), bundle.sha256)

    async def _slow(self, scope: Scope, receive: Receive, exit_: _Exit) -> None:
        """Check, count and time a request, then run it."""
        refused = _too_long(scope, self._service) or self._too_many(scope)
        if refused is not None:
            await refused(scope, receive, exit_.send)
            return
        self._running += 1
        exit_.on_start = self._done
        limits = self._service.settings
        exit_.stall_s = limits.stall_s
        try:
            received = await body_of(
                scope, receive, most_bytes=limits.body_bytes, within_s=limits.body_timeout_s
            )
            async with asyncio.timeout(limits.answer_timeout_s) as timer:
                exit_.timer = timer
                await self._run(scope, received, exit_)
        except ApiError as error:
            await self._refuse(scope, receive, exit_, error)
        except TimeoutError:
            await self._refuse(scope, receive, exit_, _slow_service(scope))
        finally:
            exit_.release()

    async def _run(self, scope: Scope, receive: Receive, exit_: _Exit) -> None:
        """Run a request; a read is run again when the bundle is replaced under it."""
        inner = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        for left in reversed(range(_TRIES)):
            try:
                await self._app(dict(inner), receive, exit_.send)
            except BundleReplacedError:
                self._service.holder.renew()
                if exit_.started or not left or inner["method"] != "GET":
                    raise
                await asyncio.sleep(_STEP_S)
            else:
                return

    async def _refuse(self, scope: Scope, receive: Receive, exit_: _Exit, error: ApiError) -> None:
        """Answer a problem that arose before or around the routes, if no answer has begun."""
        exit_.timer = None
        if exit_.started:  # nothing can be told any more; the connection is closed
            return
        if isinstance(error, BundleReplacedError):
            error = UnavailableError(str(error), headers=error.headers)
        await problem_of(scope, error)(scope, receive, exit_.send)

    def _too_many(self, scope: Scope) -> Response | None:
        most = self._service.settings.reads
        if self._running < most:
            return None
        detail = f"{most} requests are worked on at this moment. Remedy: ask again in a second."
        return problem_of(scope, BusyError(detail, headers={"retry-after": "1"}))

    def _done(self) -> None:
        self._running -= 1


class _Exit:
    """Send an answer on, with the header lines for safety, and remember what was sent."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._head = scope["method"] == "HEAD"
        self._send = send
        self.status = 0
        self.size_bytes = 0
        self.timer: asyncio.Timeout | None = None
        self.stall_s = 0.0
        self.on_start: Callable[[], None] = _nothing

    @property
    def started(self) -> bool:
        """Tell whether the answer has begun."""
        return self.status != 0

    def release(self) -> None:
        """Give the place among the running requests back, once."""
        self.on_start()
        self.on_start = _nothing

    async def send(self, message: Message) -> None:
        """Send one message of the answer."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.release()
            message = {**message, "headers": with_security(message.get("headers", ()))}
        elif message["type"] == "http.response.body":
            self.size_bytes += len(message.get("body", b""))
            if self._head:
                message = {**message, "body": b""}
        self._wait(more=message.get("more_body", True))
        await self._send(message)

    def _wait(self, *, more: bool) -> None:
        """Give the client, and the route, a time for the next part of the answer."""
        if self.timer is not None:
            loop = asyncio.get_running_loop()
            self.timer.reschedule(loop.time() + self.stall_s if more else None)


def _nothing() -> None:
    """Do nothing."""


def _unchanged(tag: bytes, bundle_sha256: str) -> Finished:
    """Return what a client gets that has the answer: its tag, and how long that holds."""
    lines = [
        (b"etag", tag),
        (b"cache-control", REVALIDATE.encode()),
        (b"vary", b"accept, accept-encoding"),
    ]
    return Finished(200, tuple(with_security(lines)), b"", tag, bundle_sha256)


async def _send_finished(scope: Scope, send: Send, kept: Finished) -> tuple[int, int]:
    """Send a finished answer, or 304 where the client has it; return its status and size."""
    known = is_known(scope, kept.etag)
    status, headers = (304, kept.unchanged) if known else (kept.status, kept.headers)
    body = b"" if known or scope["method"] == "HEAD" else kept.body
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
    return status, len(body)


def _too_long(scope: Scope, service: Service) -> Response | None:
    """Return the problem of a request whose address or head is too long."""
    limits = service.settings
    length = len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])
    if length > limits.url_bytes:
        detail = f"The address has {length} bytes. Remedy: at most {limits.url_bytes}."
        return problem(scope, HTTPStatus.REQUEST_URI_TOO_LONG, detail)
    length = sum(len(name) + len(value) for name, value in scope["headers"])
    if length > limits.header_bytes:
        detail = f"The head has {length} bytes. Remedy: at most {limits.header_bytes}."
        return problem(scope, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, detail)
    return None


def _slow_service(scope: Scope) -> SlowServiceError:
    return SlowServiceError(
        f"The answer to {scope['method']} {scope['path'][:200]} did not begin in time. Remedy: ask "
        "for less, such as a smaller limit or box; or ask again later.",
        headers={"retry-after": "5"},
    )


def _log_line(scope: Scope, status: int, size_bytes: int, seconds: float) -> None:
    """Log who asked what, and what the answer was; the query, which may be private, is left out."""
    client = (scope.get("client") or ("-", 0))[0]
    path = quote(scope["path"], errors="replace")
    _log.info(
        "%s %s %s %d %d B %.1f ms",
        client,
        scope["method"],
        path,
        status,
        size_bytes,
        1000 * seconds,
    )
