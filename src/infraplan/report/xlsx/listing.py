"""How is a table of the bundle laid out on a sheet, and where do formulas find its columns?

Title, a note, totals of the rows that a filter leaves, the columns' names in the CSV in small
print, the heads in people's words, then the rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from xlsxwriter.utility import xl_col_to_name

from infraplan.report.palette import MUTED
from infraplan.report.xlsx.book import is_missing, sound

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from infraplan.report.xlsx.book import Book

__all__ = ["HEAD_ROW", "Column", "Listing", "Placed", "lay_out", "place", "set_page"]

HEAD_ROW: Final = 4
"""Row of the heads, from 0; rows of the table follow."""

_TITLE, _NOTE, _TOTALS, _NAMES = range(4)
_TOTAL: Final = "SUBTOTAL(9,{})"
_PAPER_A4, _PAPER_A3 = 9, 8
_LINE_POINTS: Final = 13.0
_LETTERS_A_UNIT: Final = 1.1
"""A column's width counts digits, and letters are narrower on the whole."""
_WIDE_CHARACTERS: Final = 190


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet.

    Attributes
    ----------
    key
        Of the frame, and for formulas.
    title
        In people's words, with the unit.
    kind
        "text", "wrap", "code" (text for formulas, in small print) or a kind of number.
    width
        In characters.
    source
        The name in the bundle's CSV, for an auditor; the key where None, none where empty.
    total
        Whether the rows that a filter leaves are added up above it.
    formula
        Makes the formula of a row from its number (from 1); the frame holds its value.
    above
        Number in the row of totals, such as the weight of a component; none where None.
    """

    key: str
    title: str
    kind: str = "text"
    width: float = 12.0
    source: str | None = None
    total: bool = False
    formula: Callable[[int], str] | None = None
    above: float | None = None

    def called(self, title: str, *, above: float | None = None) -> Column:
        """Return the same column with another title, and a number in the row of totals."""
        return replace(self, title=title, above=above)

    @property
    def is_text(self) -> bool:
        """Whether the column holds text."""
        return self.kind in ("text", "wrap", "code")


@dataclass(frozen=True, slots=True)
class Listing:
    """A table to be laid out.

    Attributes
    ----------
    frame
        Its rows.
    columns
        What is shown of it, in this order.
    title, note
        What the sheet is about, and what it rests on.
    frozen
        So many columns stay in view.
    """

    frame: pd.DataFrame
    columns: Sequence[Column]
    title: str
    note: str
    frozen: int = 2


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a table lies in the workbook.

    Attributes
    ----------
    sheet
        Name of the sheet.
    first, last
        Numbers of its first and last row, from 1; an empty table has one blank row.
    letters
        Column key to column letters.
    rows
        Number of rows.
    """

    sheet: str
    first: int
    last: int
    letters: Mapping[str, str] = field(default_factory=dict)
    rows: int = 0

    def all_of(self, key: str) -> str:
        """Return the reference of a whole column, such as ``'Xã, phường'!$F$6:$F$153``."""
        letter = self.letters[key]
        return f"{self._quoted}!${letter}${self.first}:${letter}${self.last}"

    def at(self, key: str, row: int) -> str:
        """Return the reference of a column in a row of the same sheet, which counts from 1."""
        return f"${self.letters[key]}{row}"

    def one(self, key: str, row: int) -> str:
        """Return the reference of a column in a row, which counts from 0 in the table."""
        return f"{self._quoted}!${self.letters[key]}${self.first + row}"

    @property
    def _quoted(self) -> str:
        doubled = self.sheet.replace("'", "''")
        return f"'{doubled}'"


def place(listing: Listing, sheet_name: str) -> Placed:
    """Return where a table will lie, before any of it is written."""
    rows, first = len(listing.frame), HEAD_ROW + 2
    letters = {c.key: xl_col_to_name(i) for i, c in enumerate(listing.columns)}
    return Placed(sheet_name, first, first + max(rows, 1) - 1, letters, rows)


def lay_out(book: Book, sheet: Worksheet, listing: Listing, placed: Placed) -> None:
    """Write a table to its sheet."""
    columns = listing.columns
    sheet.hide_gridlines(2)
    sheet.set_row(_TITLE, 22)
    sheet.write_string(_TITLE, 0, listing.title, book.look("text", {"bold": True, "font_size": 14}))
    sheet.write_string(_NOTE, 0, listing.note, book.small())
    words = {"xlsx_total_shown": any(c.total for c in columns)}
    words["xlsx_weights"] = any(c.above is not None for c in columns)
    for word, wanted in words.items():
        if wanted:
            sheet.write_string(_TOTALS, 0, book.word(word), book.total("text"))
    sheet.set_row(_NAMES, 40)
    sheet.set_row(HEAD_ROW, 56)
    for row, points in enumerate(_heights(listing), HEAD_ROW + 1):
        sheet.set_row(row, points)
    for number, column in enumerate(columns):
        _column(book, sheet, number, column, listing, placed)
    if not placed.rows:
        sheet.write_string(HEAD_ROW + 2, 0, book.word("xlsx_no_rows"), book.small({"italic": True}))
    sheet.autofilter(HEAD_ROW, 0, placed.last - 1, len(columns) - 1)
    sheet.freeze_panes(HEAD_ROW + 1, listing.frozen)
    sheet.repeat_rows(HEAD_ROW - 1, HEAD_ROW)
    wide = sum(c.width for c in columns) > _WIDE_CHARACTERS
    sheet.set_paper(_PAPER_A3 if wide else _PAPER_A4)


def set_page(book: Book, sheet: Worksheet, *, left: str, centre: str) -> None:
    """Set up the printed page: landscape, as wide as the paper, a foot with digest and mark."""
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page = book.word("xlsx_page")
    parts = (sound(left).replace("&", "&&"), centre.replace("&", "&&"), f"{page} &P/&N")
    sheet.set_footer("".join(f"&{side}&8{text}" for side, text in zip("LCR", parts, strict=True)))


def _column(
    book: Book, sheet: Worksheet, number: int, column: Column, listing: Listing, placed: Placed
) -> None:
    """Write one column: its width, total, name, head and values."""
    kind = "text" if column.is_text else column.kind
    sheet.set_column(number, number, column.width)
    values = listing.frame[column.key].tolist()
    if column.total:
        total = sum(value for value in values if not is_missing(value))
        formula = "=" + _TOTAL.format(placed.all_of(column.key).partition("!")[2])
        book.calculate(sheet, _TOTALS, number, formula, total, book.total(kind))
    if column.above is not None:
        sheet.write_number(_TOTALS, number, column.above, book.total(kind))
    indent = 1 if column.is_text and number else 0
    source = column.key if column.source is None else column.source
    sheet.write_string(_NAMES, number, source, _name_style(book, column, indent))
    head = book.head(numeric=not column.is_text, indent=indent)
    sheet.write_string(HEAD_ROW, number, column.title, head)
    style = _style(book, column, indent)
    for row, value in enumerate(values, HEAD_ROW + 1):
        if column.formula is None:
            book.put(sheet, row, number, value, style)
        else:
            book.calculate(sheet, row, number, column.formula(row + 1), value, style)


def _name_style(book: Book, column: Column, indent: int) -> Format:
    """Return the small print in which a column's name in the CSV stands."""
    align = {"align": "left", "indent": indent} if column.is_text else {"align": "right"}
    return book.small({"font_size": 7, "text_wrap": True, "valign": "bottom", **align})


def _style(book: Book, column: Column, indent: int) -> Format:
    """Return the format of a column's cells."""
    more: dict[str, object] = {"indent": indent, "align": "left"} if indent else {}
    if column.kind == "wrap":
        more["text_wrap"] = True
    if column.kind == "code":
        more |= {"font_size": 8, "font_color": MUTED}
    return book.body("text" if column.is_text else column.kind, more)


def _heights(listing: Listing) -> list[float]:
    """Return the height of each row in points where texts are wrapped, none where they are not."""
    wrapped = [c for c in listing.columns if c.kind == "wrap"]
    if not wrapped:
        return []
    texts = listing.frame[[c.key for c in wrapped]].to_dict("records")
    return [
        _LINE_POINTS
        * max(
            math.ceil(len(text) / (column.width * _LETTERS_A_UNIT))
            if isinstance(text, str) and text
            else 1
            for column in wrapped
            for text in (row[column.key],)
        )
        for row in texts
    ]
