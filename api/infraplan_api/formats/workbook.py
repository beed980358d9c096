"""How is a table written as a workbook that opens with its head in place?"""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from infraplan.sources.workbook_write import put_text, save
from infraplan_api.formats.flat import flat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from openpyxl.cell import Cell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

__all__ = ["workbook_bytes", "xlsx_bytes"]

_TITLE_MOST: Final = 31
"""Characters that the name of a sheet can have."""
_FORBIDDEN: Final = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_NARROW, _WIDE = 10, 40
"""Widths of a column, characters."""


def xlsx_bytes(frame: pd.DataFrame, title: str) -> bytes:
    """Return a table as a workbook with one sheet.

    Parameters
    ----------
    frame
        A table; its index is left out, its geometry as :func:`flat` says.
    title
        Name of the sheet.
    """
    return workbook_bytes({title: frame})


def workbook_bytes(sheets: Mapping[str, pd.DataFrame]) -> bytes:
    """Return tables as a workbook: bold frozen heads, filters, no formula.

    Parameters
    ----------
    sheets
        Name of each sheet to its table; what a sheet's name cannot hold is left out.

    Returns
    -------
    bytes
        The same for the same tables: no clock is in it. What is missing is an empty cell.
    """
    book = Workbook(write_only=True)
    for title, frame in sheets.items():
        name = title.translate(_FORBIDDEN).strip()[:_TITLE_MOST]
        _fill(book.create_sheet(name or None), flat(frame))
    with tempfile.TemporaryDirectory() as folder:
        return save(book, Path(folder) / "table.xlsx").read_bytes()


def _fill(sheet: WriteOnlyWorksheet, table: pd.DataFrame) -> None:
    """Write a table into an empty sheet."""
    names = [str(name) for name in table.columns]
    sheet.freeze_panes = "A2"
    if names:
        filters = sheet.auto_filter  # type: ignore[attr-defined]  # its stubs lack it
        filters.ref = f"A1:{get_column_letter(len(names))}{len(table) + 1}"
    widths = sheet.column_dimensions  # type: ignore[attr-defined]  # the same
    for number, name in enumerate(names, 1):
        widths[get_column_letter(number)].width = min(max(len(name) + 2, _NARROW), _WIDE)
    sheet.append([_head(sheet, name) for name in names])
    for row in zip(*(table[name].tolist() for name in table.columns), strict=True):
        sheet.append([_cell(sheet, value) for value in row])


def _head(sheet: WriteOnlyWorksheet, name: str) -> Cell:
    cell = WriteOnlyCell(sheet)
    put_text(cell, name)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: object) -> Cell | float | bool | None:
    """Return what stands in a cell; a text is never a formula."""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    cell = WriteOnlyCell(sheet)
    put_text(cell, str(value))
    return cell
