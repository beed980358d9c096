"""Which rasters does the service answer: their list, files, legends and pictures?"""
# Annotations are read when a route is registered, so they are not deferred in this file.

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from infraplan_api.http.answer import reply
from infraplan_api.http.formats import FORMATS, pick
from infraplan_api.http.problems import problems
from infraplan_api.http.query import refuse_unknown
from infraplan_api.models.rasters import Legend, RasterLayers
from infraplan_api.models.tiles import TileSet, TileSets
from infraplan_api.service import Service
from infraplan_api.tiles.document import TileCol, TileMatrix, TileRow, binary, format_parameter
from infraplan_api.tiles.file import send_file
from infraplan_api.tiles.layers import layer_of
from infraplan_api.tiles.legend import SVG, legend_answer
from infraplan_api.tiles.matrix import tile_of
from infraplan_api.tiles.raster import (
    COG,
    PNG,
    picture_answer,
    raster_layers_answer,
    raster_set_answer,
    raster_sets_answer,
)

__all__ = ["CONFORMS", "routes"]

CONFORMS: tuple[str, ...] = ()

_JSON = (FORMATS["json"],)
_TILEJSON = (FORMATS["tilejson"], FORMATS["json"])
_LEGEND = (FORMATS["json"], FORMATS["svg"])
_PNG, _TIF = (FORMATS["png"],), (FORMATS["tif"],)

LayerName = Annotated[
    str,
    Path(
        pattern="^[A-Za-z0-9_-]{1,120}$",
        description="Name of a raster, such as rsrp_dbm_any; /v1/coverage lists them",
        examples=["rsrp_dbm_any"],
    ),
]
Year = Annotated[
    int | None,
    Query(ge=1900, le=2200, description="Year of the band; the first of the layer where absent"),
]
Scale = Annotated[int, Query(ge=1, le=2, description="Pixels per side: 256 times this")]
_RANGES: dict[int | str, dict[str, Any]] = {
    200: binary(COG, "The whole file"),
    206: {
        "description": "The bytes that `Range` asks for; several ranges as multipart/byteranges",
        "content": {
            kind: {"schema": {"type": "string", "format": "binary"}}
            for kind in (COG, "multipart/byteranges")
        },
    },
}


def routes(service: Service) -> APIRouter:
    """Return the routes of this part."""
    router = APIRouter(prefix="/v1/coverage", tags=["rasters"])
    _add_descriptions(router, service)
    _add_contents(router, service)
    return router


def _add_descriptions(router: APIRouter, service: Service) -> None:
    """Add the list of layers, their legends and tile sets."""

    @router.get(
        "",
        summary="List the rasters",
        response_model=RasterLayers,
        openapi_extra=format_parameter("json"),
    )
    async def layers(request: Request) -> Response:
        refuse_unknown(request, ("f",))
        pick(request, _JSON)
        return await reply(request, lambda: raster_layers_answer(request, service.holder.current()))

    @router.get(
        "/{layer}/legend",
        summary="Say what the colours of a raster mean",
        response_model=Legend,
        responses=problems(404) | {200: {"content": {SVG: {"schema": {"type": "string"}}}}},
        openapi_extra=format_parameter("json", "svg"),
    )
    async def legend(request: Request, layer: LayerName) -> Response:
        refuse_unknown(request, ("f",))
        fmt = pick(request, _LEGEND)
        return await reply(
            request,
            lambda: legend_answer(
                request, service.holder.current(), layer, picture=fmt.key == "svg"
            ),
        )

    @router.get(
        "/{layer}/tiles",
        summary="List the sets of pictures of a raster",
        response_model=TileSets,
        responses=problems(404),
        openapi_extra=format_parameter("json"),
    )
    async def sets(request: Request, layer: LayerName) -> Response:
        refuse_unknown(request, ("f",))
        pick(request, _JSON)
        return await reply(
            request,
            lambda: raster_sets_answer(request, service.holder.current(), layer),
        )

    @router.get(
        "/{layer}/tiles/WebMercatorQuad",
        summary="Describe the pictures of a raster (TileJSON)",
        response_model=TileSet,
        responses=problems(404),
        openapi_extra=format_parameter("tilejson", "json"),
    )
    async def described(request: Request, layer: LayerName, year: Year = None) -> Response:
        refuse_unknown(request, ("f", "year"))
        pick(request, _TILEJSON)
        return await reply(
            request,
            lambda: raster_set_answer(request, service.holder.current(), layer, year=year),
        )


def _add_contents(router: APIRouter, service: Service) -> None:
    """Add the pictures and the files."""

    @router.get(
        "/{layer}/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}",  # noqa: FAST003 - aliases in the types
        summary="Draw a square of a raster",
        response_class=Response,
        openapi_extra=format_parameter("png"),
        responses=problems(404) | {200: binary(PNG, "A picture; transparent where nothing is")},
    )
    async def tile(
        request: Request,
        layer: LayerName,
        zoom: TileMatrix,
        row: TileRow,
        column: TileCol,
        year: Year = None,
        scale: Scale = 1,
    ) -> Response:
        refuse_unknown(request, ("f", "scale", "year"))
        pick(request, _PNG)
        found = tile_of(zoom, row, column)
        return await reply(
            request,
            lambda: picture_answer(
                service.holder.current(), layer, tile=found, year=year, scale=scale
            ),
        )

    @router.get(
        "/{layer}",
        summary="Hand out a raster as a cloud-optimised GeoTIFF, whole or in ranges",
        response_class=Response,
        openapi_extra=format_parameter("tif"),
        responses=problems(404, 416) | _RANGES,
    )
    async def file(request: Request, layer: LayerName) -> Response:
        refuse_unknown(request, ("f",))
        pick(request, _TIF)
        bundle = service.holder.current()
        return await send_file(request, bundle, layer_of(bundle, layer).file, media_type=COG)
