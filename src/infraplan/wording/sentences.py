"""How are names, years, a quoted source and the reason of a proposal told in both languages?"""

from __future__ import annotations

import math
from functools import cache
from numbers import Real
from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.wording.figures import count, height, length
from infraplan.wording.text import Text, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["names", "quoted_source", "site_reason", "years"]

_BETWEEN_NAMES, _MOST_NAMES = "; ", 8


def names(joined: object, most: int = _MOST_NAMES) -> Text:
    """List the first names of a text that joins them by "; ", and count the others.

    Examples
    --------
    >>> names("A; B; C; D", most=2)
    Text(vi='A; B … và 2 thôn khác', en='A; B … and 2 more')
    """
    every = str(joined).split(_BETWEEN_NAMES) if isinstance(joined, str) else []
    shown = plain(_BETWEEN_NAMES.join(every[:most]))
    if len(every) <= most:
        return shown
    return shown + Text(" ", " ") + phrase("names_more", {"count": count(len(every) - most)})


def quoted_source(source: str) -> Text:
    """Quote a source as the catalogue gives it; words of ``words_sources.csv`` are translated.

    Examples
    --------
    >>> quoted_source("Decree 32/2016/ND-CP Art. 7 for the height").vi
    'Nghị định 32/2016/NĐ-CP, Điều 7 về độ cao'
    """
    said = source
    for words in _source_words():
        said = said.replace(words.en, words.vi)
    return Text(said, source)


@cache
def _source_words() -> tuple[Text, ...]:
    """Return the words of sources, the longest first, so that none is cut by a shorter one."""
    table = catalog.table("words_sources")
    words = [phrase("source_none"), *(phrase(key) for key in table["key"])]
    return tuple(sorted(words, key=lambda text: (-len(text.en), text.en)))


def site_reason(site: Mapping[str, object]) -> Text:
    """Say why a site is proposed, from the columns of its row of the table ``new_sites``."""
    figures = {
        "host": plain(site["host_site_id"]),
        "antenna": height(_number(site["antenna_height_m"])),
        "ground": height(_number(site["ground_height_m"])),
        "road": length(_number(site["road_distance_m"])),
        "people": count(_number(site["people_gained"])),
    }
    return phrase(f"reason_{site['kind']}", figures)


def years(first: int | None, last: int | None) -> Text:
    """Name a span of years; none at all where nothing is built.

    Examples
    --------
    >>> years(2026, 2030).en, years(2026, 2026).en
    ('2026–2030', '2026')
    """
    if first is None:
        return phrase("years_none")
    key = "years_one" if first == last else "years_span"
    return phrase(key, {"first": plain(first), "last": plain(last)})


def _number(value: object) -> float:
    """Return a number of a table; what is missing is NaN."""
    return float(value) if isinstance(value, Real) else math.nan
