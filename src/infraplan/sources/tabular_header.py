"""Where in a grid of text is the header, over how many rows, and what are the columns called?

Offices put titles above a table, groups over columns ("Toạ độ" over X and Y) and a row of
numbers under the names; the header is the row that has most of the names a table knows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from infraplan.sources.tabular_cells import is_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.sources.tabular_known import Known

__all__ = ["Header", "Row", "column_letters", "find_header"]

_ORDINAL: Final = re.compile(r"\(?(\d{1,3}|[A-Z])\)?")
_UNIT: Final = re.compile(r"[(\[].*[)\]]")
_LETTERS: Final = 26
_SEQUENCE_LEAST: Final = 3
"""Numbers that follow each other under a header before they count as a row of numbers."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a grid: its number as a spreadsheet counts, and its cells, None where blank."""

    number: int
    cells: tuple[str | None, ...]

    @property
    def filled(self) -> int:
        """Number of cells that hold something."""
        return sum(c is not None for c in self.cells)

    def cell(self, place: int) -> str | None:
        """Return one cell, None beyond the row's end."""
        return self.cells[place] if place < len(self.cells) else None


@dataclass(frozen=True, slots=True)
class Header:
    """The names of a table's columns.

    Attributes
    ----------
    row
        Number of the row that holds the names; the lower one of two.
    names
        Name of each column, "" where it has none.
    known
        How many of them the table knows.
    rows
        How many of the rows given are title or header, so are no data.
    """

    row: int
    names: tuple[str, ...]
    known: int
    rows: int


def column_letters(place: int) -> str:
    """Return the letters of a column from its place, counted from 0.

    Examples
    --------
    >>> column_letters(0), column_letters(26)
    ('A', 'AA')
    """
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def find_header(rows: Sequence[Row], known: Known) -> Header | None:
    """Find the header among the first rows of a grid.

    Parameters
    ----------
    rows
        The first rows that hold anything.
    known
        The names to look for.

    Returns
    -------
    Header or None
        None where there is no row at all. Where no name is known, the first row that is as wide
        as half of the widest.
    """
    if not rows:
        return None
    counts = [known.count([c for c in row.cells if c]) for row in rows]
    best = counts.index(max(counts))
    if not counts[best]:
        widest = max(row.filled for row in rows)
        best = next(i for i, row in enumerate(rows) if 2 * row.filled >= widest)
    header = _single(rows, best, counts[best])
    for upper in (best, best - 1):
        if 0 <= upper < len(rows) - 1:
            double = _double(rows, upper, known)
            if double is not None and double.known > header.known:
                header = double
    return _past_ordinals(rows, header)


def _single(rows: Sequence[Row], place: int, known: int) -> Header:
    row = rows[place]
    return Header(row.number, tuple(c or "" for c in row.cells), known, place + 1)


def _double(rows: Sequence[Row], place: int, known: Known) -> Header | None:
    """Read two rows as one header: groups above, names below."""
    upper, lower = rows[place], rows[place + 1]
    if lower.number != upper.number + 1 or any(is_number(c) for c in lower.cells if c):
        return None
    width = max(len(upper.cells), len(lower.cells))
    below = [c for c in lower.cells if c]
    names, group = [], ""
    for i in range(width):
        own, name = upper.cell(i), lower.cell(i)
        group = own or (group if name else "")
        if name is None:
            names.append(own or "")
        elif below.count(name) == 1 and (known.count([name]) or not group):
            names.append(name)
        else:
            names.append(_joined(group, name, known))
    count = known.count([n for n in dict.fromkeys(names) if n])
    return Header(lower.number, tuple(names), count, place + 2)


def _joined(group: str, name: str, known: Known) -> str:
    """Join the name of a group and of a column so that the table knows it, if it can be."""
    ways = [f"{group} {name}", f"{name} {group}"]
    return next((w for w in ways if known.count([w])), ways[0]).strip()


def _past_ordinals(rows: Sequence[Row], header: Header) -> Header:
    """Pass over a row of numbers "(1) (2) (3)" or of units "(m)" under the names."""
    for row in rows[header.rows : header.rows + 2]:
        cells = [c for c in row.cells if c]
        if not (_is_sequence(cells) or all(_UNIT.fullmatch(c) for c in cells)):
            break
        header = Header(header.row, header.names, header.known, header.rows + 1)
    return header


def _is_sequence(cells: Sequence[str]) -> bool:
    """Tell whether cells count on: 1, 2, 3 or A, B, 1, 2."""
    if len(cells) < _SEQUENCE_LEAST or not all(_ORDINAL.fullmatch(c) for c in cells):
        return False
    figures = [int(c.strip("()")) for c in cells if c.strip("()").isdigit()]
    counting = all(b == a + 1 for a, b in pairwise(figures))
    return bool(figures) and figures[0] == 1 and counting and len(figures) > len(cells) // 2
