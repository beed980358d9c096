"""Which rows does a log file hold: how is it packed, encoded and separated, where is its header?"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from infraplan.errors import Fault
from infraplan.sources.drive_tests.columns import FIELDS, find_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from infraplan.sources.drive_tests.columns import Found

__all__ = ["Log", "read_log"]

_GZIP = b"\x1f\x8b"
_NO_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1", b"SQLite format 3", b"%PDF")
_ENCODINGS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_OLD_VIETNAMESE = "cp1258"
"""Text of which most signs beyond ASCII are no UTF-8 is taken as this."""
_SEPARATORS = (",", ";", "\t", "|")
_HEADER_WITHIN, _CHUNK, _PEEK = 50, 100_000, 4096
ROW = "row"
"""Column that numbers the lines of the file."""


@dataclass(frozen=True, slots=True)
class Log:
    """A log as text, its known columns only.

    Attributes
    ----------
    frame
        Column ``row``, the line of the file, and one column of text per known field.
    header
        Field → name of its column in the file.
    broken
        Rows with more or fewer values than the header has names.
    faults
        What keeps the file from being read.
    """

    frame: pd.DataFrame
    header: Mapping[str, str]
    broken: int
    faults: tuple[Fault, ...]


def read_log(path: Path, *, file: str, columns: Mapping[str, str]) -> Log:
    """Read the known columns of a log.

    Parameters
    ----------
    path
        Comma, semicolon, tab or bar separated text, packed by gzip or not, in UTF-8 or UTF-16.
        Lines above the header are skipped.
    file
        Its name for messages.
    columns
        Field → name of its column, where the reader says so.
    """
    try:
        text = _text(path)
    except (OSError, EOFError, zlib.error, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        remedy = "save it as “CSV UTF-8”, packed by gzip or not, and look that it is whole"
        return _nothing(Fault(file, f"the file cannot be read ({reason})", remedy))
    first = [
        line.rstrip("\n")
        for _, line in zip(range(_HEADER_WITHIN), io.StringIO(text, newline=None), strict=False)
    ]
    if not any(line.strip() for line in first):
        return _nothing(Fault(file, "the file is empty", "export the log again"))
    try:
        number, separator, found = _header(first, file=file, columns=columns)
        if found.faults:
            return _nothing(*found.faults)
        names = next(csv.reader([first[number]], delimiter=separator))
        frame, broken = _rows(text, number, separator, found.places, len(names))
    except csv.Error as error:
        problem = f"the rows cannot be told apart ({error}); a quotation mark may lack its partner"
        return _nothing(Fault(file, problem, "delete stray quotation marks and export it again"))
    return Log(frame, {f: names[i].strip() for f, i in found.places.items()}, broken, ())


def _nothing(*faults: Fault) -> Log:
    return Log(pd.DataFrame({ROW: []}), {}, 0, faults)


def _text(path: Path) -> str:
    """Return the file as text; bytes that are no text become the sign for that."""
    raw = path.read_bytes()
    if raw.startswith(_GZIP):
        raw = gzip.decompress(raw)
    if raw.startswith(_NO_TEXT):
        raise UnicodeError("it is a workbook, an archive or a database and not text")
    for mark, encoding in _ENCODINGS:
        if raw.startswith(mark):
            return raw.decode(encoding, errors="replace")
    if b"\x00" in raw[:_PEEK]:
        return raw.decode("utf-16-le" if raw[1:2] == b"\x00" else "utf-16-be", errors="replace")
    text = raw.decode("utf-8", errors="replace")
    unreadable = text.count("\ufffd")
    if unreadable and unreadable > sum(not c.isascii() for c in text) - unreadable:
        return raw.decode(_OLD_VIETNAMESE, errors="replace")
    return text


def _header(lines: list[str], *, file: str, columns: Mapping[str, str]) -> tuple[int, str, Found]:
    """Find the header: the first line with a position and a level, else the most telling one."""
    best: tuple[tuple[bool, int, int], int, str, Found] | None = None
    for number, line in enumerate(lines):
        for separator in _SEPARATORS:
            names = next(csv.reader([line], delimiter=separator), [])
            found = find_columns(names, file=file, row=number + 1, columns=columns)
            known = sum(f in FIELDS for f in found.places)
            score = (found.whole, known, len(names) if number == 0 else 0)
            if best is None or score > best[0]:
                best = (score, number, separator, found)
        if best is not None and best[0][0]:
            break
    if best is None:  # an empty list of lines; read_log has refused it
        raise ValueError("lines is empty")
    return best[1], best[2], best[3]


def _rows(
    text: str, header: int, separator: str, places: Mapping[str, int], width: int
) -> tuple[pd.DataFrame, int]:
    """Gather the known columns, and count the rows that do not fit the header."""
    chunks: list[pd.DataFrame] = []
    fields, last, broken = list(places), max(places.values()), 0
    rows: list[list[str]] = []
    lines: list[int] = []
    for line, values in _values(text, separator):
        if line <= header + 1 or not any(values):
            continue
        if len(values) <= last or any(v.strip() for v in values[width:]):
            broken += 1
            continue
        rows.append([values[places[f]] for f in fields])
        lines.append(line)
        if len(rows) == _CHUNK:
            chunks.append(_frame(rows, lines, fields))
            rows, lines = [], []
    chunks.append(_frame(rows, lines, fields))
    return pd.concat(chunks, ignore_index=True), broken


def _values(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for values in reader:
        yield reader.line_num, values


def _frame(rows: list[list[str]], lines: list[int], fields: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=fields, dtype="str")
    frame.insert(0, ROW, pd.Series(lines, dtype="int64"))
    return frame
