"""Does a file go on to its end, as far as its own format tells?

A host may tell a wrong length, or none; then only the format knows that a part is missing.
"""

from __future__ import annotations

import gzip
import os
import struct
import zlib
from typing import TYPE_CHECKING, Final

from infraplan.sources.door.tiff import tiff_end

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import BinaryIO

__all__ = ["CHECKS", "BrokenError"]

_BLOCK: Final = 1 << 20
_ZIP_END: Final = b"PK\x05\x06"
_ZIP_END_BYTES: Final = 22
_ZIP_COMMENT_MOST: Final = 65_535
_PBF_HEADER_MOST: Final = 64 * 1024
_PBF_DATA_SIZE_FIELD: Final = 3
_VARINT_MOST_BITS: Final = 63
_SQLITE_HEADER_BYTES: Final = 100
_SQLITE_LARGEST_PAGE: Final = 65_536
_PARQUET_ENDS_BYTES: Final = 12


class BrokenError(ValueError):
    """A file breaks off or contradicts itself."""


def _gzip(path: Path, most_bytes: int) -> None:
    """Read it to its checksum; refuse what unpacks to more than `most_bytes`."""
    unpacked = 0
    try:
        with gzip.open(path, "rb") as stream:
            while block := stream.read(_BLOCK):
                unpacked += len(block)
                if unpacked > most_bytes:
                    raise BrokenError(f"unpacks to more than {most_bytes / 1e6:,.0f} MB")
    except EOFError:
        raise BrokenError("breaks off before its end") from None
    except (gzip.BadGzipFile, zlib.error):
        raise BrokenError("is damaged: its checksum or its coding is wrong") from None


def _json(path: Path, most_bytes: int) -> None:
    """Compare the first and the last character that is no blank."""
    del most_bytes
    with path.open("rb") as stream:
        first = stream.read(_BLOCK).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        size = _size(stream)
        stream.seek(max(size - _BLOCK, 0))
        last = stream.read().rstrip()[-1:]
    if (first, last) not in ((b"{", b"}"), (b"[", b"]")):
        raise BrokenError("breaks off before its closing bracket")


def _zip(path: Path, most_bytes: int) -> None:
    """Look for the end of the list of files, which stands last."""
    del most_bytes
    with path.open("rb") as stream:
        size = _size(stream)
        stream.seek(max(size - _ZIP_COMMENT_MOST - _ZIP_END_BYTES, 0))
        tail = stream.read()
    at = tail.rfind(_ZIP_END)
    while at >= 0:
        record = tail[at : at + _ZIP_END_BYTES]
        if len(record) == _ZIP_END_BYTES:
            comment = struct.unpack_from("<H", record, 20)[0]
            if at + _ZIP_END_BYTES + comment == len(tail):
                return
        at = tail.rfind(_ZIP_END, 0, at)
    raise BrokenError("breaks off before its list of files, which stands at the end")


def _pbf(path: Path, most_bytes: int) -> None:
    """Step from blob to blob; the last one must end with the file."""
    del most_bytes
    with path.open("rb") as stream:
        size = _size(stream)
        at = 0
        while at < size:
            told = stream.read(4)
            length = int.from_bytes(told)
            if len(told) < 4 or not 0 < length <= _PBF_HEADER_MOST:  # noqa: PLR2004 - four bytes
                raise BrokenError("breaks off or is damaged between two of its blocks")
            at += 4 + length + _blob_bytes(stream.read(length))
            stream.seek(min(at, size))  # a damaged length may be beyond every file
    if at != size:
        raise BrokenError("breaks off within one of its blocks")


def _blob_bytes(header: bytes) -> int:
    """Return the length of a blob's data from its header.

    References
    ----------
    OpenStreetMap wiki, PBF format: BlobHeader has type (1), indexdata (2) and datasize (3).
    """
    at = 0
    while at < len(header):
        tag, at = _varint(header, at)
        number, at = _varint(header, at)
        if tag & 7 == 2:  # noqa: PLR2004 - protobuf's wire type of bytes
            at += number
        elif tag >> 3 == _PBF_DATA_SIZE_FIELD:
            return number
    raise BrokenError("is damaged: a block does not tell its length")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while at < len(data) and shift <= _VARINT_MOST_BITS:
        number |= (data[at] & 0x7F) << shift
        at += 1
        if not data[at - 1] & 0x80:
            return number, at
        shift += 7
    raise BrokenError("is damaged: a block's header cannot be read")


def _sqlite(path: Path, most_bytes: int) -> None:
    """Compare the length with the number of pages in the header."""
    del most_bytes
    with path.open("rb") as stream:
        size = _size(stream)
        header = stream.read(_SQLITE_HEADER_BYTES)
    if len(header) < _SQLITE_HEADER_BYTES:
        raise BrokenError("breaks off within its header")
    page = int.from_bytes(header[16:18])
    page = _SQLITE_LARGEST_PAGE if page == 1 else page
    pages = int.from_bytes(header[28:32])
    told = header[24:28] == header[92:96] and pages > 0
    if page == 0 or size % page or (told and size < pages * page):
        raise BrokenError("breaks off before its last page")


def _parquet(path: Path, most_bytes: int) -> None:
    """Look for the footer, its length and the mark at the very end."""
    del most_bytes
    with path.open("rb") as stream:
        size = _size(stream)
        stream.seek(max(size - 8, 0))
        tail = stream.read(8)
    footer = int.from_bytes(tail[:4], "little")
    if tail[4:] != b"PAR1" or footer + _PARQUET_ENDS_BYTES > size:
        raise BrokenError("breaks off before its footer")


def _tiff(path: Path, most_bytes: int) -> None:
    """Compare the length with where the directories say that strips and tiles end."""
    del most_bytes
    with path.open("rb") as stream:
        size = _size(stream)
        try:
            end = tiff_end(stream, size)
        except (ValueError, struct.error):
            raise BrokenError("breaks off or is damaged within its directory") from None
    if end > size:
        raise BrokenError(f"breaks off: its directory tells of {end:,} bytes, there are {size:,}")


def _size(stream: BinaryIO) -> int:
    return os.fstat(stream.fileno()).st_size


CHECKS: Final[Mapping[str, Callable[[Path, int], None]]] = {
    "gzip": _gzip,
    "json": _json,
    "parquet": _parquet,
    "pbf": _pbf,
    "sqlite": _sqlite,
    "tiff": _tiff,
    "zip": _zip,
}
"""Checks by the column ``whole`` of ``catalog/content_kinds.csv``; each takes the file and the
most bytes it may unpack to, and raises :class:`BrokenError`."""
