"""Which shapes with cards and styles lie on the map, as GeoJSON that asks no other host?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
import shapely

from infraplan.geo import GEOGRAPHIC
from infraplan.maps.cards import GAP_COLOURS, HOP_COLOUR, INK, Language, card, line, operator_name
from infraplan.wording import area, count, decimal, length, money, names, phrase, plain, word_or

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

__all__ = [
    "DEGREE_DIGITS",
    "FIRST_GAPS",
    "GAP_LAYERS",
    "features",
    "gap_features",
    "link_features",
    "rows_of",
]

DEGREE_DIGITS: Final = 5
FIRST_GAPS: Final = "gaps"
GAP_LAYERS: Final = {
    FIRST_GAPS: ("white", "weak"),
    "single_operator": ("single_operator",),
    "congested": ("congested",),
}
"""Layers of gaps and the kinds in them; all but the first are hidden until they are asked for."""

_HOP, _EXISTING = "microwave", "existing"
_DASHES = {"white": "", "weak": "5 3", "single_operator": "1 4", "congested": "8 3"}
_PERCENT = 100.0


def rows_of(table: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the rows of a table."""
    return pd.DataFrame(table).to_dict("records")


def features(
    geometry: gpd.GeoSeries, cards: Iterable[str], styles: Iterable[dict[str, Any]]
) -> dict[str, Any]:
    """Return GeoJSON in degrees, to about a metre, each feature with its card and style."""
    degrees = shapely.transform(
        geometry.to_crs(GEOGRAPHIC).to_numpy(), lambda xy: np.round(xy, DEGREE_DIGITS)
    )
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"card": card, "style": style},
                "geometry": shapely.geometry.mapping(shape),
            }
            for shape, card, style in zip(degrees, cards, styles, strict=True)
        ],
    }


def gap_features(gaps: gpd.GeoDataFrame, cell_m: float, language: Language) -> dict[str, Any]:
    """Return gaps: colour and dashes tell their kind."""
    cards, styles = [], []
    for row in rows_of(gaps):
        kind = row["kind"]
        lines = [plain(row["commune_name"])]
        if kind not in GAP_LAYERS[FIRST_GAPS]:
            lines.append(line("gap_operator", operator_name(row["operator"])))
        if pd.notna(row.get("year")):
            lines.append(line("year", plain(int(row["year"]))))
        lines += [
            line("people", count(row["people"])),
            line("village_names", names(row["village_names"])),
            line("area", area(row["area_m2"])),
        ]
        cards.append(card(phrase(f"gap_{kind}") + plain(f" {row['gap_id']}"), lines, language))
        style = {"color": GAP_COLOURS[kind], "dashArray": _DASHES[kind]}
        styles.append(style | {"weight": 1.5, "fillOpacity": 0.15})
    return features(gaps.geometry.simplify(cell_m), cards, styles)


def link_features(links: gpd.GeoDataFrame, cell_m: float, language: Language) -> dict[str, Any]:
    """Return the new links that are built: fibre, and microwave hops in a colour of their own."""
    built = links[links["year"].notna() & (links["medium"] != _EXISTING)]
    cards, styles = [], []
    for row in rows_of(built):
        is_hop = row["medium"] == _HOP
        lines = [
            line("medium", word_or(f"medium_{row['medium']}", str(row["medium"]))),
            line("year", plain(int(row["year"]))),
            line("length", length(row["length_m"])),
            line("cost", money(row["capex_vnd"])),
        ]
        if is_hop:
            share = float(row["availability_share"]) * _PERCENT
            lines.append(line("availability", decimal(share, 3) + plain(" %")))
        cards.append(card(phrase("link") + plain(f" {row['link_id']}"), lines, language))
        colour, dashes = (HOP_COLOUR, "3 4") if is_hop else (INK, "6 4")
        styles.append({"color": colour, "weight": 2, "dashArray": dashes, "fill": False})
    return features(built.geometry.simplify(cell_m / 2), cards, styles)
