"""What does Annex VII say: where does the province stand against its targets, what closes gaps?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infraplan.indicators import COMPUTED
from infraplan.report.docx.blocks import Align, Annex, Block, Column, Heading, Prose, Table
from infraplan.report.docx.columns import (
    column,
    known_year,
    millions,
    number,
    numbered,
    origin,
    records,
    share,
)
from infraplan.report.docx.ranking import ranking_blocks
from infraplan.wording import Text, count, phrase, plain, quoted_source

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from infraplan.report.facts import Facts

__all__ = ["annex"]

_STANDS: Final = ("current", "unknown")
_AHEAD: Final = ("current", "planned")
_MOST_ACROSS: Final = 10
"""So many indicators stand side by side in the table of former districts."""


def annex(facts: Facts) -> Annex:
    """Return Annex VII."""
    found = facts.indicators
    if found.empty:
        return Annex(phrase("docx_title_indicators"), [Prose(phrase("docx_indicators_none"))])
    province = found[found["level"] == "province"]
    current = found[found["state"] == "current"]
    blocks: list[Block] = [
        Heading(phrase("docx_part_province")),
        _province_table(province[province["state"].isin(_STANDS)]),
        _closing_table(province[(province["state"] == "current") & (province["gap_share"] > 0)]),
        *_years_tables(province[province["state"].isin(_AHEAD)]),
        *_district_blocks(current[current["level"] == "old_district"]),
        *ranking_blocks(facts),
    ]
    return Annex(phrase("docx_title_indicators"), blocks, landscape=True)


def _province_table(found: pd.DataFrame) -> Table:
    rows = [
        [
            _title(r),
            known_year(r["year"]),
            share(r["value_share"]),
            _of(r),
            share(r["target_share"]),
            known_year(r["target_year"]),
            share(r["gap_share"]),
            share(r["trend_share_per_year"]),
            origin(r["value_origin"]),
            _source(r["source"]),
        ]
        for r in records(found)
    ]
    columns = [
        column("number", 9, Align.CENTRE),
        column("indicator", 54),
        column("year", 12, Align.CENTRE),
        column("value", 17, Align.RIGHT),
        column("reached", 32, Align.RIGHT),
        column("target", 17, Align.RIGHT),
        column("target_year", 14, Align.CENTRE),
        column("gap_to_target", 17, Align.RIGHT),
        column("trend", 17, Align.RIGHT),
        column("origin", 18, Align.CENTRE),
        column("source", 46),
    ]
    notes = [phrase("docx_note_indicators")]
    return Table(phrase("docx_caption_province"), columns, numbered(rows), notes=notes)


def _closing_table(found: pd.DataFrame) -> Table:
    """List what is missing to each target, most first, and what of the plan closes it."""
    rows = [
        [
            _title(r),
            share(r["target_share"]),
            share(r["gap_share"]),
            Text(str(r["closes_vi"]), str(r["closes_en"])),
            millions(r["closing_vnd"]),
        ]
        for r in records(found.sort_values(["gap_share", "indicator"], ascending=[False, True]))
    ]
    columns = [
        column("number", 10, Align.CENTRE),
        column("indicator", 80),
        column("target", 22, Align.RIGHT),
        column("gap_to_target", 22, Align.RIGHT),
        column("closes", 88),
        column("cost", 30, Align.RIGHT),
    ]
    return Table(phrase("docx_caption_closing"), columns, numbered(rows))


def _years_tables(found: pd.DataFrame) -> list[Block]:
    """Show the indicators that the plan moves, year by year."""
    moved = found[found["state"] == "planned"]["indicator"].unique()
    shown = found[found["indicator"].isin(moved)]
    years = sorted({int(y) for y in shown["year"].dropna()})
    if not years:
        return []
    rows = []
    for _, one in shown.groupby("indicator", sort=False):
        values = {int(r["year"]): r["value_share"] for r in records(one)}
        rows.append([_title(records(one)[0]), *(share(values.get(y)) for y in years)])
    columns = [
        column("indicator", 90),
        *(Column(plain(y), 160 / len(years), Align.RIGHT) for y in years),
    ]
    return [Table(phrase("docx_caption_ahead"), columns, rows)]


def _district_blocks(found: pd.DataFrame) -> list[Block]:
    """Show the values of each former district, as many indicators across as a page holds."""
    known = found[found["value_share"].notna()]
    if known.empty:
        return []
    titles = {r["indicator"]: _title(r) for r in records(known)}
    values = known.set_index(["code", "indicator"])["value_share"].to_dict()
    places = known[["code", "name"]].drop_duplicates().sort_values("code")
    blocks: list[Block] = [Heading(phrase("docx_part_districts"))]
    for chosen in _chunks(list(titles)):
        rows = [
            [plain(p["name"]), *(share(values.get((p["code"], key))) for key in chosen)]
            for p in records(places)
        ]
        columns = [
            column("number", 9, Align.CENTRE),
            column("district", 43),
            *(Column(titles[key], 200 / len(chosen), Align.RIGHT) for key in chosen),
        ]
        blocks.append(Table(phrase("docx_caption_districts"), columns, numbered(rows)))
    return blocks


def _chunks(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), _MOST_ACROSS):
        yield keys[start : start + _MOST_ACROSS]


def _title(row: dict[str, Any]) -> Text:
    return Text(str(row["title_vi"]), str(row["title_en"]))


def _of(row: dict[str, Any]) -> Text:
    """Write how many of how many, a dash where either is unknown."""
    reached, whole = number(row["reached"]), number(row["of"])
    if not (reached == reached and whole == whole):  # noqa: PLR0124 - NaN is not itself
        return plain(None)
    return phrase("x_of_y", {"x": count(reached), "y": count(whole)})


def _source(value: object) -> Text:
    if value == COMPUTED:
        return phrase("docx_source_computed")
    return quoted_source(value) if isinstance(value, str) else plain(None)
