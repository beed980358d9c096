"""Which features does a filter let through?

Every operator works on all features at once. What is not known stays not known, as in CQL2: a
feature passes only where the filter is true.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from functools import reduce
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import shapely

from infraplan_api.features.cql2.tree import (
    Box,
    Call,
    Literal,
    Node,
    Property,
    Scalar,
    Shape,
)
from infraplan_api.features.cql2.values import (
    Truth,
    Values,
    both,
    changed,
    compared,
    either,
    liked,
    truth,
    without_case,
    without_marks,
)
from infraplan_api.features.crs import box_in, to_crs84
from infraplan_api.features.fault import FaultError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    from infraplan_api.features.crs import Crs

__all__ = ["FUNCTIONS", "Source", "passing"]

_SPATIAL: Final[dict[str, Callable[..., Any]]] = {
    "s_intersects": shapely.intersects,
    "s_disjoint": shapely.disjoint,
    "s_within": shapely.within,
    "s_contains": shapely.contains,
    "s_equals": shapely.equals,
    "s_touches": shapely.touches,
    "s_crosses": shapely.crosses,
    "s_overlaps": shapely.overlaps,
}
_TURNED: Final = {"s_within": "s_contains", "s_contains": "s_within"}
_TEXTUAL: Final = {"casei": without_case, "accenti": without_marks}
_COMPARISONS: Final = ("=", "<>", "<", ">", "<=", ">=")

FUNCTIONS: Final = (*_TEXTUAL, *_SPATIAL)
"""Names of the functions that filters may use, besides BBOX, DATE and TIMESTAMP."""


class Source(Protocol):
    """The features that a filter is asked of."""

    @property
    def count(self) -> int:
        """How many there are."""

    @property
    def geometry_name(self) -> str:
        """Name by which filters call the geometry."""

    @property
    def queryable(self) -> Collection[str]:
        """Names of the properties that filters may use."""

    def values(self, name: str) -> Values:
        """Return the values of one property of `queryable`."""

    def shapes(self) -> NDArray[np.object_]:
        """Return the geometries in longitude and latitude."""

    def near(self, shape: BaseGeometry) -> NDArray[np.intp]:
        """Return which geometries have a bounding box that meets that of a shape."""


def passing(node: Node, source: Source, crs: Crs) -> NDArray[np.bool_]:
    """Tell of each feature whether it passes a filter.

    Parameters
    ----------
    node
        The filter.
    source
        The features.
    crs
        Of the positions that stand in the filter.

    Returns
    -------
    numpy.ndarray
        Shape (n,).

    Raises
    ------
    FaultError
        If the filter names what the features do not have, or compares what cannot be compared.
    """
    found = _Filter(source, crs).truth(node)
    return np.asarray(found.to_numpy(dtype=np.bool_, na_value=False))


class _Filter:
    """A filter on one source; a name for what its functions share."""

    def __init__(self, source: Source, crs: Crs) -> None:
        self._source = source
        self._crs = crs

    def truth(self, node: Node) -> Truth:
        """Return the truth of a part of the filter."""
        if not isinstance(node, Call):
            found = self._values(node)
            if found.kind != "boolean":
                raise FaultError(f"a {found.kind} stands where something true or false belongs")
            return truth(found.values.astype(np.bool_), found.missing, self._source.count)
        if node.op in ("and", "or"):
            parts = [self.truth(part) for part in node.args]
            return reduce(both if node.op == "and" else either, parts)
        if node.op == "not":
            return ~self.truth(node.args[0])
        return self._predicate(node)

    def _predicate(self, node: Call) -> Truth:
        count = self._source.count
        if node.op in _SPATIAL:
            return self._spatial(node)
        if node.op == "isNull":
            found = self._values(node.args[0])
            return truth(found.missing, np.zeros(1, np.bool_), count)
        if node.op in _COMPARISONS:
            left, right = (self._values(a) for a in node.args)
            return compared(node.op, left, right, count)
        if node.op in ("like", "ilike"):
            pattern = self._pattern(node.args[1])
            any_case = node.op == "ilike"
            return liked(self._values(node.args[0]), pattern, count, any_case=any_case)
        if node.op == "between":
            value, low, high = (self._values(a) for a in node.args)
            return both(compared(">=", value, low, count), compared("<=", value, high, count))
        if node.op == "in":
            value, *listed = (self._values(a) for a in node.args)
            return reduce(either, [compared("=", value, one, count) for one in listed])
        raise _unknown(node.op)

    def _pattern(self, node: Node) -> str:
        found = self._values(node) if isinstance(node, Literal | Call) else None
        if found is None or found.kind != "text" or len(found.values) != 1:
            raise FaultError("LIKE takes a pattern in '...' behind it")
        return str(found.values[0])

    def _values(self, node: Node) -> Values:
        """Return what a part of the filter is worth for each feature."""
        if isinstance(node, Literal):
            return _literal(node.value)
        if isinstance(node, Property):
            return self._property(node.name)
        if isinstance(node, Shape | Box):
            raise FaultError("a geometry stands where a text, number or truth value belongs")
        if node.op in _TEXTUAL:
            if len(node.args) != 1:
                raise FaultError(f"{node.op.upper()} takes one text")
            return changed(self._values(node.args[0]), _TEXTUAL[node.op])
        if node.op.isidentifier() and node.op not in (*_SPATIAL, *_OPERATORS):
            raise _unknown(node.op)
        found = self.truth(node)
        values, missing = found.to_numpy(np.bool_, na_value=False), found.isna()
        return Values("boolean", values, np.asarray(missing))

    def _property(self, name: str) -> Values:
        source = self._source
        if name == source.geometry_name:
            shapes = source.shapes()
            return Values("geometry", shapes, shapely.is_missing(shapes))
        if name not in source.queryable:
            listed = ", ".join(sorted(source.queryable))
            raise FaultError(f"there is no property {name[:60]!r}; there are {listed}")
        return source.values(name)

    def _spatial(self, node: Call) -> Truth:
        """Compare the geometry of each feature with a shape."""
        if len(node.args) != 2:  # noqa: PLR2004 - two geometries
            raise FaultError(f"{node.op.upper()} takes two geometries")
        left, right = (self._shape(a) for a in node.args)
        if left is None and right is not None:
            return self._against(node.op, right)
        if left is not None and right is None:
            return self._against(_TURNED.get(node.op, node.op), left)
        if left is None:
            shapes = self._source.shapes()
            found = _SPATIAL[node.op](shapes, shapes)
            return truth(found, shapely.is_missing(shapes), self._source.count)
        same = np.array([_SPATIAL[node.op](left, right)])
        return truth(same, np.zeros(1, np.bool_), self._source.count)

    def _against(self, name: str, shape: BaseGeometry) -> Truth:
        """Compare the features near a shape with it; those that are not near are disjoint."""
        shapes, count = self._source.shapes(), self._source.count
        near = self._source.near(shape)
        shapely.prepare(shape)
        found = np.full(count, name == "s_disjoint")
        found[near] = _SPATIAL[name](shapes[near], shape)
        return truth(found, shapely.is_missing(shapes), count)

    def _shape(self, node: Node) -> BaseGeometry | None:
        """Return a shape in longitude and latitude, None for the features' own."""
        if isinstance(node, Property) and node.name == self._source.geometry_name:
            return None
        if isinstance(node, Shape):
            return to_crs84(node.geometry, self._crs)
        if isinstance(node, Box):
            return box_in(node.numbers, self._crs)
        raise FaultError(
            f"a geometry belongs here: {self._source.geometry_name}, POINT(...), POLYGON((...)), "
            "BBOX(west, south, east, north) and the like"
        )


_OPERATORS: Final = ("and", "or", "not", "like", "ilike", "between", "in", "isNull")


def _literal(value: Scalar) -> Values:
    present = np.zeros(1, np.bool_)
    if isinstance(value, bool):
        return Values("boolean", np.array([value]), present)
    if isinstance(value, str):
        return Values("text", np.array([unicodedata.normalize("NFC", value)], object), present)
    if isinstance(value, dt.datetime):
        return Values("moment", np.array([value], object), present)
    return Values("number", np.array([value]), present)


def _unknown(name: str) -> FaultError:
    listed = ", ".join(f.upper() for f in (*FUNCTIONS, "bbox", "date", "timestamp"))
    return FaultError(f"there is no function {name[:40]!r}; there are {listed}")
