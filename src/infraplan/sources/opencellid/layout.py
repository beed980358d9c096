"""Is a file what OpenCelliD hands out, and if not, what is it?

Its files have fourteen columns, in the order of :data:`COLUMNS`: without a header when they hold
one country, with one when they hold the world.
"""

from __future__ import annotations

import json
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infraplan.errors import Fault

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["COLUMNS", "NEEDED", "Layout", "find_layout"]

COLUMNS: Final = (
    "radio",
    "mcc",
    "net",
    "area",
    "cell",
    "unit",
    "lon",
    "lat",
    "range",
    "samples",
    "changeable",
    "created",
    "updated",
    "averageSignal",
)
NEEDED: Final = (
    *("radio", "mcc", "net", "area", "cell", "lon", "lat"),
    *("range", "samples", "changeable", "updated"),
)

_GZIP_MAGIC: Final = b"\x1f\x8b"
_PEEKED_BYTES: Final = 1 << 16
_SHOWN: Final = 120
_LINES_SEEN: Final = 50
_AGAIN: Final = "fetch it again, or take it from opencellid.org, Downloads"


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file of cells is written.

    Attributes
    ----------
    columns
        Names of its columns in their order.
    has_header
        Whether its first line holds them.
    packed
        Whether it is compressed with gzip.
    quoted
        Whether texts stand in quotation marks.
    """

    columns: tuple[str, ...]
    has_header: bool
    packed: bool
    quoted: bool


def find_layout(path: Path, *, file: str) -> Layout | Fault:
    """Look at the beginning of a file; return how it is written, or what is wrong with it.

    Parameters
    ----------
    path
        The file, plain or packed; its name does not matter.
    file
        Its name for messages.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(_PEEKED_BYTES)
    except OSError as error:
        return Fault(file, f"the file cannot be read ({error.strerror})", "name another file")
    packed = start.startswith(_GZIP_MAGIC)
    if packed:
        try:
            start = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(start, _PEEKED_BYTES)
        except zlib.error:
            return Fault(file, "the file is packed with gzip, but damaged at its start", _AGAIN)
    text = start.decode("utf-8", errors="replace").removeprefix("\ufeff")
    lines = [part for part in text.splitlines() if part.strip()][:_LINES_SEEN]
    if not lines:
        return Fault(file, "the file is empty", _AGAIN)
    return _layout(lines, packed=packed) or _other(text.strip(), lines[0], file)


def _layout(lines: list[str], *, packed: bool) -> Layout | None:
    """Return the layout that the first lines show, None where they are of another kind.

    Some of them may be broken; one that is whole is enough.
    """
    first = _fields(lines[0])
    known = {name.casefold(): name for name in COLUMNS}
    names = tuple(known.get(f.casefold(), f) for f in first)
    quoted = any('"' in line for line in lines)
    if set(NEEDED) <= set(names) and len(set(names)) == len(names):
        return Layout(names, has_header=True, packed=packed, quoted=quoted)
    for fields in map(_fields, lines):
        if len(fields) == len(COLUMNS) and fields[0].isalpha() and fields[1].isdecimal():
            return Layout(COLUMNS, has_header=False, packed=packed, quoted=quoted)
    return None


def _fields(line: str) -> list[str]:
    return [field.strip().strip('"') for field in line.split(",")]


def _other(text: str, line: str, file: str) -> Fault:
    """Say what a file is that holds no cells."""
    if text.startswith(("{", "[")):
        said = _said(text)
        remedy = "check that your key is whole and valid, and fetch it again"
        if "limit" in said.casefold():
            remedy = "OpenCelliD lets a key take each file a few times a day: fetch it tomorrow"
        return Fault(file, f"it holds OpenCelliD's refusal and no cells: {said!r}", remedy)
    if text.startswith("<"):
        return Fault(file, "it is a web page and no table of cells", _AGAIN)
    expected = ",".join(COLUMNS)
    return Fault(
        file,
        f"its first line is no cell: {_masked(line)!r}",
        f"give a file of OpenCelliD (.csv or .csv.gz) with the columns {expected}",
        row=1,
    )


def _said(text: str) -> str:
    """Return what a refusal says."""
    try:
        told = json.loads(text)
    except ValueError:
        return _masked(text)
    if isinstance(told, dict):
        told = told.get("message") or told.get("error") or told.get("status") or text
    return _masked(str(told))


def _masked(text: str) -> str:
    """Return the start of a text without anything that may be a key, fit for a message."""
    plain = "".join(c if c.isprintable() else "·" for c in " ".join(text.split()))
    plain = re.sub(r"(?i)\b(token|key)(\s*[=:]\s*)[\"']?[^\s\"'&,}]+", r"\1\2…", plain)
    plain = re.sub(r"\bpk\.\w+|\b(?=[\w-]*\d)[\w-]{12,}|\b[^\W_]{20,}", "…", plain)
    return plain if len(plain) <= _SHOWN else plain[:_SHOWN] + "…"
