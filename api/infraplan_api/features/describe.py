"""What does the service say of its collections: extent, systems, links, queryables, schema?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infraplan_api.features.crs import CRS84
from infraplan_api.features.layer import layer_of
from infraplan_api.features.outline import GEOMETRY, Outline, collection_names, outline_of
from infraplan_api.features.page import PAGE_FORMATS
from infraplan_api.http.answer import json_answer
from infraplan_api.http.links import url

if TYPE_CHECKING:
    from starlette.requests import Request

    from infraplan_api.bundle import Bundle
    from infraplan_api.features.fields import Field
    from infraplan_api.features.layer import Layer
    from infraplan_api.http.answer import Answer

__all__ = ["collection_answer", "collections_answer", "queryables_answer", "schema_answer"]

_OGC: Final = "http://www.opengis.net/def/rel/ogc/1.0/"
_SCHEMA_JSON: Final = "application/schema+json"
_GREGORIAN: Final = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
_TYPES: Final = {"text": "string", "number": "number", "integer": "integer", "boolean": "boolean"}


def collections_answer(request: Request, bundle: Bundle) -> Answer:
    """Return the list of collections."""
    links = [_link(request, "/v1/collections", "self", "application/json", "Collections")]
    listed = [_described(request, bundle, outline_of(bundle, n)) for n in collection_names(bundle)]
    return json_answer({"links": links, "collections": listed})


def collection_answer(request: Request, bundle: Bundle, name: str) -> Answer:
    """Return the description of one collection.

    Raises
    ------
    NotFoundError
        If there is no such collection.
    """
    return json_answer(_described(request, bundle, outline_of(bundle, name)))


def schema_answer(request: Request, bundle: Bundle, name: str, *, media_type: str) -> Answer:
    """Return the JSON Schema of one GeoJSON feature of a collection.

    Types are single, without null, since clients such as GDAL read columns from them.

    Raises
    ------
    NotFoundError
        If there is no such collection.
    """
    layer = layer_of(bundle, name)
    said = {
        **_head(request, layer, "schema"),
        "description": "A property that is not known is null.",
        "required": ["type", "id", "geometry", "properties"],
        "properties": {
            "type": {"const": "Feature"},
            "id": {"type": "string"},
            "geometry": _geometry(layer),
            "properties": {
                "type": "object",
                "properties": {f.name: _property(f, layer) for f in layer.fields},
                "additionalProperties": False,
            },
        },
    }
    return json_answer(said, media_type=media_type)


def queryables_answer(request: Request, bundle: Bundle, name: str, *, media_type: str) -> Answer:
    """Return the JSON Schema of what filters and parameters may use.

    Its member ``queryables`` is the list that clients of the drafts of the standard read, among
    them GDAL.

    Raises
    ------
    NotFoundError
        If there is no such collection.
    """
    layer = layer_of(bundle, name)
    properties = {f.name: _property(f, layer) for f in layer.fields}
    said = {
        **_head(request, layer, "queryables"),
        "properties": {**properties, GEOMETRY: _geometry(layer)},
        "additionalProperties": False,
        "queryables": [{"id": f.name, "type": _TYPES[f.kind]} for f in layer.fields],
    }
    return json_answer(said, media_type=media_type)


def _head(request: Request, layer: Layer, kind: str) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": url(request, f"/v1/collections/{layer.name}/{kind}"),
        "type": "object",
        "title": layer.outline.titles["en"],
        "x-titles": dict(layer.outline.titles),
    }


def _geometry(layer: Layer) -> dict[str, Any]:
    shape = layer.outline.geometry_type.lower()
    return {
        "title": "Geometry",
        "x-titles": {"vi": "Hình dạng", "en": "Geometry"},
        "x-ogc-role": "primary-geometry",
        "format": f"geometry-{shape}",
    }


def _property(field: Field, layer: Layer) -> dict[str, Any]:
    """Return the schema of a property, with its titles in both languages and its unit."""
    said: dict[str, Any] = {
        "title": field.title_en,
        "x-titles": {"vi": field.title_vi, "en": field.title_en},
        "description": field.meaning,
        "type": _TYPES[field.kind],
    }
    if field.allowed:
        said["enum"] = list(field.allowed)
    if field.unit:
        said["x-ogc-unit"] = field.unit
    if field.minimum is not None:
        said["minimum"] = field.minimum
    if field.maximum is not None:
        said["maximum"] = field.maximum
    if field.name == layer.key:
        said["x-ogc-role"] = "id"
    return said


def _described(request: Request, bundle: Bundle, outline: Outline) -> dict[str, Any]:
    """Return what is said of a collection."""
    extent: dict[str, Any] = {"spatial": {"bbox": [list(outline.bounds)], "crs": CRS84}}
    if outline.years is not None:
        first, last = outline.years
        span = [f"{first:04d}-01-01T00:00:00Z", f"{last:04d}-12-31T23:59:59Z"]
        extent["temporal"] = {"interval": [span], "trs": _GREGORIAN}
    titles, basis = outline.titles, outline.basis
    return {
        "id": outline.name,
        "title": titles["en"],
        "description": ". ".join(t for t in (titles["vi"], basis.get("vi")) if t),
        "titles": dict(titles),
        "basis": dict(basis),
        "key": outline.key,
        "features": outline.count,
        "itemType": "feature",
        "extent": extent,
        "crs": [c.address for c in outline.systems],
        "storageCrs": CRS84,
        "links": _links(request, bundle, outline.name),
    }


def _links(request: Request, bundle: Bundle, name: str) -> list[dict[str, str]]:
    path = f"/v1/collections/{name}"
    links = [_link(request, path, "self", "application/json", name)]
    for fmt in PAGE_FORMATS:
        if fmt.key != "json":
            items = _link(
                request, f"{path}/items", "items", fmt.media_type, f"Features ({fmt.key})"
            )
            items["href"] = url(request, f"{path}/items", f=fmt.key)
            links.append(items)
    links += [
        _link(request, f"{path}/queryables", rel, _SCHEMA_JSON, "Queryables")
        for rel in (_OGC + "queryables", "queryables")  # the second one for clients of the drafts
    ]
    links.append(_link(request, f"{path}/schema", "describedby", _SCHEMA_JSON, "Schema"))
    if bundle.has(f"tiles/{name}.pmtiles"):
        tiles = f"{path}/tiles"
        links.append(_link(request, tiles, _OGC + "tilesets-vector", "application/json", "Tiles"))
    return links


def _link(request: Request, path: str, rel: str, kind: str, title: str) -> dict[str, str]:
    return {"href": url(request, path), "rel": rel, "type": kind, "title": title}
