"""Which requests does the service answer? From its OpenAPI document."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from markdown_parts import cell, grid

from infraplan_api import create_app

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["pages"]

_TITLES: Final = {
    "service": "The service itself",
    "places": "Finding a place",
    "coverage": "Coverage",
    "plans": "Plans and indicators",
    "features": "Features",
    "tiles": "Vector tiles",
    "rasters": "Rasters",
    "processes": "Processes and jobs",
}


def pages() -> dict[str, str]:
    """Return the page of the HTTP requests, path → Markdown."""
    document = create_app().openapi()
    groups: dict[str, list[str]] = defaultdict(list)
    for path, item in document["paths"].items():
        for method, operation in item.items():
            tag = operation.get("tags", ["service"])[0]
            said = _request(method, path, operation, document["components"]["schemas"])
            groups[tag].append(said)
    parts = [
        "# HTTP",
        (
            "Every request stands below `/v1`. [The service](../api.md) shows how to use it; a "
            "running one offers the same as `/v1/openapi.json`, and `/v1/docs` tries it out. "
            "Faults are `application/problem+json` ([errors](errors.md))."
        ),
    ]
    for tag, requests in groups.items():
        parts += [f"## {_TITLES.get(tag, tag)}", *requests]
    return {"reference/http.md": "\n\n".join(parts)}


def _request(method: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> str:
    """Return one request: what it does, what it takes, how it answers."""
    title = f"### {operation['summary'].rstrip('.')}"
    parts = [title, f"`{method.upper()} {path}`"]
    if operation.get("description"):
        parts.append(operation["description"].replace("<", "&lt;"))
    rows = [
        [f"`{one['name']}`", one["in"], _kind(one.get("schema", {})), cell(_meaning(one))]
        for one in operation.get("parameters", [])
    ]
    if rows:
        parts.append(grid(["parameter", "in", "values", "meaning"], rows))
    body = operation.get("requestBody")
    if body:
        words = list(_words(body["content"]["application/json"]["schema"], schemas))
        parts += ["Its body, JSON:", grid(["word", "values", "required", "meaning"], words)]
    good = [code for code in operation["responses"] if int(code) < 400]  # noqa: PLR2004 - HTTP
    parts.append(f"Answers {', '.join(sorted(good))}.")
    return "\n\n".join(parts)


def _words(schema: dict[str, Any], schemas: dict[str, Any], above: str = "") -> Iterator[list[str]]:
    """Yield the words of a body with their paths; a part that may be null stays closed."""
    part = _part(schema, schemas)
    for name, one in part.get("properties", {}).items():
        is_list = one.get("type") == "array"
        path = f"{above}{name}{'[]' if is_list else ''}"
        inner = one.get("items", {}) if is_list else one
        required = "yes" if name in part.get("required", ()) else ""
        yield [f"`{path}`", _kind(inner) or "object", required, cell(_meaning(one))]
        if not one.get("nullable"):
            yield from _words(inner, schemas, f"{path}.")


def _part(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    """Return what a schema stands for, through its references."""
    if "allOf" in schema:
        return _part(schema["allOf"][0], schemas)
    if "$ref" in schema:
        return _part(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas)
    return schema


def _meaning(parameter: dict[str, Any]) -> str:
    return str(parameter.get("description", ""))


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    low, high = schema.get("minimum"), schema.get("maximum")
    kind = str(schema.get("type", ""))
    return kind if low is None or high is None else f"{kind}, {low:g} to {high:g}"
