"""Which places have a name that is, begins with or holds some letters, best first?

All names stand in one text, line by line, so that a search over thousands of them is one search in
a text and ends as soon as enough were found.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan.names import clean, fold, match_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

__all__ = ["Named", "Place", "named_places", "ranked"]

# The scale of infraplan.sources.reform: 1 is a code, 0.9 the same letters.
_CODE, _LETTERS, _BEGINS, _WORD_BEGINS, _CONTAINS = 1.0, 0.9, 0.75, 0.65, 0.63


@dataclass(frozen=True, slots=True)
class Place:
    """A commune or village of the bundle.

    Attributes
    ----------
    code, name, full_name
        Code or identifier, and the names without and with the prefix.
    commune_code
        Of a commune its own code, of a village that of its commune, "" where it has none.
    lon, lat
        A point inside, degrees.
    bbox
        West, south, east, north, degrees; None where only a point is known.
    """

    code: str
    name: str
    full_name: str
    commune_code: str
    lon: float | None
    lat: float | None
    bbox: tuple[float, float, float, float] | None


@dataclass(frozen=True, slots=True)
class _Lines:
    """Lines of one text, each with a line break before and behind it, and where each begins."""

    text: str
    starts: tuple[int, ...]

    def holding(self, sought: str) -> Iterator[int]:
        """Yield the numbers of the lines that hold a text, ascending."""
        at = self.text.find(sought)
        while at >= 0:
            line = bisect_right(self.starts, at) - 1
            yield line
            at = self.text.find(sought, self.starts[line + 1])


@dataclass(frozen=True, slots=True)
class Named:
    """Places with what their names are found by.

    Attributes
    ----------
    places
        The places by code.
    keys
        Their names in plain small letters without spaces.
    words
        The same with a space before each word.
    by_code
        Code or identifier in small letters to the number of its place.
    """

    places: tuple[Place, ...]
    keys: _Lines
    words: _Lines
    by_code: Mapping[str, int]


def named_places(places: Sequence[Place]) -> Named:
    """Write down what the names of places are found by."""
    ordered = sorted(places, key=lambda place: place.code)
    return Named(
        places=tuple(ordered),
        keys=_lines([match_key(place.name) for place in ordered]),
        words=_lines([f" {fold(place.name)}" for place in ordered]),
        by_code={place.code.casefold(): i for i, place in enumerate(ordered)},
    )


def ranked(named: Named, query: str) -> Iterator[tuple[float, Place]]:
    """Yield the places whose code is the query or whose name holds it, with how well they fit.

    Parameters
    ----------
    named
        The places.
    query
        A code or name, with or without diacritics and prefix.

    Yields
    ------
    tuple of float and Place
        The code, the same letters, names that begin so, names with a word that begins so, names
        that hold the letters; by code where they fit alike. Each place once.
    """
    key, wanted = match_key(query), fold(clean(query)).strip()
    if not key:
        return
    coded = named.by_code.get(wanted)
    given = {coded}
    if coded is not None:
        yield _CODE, named.places[coded]
    ways = (
        (_LETTERS, named.keys, f"\n{key}\n"),
        (_BEGINS, named.keys, f"\n{key}"),
        (_WORD_BEGINS, named.words, f" {wanted}"),
        (_CONTAINS, named.keys, key),
    )
    for score, lines, sought in ways:
        for line in lines.holding(sought):
            if line not in given:
                given.add(line)
                yield score, named.places[line]


def _lines(texts: Sequence[str]) -> _Lines:
    """Join texts, none of which holds a line break."""
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + 1 + len(text))
    return _Lines(text="".join(f"\n{text}" for text in texts) + "\n", starts=tuple(starts))
