"""How does what a route made become an answer: compressed, tagged, kept, or 304?"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import anyio
from starlette.responses import Response

from infraplan.settings import installed_version
from infraplan_api.errors import BundleReplacedError
from infraplan_api.http.cache import Finished, key_of
from infraplan_api.http.encoding import LEAST_BYTES, compressed, encoding_for
from infraplan_api.http.headers import with_security
from infraplan_api.http.links import base

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.types import Scope

    from infraplan_api.bundle import Bundle
    from infraplan_api.service import Service

__all__ = ["REVALIDATE", "Answer", "is_known", "json_answer", "json_bytes", "reply", "still_known"]

REVALIDATE: Final = "no-cache"
"""A cache may keep an answer but asks, with its ETag, before it uses it."""
_VERSION: Final = installed_version()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route made.

    Attributes
    ----------
    body
        The body, not compressed unless `headers` has a ``content-encoding``.
    media_type
        Its ``Content-Type``.
    headers
        Further header lines, names in small letters; ``cache-control`` here replaces the usual.
    status
        The HTTP status; only 200 is kept.
    compress
        Whether compressing is worth it; False for pictures and other packed formats.
    """

    body: bytes
    media_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    compress: bool = True


def json_bytes(value: Any) -> bytes:  # noqa: ANN401 - whatever JSON can say
    """Return UTF-8 JSON without spaces; NaN and infinite numbers are refused, never written."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode("utf-8", "replace")


def json_answer(value: Any, *, media_type: str = "application/json") -> Answer:  # noqa: ANN401
    """Return an answer of plain values as JSON."""
    return Answer(json_bytes(value), media_type)


async def reply(
    request: Request,
    make: Callable[[], Answer],
    *,
    quick: bool = False,
) -> Response:
    """Answer a GET whose answer depends on the bundle and the request alone, not on its caller.

    Parameters
    ----------
    request
        The request.
    make
        Makes the answer; runs in a thread. Errors of :mod:`infraplan_api.errors` become problems.
    quick
        Run `make` at once, without a thread: where it takes less than about 0.3 ms.

    Returns
    -------
    starlette.responses.Response
        With a strong ETag, Cache-Control, Vary and, where the client takes it, gzip or zstd; 304
        where the client has it already. The finished answer is kept, and later requests get it
        without coming here.

    Raises
    ------
    BundleReplacedError
        If another bundle came meanwhile; the service then runs the request again.
    """
    service: Service = request.app.state.service
    bundle = service.holder.current()

    def work() -> Finished:
        return _finished(request, make(), bundle)

    if quick:
        finished = work()
    else:
        finished = await anyio.to_thread.run_sync(work, abandon_on_cancel=True)
    if service.holder.current() is not bundle:
        raise BundleReplacedError("The bundle was replaced meanwhile. Remedy: ask again.")
    if finished.status == 200:  # noqa: PLR2004
        service.answers.put(key_of(request.scope), finished)
    return _response(request.scope, finished)


def is_known(scope: Scope, etag: bytes) -> bool:
    """Tell whether the client has this answer already (RFC 9110, section 13.1.2)."""
    for name, value in scope["headers"]:
        if name == b"if-none-match":
            tags = [tag.strip().removeprefix(b"W/") for tag in value.split(b",")]
            if etag in tags or b"*" in tags:
                return True
    return False


def _finished(request: Request, answer: Answer, bundle: Bundle) -> Finished:
    """Return an answer with its header lines, compressed where that helps."""
    body, lines = answer.body, {n.lower(): v for n, v in answer.headers.items()}
    lines["content-type"] = answer.media_type
    vary = [part for part in (lines.get("vary", ""), "accept") if part]
    if answer.compress or "content-encoding" in lines:
        vary.append("accept-encoding")
    lines["vary"] = ", ".join(vary)
    if answer.compress and len(body) >= LEAST_BYTES and "content-encoding" not in lines:
        encoding = encoding_for(",".join(request.headers.getlist("accept-encoding")))
        packed = compressed(body, encoding) if encoding else body
        if encoding and len(packed) < len(body):
            body, lines["content-encoding"] = packed, encoding
    lines.setdefault("cache-control", REVALIDATE)
    lines["etag"] = _etag(request.scope, bundle.sha256, lines.get("content-encoding", ""))
    if answer.status != 204:  # noqa: PLR2004
        lines["content-length"] = str(len(body))
    encoded = [(n.encode("latin-1"), v.encode("latin-1")) for n, v in lines.items()]
    return Finished(
        status=answer.status,
        headers=tuple(with_security(encoded)),
        body=body,
        etag=lines["etag"].encode(),
        bundle_sha256=bundle.sha256,
    )


def still_known(scope: Scope, bundle_sha256: str) -> bytes | None:
    """Return the tag that a client sent, if it is that of the answer it would get now.

    A tag follows from the bundle and the request, so the answer need not be made to know it; and
    nobody has a tag of an answer that was refused.
    """
    sent = [value for name, value in scope["headers"] if name == b"if-none-match"]
    if not sent:
        return None
    accepted = b",".join(v for n, v in scope["headers"] if n == b"accept-encoding")
    encoding = encoding_for(accepted.decode("latin-1")) or ""
    tags = {tag.strip().removeprefix(b"W/") for value in sent for tag in value.split(b",")}
    for one in dict.fromkeys((encoding, "")):
        tag = _etag(scope, bundle_sha256, one).encode()
        if tag in tags:
            return tag
    return None


def _etag(scope: Scope, bundle_sha256: str, encoding: str) -> str:
    """Return a strong entity tag: same bundle, request and version give the same bytes."""
    query = "&".join(sorted(scope["query_string"].decode("latin-1").split("&")))
    accept = b",".join(value for name, value in scope["headers"] if name == b"accept")
    parts = (
        bundle_sha256,
        installed_version(),
        base(scope),
        scope["path"],
        query,
        accept.decode("latin-1"),
    )
    digest = hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return f'"{digest}-{encoding}"' if encoding else f'"{digest}"'


def _response(scope: Scope, finished: Finished) -> Response:
    """Return a finished answer as a response, 304 where the client has it."""
    known = is_known(scope, finished.etag)
    response = Response(status_code=304 if known else finished.status)
    response.body = b"" if known else finished.body
    response.raw_headers = list(finished.unchanged if known else finished.headers)
    return response
