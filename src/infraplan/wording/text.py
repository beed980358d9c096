"""How is a phrase of the catalogue said in Vietnamese and in English?

Phrases come from ``catalog/words.csv`` and every ``words_<topic>.csv`` beside it; a phrase may hold
named blanks such as ``{count}``, and ``{count:site|sites}`` for the word that fits one and the word
that fits any other number.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["MISSING", "Text", "phrase", "plain", "span", "word_or"]

MISSING = "–"


@dataclass(frozen=True, slots=True)
class Text:
    """The same statement in both languages."""

    vi: str
    en: str

    def __add__(self, other: Text) -> Text:
        """Join two statements, each in its language."""
        return Text(self.vi + other.vi, self.en + other.en)

    def said(self, language: str) -> str:
        """Return the statement in one language, "vi" or "en"."""
        return self.vi if language == "vi" else self.en


class _Filled(str):
    """A figure that chooses a word: ``"{0:site|sites}"`` gives "site" where it is 1."""

    __slots__ = ()

    def __format__(self, words: str) -> str:
        one, bar, many = words.partition("|")
        if not bar:
            return super().__format__(words)
        return one if self == "1" else many


def plain(value: object) -> Text:
    """Return a name or code that reads the same in both languages; missing is a dash."""
    missing = value is None or value != value  # noqa: PLR0124 - NaN and NA are not themselves
    text = MISSING if missing is not False or value == "" else str(value)
    return Text(text, text)


def phrase(key: str, values: Mapping[str, Text] | None = None) -> Text:
    """Return a phrase of the catalogue with its blanks filled.

    Raises
    ------
    ParameterError
        If the catalogue has no such phrase.

    Examples
    --------
    >>> phrase("year").vi
    'Năm'
    >>> phrase("quantity_site", {"quantity": plain(1)}).en
    '1 site'
    """
    row = catalog.phrases().get(key)
    if row is None:
        raise ParameterError(
            f"The catalogue has no phrase {key!r}. Remedy: add it to catalog/words.csv or one of "
            "its words_<topic>.csv, in both languages."
        )
    filled = values or {}
    return Text(
        row["vi"].format_map({k: _Filled(v.vi) for k, v in filled.items()}),
        row["en"].format_map({k: _Filled(v.en) for k, v in filled.items()}),
    )


def word_or(key: str, otherwise: str) -> Text:
    """Return a phrase of the catalogue, or the given text where the catalogue has none."""
    return phrase(key) if key in catalog.phrases() else Text(otherwise, otherwise)


def span(text: Text) -> str:
    """Return escaped HTML that shows the one or the other language, by the page's switch."""
    vi, en = html.escape(text.vi), html.escape(text.en)
    if vi == en:
        return vi
    return f'<span lang="vi">{vi}</span><span lang="en">{en}</span>'
