"""How are the fields of a bundle's tables read as plain values?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from infraplan_api.bundle import Bundle

__all__ = ["boxes", "number", "records", "said_or", "whole_number"]

_DEGREE_DIGITS = 6


def number(value: object) -> float | None:
    """Return a number of a table, None where it is missing.

    Examples
    --------
    >>> number("1.5"), number(float("nan")), number(None)
    (1.5, None, None)
    """
    try:
        found = float(value)  # type: ignore[arg-type]  # whatever a table holds
    except (TypeError, ValueError):
        return None
    return found if math.isfinite(found) else None


def whole_number(value: object) -> int | None:
    """Return a whole number of a table, such as a year, None where it is missing."""
    found = number(value)
    return None if found is None else int(found)


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table, each by the names of its columns."""
    return [{str(k): v for k, v in row.items()} for row in table.to_dict("records")]


def said_or(value: object, otherwise: str | None) -> str | None:
    """Return a text of a table, something else where it is missing or empty."""
    return value if isinstance(value, str) and value else otherwise


def boxes(bundle: Bundle) -> dict[str, tuple[float, float, float, float]]:
    """Return code to west, south, east, north; empty where the bundle has no collections."""
    if not bundle.has("collections/communes.parquet"):
        return {}
    communes = bundle.collection("communes")
    bounds = communes.geometry.bounds.round(_DEGREE_DIGITS).itertuples(index=False, name=None)
    return {str(c): tuple(b) for c, b in zip(communes["code"], bounds, strict=True)}
