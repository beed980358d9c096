"""Where does an SRTM tile (HGT) lie, and which heights does it hold?

An HGT file is nothing but big-endian 16-bit heights, 1201 × 1201 or 3601 × 3601 posts on the
degree lines; its name is its south-west corner. It may be packed with gzip or in a zip archive.
"""

from __future__ import annotations

import gzip
import re
import zipfile
import zlib
from typing import TYPE_CHECKING, Final

import numpy as np
from affine import Affine

from infraplan.errors import Fault, InputError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO

    from numpy.typing import NDArray

__all__ = ["VOID", "hgt_place", "is_hgt", "unpack"]

VOID: Final = -32768
"""Marks a post without a height."""

_SIDES: Final = (1201, 3601)
_BYTES: Final = 2
_MOST_BYTES: Final = _SIDES[-1] ** 2 * _BYTES
_NAME: Final = re.compile(r"([NS])(\d{2})([EW])(\d{3})(?!\d)", re.IGNORECASE)
_ENDINGS: Final = (".hgt", ".hgt.gz", ".hgt.zip")
_LATITUDES_DEG, _LONGITUDES_DEG = range(-90, 90), range(-180, 180)
_AGAIN: Final = "download the tile again"


def is_hgt(path: Path) -> bool:
    """Tell by its name whether a file is an SRTM tile, plain or packed."""
    name = path.name.lower()
    return name.endswith(_ENDINGS) or (name.endswith(".zip") and bool(_NAME.match(name)))


def hgt_place(path: Path, *, label: str, side: int) -> Affine:
    """Return where the posts of a tile lie: the middle of each pixel, degrees, WGS 84.

    Raises
    ------
    InputError
        If the name says no place on the globe.
    """
    corner = _NAME.match(path.name)
    if corner is None:
        remedy = "name it by its south-west corner, such as N21E105.hgt"
        problem = "the name of the HGT file does not say where it lies"
        raise InputError([Fault(label, problem, remedy)])
    south = int(corner[2]) * (1 if corner[1].upper() == "N" else -1)
    west = int(corner[4]) * (1 if corner[3].upper() == "E" else -1)
    if south not in _LATITUDES_DEG or west not in _LONGITUDES_DEG:
        problem = f"there is no tile {corner[0]} on the globe"
        remedy = "name it by its south-west corner: N or S up to 90, E or W up to 180"
        raise InputError([Fault(label, problem, remedy)])
    step_deg = 1.0 / (side - 1)
    return Affine(step_deg, 0.0, west - step_deg / 2, 0.0, -step_deg, south + 1 + step_deg / 2)


def unpack(path: Path, *, label: str) -> NDArray[np.int16]:
    """Read the posts of a tile, rows from north to south, `VOID` where there is no height.

    No more than the largest tile is ever unpacked.

    Raises
    ------
    InputError
        If the file is damaged, or holds more or fewer bytes than a tile.
    """
    content = _content(path, label)
    sides = {n * n * _BYTES: n for n in _SIDES}
    side = sides.get(len(content))
    if side is None:
        said = f"more than {_MOST_BYTES:,}" if len(content) > _MOST_BYTES else f"{len(content):,}"
        expected = " or ".join(f"{size:,} ({n} × {n} posts)" for size, n in sides.items())
        why = "no tile is that large" if len(content) > _MOST_BYTES else "it is cut short"
        problem = f"the file holds {said} bytes instead of {expected}; {why}"
        raise InputError([Fault(label, problem, _AGAIN)])
    raw = np.frombuffer(content, dtype=">i2").reshape(side, side)
    return raw.astype(np.int16)


def _content(path: Path, label: str) -> bytes:
    """Return the unpacked bytes, and at most one more than a tile has."""
    try:
        if path.suffix.lower() == ".gz":
            with gzip.open(path) as stream:
                return stream.read(_MOST_BYTES + 1)
        if path.suffix.lower() == ".zip":
            with zipfile.ZipFile(path) as archive, _member(archive, label) as stream:
                return stream.read(_MOST_BYTES + 1)
        with path.open("rb") as stream:
            return stream.read(_MOST_BYTES + 1)
    except (
        EOFError,
        gzip.BadGzipFile,
        zlib.error,
        zipfile.BadZipFile,
        NotImplementedError,
    ) as error:
        problem = f"the file cannot be unpacked ({error}); it is cut short or damaged"
        raise InputError([Fault(label, problem, _AGAIN)]) from None


def _member(archive: zipfile.ZipFile, label: str) -> IO[bytes]:
    """Open the one HGT file of an archive, whatever folder it is in; nothing is extracted."""
    inside = [m for m in archive.infolist() if m.filename.lower().endswith(".hgt")]
    if len(inside) != 1:
        problem = f"the archive holds {len(inside)} HGT files instead of one"
        raise InputError([Fault(label, problem, "unpack it, and name the .hgt files")])
    if inside[0].flag_bits & 1:
        problem = "the HGT file in the archive is encrypted"
        raise InputError([Fault(label, problem, "unpack it, and name the .hgt file")])
    return archive.open(inside[0])
