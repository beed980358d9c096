"""How are areas told apart without colour: by lines and dots inside of them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from infraplan.report.sheets.canvas import dots, lines

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from infraplan.report.sheets.canvas import Canvas
    from infraplan.report.sheets.layout import Box

__all__ = ["dot_places", "hatch", "strokes"]

_APART_MM: Final = {"dense": 0.9, "sparse": 1.8, "dots": 1.5, "wide_dots": 1.1}
_STROKE_MM: Final = 0.16
_DOT_MM: Final = {"dots": 0.32, "wide_dots": 0.34}
_DETAIL_MM: Final = 0.05
_LEAST_MM2: Final = 0.04
"""Smaller areas hold no stroke."""


def hatch(
    canvas: Canvas,
    shapes: Iterable[shapely.Geometry],
    kind: str,
    *,
    colour: str,
    clip: Box | None = None,
    order: float = 1.5,
    turned: bool = False,
) -> None:
    """Fill polygons, mm on the page, with a pattern.

    Parameters
    ----------
    kind
        "dense" or "sparse" lines, "dots" or "wide_dots".
    turned
        Lines fall to the right rather than rise.
    """
    parts = shapely.get_parts(np.asarray(list(shapes), dtype=object))
    parts = shapely.simplify(parts[shapely.area(parts) > _LEAST_MM2], _DETAIL_MM)
    whole = shapely.union_all(shapely.make_valid(parts))
    if clip is not None:
        whole = shapely.clip_by_rect(whole, clip.x_mm, clip.y_mm, clip.right_mm, clip.top_mm)
    if whole.is_empty:
        return
    if kind in _DOT_MM:
        places = dot_places(whole, apart_mm=_APART_MM[kind])
        dots(canvas, places, colour=colour, across_mm=_DOT_MM[kind], clip=clip, order=order)
        return
    drawn = strokes(whole, apart_mm=_APART_MM[kind], turned=turned)
    lines(canvas, [drawn], colour=colour, width_mm=_STROKE_MM, clip=clip, order=order)


def strokes(whole: shapely.Geometry, *, apart_mm: float, turned: bool = False) -> shapely.Geometry:
    """Return slanted lines inside a polygon, at the same places of the page for all polygons."""
    west, south, east, north = shapely.bounds(whole)
    slope = -1.0 if turned else 1.0
    apart = apart_mm * np.sqrt(2.0)
    offsets = np.array([south - slope * west, south - slope * east, north - slope * west])
    offsets = np.append(offsets, north - slope * east)
    first, last = np.floor(offsets.min() / apart), np.ceil(offsets.max() / apart)
    starts = np.arange(first, last + 1) * apart
    ends = np.stack(
        [
            np.column_stack([np.full_like(starts, west), starts + slope * west]),
            np.column_stack([np.full_like(starts, east), starts + slope * east]),
        ],
        axis=1,
    )
    shapely.prepare(whole)
    pencil = shapely.union_all(np.asarray(shapely.linestrings(ends), dtype=object))
    return shapely.intersection(whole, pencil)


def dot_places(whole: shapely.Geometry, *, apart_mm: float) -> NDArray[np.float64]:
    """Return places inside a polygon on a staggered grid of the page, shape (n, 2)."""
    west, south, east, north = shapely.bounds(whole)
    rows = np.arange(np.floor(south / apart_mm), np.ceil(north / apart_mm) + 1)
    columns = np.arange(np.floor(west / apart_mm), np.ceil(east / apart_mm) + 1)
    x, y = np.meshgrid(columns, rows)
    x = x + (rows[:, None] % 2) / 2
    xy = np.column_stack([x.ravel(), y.ravel()]) * apart_mm
    shapely.prepare(whole)
    return xy[shapely.contains_xy(whole, xy[:, 0], xy[:, 1])]
