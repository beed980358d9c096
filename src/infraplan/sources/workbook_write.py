"""How is a workbook written so that the same content gives the same bytes, whole or not at all?"""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Final

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.worksheet.properties import PageSetupProperties

from infraplan.errors import OutputError

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.cell import MergedCell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["fit_print", "put_text", "save", "write_whole"]

_A4: Final = 9
"""The number that workbooks give this size of paper."""
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest date that an archive can hold."""
_TEXT_MOST: Final = 32_767
"""Characters that a cell can hold."""
_SAVED: Final = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_STAMP: Final = rb"\g<1>1980-01-01T00:00:00Z\g<2>"


def save(book: Workbook, path: Path) -> Path:
    """Write a workbook without the clock in it.

    Parameters
    ----------
    book
        The workbook.
    path
        Where to; replaced whole, or left as it was.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    raw = io.BytesIO()
    book.save(raw)
    out = io.BytesIO()
    with zipfile.ZipFile(raw) as made, zipfile.ZipFile(out, "w") as fixed:
        for name in made.namelist():
            content = made.read(name)
            if name == "docProps/core.xml":
                content = _SAVED.sub(_STAMP, content)
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            fixed.writestr(member, content)
    return write_whole(path, out.getvalue())


def fit_print(sheet: Worksheet) -> None:
    """Print a sheet on A4 across, all columns on one page, the first row on each."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:1"


def put_text(cell: Cell | MergedCell, text: str) -> None:
    """Write a text in a cell, never as a formula, whatever sign it starts with."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:_TEXT_MOST]
    if isinstance(cell, Cell):
        cell.data_type = "s"


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file beside its place and move it there, so that it is never half there.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    beside = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise OutputError(
            f"{path} cannot be written ({error.strerror}). Remedy: close it where it is open, or "
            "name another file."
        ) from error
    return path
