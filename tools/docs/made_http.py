"""Which requests does the service answer? From its OpenAPI document."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from markdown_parts import cell, grid

from infraplan_api import create_app

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
            groups[tag].append(_request(method, path, operation))
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


def _request(method: str, path: str, operation: dict[str, Any]) -> str:
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
    good = [code for code in operation["responses"] if int(code) < 400]  # noqa: PLR2004 - HTTP
    parts.append(f"Answers {', '.join(sorted(good))}.")
    return "\n\n".join(parts)


def _meaning(parameter: dict[str, Any]) -> str:
    return str(parameter.get("description", ""))


def _kind(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(f"`{one}`" for one in schema["enum"])
    low, high = schema.get("minimum"), schema.get("maximum")
    kind = str(schema.get("type", ""))
    return kind if low is None or high is None else f"{kind}, {low:g} to {high:g}"
