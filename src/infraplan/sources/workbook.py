"""What does a sheet of an Excel workbook hold, read row by row and never run?"""

from __future__ import annotations

import warnings
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final, Protocol, cast
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from infraplan.errors import Fault, InputError
from infraplan.sources.archives import BROKEN, sheet_rule
from infraplan.sources.tabular_cells import UNCOMPUTED, text_of
from infraplan.sources.tabular_grid import Sheet, head_rows, no_sheet, table_of
from infraplan.sources.tabular_header import Row, column_letters, find_header
from infraplan.sources.tabular_known import Known, known_to
from infraplan.sources.workbook_safety import examine
from infraplan.sources.workbook_scan import has_formulas
from infraplan.wording import Text, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from openpyxl.cell.read_only import ReadOnlyCell

    class _Streamed(Protocol):
        """A sheet that is read row by row."""

        title: str
        sheet_state: str
        _worksheet_path: str

        def reset_dimensions(self) -> None: ...
        def iter_rows(self, *, values_only: bool = ...) -> Iterator[tuple[Any, ...]]: ...

    class _Book(Protocol):
        """A workbook that is read row by row."""

        worksheets: Sequence[_Streamed]

        def __getitem__(self, title: str) -> _Streamed: ...
        def close(self) -> None: ...


__all__ = ["FAULT_SHEET", "UNREADABLE", "WORKBOOK_SUFFIXES", "Sheet", "read_sheet"]

WORKBOOK_SUFFIXES: Final = (".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods")
"""Endings that are read as a workbook, or refused with the remedy."""
FAULT_SHEET: Final = "Lỗi – Faults"
"""Sheet of a marked copy that lists the faults; it is no data."""

UNREADABLE: Final = (
    *BROKEN,
    InvalidFileException,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
)
"""What openpyxl raises for a workbook whose parts contradict each other."""


def read_sheet(
    path: Path,
    *,
    file: str,
    sheet: str | None = None,
    table: str | None = None,
    columns: Mapping[str, str] | None = None,
) -> Sheet:
    """Read one table of a workbook as text.

    Parameters
    ----------
    path
        An .xlsx or .xlsm file; others are refused with the remedy.
    file
        Its name for messages.
    sheet
        Name of the sheet; where None, the one whose header fits best.
    table
        Name of the table, whose aliases tell the header; any table's where None.
    columns
        Dictionary column → file column, as the study file says.

    Returns
    -------
    Sheet
        With faults and no rows where the workbook cannot be read. Macros are never run, links
        never followed; memory follows the rows that hold something.
    """
    examined = examine(path, file=file)
    if examined.faults:
        return no_sheet(examined.faults)
    known = known_to(table, columns=columns)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # drawings and styles it does not keep
            with closing(_open(path, values=True)) as book:
                chosen, notes, faults = _choose(book, sheet, known, file)
                if chosen is None:
                    return no_sheet(faults, [*examined.notes, *notes])
                found = table_of(
                    _rows(path, book, chosen, file, notes), known=known, file=file, name=chosen
                )
    except InputError as error:
        return no_sheet(error.faults, examined.notes)
    except UNREADABLE as error:
        reason = " ".join(str(error).split())[:160]
        problem = f"the workbook cannot be read ({reason}); it is damaged or cut short"
        remedy = "open it in a spreadsheet program, which may repair it, and save it anew"
        return no_sheet([Fault(file, problem, remedy)], examined.notes)
    return Sheet(
        frame=found.frame,
        first_row=found.first_row,
        faults=found.faults,
        notes=(*examined.notes, *notes, *found.notes),
        name=chosen,
        header_row=found.header_row,
        places=found.places,
    )


def _open(path: Path, *, values: bool) -> _Book:
    """Open a workbook for reading row by row, with the values of its formulas or their texts."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=values, keep_links=False)
    return cast("_Book", book)


def _choose(
    book: _Book, sheet: str | None, known: Known, file: str
) -> tuple[str | None, list[Text], list[Fault]]:
    """Choose the sheet to read: the one that is named, else the one whose header fits best."""
    names = [s.title for s in book.worksheets if s.title != FAULT_SHEET]
    if sheet is not None:
        if sheet in names:
            return sheet, [], []
        problem = f"the workbook has no sheet {sheet!r}; it has {_listed(names)}"
        return None, [], [Fault(file, problem, "mend the name under `sheet` in the study file")]
    hidden = [s.title for s in book.worksheets if s.sheet_state != "visible"]
    notes = []
    if hidden:
        notes.append(
            phrase("sheet_hidden", {"file": plain(file), "sheets": plain(_listed(hidden))})
        )
    fits: dict[str, int] = {}
    for name in names:
        if name not in hidden:
            header = find_header(head_rows(_filled(_values(book[name], file), []))[0], known)
            if header is not None:
                fits[name] = header.known
    if not fits:
        problem = "no sheet of the workbook holds anything" + (" but hidden ones" if hidden else "")
        remedy = "put the table in a sheet, or name the hidden one under `sheet` in the study file"
        return None, notes, [Fault(file, problem, remedy)]
    best = [name for name, fit in fits.items() if fit == max(fits.values())]
    if len(best) > 1:
        problem = f"{len(best)} sheets could be the table: {_listed(best)}"
        remedy = "name one of them as `sheet` in the study file, or give each as a file of its own"
        return None, notes, [Fault(file, problem, remedy)]
    rivals = [n for n, fit in fits.items() if 2 * fit > fits[best[0]] and n != best[0]]
    if rivals:
        others = _listed(rivals)
        values = {"file": plain(file), "sheet": plain(best[0]), "others": plain(others)}
        notes.append(phrase("sheet_chosen", values))
    return best[0], notes, []


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(n) for n in names) or "none"


def _rows(path: Path, book: _Book, name: str, file: str, notes: list[Text]) -> Iterator[Row]:
    """Give the rows of a sheet that hold anything; notes say where reading stopped."""
    if _has_formulas(path, book[name]):
        rows = _with_formulas(path, book[name], file)
    else:
        rows = _values(book[name], file)
    stopped: list[int] = []
    yield from _filled(rows, stopped)
    if stopped:
        values = {"file": plain(file), "row": plain(stopped[0])}
        notes.append(phrase("sheet_blank_rows", values))


def _filled(rows: Iterator[Row], stopped: list[int]) -> Iterator[Row]:
    """Give the rows that hold anything; stop at too many blank ones, and tell after which row."""
    most, blank = int(sheet_rule("blank_rows_most")), 0
    for row in rows:
        if row.filled:
            blank = 0
            yield row
            continue
        blank += 1
        if blank >= most:
            stopped.append(row.number - blank)
            return


def _values(sheet: _Streamed, file: str) -> Iterator[Row]:
    """Give the rows of a sheet as text; what it says of its own size is not believed."""
    sheet.reset_dimensions()
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        yield Row(number, _texts(cells, number, file))


def _texts(cells: Sequence[object], number: int, file: str) -> tuple[str | None, ...]:
    """Return the cells of a row as text, without the blank ones at its end."""
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    most = int(sheet_rule("columns_most"))
    if end > most:
        column = column_letters(end - 1)
        problem = f"column {column} holds a value, far beyond a table of {most} columns"
        remedy = "delete what stands far to the right of the table"
        raise InputError([Fault(file, problem, remedy, row=number, column=column)])
    texts = tuple(text_of(c) for c in cells[:end])
    return texts if any(t is not None for t in texts) else ()


def _has_formulas(path: Path, sheet: _Streamed) -> bool:
    member = sheet._worksheet_path  # noqa: SLF001 - openpyxl has no public name for it
    with zipfile.ZipFile(path) as archive:
        return has_formulas(archive, member)


def _with_formulas(path: Path, sheet: _Streamed, file: str) -> Iterator[Row]:
    """Give the rows of a sheet, and mark formulas whose value the file does not hold."""
    sheet.reset_dimensions()
    with closing(_open(path, values=False)) as formulas:
        twin = formulas[sheet.title]
        twin.reset_dimensions()
        pairs = zip(sheet.iter_rows(), twin.iter_rows(), strict=True)
        for number, (values, texts) in enumerate(pairs, start=1):
            cells = [_known_value(v, t) for v, t in zip(values, texts, strict=True)]
            yield Row(number, _texts(cells, number, file))


def _known_value(value: ReadOnlyCell, formula: ReadOnlyCell) -> object:
    """Return a cell's value; a formula that gave an empty text ("str") is blank, not unknown."""
    unknown = formula.data_type == "f" and value.value is None and value.data_type != "str"
    return UNCOMPUTED if unknown else value.value
