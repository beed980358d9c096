"""How are features asked for? OGC API - Features, Parts 1 to 3, over the bundle's collections."""
# Annotations are read when a route is registered, so they are not deferred in this file.

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request, Response

from infraplan_api.bundle import Bundle
from infraplan_api.features.describe import (
    collection_answer,
    collections_answer,
    queryables_answer,
    schema_answer,
)
from infraplan_api.features.document import ITEM_DOC, ITEMS_DOC, LIST_DOC, ONE_DOC, SCHEMA_DOC
from infraplan_api.features.page import (
    FEATURE_FORMATS,
    PAGE_FORMATS,
    feature_answer,
    page_answer,
)
from infraplan_api.http.answer import Answer, reply
from infraplan_api.http.formats import FORMATS, Format, pick
from infraplan_api.http.query import refuse_unknown
from infraplan_api.service import Service

__all__ = ["CONFORMS", "routes"]

_FEATURES = "http://www.opengis.net/spec/ogcapi-features-{}/1.0/conf/{}"
_CQL2 = "http://www.opengis.net/spec/cql2/1.0/conf/{}"
CONFORMS = (
    *(_FEATURES.format(1, name) for name in ("core", "geojson")),
    _FEATURES.format(2, "crs"),
    *(
        _FEATURES.format(3, name)
        for name in ("queryables", "queryables-query-parameters", "filter", "features-filter")
    ),
    *(
        _CQL2.format(name)
        for name in (
            "cql2-text",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "accent-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "property-property",
        )
    ),
)
"""The classes that are met whole; the tests of the service go through them one by one."""

_JSON = (FORMATS["json"],)
_SCHEMA = (replace(FORMATS["schema"], also=()), FORMATS["json"])
"""Who takes application/json alone gets it under that name."""


def routes(service: Service) -> APIRouter:
    """Return the routes of this part."""
    router = APIRouter(prefix="/v1/collections", tags=["features"])

    async def answered(
        request: Request, offered: tuple[Format, ...], make: Callable[[Bundle, Format], Answer]
    ) -> Response:
        fmt = pick(request, offered)
        return await reply(request, lambda: make(service.holder.current(), fmt))

    @router.get("", summary="List the collections", **LIST_DOC)
    async def collections(request: Request) -> Response:
        refuse_unknown(request, ("f",))
        return await answered(request, _JSON, lambda b, _: collections_answer(request, b))

    @router.get("/{collectionId}", summary="Describe a collection", **ONE_DOC)  # noqa: FAST003
    async def collection(request: Request) -> Response:
        refuse_unknown(request, ("f",))
        name = _item(request, "collectionId")
        return await answered(request, _JSON, lambda b, _: collection_answer(request, b, name))

    @router.get("/{collectionId}/queryables", summary="Say what filters may use", **SCHEMA_DOC)  # noqa: FAST003
    async def queryables(request: Request) -> Response:
        return await _schema(request, queryables_answer)

    @router.get("/{collectionId}/schema", summary="Describe the features", **SCHEMA_DOC)  # noqa: FAST003
    async def schema(request: Request) -> Response:
        return await _schema(request, schema_answer)

    async def _schema(request: Request, make: Callable[..., Answer]) -> Response:
        refuse_unknown(request, ("f",))
        name = _item(request, "collectionId")
        return await answered(
            request, _SCHEMA, lambda b, fmt: make(request, b, name, media_type=fmt.media_type)
        )

    @router.get("/{collectionId}/items", summary="Select features", **ITEMS_DOC)  # noqa: FAST003
    async def items(request: Request) -> Response:
        name = _item(request, "collectionId")
        return await answered(
            request, PAGE_FORMATS, lambda b, fmt: page_answer(request, b, name, fmt)
        )

    @router.get("/{collectionId}/items/{featureId:path}", summary="Get one feature", **ITEM_DOC)  # noqa: FAST003
    async def item(request: Request) -> Response:
        name, key = _item(request, "collectionId"), _item(request, "featureId")
        return await answered(
            request, FEATURE_FORMATS, lambda b, _: feature_answer(request, b, name, key)
        )

    return router


def _item(request: Request, name: str) -> str:
    found: Any = request.path_params[name]
    return str(found)
