"""What does the map of a plan look like: communes by people served, gaps, masts, proposals?"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

import pandas as pd

from infraplan.results import ANY_OPERATOR
from infraplan.wording import count, percent, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from infraplan.export.map_frame import MapFrame
    from infraplan.plan import Plan
    from infraplan.wording import Text

__all__ = ["CLASSES", "GAP_COLOURS", "NO_PEOPLE_COLOUR", "class_of", "outlines", "plan_map"]

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

_TITLED_GAPS = 200
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
        White and weak spots, the most people first.
    sites
        Existing masts.

    Returns
    -------
    str
        One ``svg`` element without script and without any outside reference.
    """
    label = html.escape(_both("map_label"))
    return (
        f'<svg class="map" viewBox="{frame.view_box}" role="img" aria-label="{label}">'
        f"{_HATCH}{_communes(frame, communes)}{_gaps(frame, gaps)}{_links(frame, plan)}"
        f"{_masts(frame, sites)}{_proposals(frame, plan)}</svg>"
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
    share = communes[f"people_served_share_of_commune_people_{ANY_OPERATOR}"]
    served = communes[f"people_served_{ANY_OPERATOR}"]
    drawn = []
    rows = zip(
        frame.areas(communes.geometry),
        communes["name"],
        share,
        served,
        communes["people"],
        strict=True,
    )
    for path, name, part, well, people in rows:
        kind = class_of(part)
        colour = NO_PEOPLE_COLOUR if kind is None else CLASSES[kind][1]
        figures = {
            "name": plain(name),
            "share": percent(part),
            "served": count(well),
            "people": count(people),
        }
        title = html.escape(_both("tip_commune", figures))
        drawn.append(f'<path fill="{colour}" d="{path}"><title>{title}</title></path>')
    return f'<g class="communes">{"".join(drawn)}</g>'


def _gaps(frame: MapFrame, gaps: gpd.GeoDataFrame) -> str:
    """Draw gaps; the largest ones tell their figures, the many small ones are one path a kind."""
    drawn = []
    for kind in ("weak", "white"):
        table = gaps[gaps["kind"] == kind]
        rest = "".join(frame.lines(table.geometry.iloc[_TITLED_GAPS:]))
        drawn.append(f'<path class="gap {kind}" d="{rest}"/>' if rest else "")
        first = table.iloc[:_TITLED_GAPS]
        for path, commune, people in zip(
            frame.lines(first.geometry), first["commune_name"], first["people"], strict=True
        ):
            figures = {"commune": plain(commune), "people": count(people)}
            title = html.escape(_both(f"tip_gap_{kind}", figures))
            drawn.append(f'<path class="gap {kind}" d="{path}"><title>{title}</title></path>')
    return "".join(drawn)


def _links(frame: MapFrame, plan: Plan) -> str:
    built = plan.links[plan.links["year"].notna()]
    paths = "".join(frame.lines(built.geometry))
    return f'<path class="casing" d="{paths}"/><path class="link" d="{paths}"/>' if paths else ""


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
        figures = {
            "name": plain(row["site_id"]),
            "year": phrase("year_none") if pd.isna(year) else plain(int(year)),
            "people": count(row["people_gained"]),
        }
        title = html.escape(_both(f"tip_{row['kind']}", figures))
        drawn.append(
            f'<g class="new{"" if number else " later"}"><title>{title}</title>{ring}'
            f'<path d="M{x:g} {y - 10.8:.1f}l9.6 16.6h-19.2z"/>'
            f'<text x="{x:g}" y="{y + 4.4:.1f}">{number}</text></g>'
        )
    return "".join(reversed(drawn))


def _both(key: str, values: Mapping[str, Text] | None = None) -> str:
    """Write a phrase in both languages, one under the other: tooltips have no switch."""
    text = phrase(key, values)
    return f"{text.vi}\n{text.en}"
