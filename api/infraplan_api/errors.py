"""Which problems can the service report, and how does each become an HTTP answer?

Every 4xx and 5xx has one shape, ``application/problem+json`` of RFC 9457. One table gives each
error class its status, kind and title.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from infraplan.errors import InfraplanError
from infraplan_api.models import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI, Request

__all__ = [
    "PROBLEM_JSON",
    "SECURITY_HEADERS",
    "BundleUnavailableError",
    "UnknownCommuneError",
    "add_handlers",
]

PROBLEM_JSON = "application/problem+json"

SECURITY_HEADERS = {
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
}
"""On every answer, so that no browser takes data for a page."""


class BundleUnavailableError(InfraplanError, RuntimeError):
    """The bundle is missing or broken; the message says which command makes it."""


class UnknownCommuneError(InfraplanError, LookupError):
    """The bundle has no commune of this code."""


_KINDS: dict[type[InfraplanError], tuple[HTTPStatus, str, str]] = {
    UnknownCommuneError: (HTTPStatus.NOT_FOUND, "unknown-commune", "There is no such commune"),
    BundleUnavailableError: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        "bundle-unavailable",
        "The bundle cannot be read",
    ),
}
"""Error class → status, kind, title. Any other error is a fault of the service: 500."""


def add_handlers(app: FastAPI) -> None:
    """Answer every error of an application in the one shape."""
    for kind in _KINDS:
        app.add_exception_handler(kind, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _plain)
    app.add_exception_handler(Exception, _fault)


def _known(request: Request, error: Exception) -> JSONResponse:
    """Answer an error of the table."""
    kind = next(k for k in _KINDS if isinstance(error, k))
    status, name, title = _KINDS[kind]
    return _problem(request, status, f"urn:infraplan:problem:{name}", title, str(error))


def _invalid(request: Request, error: Exception) -> JSONResponse:
    """Answer a request whose parameters are outside their meaning, all of them at once."""
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    detail = "; ".join(f"{'.'.join(str(p) for p in f['loc'])}: {f['msg']}" for f in faults)
    return _problem(
        request,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "urn:infraplan:problem:invalid-request",
        "The request is not valid",
        f"{detail}. Remedy: see /openapi.json for what each parameter may be.",
    )


def _plain(request: Request, error: Exception) -> JSONResponse:
    """Answer what the framework refuses: no such path, no such method."""
    status = HTTPStatus(error.status_code if isinstance(error, HTTPException) else 500)
    headers = error.headers if isinstance(error, HTTPException) else None
    detail = f"{request.method} {request.url.path}: {status.description or status.phrase}. "
    detail += "Remedy: /openapi.json lists the requests there are."
    return _problem(request, status, "about:blank", status.phrase, detail, headers)


def _fault(request: Request, error: Exception) -> JSONResponse:
    """Answer a fault of the service without telling its insides; the server logs the error."""
    del error
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = "The service failed on this request. Remedy: its log says why."
    return _problem(request, status, "about:blank", status.phrase, detail)


def _problem(
    request: Request,
    status: HTTPStatus,
    kind: str,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    body = Problem(type=kind, title=title, status=status, detail=detail, instance=request.url.path)
    return JSONResponse(
        body.model_dump(),
        status_code=status,
        headers={**(headers or {}), **SECURITY_HEADERS, "cache-control": "no-store"},
        media_type=PROBLEM_JSON,
    )
