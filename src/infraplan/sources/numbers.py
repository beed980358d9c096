"""Which numbers do the texts of a column say, whatever sign they use for decimals and thousands?

"1.234" is one and a bit in one file and a thousand in another. What a text cannot mean is ruled
out first, then what no value of the column can be, then the rest of the column decides. What is
still open is told, never guessed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan import catalog

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

__all__ = ["Numbers", "plain_text", "read_numbers"]

_POINT, _COMMA = ".", ","
_OTHER: Final = {_POINT: _COMMA, _COMMA: _POINT}
# Signs that NFKC would tear apart, and the many shapes of minus, quotation and degree marks.
_SIGNS: Final = str.maketrans(
    {
        "−": "-",
        "–": "-",
        "—": "-",
        "‐": "-",
        "‑": "-",
        "′": "'",
        "’": "'",
        "‘": "'",
        "´": "'",
        "`": "'",
        "ʹ": "'",
        "″": '"',
        "”": '"',
        "“": '"',
        "ʺ": '"',
        "º": "°",
        "˚": "°",
        "ᵒ": "°",
        "∘": "°",
        "⁰": "°",
    }
)
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """Numbers of one column.

    Attributes
    ----------
    values
        One per text; NaN where it is empty, wrong or unclear.
    wrong
        Texts that say no number.
    unclear
        Texts that say one of two numbers, and nothing tells which.
    """

    values: NDArray[np.float64]
    wrong: NDArray[np.bool_]
    unclear: NDArray[np.bool_]


def plain_text(value: object) -> str:
    """Return a cell as text with plain digits, signs and spaces; missing is empty.

    Examples
    --------
    >>> plain_text(" ２１º\u00a019′ "), plain_text(45.0), plain_text(None)
    ("21° 19'", '45.0', '')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    text = str(value)
    if text.isascii():
        return " ".join(text.split())
    known = unicodedata.normalize("NFKC", _UNSEEN.sub("", text).translate(_SIGNS))
    return " ".join(known.split())


def read_numbers(
    texts: Sequence[object],
    *,
    unit: str = "",
    ranges: Sequence[tuple[float, float]] = (),
    whole: bool = False,
) -> Numbers:
    """Read the numbers of one column.

    Parameters
    ----------
    texts
        Its cells: text, numbers, None.
    unit
        Unit that may follow a number, as dictionaries name it, such as ``"m"``.
    ranges
        Where values can lie, both ends included; decides between two readings of one text.
    whole
        Whether values count something, so that "1.234" and "1,234" with nothing else to tell
        are 1234.

    Examples
    --------
    >>> read_numbers(["1.234.567,8", "12,5", "1.250", "x"]).values.tolist()
    [1234567.8, 12.5, 1250.0, nan]
    """
    plain = [plain_text(t) for t in texts]
    readings = [_readings(t, unit) for t in plain]
    votes = {mark: sum(tuple(r) == (mark,) for r in readings) for mark in _OTHER}
    decided = [mark for mark, count in votes.items() if count and not votes[_OTHER[mark]]]
    common = decided[0] if decided else None
    thousands = whole and not any(votes.values())
    values = np.full(len(plain), np.nan)
    wrong, unclear = np.zeros(len(plain), dtype=np.bool_), np.zeros(len(plain), dtype=np.bool_)
    for i, (text, found) in enumerate(zip(plain, readings, strict=True)):
        if not found:
            wrong[i] = bool(text)
            continue
        number = max(found.values(), key=abs) if thousands else _chosen(found, ranges, common)
        unclear[i] = number is None
        values[i] = np.nan if number is None else number
    return Numbers(values, wrong, unclear)


def _chosen(
    found: Mapping[str, float], ranges: Sequence[tuple[float, float]], common: str | None
) -> float | None:
    """Return the reading that is meant, None where it cannot be told."""
    if len(set(found.values())) == 1:
        return next(iter(found.values()))
    able = {m: v for m, v in found.items() if any(low <= v <= high for low, high in ranges)}
    if len(able) == 1:
        return next(iter(able.values()))
    return found.get(common) if common is not None else None


@lru_cache(maxsize=100_000)
def _readings(text: str, unit: str) -> Mapping[str, float]:
    """Return decimal sign → number, for each sign that makes a number of a text.

    A text without any sign that could be one is the same number for both.
    """
    bare = re.sub(r"(?<=[^\W\d])\.$", "", text.strip("'\" "))
    folded = bare.casefold()
    for word in _unit_words(unit):
        if folded.endswith(word) and len(folded) > len(word):
            bare = bare[: len(bare) - len(word)].rstrip(" .")
            break
    found = {}
    for mark, other in _OTHER.items():
        if _pattern(mark).fullmatch(bare):
            digits = re.sub(rf"[{re.escape(other)}' ]", "", bare)
            found[mark] = float(digits.replace(mark, "."))
    return {m: v for m, v in found.items() if math.isfinite(v)}


@cache
def _pattern(mark: str) -> re.Pattern[str]:
    """Match a number whose decimal sign is `mark`; thousands are parted by one of the others."""
    other, own = re.escape(_OTHER[mark]), re.escape(mark)
    whole = rf"\d{{1,3}}(?:{other}\d{{3}})+|\d{{1,3}}(?: \d{{3}})+|\d{{1,3}}(?:'\d{{3}})+|\d+"
    return re.compile(rf"[+-]?(?:(?:{whole})(?:{own}\d*)?|{own}\d+)(?:[eE][+-]?\d+)?")


@cache
def _unit_words(unit: str) -> tuple[str, ...]:
    """Return how a unit is written behind a number, the longest first."""
    if not unit:
        return ()
    rows = catalog.table("column_aliases")
    words = rows["alias"][(rows["table"] == "unit") & (rows["field"] == unit)]
    return tuple(sorted((plain_text(w).casefold() for w in words), key=len, reverse=True))
