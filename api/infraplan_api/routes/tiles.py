"""Which vector tiles does the service answer? OGC API - Tiles over the bundle's archives."""
# Annotations are read when a route is registered, so they are not deferred in this file.

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from infraplan_api.http.answer import reply
from infraplan_api.http.formats import FORMATS, pick
from infraplan_api.http.problems import problems
from infraplan_api.http.query import refuse_unknown
from infraplan_api.models.tiles import TileSet, TileSets
from infraplan_api.service import Service
from infraplan_api.tiles.document import TileCol, TileMatrix, TileRow, binary, format_parameter
from infraplan_api.tiles.matrix import tile_of
from infraplan_api.tiles.vector import (
    MVT,
    vector_set_answer,
    vector_sets_answer,
    vector_tile_answer,
)

__all__ = ["CONFORMS", "routes"]

_TILES = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/{}"
CONFORMS: tuple[str, ...] = tuple(
    _TILES.format(name)
    for name in ("core", "tileset", "tilesets-list", "geodata-tilesets", "mvt", "png")
)

_JSON = (FORMATS["json"],)
_TILEJSON = (FORMATS["tilejson"], FORMATS["json"])
_MVT = (FORMATS["mvt"],)
Collection = Annotated[
    str,
    Path(
        alias="collectionId",
        pattern="^[a-z_]{1,40}$",
        description="Name of a collection, such as communes",
        examples=["communes"],
    ),
]


def routes(service: Service) -> APIRouter:
    """Return the routes of this part."""
    router = APIRouter(prefix="/v1/collections/{collectionId}/tiles", tags=["tiles"])
    here: dict[str, Any] = {"responses": problems(404)}

    @router.get(
        "",
        summary="List the sets of vector tiles of a collection",
        response_model=TileSets,
        openapi_extra=format_parameter("json"),
        **here,
    )
    async def sets(request: Request, collection: Collection) -> Response:
        refuse_unknown(request, ("f",))
        pick(request, _JSON)
        return await reply(
            request,
            lambda: vector_sets_answer(request, service.holder.current(), collection),
        )

    @router.get(
        "/WebMercatorQuad",
        summary="Describe the vector tiles of a collection (TileJSON)",
        response_model=TileSet,
        openapi_extra=format_parameter("tilejson", "json"),
        **here,
    )
    async def described(request: Request, collection: Collection) -> Response:
        refuse_unknown(request, ("f",))
        pick(request, _TILEJSON)
        return await reply(
            request,
            lambda: vector_set_answer(request, service.holder.current(), collection),
        )

    @router.get(
        "/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}",  # noqa: FAST003 - aliases in the types
        summary="Hand out a vector tile",
        response_class=Response,
        openapi_extra=format_parameter("mvt"),
        responses=problems(404)
        | {200: binary(MVT, "A Mapbox vector tile"), 204: {"description": "Nothing is in it"}},
    )
    async def tile(
        request: Request,
        collection: Collection,
        zoom: TileMatrix,
        row: TileRow,
        column: TileCol,
    ) -> Response:
        refuse_unknown(request, ("f",))
        _fmt, found = pick(request, _MVT), tile_of(zoom, row, column)
        return await reply(
            request,
            lambda: vector_tile_answer(request, service.holder.current(), collection, found),
            quick=True,
        )

    return router
