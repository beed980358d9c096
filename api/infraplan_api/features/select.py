"""Which rows of a layer does a query select, and in which order?"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan_api.features.layer import Layer
    from infraplan_api.features.query import Query

__all__ = ["selected"]


def selected(layer: Layer, query: Query) -> NDArray[np.intp]:
    """Return the rows of all features that a query matches, sorted as it asks.

    Features without a year match any span of time, as the standard has it. Without ``sortby``,
    and among equals, the order is that of the table; what is missing comes last.
    """
    passes = np.ones(layer.count, dtype=np.bool_)
    if query.passes is not None:
        passes &= query.passes
    for name, value in query.equals:
        passes &= _equal(layer, name, value)
    if query.years is not None and layer.has_time:
        first, last = query.years
        years = layer.years()
        passes &= years.missing | ((years.values >= first) & (years.values <= last))
    if query.box is not None:
        near = layer.near(query.box)
        shapely.prepare(query.box)
        meets = np.zeros(layer.count, dtype=np.bool_)
        meets[near] = shapely.intersects(layer.shapes()[near], query.box)
        passes &= meets
    rows: NDArray[np.intp] = np.flatnonzero(passes)
    for name, descending in reversed(query.sort):
        rows = rows[_order(layer, name, rows, descending=descending)]
    return rows


def _equal(layer: Layer, name: str, value: Any) -> NDArray[np.bool_]:  # noqa: ANN401
    found = layer.values(name)
    wanted = unicodedata.normalize("NFC", value) if isinstance(value, str) else value
    return np.asarray((found.values == wanted) & ~found.missing, dtype=np.bool_)


def _order(
    layer: Layer, name: str, rows: NDArray[np.intp], *, descending: bool
) -> NDArray[np.intp]:
    """Return the places of rows in the order of one property, what is missing last."""
    found = layer.values(name)
    _, ranks = np.unique(found.values[rows], return_inverse=True)
    keys = (-ranks if descending else ranks).astype(np.int64)
    keys[found.missing[rows]] = len(rows)
    return np.argsort(keys, kind="stable")
