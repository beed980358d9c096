"""What does a place of the map tell when it is touched or pointed at, without any script?

The picture itself says nothing. Over it lies a copy of each place that cannot be seen but felt,
together with its words; the style sheet shows the words of the place under finger or mouse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from infraplan.results import ANY_OPERATOR
from infraplan.wording import count, percent, phrase, plain, span

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

    from infraplan.export.map_frame import MapFrame
    from infraplan.wording import Text

__all__ = ["commune_tips", "gap_tips", "proposal_tips"]

_FINGER = 14.0
"""Radius around a proposal that counts as touching it, in units of the picture."""


def commune_tips(frame: MapFrame, communes: gpd.GeoDataFrame, marks: list[str]) -> str:
    """Return what the communes tell; `marks` are the identifiers of their shapes."""
    drawn = []
    for mark, row in zip(marks, communes.to_dict("records"), strict=True):
        figures = {
            "name": plain(row["name"]),
            "share": percent(row[f"people_served_share_of_commune_people_{ANY_OPERATOR}"]),
            "served": count(row[f"people_served_{ANY_OPERATOR}"]),
            "people": count(row["people"]),
        }
        drawn.append(_tip(frame, f'<use href="#{mark}"/>', phrase("tip_commune", figures)))
    return f'<g class="tips outlined">{"".join(drawn)}</g>'


def gap_tips(frame: MapFrame, gaps: gpd.GeoDataFrame, marks: list[str]) -> str:
    """Return what the gaps tell; `marks` are the identifiers of their shapes."""
    drawn = []
    for mark, row in zip(marks, gaps.to_dict("records"), strict=True):
        figures = {"commune": plain(row["commune_name"]), "people": count(row["people"])}
        told = phrase(f"tip_gap_{row['kind']}", figures)
        drawn.append(_tip(frame, f'<use href="#{mark}"/>', told))
    return f'<g class="tips">{"".join(drawn)}</g>'


def proposal_tips(frame: MapFrame, sites: gpd.GeoDataFrame, places: NDArray[np.float64]) -> str:
    """Return what the proposals tell; `places` are their positions in the picture."""
    drawn = []
    for (x, y), row in zip(places, sites.to_dict("records"), strict=True):
        year = row["year"]
        figures = {
            "name": plain(row["site_id"]),
            "year": phrase("year_none") if pd.isna(year) else plain(int(year)),
            "people": count(row["people_gained"]),
        }
        finger = f'<circle cx="{x:g}" cy="{y:g}" r="{_FINGER:g}"/>'
        drawn.append(_tip(frame, finger, phrase(f"tip_{row['kind']}", figures)))
    return f'<g class="tips">{"".join(reversed(drawn))}</g>'


def _tip(frame: MapFrame, shape: str, told: Text) -> str:
    """Return a shape to feel and the words that appear at the top of the picture."""
    return (
        f'<g tabindex="-1">{shape}<foreignObject width="{frame.width:g}" height="1">'
        f"<p>{span(told)}</p></foreignObject></g>"
    )
