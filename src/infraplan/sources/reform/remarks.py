"""What must the reader of a carried table know: which rows are at fault, what figures rest on?"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan.errors import Fault
from infraplan.sources import numbers
from infraplan.sources.reform.links import AREA, MAIN, PEOPLE, TABLE
from infraplan.wording import count, percent, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from infraplan.sources.reform.columns import Parts
    from infraplan.sources.reform.links import Links
    from infraplan.wording import Text

__all__ = ["Place", "code_faults", "notes_of", "read_numbers"]

_MOST_CODES: Final = 8


class Place:
    """Where a table stands, for messages.

    Parameters
    ----------
    file, column
        Name of the table, and of its column of codes.
    rows
        For each row, its number as the spreadsheet counts.
    """

    __slots__ = ("column", "file", "rows")

    def __init__(self, file: str, column: str, rows: Sequence[int]) -> None:
        self.file, self.column, self.rows = file, column, rows

    def fault(self, problem: str, remedy: str, row: int, column: str | None = None) -> Fault:
        """Return a fault of one row, counted from 0."""
        return Fault(self.file, problem, remedy, self.rows[row], column or self.column)


def code_faults(
    codes: Sequence[str | None], unknown: Iterable[str], merges: pd.DataFrame, to: str, place: Place
) -> list[Fault]:
    """List rows without a code, codes that stand twice and codes that lead nowhere, row by row."""
    rows: dict[str, list[int]] = defaultdict(list)
    faults: list[tuple[int, Fault]] = []
    for row, code in enumerate(codes):
        if code is None:
            remedy = "give the commune's code of five digits, or take the row out"
            faults.append((row, place.fault("the row has no code", remedy, row)))
        else:
            rows[code].append(row)
    for code, found in rows.items():
        for row in found[1:]:
            problem = f"the code {code} stands in row {place.rows[found[0]]} already"
            remedy = "correct one of the two codes, or join the rows if they mean the same commune"
            faults.append((row, place.fault(problem, remedy, row)))
    for code in unknown:
        problem, remedy = _unknown(code, merges, to)
        faults += [(row, place.fault(problem, remedy, row)) for row in rows[code]]
    return [fault for _, fault in sorted(faults, key=lambda pair: pair[0])]


def _unknown(code: str, merges: pd.DataFrame, to: str) -> tuple[str, str]:
    """Say why a code leads nowhere and what to do."""
    find = "correct the code (infraplan communes resolve NAME finds it)"
    if to == "new":
        problem = f"the code {code} is in no table of mergers and has no boundaries"
        remedy = f"{find}, or give old and new boundaries, as for units merged before 2025"
    elif (merges["new_code"] == code).any():
        made_of = merges.loc[merges["new_code"] == code, "old_code"].tolist()
        problem = (
            f"the commune {code} was made of {len(made_of)} old ones ({', '.join(made_of)}) and "
            "nothing says how much of it each is"
        )
        remedy = "give old and new boundaries, or the people of each old commune as sizes"
    else:
        problem, remedy = f"the code {code} is no commune of 2025 in the table of mergers", find
    return problem, remedy


def read_numbers(
    column: pd.Series, place: Place, *, counts: bool
) -> tuple[NDArray[np.float64], list[Fault]]:
    """Read a column as numbers; what is none is unknown and a fault.

    Texts may have decimal commas and signs between thousands; `counts` tells that a text such as
    "5.000" or "5,000", with nothing else to tell, is five thousand.
    """
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    is_text = np.array([isinstance(cell, str) for cell in column], dtype=np.bool_)
    said = numbers.read_numbers(
        [cell if text else None for cell, text in zip(column, is_text, strict=True)], whole=counts
    )
    values = np.where(is_text, said.values, values)
    filled = [not pd.isna(cell) and str(cell).strip() != "" for cell in column]
    wrong = ~np.isfinite(values) & np.array(filled, dtype=np.bool_)
    name = str(column.name)
    faults = [
        place.fault(
            f"{column.iloc[row]!r} "
            + ("may have thousands or decimals" if said.unclear[row] else "is no number"),
            "write a plain number such as 1234 or 12.5, or leave the cell empty",
            int(row),
            name,
        )
        for row in np.flatnonzero(wrong)
    ]
    return np.where(wrong, np.nan, values), faults


def notes_of(
    links: Links,
    parts: Parts,
    *,
    first: tuple[str, NDArray[np.float64]] | None,
    gaps: dict[str, list[str]],
    left_out: Sequence[str],
) -> tuple[Text, ...]:
    """Say what the carried figures rest on, and what to look at.

    Parameters
    ----------
    links, parts
        Where communes and rows went.
    first
        Name and values of the first column of counts, None without one.
    gaps
        For each column of counts, targets whose sum misses a part that is not known.
    left_out
        Columns that were left out.
    """
    notes: list[Text] = []
    for basis in (TABLE, MAIN, AREA, PEOPLE):
        moved = sorted(set(links.frame.loc[links.frame["basis"] == basis, "from_code"]))
        if moved:
            values = {"count": count(len(moved)), "codes": _some(moved)}
            notes.append(phrase(f"reform_by_{basis}", values) + _amount(parts, basis, first))
    for key, codes in (("reform_contrary", links.contrary), ("reform_unsized", links.unsized)):
        if codes:
            notes.append(phrase(key, {"count": count(len(codes)), "codes": _some(codes)}))
    for name, targets in gaps.items():
        if targets:
            values = {"count": count(len(targets)), "column": plain(name), "codes": _some(targets)}
            notes.append(phrase("reform_incomplete", values))
    if left_out:
        notes.append(phrase("reform_left_out", {"columns": plain(", ".join(left_out))}))
    return tuple(notes)


def _some(codes: Sequence[str]) -> Text:
    """List the first codes and say how many follow."""
    more = len(codes) - _MOST_CODES
    shown = plain(", ".join(codes[:_MOST_CODES]))
    return shown if more <= 0 else shown + phrase("reform_more", {"count": count(more)})


def _amount(parts: Parts, basis: str, first: tuple[str, NDArray[np.float64]] | None) -> Text:
    """Say how much of the first count rests on a basis."""
    if first is None:
        return phrase("reform_stop")
    name, values = first
    moved = np.nan_to_num(values[parts.row] * parts.share)
    total, here = float(moved.sum()), float(moved[parts.basis == basis].sum())
    part = percent(here / total) if total else count(0)
    values_said = {"amount": count(here), "column": plain(name), "part": part}
    return phrase("reform_amount", values_said)
