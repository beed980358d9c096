"""How do the requests of tiles and pictures stand in the OpenAPI document?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path

__all__ = ["TileCol", "TileMatrix", "TileRow", "binary", "format_parameter", "query_parameter"]

_NUMBER = {"type": "integer", "minimum": 0}

TileMatrix = Annotated[
    str,
    Path(
        alias="tileMatrix",
        description="Zoom level",
        json_schema_extra={**_NUMBER, "maximum": 24, "example": 10},
    ),
]
TileRow = Annotated[
    str,
    Path(
        alias="tileRow",
        description="Row from the north, below 2 to the power of the zoom",
        json_schema_extra={**_NUMBER, "maximum": 2**24 - 1, "example": 448},
    ),
]
TileCol = Annotated[
    str,
    Path(
        alias="tileCol",
        description="Column from the west, below 2 to the power of the zoom",
        json_schema_extra={**_NUMBER, "maximum": 2**24 - 1, "example": 811},
    ),
]


def format_parameter(*keys: str) -> dict[str, Any]:
    """Return the parameter ``f`` with the formats that a request may ask for."""
    schema = {"type": "string", "enum": list(keys)}
    return {"parameters": [query_parameter("f", "Format; goes before Accept", schema)]}


def query_parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return a query parameter as OpenAPI says it."""
    return {
        "name": name,
        "in": "query",
        "required": False,
        "description": description,
        "schema": schema,
    }


def binary(media_type: str, description: str) -> dict[str, Any]:
    """Return an answer that is no JSON."""
    schema = {"type": "string", "format": "binary"}
    return {"description": description, "content": {media_type: {"schema": schema}}}
