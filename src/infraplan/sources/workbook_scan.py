"""What does the XML of a sheet hold, seen without holding it: formulas, rows without number?"""

from __future__ import annotations

import re
from typing import IO, TYPE_CHECKING, Final

from infraplan.errors import Fault
from infraplan.sources.archives import MEGABYTE, sheet_rule

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator

__all__ = ["has_formulas", "size_faults"]

_FORMULA: Final = re.compile(rb"<(?:\w+:)?f[ >/]")
_ROW: Final = re.compile(rb"<(?:\w+:)?row[\s>/]")
_END: Final = re.compile(rb"</(?:\w+:)?sheetData")
_CHUNK_BYTES: Final = 1_048_576
_OVERLAP_BYTES: Final = 16


def has_formulas(archive: zipfile.ZipFile, member: str) -> bool:
    """Tell whether a sheet has any formula."""
    with archive.open(member) as stream:
        return any(_FORMULA.search(tail + chunk) for tail, chunk in _chunks(stream))


def size_faults(archive: zipfile.ZipFile, member: str, *, file: str) -> list[Fault]:
    """Find a sheet whose rows would fill the memory of whatever reads it.

    Parameters
    ----------
    archive, member
        The workbook and the path of the sheet in it.
    file
        Name of the workbook for messages.

    Returns
    -------
    list of Fault
        For more rows than a reader can count, or a single row larger than any table's.
    """
    rows_most, row_mb = int(sheet_rule("sheet_rows_most")), sheet_rule("row_most_mb")
    rows = since_row = 0
    remedy = "copy the table alone to a new workbook, or save it as “CSV UTF-8”"
    with archive.open(member) as stream:
        for tail, chunk in _chunks(stream):
            found = len(_ROW.findall(tail + chunk)) - len(_ROW.findall(tail))
            rows += found
            since_row = 0 if found else since_row + len(chunk)
            if rows > rows_most:
                problem = f"a sheet has more than {rows_most:,} rows, blank ones with them"
                return [Fault(file, problem, remedy)]
            if since_row > row_mb * MEGABYTE:
                problem = f"a row of a sheet has more than {row_mb:g} MB"
                return [Fault(file, problem, remedy)]
            if _END.search(tail + chunk):
                return []
    return []


def _chunks(stream: IO[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """Give a stream piece by piece, each with the end of the one before."""
    tail = b""
    while chunk := stream.read(_CHUNK_BYTES):
        yield tail, chunk
        tail = chunk[-_OVERLAP_BYTES:]
