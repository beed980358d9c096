"""Which communes lead and trail in digital infrastructure, and by which weights?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.report.docx.blocks import Align, Block, Heading, Table
from infraplan.report.docx.columns import (
    column,
    commune_names,
    confidence,
    number,
    numbered,
    records,
    share,
)
from infraplan.wording import Text, count, decimal, phrase, plain, quoted_source

if TYPE_CHECKING:
    from infraplan.report.facts import Facts

__all__ = ["ranking_blocks"]


def ranking_blocks(facts: Facts) -> list[Block]:
    """Return the ranking of communes and its weights; nothing where the bundle has none."""
    if facts.ranking.empty:
        return []
    return [Heading(phrase("docx_part_ranking")), _ranking_table(facts), _weights_table()]


def _ranking_table(facts: Facts) -> Table:
    named = commune_names(facts)
    rows = [
        [
            count(number(r["rank"])),
            named.get(str(r["code"]), plain(r["name"])),
            plain(r["old_district"]),
            decimal(number(r["score"]), 1),
            _span(r["rank_best"], r["rank_worst"]),
            _span(r["score_least"], r["score_most"], 1),
        ]
        for r in records(facts.ranking.sort_values(["rank", "code"]))
    ]
    columns = [
        column("rank", 18, Align.CENTRE),
        column("commune", 64),
        column("district", 60),
        column("score", 30, Align.RIGHT),
        column("rank_span", 36, Align.CENTRE),
        column("score_span", 44, Align.CENTRE),
    ]
    notes = [phrase("docx_note_ranking")]
    return Table(phrase("docx_caption_ranking"), columns, rows, notes=notes)


def _weights_table() -> Table:
    rows = [
        [
            Text(r["title_vi"], r["title_en"]),
            share(float(r["weight_share"])),
            quoted_source(str(r["source"])),
            plain(r["year"]),
            confidence(r["confidence"]),
        ]
        for r in records(catalog.table("ranking_weights"))
    ]
    columns = [
        column("number", 9, Align.CENTRE),
        column("indicator", 80),
        column("weight", 22, Align.RIGHT),
        column("source", 98),
        column("year", 14, Align.CENTRE),
        column("confidence", 28, Align.CENTRE),
    ]
    return Table(phrase("docx_caption_weights"), columns, numbered(rows))


def _span(least: object, most: object, digits: int = 0) -> Text:
    return decimal(number(least), digits) + plain(" – ") + decimal(number(most), digits)
