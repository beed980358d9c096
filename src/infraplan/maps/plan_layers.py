"""Which layers do a plan's links and proposals make, from their year on?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from infraplan.geo import GEOGRAPHIC
from infraplan.maps.cards import Language, card, line, mark
from infraplan.maps.drawing import Layer, Mark, Marks, Part, Shapes
from infraplan.maps.features import DEGREE_DIGITS, link_features, rows_of
from infraplan.maps.layers import years_of
from infraplan.maps.picture import data_address
from infraplan.wording import count, money, phrase, plain, site_reason

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.plan import Plan

__all__ = ["link_layer", "proposal_layers"]

_YEAR_DIGITS: Final = 100


def link_layer(plans: dict[str | None, Plan], cell_m: float, language: Language) -> Layer:
    """Return the links that are built, broken lines, from their year on."""
    parts = [
        Part(Shapes(link_features(table, cell_m, language)), scenario=scenario, since=year)
        for scenario, plan in plans.items()
        for year, table in years_of(plan.links[plan.links["year"].notna()]).items()
    ]
    return Layer(phrase("map_links").said(language), tuple(parts))


def proposal_layers(plans: dict[str | None, Plan], language: Language) -> tuple[Layer, ...]:
    """Return the proposals as hollow triangles with their year; a shared mast has a ring.

    Those that the money does not reach within the plan's years are a layer of their own, hidden.
    """
    in_time: list[Part] = []
    later: list[Part] = []
    for scenario, plan in plans.items():
        for year, table in years_of(plan.sites).items():
            part = Part(_proposals(table, language), scenario=scenario, since=year)
            (later if year is None else in_time).append(part)
    layers = [Layer(phrase("layer_new_sites").said(language), tuple(in_time))]
    if any(p.content.items for p in later if isinstance(p.content, Marks)):
        layers.append(Layer(phrase("maps_later").said(language), tuple(later), shown=False))
    return tuple(layers)


def _proposals(sites: gpd.GeoDataFrame, language: Language) -> Marks:
    """Return the signs of proposals."""
    points = sites.geometry.to_crs(GEOGRAPHIC)
    marks = []
    for row, x, y in zip(rows_of(sites), points.x, points.y, strict=True):
        title = phrase(f"kind_{row['kind']}") + plain(f" {row['site_id']}")
        is_later = pd.isna(row["year"])
        lines = [
            line("year", phrase("year_none") if is_later else plain(int(row["year"]))),
            line("people_gained", count(row["people_gained"])),
            line("cost", money(row["capex_vnd"])),
            site_reason(row),
        ]
        number = "" if is_later else f"{int(row['year']) % _YEAR_DIGITS:02d}"
        marks.append(
            Mark(
                latitude_deg=round(y, DEGREE_DIGITS),
                longitude_deg=round(x, DEGREE_DIGITS),
                icon=data_address(mark(row["kind"], number).encode(), "image/svg+xml"),
                title=title.said(language),
                card=card(title, lines, language),
            )
        )
    return Marks(tuple(marks))
