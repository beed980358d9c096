"""What does each colour and mark on a sheet mean?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from infraplan.report.palette import INK, TENANT_FILLS
from infraplan.report.sheets import canvas as draw
from infraplan.report.sheets import marks
from infraplan.report.sheets.hatching import hatch
from infraplan.report.sheets.layout import Box
from infraplan.report.sheets.lettering import MM_PER_PT, lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.report.sheets.scene import Scene
    from infraplan.wording import Text

__all__ = ["Row", "draw_legend", "height_mm"]

_SAMPLE_MM: Final = 8.0
_AIR_MM: Final = 2.0
_LEADING: Final = 1.28


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a legend.

    Attributes
    ----------
    kind
        "area", "line", "fibre", "microwave", "existing", "new_mast", "shared_mast", "later",
        "masts", "moved", or "head" for a heading without a sample.
    label
        What it means.
    fill, edge, pattern, pattern_colour
        How an area looks; `edge` is the colour of a line.
    year
        Two figures inside a proposal.
    """

    kind: str
    label: Text
    fill: str | None = None
    edge: str | None = INK
    pattern: str | None = None
    pattern_colour: str = INK
    year: str = ""


def draw_legend(scene: Scene, rows: Sequence[Row], box: Box, *, columns: int = 1) -> float:
    """Draw rows from the top of a box down, column by column; return the lowest y used, mm."""
    wide = box.width_mm / columns
    x, y, lowest = box.x_mm, box.top_mm, box.top_mm
    for row in rows:
        high = _height(scene, row, wide)
        if y - high < box.y_mm and x + 2 * wide <= box.right_mm + 0.1 and y < box.top_mm:
            x, y = x + wide, box.top_mm
        _draw_row(scene, row, x, y, wide)
        y -= high
        lowest = min(lowest, y)
    return lowest


def height_mm(scene: Scene, rows: Sequence[Row], width_mm: float) -> float:
    """Return how high rows are in one column of this width."""
    return sum(_height(scene, row, width_mm) for row in rows)


def _lines(scene: Scene, row: Row, wide: float) -> list[str]:
    head = row.kind == "head"
    room = wide - (0.0 if head else _SAMPLE_MM + _AIR_MM) - 1.0
    return lines_of(
        scene.said(row.label), width=room, size_pt=scene.layout.text_pt, bold=head, most=4
    )


def _height(scene: Scene, row: Row, wide: float) -> float:
    step = scene.layout.text_pt * MM_PER_PT * _LEADING
    least = 1.9 * step if row.kind != "head" else 0.0
    return max(len(_lines(scene, row, wide)) * step + 0.5 * step, least)


def _draw_row(scene: Scene, row: Row, x_mm: float, top_mm: float, wide: float) -> None:
    size = scene.layout.text_pt
    step = size * MM_PER_PT * _LEADING
    said = _lines(scene, row, wide)
    head = row.kind == "head"
    high = _height(scene, row, wide)
    start = x_mm if head else x_mm + _SAMPLE_MM + _AIR_MM
    middle = top_mm - high / 2
    first = middle + (len(said) - 1) * step / 2 - size * MM_PER_PT * 0.35
    for i, line in enumerate(said):
        draw.text(scene.canvas, start, first - i * step, line, size_pt=size, bold=head)
    if not head:
        _sample(scene, row, Box(x_mm, middle - 0.62 * step, _SAMPLE_MM, 1.24 * step))


def _sample(scene: Scene, row: Row, box: Box) -> None:
    """Draw the mark of a row as it looks on the map."""
    page, middle = scene.canvas, (box.x_mm + box.width_mm / 2, box.y_mm + box.height_mm / 2)
    along = [shapely.LineString([(box.x_mm, middle[1]), (box.right_mm, middle[1])])]
    if row.kind == "area":
        shape = shapely.box(box.x_mm, box.y_mm, box.right_mm, box.top_mm)
        draw.area(page, [shape], fill=row.fill, edge=row.edge, width_mm=0.2)
        if row.pattern is not None:
            hatch(page, [shape], row.pattern, colour=row.pattern_colour)
    elif row.kind == "line":
        draw.lines(page, along, colour=row.edge or INK, width_mm=0.3)
    elif row.kind in marks.LINK_STYLES:
        marks.links(page, np.asarray(along, dtype=object), row.kind)
    elif row.kind == "moved":
        ends = np.array([[box.x_mm + 1.0, middle[1]], [box.right_mm - 1.0, middle[1]]])
        marks.stems(page, ends[:1], ends[1:], clip=None)
    elif row.kind == "masts":
        for i, fill in enumerate(TENANT_FILLS[1:]):
            at = np.array([[box.x_mm + 1.3 + i * 2.7, middle[1]]])
            marks.masts(page, at, [fill], size_mm=1.8, clip=None)
    else:
        marks.proposal(
            page,
            *middle,
            year=row.year,
            shared=row.kind == "shared_mast",
            size_mm=min(scene.mark_mm, 1.15 * box.height_mm),
            clip=None,
        )
