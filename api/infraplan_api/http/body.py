"""How is the body of a request received, no longer than allowed and in time?"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from infraplan_api.errors import BodyTooLargeError, InvalidRequestError, SlowBodyError

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope

__all__ = ["body_of"]

_DRAIN_BYTES, _DRAIN_S = 32 * 1024 * 1024, 2.0
"""What comes of a body that is too long is taken and thrown away so far, so that the client, which
may send all before it reads, sees the answer."""
_CLOSE: Final = {"connection": "close"}


async def body_of(scope: Scope, receive: Receive, *, most_bytes: int, within_s: float) -> Receive:
    """Return a `receive` that hands out the whole body at once.

    Parameters
    ----------
    scope
        The request; one without a body is not waited for.
    receive
        Its messages.
    most_bytes
        Longest body.
    within_s
        Time for the body to arrive.

    Raises
    ------
    BodyTooLargeError
        If it is longer, by its ``Content-Length`` or by what arrives.
    SlowBodyError
        If it does not arrive in time.
    """
    headers = dict(scope["headers"])
    declared = headers.get(b"content-length", b"0")
    if declared in (b"", b"0") and b"transfer-encoding" not in headers:
        return receive
    length = int(declared) if declared.isdigit() else 0
    try:
        async with asyncio.timeout(within_s):
            body = b"" if length > most_bytes else await _body(receive, most_bytes)
    except TimeoutError as error:
        raise SlowBodyError(
            f"The body did not arrive within {within_s:g} s. Remedy: send it faster.",
            headers=_CLOSE,
        ) from error
    if length > most_bytes or len(body) > most_bytes:
        await _drain(receive)
        raise BodyTooLargeError(
            f"The body has more than {most_bytes} bytes. Remedy: send at most {most_bytes}.",
            headers=_CLOSE,
        )
    return _replay(body, receive)


async def _body(receive: Receive, most_bytes: int) -> bytes:
    """Return the body, cut where it is too long."""
    parts, size, more = [], 0, True
    while more and size <= most_bytes:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InvalidRequestError("The client went away. Remedy: send the whole body.")
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
    return b"".join(parts)


async def _drain(receive: Receive) -> None:
    """Throw away what still arrives, up to a limit of size and time."""
    size = 0
    try:
        async with asyncio.timeout(_DRAIN_S):
            while size < _DRAIN_BYTES:
                message = await receive()
                size += len(message.get("body", b""))
                if not message.get("more_body", False):
                    return
    except TimeoutError:
        return


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands out a body first."""
    first: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return first.pop() if first else await receive()

    return replayed
