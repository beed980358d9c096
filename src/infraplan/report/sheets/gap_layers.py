"""What does the sheet of gaps show?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.report.palette import GAP_COLOURS, MUTED, ROAD, WATER
from infraplan.report.sheets import canvas as draw
from infraplan.report.sheets.hatching import hatch
from infraplan.report.sheets.legend import Row
from infraplan.report.sheets.scene import borders, hillshade, names, on_page, orientation
from infraplan.wording import phrase, plain

if TYPE_CHECKING:
    from infraplan.report.facts import Facts
    from infraplan.report.sheets.scene import Scene

__all__ = ["draw_gaps", "gap_rows", "ground_rows"]

_PALE = {"white": "#f6d3e6", "weak": "#fbe3cd"}
_EDGE_MM = 0.22


def draw_gaps(scene: Scene) -> int:
    """Draw spots by colour and pattern, so that a print without colour still reads."""
    hillshade(scene)
    orientation(scene)
    clip = scene.layout.map
    kinds = scene.facts.gaps["kind"]
    shapes = {
        kind: on_page(scene.facts.gaps[kinds == kind], scene.layout, scene.frame)
        for kind in GAP_COLOURS
    }
    single = shapes["single_operator"]
    alone = GAP_COLOURS["single_operator"]
    hatch(scene.canvas, single, "wide_dots", colour=alone, clip=clip)
    draw.lines(
        scene.canvas,
        single,
        colour=alone,
        width_mm=0.2,
        dash_mm=(0.25, 0.35),
        clip=clip,
        order=1.5,
    )
    for order, kind in ((1.6, "weak"), (1.8, "white")):
        colour = GAP_COLOURS[kind]
        draw.area(scene.canvas, shapes[kind], fill=_PALE[kind], clip=clip, order=order)
        if kind == "white":
            hatch(scene.canvas, shapes[kind], "dense", colour=colour, clip=clip, order=order + 0.1)
        draw.lines(
            scene.canvas,
            shapes[kind],
            colour=colour,
            width_mm=_EDGE_MM,
            clip=clip,
            order=order + 0.15,
        )
    borders(scene, colour=MUTED)
    return names(scene)


def gap_rows(facts: Facts) -> list[Row]:
    """Return the legend of gaps and of the ground."""
    values = {"technology": plain(facts.technology), "year": plain(facts.base_year)}
    white, weak, single = (GAP_COLOURS[k] for k in ("white", "weak", "single_operator"))
    return [
        Row("head", phrase("sheets_gaps_head", values)),
        Row("area", phrase("sheets_gap_white"), _PALE["white"], white, "dense", white),
        Row("area", phrase("sheets_gap_weak"), _PALE["weak"], weak),
        Row("area", phrase("sheets_gap_single"), "white", single, "wide_dots", single),
        *ground_rows(facts),
    ]


def ground_rows(facts: Facts) -> list[Row]:
    """Return what orients: borders, roads, water where there is any."""
    rows = [Row("line", phrase("sheets_border"), edge=MUTED)]
    if not facts.collection("roads").empty:
        rows.append(Row("line", phrase("sheets_road"), edge=ROAD))
    if not facts.collection("water").empty:
        rows.append(Row("area", phrase("sheets_water"), fill=WATER, edge=WATER))
    return rows
