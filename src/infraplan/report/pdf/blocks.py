"""Of which pieces does a page of the plan consist: texts, tables, pictures, charts, numbers?

Each piece is plain data for the templates, in one language; nothing of it is markup.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from infraplan.wording import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Bar",
    "Block",
    "Page",
    "boxes",
    "chart",
    "paragraphs",
    "picture",
    "steps",
    "table",
]

Block = dict[str, Any]
"""A piece of a page; its "kind" says which template shows it."""

_EMPTY: Final = Text("", "")


@dataclass(frozen=True, slots=True)
class Bar:
    """A cell of a table that shows a share as a bar beside its figure.

    Attributes
    ----------
    text
        The figure.
    share
        Length of the bar, 0 to 1; NaN has none.
    """

    text: Text
    share: float


@dataclass(frozen=True, slots=True)
class Page:
    """A page that answers one question.

    Attributes
    ----------
    title
        The finding.
    lead
        A sentence or two below it.
    blocks
        Its pieces, from top to bottom.
    """

    title: Text
    lead: Text
    blocks: list[Block] = field(default_factory=list)


def paragraphs(texts: Sequence[Text], *, language: str, small: bool = False) -> Block:
    """Return running text; small for notes below a table."""
    return {"kind": "text", "paragraphs": [t.said(language) for t in texts], "small": small}


def picture(subject: str, alt: Text, *, language: str) -> Block:
    """Return a map, by its subject; it takes the room that the page has left."""
    return {"kind": "picture", "file": f"{subject}.png", "alt": alt.said(language)}


def chart(subject: str, alt: Text, *, language: str) -> Block:
    """Return a chart, by its subject."""
    return {"kind": "chart", "file": f"{subject}.svg", "alt": alt.said(language)}


def table(
    head: Sequence[Text],
    rows: Sequence[Sequence[Text | Bar]],
    *,
    language: str,
    caption: Text,
    words: frozenset[int] = frozenset({0}),
    widths: Sequence[float] | None = None,
    total: Sequence[Text] | None = None,
    note: Text = _EMPTY,
    empty: Text = _EMPTY,
) -> Block:
    """Return a table.

    Parameters
    ----------
    head, rows, total
        One text per column; the total stands last, in bold.
    language
        "vi" or "en".
    caption
        What it lists.
    words
        Positions of the columns that hold words; the others hold figures, aligned right.
    widths
        Shares of the width per column; 0 is as wide as its text. All 0 but the first where None.
    note
        What stands below it.
    empty
        What is said in its stead where it has no rows.
    """
    return {
        "kind": "table",
        "caption": caption.said(language),
        "head": [h.said(language) for h in head],
        "align": ["left" if i in words else "right" for i in range(len(head))],
        "widths": list(widths) if widths is not None else [1.0] + [0.0] * (len(head) - 1),
        "rows": [[_cell(c, language) for c in row] for row in rows],
        "total": [t.said(language) for t in total] if total is not None and rows else [],
        "note": note.said(language),
        "empty": empty.said(language),
    }


def boxes(items: Sequence[tuple[Text, Sequence[Text]]], *, language: str) -> Block:
    """Return columns side by side, each with a head and paragraphs."""
    told = [
        {"head": head.said(language), "paragraphs": [t.said(language) for t in texts]}
        for head, texts in items
    ]
    return {"kind": "boxes", "items": told}


def steps(items: Sequence[tuple[Text, Text]], *, language: str) -> Block:
    """Return a numbered list, each item with a head in bold and a sentence."""
    told = [{"head": head.said(language), "text": text.said(language)} for head, text in items]
    return {"kind": "steps", "items": told}


def _cell(cell: Text | Bar, language: str) -> str | dict[str, Any]:
    if not isinstance(cell, Bar):
        return cell.said(language)
    known = cell.share == cell.share
    return {
        "text": cell.text.said(language),
        "bar": min(max(cell.share, 0.0), 1.0) if known else None,
    }
