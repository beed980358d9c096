"""How far do the strips and tiles of a TIFF reach?"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from typing import BinaryIO

__all__ = ["tiff_end"]

_BIG: Final = 43
_OFFSETS: Final = (273, 324)
"""Tags of the places of strips and of tiles; the tags of their lengths follow below."""
_LENGTHS: Final = {279: 273, 325: 324}
_TYPES: Final = {3: "u2", 4: "u4", 13: "u4", 16: "u8"}
"""Numbers of the types SHORT, LONG, IFD and LONG8."""
_DIRECTORIES_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class _Form:
    """How numbers stand in a file: byte order, and the widths of classic or BigTIFF."""

    order: str
    count: str
    offset: str
    entry_bytes: int
    value_at: int


def tiff_end(stream: BinaryIO, size: int) -> int:
    """Return the byte behind the last strip or tile that the directories tell of.

    Parameters
    ----------
    stream
        The file, at its begin.
    size
        Its length, bytes.

    Raises
    ------
    ValueError, struct.error
        If a directory lies outside the file or cannot be read.

    References
    ----------
    TIFF 6.0, section 2; BigTIFF as in libtiff's design.
    """
    head = stream.read(16)
    order = "<" if head[:2] == b"II" else ">"
    big = struct.unpack_from(f"{order}H", head, 2)[0] == _BIG
    form = _Form(order, "Q", "Q", 20, 12) if big else _Form(order, "H", "I", 12, 8)
    at = struct.unpack_from(order + form.offset, head, 8 if big else 4)[0]
    if at == 0:
        raise ValueError("there is no directory")
    end = 0
    for _ in range(_DIRECTORIES_MOST):
        if at == 0:
            return end
        reach, at = _directory(stream, size, at, form)
        end = max(end, reach)
    return end


def _directory(stream: BinaryIO, size: int, at: int, form: _Form) -> tuple[int, int]:
    """Return how far one directory's pixels reach, and where the next directory is."""
    width = struct.calcsize(form.order + form.count)
    (entries,) = struct.unpack(form.order + form.count, _bytes(stream, size, at, width))
    start = at + width
    data = _bytes(stream, size, start, entries * form.entry_bytes)
    found: dict[int, np.ndarray] = {}
    for i in range(entries):
        entry = data[i * form.entry_bytes : (i + 1) * form.entry_bytes]
        tag, kind = struct.unpack_from(f"{form.order}HH", entry)
        if (tag in _OFFSETS or tag in _LENGTHS) and kind in _TYPES:
            found[tag] = _numbers(stream, size, entry, kind, form)
    reach = 0
    for lengths, offsets in _LENGTHS.items():
        if lengths in found and offsets in found:
            if found[lengths].size != found[offsets].size:
                raise ValueError("as many lengths as places are needed")
            ends = found[offsets].astype(np.float64) + found[lengths].astype(np.float64)
            reach = max(reach, int(ends.max(initial=0)))
    follows = start + entries * form.entry_bytes
    told = _bytes(stream, size, follows, struct.calcsize(form.order + form.offset))
    return reach, struct.unpack(form.order + form.offset, told)[0]


def _numbers(stream: BinaryIO, size: int, entry: bytes, kind: int, form: _Form) -> np.ndarray:
    """Read the numbers of one entry, which stand in it or elsewhere in the file."""
    dtype = np.dtype(form.order + _TYPES[kind])
    (count,) = struct.unpack_from(form.order + form.offset, entry, 4)
    length = count * dtype.itemsize
    inside = entry[form.value_at :]
    if length <= len(inside):
        return np.frombuffer(inside[:length], dtype)
    (at,) = struct.unpack(form.order + form.offset, inside)
    return np.frombuffer(_bytes(stream, size, at, length), dtype)


def _bytes(stream: BinaryIO, size: int, at: int, length: int) -> bytes:
    if at + length > size:
        raise ValueError("a directory lies behind the end of the file")
    stream.seek(at)
    return stream.read(length)
