"""Where am I and how far is it: grid, scale bar, north arrow?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from infraplan.report.palette import INK, MUTED
from infraplan.report.sheets.canvas import area, lines, rectangle, text
from infraplan.report.sheets.layout import Box
from infraplan.report.sheets.lettering import MM_PER_PT
from infraplan.units import KM_PER_M
from infraplan.wording import count, decimal, phrase

if TYPE_CHECKING:
    from infraplan.report.sheets.canvas import Canvas
    from infraplan.report.sheets.layout import Layout
    from infraplan.wording import Text

__all__ = ["GridLine", "draw_graticule", "graticule", "north_arrow", "scale_bar"]

_LEAST_APART: Final = 3.0
"""Millimetres between lines of the grid for each point of the text's size."""
_PARTS: Final = 4
"""Parts of the scale bar."""
_CORNER_MM: Final = 3.5
"""No number stands nearer to a corner of the frame."""
_STEPS: Final = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class GridLine:
    """A line of the plane grid.

    Attributes
    ----------
    along
        "north" for a line of equal easting Y, "east" for one of equal northing X.
    value_m
        Its coordinate.
    at_mm
        Where it crosses the page: x for a line along north, y for one along east.
    label
        The coordinate in km.
    """

    along: str
    value_m: float
    at_mm: float
    label: str


def graticule(layout: Layout, *, language: str) -> list[GridLine]:
    """Return the lines of the grid that cross the frame, west to east, then south to north."""
    step_m = _nice(_LEAST_APART * layout.text_pt * layout.metres_per_mm)
    frame = layout.map
    sides = (
        ("north", layout.west_m, layout.east_m, frame.x_mm),
        ("east", layout.south_m, layout.north_m, frame.y_mm),
    )
    found = []
    for along, least, most, start_mm in sides:
        for number in range(math.ceil(least / step_m), math.floor(most / step_m) + 1):
            value = number * step_m
            at = start_mm + (value - least) / layout.metres_per_mm
            found.append(GridLine(along, value, at, _km(value, step_m).said(language)))
    return found


def draw_graticule(canvas: Canvas, layout: Layout, *, language: str) -> None:
    """Draw the frame, the grid's lines, and their numbers at all four sides."""
    frame = layout.map
    drawn = []
    for line in graticule(layout, language=language):
        upright = line.along == "north"
        least, most = (frame.x_mm, frame.right_mm) if upright else (frame.y_mm, frame.top_mm)
        sides = (frame.y_mm, frame.top_mm) if upright else (frame.x_mm, frame.right_mm)
        ends = [(line.at_mm, s) if upright else (s, line.at_mm) for s in sides]
        drawn.append(shapely.LineString(ends))
        if least + _CORNER_MM <= line.at_mm <= most - _CORNER_MM:
            _numbers(canvas, frame, line, layout.text_pt * 0.82)
    lines(canvas, drawn, colour=INK, width_mm=0.1, opacity=0.35, order=4.5)
    rectangle(canvas, frame, width_mm=0.3)


def _numbers(canvas: Canvas, frame: Box, line: GridLine, size_pt: float) -> None:
    """Write the coordinate of a line at its two ends, outside of the frame."""
    said, at = line.label, line.at_mm
    places = (
        ((at, frame.y_mm - 0.9, "top", 0.0), (at, frame.top_mm + 0.9, "baseline", 0.0))
        if line.along == "north"
        else (
            (frame.x_mm - 0.9, at, "baseline", 90.0),
            (frame.right_mm + 0.9, at, "baseline", -90.0),
        )
    )
    for x, y, upright, turned in places:
        text(
            canvas,
            x,
            y,
            said,
            size_pt=size_pt,
            colour=MUTED,
            align="center",
            upright=upright,
            turned_deg=turned,
        )


def scale_bar(
    canvas: Canvas, layout: Layout, x_mm: float, y_mm: float, *, room_mm: float, language: str
) -> None:
    """Draw a bar of four parts, and the kilometres at its ends and middle, in this room."""
    end_mm = 1.4 * layout.text_pt * MM_PER_PT
    step_m = _nice_below((room_mm - end_mm) / _PARTS * layout.metres_per_mm)
    step_mm = step_m / layout.metres_per_mm
    high, size = 1.3, layout.text_pt * 0.9
    for part in range(_PARTS):
        box = Box(x_mm + part * step_mm, y_mm, step_mm, high)
        rectangle(canvas, box, fill=INK if part % 2 == 0 else "white", width_mm=0.15)
    for part in (0, _PARTS // 2, _PARTS):
        label = _km(part * step_m, step_m) if part else count(0)
        unit = phrase("sheets_km").said(language) if part == _PARTS else ""
        said = f"{label.said(language)}{unit}"
        text(canvas, x_mm + part * step_mm, y_mm + high + 0.9, said, size_pt=size, align="center")


def north_arrow(canvas: Canvas, x_mm: float, y_mm: float, *, size_pt: float, language: str) -> None:
    """Draw an arrow to the north of the grid; `x_mm`, `y_mm` is the middle of its foot."""
    high, half = 7.0, 2.0
    tip, notch = (x_mm, y_mm + high), (x_mm, y_mm + 1.4)
    dark = shapely.Polygon([tip, (x_mm - half, y_mm), notch])
    light = shapely.Polygon([tip, notch, (x_mm + half, y_mm)])
    area(canvas, [dark], fill=INK, edge=INK, width_mm=0.15, order=5.0)
    area(canvas, [light], fill="white", edge=INK, width_mm=0.15, order=5.0)
    said = phrase("sheets_north").said(language)
    above = y_mm + high + 0.35 * size_pt * MM_PER_PT
    text(canvas, x_mm, above, said, size_pt=size_pt, bold=True, align="center")


def _nice(least_m: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is not below."""
    power = 10.0 ** math.floor(math.log10(least_m))
    return next(s * power for s in _STEPS if s * power >= least_m * (1 - 1e-9))


def _nice_below(most_m: float) -> float:
    """Return the largest of 1, 2, 5 times a power of ten that is not above."""
    power = 10.0 ** math.floor(math.log10(most_m))
    return max(s * power for s in _STEPS if s * power <= most_m * (1 + 1e-9))


def _km(value_m: float, step_m: float) -> Text:
    """Write a coordinate in km, with the decimals that its step needs."""
    digits = max(0, -math.floor(math.log10(step_m * KM_PER_M) + 1e-9))
    return decimal(float(np.round(value_m * KM_PER_M, digits)), digits)
