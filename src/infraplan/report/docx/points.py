"""What does Annex IV say: which points of public service, where, how large, since when?

A study without facilities gives the empty table that the office fills in, and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from infraplan.report.docx.blocks import BLANK, Align, Annex, Prose, Table
from infraplan.report.docx.columns import (
    capital,
    column,
    commune_names,
    numbered,
    plane_columns,
    plane_texts,
    records,
)
from infraplan.wording import Text, phrase, plain, word_or

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.report.facts import Facts
    from infraplan.report.frame import Frame

__all__ = ["annex"]

_BLANK_ROWS: Final = 12
_FIELDS: Final = 12


def annex(facts: Facts, frame: Frame) -> Annex:
    """Return Annex IV."""
    facilities = facts.collection("facilities")
    known = len(facilities) > 0
    rows = (
        _known_rows(facilities, facts, frame)
        if known
        else [[BLANK] * _FIELDS for _ in range(_BLANK_ROWS)]
    )
    said = "docx_points_known" if known else "docx_points_none"
    caption = phrase("docx_caption_points", {"crs": plain(frame.name)})
    table = Table(caption, _columns(), numbered(rows), notes=[phrase("docx_note_points")])
    return Annex(phrase("docx_title_points"), [Prose(phrase(said)), table], landscape=True)


def _known_rows(facilities: gpd.GeoDataFrame, facts: Facts, frame: Frame) -> list[list[Text]]:
    """Return a row per facility; what the study does not hold stays blank for the office."""
    facilities = facilities.sort_values(["commune_code", "kind", "facility_id"])
    named = commune_names(facts)
    plane = plane_texts(facilities.geometry, frame)
    return [
        [
            plain(r["facility_id"]),
            plain(r["name"]),
            capital(word_or(f"facility_{r['kind']}", str(r["kind"]))),
            named.get(str(r["commune_code"]), plain(r["commune_code"])),
            BLANK,
            _connected(r),
            BLANK,
            BLANK,
            BLANK,
            *xy,
            BLANK,
        ]
        for r, xy in zip(records(facilities), plane, strict=True)
    ]


def _connected(facility: dict[str, Any]) -> Text:
    """Say whether fibre reaches it today."""
    return word_or(f"docx_connected_{facility['connected']}", "–")


def _columns() -> list[Any]:
    return [
        column("number", 9, Align.CENTRE),
        column("point", 16),
        column("point_name", 38),
        column("point_kind", 26),
        column("commune", 30),
        column("provider", 28),
        column("fibre", 16, Align.CENTRE),
        column("land", 15, Align.RIGHT),
        column("floor", 15, Align.RIGHT),
        column("point_height", 13, Align.RIGHT),
        *plane_columns(),
        column("since", 20, Align.CENTRE),
    ]
