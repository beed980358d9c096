"""Which figures of the manifest do the pages state, and which words do many of them share?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from infraplan import catalog
from infraplan.report.pdf.blocks import Block, paragraphs, picture
from infraplan.wording import Text, decimal, phrase, plain, years

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from infraplan.report.facts import Facts

__all__ = [
    "MILLIARD",
    "a_year",
    "amount",
    "head",
    "in_sentence",
    "joined",
    "map_of",
    "milliards",
    "number",
    "plan_years_text",
    "total",
    "total_sites",
    "whole",
]

MILLIARD: Final = 1e9


def number(values: Mapping[str, Any], key: str) -> float:
    """Return a number of the manifest; what is missing or null is NaN."""
    value = values.get(key)
    return math.nan if value is None else float(value)


def total(facts: Facts, key: str) -> float:
    """Return one of the sums over the tables of a bundle."""
    return number(facts.manifest["totals"], key)


def amount(facts: Facts, key: str) -> float:
    """Return one of the sums over the plan."""
    return number(facts.manifest["plan_totals"], key)


def total_sites(facts: Facts) -> int:
    """Return how many sites the plan builds."""
    totals = facts.manifest["plan_totals"]
    return int(totals["new_masts"]) + int(totals["shared_masts"])


def plan_years_text(facts: Facts) -> Text:
    """Name the years of the plan."""
    told = facts.plan_years
    return years(told[0], told[-1]) if told else years(None, None)


def milliards(value_vnd: float, digits: int = 2) -> Text:
    """Write an amount in a column whose head says milliards of VND."""
    return decimal(value_vnd / MILLIARD, digits)


def a_year(value: object) -> Text:
    """Write a year; none where nothing is built yet."""
    missing = value is None or pd.isna(value)  # type: ignore[call-overload]
    return phrase("year_none") if missing else plain(int(value))  # type: ignore[call-overload]


def whole(value: object) -> float:
    """Return a number of a table; what is missing is NaN."""
    return math.nan if value is None or pd.isna(value) else float(value)  # type: ignore[arg-type,call-overload]


def head(*keys: str) -> list[Text]:
    """Return the heads of a table's columns by their keys."""
    return [phrase(key) for key in keys]


def joined(texts: Sequence[Text], between: str = " ") -> Text:
    """Join statements, each in its language."""
    return Text(between.join(t.vi for t in texts), between.join(t.en for t in texts))


def in_sentence(name: str) -> Text:
    """Write the name of a commune within a sentence: Vietnamese writes its kind small there.

    Examples
    --------
    >>> in_sentence("Xã Đức Nhàn")
    Text(vi='xã Đức Nhàn', en='Xã Đức Nhàn')
    >>> in_sentence("Andorra la Vella").vi
    'Andorra la Vella'
    """
    prefixes = catalog.table("name_prefixes")
    kinds = tuple(f"{kind} " for kind in prefixes.loc[prefixes["kind"] == "word", "prefix"])
    small = name[:1].lower() + name[1:]
    return Text(small if small.startswith(kinds) else name, name)


def map_of(facts: Facts, subject: str, pictures: AbstractSet[str], language: str) -> Block:
    """Return a map, or the sentence that says it is not there."""
    if subject not in pictures:
        return paragraphs([phrase("pdf_no_picture")], language=language, small=True)
    alt = phrase(
        f"pdf_alt_{subject}",
        {"study": facts.study_title, "technology": plain(facts.technology)},
    )
    return picture(subject, alt, language=language)
