"""Which requests does the service answer, and with what?

Routes translate; the bundle holds what the library computed.
"""
# Annotations are read when a route is registered, so they are not deferred in this file.

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from infraplan.settings import installed_version
from infraplan_api.bundle_reader import BundleReader
from infraplan_api.errors import PROBLEM_JSON, UnknownCommuneError
from infraplan_api.models import CommuneCoverage, Health, Problem

__all__ = ["routes"]

_REVALIDATE = "no-cache"
"""A cache may keep an answer but asks, with its ETag, before it uses it."""

CommuneCode = Annotated[
    str,
    Path(
        pattern="^[A-Za-z0-9-]{1,20}$",
        description="Administrative code (five digits in Viet Nam, such as 07942) or OSM id.",
        examples=["07942"],
    ),
]


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the problems that a route may answer with."""
    content = {PROBLEM_JSON: {"schema": Problem.model_json_schema()}}
    return {s: {"description": "What is wrong (RFC 9457)", "content": content} for s in statuses}


def routes(reader: BundleReader) -> APIRouter:
    """Return the routes over one bundle."""
    router = APIRouter()
    version = installed_version()

    @router.get("/healthz", tags=["service"], summary="Tell that the process answers")
    async def healthz() -> Health:
        return Health(status="ok")

    @router.get(
        "/v1/communes/{code}/coverage",
        tags=["coverage"],
        summary="Say how well a commune is served, per operator",
        response_model=CommuneCoverage,
        responses={
            304: {"description": "Unchanged since the entity tag that was sent"},
            **_problems(404, 422, 503),
        },
    )
    async def commune_coverage(
        code: CommuneCode, request: Request, response: Response
    ) -> CommuneCoverage | Response:
        bundle = reader.current()
        if code not in bundle.communes:
            raise UnknownCommuneError(
                f"The bundle of the study {bundle.study_id!r} has no commune {code!r}; it has "
                f"{len(bundle.communes)}. Remedy: take a code of communes.csv beside the bundle's "
                "manifest.json."
            )
        headers = {"etag": _etag(request, bundle.sha256, version), "cache-control": _REVALIDATE}
        if _is_known(request.headers.get("if-none-match"), headers["etag"]):
            return Response(status_code=304, headers=headers)
        response.headers.update(headers)
        return bundle.communes[code]

    return router


def _etag(request: Request, bundle_sha256: str, version: str) -> str:
    """Return a strong entity tag: same bundle, same request, same version, same bytes."""
    url = request.url
    text = f"{bundle_sha256}\n{url.path}\n{url.query}\n{version}"
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def _is_known(if_none_match: str | None, etag: str) -> bool:
    """Tell whether the client has this answer already (RFC 9110, section 13.1.2)."""
    tags = [t.strip().removeprefix("W/") for t in (if_none_match or "").split(",")]
    return etag in tags or "*" in tags
