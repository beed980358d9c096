"""Which places fit what somebody types, best first?"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from infraplan.names import clean, fold, match_key
from infraplan.sources.reform import Match, resolve
from infraplan_api.places.index import index_of
from infraplan_api.places.reformed import became, named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraplan_api.bundle import Bundle
    from infraplan_api.places.index import Index, Named, Place

__all__ = ["KINDS", "find"]

KINDS: Final = ("commune", "old_commune", "village")

# The scale of infraplan.sources.reform: 1 is a code, 0.9 the same letters.
_CODE, _LETTERS, _BEGINS, _WORD_BEGINS, _CONTAINS = 1.0, 0.9, 0.75, 0.65, 0.63
_HOW: Final = ((0.85, "exact"), (0.8, "contains"), (0.75, "prefix"), (0.625, "contains"))
"""From this score on a place fits so; below the last it is similar, or lies elsewhere."""
_ELSEWHERE: Final = 0.5
_ALL: Final = 10_000
_DIGITS: Final = 4


@dataclass(frozen=True, slots=True)
class _Hit:
    """A place that fits, before it is written out.

    Attributes
    ----------
    kind, score
        Of :data:`KINDS`, and how well it fits.
    place
        The place of today that is shown for it.
    match
        What the reform says of it; None where it says nothing.
    """

    kind: str
    score: float
    place: Place
    match: Match | None

    @property
    def code(self) -> str:
        """Return its own code."""
        return self.place.code if self.match is None else self.match.code

    @property
    def order(self) -> tuple[float, int, str]:
        """Return where it stands among the answers."""
        return -self.score, KINDS.index(self.kind), self.code


def find(bundle: Bundle, query: str, *, kinds: Sequence[str], limit: int) -> list[dict[str, Any]]:
    """Return the places that fit, as JSON of ``Found``.

    Parameters
    ----------
    bundle
        Its communes and villages, and the old communes that became part of them.
    query
        A code or name, with or without diacritics, prefix and place behind it.
    kinds
        Of :data:`KINDS` those that are wanted.
    limit
        At most so many.

    Returns
    -------
    list of dict
        By score, then communes before old communes before villages, then by code.
    """
    index = index_of(bundle)
    hits: list[_Hit] = []
    if "commune" in kinds or "old_commune" in kinds:
        hits += (hit for hit in _reformed(index, query) if hit.kind in kinds)
    if "commune" in kinds:
        hits += (_Hit("commune", s, place, None) for s, place in _by_keys(index.others, query))
    if "village" in kinds:
        hits += _villages(index, query)
    best = heapq.nsmallest(limit, hits, key=lambda hit: hit.order)
    return [_written(index, hit, query) for hit in best]


def _reformed(index: Index, query: str) -> Iterator[_Hit]:
    """Return communes of today and before that the table of the reform knows."""
    for match in resolve(query, limit=_ALL):
        shown = _now(index, match)[0:1] if match.now else [match.code]
        if shown and shown[0] in index.communes:
            kind = "old_commune" if match.now else "commune"
            yield _Hit(kind, match.score, index.communes[shown[0]], match)


def _now(index: Index, match: Match) -> list[str]:
    """Return what an old commune became, of the bundle's, the largest part first."""
    return [code for code in became(match.code) if code in index.communes] if match.now else []


def _villages(index: Index, query: str) -> Iterator[_Hit]:
    """Return villages; a commune's name behind a comma narrows the choice."""
    name, _, home_name = query.partition(",")
    home_key = match_key(home_name)
    for score, place in _by_keys(index.villages, name if home_key else query):
        near = not home_key or _lies_in(index, place, home_key)
        yield _Hit("village", score if near else score * _ELSEWHERE, place, None)


def _lies_in(index: Index, place: Place, home_key: str) -> bool:
    """Tell whether the commune of a village has such a name."""
    home = index.communes.get(place.commune_code)
    return home is not None and match_key(home.name).startswith(home_key)


def _by_keys(places: Named, query: str) -> list[tuple[float, Place]]:
    """Return the places whose code is the query or whose name holds it."""
    key, wanted = match_key(query), fold(clean(query)).strip()
    if not key:
        return []
    found = [
        (_score(key, wanted, own, places.words[i]), places.places[i])
        for i, own in enumerate(places.keys)
        if key in own
    ]
    coded = places.by_code.get(wanted)
    if coded is not None:
        found = [(_CODE, coded), *((s, place) for s, place in found if place is not coded)]
    return found


def _score(key: str, wanted: str, own: str, words: str) -> float:
    """Return how well a name that holds the key fits."""
    if own == key:
        return _LETTERS
    if own.startswith(key):
        return _BEGINS
    return _WORD_BEGINS if f" {wanted}" in words else _CONTAINS


def _written(index: Index, hit: _Hit, query: str) -> dict[str, Any]:
    """Return a hit as it is answered, shown at the place of today."""
    match, place = hit.match, hit.place
    home = index.communes.get(place.commune_code)
    now = [] if match is None else _now(index, match)
    was = () if match is None else match.was
    return {
        "type": hit.kind,
        "code": hit.code,
        "name": place.name if match is None else match.name,
        "full_name": place.full_name if match is None else match.full_name,
        "matched_by": "code"
        if hit.code.casefold().startswith(query.strip().casefold())
        else "name",
        "match": next((word for least, word in _HOW if hit.score >= least), "similar"),
        "score": round(hit.score, _DIGITS),
        "district": "" if match is None else match.district,
        "province": "" if match is None else match.province,
        "commune": None if home is None else _named(home),
        "now": [_named(index.communes[code]) for code in now],
        "was": [one for code in was if (one := named(code, old=True)) is not None],
        "lon": place.lon,
        "lat": place.lat,
        "bbox": place.bbox,
    }


def _named(place: Place) -> dict[str, str]:
    return {"code": place.code, "name": place.name, "full_name": place.full_name}
