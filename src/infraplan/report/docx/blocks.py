"""What is an annex made of: headings, paragraphs, tables, pictures?"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from infraplan.wording import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "BLANK",
    "LANDSCAPE_MM",
    "PORTRAIT_MM",
    "Align",
    "Annex",
    "Block",
    "Column",
    "Figure",
    "Heading",
    "Prose",
    "Table",
]

BLANK: Final = Text("", "")

PORTRAIT_MM: Final = 165.0
"""Width of the text on an upright A4 page."""

LANDSCAPE_MM: Final = 252.0
"""Width of the text on an A4 page laid across."""


class Align(StrEnum):
    """Where the cells of a column stand; the value is the paragraph style."""

    LEFT = "TableText"
    CENTRE = "TableCentre"
    RIGHT = "TableNumber"


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered part of an annex, listed in the table of contents."""

    text: Text


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph; the style is one of those of :mod:`infraplan.report.docx.styles`."""

    text: Text
    style: str = "BodyText"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: head, width relative to the others, where its cells stand."""

    head: Text
    width: float
    align: Align = Align.LEFT


@dataclass(frozen=True, slots=True)
class Table:
    """A captioned table.

    Attributes
    ----------
    caption
        Without number, which a field gives.
    columns
        From left to right; their widths are scaled to the width of the text.
    rows
        A text per column.
    total
        The last row, in bold: a text per column, or none. Its first text spans the blanks after it.
    notes
        Lines below the table.
    """

    caption: Text
    columns: Sequence[Column]
    rows: Sequence[Sequence[Text]]
    total: Sequence[Text] | None = None
    notes: Sequence[Text] = field(default=())


@dataclass(frozen=True, slots=True)
class Figure:
    """A captioned picture (PNG) with the text that is read out in its place."""

    caption: Text
    alternative: Text
    picture: bytes


Block = Heading | Prose | Table | Figure


@dataclass(frozen=True, slots=True)
class Annex:
    """One annex: its title, its content, and whether its pages lie across."""

    title: Text
    blocks: Sequence[Block]
    landscape: bool = False
