"""Which prices does a study replace with its own?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan.errors import Fault
from infraplan.results.prices import BOUNDS
from infraplan.study.gather_tables import read_files
from infraplan.study.gathered import tell
from infraplan.tables import check, spec
from infraplan.wording import count, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan.study.gathered import Gathered
    from infraplan.study_file import TablePart

__all__ = ["add_prices"]

_PRICES: Final = tuple(f"{bound}_vnd" for bound in BOUNDS)
_DECLARED: Final = "declared"
_UNSAID: Final = "none"
"""Confidence of a price of which nobody says how sure it is."""


def add_prices(found: Gathered, part: TablePart, folder: Path) -> None:
    """Replace prices of the catalogue with those of a sheet of the study.

    Where a row has no low or high price, the likely one holds for it, and the price is certain.
    Everything that is wrong with the sheet is listed.
    """
    tell(found, part.note)
    if not part.files:
        problem = "no path is given"
        found.faults.append(Fault(found.name, problem, "add `path`", column="costs.path"))
        return
    raw, file = read_files(found, "costs", part, folder)
    if raw is None:
        return
    found.faults += raw.faults
    found.notes += raw.notes
    if raw.faults:
        return
    checked = check(raw.frame, spec("prices"), file=file, first_row=raw.first_row)
    rows = raw.frame.index.to_numpy(dtype=np.int64) + raw.first_row
    given = pd.DataFrame(checked.frame)
    faults = [*checked.faults, *_faults(found, given, file, rows)]
    found.faults += faults
    if faults:
        return
    told = _completed(given, source=part.origin or file)
    found.prices = found.prices.replaced(told)
    values = {"file": plain(file), "count": count(len(told))}
    found.notes.append(phrase("prices_replaced", values))


def _faults(
    found: Gathered, given: pd.DataFrame, file: str, rows: NDArray[np.int64]
) -> list[Fault]:
    """List items and units that the price list does not know, and prices out of order."""
    units = {str(item): str(unit) for item, unit in found.prices.table["unit"].items()}
    faults = []
    for row, said in zip(rows.tolist(), given.to_dict("records"), strict=True):
        if said.get("item") is None:
            continue
        item, unit = str(said["item"]), said.get("unit")
        own = units.get(item)
        if own is None:
            problem = f"there is no price item {item!r}"
            remedy = f"give one of {', '.join(units)}"
            faults.append(Fault(file, problem, remedy, row, "item"))
        elif unit is not None and unit != own:
            problem = f"the unit of {item} is {own}, and the sheet says {unit!r}"
            remedy = f"give the price of one {own} and write {own}, or leave the unit empty"
            faults.append(Fault(file, problem, remedy, row, "unit"))
        faults += _order_faults(said, file, row)
    return faults


def _order_faults(said: Mapping[Hashable, object], file: str, row: int) -> list[Fault]:
    """List prices of one row that are not low, likely and high in this order."""
    there = [(name, said.get(name)) for name in _PRICES]
    known = [(n, value) for n, value in there if isinstance(value, float) and np.isfinite(value)]
    return [
        Fault(
            file,
            f"{lower} {low:,.0f} is above {upper} {high:,.0f}",
            "give low_vnd <= likely_vnd <= high_vnd",
            row,
            upper,
        )
        for (lower, low), (upper, high) in pairwise(known)
        if low > high
    ]


def _completed(given: pd.DataFrame, *, source: str) -> pd.DataFrame:
    """Return the sheet with everything that a price must say of itself."""
    told = given[[c for c in given.columns if c in spec("prices").names and c != "unit"]].copy()
    for name in ("low_vnd", "high_vnd"):
        own = told[name] if name in told.columns else told["likely_vnd"]
        told[name] = own.fillna(told["likely_vnd"])
    for name, default in (("source", source), ("confidence", _UNSAID), ("origin", _DECLARED)):
        own = told[name] if name in told.columns else pd.Series(index=told.index, dtype=object)
        told[name] = own.where(own.notna(), default).astype(object)
    told["year"] = told["year"].astype(int)
    return told
