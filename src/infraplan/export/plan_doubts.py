"""How sure is the plan: how often does each site stay in, and what matters most?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from infraplan.export.summary_tables import Table, render
from infraplan.wording import Text, count, money, percent, phrase, plain, span, word_or

if TYPE_CHECKING:
    from infraplan.plan import Plan

__all__ = ["robustness_part", "tornado_part"]

_MOST_SITES = 15
_FULL = 100.0


def robustness_part(plan: Plan) -> tuple[Text, str]:
    """Return title and table of how often each site stays in; the least certain come first."""
    if plan.robustness is None or plan.robustness.empty:
        return plain(None), ""
    table = plan.robustness.sort_values(["stays_share", "site_id"], kind="stable")
    years = dict(zip(plan.sites["site_id"].astype(str), plan.sites["year"], strict=True))
    values = {
        "always": count(int((table["stays_share"] >= 1.0).sum())),
        "all": count(len(table)),
        "least": percent(float(table["stays_share"].min()), 0),
    }
    rows = [
        [
            plain(r["site_id"]),
            _year(years.get(str(r["site_id"]))),
            percent(r["stays_share"], 0),
            percent(r["same_share"], 0),
        ]
        for r in table.head(_MOST_SITES).to_dict("records")
    ]
    head = ("site", "year", "stays_share", "same_share")
    return phrase("robust_title", values), render(Table(head, frozenset({2, 3}), rows))


def _year(year: object) -> Text:
    missing = year is None or pd.isna(year)  # type: ignore[call-overload]
    return phrase("year_none") if missing else plain(int(year))  # type: ignore[call-overload]


def tornado_part(plan: Plan) -> tuple[Text, str]:
    """Return title and bars of what each factor alone does to people served and to cost."""
    if plan.tornado is None or plan.tornado.empty:
        return plain(None), ""
    rows = plan.tornado.to_dict("records")
    served = _bars(rows, "people", plan.covered_people)
    paid = _bars(rows, "vnd", float(plan.costs["capex_vnd"].sum()))
    first = _factor(rows[0])
    panels = "".join(
        f"<div><h3>{span(phrase(f'tornado_{kind}'))}</h3>{bars}</div>"
        for kind, bars in (("people", served), ("vnd", paid))
        if bars
    )
    return phrase("tornado_title", {"factor": first}), f'<div class="tornado">{panels}</div>'


def _factor(row: dict[Any, Any]) -> Text:
    return word_or(f"factor_{row['factor']}", str(row["factor"]))


def _bars(rows: list[dict[Any, Any]], what: str, base: float) -> str:
    """Draw one bar a factor from its low to its high value around the plan's own value."""
    told = money if what == "vnd" else count
    low, high = f"low_{what}", f"high_{what}"
    moved = [r for r in rows if r[low] != r[high]]
    if not moved:
        return ""
    moved = sorted(moved, key=lambda r: -abs(r[high] - r[low]))
    ends = [base, *(float(r[name]) for r in moved for name in (low, high))]
    least, most = min(ends), max(ends)
    drawn = []
    for row in moved:
        begin, end = sorted((float(row[low]), float(row[high])))
        value = told(float(row[low])) + plain(" … ") + told(float(row[high]))
        drawn.append(
            f'<div class="bar"><span>{span(_factor(row))}</span>'
            '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
            f'<rect class="amount" x="{_place(begin, least, most):.2f}" y="1" height="8" '
            f'width="{max(_place(end, least, most) - _place(begin, least, most), 0.4):.2f}"/>'
            f'<path d="M{_place(base, least, most):.2f} 0v10"/></svg>'
            f'<span class="n">{span(value)}</span></div>'
        )
    return "".join(drawn)


def _place(value: float, least: float, most: float) -> float:
    """Return where a value lies on a bar of a hundred units."""
    return _FULL * (value - least) / (most - least)
