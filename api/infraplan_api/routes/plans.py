"""What is planned, and where does the province stand against its targets?"""
# Annotations are read when a route is registered, so they are not deferred in this file.

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response

from infraplan_api.http.answer import Answer, json_answer, reply
from infraplan_api.http.formats import FORMATS, pick
from infraplan_api.http.links import url
from infraplan_api.http.problems import problems
from infraplan_api.http.query import refuse_unknown
from infraplan_api.models.indicators import Indicators, Ranking
from infraplan_api.models.plans import CommunePlan, Plan, Plans
from infraplan_api.plans import commune_plan, indicators, plan, plans, ranking
from infraplan_api.routes.parameters import CommuneCode, JsonOnly, SomeCommune, SomeDistrict
from infraplan_api.service import Service

__all__ = ["CONFORMS", "routes"]

CONFORMS: tuple[str, ...] = ()

_PlanId = Annotated[
    str,
    Path(pattern="^[A-Za-z0-9._-]{1,100}$", description="Identifier of the plan: of its study."),
]


def routes(service: Service) -> APIRouter:
    """Return the routes of this part."""
    router = APIRouter(prefix="/v1", tags=["plans"])
    _add_plans(router, service)
    _add_commune(router, service)
    _add_indicators(router, service)
    return router


def _add_plans(router: APIRouter, service: Service) -> None:
    @router.get(
        "/plans", summary="List the plans", response_model=Plans, responses=problems(400, 406)
    )
    async def list_plans(request: Request, f: JsonOnly = None) -> Response:
        del f
        refuse_unknown(request, ("f",))
        pick(request, [FORMATS["json"]])

        def make() -> Answer:
            bundle = service.holder.current()
            return json_answer(plans(bundle, url(request, f"/v1/plans/{bundle.study_id}")))

        return await reply(request, make)

    @router.get(
        "/plans/{plan_id}",
        summary="Say what a plan builds, when and at what cost",
        response_model=Plan,
        responses=problems(400, 404, 406),
    )
    async def one_plan(
        plan_id: _PlanId, request: Request, commune: SomeCommune = None, f: JsonOnly = None
    ) -> Response:
        del f
        refuse_unknown(request, ("commune", "f"))
        pick(request, [FORMATS["json"]])

        def make() -> Answer:
            bundle = service.holder.current()
            href = url(request, f"/v1/plans/{plan_id}")
            return json_answer(plan(bundle, plan_id, href, commune=commune))

        return await reply(request, make)


def _add_commune(router: APIRouter, service: Service) -> None:
    @router.get(
        "/communes/{code}/plan",
        summary="Say what is planned in a commune",
        response_model=CommunePlan,
        responses=problems(400, 404, 406),
    )
    async def planned(code: CommuneCode, request: Request, f: JsonOnly = None) -> Response:
        del f
        refuse_unknown(request, ("f",))
        pick(request, [FORMATS["json"]])

        def make() -> Answer:
            return json_answer(commune_plan(service.holder.current(), code))

        return await reply(request, make)


def _add_indicators(router: APIRouter, service: Service) -> None:
    @router.get(
        "/indicators",
        summary="Say where province, old district or commune stands against its targets",
        response_model=Indicators,
        responses=problems(400, 404, 406),
    )
    async def targets(
        request: Request,
        commune: SomeCommune = None,
        district: SomeDistrict = None,
        f: JsonOnly = None,
    ) -> Response:
        del f
        refuse_unknown(request, ("commune", "district", "f"))
        pick(request, [FORMATS["json"]])

        def make() -> Answer:
            return json_answer(indicators(service.holder.current(), commune, district))

        return await reply(request, make)

    @router.get(
        "/ranking",
        summary="Rank the communes by digital infrastructure",
        response_model=Ranking,
        responses=problems(400, 406),
    )
    async def ranked(request: Request, f: JsonOnly = None) -> Response:
        del f
        refuse_unknown(request, ("f",))
        pick(request, [FORMATS["json"]])

        def make() -> Answer:
            return json_answer(ranking(service.holder.current()))

        return await reply(request, make)
