"""By which key do two spellings of one name meet, and what is a name without its prefix?"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import NamedTuple

from infraplan import catalog
from infraplan.names.spelling import clean

__all__ = ["fold", "match_key", "prefix_word", "without_prefix"]

_NOT_WORD = re.compile(r"[\W_]+")


class _Prefixes(NamedTuple):
    """Patterns of the prefixes, with their marks and as plain letters, and what each stands for."""

    marked: re.Pattern[str]
    plain: re.Pattern[str]
    words: dict[str, str]


def fold(text: str) -> str:
    """Return a text in small letters without any mark: đ is d, ệ is e.

    Examples
    --------
    >>> fold("Đồng Lương")
    'dong luong'
    """
    small = text.casefold()
    if small.isascii():
        return small
    apart = unicodedata.normalize("NFD", small.replace("đ", "d").replace("\u00f0", "d"))
    return unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))


def _pattern(words: list[str], short: list[str]) -> re.Pattern[str]:
    """Match a whole word or an abbreviation with its dot or space, something behind it."""
    longest = "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))
    brief = "|".join(re.escape(w) for w in sorted(short, key=len, reverse=True))
    return re.compile(rf"(?:({longest})[.\s]+|({brief})(?:\s*\.\s*|\s+))(?=\w)")


@cache
def _prefixes() -> _Prefixes:
    table = catalog.table("name_prefixes")
    whole = table["kind"] == "word"
    words, short = table["prefix"][whole].tolist(), table["prefix"][~whole].tolist()
    stands_for = {w: w for w in words} | dict(zip(short, table["meaning"][~whole], strict=True))
    return _Prefixes(
        _pattern(words, short),
        _pattern([fold(w) for w in words], [fold(w) for w in short]),
        {fold(prefix): word for prefix, word in stands_for.items()},
    )


def _taken_apart(text: str) -> tuple[str | None, str]:
    """Return the word for the kind of a cleaned name, None without one, and the rest."""
    name = clean(text)
    small = name.lower()
    patterns = _prefixes()
    found = patterns.marked.match(small)
    if found is None and small.isascii():
        found = patterns.plain.match(small)
    if found is None or len(small) != len(name):
        return None, name
    return patterns.words[fold(found[1] or found[2])], name[found.end() :]


def without_prefix(text: str) -> str:
    """Return a cleaned name without the word for its kind: Xã, Phường, TT., TP., Huyện, Tỉnh.

    A prefix without marks is one only in a text without marks, so that "Xà Hồ" stays whole. One
    prefix is taken, and never the whole name.

    Parameters
    ----------
    text
        A name, cleaned or not.

    Examples
    --------
    >>> without_prefix("X. Lương Sơn"), without_prefix("tt thanh ba"), without_prefix("Phú Thọ")
    ('Lương Sơn', 'thanh ba', 'Phú Thọ')
    """
    return _taken_apart(text)[1]


def prefix_word(text: str) -> str | None:
    """Return the word for the kind of a name in full, None where the name has none.

    Examples
    --------
    >>> prefix_word("tt thanh ba"), prefix_word("X. Lương Sơn"), prefix_word("Lương Sơn")
    ('thị trấn', 'xã', None)
    """
    return _taken_apart(text)[0]


@lru_cache(maxsize=50_000)
def match_key(text: str, *, diacritics: bool = False) -> str:
    """Return the key by which spellings of one name meet: small letters and digits only.

    The prefix, spaces and punctuation go, and so do all marks unless `diacritics` is asked for.
    The key of a key is itself.

    Parameters
    ----------
    text
        A name, with or without prefix, cleaned or not.
    diacritics
        Whether letters keep their marks.

    Examples
    --------
    >>> match_key("Xã Lương Sơn"), match_key("x. luong son"), match_key("Hoà", diacritics=True)
    ('luongson', 'luongson', 'hòa')
    """
    name = without_prefix(text)
    letters = _NOT_WORD.sub("", clean(name.casefold()) if diacritics else fold(name))
    return clean(letters) if diacritics else letters
