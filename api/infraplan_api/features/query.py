"""What does a request for features ask for? Every parameter is read, every fault told at once."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from infraplan_api.features.cql2 import parse, passing
from infraplan_api.features.crs import box_in, named
from infraplan_api.features.fault import FaultError
from infraplan_api.features.interval import years_of
from infraplan_api.http.query import refuse_unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry
    from starlette.requests import Request

    from infraplan_api.features.crs import Crs
    from infraplan_api.features.fields import Field
    from infraplan_api.features.layer import Layer

__all__ = [
    "DEFAULT_LIMIT",
    "LANGUAGES",
    "MOST_FEATURES",
    "PARAMETERS",
    "Query",
    "read_crs",
    "read_query",
]

DEFAULT_LIMIT: Final = 100
MOST_FEATURES: Final = 10_000
"""Features of one page; who asks for more gets so many and a link to the next page."""
PARAMETERS: Final = (
    "f", "bbox", "bbox-crs", "crs", "limit", "offset", "datetime", "properties", "sortby",
    "filter", "filter-lang", "filter-crs",
)  # fmt: skip
"""Parameters of every collection, besides its properties."""

LANGUAGES: Final = ("cql2-text", "cql-text")
"""Values of ``filter-lang``; the second one is what clients of the drafts, such as GDAL, say."""
_WHOLE = re.compile(r"[0-9]{1,1000}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_T = TypeVar("_T")
_TRUTHS: Final = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, eq=False)
class Query:
    """What a request asks of a layer.

    Attributes
    ----------
    crs
        Reference system of the answer.
    limit, offset
        How many features, and how many are left out before them.
    properties
        Which properties; None for all.
    box
        Features must meet this shape in longitude and latitude; None for any.
    years
        First and last year; None for any.
    equals
        Property and the value that it must have.
    sort
        Property and whether the largest come first, the most important one first.
    passes
        Which features pass the filter, shape (n,); None without one.
    """

    crs: Crs
    limit: int
    offset: int
    properties: tuple[str, ...] | None
    box: BaseGeometry | None
    years: tuple[int, int] | None
    equals: tuple[tuple[str, Any], ...]
    sort: tuple[tuple[str, bool], ...]
    passes: NDArray[np.bool_] | None


def read_query(request: Request, layer: Layer) -> Query:
    """Return what a request asks of a layer.

    Raises
    ------
    InvalidRequestError
        Naming each parameter that is unknown, repeated or outside its meaning.
    """
    read = _Reading(request, layer)
    crs = read.system("crs")
    query = Query(
        crs=crs,
        limit=min(read.whole("limit", DEFAULT_LIMIT, least=1), MOST_FEATURES),
        offset=read.whole("offset", 0, least=0),
        properties=read.checked("properties", lambda text: _listed(text, layer)),
        box=read.box(),
        years=read.checked("datetime", years_of),
        equals=read.equals(),
        sort=read.checked("sortby", lambda text: _sort(text, layer)) or (),
        passes=read.filter(),
    )
    refuse_unknown(request, (*PARAMETERS, *layer.queryable), faults=tuple(read.faults))
    return query


def read_crs(request: Request, layer: Layer) -> Crs:
    """Return the reference system that a request for one feature asks for.

    Raises
    ------
    InvalidRequestError
        If it is not offered, or another parameter stands there.
    """
    read = _Reading(request, layer)
    crs = read.system("crs")
    refuse_unknown(request, ("f", "crs"), faults=tuple(read.faults))
    return crs


class _Reading:
    """The parameters of one request, and what is wrong with them."""

    def __init__(self, request: Request, layer: Layer) -> None:
        self._given = request.query_params
        self._layer = layer
        self.faults: list[str] = []

    def checked(self, name: str, read: Callable[[str], _T]) -> _T | None:
        """Return what a parameter says; None where it is absent or wrong, which is noted."""
        text = self._given.get(name)
        if text is None:
            return None
        try:
            return read(text)
        except FaultError as error:
            self.faults.append(f"query.{name}: {error}")
            return None

    def whole(self, name: str, otherwise: int, *, least: int) -> int:
        """Return a whole number."""

        def read(text: str) -> int:
            if not _WHOLE.fullmatch(text) or int(text) < least:
                raise FaultError(f"{text[:40]!r} is not a whole number from {least}")
            return int(text)

        found = self.checked(name, read)
        return otherwise if found is None else found

    def system(self, name: str) -> Crs:
        """Return a reference system, CRS84 where none is named or the name is wrong."""
        systems = self._layer.systems

        def read(text: str) -> Crs:
            found = named(text, systems)
            if found is None:
                listed = ", ".join(c.address for c in systems)
                raise FaultError(f"{text[:80]!r} is not offered; there are {listed}")
            return found

        return self.checked(name, read) or systems[0]

    def box(self) -> BaseGeometry | None:
        """Return the shape of ``bbox``."""
        crs = self.system("bbox-crs")

        def read(text: str) -> BaseGeometry:
            parts = [part.strip() for part in text.split(",")]
            wrong = next((p for p in parts if not _NUMBER.fullmatch(p)), None)
            if wrong is not None:
                raise FaultError(f"{wrong[:40]!r} is not a number")
            return box_in([float(part) for part in parts], crs)

        return self.checked("bbox", read)

    def equals(self) -> tuple[tuple[str, Any], ...]:
        """Return the properties that must have a value."""
        fields = [f for f in self._layer.fields if f.name in self._given]
        pairs = [(f, self.checked(f.name, partial(_value, field=f))) for f in fields]
        return tuple((f.name, value) for f, value in pairs if value is not None)

    def filter(self) -> NDArray[np.bool_] | None:
        """Return which features pass ``filter``."""
        self.checked("filter-lang", _language)
        crs = self.system("filter-crs")
        return self.checked("filter", lambda text: passing(parse(text), self._layer, crs))


def _language(text: str) -> str:
    if text not in LANGUAGES:
        raise FaultError(f"{text[:40]!r} is not offered; there is {LANGUAGES[0]}")
    return text


def _listed(text: str, layer: Layer) -> tuple[str, ...]:
    """Return the names of properties; an empty text means none of them."""
    found = tuple(name for name in text.split(",") if name)
    _check_known(found, layer)
    return found


def _sort(text: str, layer: Layer) -> tuple[tuple[str, bool], ...]:
    """Return properties to sort by: ``+people,-name``, where + may be missing."""
    parts = [part.strip() for part in text.split(",")]
    names = [part[1:] if part[:1] in ("+", "-") else part for part in parts]
    _check_known(names, layer)
    return tuple((n, p.startswith("-")) for n, p in zip(names, parts, strict=True))


def _check_known(names: tuple[str, ...] | list[str], layer: Layer) -> None:
    unknown = [name for name in names if name not in layer.queryable]
    if unknown:
        said = ", ".join(repr(name[:40]) for name in unknown)
        raise FaultError(f"there is no property {said}; there are {', '.join(layer.queryable)}")


def _value(text: str, field: Field) -> Any:  # noqa: ANN401 - the kind is the property's
    """Return a value that a property must have."""
    if field.kind == "text":
        return text
    if field.kind == "boolean":
        if text not in _TRUTHS:
            raise FaultError(f"{text[:40]!r} is not true or false")
        return _TRUTHS[text]
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text)):
        raise FaultError(f"{text[:40]!r} is not a number")
    return float(text)
