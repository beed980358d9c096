"""What does the sheet of people served by commune show?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from infraplan.report.palette import MUTED, NO_DATA, SHARE_CLASSES, ShareClass, share_class
from infraplan.report.sheets import canvas as draw
from infraplan.report.sheets.hatching import hatch
from infraplan.report.sheets.legend import Row
from infraplan.report.sheets.scene import borders, names, paper
from infraplan.report.sheets.titles import SHARE_COLUMN
from infraplan.wording import Text, percent, phrase, plain

if TYPE_CHECKING:
    from infraplan.report.facts import Facts
    from infraplan.report.sheets.scene import Scene

__all__ = ["draw_communes", "share_rows"]

_ON_DARK = "#ffffff"


def draw_communes(scene: Scene) -> int:
    """Draw each commune in the colour of its class, the worst classes hatched."""
    paper(scene)
    clip = scene.layout.map
    found = _classes(scene.facts)
    for kind in (*SHARE_CLASSES, None):
        chosen = scene.communes[[c is kind for c in found]]
        fill = NO_DATA if kind is None else kind.colour
        draw.area(scene.canvas, chosen, fill=fill, clip=clip, order=0.5)
        if kind is not None and kind.hatch is not None and len(chosen):
            hatch(scene.canvas, chosen, kind.hatch, colour=_ON_DARK, clip=clip)
    borders(scene, colour=_ON_DARK, width_mm=0.34)
    borders(scene, colour=MUTED, width_mm=0.11)
    return names(scene)


def share_rows(facts: Facts) -> list[Row]:
    """Return the legend: the classes, the best first."""
    values = {"technology": plain(facts.technology), "year": plain(facts.base_year)}
    rows = [Row("head", phrase("sheets_share_of_people", values))]
    rows += [
        Row("area", _label(i), fill=c.colour, pattern=c.hatch, pattern_colour=_ON_DARK)
        for i, c in reversed(list(enumerate(SHARE_CLASSES)))
    ]
    if any(c is None for c in _classes(facts)):
        rows.append(Row("area", phrase("sheets_no_people"), fill=NO_DATA))
    return rows


def _classes(facts: Facts) -> list[ShareClass | None]:
    shares = pd.to_numeric(facts.communes[SHARE_COLUMN]).astype(float)
    return [share_class(float(share)) for share in shares]


def _label(at: int) -> Text:
    """Name a class by its limits."""
    upper = SHARE_CLASSES[at].upper_share
    lower = SHARE_CLASSES[at - 1].upper_share if at else None
    if upper is None:
        return phrase("class_from", {"lower": percent(lower or 0.0, 0)})
    if lower is None:
        return phrase("class_below", {"upper": percent(upper, 0)})
    return phrase("class_between", {"lower": percent(lower, 0), "upper": percent(upper, 0)})
