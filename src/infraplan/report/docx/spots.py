"""What does Annex VI say: where is there no usable signal, and which villages are meant?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infraplan.report.docx.blocks import BLANK, Align, Annex, Heading, Prose, Table
from infraplan.report.docx.columns import (
    capital,
    column,
    commune_names,
    known_year,
    number,
    numbered,
    operator_names,
    records,
)
from infraplan.wording import Text, count, decimal, phrase, plain, word_or

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from infraplan.report.facts import Facts

__all__ = ["annex"]

_M2_PER_HECTARE: Final = 10_000.0
_UNSERVED: Final = ("white", "weak")


def annex(facts: Facts) -> Annex:
    """Return Annex VI."""
    gaps = facts.gaps
    unserved = gaps[gaps["kind"].isin(_UNSERVED)]
    order = {kind: place for place, kind in enumerate(_UNSERVED)}
    unserved = unserved.assign(order=unserved["kind"].map(order)).sort_values(
        ["commune_code", "order", "people", "gap_id"], ascending=[True, True, False, True]
    )
    named, people = commune_names(facts), float(facts.manifest["totals"]["people_in_gaps"])
    aside = gaps[~gaps["kind"].isin(_UNSERVED)]
    return Annex(
        phrase("docx_title_spots"),
        [
            Prose(phrase("docx_spots")),
            Heading(phrase("docx_part_communes")),
            _communes_table(unserved, named, people),
            Heading(phrase("docx_part_spots")),
            _spots_table(unserved, named, people),
            Heading(phrase("docx_part_aside")),
            _aside_table(aside),
        ],
    )


def _kind(value: object) -> Text:
    return capital(word_or(f"gap_{value}", str(value)))


def _hectares(area_m2: object) -> Text:
    return decimal(number(area_m2) / _M2_PER_HECTARE, 2)


def _communes_table(unserved: gpd.GeoDataFrame, named: dict[str, Text], people: float) -> Table:
    """Count spots, people and villages of each commune that has any.

    The sum of people is the bundle's own, before its rows were rounded, as on map and page.
    """
    found = unserved.assign(**{kind: unserved["kind"] == kind for kind in _UNSERVED})
    figures = [*_UNSERVED, "people", "villages"]
    sums = found.groupby("commune_code", sort=True)[figures].sum().reset_index()
    rows = [
        [
            named.get(str(r["commune_code"]), plain(r["commune_code"])),
            *(count(number(r[figure])) for figure in figures),
        ]
        for r in records(sums)
    ]
    whole = {figure: number(sums[figure].sum()) for figure in figures} | {"people": people}
    total = [phrase("total"), BLANK, *(count(whole[figure]) for figure in figures)]
    columns = [
        column("number", 12, Align.CENTRE),
        column("commune", 53),
        *(column(key, 25, Align.RIGHT) for key in (*_UNSERVED, "people", "villages")),
    ]
    return Table(phrase("docx_caption_communes"), columns, numbered(rows), total if rows else None)


def _spots_table(unserved: gpd.GeoDataFrame, named: dict[str, Text], people: float) -> Table:
    rows = [
        [
            named.get(str(r["commune_code"]), plain(r["commune_name"])),
            plain(r["gap_id"]),
            _kind(r["kind"]),
            count(number(r["people"])),
            _hectares(r["area_m2"]),
            count(number(r["villages"])),
            plain(r["village_names"]),
        ]
        for r in records(unserved)
    ]
    total = [
        phrase("total"),
        *[BLANK] * 3,
        count(people),
        _hectares(unserved["area_m2"].sum()),
        count(number(unserved["villages"].sum())),
        BLANK,
    ]
    columns = [
        column("number", 11, Align.CENTRE),
        column("commune", 28),
        column("gap", 15),
        column("kind", 19),
        column("people", 15, Align.RIGHT),
        column("area", 15, Align.RIGHT),
        column("villages", 14.5, Align.RIGHT),
        column("village_names", 47.5),
    ]
    return Table(
        phrase("docx_caption_spots"),
        columns,
        numbered(rows),
        total if rows else None,
        notes=[phrase("docx_note_spots")],
    )


def _aside_table(aside: pd.DataFrame) -> Table:
    """Count the spots where people have one operator only, or cells are overloaded in a year."""
    groups = aside.groupby(["kind", "operator", "year"], dropna=False, sort=True)
    sums = groups.agg(spots=("gap_id", "size"), people=("people", "sum")).reset_index()
    rows = [_aside_row(r) for r in records(sums)]
    columns = [
        column("kind", 60),
        column("operator", 40),
        column("year", 20, Align.CENTRE),
        column("spots", 20, Align.RIGHT),
        column("people", 25, Align.RIGHT),
    ]
    return Table(phrase("docx_caption_aside"), columns, rows, notes=[phrase("docx_note_aside")])


def _aside_row(group: dict[str, Any]) -> list[Text]:
    return [
        _kind(group["kind"]),
        operator_names(group["operator"]),
        known_year(group["year"]),
        count(group["spots"]),
        count(number(group["people"])),
    ]
