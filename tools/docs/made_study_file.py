"""What may a study file say? From its JSON Schema."""

from __future__ import annotations

import json
from typing import Any

from markdown_parts import cell, grid

from infraplan.study_file import json_schema

__all__ = ["pages"]


def pages() -> dict[str, str]:
    """Return the page of the study file, path → Markdown."""
    schema = json.loads(json_schema())
    parts = [
        "# Study file",
        (
            "One TOML file says where everything comes from; `infraplan new` writes one with "
            "comments. A word that is not here is a fault. Editors that read JSON Schema "
            "complete and check as you type: [study.schema.json](../study.schema.json). [Your "
            "own data](../data.md) tells the story."
        ),
    ]
    for key, one in schema["properties"].items():
        part = _part_of(one, schema["$defs"])
        head = f"[[{key}]]" if one.get("type") == "array" else f"[{key}]"
        parts.append(f"## {key} {{#{key}}}")
        said = one.get("description") or (part or {}).get("description", "")
        parts.append(f"`{head}`" + (f" {_plain(said)}" if said else ""))
        if part is not None:
            parts.append(_fields(part, schema["$defs"]))
    return {"reference/study-file.md": "\n\n".join(parts)}


def _part_of(one: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any] | None:
    """Return the part that a word of the file holds, or None."""
    for choice in (one, one.get("items", {}), *one.get("anyOf", ())):
        if "$ref" in choice:
            found: dict[str, Any] = parts[choice["$ref"].rsplit("/", 1)[1]]
            return found
    return None


def _fields(part: dict[str, Any], parts: dict[str, Any]) -> str:
    required = set(part.get("required", ()))
    rows = [
        [
            f"`{name}`",
            cell(_kind(one, parts)),
            "required" if name in required else cell(_default(one)),
            cell(_plain(one.get("description", ""))),
        ]
        for name, one in part["properties"].items()
    ]
    return grid(["word", "value", "where it says nothing", "meaning"], rows)


def _kind(one: dict[str, Any], parts: dict[str, Any]) -> str:
    """Return what may stand as a value, in words."""
    if "enum" in one:
        return ", ".join(f"`{value}`" for value in one["enum"])
    if "const" in one:
        return f"`{one['const']}`"
    if "$ref" in one:
        inner = parts[one["$ref"].rsplit("/", 1)[1]]
        return "table: " + ", ".join(f"`{name}`" for name in inner.get("properties", {}))
    if "anyOf" in one:
        kinds = [_kind(choice, parts) for choice in one["anyOf"] if choice.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if one.get("type") == "array":
        return f"list of {_kind(one.get('items', {}), parts) or 'values'}"
    words = {
        "string": "text",
        "object": "table",
        "boolean": "true or false",
        "integer": "whole number",
    }
    return words.get(one.get("type", ""), str(one.get("type", "")))


def _default(one: dict[str, Any]) -> str:
    value = one.get("default")
    return "" if value in (None, "", [], {}) else f"`{value}`"


def _plain(text: str) -> str:
    return text.replace("``", "`")
