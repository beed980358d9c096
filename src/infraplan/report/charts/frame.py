"""How do title, axis names, legend and source stand around the plot of a chart?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infraplan.report.charts.svg import GREY, document, line, rect, text, width_of_mm, wrapped
from infraplan.wording import phrase, plain

if TYPE_CHECKING:
    from infraplan.report.facts import Facts
    from infraplan.wording import Text

__all__ = [
    "SMALL_MM",
    "TEXT_MM",
    "Box",
    "Words",
    "drawn",
    "grid",
    "inside",
    "legend",
    "nothing",
    "source_text",
]

TITLE_MM: Final = 3.9
TEXT_MM: Final = 2.9
SMALL_MM: Final = 2.45
_TITLE_STEP_MM: Final = 5.0
_TITLE_LINES: Final = 2
_SOURCE_LINES: Final = 2


@dataclass(frozen=True, slots=True)
class Words:
    """What is written around a plot.

    Attributes
    ----------
    title
        The finding.
    axis
        What is drawn, with its unit.
    source
        Where the figures come from, with date and origin.
    """

    title: Text
    axis: Text
    source: Text


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the drawing, millimetres from its upper left corner."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """Width, mm."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Height, mm."""
        return self.bottom - self.top


def source_text(facts: Facts) -> Text:
    """Say from which bundle a figure comes, of which year, and what of it is not measured."""
    mark = facts.basis_mark
    values = {
        "study": facts.study_title,
        "digest": plain(facts.sha256[:12]),
        "version": plain(facts.manifest["infraplan_version"]),
        "mark": plain("") if mark is None else mark,
        "year": plain(facts.base_year),
    }
    return phrase("charts_source" if mark is None else "charts_source_marked", values)


def inside(words: Words, width_mm: float, height_mm: float, *, language: str) -> Box:
    """Return the part of the drawing that titles and source leave to the plot."""
    titles = len(_title_lines(words, width_mm, language))
    sources = len(_source_lines(words, width_mm, language))
    return Box(
        0.0,
        titles * _TITLE_STEP_MM + TEXT_MM * 2.2,
        width_mm,
        height_mm - sources * SMALL_MM * 1.35 - 1.5,
    )


def drawn(
    parts: list[str], words: Words, width_mm: float, height_mm: float, *, language: str
) -> bytes:
    """Return the whole chart: the plot's parts with title, axis name and source."""
    around: list[str] = []
    lines = _title_lines(words, width_mm, language)
    for number, each in enumerate(lines):
        around.append(
            text(0, TITLE_MM + number * _TITLE_STEP_MM, each, size_mm=TITLE_MM, bold=True)
        )
    below = len(lines) * _TITLE_STEP_MM + TEXT_MM
    axis = wrapped(words.axis.said(language), width_mm, TEXT_MM, most=1)
    around += [text(0, below, each, size_mm=TEXT_MM, colour=GREY) for each in axis]
    sources = _source_lines(words, width_mm, language)
    for number, each in enumerate(reversed(sources)):
        foot = height_mm - 0.6 - number * SMALL_MM * 1.35
        around.append(text(0, foot, each, size_mm=SMALL_MM, colour=GREY))
    return document(width_mm, height_mm, [*parts, *around], label=words.title.said(language))


def nothing(box: Box, language: str) -> list[str]:
    """Return the words of a plot that has nothing to show."""
    said = phrase("charts_nothing").said(language)
    return [text(box.left, box.top + 8, said, size_mm=TEXT_MM, colour=GREY)]


def grid(box: Box, ticks: list[float], labels: list[str], *, gutter_mm: float) -> list[str]:
    """Return thin rules across the plot, each with its value at the left."""
    most = ticks[-1]
    parts = []
    for tick, label in zip(ticks, labels, strict=True):
        y_mm = box.bottom - box.height * tick / most
        parts.append(line(box.left + gutter_mm, y_mm, box.right, y_mm))
        at = (box.left + gutter_mm - 1.5, y_mm + SMALL_MM * 0.35)
        parts.append(text(*at, label, size_mm=SMALL_MM, anchor="end", colour=GREY))
    return parts


def legend(box: Box, entries: list[tuple[str, str]]) -> list[str]:
    """Return coloured squares with their words, in one row along the top of a box."""
    parts, x_mm = [], box.left
    for colour, words in entries:
        parts.append(rect(x_mm, box.top, 2.6, 2.6, fill=colour))
        parts.append(text(x_mm + 3.8, box.top + 2.3, words, size_mm=SMALL_MM))
        x_mm += 3.8 + width_of_mm(words, SMALL_MM) + 4.0
    return parts


def _title_lines(words: Words, width_mm: float, language: str) -> list[str]:
    """Return the title in as few lines as it needs, of about the same length."""
    said = words.title.said(language)
    lines = wrapped(said, width_mm, TITLE_MM, most=_TITLE_LINES)
    if len(lines) == 1 or " ".join(lines) != " ".join(said.split()):
        return lines
    for part in range(11, 20):
        narrower = wrapped(said, width_mm * part / 20, TITLE_MM, most=_TITLE_LINES)
        if narrower[-1] == narrower[-1].rstrip("…") and len(narrower) <= len(lines):
            return narrower
    return lines


def _source_lines(words: Words, width_mm: float, language: str) -> list[str]:
    return wrapped(words.source.said(language), width_mm, SMALL_MM, most=_SOURCE_LINES)
