"""What does a CSV hold: in which encoding, with which separator, packed or not?"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zlib
from contextlib import contextmanager
from itertools import islice
from typing import IO, TYPE_CHECKING, Final

from infraplan.errors import Fault, InputError
from infraplan.names import looks_like_tcvn3
from infraplan.sources.archives import MEGABYTE, sheet_rule
from infraplan.sources.tabular_cells import text_of
from infraplan.sources.tabular_grid import Sheet, no_sheet, table_of
from infraplan.sources.tabular_header import Row, find_header
from infraplan.wording import phrase, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from _typeshed import WriteableBuffer

    from infraplan.sources.tabular_known import Known

__all__ = ["TEXT_SUFFIXES", "read_text"]

TEXT_SUFFIXES: Final = (".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz")
"""Endings that are read as text with separators."""

_GZIP: Final = b"\x1f\x8b"
_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_WORKBOOKS: Final = (b"PK\x03\x04", bytes.fromhex("D0CF11E0A1B11AE1"))
_UTF16_SHARE: Final = 0.125
"""One byte of two is zero in plain letters of UTF-16; more zeros than this share tell it."""
_ZEROS_SHARE: Final = 0.01
"""Text has no zero bytes, but for a few that a faulty export left."""
_SEPARATORS: Final = ",;\t|"
_SAMPLE_BYTES: Final = 65_536
_CHUNK_BYTES: Final = 1_048_576
_SAMPLE_ROWS: Final = 60
_SAID: Final = re.compile(r"sep=(.)\s*", re.IGNORECASE)
_FIELD_MOST: Final = 131_072
_UNREADABLE: Final = (OSError, EOFError, zlib.error, UnicodeError)


def read_text(path: Path, *, file: str, known: Known) -> Sheet:
    """Read a CSV as text, whatever its encoding and separator.

    Parameters
    ----------
    path
        A CSV, packed by gzip or not: UTF-8, UTF-16, Windows-1258, or TCVN3 under Windows-1252;
        separated by comma, semicolon, tab or bar.
    file
        Its name for messages.
    known
        Names that tell the header, and the separator that splits it best.

    Returns
    -------
    Sheet
        With faults and no rows where it cannot be read. Rows are counted as a spreadsheet
        program would: a field with line breaks is one row, a blank line is one too.
    """
    try:
        encoding = _encoding(path, file)
        with _text(path, encoding, file) as stream:
            sample = stream.read(_SAMPLE_BYTES)
        separator, skipped = _separator(sample, known)
        with _text(path, encoding, file) as stream:
            for _ in range(skipped):
                stream.readline()
            rows = _whole_rows(stream, separator, file)
            found = table_of(rows, known=known, file=file, strict=True)
    except InputError as error:
        return no_sheet(error.faults)
    except _UNREADABLE as error:
        reason = " ".join(str(error).split())[:160]
        problem = f"the file cannot be read ({reason}); it may be cut short or be no text"
        return no_sheet([Fault(file, problem, "save it as “CSV UTF-8” and give it again")])
    if encoding in ("utf-8", "utf-8-sig", "utf-16"):
        return found
    values = {"file": plain(file), "encoding": plain(encoding)}
    return Sheet(
        frame=found.frame,
        first_row=found.first_row,
        faults=found.faults,
        notes=(phrase("sheet_encoding", values), *found.notes),
        header_row=found.header_row,
        places=found.places,
    )


@contextmanager
def _bytes(path: Path, file: str) -> Iterator[IO[bytes]]:
    """Open a file, unpacked where it is packed, and bounded."""
    with path.open("rb") as stream:
        packed = stream.read(2) == _GZIP
        stream.seek(0)
        if not packed:
            yield stream
            return
        with gzip.GzipFile(fileobj=stream) as unpacked:
            yield io.BufferedReader(_Bounded(unpacked, file), _CHUNK_BYTES)


class _Bounded(io.RawIOBase):
    """A packed stream that ends with a fault where it unpacks to more than a table would."""

    def __init__(self, stream: gzip.GzipFile, file: str) -> None:
        super().__init__()
        self._stream = stream
        self._file = file
        self._left = int(sheet_rule("text_most_mb") * MEGABYTE)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        count = self._stream.readinto(buffer)
        self._left -= count
        if self._left < 0:
            problem = f"the file would unpack to more than {sheet_rule('text_most_mb'):,.0f} MB"
            raise InputError([Fault(self._file, problem, "cut it into several files")])
        return count


@contextmanager
def _text(path: Path, encoding: str, file: str) -> Iterator[io.TextIOWrapper]:
    with (
        _bytes(path, file) as stream,
        io.TextIOWrapper(stream, encoding=encoding, newline="") as text,
    ):
        yield text


def _encoding(path: Path, file: str) -> str:
    """Tell the encoding of a file from all its bytes."""
    with _bytes(path, file) as stream:
        head = stream.read(_SAMPLE_BYTES)
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > _UTF16_SHARE * len(head) and min(even, odd) < _ZEROS_SHARE * len(head):
        return "utf-16-le" if odd > even else "utf-16-be"
    _refuse_no_text(head, file)
    try:
        with _text(path, "utf-8", file) as stream:
            while stream.read(_CHUNK_BYTES):
                pass
    except UnicodeDecodeError:
        words = re.split(r"[,;|\s]+", head.decode("cp1252", errors="replace"))
        foreign = [w for w in words if not w.isascii()]
        return "cp1252" if looks_like_tcvn3(foreign) else "cp1258"
    return "utf-8"


def _refuse_no_text(head: bytes, file: str) -> None:
    """Raise InputError for a workbook, a web page or a picture under the name of a CSV."""
    if head.startswith(_WORKBOOKS):
        problem = "the file is a workbook or an archive under the name of a CSV"
        remedy = "give it the ending it had (.xlsx, .zip)"
    elif head.lstrip()[:1] == b"<":
        problem, remedy = "the file is a web page under the name of a CSV", "download it again"
    elif head.count(0) > _ZEROS_SHARE * len(head):
        problem, remedy = "the file is no text", "save it as “CSV UTF-8” and give it again"
    else:
        return
    raise InputError([Fault(file, problem, remedy)])


def _separator(sample: str, known: Known) -> tuple[str, int]:
    """Return the separator, and how many lines stand above the table only to name it."""
    first, _, rest = sample.partition("\n")
    said = _SAID.fullmatch(first)
    if said:
        return said[1], 1
    if "\n" in rest:
        sample = sample[: sample.rindex("\n") + 1]  # the last line may be cut
    return max(_SEPARATORS, key=lambda sign: _fit(sample, sign, known)), 0


def _fit(sample: str, separator: str, known: Known) -> tuple[int, int, int]:
    """Say how well a separator fits: names known, rows as wide as the header, columns."""
    try:
        rows = list(islice(_rows(io.StringIO(sample, newline=""), separator), _SAMPLE_ROWS))
    except csv.Error:
        return 0, 0, 0
    filled = [row for row in rows if row.filled]
    header = find_header(filled, known)
    if header is None:
        return 0, 0, 0
    width = len(header.names)
    return header.known, sum(len(r.cells) == width for r in filled) if width > 1 else 0, width


def _rows(stream: Iterable[str], separator: str) -> Iterator[Row]:
    """Give the records of a CSV."""
    csv.field_size_limit(_FIELD_MOST)
    for number, fields in enumerate(csv.reader(stream, delimiter=separator), start=1):
        yield Row(number, tuple(text_of(field.replace("\0", "")) for field in fields))


def _whole_rows(stream: IO[str], separator: str, file: str) -> Iterator[Row]:
    """Give the records of a CSV; refuse a field whose quotation mark swallows what follows it."""
    ended = False

    def lines() -> Iterator[str]:
        nonlocal ended
        yield from stream
        ended = True

    number, problem = 1, "a quotation mark opens in this row and never closes"
    try:
        for row in _rows(lines(), separator):
            if ended:
                break
            yield row
            number = row.number + 1
        else:
            return
    except csv.Error:
        problem = f"a field has more than {_FIELD_MOST:,} characters; a quotation mark may be open"
    remedy = "close the quotation mark, double it within a text, or delete it"
    raise InputError([Fault(file, problem, remedy, row=number)])
