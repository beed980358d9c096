"""How is a file of the bundle sent, whole or in ranges, while the bundle may be replaced?

The file is opened once and sent from that handle: what replaces it meanwhile is another file.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

import anyio
from starlette.responses import Response, StreamingResponse

from infraplan_api.http.answer import REVALIDATE, is_known
from infraplan_api.tiles.ranges import spans_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request

    from infraplan_api.bundle import Bundle
    from infraplan_api.tiles.ranges import Span

__all__ = ["send_file"]

_CHUNK: Final = 1 << 18
_BOUNDARY: Final = "infraplan-part"

Piece = bytes | tuple[int, int]
"""Bytes as they are, or a span of the file."""


async def send_file(request: Request, bundle: Bundle, name: str, *, media_type: str) -> Response:
    """Answer a file of the bundle: 200, 206 with one range or several, or 304.

    Parameters
    ----------
    request
        Its ``Range``, ``If-Range`` and ``If-None-Match`` are heard.
    bundle
        The bundle.
    name
        As its manifest lists it.
    media_type
        Of the file.

    Raises
    ------
    RangeNotSatisfiableError
        If the ranges cannot be sent.
    NotInBundleError, BundleUnavailableError, BundleReplacedError
        If the file is not there.
    """
    stream = await anyio.to_thread.run_sync(lambda: _opened(bundle, name))
    try:
        listed = bundle.manifest["outputs"][name]
        size, etag = int(listed["bytes"]), f'"{listed["sha256"][:32]}"'
        headers = {"etag": etag, "accept-ranges": "bytes", "cache-control": REVALIDATE}
        if is_known(request.scope, etag.encode()):
            stream.close()
            return Response(status_code=304, headers=headers)
        spans = None
        if request.headers.get("if-range", etag) == etag:
            spans = spans_of(request.headers.get("range"), size)
    except BaseException:
        stream.close()
        raise
    return _answer(stream, size, spans, headers, media_type)


def _opened(bundle: Bundle, name: str) -> IO[bytes]:
    with bundle.reading():
        return bundle.path(name).open("rb")


def _answer(
    stream: IO[bytes],
    size: int,
    spans: tuple[Span, ...] | None,
    headers: dict[str, str],
    media_type: str,
) -> Response:
    kind, pieces = media_type, [(0, size)] if spans is None else list(spans)
    sent: list[Piece] = [*pieces]
    if spans is not None and len(spans) == 1:
        headers["content-range"] = _told(spans[0], size)
    elif spans is not None:
        kind = f"multipart/byteranges; boundary={_BOUNDARY}"
        sent = []
        for span in spans:
            head = f"\r\n--{_BOUNDARY}\r\nContent-Type: {media_type}\r\n"
            sent += [f"{head}Content-Range: {_told(span, size)}\r\n\r\n".encode(), span]
        sent.append(f"\r\n--{_BOUNDARY}--\r\n".encode())
    length = sum(len(p) if isinstance(p, bytes) else p[1] - p[0] for p in sent)
    headers |= {"content-length": str(length), "content-type": kind}
    status = 200 if spans is None else 206
    return StreamingResponse(_chunks(stream, sent), status_code=status, headers=headers)


def _told(span: Span, size: int) -> str:
    return f"bytes {span[0]}-{span[1] - 1}/{size}"


async def _chunks(stream: IO[bytes], pieces: list[Piece]) -> AsyncIterator[bytes]:
    """Yield the pieces, read in threads, and close the file at the end."""
    try:
        for piece in pieces:
            if isinstance(piece, bytes):
                yield piece
                continue
            begin, end = piece
            while begin < end:
                found = await anyio.to_thread.run_sync(_read, stream, begin, end)
                begin += len(found)
                yield found
    finally:
        stream.close()


def _read(stream: IO[bytes], begin: int, end: int) -> bytes:
    stream.seek(begin)
    found = stream.read(min(_CHUNK, end - begin))
    if not found:
        raise OSError("the file is shorter than its manifest says")
    return found
