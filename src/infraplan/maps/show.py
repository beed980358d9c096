"""What does a plan look like on an interactive map in a notebook, without any other host?

This is the only file that uses leafmap (and the ipyleaflet below it).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from infraplan.errors import MissingExtraError
from infraplan.geo import GEOGRAPHIC
from infraplan.maps.cards import (
    INK,
    MUTED,
    PAPER,
    Language,
    badge,
    card,
    legend,
    line,
    mark,
)
from infraplan.maps.features import (
    DEGREE_DIGITS,
    FIRST_GAPS,
    GAP_LAYERS,
    features,
    gap_features,
    link_features,
    rows_of,
)
from infraplan.maps.picture import data_address, signal_picture
from infraplan.results import ANY_OPERATOR, with_prices
from infraplan.wording import (
    area,
    count,
    height,
    money,
    percent,
    phrase,
    plain,
    site_reason,
)

try:
    import ipyleaflet
    import leafmap
    from ipywidgets import HTML
except ModuleNotFoundError as error:
    raise MissingExtraError(
        f"Maps need the package {error.name!r}, which is not installed. "
        "Remedy: pip install 'infraplan[notebook]'"
    ) from error

if TYPE_CHECKING:
    from collections.abc import Iterable

    import geopandas as gpd

    from infraplan.plan import Plan
    from infraplan.results import Signal
    from infraplan.study import Study

__all__ = ["show"]

_TILE_PIXELS, _VIEW_PIXELS, _WHOLE_TURN_DEG = 256, 600, 360.0
_YEAR_DIGITS = 100
_MARK_PIXELS, _DOT_PIXELS = 26, 2
_SERVED = "people_served_share_of_commune_people"


def show(
    study: Study,
    signal: Signal,
    gaps: gpd.GeoDataFrame,
    plan: Plan,
    *,
    communes: gpd.GeoDataFrame | None = None,
    language: Language = "vi",
) -> leafmap.Map:
    """Return a map of signal, gaps, masts and proposals; a notebook shows it.

    Parameters
    ----------
    study, signal, gaps, plan
        The province and what was computed for it.
    communes
        Served shares per commune, from :func:`infraplan.coverage.by_zone`; where given, the card of
        a commune shows them per operator.
    language
        Language of every word on the map.

    Returns
    -------
    leafmap.Map
        Layers that can be switched, a legend, a badge that says what is simulated, and a card with
        figures for whatever is clicked (while the notebook runs). It asks no other host for
        anything. Outlines are simplified by about one cell, for display only.
    """
    told = study.communes if communes is None else communes
    cell_m = signal.grid.cell_size_m
    picture, bounds = signal_picture(signal, study.communes.geometry)
    clickable = (
        _communes(told, signal, cell_m, language),
        *_spots(gaps, cell_m, language),
        _links(plan, cell_m, language),
        _sites(study.sites, language),
    )
    name = phrase("signal_title", {"technology": plain(signal.technology)})
    west, south, east, north = bounds
    overlay = ipyleaflet.ImageOverlay(
        url=picture, bounds=((south, west), (north, east)), opacity=0.7
    )
    result = leafmap.Map(
        layers=(overlay, *clickable, _proposals(plan, language)),
        center=[(south + north) / 2, (west + east) / 2],
        zoom=_zoom(bounds),
        prefer_canvas=True,
        attribution_control=False,
        draw_control=False,
        toolbar_control=False,
    )
    overlay.name = name.said(language)  # leafmap takes the first layer for its own base map
    result.add(ipyleaflet.LayersControl(position="topright"))
    _add_note(result, legend(signal.technology, language), "bottomright")
    _add_note(
        result,
        badge(with_prices(plan.provenance.origins, plan.assumptions), language),
        "bottomleft",
    )
    _add_cards(result, clickable)
    return result


def _zoom(bounds: tuple[float, float, float, float]) -> int:
    """Return the closest zoom level at which west, south, east, north still fit."""
    west, south, east, north = bounds
    stretch = 1 / math.cos(math.radians((south + north) / 2))
    span_deg = max(east - west, (north - south) * stretch)
    return math.floor(math.log2(_VIEW_PIXELS * _WHOLE_TURN_DEG / (_TILE_PIXELS * span_deg)))


def _communes(
    communes: gpd.GeoDataFrame, signal: Signal, cell_m: float, language: Language
) -> ipyleaflet.GeoJSON:
    """Return the communes as outlines."""
    cards = []
    for row in rows_of(communes):
        lines = [line("people", count(row["people"])), area(row["area_m2"])]
        shares = [(o, row.get(f"{_SERVED}_{o}")) for o in reversed(signal.operators)]
        lines += [
            (phrase("share_served") if o == ANY_OPERATOR else plain(o)) + plain(": ") + percent(s)
            for o, s in shares
            if s is not None
        ]
        cards.append(card(plain(row["name"]), lines, language))
    style = {"color": MUTED, "weight": 1, "fillOpacity": 0}
    data = features(communes.geometry.simplify_coverage(cell_m), cards, [style] * len(cards))
    return ipyleaflet.GeoJSON(
        data=data,
        hover_style={"weight": 3, "color": INK},
        name=phrase("commune").said(language),
    )


def _spots(
    gaps: gpd.GeoDataFrame, cell_m: float, language: Language
) -> tuple[ipyleaflet.GeoJSON, ...]:
    """Return white and weak spots, then those of one operator and overloaded ones, hidden."""
    layers = []
    for name, kinds in GAP_LAYERS.items():
        part = gaps[gaps["kind"].isin(kinds)]
        layer = ipyleaflet.GeoJSON(
            data=gap_features(part, cell_m, language),
            name=phrase(f"map_{name}").said(language),
            visible=name == FIRST_GAPS,
        )
        layers.append(layer)
    return tuple(layers)


def _links(plan: Plan, cell_m: float, language: Language) -> ipyleaflet.GeoJSON:
    """Return the links that are built, broken lines."""
    data = link_features(plan.links, cell_m, language)
    return ipyleaflet.GeoJSON(data=data, name=phrase("map_links").said(language))


def _sites(sites: gpd.GeoDataFrame, language: Language) -> ipyleaflet.GeoJSON:
    """Return the existing masts as dots."""
    cards = [
        card(
            phrase("mast") + plain(f" {row['site_id']}"),
            [plain(row.get("owner")), height(row["mast_height_m"])],
            language,
        )
        for row in rows_of(sites)
    ]
    style = {"color": PAPER, "weight": 0.3, "fillColor": MUTED, "fillOpacity": 0.8}
    return ipyleaflet.GeoJSON(
        data=features(sites.geometry, cards, [style] * len(cards)),
        point_style={"radius": _DOT_PIXELS},
        name=phrase("layer_sites").said(language),
    )


def _proposals(plan: Plan, language: Language) -> ipyleaflet.LayerGroup:
    """Return the proposals as hollow triangles with their year; a shared mast has a ring."""
    points = plan.sites.geometry.to_crs(GEOGRAPHIC)
    markers = []
    for row, x, y in zip(rows_of(plan.sites), points.x, points.y, strict=True):
        title = phrase(f"kind_{row['kind']}") + plain(f" {row['site_id']}")
        year = phrase("year_none") if pd.isna(row["year"]) else plain(int(row["year"]))
        lines = [
            line("year", year),
            line("people_gained", count(row["people_gained"])),
            line("cost", money(row["capex_vnd"])),
            site_reason(row),
        ]
        number = "" if pd.isna(row["year"]) else f"{int(row['year']) % _YEAR_DIGITS:02d}"
        icon = ipyleaflet.Icon(
            icon_url=data_address(mark(row["kind"], number).encode(), "image/svg+xml"),
            icon_size=[_MARK_PIXELS, _MARK_PIXELS],
            icon_anchor=[_MARK_PIXELS // 2, _MARK_PIXELS // 2],
        )
        markers.append(
            ipyleaflet.Marker(
                location=(round(y, DEGREE_DIGITS), round(x, DEGREE_DIGITS)),
                icon=icon,
                draggable=False,
                title=title.said(language),
                popup=HTML(card(title, lines, language)),
            )
        )
    return ipyleaflet.LayerGroup(layers=markers, name=phrase("layer_new_sites").said(language))


def _add_note(result: leafmap.Map, content: str, position: str) -> None:
    """Put a small text into a corner."""
    widget = HTML(f'<div style="line-height:1.35;padding:2px 8px;max-width:280px">{content}</div>')
    result.add(ipyleaflet.WidgetControl(widget=widget, position=position))


def _add_cards(result: leafmap.Map, layers: Iterable[ipyleaflet.GeoJSON]) -> None:
    """Open the card of whatever is clicked, in one popup."""
    popup = ipyleaflet.Popup(child=HTML(), close_button=True)

    def open_card(*, properties: dict[str, str], coordinates: list[float], **_: object) -> None:
        popup.child.value = properties["card"]
        popup.location = coordinates
        if popup in result.layers:
            popup.open_popup(coordinates)
        else:
            result.add(popup)

    for layer in layers:
        layer.on_click(open_card)
