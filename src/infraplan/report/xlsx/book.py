"""How does a workbook look, and how is a cell of it written so that it stays what it is?

Text is always written as text, whatever it starts with; numbers are written whole and only shown
rounded; each formula is stored with its value, for programs that do not calculate.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import xlsxwriter

from infraplan.report.palette import ACCENT, INK, MUTED
from infraplan.wording import Text, phrase

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

__all__ = ["BAD", "FONT", "GOOD", "RULE", "Book", "is_missing", "sound"]

FONT: Final = "Arial"
RULE: Final = "#d9dde2"
GOOD: Final = "#0b4f8f"
BAD: Final = "#c85a00"

_LOCALES: Final = {"vi": "[$-42A]", "en": "[$-809]"}
"""Before a number format: its separators are those of Viet Nam, or of the United Kingdom."""

_NUMBERS: Final = {
    "count": "#,##0",
    "vnd": "#,##0",
    "metre": "#,##0.0",
    "area": "#,##0",
    "area_km2": "#,##0.00",
    "level": "0.0",
    "share": "0.00\\ %",
    "exact_share": "0.0000\\ %",
    "weight": "#,##0.0",
    "quantity": "#,##0.0",
    "degree": "0.000000",
}
"""Kind of number → how it is shown."""

_PLAIN: Final = {"year": "0", "whole": "0"}
"""Kinds of number that have no separators."""

_EPOCH: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
"""Stands for the time of making, so that the same bundle gives the same bytes."""

_FORBIDDEN: Final = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
"""What no XML may hold."""

_MOST_LETTERS: Final = 32_000
"""A cell holds 32,767 UTF-16 units; a longer text ends with an ellipsis."""


@dataclass(slots=True, eq=False)
class Book:
    """A workbook in the making.

    Attributes
    ----------
    language
        "vi" or "en".
    stream
        Where its bytes go.
    file
        The workbook of XlsxWriter.
    """

    language: str
    stream: BytesIO = field(default_factory=BytesIO)
    file: Any = field(init=False)
    _formats: dict[tuple[tuple[str, object], ...], Format] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open the workbook."""
        self.file = xlsxwriter.Workbook(
            self.stream,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.file.formats[0].set_font_name(FONT)
        self.file.formats[0].set_font_size(10)

    @property
    def locale(self) -> str:
        """What stands before a number format, so that separators are the language's."""
        return _LOCALES[self.language]

    def say(self, text: Text) -> str:
        """Return a statement in the workbook's language."""
        return text.said(self.language)

    def word(self, key: str, values: Mapping[str, Text] | None = None) -> str:
        """Return a phrase of the catalogue in the workbook's language, its blanks filled."""
        return self.say(phrase(key, values))

    def look(self, kind: str = "text", more: Mapping[str, object] | None = None) -> Format:
        """Return the format of a kind of cell, made once.

        Parameters
        ----------
        kind
            A kind of number, or "text".
        more
            Properties of XlsxWriter, such as ``{"bold": True}``.
        """
        wanted: dict[str, object] = {
            "font_name": FONT,
            "font_size": 10,
            "font_color": INK,
            "valign": "top",
        }
        if kind in _NUMBERS:
            wanted["num_format"] = self.locale + _NUMBERS[kind]
        elif kind in _PLAIN:
            wanted["num_format"] = _PLAIN[kind]
        wanted |= more or {}
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self.file.add_format(wanted)
        return self._formats[key]

    def body(self, kind: str, more: Mapping[str, object] | None = None) -> Format:
        """Return the format of a cell in a table: a thin rule below."""
        return self.look(kind, {"bottom": 1, "bottom_color": RULE, **(more or {})})

    def head(self, *, numeric: bool, indent: int = 0) -> Format:
        """Return the format of a column's title; `indent` sets text off from a number before."""
        wanted = {"bold": True, "text_wrap": True, "valign": "bottom", "font_color": ACCENT}
        ruled = {"align": "right" if numeric else "left", "bottom": 1, "bottom_color": ACCENT}
        return self.look("text", wanted | ruled | ({"indent": indent} if indent else {}))

    def small(self, more: Mapping[str, object] | None = None) -> Format:
        """Return the format of small print."""
        return self.look("text", {"font_size": 8, "font_color": MUTED, **(more or {})})

    def total(self, kind: str) -> Format:
        """Return the format of a total."""
        return self.look(kind, {"bold": True})

    def put(self, sheet: Worksheet, row: int, column: int, value: object, style: Format) -> None:
        """Write a value as what it is; a missing one leaves an empty cell.

        Parameters
        ----------
        sheet
            The sheet.
        row, column
            From 0.
        value
            Text, a number, or NA.
        style
            Format of the cell.
        """
        if is_missing(value):
            sheet.write_blank(row, column, None, style)
        elif isinstance(value, str):
            sheet.write_string(row, column, sound(value), style)
        elif isinstance(value, bool):
            key = "xlsx_yes" if value else "xlsx_no"
            sheet.write_string(row, column, self.word(key), style)
        else:
            sheet.write_number(row, column, value, style)

    def calculate(
        self, sheet: Worksheet, row: int, column: int, formula: str, value: object, style: Format
    ) -> None:
        """Write a formula with its value."""
        kept = "" if is_missing(value) else value
        kept = sound(kept) if isinstance(kept, str) else kept
        sheet.write_formula(row, column, formula, style, kept)

    def finished(self, *, title: str, subject: str, keywords: str) -> bytes:
        """Close the workbook and return its bytes."""
        self.file.set_properties(
            {"title": sound(title), "subject": subject, "keywords": keywords, "created": _EPOCH}
        )
        self.file.close()
        return self.stream.getvalue()


def is_missing(value: object) -> bool:
    """Tell whether a value is None, NaN or NA.

    Examples
    --------
    >>> is_missing(float("nan")), is_missing("x"), is_missing(0)
    (True, False, False)
    """
    if value is None or type(value).__name__ == "NAType":
        return True
    return isinstance(value, float) and not math.isfinite(value)


def sound(text: str) -> str:
    """Return a text that a cell can hold: a space for what XML forbids, an end to what is long.

    Examples
    --------
    >>> sound("Khu" + chr(7) + "1")
    'Khu 1'
    """
    legal = _FORBIDDEN.sub(" ", text)
    return legal if len(legal) <= _MOST_LETTERS else legal[: _MOST_LETTERS - 1] + "…"
