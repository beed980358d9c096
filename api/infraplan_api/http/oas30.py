"""How is an OpenAPI document of version 3.1 said in version 3.0, which OGC clients read?

Version 3.0 knows no type "null", no ``const``, no tuples and no lists of examples in a schema.
"""

from __future__ import annotations

from typing import Any, Final

__all__ = ["as_oas30"]

_Json = dict[str, Any]

_DROPPED: Final = (
    "$defs",
    "$schema",
    "$id",
    "contentEncoding",
    "contentMediaType",
    "dependentRequired",
    "patternProperties",
    "propertyNames",
    "unevaluatedProperties",
)
_LISTS: Final = ("allOf", "anyOf", "oneOf")
_SINGLE: Final = ("items", "additionalProperties", "not")
_BOUNDS: Final = (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum"))
_NULL: Final = "null"


def as_oas30(document: _Json) -> _Json:
    """Return a document of version 3.1 as one of version 3.0.3.

    Parameters
    ----------
    document
        As FastAPI makes it; schemas may bring ``$defs`` of their own, which become components.
    """
    shared: _Json = {}
    found: _Json = _part({k: v for k, v in document.items() if k != "components"}, shared)
    parts = dict(document.get("components", {}))
    own = {name: _schema(s, shared) for name, s in parts.pop("schemas", {}).items()}
    found["openapi"] = "3.0.3"
    found["components"] = {**_part(parts, shared), "schemas": dict(sorted((shared | own).items()))}
    return found


def _part(value: Any, shared: _Json) -> Any:  # noqa: ANN401 - any part of a document
    """Return a part that is no schema; those in it are under the key ``schema``."""
    if isinstance(value, list):
        return [_part(one, shared) for one in value]
    if not isinstance(value, dict):
        return value
    if value.get("in") and "schema" in value:
        return _parameter(value, shared)
    return {
        key: one
        if key in ("example", "examples")
        else _schema(one, shared)
        if key == "schema"
        else _part(one, shared)
        for key, one in value.items()
    }


def _parameter(parameter: _Json, shared: _Json) -> _Json:
    """Return a parameter; it is there or not, but never null."""
    schema = {k: v for k, v in _schema(parameter["schema"], shared).items() if k != "nullable"}
    return {**parameter, "schema": schema}


def _schema(schema: _Json, shared: _Json) -> _Json:
    """Return a schema of version 3.0; what it defines besides is put among those shared."""
    for name, one in schema.get("$defs", {}).items():
        shared[name] = _schema(one, shared)
    found = {key: value for key, value in schema.items() if key not in _DROPPED}
    if "$ref" in found:
        return _reference(found)
    for key in _LISTS:
        if key in found:
            found[key] = [_schema(one, shared) for one in found[key]]
    for key in _SINGLE:
        if isinstance(found.get(key), dict):
            found[key] = _schema(found[key], shared)
    if "properties" in found:
        found["properties"] = {n: _schema(s, shared) for n, s in found["properties"].items()}
    if "prefixItems" in found:
        found["items"] = _items([_schema(one, shared) for one in found.pop("prefixItems")])
    if schema.get("contentMediaType") == "application/octet-stream":
        found["format"] = "binary"
    return _without_null(_without_bounds(_without_const(found)))


def _reference(schema: _Json) -> _Json:
    """Return a reference; in version 3.0 nothing may stand beside it."""
    target = {"$ref": schema.pop("$ref").replace("#/$defs/", "#/components/schemas/")}
    return {"allOf": [target], **schema} if schema else target


def _items(items: list[_Json]) -> _Json:
    """Return the schema of the items of a tuple."""
    distinct = [one for i, one in enumerate(items) if one not in items[:i]]
    return distinct[0] if len(distinct) == 1 else {"anyOf": distinct}


def _without_const(schema: _Json) -> _Json:
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]
    if "examples" in schema:
        examples = schema.pop("examples")
        if examples:
            schema["example"] = examples[0]
    return schema


def _without_bounds(schema: _Json) -> _Json:
    for exclusive, bound in _BOUNDS:
        value = schema.get(exclusive)
        if value is not None and not isinstance(value, bool):
            schema[bound], schema[exclusive] = value, True
    return schema


def _without_null(schema: _Json) -> _Json:
    """Say "or null" by ``nullable``."""
    kind = schema.get("type")
    if kind == _NULL:
        return {
            **{k: v for k, v in schema.items() if k != "type"},
            "nullable": True,
            "enum": [None],
        }
    if isinstance(kind, list):
        others = [one for one in kind if one != _NULL]
        schema["nullable"] = len(others) < len(kind)
        if len(others) == 1:
            schema["type"] = others[0]
        else:
            del schema["type"]
            schema["anyOf"] = [{"type": one} for one in others]
    for key in ("anyOf", "oneOf"):
        options = schema.get(key, [])
        others = [one for one in options if one != {"nullable": True, "enum": [None]}]
        if len(others) == len(options):
            continue
        del schema[key]
        schema["nullable"] = True
        if len(others) == 1 and "$ref" not in others[0]:
            schema = {**others[0], **schema}
        elif len(others) == 1:
            schema["allOf"] = others
        else:
            schema[key] = others
    return schema
