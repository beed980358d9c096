"""How are the shapes and the lettering of a chart written as SVG?

Lengths are millimetres; the drawing holds text as text, so that it stays searchable and sharp.
"""

from __future__ import annotations

import html
import unicodedata
from typing import Final

__all__ = [
    "GREY",
    "INK",
    "RULE",
    "circle",
    "document",
    "line",
    "path",
    "rect",
    "shortened",
    "text",
    "width_of_mm",
    "wrapped",
]

INK: Final = "#1b2430"
GREY: Final = "#5b6672"
RULE: Final = "#d3d8de"

_FAMILY: Final = "Be Vietnam Pro, Segoe UI, Roboto, Arial, sans-serif"
_WIDTHS_EM: Final = {
    0.3: "'I`ijl·",
    0.35: " !,.:;",
    0.45: '"()1frt|',
    0.55: "J[]{}~*/\\sz",
    0.6: "7<>^hknuvxyư",
    0.65: "$+-?EFLce",
    0.7: "0235689BPRSTZabdgopqđ–−ơ",
    0.75: "4=DHKNUVY_Ư",
    0.85: "&ACGXĐ#OQ…Ơ",
    0.9: "%Mmw—",
    1.05: "@W",
}
"""Advance widths of the heavier weight, rounded up."""
_OTHER_EM: Final = 0.75
_EM: Final = {c: width for width, letters in _WIDTHS_EM.items() for c in letters}
_MORE: Final = "…"


def document(width_mm: float, height_mm: float, parts: list[str], *, label: str) -> bytes:
    """Return a drawing of this size as the bytes of an SVG file.

    Parameters
    ----------
    width_mm, height_mm
        Size of the drawing.
    parts
        Its elements, from back to front.
    label
        What it shows, for those who cannot see it.
    """
    size = f'width="{_number(width_mm)}mm" height="{_number(height_mm)}mm"'
    box = f'viewBox="0 0 {_number(width_mm)} {_number(height_mm)}"'
    body = "\n".join(parts)
    said = html.escape(_printable(label))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {box} role="img" aria-label="{said}" '
        f'font-family="{_FAMILY}">\n<title>{said}</title>\n{body}\n</svg>\n'
    ).encode()


def text(
    x_mm: float,
    y_mm: float,
    words: str,
    *,
    size_mm: float,
    anchor: str = "start",
    bold: bool = False,
    colour: str = INK,
) -> str:
    """Return a line of text whose base line starts, centres ("middle") or ends at a point."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{_number(x_mm)}" y="{_number(y_mm)}" font-size="{_number(size_mm)}" '
        f'text-anchor="{anchor}" fill="{colour}"{weight}>{html.escape(_printable(words))}</text>'
    )


def rect(
    x_mm: float, y_mm: float, width_mm: float, height_mm: float, *, fill: str, stroke: str = ""
) -> str:
    """Return a filled rectangle."""
    edge = f' stroke="{stroke}" stroke-width="0.2"' if stroke else ""
    return (
        f'<rect x="{_number(x_mm)}" y="{_number(y_mm)}" width="{_number(max(width_mm, 0.0))}" '
        f'height="{_number(max(height_mm, 0.0))}" fill="{fill}"{edge}/>'
    )


def line(
    x1_mm: float, y1_mm: float, x2_mm: float, y2_mm: float, *, colour: str = RULE, wide: float = 0.2
) -> str:
    """Return a straight line."""
    return (
        f'<line x1="{_number(x1_mm)}" y1="{_number(y1_mm)}" x2="{_number(x2_mm)}" '
        f'y2="{_number(y2_mm)}" stroke="{colour}" stroke-width="{_number(wide)}"/>'
    )


def path(points_mm: list[tuple[float, float]], *, colour: str, wide: float = 0.6) -> str:
    """Return a line through points."""
    steps = " L".join(f"{_number(x)} {_number(y)}" for x, y in points_mm)
    return (
        f'<path d="M{steps}" fill="none" stroke="{colour}" stroke-width="{_number(wide)}" '
        'stroke-linejoin="round"/>'
    )


def circle(x_mm: float, y_mm: float, radius_mm: float, *, fill: str) -> str:
    """Return a filled dot with a white rim."""
    return (
        f'<circle cx="{_number(x_mm)}" cy="{_number(y_mm)}" r="{_number(radius_mm)}" '
        f'fill="{fill}" stroke="#ffffff" stroke-width="0.3"/>'
    )


def width_of_mm(words: str, size_mm: float) -> float:
    """Return about how wide a line of text is, rather more than less.

    Examples
    --------
    >>> width_of_mm("", 3.0), width_of_mm("mm", 2.0) > width_of_mm("ii", 2.0)
    (0.0, True)
    """
    return size_mm * sum(_width_em(c) for c in unicodedata.normalize("NFC", words))


def shortened(words: str, width_mm: float, size_mm: float) -> str:
    """Return a text cut, with three dots, to what fits into a width.

    Examples
    --------
    >>> shortened("Xã Đức Nhàn", 100.0, 3.0), shortened("Xã Đức Nhàn", 12.0, 3.0)
    ('Xã Đức Nhàn', 'Xã Đ…')
    """
    kept = unicodedata.normalize("NFC", words)
    if width_of_mm(kept, size_mm) <= width_mm:
        return kept
    while kept and width_of_mm(kept + _MORE, size_mm) > width_mm:
        kept = kept[:-1]
    return kept.rstrip() + _MORE


def wrapped(words: str, width_mm: float, size_mm: float, *, most: int) -> list[str]:
    """Return a text as at most so many lines that fit into a width; the last one may be cut.

    Examples
    --------
    >>> wrapped("one two three", 9.0, 2.0, most=2)
    ['one two', 'three']
    """
    lines: list[str] = [""]
    for word in words.split():
        longer = f"{lines[-1]} {word}".strip()
        if not lines[-1] or width_of_mm(longer, size_mm) <= width_mm:
            lines[-1] = longer
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [shortened(each, width_mm, size_mm) for each in lines]


def _width_em(character: str) -> float:
    """Return the width of a letter; marks above and below it take no room."""
    if unicodedata.combining(character):
        return 0.0
    if character in _EM:
        return _EM[character]
    return _EM.get(unicodedata.normalize("NFD", character)[0], _OTHER_EM)


def _printable(words: str) -> str:
    """Leave out what XML forbids: control characters and half code points."""
    return "".join(c for c in words if unicodedata.category(c) not in {"Cc", "Cs", "Cn"})


def _number(value: float) -> str:
    """Write a length with the digits that can be seen."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written == "-0" else written
