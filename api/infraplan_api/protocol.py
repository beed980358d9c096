"""How does a connection behave that no request can be read from: too long, too slow, not HTTP?

What uvicorn would answer in plain text, or wait for without an end, is told in the one shape of
problems, and the connection is closed.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from infraplan_api.http.answer import json_bytes
from infraplan_api.http.headers import with_security
from infraplan_api.http.problems import PROBLEM_JSON
from infraplan_api.models.common import Problem

if TYPE_CHECKING:
    import asyncio

    from infraplan_api.settings import Settings

__all__ = ["GuardedProtocol", "guarded"]

_SLACK: Final = 1024
"""The request line has a method and a version beside the address."""


class GuardedProtocol(HttpToolsProtocol):
    """A connection whose head has a limit of size and time."""

    most_head_bytes: ClassVar[int]
    head_timeout_s: ClassVar[float]
    most_connections: ClassVar[int]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the head of a first request, for some time."""
        super().connection_made(transport)
        self._head_bytes = 0
        self._in_head = True
        self._head_timer: asyncio.TimerHandle | None = None
        if len(self.connections) > self.most_connections:
            text = "Too many clients are connected. Remedy: try again in a second."
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, text, (b"retry-after", b"1"))
            return
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless the head of the request has become too long."""
        if self.transport.is_closing():
            return
        if self._in_head:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > self.most_head_bytes:
            status = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            text = f"The head has more than {self.most_head_bytes} bytes. Remedy: send a shorter "
            self._refuse(status, f"{text}address and fewer header lines.")

    def on_message_begin(self) -> None:
        """Begin to count and time the head of a request."""
        super().on_message_begin()
        self._in_head = True
        if self._head_timer is None:
            self._wait_for_head()

    def on_headers_complete(self) -> None:
        """Stop counting and timing."""
        self._in_head, self._head_bytes = False, 0
        self._stop_waiting()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP."""
        self._refuse(HTTPStatus.BAD_REQUEST, f"{msg} Remedy: send HTTP/1.1.")

    def _wait_for_head(self) -> None:
        self._head_timer = self.loop.call_later(self.head_timeout_s, self._head_is_late)

    def _stop_waiting(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_is_late(self) -> None:
        self._head_timer = None
        text = f"The head of the request did not arrive within {self.head_timeout_s:g} s."
        self._refuse(HTTPStatus.REQUEST_TIMEOUT, f"{text} Remedy: send it faster.")

    def _refuse(self, status: HTTPStatus, detail: str, *more: tuple[bytes, bytes]) -> None:
        """Write a problem and close the connection, unless an answer is under way on it."""
        self._stop_waiting()
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(_written(status, detail, more))
        self.transport.close()


def guarded(settings: Settings) -> type[GuardedProtocol]:
    """Return the connections of a service with its limits."""
    limits: dict[str, Any] = {
        "most_head_bytes": settings.url_bytes + settings.header_bytes + _SLACK,
        "head_timeout_s": settings.head_timeout_s,
        "most_connections": settings.connections,
    }
    return type("LimitedProtocol", (GuardedProtocol,), limits)


def _written(status: HTTPStatus, detail: str, more: tuple[tuple[bytes, bytes], ...]) -> bytes:
    """Return a whole answer as it goes over the wire."""
    said = Problem(
        type="about:blank", title=status.phrase, status=status, detail=detail, instance=""
    )
    body = json_bytes(said.model_dump(exclude_none=True))
    lines = [
        (b"content-type", PROBLEM_JSON.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
        *more,
    ]
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode()
    text = b"".join(name + b": " + value + b"\r\n" for name, value in with_security(lines))
    return head + text + b"\r\n" + body
