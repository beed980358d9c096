"""Which tables stand on the summary page, and what do their rows say?"""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.export.headline import UNSERVED
from infraplan.results import ANY_OPERATOR
from infraplan.wording import (
    Text,
    area,
    count,
    names,
    percent,
    phrase,
    plain,
    span,
    word_or,
)

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from infraplan.results import Source

__all__ = [
    "Table",
    "aside_table",
    "gaps_table",
    "operator_name",
    "origins_table",
    "render",
    "sources_table",
    "worst_communes_table",
]

_WORST = 10
_LARGEST = 10
_ASIDE_HEAD = ("kind", "gap_operator", "gap_spots", "people", "gap_soon")


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
    below
        Under each row, over its whole width: a line, and what it unfolds; or none.
    """

    head: tuple[str, ...]
    numeric: frozenset[int]
    rows: list[list[Text]]
    total: list[Text] | None = None
    code: frozenset[int] = field(default_factory=frozenset)
    long: frozenset[int] = field(default_factory=frozenset)
    below: list[tuple[Text, Text]] | None = None


def render(table: Table) -> str:
    """Return a table as HTML; an empty one explains itself."""
    if not table.rows:
        return f'<p class="note">{span(phrase("table_empty"))}</p>'
    head = "".join(
        f'<th{_kind(i, table)} scope="col">{span(phrase(key))}</th>'
        for i, key in enumerate(table.head)
    )
    body = "".join(_row(row, number, table) for number, row in enumerate(table.rows))
    if table.total is not None:
        body += f'<tr class="sum">{_cells(table.total, table)}</tr>'
    return (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(row: list[Text], number: int, table: Table) -> str:
    if table.below is None:
        return f"<tr>{_cells(row, table)}</tr>"
    line, more = (span(text) for text in table.below[number])
    told = f"<details><summary>{line}</summary>{more}</details>" if more else line
    return (
        f'<tr class="over">{_cells(row, table)}</tr>'
        f'<tr class="below"><td colspan="{len(row)}">{told}</td></tr>'
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


def operator_name(operator: object) -> Text:
    """Return an operator as the catalogue writes it; one that it does not know as it is."""
    known = catalog.table("operators").set_index("operator")["name"]
    return plain(known.get(operator, operator) if isinstance(operator, str) else None)


def aside_table(gaps: gpd.GeoDataFrame) -> Table:
    """Add up the places with one operator, and those with overloaded cells, by operator.

    Of the latter the people are told who live where cells are overloaded in the first such year.
    """
    aside = gaps[~gaps["kind"].isin(UNSERVED)]
    if aside.empty:
        return Table(_ASIDE_HEAD, frozenset(), [])
    year = aside["year"].astype("Int64")
    soon = aside["people"].where((year == year.min()).fillna(value=False), 0.0)
    aside = aside.assign(operator=aside["operator"].fillna(""), soon=soon.where(year.notna()))
    groups = aside.groupby(["kind", "operator"], sort=True)
    sums = groups.agg(
        spots=("gap_id", "size"),
        people=("people", "sum"),
        soon=("soon", lambda people: people.sum(min_count=1)),
    )
    rows = [
        [
            phrase(f"gap_{r['kind']}"),
            operator_name(r["operator"]),
            count(r["spots"]),
            count(r["people"]),
            count(r["soon"]),
        ]
        for r in sums.reset_index().to_dict("records")
    ]
    return Table(_ASIDE_HEAD, frozenset({2, 3, 4}), rows)


def gaps_table(gaps: gpd.GeoDataFrame) -> Table:
    """List the white and weak spots with most people."""
    rows = [
        [
            plain(r["gap_id"]),
            word_or(f"gap_{r['kind']}", str(r["kind"])),
            plain(r["commune_name"]),
            count(r["people"]),
            names(r["village_names"]),
            area(r["area_m2"]),
        ]
        for r in gaps[gaps["kind"].isin(UNSERVED)].head(_LARGEST).to_dict("records")
    ]
    head = ("gap", "kind", "commune", "people", "village_names", "area")
    return Table(head, frozenset({3, 5}), rows, long=frozenset({4}))


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
