"""Which properties does a collection have, and what do people call them?

Kinds, units and meanings come from the data dictionaries of the catalogue, titles in both
languages from its words (``field_<name>``). A column of an operator is titled after the column
without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import pandas as pd

from infraplan.catalog import phrases
from infraplan.tables import Column, spec

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Field", "fields_of"]

_DICTIONARIES: Final = {"proposals": "new_sites"}
"""Collection to data dictionary, where the names differ."""
_DESCRIBED: Final = frozenset(
    {
        "communes", "villages", "facilities", "sites", "cells", "fibre", "gaps", "new_sites",
        "links", "roads", "water",
    }
)  # fmt: skip
"""Tables with a data dictionary."""
_ORIGIN: Final = "_origin"
_UNITS: Final = {
    "_m2": "m2",
    "_km2": "km2",
    "_m": "m",
    "_vnd": "VND",
    "_vnd_year": "VND/year",
    "_dbm": "dBm",
    "_db": "dB",
    "_deg": "deg",
    "_mhz": "MHz",
    "_ghz": "GHz",
    "_mbps": "Mbit/s",
    "_share": "1",
}
"""Ending of a name to unit, where no dictionary says it."""


@dataclass(frozen=True, slots=True)
class Field:
    """One property of the features of a collection.

    Attributes
    ----------
    name
        As answers and filters call it.
    kind
        text, number, integer or boolean.
    unit
        Unit of a number, empty without one.
    title_vi, title_en
        What people call it.
    meaning
        What the data dictionary says of it; the English title where it says nothing.
    allowed
        The texts it can hold; empty where any.
    minimum, maximum
        Range of a number, None where open.
    """

    name: str
    kind: str
    unit: str
    title_vi: str
    title_en: str
    meaning: str
    allowed: tuple[str, ...]
    minimum: float | None
    maximum: float | None


def fields_of(collection: str, frame: pd.DataFrame, operators: Sequence[str]) -> tuple[Field, ...]:
    """Return the properties of a collection in the order of its columns.

    Parameters
    ----------
    collection
        Such as communes.
    frame
        Its table without geometry.
    operators
        Names that columns may end in.
    """
    dictionary = _DICTIONARIES.get(collection, collection)
    known = {c.name: c for c in spec(dictionary).columns} if dictionary in _DESCRIBED else {}
    return tuple(
        _field(str(name), frame[name], known.get(str(name)), operators) for name in frame.columns
    )


def _field(name: str, values: pd.Series, column: Column | None, operators: Sequence[str]) -> Field:
    unit = column.unit if column is not None else _unit(_base(name, operators))
    kind = _kind(values, column, unit)
    title_vi, title_en = _title(name, operators)
    numeric = column is not None and kind in ("number", "integer")
    return Field(
        name=name,
        kind=kind,
        unit=unit,
        title_vi=title_vi,
        title_en=title_en,
        meaning=column.meaning if column is not None else title_en,
        allowed=column.allowed if column is not None and kind == "text" else (),
        minimum=column.minimum if column is not None and numeric else None,
        maximum=column.maximum if column is not None and numeric else None,
    )


def _kind(values: pd.Series, column: Column | None, unit: str) -> str:
    """Return what a column holds. Whole numbers are those that the dictionary calls so.

    Money and areas are numbers: clients read a whole number into 32 bits.
    """
    if pd.api.types.is_bool_dtype(values.dtype):
        return "boolean"
    if not pd.api.types.is_numeric_dtype(values.dtype):
        return "text"
    if column is not None:
        return "integer" if column.type == "integer" else "number"
    is_count = pd.api.types.is_integer_dtype(values.dtype) and not unit
    return "integer" if is_count else "number"


def _base(name: str, operators: Sequence[str]) -> str:
    """Return the name of a column without that of an operator."""
    return next((name.removesuffix(f"_{o}") for o in operators if name.endswith(f"_{o}")), name)


def _unit(name: str) -> str:
    endings = sorted(_UNITS, key=len, reverse=True)
    return next((_UNITS[e] for e in endings if name.endswith(e)), "")


@cache
def _words() -> Mapping[str, tuple[str, str]]:
    said = phrases().items()
    return {k.removeprefix("field_"): (t["vi"], t["en"]) for k, t in said if k[:6] == "field_"}


def _title(name: str, operators: Sequence[str]) -> tuple[str, str]:
    """Return the Vietnamese and the English title of a column."""
    words = _words()
    if name in words:
        return words[name]
    if name.endswith(_ORIGIN):
        vi, en = _title(name.removesuffix(_ORIGIN), operators)
        return f"{words['origin_of'][0]} {vi[:1].lower()}{vi[1:]}", f"{words['origin_of'][1]} {en}"
    base = _base(name, operators)
    if base in words:
        vi, en = words[base]
        operator = name.removeprefix(f"{base}_")
        return f"{vi} ({operator})", f"{en} ({operator})"
    plain = name.replace("_", " ")
    return plain, plain
