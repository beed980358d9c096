"""What does the next person served cost, as the plan goes on?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan.report.charts.axes import digits_of, round_ticks
from infraplan.report.charts.frame import (
    SMALL_MM,
    TEXT_MM,
    Box,
    Words,
    drawn,
    grid,
    inside,
    nothing,
    source_text,
)
from infraplan.report.charts.palette import ACCENT
from infraplan.report.charts.svg import GREY, circle, path, text
from infraplan.wording import Text, count, decimal, money, phrase, plain

if TYPE_CHECKING:
    import pandas as pd

    from infraplan.report.facts import Facts

__all__ = ["marginal_chart"]

_GUTTER_MM: Final = 15.0
_MILLIARD: Final = 1e9


def marginal_chart(facts: Facts, *, language: str, width_mm: float, height_mm: float) -> bytes:
    """Draw people newly served over money spent, site by site in the order of building."""
    built = _steps(facts)
    words = Words(_title(facts), phrase("charts_marginal_axis"), source_text(facts))
    box = inside(words, width_mm, height_mm, language=language)
    parts = nothing(box, language) if built.empty else _curve(built, box, language)
    return drawn(parts, words, width_mm, height_mm, language=language)


def _steps(facts: Facts) -> pd.DataFrame:
    """Return money and people after each site, in the order of building."""
    table = facts.explanations
    table = table[table["year"].notna()].sort_values("year", kind="stable")
    cost = table["site_vnd"].astype(float) + table["link_vnd"].astype(float)
    return table.assign(
        year=table["year"].astype(int),
        spent_vnd=cost.cumsum(),
        people=table["people_gained"].astype(float).cumsum(),
    )[["year", "spent_vnd", "people"]].reset_index(drop=True)


def _title(facts: Facts) -> Text:
    """Say what a person newly served costs in the first and in the last year of building."""
    phases = facts.phases[facts.phases["people_gained"].astype(float) > 0]
    if phases.empty:
        return phrase("charts_marginal_title_none")
    each = (phases["capex_vnd"].astype(float) / phases["people_gained"].astype(float)).tolist()
    years = [int(year) for year in phases["year"]]
    values = {
        "first": plain(years[0]),
        "last": plain(years[-1]),
        "before": money(each[0]),
        "after": money(each[-1]),
    }
    return phrase(
        "charts_marginal_title" if len(years) > 1 else "charts_marginal_title_one", values
    )


def _curve(built: pd.DataFrame, box: Box, language: str) -> list[str]:
    plot = Box(box.left, box.top + 6, box.right - 4, box.bottom - 9.0)
    people = round_ticks(float(built["people"].max()))
    spent = round_ticks(float(built["spent_vnd"].max()) / _MILLIARD)
    labels = [count(t).said(language) for t in people]
    parts = grid(plot, people, labels, gutter_mm=_GUTTER_MM)
    left, wide = plot.left + _GUTTER_MM, plot.width - _GUTTER_MM
    for tick in spent:
        x_mm = left + wide * tick / spent[-1]
        label = decimal(tick, digits_of(spent)).said(language)
        at = (x_mm, plot.bottom + 3.6)
        parts.append(text(*at, label, size_mm=SMALL_MM, anchor="middle", colour=GREY))
    axis = phrase("charts_marginal_below").said(language)
    at = (plot.right, plot.bottom + 7.4)
    parts.append(text(*at, axis, size_mm=SMALL_MM, anchor="end", colour=GREY))

    def place(vnd: float, gained: float) -> tuple[float, float]:
        x_mm = left + wide * vnd / _MILLIARD / spent[-1]
        return x_mm, plot.bottom - plot.height * gained / people[-1]

    points = zip(built["spent_vnd"], built["people"], strict=True)
    parts.append(path([(left, plot.bottom), *(place(v, p) for v, p in points)], colour=ACCENT))
    for row in built.groupby("year").tail(1).to_dict("records"):
        x_mm, y_mm = place(float(row["spent_vnd"]), float(row["people"]))
        parts.append(circle(x_mm, y_mm, 1.1, fill=ACCENT))
        year = str(int(row["year"]))
        parts.append(text(x_mm - 1.5, y_mm - 1.8, year, size_mm=TEXT_MM, anchor="end", bold=True))
    return parts
