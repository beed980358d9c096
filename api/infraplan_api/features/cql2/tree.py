"""What does a filter consist of? Its parts, as they were written and before they mean anything."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

__all__ = ["Box", "Call", "Literal", "Node", "Property", "Scalar", "Shape"]


@dataclass(frozen=True, slots=True)
class Property:
    """A property of the features, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number, truth value or moment."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class Shape:
    """A geometry in the CRS of the filter, in that system's order of axes."""

    geometry: BaseGeometry


@dataclass(frozen=True, slots=True)
class Box:
    """The numbers of a box in the CRS of the filter."""

    numbers: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """An operator or a function on its arguments.

    Attributes
    ----------
    op
        As CQL2 JSON names it: and, or, not, =, <>, <, >, <=, >=, like, ilike, between, in, isNull,
        casei, accenti, s_intersects and so on.
    args
        What it is applied to; for ``in`` the value and then each of the list.
    """

    op: str
    args: tuple[Node, ...]


Node = Property | Literal | Shape | Box | Call
Scalar = str | float | bool | dt.datetime
