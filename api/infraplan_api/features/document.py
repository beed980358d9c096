"""What does OpenAPI say of the requests for features: parameters, answers, problems?"""

from __future__ import annotations

from typing import Any, Final

from starlette.responses import Response

from infraplan_api.features.cql2 import FUNCTIONS, LONGEST, MOST_NESTED
from infraplan_api.features.crs import CRS84
from infraplan_api.features.crs import PATTERN as CRS_PATTERN
from infraplan_api.features.interval import PATTERN
from infraplan_api.features.page import FEATURE_FORMATS, PAGE_FORMATS
from infraplan_api.features.query import DEFAULT_LIMIT, LANGUAGES, MOST_FEATURES
from infraplan_api.http.formats import FORMATS
from infraplan_api.http.problems import problems
from infraplan_api.models.features import Collection, Collections

__all__ = ["ITEMS_DOC", "ITEM_DOC", "LIST_DOC", "ONE_DOC", "SCHEMA_DOC"]

_NAMES: Final = (
    "communes", "villages", "facilities", "sites", "cells", "fibre", "gaps", "proposals", "links",
    "roads", "water",
)  # fmt: skip
_TEXT: Final = {"type": "string"}
_NAME: Final = "[A-Za-z_][A-Za-z0-9_]*"
"""What a property's name looks like."""


def _parameter(
    name: str, schema: dict[str, Any], text: str, *, place: str = "query", **more: object
) -> dict[str, Any]:
    required = {"required": True} if place == "path" else {}
    return {"name": name, "in": place, "schema": schema, "description": text, **required, **more}


def _format(*keys: str) -> dict[str, Any]:
    return _parameter("f", {**_TEXT, "enum": list(keys)}, "Format of the answer, before `Accept`.")


def _crs(name: str, text: str) -> dict[str, Any]:
    schema = {**_TEXT, "default": CRS84, "pattern": CRS_PATTERN}
    return _parameter(name, schema, f"{text}; one that the collection lists, such as `{CRS84}`.")


_COLLECTION_ID: Final = _parameter(
    "collectionId", {**_TEXT, "enum": list(_NAMES)}, "Name of the collection.", place="path"
)
_FEATURE_ID: Final = _parameter(
    "featureId", {**_TEXT, "minLength": 1}, "Key of the feature.", place="path"
)
_BBOX: Final = _parameter(
    "bbox",
    {
        "type": "array",
        "items": {"type": "number"},
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    },
    "Only features that meet this box: west, south, east, north (in degrees west may be east of "
    "east: the box then spans the antimeridian), or six numbers with heights, which are left out "
    "of account.",
    style="form",
    explode=False,
)
_DATETIME: Final = _parameter(
    "datetime",
    {**_TEXT, "pattern": PATTERN},
    "Only features of years that meet a moment or a span: `2027-01-01`, `2026-01-01/2027-12-31`, "
    "`../2027-12-31`. Features without a year always pass.",
)
_LIMIT: Final = _parameter(
    "limit",
    {"type": "integer", "minimum": 1, "default": DEFAULT_LIMIT},
    f"Features of the page; more than {MOST_FEATURES} are as {MOST_FEATURES}.",
)
_OFFSET: Final = _parameter(
    "offset",
    {"type": "integer", "minimum": 0, "default": 0},
    "Features to leave out before the page; the links next and prev set it.",
)
_PROPERTIES: Final = _parameter(
    "properties",
    {"type": "array", "items": {**_TEXT, "pattern": f"^({_NAME})?$"}},
    "Properties of the answer, all without it.",
    style="form",
    explode=False,
)
_SORTBY: Final = _parameter(
    "sortby",
    {"type": "array", "items": {**_TEXT, "pattern": f"^[+-]?{_NAME}$"}},
    "Properties to sort by, the first is the most important: `-people,name`; `-` puts the largest "
    "first. What is missing comes last.",
    style="form",
    explode=False,
)
_FILTER: Final = _parameter(
    "filter",
    {**_TEXT, "minLength": 1, "maxLength": LONGEST},
    "CQL2 text over the queryables: `= <> < > <= >=`, `LIKE` (`%` any characters, `_` one, `\\` "
    "makes plain), `BETWEEN`, `IN`, `IS NULL`, `AND`, `OR`, `NOT`, brackets up to "
    f"{MOST_NESTED} deep, `DATE` and `TIMESTAMP`; the functions "
    f"{', '.join(f'`{name.upper()}`' for name in FUNCTIONS)} on `geometry`, geometries in WKT and "
    "`BBOX(west, south, east, north)`. Without diacritics: "
    "`people > 20000 AND ACCENTI(CASEI(name)) LIKE ACCENTI(CASEI('%luong%'))`.",
    examples={
        "place": {
            "summary": "Of any collection: what meets a box",
            "value": "S_INTERSECTS(geometry, BBOX(105, 21, 105.5, 21.5))",
        }
    },
)
_LANGUAGE: Final = _parameter(
    "filter-lang",
    {**_TEXT, "enum": list(LANGUAGES), "default": LANGUAGES[0]},
    "Language of `filter`; both names mean CQL2 text.",
)
_FEATURE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "id", "geometry", "properties"],
    "properties": {
        "type": {"const": "Feature"},
        "id": {"type": "string"},
        "geometry": {"type": ["object", "null"]},
        "properties": {"type": "object"},
        "links": {"type": "array", "items": {"type": "object"}},
    },
}
_FEATURES: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["type", "numberMatched", "numberReturned", "links", "features"],
    "properties": {
        "type": {"const": "FeatureCollection"},
        "numberMatched": {"type": "integer", "minimum": 0},
        "numberReturned": {"type": "integer", "minimum": 0},
        "links": {"type": "array", "items": {"type": "object"}},
        "features": {"type": "array", "items": _FEATURE},
    },
}
_HEADERS: Final = {
    "Content-Crs": {
        "description": "Reference system of the positions, between < and >.",
        "schema": _TEXT,
    }
}


def _content(keys: tuple[str, ...], schema: dict[str, Any]) -> dict[str, Any]:
    """Return what the formats of an answer hold; a file is a text of bytes."""
    binary = {"type": "string", "contentEncoding": "binary"}
    found = {}
    for key in keys:
        kind = FORMATS["geojson" if key == "json" else key].media_type
        found[kind] = {"schema": schema if key in ("geojson", "json") else binary}
    return found


def _answer(text: str, content: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"description": text, "content": content, **more}


_PAGE_KEYS: Final = tuple(fmt.key for fmt in PAGE_FORMATS)
_FEATURE_KEYS: Final = tuple(fmt.key for fmt in FEATURE_FORMATS)

LIST_DOC: Final[dict[str, Any]] = {
    "response_model": Collections,
    "operation_id": "getCollections",
    "openapi_extra": {"parameters": [_format("json")]},
}
ONE_DOC: Final[dict[str, Any]] = {
    "response_model": Collection,
    "operation_id": "getCollection",
    "responses": problems(404),
    "openapi_extra": {"parameters": [_COLLECTION_ID, _format("json")]},
}
SCHEMA_DOC: Final[dict[str, Any]] = {
    "response_class": Response,
    "responses": {
        200: _answer(
            "A JSON Schema: per property its type, unit and titles in both languages",
            {FORMATS[key].media_type: {"schema": {"type": "object"}} for key in ("schema", "json")},
        ),
        **problems(404),
    },
    "openapi_extra": {"parameters": [_COLLECTION_ID, _format("schema", "json")]},
}
ITEMS_DOC: Final[dict[str, Any]] = {
    "response_class": Response,
    "operation_id": "getFeatures",
    "description": "A property of the collection is a parameter, too: `name=Tân Sơn` selects the "
    "features that have this value. `/queryables` lists the properties.",
    "responses": {
        200: _answer("A page of features", _content(_PAGE_KEYS, _FEATURES), headers=_HEADERS),
        **problems(404),
    },
    "openapi_extra": {
        "parameters": [
            _COLLECTION_ID,
            _format(*_PAGE_KEYS),
            _BBOX,
            _crs("bbox-crs", "Reference system of `bbox`"),
            _DATETIME,
            _LIMIT,
            _OFFSET,
            _PROPERTIES,
            _SORTBY,
            _FILTER,
            _LANGUAGE,
            _crs("filter-crs", "Reference system of positions in `filter`"),
            _crs("crs", "Reference system of the answer"),
        ]
    },
}
ITEM_DOC: Final[dict[str, Any]] = {
    "response_class": Response,
    "operation_id": "getFeature",
    "responses": {
        200: _answer("A feature", _content(_FEATURE_KEYS, _FEATURE), headers=_HEADERS),
        **problems(404),
    },
    "openapi_extra": {
        "parameters": [
            _COLLECTION_ID,
            _FEATURE_ID,
            _format(*_FEATURE_KEYS),
            _crs("crs", "Reference system of the answer"),
        ]
    },
}
