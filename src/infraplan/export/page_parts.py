"""Of which parts is every section of the summary page made?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.wording import Text, phrase, span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infraplan.export.summary_tables import Table

__all__ = ["finding", "paragraphs", "section"]


def section(title: Text, content: str, note: Text | None = None) -> str:
    """Return a section: the title that states its finding, a note, and what shows it."""
    said = f'<p class="note">{span(note)}</p>' if note is not None else ""
    return f"<section><h2>{span(title)}</h2>{said}{content}</section>"


def finding(key: str, table: Table, values: Mapping[str, Text]) -> Text:
    """Return the title that states what a table shows, or names the table where it is empty."""
    return phrase(key, values) if table.rows else phrase(f"{key}_none")


def paragraphs(texts: Iterable[Text]) -> str:
    """Return texts as paragraphs."""
    return "".join(f"<p>{span(text)}</p>" for text in texts)
