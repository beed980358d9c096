"""How well are communes, and points on the map, served?"""
# Annotations are read when a route is registered, so they are not deferred in this file.

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response

from infraplan_api.coverage import (
    PARAMETERS,
    all_communes,
    as_frame,
    as_map,
    asked_of,
    figures_of,
    is_said,
    one_commune,
    point_of,
    refuse_too_many,
)
from infraplan_api.formats import csv_bytes, geojson_bytes, parquet_bytes, xlsx_bytes
from infraplan_api.http.answer import Answer, json_answer, reply
from infraplan_api.http.formats import FORMATS, Format, pick
from infraplan_api.http.problems import problems
from infraplan_api.http.query import refuse_unknown
from infraplan_api.models.coverage import CommuneCoverage, CommunesCoverage
from infraplan_api.models.places import PointCoverage
from infraplan_api.places import unknown_commune
from infraplan_api.routes.parameters import (
    CommuneCode,
    Environment,
    JsonOnly,
    Level,
    OneEnvironment,
    Operator,
    Technology,
    Threshold,
    Year,
    format_of,
)
from infraplan_api.service import Service

__all__ = ["CONFORMS", "routes"]

CONFORMS: tuple[str, ...] = ()

_Longitude = Annotated[
    float, Query(ge=-180, le=180, allow_inf_nan=False, description="Longitude, degrees (WGS 84).")
]
_Latitude = Annotated[
    float, Query(ge=-90, le=90, allow_inf_nan=False, description="Latitude, degrees (WGS 84).")
]

_TABLES: Final = ("json", "geojson", "csv", "xlsx", "parquet")
_JSON_ONLY: Final = ("json",)
_Table = Annotated[str | None, format_of(*_TABLES)]


def routes(service: Service) -> APIRouter:
    """Return the routes of this part."""
    router = APIRouter(prefix="/v1", tags=["coverage"])
    _add_commune(router, service)
    _add_communes(router, service)
    _add_point(router, service)
    return router


def _add_commune(router: APIRouter, service: Service) -> None:
    @router.get(
        "/communes/{code}/coverage",
        summary="Say how well a commune is served, per operator",
        response_model=CommuneCoverage,
        responses=problems(400, 404, 406),
    )
    async def commune_coverage(  # the parameters are read by asked_of
        code: CommuneCode,
        request: Request,
        technology: Technology = None,
        operator: Operator = None,
        environment: Environment = None,
        level: Level = None,
        threshold_dbm: Threshold = None,
        year: Year = None,
        f: JsonOnly = None,
    ) -> Response:
        del technology, operator, environment, level, threshold_dbm, year, f
        refuse_unknown(request, (*PARAMETERS, "f"))
        fmt = pick(request, [FORMATS[key] for key in _JSON_ONLY])

        def make() -> Answer:
            bundle = service.holder.current()
            figures = figures_of(bundle)
            if code not in figures.codes:
                raise unknown_commune(bundle, code)
            asked = asked_of(figures, _given(request))
            return Answer(one_commune(bundle, code, asked), fmt.media_type)

        return await reply(request, make, quick=is_said(service.holder.peek()))


def _add_communes(router: APIRouter, service: Service) -> None:
    @router.get(
        "/coverage/communes",
        summary="Say how well all communes are served, and the province",
        response_model=CommunesCoverage,
        responses={200: {"content": _content()}, **problems(400, 404, 406)},
    )
    async def communes_coverage(  # the parameters are read by asked_of
        request: Request,
        technology: Technology = None,
        operator: Operator = None,
        environment: Environment = None,
        level: Level = None,
        threshold_dbm: Threshold = None,
        year: Year = None,
        f: _Table = None,
    ) -> Response:
        del technology, operator, environment, level, threshold_dbm, year, f
        refuse_unknown(request, (*PARAMETERS, "f"))
        fmt = pick(request, [FORMATS[key] for key in _TABLES])
        return await reply(request, lambda: _communes(service, request, fmt))


def _add_point(router: APIRouter, service: Service) -> None:
    @router.get(
        "/coverage/point",
        summary="Say what reception is predicted at a point, per operator",
        response_model=PointCoverage,
        responses=problems(400, 404, 406),
    )
    async def point_coverage(
        request: Request,
        lon: _Longitude,
        lat: _Latitude,
        environment: OneEnvironment = None,
        f: JsonOnly = None,
    ) -> Response:
        del f
        refuse_unknown(request, ("lon", "lat", "environment", "f"))
        pick(request, [FORMATS[key] for key in _JSON_ONLY])

        def make() -> Answer:
            bundle = service.holder.current()
            said = point_of(bundle, lon, lat, environment=environment)
            return json_answer(said)

        return await reply(request, make)


def _communes(service: Service, request: Request, fmt: Format) -> Answer:
    """Return all communes in the format that was asked for."""
    bundle = service.holder.current()
    figures = figures_of(bundle)
    asked = asked_of(figures, _given(request))
    if fmt.key != "parquet":
        refuse_too_many(figures, asked)
    if fmt.key == "json":
        return Answer(all_communes(bundle, asked), fmt.media_type)
    if fmt.key == "geojson":
        return Answer(geojson_bytes(as_map(bundle, asked)), fmt.media_type)
    table = as_frame(bundle, asked)
    name = f"{bundle.study_id}-coverage{fmt.ending}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    if fmt.key == "csv":
        return Answer(csv_bytes(table), fmt.media_type, headers)
    if fmt.key == "xlsx":
        body = xlsx_bytes(table, "coverage")
        return Answer(body, fmt.media_type, headers, compress=False)
    return Answer(parquet_bytes(table), fmt.media_type, headers, compress=False)


def _given(request: Request) -> dict[str, str]:
    """Return the parameters that say which figures."""
    return {k: v for k, v in request.query_params.items() if k in PARAMETERS}


def _content() -> dict[str, Any]:
    """Describe the formats besides JSON."""
    return {
        FORMATS[key].names[0]: {"schema": {"type": "string", "format": "binary"}}
        for key in _TABLES[2:]
    } | {FORMATS["geojson"].media_type: {"schema": {"type": "object"}}}
