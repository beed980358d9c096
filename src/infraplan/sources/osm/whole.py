"""Is an OpenStreetMap file whole?

GDAL stops at a block that is cut short, but says nothing of whole blocks that are missing. So the
blocks are walked from head to tail, and the last one must hold what such files end with.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO

from infraplan.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["faults_of_pbf"]

_LENGTH = struct.Struct(">I")
_MOST_HEADER_BYTES = 64 * 1024
_HEADER_TYPE, _HEADER_SIZE = 1, 3
_BLOB_RAW, _BLOB_ZLIB = 1, 3
_BLOCK_GROUP = 2
_GROUP_RELATIONS = 4
_LENGTH_DELIMITED, _VARINT, _FIXED_64, _FIXED_32 = 2, 0, 1, 5
_BYTE_BITS, _BYTE_MORE = 7, 0x80


def faults_of_pbf(path: Path) -> tuple[Fault, ...]:
    """Say what keeps a .osm.pbf file from being whole; nothing where it is.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    tuple of Fault
        One fault where a block is cut short or unreadable, or where the file ends before its
        relations (nodes, ways and relations stand in this order); else empty. A file of several
        blocks of relations that lost the last ones cannot be told from a whole one.

    References
    ----------
    OpenStreetMap wiki, "PBF Format": file format, and encoding of OSM entities.
    """
    size = path.stat().st_size
    last = (0, 0)
    try:
        with path.open("rb") as stream:
            at = 0
            while at < size:
                kind, start, end = _block(stream, at)
                if end > size:
                    return (
                        _fault(
                            path,
                            f"the file ends at byte {size:,}, inside a block that "
                            f"ends at byte {end:,}",
                        ),
                    )
                if kind == b"OSMData":
                    last = (start, end)
                at = end
            if not last[1]:
                return (_fault(path, "the file holds no data block"),)
            stream.seek(last[0])
            if not _ends_with_relations(stream.read(last[1] - last[0])):
                return (_fault(path, "the file ends before its relations (boundaries and areas)"),)
    except (struct.error, IndexError, KeyError, ValueError, zlib.error):
        return (_fault(path, "a block of the file cannot be read"),)
    return ()


def _fault(path: Path, problem: str) -> Fault:
    return Fault(path.name, f"{problem}: it is cut short or damaged", "download the extract again")


def _block(stream: BinaryIO, at: int) -> tuple[bytes, int, int]:
    """Return the kind of the block at a byte, and where its content starts and ends."""
    stream.seek(at)
    (length,) = _LENGTH.unpack(stream.read(_LENGTH.size))
    if length > _MOST_HEADER_BYTES:
        message = f"a block header of {length} bytes"
        raise ValueError(message)
    header = dict(_fields(stream.read(length)))
    start = at + _LENGTH.size + length
    kind, size = header[_HEADER_TYPE], header[_HEADER_SIZE]
    if not isinstance(kind, bytes) or not isinstance(size, int):
        message = "a block header of another form"
        raise ValueError(message)  # noqa: TRY004 - the file is wrong, not the caller
    return kind, start, start + size


def _ends_with_relations(blob: bytes) -> bool:
    """Tell whether a block holds relations; True where its compression is not ours to open."""
    parts = dict(_fields(blob))
    packed = parts.get(_BLOB_ZLIB)
    data = zlib.decompress(packed) if isinstance(packed, bytes) else parts.get(_BLOB_RAW)
    if not isinstance(data, bytes):
        return True
    groups = [v for k, v in _fields(data) if k == _BLOCK_GROUP and isinstance(v, bytes)]
    return any(k == _GROUP_RELATIONS for group in groups for k, _ in _fields(group))


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Walk the fields of a protocol buffer message: number, and integer or bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        kind = key & 7
        if kind == _VARINT:
            number, at = _varint(message, at)
            yield key >> 3, number
            continue
        if kind == _LENGTH_DELIMITED:
            length, at = _varint(message, at)
        elif kind in (_FIXED_64, _FIXED_32):
            length = 8 if kind == _FIXED_64 else 4
        else:
            text = f"a field of kind {kind}"
            raise ValueError(text)
        if at + length > len(message):
            text = "a field longer than its message"
            raise ValueError(text)
        yield key >> 3, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """Return the integer of variable length at a byte, and the byte after it."""
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & (_BYTE_MORE - 1)) << shift
        if byte < _BYTE_MORE:
            return value, at
        shift += _BYTE_BITS
