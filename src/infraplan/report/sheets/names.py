"""Where do the names of communes stand so that none covers another?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from infraplan.report.sheets.lettering import MM_PER_PT, lines_of, width_mm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from infraplan.report.sheets.layout import Box

__all__ = ["LEADING", "Name", "place_names"]

LEADING: Final = 1.12
"""Distance of lines in parts of the size of letters."""
_TRIES: Final = 7
"""Rows and columns of places that are tried in a commune."""
_LETTERS_WIDE: Final = (8.0, 15.0)
"""Widest line in parts of the size of letters: in a small commune, and where there is room."""
_FILLED_SHARE: Final = 0.8
_MOST_LINES: Final = 3
_SMALLER: Final = (1.0, 0.86)
_AIR_MM: Final = 0.35

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Name:
    """A name on the page: its lines, the middle of all of them (mm), and the size of letters."""

    lines: tuple[str, ...]
    x_mm: float
    y_mm: float
    size_pt: float


def place_names(
    names: Sequence[str],
    shapes: NDArray[np.object_],
    *,
    size_pt: float,
    frame: Box,
    taken: Sequence[Rectangle] = (),
    first: NDArray[np.bool_] | None = None,
) -> list[Name | None]:
    """Place each name with its middle in its polygon, over no other name and nothing taken.

    Parameters
    ----------
    names
        Long ones are broken into lines, and cut at the end of the third.
    shapes
        Polygons, mm on the page.
    size_pt
        Size of letters; a name without room tries a smaller one once.
    frame
        Nothing may reach beyond it.
    taken
        West, south, east, north of what must stay free, mm.
    first
        Names that choose their place before all others; the larger polygon goes first where None.

    Returns
    -------
    list of Name or None
        In the order of `names`; None where there is no room.
    """
    used = list(taken)
    placed: list[Name | None] = [None] * len(names)
    last = np.zeros(len(shapes), dtype=bool) if first is None else ~first
    order = np.lexsort((-shapely.area(shapes), last))
    for at in (int(i) for i in order):
        found = _place(names[at], shapes[at], size_pt, frame, used)
        if found is not None:
            placed[at] = found[0]
            used.append(found[1])
    return placed


def _place(
    name: str, shape: shapely.Geometry, size_pt: float, frame: Box, used: list[Rectangle]
) -> tuple[Name, Rectangle] | None:
    spots = _spots(shape)
    west, _, east, _ = shapely.bounds(shape)
    for smaller in _SMALLER:
        size = size_pt * smaller
        least, most = (letters * size * MM_PER_PT for letters in _LETTERS_WIDE)
        wide = min(max(least, _FILLED_SHARE * (east - west)), most)
        lines = tuple(lines_of(name, width=wide, size_pt=size, most=_MOST_LINES))
        half_x = max(width_mm(line, size_pt=size) for line in lines) / 2 + _AIR_MM
        half_y = len(lines) * size * MM_PER_PT * LEADING / 2 + _AIR_MM / 2
        boxes = np.column_stack(
            [spots[:, 0] - half_x, spots[:, 1] - half_y, spots[:, 0] + half_x, spots[:, 1] + half_y]
        )
        fits = np.flatnonzero(_free(boxes, frame, used))
        if len(fits):
            best = int(fits[0])
            x, y = (float(v) for v in spots[best])
            box = tuple(float(v) for v in boxes[best])
            return Name(lines, x, y, size), (box[0], box[1], box[2], box[3])
    return None


def _spots(shape: shapely.Geometry) -> NDArray[np.float64]:
    """Return places in a polygon, those nearest to its middle first."""
    inner = shapely.get_coordinates(shapely.point_on_surface(shape))
    if not len(inner):
        return np.empty((0, 2))
    west, south, east, north = shapely.bounds(shape)
    steps = (np.arange(_TRIES) + 0.5) / _TRIES
    x, y = np.meshgrid(west + steps * (east - west), south + steps * (north - south))
    grid = np.column_stack([x.ravel(), y.ravel()])
    grid = grid[shapely.contains_xy(shape, grid[:, 0], grid[:, 1])]
    middle = shapely.get_coordinates(shapely.centroid(shape))
    if not shapely.contains_xy(shape, *middle[0]):
        middle = inner
    far = np.hypot(*(grid - middle[0]).T)
    return np.vstack([middle, inner, grid[np.argsort(far, kind="stable")]])


def _free(boxes: NDArray[np.float64], frame: Box, used: list[Rectangle]) -> NDArray[np.bool_]:
    """Return which boxes lie in the frame and meet nothing that is used."""
    free: NDArray[np.bool_] = (
        (boxes[:, 0] >= frame.x_mm)
        & (boxes[:, 1] >= frame.y_mm)
        & (boxes[:, 2] <= frame.right_mm)
        & (boxes[:, 3] <= frame.top_mm)
    )
    if used:
        there = np.asarray(used)
        meets = (
            (boxes[:, None, 0] < there[None, :, 2])
            & (boxes[:, None, 2] > there[None, :, 0])
            & (boxes[:, None, 1] < there[None, :, 3])
            & (boxes[:, None, 3] > there[None, :, 1])
        )
        free &= ~meets.any(axis=1)
    return free
