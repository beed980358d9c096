"""Which tables stand on the summary page, and what do their rows say?"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pandas as pd

from infraplan.results import ANY_OPERATOR
from infraplan.wording import (
    Text,
    area,
    count,
    length,
    money,
    money_range,
    names,
    percent,
    phrase,
    plain,
    quoted_source,
    site_reason,
    span,
    word_or,
)

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.plan import Plan
    from infraplan.results import Source

__all__ = [
    "Table",
    "costs_table",
    "gaps_table",
    "origins_table",
    "phases_table",
    "proposals_table",
    "render",
    "sources_table",
    "worst_communes_table",
]

_WORST = 10
_LARGEST = 10
_MOST_PROPOSALS = 25


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page.

    Attributes
    ----------
    head
        Keys of the column heads in ``words.csv``.
    numeric
        Positions of the columns that are aligned right.
    rows
        One text per column.
    total
        The last row, or none.
    code, long
        Positions of columns in fixed-width type, and of those whose text may wrap.
    """

    head: tuple[str, ...]
    numeric: frozenset[int]
    rows: list[list[Text]]
    total: list[Text] | None = None
    code: frozenset[int] = field(default_factory=frozenset)
    long: frozenset[int] = field(default_factory=frozenset)


def render(table: Table) -> str:
    """Return a table as HTML; an empty one explains itself."""
    if not table.rows:
        return f'<p class="note">{span(phrase("table_empty"))}</p>'
    head = "".join(
        f'<th{_kind(i, table)} scope="col">{span(phrase(key))}</th>'
        for i, key in enumerate(table.head)
    )
    body = "".join(f"<tr>{_cells(row, table)}</tr>" for row in table.rows)
    if table.total is not None:
        body += f'<tr class="sum">{_cells(table.total, table)}</tr>'
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _kind(column: int, table: Table) -> str:
    if column in table.numeric:
        return ' class="r"'
    return ' class="l"' if column in table.long else ""


def _cells(row: list[Text], table: Table) -> str:
    cells = []
    for i, text in enumerate(row):
        shown = f"<code>{span(text)}</code>" if i in table.code else span(text)
        cells.append(f"<td{_kind(i, table)}{_label(i, table)}>{shown}</td>")
    return "".join(cells)


def _label(column: int, table: Table) -> str:
    """Return the column's head as attributes: on a phone a row is a card under its first cell."""
    if column == 0:
        return ""
    head = phrase(table.head[column])
    return f' data-vi="{html.escape(head.vi)}" data-en="{html.escape(head.en)}"'


def worst_communes_table(
    communes: gpd.GeoDataFrame, villages: gpd.GeoDataFrame, *, served_dbm: float
) -> Table:
    """List the communes with the smallest share of people served, worst first."""
    share, served = f"people_served_share_of_commune_people_{ANY_OPERATOR}", "people_served"
    table = communes.assign(unserved=communes["people"] - communes[f"{served}_{ANY_OPERATOR}"])
    table = table[table[share].notna()].sort_values(
        [share, "unserved", "code"], ascending=[True, False, True]
    )
    below = villages[~(villages[f"rsrp_dbm_{ANY_OPERATOR}"] >= served_dbm)]
    unserved_villages = below["commune_code"].value_counts()
    rows = [
        [
            plain(r["full_name"] or r["name"]),
            percent(r[share]),
            phrase(
                "x_of_y",
                {"x": count(r[f"{served}_{ANY_OPERATOR}"]), "y": count(r["people"])},
            ),
            count(r["unserved"]),
            count(int(unserved_villages.get(r["code"], 0))),
        ]
        for r in table.head(_WORST).to_dict("records")
    ]
    head = ("commune", "share_served", "people_served", "people_unserved", "villages_below")
    return Table(head, frozenset({1, 2, 3, 4}), rows)


def gaps_table(gaps: gpd.GeoDataFrame) -> Table:
    """List the gaps with most people."""
    rows = [
        [
            plain(r["gap_id"]),
            word_or(f"gap_{r['kind']}", str(r["kind"])),
            plain(r["commune_name"]),
            count(r["people"]),
            names(r["village_names"]),
            area(r["area_m2"]),
        ]
        for r in gaps.head(_LARGEST).to_dict("records")
    ]
    head = ("gap", "kind", "commune", "people", "village_names", "area")
    return Table(head, frozenset({3, 5}), rows, long=frozenset({4}))


def proposals_table(plan: Plan, communes: gpd.GeoDataFrame) -> Table:
    """List the first proposals by year, with the reason of each."""
    communes_named = dict(zip(communes["code"], communes["name"], strict=True))
    table = plan.sites.sort_values("year", kind="stable", na_position="last")
    rows = [
        [
            plain(r["site_id"]),
            phrase("year_none") if pd.isna(r["year"]) else plain(int(r["year"])),
            word_or(f"kind_{r['kind']}", str(r["kind"])),
            plain(communes_named.get(r["commune_code"], r["commune_code"])),
            count(r["people_gained"]),
            money(r["capex_vnd"]),
            site_reason(r),
        ]
        for r in table.head(_MOST_PROPOSALS).to_dict("records")
    ]
    head = ("site", "year", "kind", "commune", "people_gained", "cost", "reason")
    return Table(head, frozenset({4, 5}), rows, long=frozenset({6}))


def phases_table(plan: Plan) -> Table:
    """List what each year builds."""
    rows = [
        [
            plain(int(r["year"])),
            count(r["sites"]),
            length(r["length_m"]),
            money(r["capex_vnd"]),
            money(r["left_vnd"]),
            count(r["people_gained"]),
            count(r["cumulative_people"]),
        ]
        for r in plan.phases.to_dict("records")
    ]
    totals = plan.totals
    total = [
        phrase("total"),
        count(totals.new_masts + totals.shared_masts),
        length(totals.length_m),
        money(totals.capex_vnd),
        Text("", ""),
        count(totals.people_gained),
        Text("", ""),
    ]
    head = ("year", "sites", "fibre", "cost", "left", "people_gained", "people_cumulative")
    return Table(head, frozenset(range(1, 7)), rows, total if rows else None)


def costs_table(plan: Plan) -> Table:
    """List the prices behind the plan, with their source and how far to trust them."""
    rows = [
        [
            word_or(f"cost_{r['item']}", r["meaning"]),
            phrase(f"quantity_{r['unit']}", {"quantity": count(r["quantity"])}),
            money(r["likely_vnd"]),
            money_range(r["low_vnd"], r["high_vnd"]),
            money(r["likely_total_vnd"]),
            word_or(f"origin_{r['origin']}", r["origin"]),
            quoted_source(f"{r['source']} ({r['year']})"),
            word_or(f"confidence_{r['confidence']}", r["confidence"]),
        ]
        for r in plan.assumptions.to_dict("records")
    ]
    head = ("item", "quantity", "likely", "price_range", "sum", "origin", "source", "confidence")
    blank = Text("", "")
    total = [phrase("total"), *[blank] * 3, money(plan.totals.likely_vnd), *[blank] * 3]
    return Table(
        head, frozenset({1, 2, 3, 4}), rows, total if rows else None, long=frozenset({0, 6})
    )


def origins_table(origins: pd.DataFrame) -> Table:
    """List which values of which table are known how, columns that agree in one row."""
    agreeing = origins.groupby(["table", "origin", "share", "rows"], sort=False)["column"]
    rows = [
        [
            word_or(f"table_{r['table']}", r["table"]),
            plain(r["column"]),
            word_or(f"origin_{r['origin']}", r["origin"]),
            percent(r["share"]),
            count(r["rows"]),
        ]
        for r in agreeing.agg(", ".join).reset_index().to_dict("records")
    ]
    head = ("table", "column", "origin", "share", "rows")
    return Table(head, frozenset({3, 4}), rows, code=frozenset({1}), long=frozenset({1}))


def sources_table(sources: tuple[Source, ...]) -> Table:
    """List the input files with their digests."""
    rows = [
        [
            word_or(f"table_{s.table}", s.table),
            plain(s.file),
            plain(s.origin),
            plain(s.licence),
            plain(s.sha256),
        ]
        for s in sources
    ]
    head = ("table", "file", "source", "licence", "digest")
    return Table(head, frozenset(), rows, code=frozenset({1, 4}), long=frozenset({2, 3, 4}))
