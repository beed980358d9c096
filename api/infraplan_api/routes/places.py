"""Which place is meant by a code or a name, old or new?"""
# Annotations are read when a route is registered, so they are not deferred in this file.

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from infraplan_api.http.answer import Answer, json_answer, reply
from infraplan_api.http.formats import FORMATS, pick
from infraplan_api.http.problems import problems
from infraplan_api.http.query import refuse_unknown
from infraplan_api.models.places import Resolved
from infraplan_api.places import KINDS, find
from infraplan_api.routes.parameters import JsonOnly
from infraplan_api.service import Service

__all__ = ["CONFORMS", "routes"]

CONFORMS: tuple[str, ...] = ()

_Query = Annotated[
    str,
    Query(
        min_length=1,
        max_length=100,
        pattern=r"\S",
        description="Code or name, of today or of before July 2025, with or without diacritics, "
        "prefix (xã, phường, thị trấn) and place behind a comma.",
        examples=["xuan dai"],
    ),
]
_Type = Annotated[
    Literal["all", "commune", "old_commune", "village"], Query(description="What is looked for.")
]
_Limit = Annotated[int, Query(ge=1, le=50, description="At most so many places.")]


def routes(service: Service) -> APIRouter:
    """Return the routes of this part."""
    router = APIRouter(prefix="/v1", tags=["places"])

    @router.get(
        "/communes/resolve",
        summary="Find a commune or village by its code or name, old or new",
        response_model=Resolved,
        responses=problems(400, 406),
    )
    async def resolve(
        q: _Query,
        request: Request,
        type: _Type = "all",  # noqa: A002 - the name of the parameter
        limit: _Limit = 10,
        f: JsonOnly = None,
    ) -> Response:
        del f
        refuse_unknown(request, ("q", "type", "limit", "f"))
        pick(request, [FORMATS["json"]])
        kinds = KINDS if type == "all" else (type,)

        def make() -> Answer:
            found = find(service.holder.current(), q, kinds=kinds, limit=limit)
            return json_answer({"query": q, "found": found})

        return await reply(request, make)

    return router
