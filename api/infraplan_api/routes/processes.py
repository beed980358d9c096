"""Which work can the service be asked for, and how is it begun?"""
# Annotations are read when a route is registered, so they are not deferred in this file.

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final, Literal

import anyio
from fastapi import APIRouter, Depends, FastAPI, Header, Path, Query, Request, Response
from pydantic import create_model

from infraplan.results import ANY_OPERATOR
from infraplan_api.access import Caller
from infraplan_api.access.audit import audited
from infraplan_api.access.limits import gate
from infraplan_api.errors import UnknownProcessError
from infraplan_api.http.answer import Answer, json_answer, json_bytes, reply
from infraplan_api.http.formats import FORMATS, pick
from infraplan_api.http.links import url
from infraplan_api.http.problems import problems
from infraplan_api.http.query import refuse_unknown
from infraplan_api.jobs.describe import INPUTS, JOBS, process, summary
from infraplan_api.jobs.desk import Desk, desk_of
from infraplan_api.jobs.record import Job
from infraplan_api.jobs.status import status_info
from infraplan_api.models.common import Link
from infraplan_api.models.processes import ExecutionRequest, Process, ProcessList, StatusInfo
from infraplan_api.preview.choices import choices
from infraplan_api.routes import jobs
from infraplan_api.service import Service

__all__ = ["CONFORMS", "routes"]

_PARTS: Final = "http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf"
CONFORMS: tuple[str, ...] = (
    *(f"{_PARTS}/{part}" for part in ("core", "ogc-process-description", "json")),
    *jobs.CONFORMS,
)

_Process = Annotated[
    str, Path(description="A process.", json_schema_extra={"enum": sorted(INPUTS)})
]
_Json = Annotated[Literal["json"] | None, Query(description="Format, before Accept.")]
_Prefer = Annotated[
    str | None,
    Header(max_length=200, description="respond-async is what happens anyway; others are ignored."),
]
_Idempotency = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=100,
        pattern="^[!-~]+$",
        description="The same key asked twice with the same text here begins one job.",
    ),
]


def routes(service: Service) -> APIRouter:
    """Return the routes of processes and of their jobs."""
    desk = desk_of(service.settings)

    @asynccontextmanager
    async def open_desk(_: FastAPI) -> AsyncIterator[None]:
        await anyio.to_thread.run_sync(desk.open)
        yield
        await anyio.to_thread.run_sync(desk.close)

    router = APIRouter(
        prefix="/v1", tags=["processes"], route_class=audited(service), lifespan=open_desk
    )
    gated = gate(service, "plan")  # one for all: its limits count all writes together
    _add_descriptions(router, service)
    for name in JOBS:
        _add_execution(router, desk, name, gated)

    @router.post("/processes/{name}/execution", include_in_schema=False)
    async def execute_unknown(name: str) -> Response:
        raise _unknown(name)

    router.include_router(jobs.routes(service, desk, gated))
    return router


def _unknown(name: str) -> UnknownProcessError:
    return UnknownProcessError(
        f"There is no process {name[:100]!r}. Remedy: there are {', '.join(sorted(INPUTS))}."
    )


def _add_descriptions(router: APIRouter, service: Service) -> None:
    @router.get(
        "/processes",
        summary="List the processes",
        response_model=ProcessList,
        responses=problems(400, 406),
    )
    async def processes(request: Request, f: _Json = None) -> Response:
        del f
        refuse_unknown(request, ("f",))
        pick(request, [FORMATS["json"]])
        found = ProcessList(
            processes=tuple(summary(request, name) for name in sorted(INPUTS)),
            links=(Link(href=url(request, "/v1/processes"), rel="self", type="application/json"),),
        )
        return await reply(request, lambda: _answer(found))

    @router.get(
        "/processes/{name}",
        summary="Say what a process does, takes and makes",
        response_model=Process,
        responses=problems(400, 404, 406),
    )
    async def one_process(request: Request, name: _Process, f: _Json = None) -> Response:
        del f
        if name not in INPUTS:
            raise _unknown(name)
        refuse_unknown(request, ("f",))
        pick(request, [FORMATS["json"]])

        def make() -> Answer:
            bundle = service.holder.current()
            allowed = choices(bundle)
            some = allowed["operators"]
            told = {"operator": some, "band": allowed["bands"]} if name == "preview" else {}
            if name in ("gaps", "predict"):
                told = {"operator": [ANY_OPERATOR, *some], "operators": some}
            return _answer(process(request, name, choices=told))

        return await reply(request, make)


def _answer(found: ProcessList | Process) -> Answer:
    return json_answer(found.model_dump(mode="json", exclude_none=True))


def _add_execution(router: APIRouter, desk: Desk, name: str, gated: Callable[..., Caller]) -> None:
    body: Any = create_model(
        f"{name.title()}Request",
        __base__=ExecutionRequest,
        __doc__=f"The body of POST /v1/processes/{name}/execution.",
        inputs=(INPUTS[name], INPUTS[name]()),
    )

    @router.post(
        f"/processes/{name}/execution",
        summary=f"Begin a job: {name}",
        status_code=201,
        response_model=StatusInfo,
        responses={
            201: {
                "headers": {
                    "Location": {"description": "Its job", "schema": {"type": "string"}},
                    "Preference-Applied": {
                        "description": "What of Prefer was heard",
                        "schema": {"type": "string"},
                    },
                }
            },
            **problems(400, 401, 403, 406, 408, 409, 413, 429, 503),
        },
        name=f"execute_{name}",
    )
    async def execute(
        request: Request,
        asked: body,
        caller: Annotated[Caller, Depends(gated)],
        prefer: _Prefer = None,
        idempotency_key: _Idempotency = None,
    ) -> Response:
        refuse_unknown(request, ())
        pick(request, [FORMATS["json"]])
        inputs = asked.model_dump(mode="json")["inputs"]

        def take() -> tuple[Job, StatusInfo]:
            job = desk.take(caller, name, inputs, idempotency_key=idempotency_key)
            return job, status_info(request, job, desk.store.folder(job.job_id))

        job, told = await anyio.to_thread.run_sync(take)
        headers = {"location": url(request, f"/v1/jobs/{job.job_id}"), "cache-control": "no-store"}
        if prefer is not None and "respond-async" in re.split(r"[\s,;]+", prefer.lower()):
            headers["preference-applied"] = "respond-async"
        return Response(
            json_bytes(told.model_dump(mode="json", exclude_none=True)),
            status_code=201,
            media_type="application/json",
            headers=headers,
        )
