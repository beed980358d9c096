"""Which places fit what somebody types, best first?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from infraplan.names import match_key
from infraplan.sources.reform import AFTER, Match, resolve
from infraplan_api.places.index import index_of
from infraplan_api.places.named import ranked
from infraplan_api.places.reformed import became, named

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraplan_api.bundle import Bundle
    from infraplan_api.places.index import Index
    from infraplan_api.places.named import Place

__all__ = ["KINDS", "find"]

KINDS: Final = ("commune", "old_commune", "village")

_HOW: Final = ((0.85, "exact"), (0.8, "contains"), (0.75, "prefix"), (0.625, "contains"))
"""From this score on a place fits so; below the last it is similar, or lies elsewhere."""
_ELSEWHERE: Final = 0.5
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
    hits = [*_reformed(index, query, kinds, limit)]
    if "commune" in kinds:
        found = islice(ranked(index.others, query), limit)
        hits += (_Hit("commune", score, place, None) for score, place in found)
    if "village" in kinds:
        hits += islice(_villages(index, query), limit)
    hits.sort(key=lambda hit: hit.order)
    return [_written(index, hit, query) for hit in hits[:limit]]


def _reformed(index: Index, query: str, kinds: Sequence[str], limit: int) -> Iterator[_Hit]:
    """Return communes of today and before that the table of the reform leads to."""
    wanted = [index.reformed[kind] for kind in kinds if kind in index.reformed]
    for match in resolve(query, limit=limit, among=frozenset().union(*wanted)):
        is_old = match.generation != AFTER
        code = _now(index, match)[0] if is_old else match.code
        yield _Hit("old_commune" if is_old else "commune", match.score, index.communes[code], match)


def _now(index: Index, match: Match) -> list[str]:
    """Return what an old commune became, of the bundle's, the largest part first."""
    return [code for code in became(match.code) if code in index.communes] if match.now else []


def _villages(index: Index, query: str) -> Iterator[_Hit]:
    """Yield villages, best first; those of a commune that is named behind a comma before all."""
    name, _, home_name = query.partition(",")
    home_key = match_key(home_name)
    found = ranked(index.villages, name if home_key else query)
    if home_key:
        found = _near_first(found, index, home_key)
    for score, place in found:
        yield _Hit("village", score, place, None)


def _near_first(
    found: Iterator[tuple[float, Place]], index: Index, home_key: str
) -> Iterator[tuple[float, Place]]:
    """Yield the villages of communes with such a name, then the others with a lower score."""
    homes = {c for c, home in index.communes.items() if match_key(home.name).startswith(home_key)}
    elsewhere = []
    for score, place in found:
        if place.commune_code in homes:
            yield score, place
        else:
            elsewhere.append((score * _ELSEWHERE, place))
    yield from elsewhere


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
