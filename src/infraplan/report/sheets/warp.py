"""Which cell of a raster lies under each pixel of a sheet?

The way from the sheet's CRS to the raster's is bent by far less than a pixel between points a few
millimetres apart, so it is worked out exactly at such points and straight between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.geo.vn2000 import from_wgs84, to_wgs84
from infraplan.report.sheets.layout import pixels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.geo import Grid, Raster
    from infraplan.report.frame import Frame
    from infraplan.report.sheets.layout import Layout

__all__ = ["OUTSIDE", "cells_under", "sample"]

OUTSIDE: Final = -1
_APART: Final = 48
"""Pixels between exact points."""


def cells_under(grid: Grid, layout: Layout, frame: Frame, *, dpi: int) -> NDArray[np.int32]:
    """Return the cell under the middle of each pixel of the map's frame.

    Parameters
    ----------
    grid
        Of the raster.
    layout
        Of the page.
    frame
        The sheet's CRS.
    dpi
        Dots per inch.

    Returns
    -------
    numpy.ndarray
        Position in the raster read row by row, :data:`OUTSIDE` beyond it; first row on top.
    """
    wide, high = pixels(layout.map.width_mm, dpi), pixels(layout.map.height_mm, dpi)
    columns, rows = _nodes(wide), _nodes(high)
    step_x = (layout.east_m - layout.west_m) / wide
    step_y = (layout.north_m - layout.south_m) / high
    x, y = np.meshgrid(
        layout.west_m + (columns + 0.5) * step_x, layout.north_m - (rows + 0.5) * step_y
    )
    there_x, there_y = from_wgs84(*to_wgs84(x, y, crs=frame.crs), crs=grid.crs)
    column = (there_x - grid.x_min_m) / grid.cell_size_m
    row = (grid.y_max_m - there_y) / grid.cell_size_m
    found = np.empty((high, wide), dtype=np.int32)
    for i in range(len(rows) - 1):
        upper, lower = rows[i], rows[i + 1]
        part = slice(int(upper), int(lower) + (i == len(rows) - 2))
        share = ((np.arange(part.start, part.stop) - upper) / (lower - upper))[:, None]
        found[part] = _index(
            grid,
            _between(row[i], row[i + 1], columns, wide, share),
            _between(column[i], column[i + 1], columns, wide, share),
        )
    return found


def sample(raster: Raster, cells: NDArray[np.int32], *, outside: int) -> NDArray[np.uint8]:
    """Return the value of an eight-bit raster under each pixel, `outside` beyond it."""
    values = raster.values.ravel().astype(np.uint8)
    return np.where(cells == OUTSIDE, np.uint8(outside), values[np.maximum(cells, 0)])


def _nodes(count: int) -> NDArray[np.float64]:
    """Return pixels to be worked out exactly: the first, the last, and some between."""
    return np.linspace(0, max(count - 1, 1), max(2, count // _APART + 1)).round()


def _between(
    upper: NDArray[np.float64],
    lower: NDArray[np.float64],
    columns: NDArray[np.float64],
    wide: int,
    share: NDArray[np.float64],
) -> NDArray[np.float64]:
    at = np.arange(wide)
    first, last = np.interp(at, columns, upper), np.interp(at, columns, lower)
    return first + share * (last - first)


def _index(grid: Grid, row: NDArray[np.float64], column: NDArray[np.float64]) -> NDArray[np.int32]:
    known = (row >= 0) & (row < grid.rows) & (column >= 0) & (column < grid.columns)
    at = np.where(known, np.floor(row) * grid.columns + np.floor(column), OUTSIDE)
    return at.astype(np.int32)
