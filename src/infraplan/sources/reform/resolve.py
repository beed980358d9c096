"""Which commune does a planner mean by a code or a name, old or new, however it is typed?"""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING, Final

from infraplan import catalog
from infraplan.names import (
    clean,
    fold,
    from_tcvn3,
    looks_like_tcvn3,
    match_key,
    prefix_word,
)
from infraplan.sources.reform.merges import CODE_DIGITS, read_merges

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

__all__ = ["AFTER", "BEFORE", "Match", "resolve"]

AFTER: Final = "2025"
BEFORE: Final = "before-2025"

# Scores order the answers: the best possible is 1, for a code or the same name of the same kind.
_CODE: Final = 1.0
_SAME: Final = 0.98
_SAME_LETTERS: Final = 0.9
_NAME_AND_PLACE: Final = 0.85
_HAS_WHOLE_WORDS: Final = 0.8
_BEGINS: Final = 0.75
_HAS_WORDS: Final = 0.65
_ALIKE: Final = 0.6
_RIGHT_KIND: Final = 0.02
_ELSEWHERE: Final = 0.5
_DIGITS: Final = 4
_WORD: Final = re.compile(r"[^\W_]+")
_SEPARATOR: Final = re.compile(r"\s*[,;|]\s*|\s+-\s+")


@dataclass(frozen=True, slots=True)
class Match:
    """A commune that fits what was asked for.

    Attributes
    ----------
    code, name, full_name
        Its code (5 digits) and its name, without and with the word for its kind.
    district, province
        Where it lies; communes of 2025 have no district ("").
    generation
        ``"2025"`` or ``"before-2025"``.
    score
        How well it fits, from 0 to 1.
    now
        Codes of the communes of 2025 that an old one became.
    was
        Codes of the old communes that one of 2025 was made of.
    """

    code: str
    name: str
    full_name: str
    district: str
    province: str
    generation: str
    score: float
    now: tuple[str, ...]
    was: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A commune and the keys that it is found by."""

    match: Match
    key: str
    marked_key: str
    kind: str | None
    words: frozenset[str]
    spoken: str
    places: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Query:
    """What was asked for, taken apart."""

    code: str
    key: str
    whole_key: str
    marked_key: str
    kind: str | None
    words: frozenset[str]
    places: tuple[str, ...]


def resolve(
    query: str, *, limit: int = 10, among: Collection[tuple[str, str]] | None = None
) -> tuple[Match, ...]:
    """Find communes by code or name, of before the reform of 2025 and after it.

    Parameters
    ----------
    query
        A code, or a name with or without marks, prefix and place: ``"04924"``,
        ``"xa luong son"``, ``"TT. Thanh Ba"``, ``"Luong Son, Hoa Binh"``.
    limit
        At most so many answers.
    among
        Generation and code of the communes that are looked at; all of them where None.

    Returns
    -------
    tuple of Match
        Best first: the same name, the same letters without marks, a name that begins so, a name
        with such a word; names with a few other letters only where nothing else fits. At one
        score, communes of 2025 come first, then by code. Empty where nothing fits.

    Examples
    --------
    >>> best = resolve("tt thanh ba")[0]
    >>> best.full_name, best.generation, best.now
    ('Thị trấn Thanh Ba', 'before-2025', ('08152',))
    """
    asked = _taken_apart(query)
    if asked is None:
        return ()
    units = [unit for unit in _units() if among is None or _identity(unit) in among]
    score_of = _by_code if asked.code else _by_name
    scored = [(score, unit) for unit in units if (score := score_of(asked, unit)) > 0]
    placed = [(_placed(score, asked, unit), unit) for score, unit in scored or _alike(asked, units)]
    best = heapq.nsmallest(limit, placed, key=_order)
    return tuple(replace(unit.match, score=score) for score, unit in best)


def _identity(unit: _Unit) -> tuple[str, str]:
    return unit.match.generation, unit.match.code


def _order(found: tuple[float, _Unit]) -> tuple[float, bool, str]:
    """Return where a commune stands among the answers."""
    score, unit = found
    return -score, unit.match.generation != AFTER, unit.match.code


def _taken_apart(query: str) -> _Query | None:
    """Split a query into code or name, kind and places; None where it holds no letter."""
    read = from_tcvn3(query) if looks_like_tcvn3([query]) else query
    parts = [part for part in _SEPARATOR.split(clean(read)) if _WORD.search(part)]
    if not parts:
        return None
    name, *places = parts
    name = name.removesuffix(".0")  # a code that a spreadsheet made a number of
    if not match_key(name):
        return None
    is_code = name.isascii() and name.isdigit() and len(name) <= CODE_DIGITS
    return _Query(
        code=name if is_code else "",
        key=match_key(name),
        whole_key="".join(_words(name)),
        marked_key=match_key(name, diacritics=True),
        kind=prefix_word(name),
        words=frozenset(_words(name)),
        places=tuple(match_key(place) for place in places),
    )


def _words(name: str) -> tuple[str, ...]:
    """Return the words of a name in plain small letters."""
    return tuple(_WORD.findall(fold(name)))


@cache
def _units() -> tuple[_Unit, ...]:
    """Return every commune of both generations."""
    olds: dict[str, list[dict[str, str]]] = defaultdict(list)
    news: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in read_merges().to_dict("records"):
        said = {str(name): str(value) for name, value in row.items()}
        olds[said["old_code"]].append(said)
        news[said["new_code"]].append(said)
    return (*map(_old_unit, olds.values()), *map(_new_unit, news.values()))


def _old_unit(rows: list[dict[str, str]]) -> _Unit:
    """Return an old commune from its rows of the table of mergers."""
    first = rows[0]
    match = Match(
        code=first["old_code"],
        name=first["old_name"],
        full_name=first["old_full_name"],
        district=first["old_district"],
        province=first["old_province"],
        generation=BEFORE,
        score=0.0,
        now=tuple(row["new_code"] for row in rows),
        was=(),
    )
    return _unit(match, [match.district, match.province])


def _new_unit(rows: list[dict[str, str]]) -> _Unit:
    """Return a commune of 2025; it is also found by the places where it was before."""
    first = rows[0]
    match = Match(
        code=first["new_code"],
        name=first["new_name"],
        full_name=first["new_full_name"],
        district="",
        province=first["new_province"],
        generation=AFTER,
        score=0.0,
        now=(),
        was=tuple(row["old_code"] for row in rows),
    )
    before = [row[column] for row in rows for column in ("old_district", "old_province")]
    return _unit(match, [match.province, *before])


def _unit(match: Match, places: Iterable[str]) -> _Unit:
    words = _words(match.name)
    return _Unit(
        match=match,
        key=match_key(match.name),
        marked_key=match_key(match.name, diacritics=True),
        kind=prefix_word(match.full_name),
        words=frozenset(words),
        spoken="".join(f" {word}" for word in words),
        places=frozenset(
            key for place in places for key in (match_key(place), "".join(_words(place)))
        ),
    )


def _by_code(asked: _Query, unit: _Unit) -> float:
    """Return how well a code fits, 0 where not at all."""
    if unit.match.code == asked.code.zfill(CODE_DIGITS):
        return _CODE
    return _BEGINS if unit.match.code.startswith(asked.code) else 0.0


def _placed(score: float, asked: _Query, unit: _Unit) -> float:
    """Raise a score for the kind that was asked for, lower it for a commune elsewhere."""
    if not asked.code:
        if asked.kind is not None and asked.kind == unit.kind:
            score += _RIGHT_KIND
        if not all(any(there.startswith(place) for there in unit.places) for place in asked.places):
            score *= _ELSEWHERE
    return round(score, _DIGITS)


def _by_name(asked: _Query, unit: _Unit) -> float:
    """Return how well the name alone fits: the score of the first way in which it does."""
    if asked.marked_key == unit.marked_key:
        return _SAME
    if unit.key in (asked.key, asked.whole_key):
        return _SAME_LETTERS
    if asked.key.startswith(unit.key) and _is_place(asked.key[len(unit.key) :], unit):
        return _NAME_AND_PLACE
    if asked.words <= unit.words:
        return _HAS_WHOLE_WORDS
    if unit.key.startswith(asked.key):
        return _BEGINS
    return _HAS_WORDS if all(f" {word}" in unit.spoken for word in asked.words) else 0.0


def _is_place(rest: str, unit: _Unit) -> bool:
    """Tell whether letters behind a name are the district, the province or both."""
    return any(
        rest.startswith(place) and (rest == place or rest[len(place) :] in unit.places)
        for place in unit.places
    )


def _alike(asked: _Query, units: Sequence[_Unit]) -> list[tuple[float, _Unit]]:
    """Score communes whose names differ from what was asked for in a few letters."""
    least = catalog.value("reform_rules", "fuzzy_share", "value")
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(asked.key)
    agreement: dict[str, float] = {}
    for key in {unit.key for unit in units}:
        matcher.set_seq1(key)
        if matcher.real_quick_ratio() >= least and matcher.quick_ratio() >= least:
            agreement[key] = matcher.ratio()
    return [
        (_ALIKE * agreement[unit.key], unit)
        for unit in units
        if agreement.get(unit.key, 0.0) >= least
    ]
