"""How do people without service and the money spent change from year to year?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan.report.charts.axes import digits_of, round_ticks
from infraplan.report.charts.data import COST_KINDS, cost_by_year, people_served
from infraplan.report.charts.frame import (
    SMALL_MM,
    TEXT_MM,
    Box,
    Words,
    drawn,
    grid,
    inside,
    legend,
    nothing,
    source_text,
)
from infraplan.report.charts.palette import ACCENT, KIND_COLOURS, PAST
from infraplan.report.charts.svg import GREY, rect, text
from infraplan.results import ANY_OPERATOR
from infraplan.wording import Text, count, decimal, money, percent, phrase, plain

if TYPE_CHECKING:
    import pandas as pd

    from infraplan.report.facts import Facts

__all__ = ["cost_chart", "served_chart"]

_FILL_SHARE: Final = 0.58
_GUTTER_MM: Final = 15.0
_BELOW_MM: Final = 8.5
_MILLIARD: Final = 1e9


def served_chart(facts: Facts, *, language: str, width_mm: float, height_mm: float) -> bytes:
    """Draw a column a year of the people whom no operator serves, the years before in grey."""
    rows = people_served(facts)
    rows = rows[(rows["technology"] == facts.technology) & (rows["operator"] == ANY_OPERATOR)]
    rows = rows.sort_values("year")
    words = Words(_served_title(facts, rows), phrase("charts_served_axis"), source_text(facts))
    box = inside(words, width_mm, height_mm, language=language)
    parts = nothing(box, language) if rows.empty else _served_columns(facts, rows, box, language)
    return drawn(parts, words, width_mm, height_mm, language=language)


def _served_title(facts: Facts, rows: pd.DataFrame) -> Text:
    values = {"technology": plain(facts.technology)}
    if rows.empty:
        return phrase("charts_served_title_none", values)
    without = (rows["people"] - rows["people_served"]).tolist()
    years = rows["year"].tolist()
    values |= {
        "before": count(without[0]),
        "after": count(without[-1]),
        "first": plain(int(years[0])),
        "last": plain(int(years[-1])),
    }
    if len(years) == 1:
        return phrase("charts_served_title_one", values)
    fewer = without[-1] < without[0]
    return phrase("charts_served_title" if fewer else "charts_served_title_same", values)


def _served_columns(facts: Facts, rows: pd.DataFrame, box: Box, language: str) -> list[str]:
    plot = Box(box.left, box.top + 7, box.right, box.bottom - _BELOW_MM)
    without = (rows["people"] - rows["people_served"]).tolist()
    ticks = round_ticks(max(without))
    parts = grid(plot, ticks, [count(t).said(language) for t in ticks], gutter_mm=_GUTTER_MM)
    step = (plot.width - _GUTTER_MM) / len(rows)
    told = zip(rows["year"], without, rows["people_served_share"], strict=True)
    for number, (year, people, share) in enumerate(told):
        middle = plot.left + _GUTTER_MM + step * (number + 0.5)
        high = plot.height * people / ticks[-1]
        wide = step * _FILL_SHARE
        colour = PAST if year == facts.base_year else ACCENT
        parts.append(rect(middle - wide / 2, plot.bottom - high, wide, high, fill=colour))
        above = plot.bottom - high - 1.2
        parts.append(_middle(middle, above, count(people).said(language), bold=True))
        parts.append(_middle(middle, plot.bottom + 3.6, str(int(year))))
        served = percent(float(share)).said(language)
        parts.append(_middle(middle, plot.bottom + 7.2, served, colour=GREY))
    note = phrase("charts_served_below").said(language)
    parts.append(text(box.left, plot.bottom + 7.2, note, size_mm=SMALL_MM, colour=GREY))
    return parts


def cost_chart(facts: Facts, *, language: str, width_mm: float, height_mm: float) -> bytes:
    """Draw a column a year of what building costs, by kind."""
    spent = cost_by_year(facts)
    words = Words(_cost_title(facts), phrase("charts_cost_axis"), source_text(facts))
    box = inside(words, width_mm, height_mm, language=language)
    empty = spent.empty or not spent.to_numpy().sum() > 0
    parts = nothing(box, language) if empty else _cost_columns(spent, box, language)
    return drawn(parts, words, width_mm, height_mm, language=language)


def _cost_title(facts: Facts) -> Text:
    totals = facts.manifest["plan_totals"]
    sites = int(totals["new_masts"]) + int(totals["shared_masts"])
    if not sites or facts.phases.empty:
        return phrase("charts_cost_title_none")
    years = facts.plan_years
    values = {
        "cost": money(float(totals["capex_vnd"])),
        "sites": count(sites),
        "first": plain(years[0]),
        "last": plain(years[-1]),
    }
    return phrase("charts_cost_title_one" if len(years) == 1 else "charts_cost_title", values)


def _cost_columns(spent: pd.DataFrame, box: Box, language: str) -> list[str]:
    named = [(KIND_COLOURS[k], phrase(f"charts_kind_{k}").said(language)) for k in COST_KINDS]
    parts = legend(Box(box.left, box.top, box.right, box.top + 3), named)
    plot = Box(box.left, box.top + 11, box.right, box.bottom - 5.0)
    totals = spent.sum(axis=1).tolist()
    ticks = round_ticks(max(totals) / _MILLIARD)
    labels = [decimal(t, digits_of(ticks)).said(language) for t in ticks]
    parts += grid(plot, ticks, labels, gutter_mm=_GUTTER_MM)
    step = (plot.width - _GUTTER_MM) / len(spent)
    for number, (year, row) in enumerate(spent.iterrows()):
        middle = plot.left + _GUTTER_MM + step * (number + 0.5)
        wide, low = step * _FILL_SHARE, plot.bottom
        for kind in COST_KINDS:
            high = plot.height * float(row[kind]) / _MILLIARD / ticks[-1]
            low -= high
            parts.append(rect(middle - wide / 2, low, wide, high, fill=KIND_COLOURS[kind]))
        total = decimal(totals[number] / _MILLIARD, 1).said(language)
        parts.append(_middle(middle, low - 1.2, total, bold=True))
        parts.append(_middle(middle, plot.bottom + 3.8, str(year)))
    return parts


def _middle(x_mm: float, y_mm: float, words: str, *, bold: bool = False, colour: str = "") -> str:
    more = {"colour": colour} if colour else {}
    return text(x_mm, y_mm, words, size_mm=TEXT_MM, anchor="middle", bold=bold, **more)
