"""How does a planner see what is wrong with a table: a copy with the faulty cells marked?"""

from __future__ import annotations

import warnings
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import openpyxl
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink

from infraplan.sources.archives import MEGABYTE, sheet_rule
from infraplan.sources.marked_places import Place, places_of
from infraplan.sources.tabular_grid import no_sheet
from infraplan.sources.tabular_known import known_to
from infraplan.sources.tabular_text import TEXT_SUFFIXES, read_text
from infraplan.sources.workbook import FAULT_SHEET, UNREADABLE, WORKBOOK_SUFFIXES, read_sheet
from infraplan.sources.workbook_write import fit_print, put_text, save
from infraplan.wording import count as figure
from infraplan.wording import phrase

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from infraplan.errors import Fault
    from infraplan.sources.tabular_grid import Sheet

__all__ = ["write"]

_FAULTY: Final = PatternFill("solid", start_color="FFFFC7CE")
_HEAD: Final = PatternFill("solid", start_color="FFC00000")
_HEAD_FONT: Final = Font(bold=True, color="FFFFFFFF")
_LINK_FONT: Final = Font(underline="single", color="FF0563C1")
_TOP: Final = Alignment(wrap_text=True, vertical="top")
_LIST_HEADS: Final = ("marked_row", "marked_cell", "marked_problem", "marked_remedy")
_LIST_WIDTHS: Final = (12, 26, 70, 70)
_COLUMN_WIDTH: Final = 18
_COMMENT_PIXELS: Final = (380, 160)
_AUTHOR: Final = "infraplan"
_ROWS_MOST: Final = 1_048_576
"""Rows that a sheet can hold."""
_TITLE_MOST: Final = 31
"""Characters in the name of a sheet."""


@dataclass(frozen=True, slots=True)
class _Copy:
    """A workbook to be marked, and where the rows of the file are in it."""

    book: Workbook
    sheet: Worksheet
    rows: dict[int, int] | None

    def cell(self, place: Place) -> Cell | None:
        """Return the cell of a place; of merged cells the one that shows."""
        if place.row is None or place.column is None:
            return None
        row = place.row if self.rows is None else self.rows.get(place.row)
        if row is None or not 1 <= row <= _ROWS_MOST:
            return None
        found = self.sheet.cell(row, place.column + 1)
        if isinstance(found, Cell):
            return found
        spans = [r for r in self.sheet.merged_cells.ranges if found.coordinate in r]
        shown = self.sheet.cell(spans[0].min_row, spans[0].min_col)
        return shown if isinstance(shown, Cell) else None


def write(
    path: Path,
    faults: Sequence[Fault],
    out: Path,
    *,
    sheet: str | None = None,
    table: str | None = None,
) -> Path:
    """Write a copy of a user's table in which every faulty cell is coloured and explained.

    Parameters
    ----------
    path
        The user's spreadsheet or CSV; it is not touched.
    faults
        What is wrong with it.
    out
        Where to; the name ends in .xlsx whatever is given.
    sheet
        The sheet that was read; where None, the one whose header fits best.
    table
        Name of the table; where None, any table's names of columns are known.

    Returns
    -------
    pathlib.Path
        The file written. A workbook keeps its formatting, formulas and other sheets; a CSV
        becomes a workbook; of a large file only the faulty rows are in the copy. A last sheet
        lists all faults. The same input gives the same bytes.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    most = int(sheet_rule("marked_faults_most"))
    shown = sorted(faults[:most], key=lambda f: (f.row or 0, f.column or "", f.problem))
    read = _read(path, sheet, table)
    copy = None if read.frame.columns.empty else _copy_of(path, read, shown)
    places = [] if copy is None else places_of(shown, read, table=table)
    for place in places:
        if copy is not None:
            _mark(copy, place)
    book = openpyxl.Workbook() if copy is None else copy.book
    listed = book.worksheets[0] if copy is None else book.create_sheet()
    _list(listed, copy, places or [Place(fault, None, None) for fault in shown], len(faults))
    return save(book, out.with_suffix(".xlsx"))


def _read(path: Path, sheet: str | None, table: str | None) -> Sheet:
    name = path.name.lower()
    if name.endswith(WORKBOOK_SUFFIXES):
        return read_sheet(path, file=path.name, sheet=sheet, table=table)
    if name.endswith(TEXT_SUFFIXES):
        return read_text(path, file=path.name, known=known_to(table))
    return no_sheet(())


def _copy_of(path: Path, read: Sheet, faults: Sequence[Fault]) -> _Copy:
    """Copy a workbook with its formatting, a CSV with all rows, a large file by its faulty rows."""
    small = path.stat().st_size <= sheet_rule("marked_most_mb") * MEGABYTE
    if read.name and small and _unpacked_mb(path) <= sheet_rule("marked_unpacked_most_mb"):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # drawings it cannot keep
                book = openpyxl.load_workbook(path, keep_links=False)
            if FAULT_SHEET in book.sheetnames:
                del book[FAULT_SHEET]
            return _Copy(book, book[read.name], None)
        except UNREADABLE:
            pass  # formatting that openpyxl cannot hold: the values are copied
    return _values_of(read, None if small else {f.row for f in faults})


def _unpacked_mb(path: Path) -> float:
    with zipfile.ZipFile(path) as archive:
        return sum(m.file_size for m in archive.infolist()) / MEGABYTE


def _values_of(read: Sheet, only: Collection[int | None] | None) -> _Copy:
    """Copy the values of a table: each in its row, or faulty rows only under each other."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = (read.name or phrase("marked_table").vi)[:_TITLE_MOST]
    if only is not None:
        said = phrase("marked_rows_only")
        sheet["A1"] = f"{said.vi} – {said.en}"
    head = read.header_row if only is None else 2
    rows = {read.header_row: head}
    numbers = (read.frame.index + read.first_row).tolist()
    kept = [(n, i) for i, n in enumerate(numbers) if only is None or n in only]
    for target, (number, _) in enumerate(kept, start=head + 1):
        rows[number] = number if only is None else target
    columns = [read.frame[name].tolist() for name in read.frame.columns]
    for place, name, values in zip(read.places, read.frame.columns, columns, strict=True):
        put_text(sheet.cell(head, place + 1), str(name))
        sheet.column_dimensions[get_column_letter(place + 1)].width = _COLUMN_WIDTH
        for number, index in kept:
            if values[index] is not None:
                put_text(sheet.cell(rows[number], place + 1), str(values[index]))
    sheet.freeze_panes = f"A{head + 1}"
    return _Copy(book, sheet, None if only is None else rows)


def _mark(copy: _Copy, place: Place) -> None:
    """Colour one cell and say in a comment what is wrong and what to do."""
    cell = copy.cell(place)
    if cell is None:
        return
    cell.fill = _FAULTY
    if place.missing:
        put_text(cell, place.fault.column or "")
    fault = place.fault
    problem, remedy = phrase("marked_problem"), phrase("marked_remedy")
    text = (
        f"{problem.vi} – {problem.en}: {fault.problem}\n{remedy.vi} – {remedy.en}: {fault.remedy}"
    )
    before = cell.comment.text + "\n\n" if cell.comment is not None else ""
    width, height = _COMMENT_PIXELS
    cell.comment = Comment(before + text, _AUTHOR, height=height, width=width)


def _list(sheet: Worksheet, copy: _Copy | None, places: Sequence[Place], count: int) -> None:
    """List all faults, each with a link to its cell."""
    sheet.title = FAULT_SHEET
    for column, (key, width) in enumerate(zip(_LIST_HEADS, _LIST_WIDTHS, strict=True), start=1):
        said = phrase(key)
        head = sheet.cell(1, column, f"{said.vi} – {said.en}")
        head.fill, head.font = _HEAD, _HEAD_FONT
        sheet.column_dimensions[get_column_letter(column)].width = width
    for row, place in enumerate(places, start=2):
        fault = place.fault
        if fault.row is not None:
            sheet.cell(row, 1, fault.row)
        for column, text in enumerate((fault.column or "", fault.problem, fault.remedy), start=2):
            put_text(sheet.cell(row, column), text)
            sheet.cell(row, column).alignment = _TOP
        cell = None if copy is None else copy.cell(place)
        if copy is not None and cell is not None:
            title = copy.sheet.title.replace("'", "''")
            target = f"'{title}'!{cell.coordinate}"
            sheet.cell(row, 1).hyperlink = Hyperlink(ref=f"A{row}", location=target)
            sheet.cell(row, 1).font = _LINK_FONT
            if fault.row is None:
                sheet.cell(row, 1, cell.coordinate)
    if count > len(places):
        more = phrase("marked_more", {"shown": figure(len(places)), "count": figure(count)})
        put_text(sheet.cell(len(places) + 2, 3), f"{more.vi} – {more.en}")
    sheet.freeze_panes = "A2"
    fit_print(sheet)
