"""How large is the share of people served, by operator and in the communes behind?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infraplan.report.charts.data import operator_name, people_served, unserved_by_commune
from infraplan.report.charts.frame import (
    SMALL_MM,
    TEXT_MM,
    Box,
    Words,
    drawn,
    inside,
    legend,
    nothing,
    source_text,
)
from infraplan.report.charts.palette import ACCENT, SOFT
from infraplan.report.charts.svg import GREY, line, rect, shortened, text, width_of_mm
from infraplan.results import ANY_OPERATOR
from infraplan.wording import Text, count, percent, phrase, plain

if TYPE_CHECKING:
    import pandas as pd

    from infraplan.report.facts import Facts

__all__ = ["communes_chart", "operators_chart", "shares_by_operator"]

_MOST_COMMUNES: Final = 10
_QUARTERS: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
_LONGEST_NAME_SHARE: Final = 0.34
_FILL_SHARE: Final = 0.56
_THICKEST_MM: Final = 6.0


@dataclass(frozen=True, slots=True)
class _Bar:
    """A bar: its name, the share drawn dark, the larger one behind it, and what stands after."""

    name: str
    share: float
    later: float
    told: str
    bold: bool = False


def shares_by_operator(facts: Facts) -> pd.DataFrame:
    """Return per operator the share of people served in the first and the last year.

    Returns
    -------
    pandas.DataFrame
        Columns operator, first_share, last_share, people_served (first year), of the technology
        of the plan, largest first and any operator on top.
    """
    rows = people_served(facts)
    rows = rows[rows["technology"] == facts.technology].sort_values("year")
    shares = rows.groupby("operator", as_index=False).agg(
        first_share=("people_served_share", "first"),
        last_share=("people_served_share", "last"),
        people_served=("people_served", "first"),
    )
    shares = shares.assign(alone=shares["operator"] != ANY_OPERATOR)
    order = shares.sort_values(["alone", "first_share", "operator"], ascending=[True, False, True])
    return order.drop(columns="alone").reset_index(drop=True)


def operators_chart(facts: Facts, *, language: str, width_mm: float, height_mm: float) -> bytes:
    """Draw a bar an operator: share of people served today, and at the end of the plan."""
    shares = shares_by_operator(facts)
    single = shares[shares["operator"] != ANY_OPERATOR]
    words = Words(_operators_title(facts, single), _share_axis(facts), source_text(facts))
    box = inside(words, width_mm, height_mm, language=language)
    if shares.empty:
        return drawn(nothing(box, language), words, width_mm, height_mm, language=language)
    bars = [
        _Bar(
            _operator(str(r["operator"]), language),
            float(r["first_share"]),
            float(r["last_share"]),
            _two(float(r["first_share"]), float(r["last_share"]), facts.years).said(language),
            bold=r["operator"] == ANY_OPERATOR,
        )
        for r in shares.to_dict("records")
    ]
    years = facts.years
    named = [(ACCENT, plain(years[0]).said(language))]
    if len(years) > 1:
        named.append((SOFT, plain(years[-1]).said(language)))
    parts = legend(Box(box.left, box.top, box.right, box.top + 3), named)
    below = Box(box.left, box.top + 6.5, box.right, box.bottom)
    parts += _bars(bars, below)
    return drawn(parts, words, width_mm, height_mm, language=language)


def _operators_title(facts: Facts, single: pd.DataFrame) -> Text:
    values = {"technology": plain(facts.technology)}
    if len(single) < 2:  # noqa: PLR2004 - the most and the least need two
        return phrase("charts_operators_title_none", values)
    most, least = single.iloc[0], single.iloc[-1]
    values |= {
        "most": operator_name(str(most["operator"])),
        "most_share": percent(float(most["first_share"])),
        "least": operator_name(str(least["operator"])),
        "least_share": percent(float(least["first_share"])),
    }
    return phrase("charts_operators_title", values)


def communes_chart(facts: Facts, *, language: str, width_mm: float, height_mm: float) -> bytes:
    """Draw a bar for each of the communes with the smallest share of people served."""
    table = unserved_by_commune(facts).head(_MOST_COMMUNES)
    words = Words(_communes_title(facts, table), _share_axis(facts), source_text(facts))
    box = inside(words, width_mm, height_mm, language=language)
    if table.empty:
        return drawn(nothing(box, language), words, width_mm, height_mm, language=language)
    bars = [
        _Bar(
            str(r["name"]),
            float(r["share"]),
            float(r["share"]),
            phrase(
                "charts_commune_told",
                {"share": percent(float(r["share"])), "people": count(float(r["people_unserved"]))},
            ).said(language),
        )
        for r in table.to_dict("records")
    ]
    parts = _bars(bars, box)
    return drawn(parts, words, width_mm, height_mm, language=language)


def _communes_title(facts: Facts, table: pd.DataFrame) -> Text:
    values = {"technology": plain(facts.technology)}
    if table.empty:
        return phrase("charts_communes_title_none", values)
    first = table.iloc[0]
    values |= {"commune": plain(first["name"]), "share": percent(float(first["share"]))}
    return phrase("charts_communes_title", values)


def _share_axis(facts: Facts) -> Text:
    return phrase("charts_share_axis", {"technology": plain(facts.technology)})


def _operator(operator: str, language: str) -> str:
    if operator == ANY_OPERATOR:
        return phrase("charts_any").said(language)
    return operator_name(operator).said(language)


def _two(first: float, last: float, years: tuple[int, ...]) -> Text:
    """Write a share, and the one of the last year where it reads otherwise."""
    now, then = percent(first), percent(last)
    if now == then:
        return now
    return phrase("charts_then", {"now": now, "then": then, "year": plain(years[-1])})


def _bars(bars: list[_Bar], box: Box) -> list[str]:
    """Return horizontal bars from 0 to 100 %, names at the left and figures at the right."""
    widest = max(width_of_mm(bar.name, TEXT_MM) for bar in bars)
    names_mm = min(widest, box.width * _LONGEST_NAME_SHARE) + 2.5
    told_mm = max(width_of_mm(bar.told, TEXT_MM) for bar in bars) + 2.0
    left, right, bottom = box.left + names_mm, box.right - told_mm, box.bottom - 4.5
    wide = right - left
    parts = []
    for quarter in _QUARTERS:
        x_mm = left + wide * quarter
        parts.append(line(x_mm, box.top, x_mm, bottom))
        label = f"{round(quarter * 100)} %"
        at = (x_mm, bottom + 3.4)
        parts.append(text(*at, label, size_mm=SMALL_MM, anchor="middle", colour=GREY))
    step = (bottom - box.top) / len(bars)
    thick = min(step * _FILL_SHARE, _THICKEST_MM)
    for number, bar in enumerate(bars):
        middle = box.top + step * (number + 0.5)
        top, low = middle - thick / 2, middle + TEXT_MM * 0.35
        name = shortened(bar.name, names_mm - 2.0, TEXT_MM)
        parts.append(text(left - 2, low, name, size_mm=TEXT_MM, anchor="end", bold=bar.bold))
        parts.append(rect(left, top, wide * _known(bar.later), thick, fill=SOFT))
        parts.append(rect(left, top, wide * _known(bar.share), thick, fill=ACCENT))
        parts.append(text(right + 2, low, bar.told, size_mm=TEXT_MM, bold=bar.bold))
    return parts


def _known(share: float) -> float:
    """Return a share within 0 and 1; an unknown one has no bar."""
    return min(max(share, 0.0), 1.0) if share == share else 0.0  # noqa: PLR0124 - NaN
