"""Which figures of coverage does a request ask for, and are there such?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan_api.errors import InvalidRequestError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from infraplan_api.coverage.figures import Combination, Figures

__all__ = ["ALL", "PARAMETERS", "Asked", "asked_of", "refuse_too_many"]

ALL: Final = "all"
PARAMETERS: Final = ("technology", "operator", "environment", "level", "threshold_dbm", "year")
_USUAL_LEVEL: Final = "served"
_SAME_DBM: Final = 1e-6
_ENTRIES_MOST: Final = 25_000
"""So many a text or a workbook holds; writing more takes seconds and hundreds of megabytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """What a request asks for.

    Attributes
    ----------
    rows
        Rows of the figures, ascending.
    """

    rows: NDArray[np.intp]


def asked_of(figures: Figures, query: Mapping[str, str]) -> Asked:
    """Return the rows that a query asks for.

    Parameters
    ----------
    figures
        What there is.
    query
        Of :data:`PARAMETERS` any, each one value or ``"all"``. Without them it is the plan's
        technology, all operators, the first environment, the level that serves, the first year.

    Raises
    ------
    NotFoundError
        If the bundle has no such figures; every parameter at fault is named with what there is.
    """
    there = figures.combinations
    faults: list[str] = []
    first = there[0]
    usual = {
        "technology": first.technology,
        "operator": ALL,
        "environment": first.environment,
        "level": _USUAL_LEVEL,
        "year": str(min(c.year for c in there)),
    }
    given = {name: value for name, value in query.items() if name in usual}
    wanted = usual | given
    if "threshold_dbm" in query and "level" not in query:
        wanted["level"] = ALL
    kept = list(range(len(there)))
    for name in ("technology", "environment", "level", "operator", "year"):
        kept = _narrowed(there, kept, name, wanted[name], faults)
    if "threshold_dbm" in query:
        kept = _at_threshold(figures, kept, query["threshold_dbm"], faults)
    if faults:
        raise NotFoundError(
            f"The bundle has no such figures: {'; '.join(faults)}. Remedy: take one of the values "
            f"that are named, or {ALL!r} for all of them.",
            faults=faults,
        )
    return Asked(np.array(kept, dtype=np.intp))


def refuse_too_many(figures: Figures, asked: Asked) -> None:
    """Raise where all communes together have more figures than one text or workbook may hold.

    Raises
    ------
    InvalidRequestError
        If that is so.
    """
    entries = len(asked.rows) * (len(figures.codes) + 1)
    if entries > _ENTRIES_MOST:
        fault = f"these are {entries} entries, and this format holds {_ENTRIES_MOST}"
        raise InvalidRequestError(
            f"{fault}. Remedy: name one technology, operator, environment, level or year instead "
            f"of {ALL!r}, or take f=parquet, which holds all.",
            faults=[fault],
        )


def _narrowed(
    there: Sequence[Combination], kept: list[int], name: str, value: str, faults: list[str]
) -> list[int]:
    """Keep the rows of one value; where there are none, keep all and note the fault."""
    if value == ALL:
        return kept
    found = [i for i in kept if str(getattr(there[i], name)) == value]
    if found:
        return found
    known = dict.fromkeys(str(getattr(there[i], name)) for i in kept)
    faults.append(f"query.{name}: {value[:60]!r} is not there, but {', '.join(known)}")
    return kept


def _at_threshold(figures: Figures, kept: list[int], text: str, faults: list[str]) -> list[int]:
    """Keep the rows of one threshold."""
    try:
        wanted_dbm = float(text)
    except ValueError:
        wanted_dbm = math.nan
    found = [i for i in kept if abs(figures.thresholds_dbm[i] - wanted_dbm) <= _SAME_DBM]
    if found:
        return found
    known = sorted({float(figures.thresholds_dbm[i]) for i in kept}, reverse=True)
    listed = ", ".join(f"{dbm:g} dBm" for dbm in known)
    faults.append(f"query.threshold_dbm: {text[:60]!r} is not there, but {listed}")
    return kept
