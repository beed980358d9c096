"""How far are the jobs of a caller, and what did they make?"""
# Annotations are read when a route is registered, so they are not deferred in this file.

import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Final, Literal

import anyio
from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sse_starlette import EventSourceResponse
from starlette.responses import FileResponse

from infraplan_api.access import Caller
from infraplan_api.access.audit import Audit, audited
from infraplan_api.access.guard import require
from infraplan_api.errors import (
    InvalidRequestError,
    JobFailedError,
    NoResultsError,
    UnknownJobError,
)
from infraplan_api.http.answer import json_bytes
from infraplan_api.http.formats import FORMATS, pick
from infraplan_api.http.links import url
from infraplan_api.http.problems import problems
from infraplan_api.http.query import refuse_unknown
from infraplan_api.jobs.describe import JOBS
from infraplan_api.jobs.desk import Desk
from infraplan_api.jobs.record import STATES, Job
from infraplan_api.jobs.results import MEDIA_TYPES, result_file, results_of
from infraplan_api.jobs.status import status_info
from infraplan_api.jobs.stream import events_of, is_over
from infraplan_api.jobs.wanted import DATETIME, Wanted, span_of
from infraplan_api.models.common import Link
from infraplan_api.models.processes import AuditLog, JobList, Results, StatusInfo
from infraplan_api.service import Service

__all__ = ["CONFORMS", "routes"]

_PARTS: Final = "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf"
CONFORMS: tuple[str, ...] = (f"{_PARTS}/dismiss", f"{_PARTS}/job-list")

_FILES: Final[dict[str, Any]] = {
    kind: {"schema": {"type": "string", "format": "binary"}}
    for kind in sorted(set(MEDIA_TYPES.values()))
}
_GRACE_S: Final = 2.0
_ID: Final = "^[0-9a-f]{32}$"
_JobId = Annotated[
    str, Path(description="Identifier of a job.", json_schema_extra={"pattern": _ID})
]
_File = Annotated[
    str, Path(pattern="^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$", description="Name of a result.")
]
_Limit = Annotated[int, Query(ge=1, le=1000, description="So many at most.")]
_Offset = Annotated[int, Query(ge=0, le=10**9, description="So many are passed over.")]
_LastEvent = Annotated[
    int | None, Header(ge=0, le=10**9, description="Events up to this number are known.")
]
_EVENT: Final[dict[str, Any]] = {
    "description": "One event of the stream; its data is a JSON object.",
    "type": "object",
    "required": ["id", "event", "data"],
    "properties": {
        "id": {"type": "string", "pattern": "^[1-9][0-9]*$"},
        "event": {"type": "string"},
        "data": {"type": "string"},
    },
}
_Gate = Callable[..., Caller]


def _listed(words: Iterable[str]) -> str:
    """Return the pattern of a list of words with commas between them."""
    one = "|".join(words)
    return f"^({one})(,({one}))*$"


_STATUSES: Final = _listed(STATES)
_PROCESSES: Final = _listed(JOBS)


class _Asked(BaseModel):
    """The query of the list of jobs."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)  # refuse_unknown says more

    limit: _Limit = 100
    offset: _Offset = 0
    type: Annotated[Literal["process"] | None, Query(description="All jobs are of this.")] = None
    process_id: Annotated[
        str | None,
        Field(alias="processID", pattern=_PROCESSES, description="Processes, with commas between."),
    ] = None
    status: Annotated[
        str | None, Query(pattern=_STATUSES, description="Statuses, with commas between.")
    ] = None
    datetime: Annotated[
        str | None,
        Query(pattern=DATETIME, description="Asked for at this moment or in this span, RFC 3339."),
    ] = None
    min_duration: Annotated[
        int | None, Field(alias="minDuration", ge=0, le=10**9, description="Work took so long, s.")
    ] = None
    max_duration: Annotated[
        int | None, Field(alias="maxDuration", ge=0, le=10**9, description="No longer, s.")
    ] = None


def routes(service: Service, desk: Desk, gated: _Gate) -> APIRouter:
    """Return the routes of jobs; who passes the gate may change something."""
    router = APIRouter(tags=["jobs"], route_class=audited(service))
    _add_list(router, service, desk)
    _add_one(router, service, desk)
    _add_dismiss(router, desk, gated)
    _add_events(router, service, desk)
    _add_results(router, service, desk)
    _add_audit(router, service)
    return router


async def _job(desk: Desk, caller: Caller, job_id: str) -> Job:
    """Return a job of the caller."""
    found = None
    if re.fullmatch(_ID, job_id):
        found = await anyio.to_thread.run_sync(lambda: desk.store.get(job_id, key_id=caller.key_id))
    if found is None:
        raise UnknownJobError(
            f"This key has no job {job_id[:100]!r}. Remedy: /v1/jobs lists its jobs; those of "
            "other keys are not shown."
        )
    return found


def _told(request: Request, desk: Desk, job: Job) -> dict[str, Any]:
    found = status_info(request, job, desk.store.folder(job.job_id))
    return found.model_dump(mode="json", exclude_none=True)


async def _answer(make: Callable[[], Any]) -> Response:
    """Return as JSON what is made in a thread."""
    value = await anyio.to_thread.run_sync(make)
    headers = {"cache-control": "no-store"}
    return Response(json_bytes(value), media_type="application/json", headers=headers)


def _wanted(caller: Caller, asked: _Asked) -> Wanted:
    """Return which of the caller's jobs are asked for."""
    try:
        begin, end = span_of(asked.datetime) if asked.datetime else (None, None)
    except ValueError as error:
        fault = f"query.datetime: {error}"
        raise InvalidRequestError(
            f"{fault}. Remedy: name another span.", faults=(fault,)
        ) from error
    return Wanted(
        key_id=caller.key_id,
        statuses=tuple(asked.status.split(",")) if asked.status else (),
        processes=tuple(asked.process_id.split(",")) if asked.process_id else (),
        from_s=begin,
        to_s=end,
        least_s=asked.min_duration,
        most_s=asked.max_duration,
    )


def _add_list(router: APIRouter, service: Service, desk: Desk) -> None:
    @router.get(
        "/jobs",
        summary="List the caller's jobs, newest first",
        response_model=JobList,
        responses=problems(400, 401, 403, 406, 503),
    )
    async def jobs(
        request: Request,
        caller: Annotated[Caller, Depends(require(service, "plan"))],
        asked: Annotated[_Asked, Query()],
    ) -> Response:
        known = tuple(field.alias or name for name, field in _Asked.model_fields.items())
        refuse_unknown(request, known)
        pick(request, [FORMATS["json"]])
        wanted = _wanted(caller, asked)

        def make() -> dict[str, Any]:
            found, total = desk.store.listing(wanted, limit=asked.limit, offset=asked.offset)
            return {
                "jobs": [_told(request, desk, job) for job in found],
                "numberMatched": total,
                "numberReturned": len(found),
                "links": _pages(request, asked, total),
            }

        return await _answer(make)


def _pages(request: Request, asked: _Asked, total: int) -> list[dict[str, Any]]:
    """Return the links of a page to itself, the next one and the one before."""
    query = asked.model_dump(by_alias=True, exclude_none=True)
    starts = {"self": asked.offset}
    if asked.offset + asked.limit < total:
        starts["next"] = asked.offset + asked.limit
    if asked.offset > 0:
        starts["prev"] = max(0, asked.offset - asked.limit)
    return [
        Link(
            href=url(request, "/v1/jobs", **{**query, "offset": start}),
            rel=rel,
            type="application/json",
        ).model_dump(exclude_none=True)
        for rel, start in starts.items()
    ]


def _add_one(router: APIRouter, service: Service, desk: Desk) -> None:
    @router.get(
        "/jobs/{job_id}",
        summary="Say how far a job is",
        response_model=StatusInfo,
        responses=problems(400, 401, 403, 404, 406, 503),
    )
    async def one_job(
        request: Request,
        job_id: _JobId,
        caller: Annotated[Caller, Depends(require(service, "plan"))],
    ) -> Response:
        refuse_unknown(request, ())
        pick(request, [FORMATS["json"]])
        job = await _job(desk, caller, job_id)
        return await _answer(lambda: _told(request, desk, job))


def _add_dismiss(router: APIRouter, desk: Desk, gated: _Gate) -> None:
    @router.delete(
        "/jobs/{job_id}",
        summary="Stop a job, or remove one that has ended with what it made",
        response_model=StatusInfo,
        responses=problems(400, 401, 403, 404, 406, 429, 503),
    )
    async def dismiss(
        request: Request, job_id: _JobId, caller: Annotated[Caller, Depends(gated)]
    ) -> Response:
        refuse_unknown(request, ())
        pick(request, [FORMATS["json"]])
        job = await _job(desk, caller, job_id)
        return await _answer(lambda: _told(request, desk, desk.dismiss(job)))


def _add_events(router: APIRouter, service: Service, desk: Desk) -> None:
    @router.get(
        "/jobs/{job_id}/events",
        summary="Follow a job: server-sent events, from the one after Last-Event-ID",
        response_class=EventSourceResponse,
        responses={
            200: {"content": {"text/event-stream": {"schema": _EVENT}}},
            204: {"description": "The job has ended, and its end is known"},
            **problems(400, 401, 403, 404, 429, 503),
        },
    )
    async def events(
        request: Request,
        job_id: _JobId,
        caller: Annotated[Caller, Depends(require(service, "plan"))],
        last_event_id: _LastEvent = None,
    ) -> Response:
        refuse_unknown(request, ())
        job, known = await _job(desk, caller, job_id), last_event_id or 0
        headers = {"cache-control": "no-store"}
        if await anyio.to_thread.run_sync(lambda: is_over(desk, job, known)):
            return Response(status_code=204, headers=headers)  # no browser asks again
        closing = anyio.Event()
        return EventSourceResponse(
            events_of(desk, job, known, closing=closing),
            headers=headers,
            shutdown_event=closing,
            shutdown_grace_period=_GRACE_S,
            ping=service.settings.heartbeat_s,
            send_timeout=service.settings.stall_s,
        )


def _add_results(router: APIRouter, service: Service, desk: Desk) -> None:
    @router.get(
        "/jobs/{job_id}/results",
        summary="Return what a job made: figures, and links to files",
        response_model=Results,
        responses=problems(400, 401, 403, 404, 406, 409, 503),
    )
    async def results(
        request: Request,
        job_id: _JobId,
        caller: Annotated[Caller, Depends(require(service, "plan"))],
    ) -> Response:
        refuse_unknown(request, ())
        pick(request, [FORMATS["json"]])
        job = _successful(await _job(desk, caller, job_id))
        return await _answer(lambda: results_of(request, desk, job).model_dump(mode="json"))

    @router.get(
        "/jobs/{job_id}/results/{name}",
        summary="Return a file that a job made",
        response_class=FileResponse,
        responses={
            200: {"content": _FILES},
            206: {"description": "The bytes that Range asks for", "content": _FILES},
            **problems(400, 401, 403, 404, 409, 416, 503),
        },
    )
    async def one_result(
        request: Request,
        job_id: _JobId,
        name: _File,
        caller: Annotated[Caller, Depends(require(service, "plan"))],
    ) -> FileResponse:
        refuse_unknown(request, ())
        job = _successful(await _job(desk, caller, job_id))
        return await anyio.to_thread.run_sync(lambda: result_file(request, desk, job, name))


def _successful(job: Job) -> Job:
    """Return a job whose results are there, or raise what it is instead."""
    if job.problem is not None:
        raise JobFailedError(f"{job.problem['title']}: {job.problem['detail']}")
    if job.status != "successful":
        raise NoResultsError(
            f"The job is {job.status} and has no results. Remedy: ask /v1/jobs/{job.job_id} until "
            "it is successful."
        )
    return job


def _add_audit(router: APIRouter, service: Service) -> None:
    log = Audit(service.settings.state_folder)

    @router.get(
        "/audit",
        summary="List who asked what was changed, newest first",
        response_model=AuditLog,
        responses=problems(400, 401, 403, 406, 503),
    )
    async def audit(
        request: Request,
        caller: Annotated[Caller, Depends(require(service, "admin"))],
        limit: _Limit = 100,
        offset: _Offset = 0,
    ) -> Response:
        del caller
        refuse_unknown(request, ("limit", "offset"))
        pick(request, [FORMATS["json"]])

        def make() -> dict[str, Any]:
            rows, total = log.listing(limit=limit, offset=offset)
            return {"rows": list(rows), "numberMatched": total, "numberReturned": len(rows)}

        return await _answer(make)
