"""How is every 4xx and 5xx told in one shape, ``application/problem+json`` of RFC 9457?"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from infraplan_api.errors import KINDS, ApiError, kind_of
from infraplan_api.http.answer import json_bytes
from infraplan_api.http.headers import with_security
from infraplan_api.models.common import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fastapi import FastAPI
    from starlette.requests import Request
    from starlette.types import Scope

__all__ = ["PROBLEM_JSON", "add_handlers", "problem", "problem_of", "problems"]

PROBLEM_JSON: Final = "application/problem+json"
_DOCS: Final = "/v1/openapi.json"


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI text of the problems that a route may answer with."""
    schema = {"$ref": "#/components/schemas/Problem"}
    content = {PROBLEM_JSON: {"schema": schema}}
    return {s: {"description": HTTPStatus(s).phrase, "content": content} for s in statuses}


def problem(
    scope: Scope,
    status: HTTPStatus,
    detail: str,
    *,
    kind: str = "about:blank",
    title: str | None = None,
    headers: Mapping[str, str] | None = None,
    faults: Sequence[str] = (),
) -> Response:
    """Return a problem as a response that no cache keeps."""
    said = Problem(
        type=kind,
        title=title or status.phrase,
        status=status,
        detail=detail,
        instance=quote(scope["path"], safe="/:@!$&'()*+,;=~-._", errors="replace"),
        faults=tuple(faults) or None,
    )
    response = Response(json_bytes(said.model_dump(exclude_none=True)), status_code=status)
    lines = {"content-type": PROBLEM_JSON, "cache-control": "no-store", **(headers or {})}
    encoded = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in lines.items()]
    response.raw_headers = with_security([*response.raw_headers, *encoded])
    return response


def problem_of(scope: Scope, error: Exception) -> Response:
    """Return the problem of an error of the table; of any other error a bare 500."""
    kind = kind_of(error)
    if kind is None:
        detail = "The service failed on this request. Remedy: its log says why."
        return problem(scope, HTTPStatus.INTERNAL_SERVER_ERROR, detail)
    return problem(
        scope,
        kind.status,
        str(error),
        kind=kind.type,
        title=kind.title,
        headers=error.headers if isinstance(error, ApiError) else None,
        faults=error.faults if isinstance(error, ApiError) else (),
    )


def add_handlers(app: FastAPI) -> None:
    """Answer every error of an application in the one shape."""

    async def known(request: Request, error: Exception) -> Response:
        return problem_of(request.scope, error)

    async def invalid(request: Request, error: Exception) -> Response:
        return _invalid(request.scope, error)

    async def plain(request: Request, error: Exception) -> Response:
        return _plain(app, request.scope, error)

    for kind in KINDS:
        app.add_exception_handler(kind, known)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, plain)
    app.add_exception_handler(Exception, known)


def _invalid(scope: Scope, error: Exception) -> Response:
    """Answer a request whose parameters are outside their meaning, all of them at once.

    A path item that cannot be one is not found; anything else is a bad request.
    """
    found = error.errors() if isinstance(error, RequestValidationError) else []
    faults = [f"{'.'.join(str(p) for p in f['loc'])}: {f['msg']}" for f in found]
    in_path = bool(found) and all(f["loc"][:1] == ("path",) for f in found)
    return problem(
        scope,
        HTTPStatus.NOT_FOUND if in_path else HTTPStatus.BAD_REQUEST,
        f"{'; '.join(faults)}. Remedy: see {_DOCS} for what each parameter may be.",
        kind=f"urn:infraplan:problem:{'not-found' if in_path else 'invalid-request'}",
        title="There is no such thing" if in_path else "The request is not valid",
        faults=faults,
    )


def _plain(app: FastAPI, scope: Scope, error: Exception) -> Response:
    """Answer what the framework refuses: no such path, no such method."""
    status = HTTPStatus(error.status_code if isinstance(error, HTTPException) else 500)
    headers = dict((error.headers if isinstance(error, HTTPException) else None) or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {"allow": ", ".join(_allowed(app, scope))}
    said = status.description or status.phrase
    if status == HTTPStatus.BAD_REQUEST:
        said = "The body is not JSON in UTF-8, or is nested too deeply"
    detail = f"{scope['method']} {scope['path'][:200]}: {said}. "
    detail += f"Remedy: {_DOCS} lists the requests there are."
    return problem(scope, status, detail, headers=headers)


def _allowed(app: FastAPI, scope: Scope) -> list[str]:
    """Return the methods that any route offers at the path of a request."""

    def offered(method: str) -> bool:
        plain = {"type": "http", "path": scope["path"], "root_path": scope.get("root_path", "")}
        asked = {**plain, "method": method, "headers": [], "query_string": b""}
        return any(route.matches(asked)[0] is Match.FULL for route in app.router.routes)

    found = [m for m in ("DELETE", "GET", "PATCH", "POST", "PUT") if offered(m)]
    return sorted([*found, "HEAD"] if "GET" in found else found)
