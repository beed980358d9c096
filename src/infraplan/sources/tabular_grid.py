"""Which rows of a grid of text are a table, which are titles, sums and signatures around it?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

import pandas as pd

from infraplan.errors import Fault
from infraplan.names import match_key
from infraplan.sources.archives import sheet_rule
from infraplan.sources.tabular_cells import ERRORS, UNCOMPUTED, is_number, spelled
from infraplan.sources.tabular_header import Header, Row, column_letters, find_header
from infraplan.wording import Text, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from infraplan.sources.tabular_known import Known

__all__ = ["Sheet", "head_rows", "no_sheet", "table_of"]

_SUMS: Final = frozenset(
    match_key(t) for t in ("Tổng", "Tổng cộng", "Tổng số", "Cộng", "Cộng tổng", "Total", "Sum")
)
"""What the first cell of a row of sums says."""
_FOOTER_CELLS_MOST: Final = 2
"""A row under a blank one with no more cells than this is a signature or a remark …"""
_TABLE_COLUMNS_LEAST: Final = 4
"""… where the table has at least so many columns."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of a spreadsheet or a CSV, all text.

    Attributes
    ----------
    frame
        Rows under the names of the header; text or None. Blank rows, sums and signatures are
        left out.
    first_row
        Index + `first_row` is the row as the spreadsheet counts.
    faults
        Cells that cannot be read, with row and column.
    notes
        What was left out or changed.
    name
        Name of the sheet, empty for a CSV.
    header_row
        Row of the names, as the spreadsheet counts.
    places
        Column of the file, counted from 0, of each column of the frame.
    """

    frame: pd.DataFrame
    first_row: int
    faults: tuple[Fault, ...] = ()
    notes: tuple[Text, ...] = ()
    name: str = ""
    header_row: int = 1
    places: tuple[int, ...] = ()


def no_sheet(faults: Sequence[Fault], notes: Sequence[Text] = ()) -> Sheet:
    """Return a sheet without rows, with what kept it from being read."""
    return Sheet(pd.DataFrame(), 2, tuple(faults), tuple(notes))


def head_rows(rows: Iterable[Row]) -> tuple[list[Row], Iterator[Row]]:
    """Split off the rows at the top in which a header is sought; blank ones are left out."""
    most = int(sheet_rule("header_rows_most"))
    filled = (row for row in rows if row.filled)
    head: list[Row] = []
    for row in filled:
        if row.number > most and head:
            return head, chain([row], filled)
        head.append(row)
        if len(head) == most:
            break
    return head, filled


def table_of(
    rows: Iterable[Row], *, known: Known, file: str, name: str = "", strict: bool = False
) -> Sheet:
    """Make a table of the rows of a grid.

    Parameters
    ----------
    rows
        Rows in their order.
    known
        Names that tell the header from titles.
    file, name
        The file and its sheet, for messages.
    strict
        Whether a row longer or shorter than the header is a fault, as in a CSV.
    """
    head, rest = head_rows(rows)
    header = find_header(head, known)
    if header is None:
        remedy = "put the names of the columns in one row and the data below"
        return no_sheet([Fault(file, "the table is empty", remedy)])
    body, faults = _bounded(chain(head[header.rows :], rest), file)
    body, notes = _without_ends(body, header, _called(file, name))
    names, places = _names(header, body)
    if strict:
        faults += _length_faults(body, header, file)
    columns: dict[str, list[str | None]] = {}
    fields = known.fields(names)
    for place, column in zip(places, names, strict=True):
        values = [row.cell(place) for row in body]
        unread = _cell_faults(values, body, file, column)
        if column in fields:
            faults += unread
        elif unread:
            notes.append(_left_blank(unread, column, _called(file, name)))
        columns[column] = [None if v in ERRORS or v == UNCOMPUTED else v for v in values]
    columns, more = _in_unicode(columns, _called(file, name))
    first = header.row + 1
    index = pd.Index([row.number - first for row in body], dtype="int64")
    frame = pd.DataFrame(columns, index=index, dtype=object)
    notes += more
    return Sheet(frame, first, tuple(faults), tuple(notes), name, header.row, tuple(places))


def _called(file: str, name: str) -> str:
    """Return the file's name with its sheet, for messages."""
    return f"{file}, sheet {name!r}" if name else file


def _bounded(rows: Iterable[Row], file: str) -> tuple[list[Row], list[Fault]]:
    """Hold the rows of a table, and say where it has more of them than can be held."""
    most = int(sheet_rule("rows_most"))
    held = list(islice(rows, most + 1))
    if len(held) <= most:
        return held, []
    remedy = "cut it into several files, or give it as GeoPackage"
    return [], [Fault(file, f"the table has more than {most:,} rows", remedy, row=held[-1].number)]


def _without_ends(body: list[Row], header: Header, file: str) -> tuple[list[Row], list[Text]]:
    """Leave out sums, and what stands under the table after a blank row."""
    notes = []
    sums = [row for row in body if _is_sum(row)]
    if sums:
        notes.append(_left_out("sheet_sums", sums, file))
        body = [row for row in body if not _is_sum(row)]
    end = place = len(body)
    if sum(bool(n) for n in header.names) >= _TABLE_COLUMNS_LEAST:
        while place > 1 and _is_remark(body[place - 1]):
            place -= 1
            if body[place].number > body[place - 1].number + 1:
                end = place
    if end < len(body):
        notes.append(_left_out("sheet_footer", body[end:], file))
    return body[:end], notes


def _is_remark(row: Row) -> bool:
    """Tell whether a row holds nothing but one or two texts of several words."""
    cells = [c for c in row.cells if c]
    return len(cells) <= _FOOTER_CELLS_MOST and all(" " in c and not is_number(c) for c in cells)


def _is_sum(row: Row) -> bool:
    first = next((c for c in row.cells if c), "")
    return not first.isdigit() and match_key(first) in _SUMS


def _left_out(key: str, rows: Sequence[Row], file: str) -> Text:
    said = ", ".join(str(r.number) for r in rows[:5]) + (", …" if len(rows) > 5 else "")  # noqa: PLR2004
    return phrase(key, {"file": plain(file), "rows": plain(said)})


def _names(header: Header, body: Sequence[Row]) -> tuple[list[str], list[int]]:
    """Name each column that has a name or holds anything; a repeated name gets a number."""
    width = max([len(header.names), *(len(r.cells) for r in body)])
    filled = [False] * width
    for row in body:
        for place, cell in enumerate(row.cells):
            filled[place] = filled[place] or cell is not None
    names: list[str] = []
    places = []
    for place in range(width):
        name = header.names[place] if place < len(header.names) else ""
        if not name and not filled[place]:
            continue
        name = name or column_letters(place)
        copies = 2
        while name in names:
            name, copies = f"{header.names[place] or column_letters(place)} ({copies})", copies + 1
        names.append(name)
        places.append(place)
    return names, places


def _length_faults(body: Sequence[Row], header: Header, file: str) -> list[Fault]:
    """List rows of a CSV whose fields do not stand under their names."""
    width = len(header.names)
    remedy = "put a text that holds the separator in quotes, or add the separators that are missing"
    faults = []
    for row in body:
        has = len(row.cells)
        extra = any(c is not None for c in row.cells[width:])
        if has < width or extra:
            problem = f"the row has {has} fields, but the header has {width}"
            faults.append(Fault(file, problem, remedy, row=row.number))
    return faults


def _cell_faults(
    values: Sequence[str | None], body: Sequence[Row], file: str, column: str
) -> list[Fault]:
    """List cells whose formula failed, or whose value the file does not hold."""
    faults = []
    for value, row in zip(values, body, strict=True):
        if value == UNCOMPUTED:
            problem = "the cell holds a formula whose value was never computed"
            remedy = "open the file in a spreadsheet program, save it and give it again"
        elif value in ERRORS:
            problem = f"the cell shows the error {value}"
            remedy = "mend its formula, or type the value; leave it blank where it is unknown"
        else:
            continue
        faults.append(Fault(file, problem, remedy, row=row.number, column=column))
    return faults


def _left_blank(unread: Sequence[Fault], column: str, file: str) -> Text:
    """Tell of cells without a value in a column that the table does not need."""
    said = {"file": plain(file), "column": plain(column), "count": plain(len(unread))}
    return phrase("sheet_blank_cells", {**said, "row": plain(unread[0].row or 0)})


def _in_unicode(
    columns: dict[str, list[str | None]], file: str
) -> tuple[dict[str, list[str | None]], list[Text]]:
    """Write names and values in clean Unicode, and say which columns were in another encoding."""
    header, _ = spelled(list(columns))
    found: dict[str, list[str | None]] = {}
    changed: dict[str, list[str]] = {}
    for old, new, values in zip(columns, header, columns.values(), strict=True):
        name = new if new and new not in found else old
        found[name], mended = spelled(values)
        if mended:
            changed.setdefault(mended, []).append(name)
    return found, [
        phrase(f"sheet_{how}", {"file": plain(file), "columns": plain(", ".join(names))})
        for how, names in sorted(changed.items())
    ]
