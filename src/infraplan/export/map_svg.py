"""What does the map of a plan look like: communes by people served, gaps, masts, proposals?"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pandas as pd

from infraplan.export.basis import with_english
from infraplan.export.map_tips import commune_tips, gap_tips, proposal_tips
from infraplan.plan.phases import HOP
from infraplan.results import ANY_OPERATOR
from infraplan.wording import phrase

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.export.map_frame import MapFrame
    from infraplan.plan import Plan

__all__ = [
    "CLASSES",
    "GAP_COLOURS",
    "NO_PEOPLE_COLOUR",
    "class_of",
    "outlines",
    "plan_map",
]

CLASSES = (
    (0.50, "#00224e"),
    (0.80, "#3d4b6b"),
    (0.90, "#70727a"),
    (0.95, "#a79e79"),
    (0.99, "#dcc966"),
    (None, "#f6efcf"),
)
"""Upper limits of the share of people served, and colours; the last class is the aim reached.

The colours follow cividis (Nuñez, Anderton and Renslow 2018, PLOS ONE 13(7)), which reads the same
with and without colour vision; the class that needs no attention is paler.
"""

NO_PEOPLE_COLOUR = "#e4e7ea"
GAP_COLOURS = {"white": "#c2187e", "weak": "#d9730d"}
_EXISTING = "existing"

_KINDS = ("weak", "white")
_ASIDE = ("congested", "single_operator")
"""Kinds of gaps that are shown where the reader asks for them."""
_LEAST_AREA = 3.0
"""Spots aside are drawn from this area on, in square units of the picture: less is not visible."""
_TOLD_GAPS = 200
_YEAR_DIGITS = 100


def class_of(share: float) -> int | None:
    """Return the row of :data:`CLASSES` that a share belongs to, None where it is unknown."""
    if pd.isna(share):
        return None
    return next((i for i, (limit, _) in enumerate(CLASSES) if limit is None or share < limit), None)


def plan_map(
    frame: MapFrame,
    plan: Plan,
    *,
    communes: gpd.GeoDataFrame,
    gaps: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
) -> str:
    """Draw the map of a plan as inline SVG.

    Parameters
    ----------
    frame
        The picture.
    plan
        With sites and links by year.
    communes
        With people and people served by any operator.
    gaps
        White, weak, single-operator and congested spots, the most people of a kind first.
    sites
        Existing masts.

    Returns
    -------
    str
        One ``svg`` element without script and without any outside reference.
    """
    label = html.escape(with_english(phrase("map_label")))
    return (
        f'<svg class="map" viewBox="{frame.view_box}" role="img" aria-label="{label}">'
        f"{_HATCH}{_communes(frame, communes)}{_aside(frame, gaps)}{_gaps(frame, gaps)}"
        f"{_links(frame, plan)}"
        f"{_masts(frame, sites)}{_proposals(frame, plan)}"
        f"{_tips(frame, plan, communes, gaps)}</svg>"
    )


_HATCH = "".join(
    f'<defs><pattern id="hatch-{kind}" width="4" height="4" patternUnits="userSpaceOnUse" '
    f'patternTransform="rotate({angle})"><path d="M0 0v4" stroke="{GAP_COLOURS[kind]}" '
    'stroke-width="1.6"/></pattern></defs>'
    for kind, angle in (("white", 45), ("weak", -45))
)


def outlines(frame: MapFrame, communes: gpd.GeoDataFrame) -> str:
    """Draw the borders of communes and nothing else."""
    paths = "".join(frame.areas(communes.geometry))
    return f'<path class="border" d="{paths}"/>'


def _communes(frame: MapFrame, communes: gpd.GeoDataFrame) -> str:
    """Draw communes in the colour of their class."""
    share = communes[f"people_served_share_of_commune_people_{ANY_OPERATOR}"]
    drawn = []
    for mark, path, part in zip(
        _marks("c", communes), frame.areas(communes.geometry), share, strict=True
    ):
        kind = class_of(part)
        colour = NO_PEOPLE_COLOUR if kind is None else CLASSES[kind][1]
        drawn.append(f'<path fill="{colour}" id="{mark}" d="{path}"/>')
    return f'<g class="communes">{"".join(drawn)}</g>'


def _gaps(frame: MapFrame, gaps: gpd.GeoDataFrame) -> str:
    """Draw gaps; the largest ones can be felt, the many small ones are one path a kind."""
    drawn = []
    for kind in _KINDS:
        table = gaps[gaps["kind"] == kind]
        rest = "".join(frame.lines(table.geometry.iloc[_TOLD_GAPS:]))
        drawn.append(f'<path class="gap {kind}" d="{rest}"/>' if rest else "")
        first = table.iloc[:_TOLD_GAPS]
        for mark, path in zip(_marks(kind, first), frame.lines(first.geometry), strict=True):
            drawn.append(f'<path class="gap {kind}" id="{mark}" d="{path}"/>')
    return "".join(drawn)


def _aside(frame: MapFrame, gaps: gpd.GeoDataFrame) -> str:
    """Draw places with one operator, or with overloaded cells, as one path each."""
    drawn = []
    for kind in _ASIDE:
        table = gaps[gaps["kind"] == kind]
        seen = table.area >= _LEAST_AREA * frame.metres_per_unit**2
        paths = "".join(frame.lines(table.geometry[seen]))
        drawn.append(f'<path class="gap aside {kind}" d="{paths}"/>' if paths else "")
    return "".join(drawn)


def _tips(frame: MapFrame, plan: Plan, communes: gpd.GeoDataFrame, gaps: gpd.GeoDataFrame) -> str:
    """Lay what can be felt over everything that is drawn."""
    layers = [commune_tips(frame, communes, _marks("c", communes))]
    for kind in _KINDS:
        first = gaps[gaps["kind"] == kind].iloc[:_TOLD_GAPS]
        layers.append(gap_tips(frame, first, _marks(kind, first)))
    layers.append(proposal_tips(frame, plan.sites, frame.points(plan.sites.geometry)))
    return "".join(layers)


def _marks(prefix: str, table: gpd.GeoDataFrame) -> list[str]:
    """Return an identifier for each shape of a table."""
    return [f"{prefix}{i}" for i in range(len(table))]


def _links(frame: MapFrame, plan: Plan) -> str:
    """Draw new fibre and microwave hops; what lies already is no new link."""
    built = plan.links[plan.links["year"].notna() & (plan.links["medium"] != _EXISTING)]
    drawn = []
    for kind, table in (
        ("link", built[built["medium"] != HOP]),
        ("link hop", built[built["medium"] == HOP]),
    ):
        paths = "".join(frame.lines(table.geometry))
        if paths:
            drawn.append(f'<path class="casing" d="{paths}"/><path class="{kind}" d="{paths}"/>')
    return "".join(drawn)


def _masts(frame: MapFrame, sites: gpd.GeoDataFrame) -> str:
    marks = "".join(f"M{x:g} {y - 2:g}l1.8 3.2h-3.6z" for x, y in frame.points(sites.geometry))
    return f'<path class="mast" d="{marks}"/>' if marks else ""


def _proposals(frame: MapFrame, plan: Plan) -> str:
    """Draw proposals as hollow triangles with the last two digits of their year; later below."""
    table = plan.sites
    drawn = []
    for (x, y), row in zip(frame.points(table.geometry), table.to_dict("records"), strict=True):
        year = row["year"]
        number = "" if pd.isna(year) else f"{int(year) % _YEAR_DIGITS:02d}"
        ring = f'<circle cx="{x:g}" cy="{y:g}" r="12.5"/>' if row["kind"] == "shared_mast" else ""
        drawn.append(
            f'<g class="new{"" if number else " later"}">{ring}'
            f'<path d="M{x:g} {y - 10.8:.1f}l9.6 16.6h-19.2z"/>'
            f'<text x="{x:g}" y="{y + 4.4:.1f}">{number}</text></g>'
        )
    return "".join(reversed(drawn))
