"""What does Annex V say: what is invested in which year, and where do the prices come from?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infraplan.report.docx.blocks import BLANK, Align, Annex, Heading, Table
from infraplan.report.docx.columns import (
    capital,
    column,
    confidence,
    metres,
    millions,
    number,
    origin,
    records,
    share,
    year,
)
from infraplan.wording import Text, count, percent, phrase, plain, quoted_source, word_or

if TYPE_CHECKING:
    import pandas as pd

    from infraplan.report.facts import Facts

__all__ = ["annex"]

_CAPEX: Final = "capex"
_OPEX: Final = "opex"


def annex(facts: Facts) -> Annex:
    """Return Annex V."""
    costs = facts.costs
    return Annex(
        phrase("docx_title_money"),
        [
            Heading(phrase("docx_part_phases")),
            _phases_table(facts.phases),
            Heading(phrase("docx_part_prices")),
            _origins_table(costs),
            _prices_table(costs, _CAPEX),
            _prices_table(costs, _OPEX),
            Heading(phrase("docx_part_owning")),
            _owning_table(facts.tco),
        ],
        landscape=True,
    )


def _phases_table(phases: pd.DataFrame) -> Table:
    added = ("sites", "links")
    rows = [
        [
            year(r["year"]),
            *(count(number(r[name])) for name in added),
            metres(r["length_m"], 1),
            millions(r["budget_vnd"]),
            millions(r["carried_vnd"]),
            millions(r["capex_vnd"]),
            millions(r["left_vnd"]),
            millions(r["opex_vnd"]),
            count(number(r["people_gained"])),
            count(number(r["cumulative_people"])),
        ]
        for r in records(phases)
    ]
    total = [
        phrase("total"),
        *(count(number(phases[name].sum())) for name in added),
        metres(phases["length_m"].sum(), 1),
        millions(phases["budget_vnd"].sum()),
        BLANK,
        millions(phases["capex_vnd"].sum()),
        BLANK,
        BLANK,
        count(number(phases["people_gained"].sum())),
        BLANK,
    ]
    columns = [
        column("year", 16, Align.CENTRE),
        column("sites", 16, Align.RIGHT),
        column("links", 18, Align.RIGHT),
        column("fibre_length", 24, Align.RIGHT),
        *(column(key, 27, Align.RIGHT) for key in ("budget", "carried", "capex", "left", "opex")),
        column("people_gained", 22, Align.RIGHT),
        column("people_cumulative", 22, Align.RIGHT),
    ]
    return Table(
        phrase("docx_caption_phases"),
        columns,
        rows,
        total if rows else None,
        notes=[phrase("docx_note_phases")],
    )


def _origins_table(costs: pd.DataFrame) -> Table:
    """Add up the investment by how its prices are known."""
    bought = costs[costs["kind"] == _CAPEX]
    whole = number(bought["likely_total_vnd"].sum())
    sums = bought.groupby("origin", sort=True)["likely_total_vnd"].sum()
    rows = [
        [capital(origin(known)), millions(value), percent(value / whole) if whole else plain(None)]
        for known, value in sums.items()
    ]
    columns = [
        column("origin", 80),
        column("cost", 50, Align.RIGHT),
        column("share", 40, Align.RIGHT),
    ]
    total = [phrase("total"), millions(whole), share(1.0)]
    return Table(
        phrase("docx_caption_price_origins"),
        columns,
        rows,
        total if rows else None,
        notes=[phrase("docx_note_prices")],
    )


def _prices_table(costs: pd.DataFrame, kind: str) -> Table:
    chosen = costs[costs["kind"] == kind]
    rows = [
        [
            _item(r),
            phrase(f"quantity_{r['unit']}", {"quantity": count(number(r["quantity"]))}),
            *(count(number(r[f"{level}_vnd"])) for level in ("low", "likely", "high")),
            millions(r["likely_total_vnd"]),
            origin(r["origin"]),
            quoted_source(str(r["source"])),
            plain(int(number(r["year"]))),
            confidence(str(r["confidence"])),
        ]
        for r in records(chosen)
    ]
    total = [
        phrase("total"),
        *[BLANK] * 4,
        millions(chosen["likely_total_vnd"].sum()),
        *[BLANK] * 4,
    ]
    return Table(
        phrase(f"docx_caption_prices_{kind}"), _price_columns(), rows, total if rows else None
    )


def _item(price: dict[str, Any]) -> Text:
    """Name an item; what the user's sheet replaced says so."""
    name = word_or(f"cost_{price['item']}", str(price["meaning"]))
    return name + phrase("price_replaced") if price["replaced"] in {True, "True"} else name


def _price_columns() -> list[Any]:
    return [
        column("item", 42),
        column("quantity", 26, Align.RIGHT),
        *(column(key, 24, Align.RIGHT) for key in ("low", "likely", "high")),
        column("cost", 24, Align.RIGHT),
        column("origin", 18, Align.CENTRE),
        column("source", 47),
        column("year", 12, Align.CENTRE),
        column("confidence", 19, Align.CENTRE),
    ]


def _owning_table(tco: pd.DataFrame) -> Table:
    spent = ("capex_vnd", "renewal_vnd", "opex_vnd", "discounted_vnd")
    rows = [[year(r["year"]), *(millions(r[name]) for name in spent)] for r in records(tco)]
    total = [phrase("total"), *(millions(tco[name].sum()) for name in spent)]
    heads = ("capex", "renewal", "opex", "discounted")
    columns = [
        column("year", 40, Align.CENTRE),
        *(column(key, 53, Align.RIGHT) for key in heads),
    ]
    return Table(phrase("docx_caption_owning"), columns, rows, total if rows else None)
