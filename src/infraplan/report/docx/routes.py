"""What does Annex III say: which cables and microwave hops, from where to where, how long?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infraplan.report.docx.blocks import BLANK, Align, Annex, Heading, Table
from infraplan.report.docx.columns import (
    capital,
    column,
    commune_names,
    ends,
    metres,
    millions,
    number,
    numbered,
    plane_columns,
    plane_texts,
    records,
    year,
)
from infraplan.wording import Text, count, decimal, phrase, plain, word_or

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from infraplan.report.facts import Facts
    from infraplan.report.frame import Frame

__all__ = ["annex"]

_HOP: Final = "microwave"
_EXISTING: Final = "existing"
_PERCENT: Final = 100.0


def annex(facts: Facts, frame: Frame) -> Annex:
    """Return Annex III."""
    links = facts.links.sort_values(["year", "link_id"], na_position="last")
    cables, hops = links[links["medium"] != _HOP], links[links["medium"] == _HOP]
    communes = _communes_of(facts)
    return Annex(
        phrase("docx_title_routes"),
        [
            Heading(phrase("docx_part_lengths")),
            _lengths_table(links),
            Heading(phrase("docx_part_cables")),
            _cables_table(cables, communes, frame),
            Heading(phrase("docx_part_hops")),
            _hops_table(hops, communes, frame),
        ],
        landscape=True,
    )


def _communes_of(facts: Facts) -> dict[str, Text]:
    """Return the commune of each proposed site by its identifier."""
    named = commune_names(facts)
    pairs = zip(facts.new_sites["site_id"], facts.new_sites["commune_code"], strict=True)
    return {str(site): named.get(str(code), plain(code)) for site, code in pairs}


def _medium(value: object) -> Text:
    return capital(word_or(f"medium_{value}", str(value)))


def _lengths_table(links: pd.DataFrame) -> Table:
    """Add up number, length and cost by medium and year."""
    groups = links.groupby(["medium", "year"], dropna=False, sort=True)
    sums = groups.agg(
        links=("link_id", "size"), length_m=("length_m", "sum"), capex_vnd=("capex_vnd", "sum")
    )
    rows = [
        [
            _medium(r["medium"]),
            year(r["year"]),
            count(r["links"]),
            metres(r["length_m"], 1),
            millions(r["capex_vnd"]),
        ]
        for r in records(sums.reset_index())
    ]
    total = [
        phrase("total"),
        BLANK,
        count(len(links)),
        metres(links["length_m"].sum(), 1),
        millions(links["capex_vnd"].sum()),
    ]
    columns = [
        column("medium", 90),
        column("year", 30, Align.CENTRE),
        column("links", 40, Align.RIGHT),
        column("length", 46, Align.RIGHT),
        column("cost", 46, Align.RIGHT),
    ]
    return Table(
        phrase("docx_caption_lengths"),
        columns,
        rows,
        total if rows else None,
        notes=[phrase("docx_note_lengths")],
    )


def _cables_table(cables: gpd.GeoDataFrame, communes: dict[str, Text], frame: Frame) -> Table:
    first, last = (plane_texts(points, frame) for points in ends(cables.geometry))
    rows = [
        [
            *_between(r, communes),
            _medium(r["medium"]),
            *start,
            *stop,
            metres(r["length_m"], 1),
            year(r["year"]),
            millions(r["capex_vnd"]),
        ]
        for r, start, stop in zip(records(cables), first, last, strict=True)
    ]
    columns = [
        *_between_columns(28),
        column("medium", 44),
        *plane_columns("from_"),
        *plane_columns("to_"),
        column("length", 18, Align.RIGHT),
        column("year", 12, Align.CENTRE),
        column("cost", 17, Align.RIGHT),
    ]
    total = _sums(cables, before=10, between=1)
    caption = phrase("docx_caption_cables", {"crs": plain(frame.name)})
    return Table(
        caption,
        columns,
        numbered(rows),
        total if rows else None,
        notes=[phrase("docx_note_cables")],
    )


def _hops_table(hops: gpd.GeoDataFrame, communes: dict[str, Text], frame: Frame) -> Table:
    first, last = (plane_texts(points, frame) for points in ends(hops.geometry))
    rows = [
        [
            *_between(r, communes),
            decimal(number(r["band_ghz"]), 0),
            *start,
            *stop,
            metres(r["from_height_m"]),
            metres(r["to_height_m"]),
            decimal(number(r["dish_m"]), 1),
            count(number(r["capacity_mbps"])),
            decimal(number(r["availability_share"]) * _PERCENT, 4),
            metres(r["length_m"], 1),
            year(r["year"]),
            millions(r["capex_vnd"]),
        ]
        for r, start, stop in zip(records(hops), first, last, strict=True)
    ]
    columns = [
        *_between_columns(22),
        column("band", 11, Align.RIGHT),
        *plane_columns("from_", width=18.5),
        *plane_columns("to_", width=18.5),
        column("from_height", 11, Align.RIGHT),
        column("to_height", 11, Align.RIGHT),
        column("dish", 12, Align.RIGHT),
        column("capacity", 14, Align.RIGHT),
        column("availability", 13, Align.RIGHT),
        column("length", 15.5, Align.RIGHT),
        column("year", 9.5, Align.CENTRE),
        column("cost", 13, Align.RIGHT),
    ]
    total = _sums(hops, before=15, between=1)
    return Table(
        phrase("docx_caption_hops", {"crs": plain(frame.name)}),
        columns,
        numbered(rows),
        total if rows else None,
        notes=[phrase("docx_note_hops")],
    )


def _between(link: dict[str, Any], communes: dict[str, Text]) -> list[Text]:
    """Return identifier, both ends, and the commune of the proposed site that is reached."""
    reached = communes.get(str(link["to_id"])) or communes.get(str(link["from_id"]))
    return [
        plain(link["link_id"]),
        plain(link["from_id"]),
        plain(link["to_id"]),
        plain(None) if reached is None else reached,
    ]


def _between_columns(commune: float) -> list[Any]:
    return [
        column("number", 9, Align.CENTRE),
        column("link", 11),
        column("from", 16.5),
        column("to", 11.5),
        column("to_commune", commune),
    ]


def _sums(links: pd.DataFrame, *, before: int, between: int) -> list[Text]:
    """Return the last row: total length and cost, with blanks where nothing is added."""
    return [
        phrase("total"),
        *[BLANK] * (before - 1),
        metres(links["length_m"].sum(), 1),
        *[BLANK] * between,
        millions(links["capex_vnd"].sum()),
    ]
