"""How wide is a text in the reports' font, and where does it break into lines?"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from matplotlib.ft2font import FT2Font, LoadFlags

from infraplan.report.fonts import REGULAR, SEMIBOLD, font_file

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MM_PER_PT", "lines_of", "printable", "width_mm"]

MM_PER_PT: Final = 25.4 / 72
_SPACES: Final = re.compile(r"[ \t\r\n\v\f\u2028\u2029]+")
_UNKNOWN: Final = "?"
_CUT: Final = "…"
_INSTEAD: Final = str.maketrans({"′": "’", "″": "”", "→": "–"})
"""Signs that the font lacks, and those that stand for them."""


@cache
def _advances(name: str) -> Mapping[str, float]:
    """Return how far each letter of a font reaches, in parts of its size."""
    face = FT2Font(str(font_file(name)))
    flags = LoadFlags.NO_SCALE | LoadFlags.NO_HINTING
    whole = face.units_per_EM
    codes = face.get_charmap()
    reach = {chr(c): face.load_glyph(g, flags).horiAdvance / whole for c, g in codes.items()}
    return MappingProxyType(reach)


def printable(said: str) -> str:
    """Return a text in one line that the font can set: letters it lacks become "?"."""
    known = _advances(REGULAR)
    single = _SPACES.sub(" ", unicodedata.normalize("NFC", said).translate(_INSTEAD)).strip(" ")
    return "".join(letter if letter in known else _UNKNOWN for letter in single)


def width_mm(said: str, *, size_pt: float, bold: bool = False) -> float:
    """Return the width of a text in one line, mm (without kerning)."""
    reach = _advances(SEMIBOLD if bold else REGULAR)
    return sum(reach.get(letter, 1.0) for letter in said) * size_pt * MM_PER_PT


def lines_of(
    said: str, *, width: float, size_pt: float, bold: bool = False, most: int | None = None
) -> list[str]:
    """Break a text into lines no wider than `width` mm, at spaces where that is possible.

    Parameters
    ----------
    said
        The text.
    width
        Room, mm.
    size_pt, bold
        How it is set.
    most
        Lines allowed; what is beyond is cut and marked by an ellipsis.
    """
    lines: list[str] = []
    for word in printable(said).split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and width_mm(joined, size_pt=size_pt, bold=bold) <= width:
            lines[-1] = joined
        else:
            lines += _pieces(word, width, size_pt, bold=bold)
    if most is not None and len(lines) > most:
        lines = lines[:most]
        last = lines[-1]
        while last and width_mm(last + _CUT, size_pt=size_pt, bold=bold) > width:
            last = last[:-1]
        lines[-1] = last.rstrip() + _CUT
    return lines


def _pieces(word: str, width: float, size_pt: float, *, bold: bool) -> list[str]:
    """Cut a word that is wider than a line."""
    pieces = [""]
    for letter in word:
        if pieces[-1] and width_mm(pieces[-1] + letter, size_pt=size_pt, bold=bold) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces
