"""What would a mast bring and cost that somebody tries out on the map?"""
# Annotations are read when a route is registered, so they are not deferred in this file.

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from starlette.concurrency import run_in_threadpool

from infraplan_api.access import Caller
from infraplan_api.access.audit import audited
from infraplan_api.access.limits import gate
from infraplan_api.http.problems import problems
from infraplan_api.models.preview import PreviewAnswer, PreviewRequest
from infraplan_api.preview import Worker
from infraplan_api.preview.warm import SCOPE, kept_warm
from infraplan_api.service import Service

__all__ = ["CONFORMS", "routes"]

CONFORMS: tuple[str, ...] = ()


def routes(service: Service) -> APIRouter:
    """Return the route that tries out masts; its process ends with the application."""
    worker = Worker(service.settings)

    @asynccontextmanager
    async def with_worker(_: object) -> AsyncIterator[None]:
        with kept_warm(worker, service):
            yield
        await run_in_threadpool(worker.close)

    router = APIRouter(
        prefix="/v1", tags=["processes"], route_class=audited(service), lifespan=with_worker
    )

    @router.post(
        "/processes/preview/execution",
        summary="Try out one mast or several: whom they would serve and what they would cost",
        response_model=PreviewAnswer,
        responses=problems(400, 401, 403, 404, 429, 503, 504),
    )
    async def try_masts(
        body: PreviewRequest, caller: Annotated[Caller, Depends(gate(service, SCOPE))]
    ) -> Response:
        """Answer at once (synchronously), from a process of its own."""
        del caller
        asked = body.model_dump_json().encode()
        answer = await run_in_threadpool(lambda: worker.ask(service.holder.current(), asked))
        headers = {"cache-control": "no-store"}
        return Response(answer, media_type="application/json", headers=headers)

    return router
