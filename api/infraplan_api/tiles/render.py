"""How does a square of a raster look on the map?

Only the pixels near the raster are drawn. The position of each on the raster is interpolated from
a coarse mesh of exact positions: over the raster the projection bends far less than a pixel. When
near, each pixel has the colour of its cell; when far, of the mean of four cells.
"""

from __future__ import annotations

import math
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import Transformer

from infraplan_api.tiles.matrix import MERCATOR, ground_share
from infraplan_api.tiles.png import palette_png
from infraplan_api.tiles.style import UNKNOWN

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan_api.tiles.blocks import Blocks, Source
    from infraplan_api.tiles.matrix import Tile
    from infraplan_api.tiles.style import Style

__all__ = ["PIXELS", "empty_png", "positions", "render"]

PIXELS: Final = 256
_MESH: Final = 17
_local = threading.local()


def render(
    name: str,
    blocks: Blocks,
    source: Source,
    style: Style,
    *,
    tile: Tile,
    band: int,
    scale: int = 1,
) -> bytes:
    """Return a tile of a raster as PNG.

    Parameters
    ----------
    name
        Of the layer.
    blocks, source, style
        Where numbers of colours come from.
    tile
        The square.
    band
        Band of the raster, from 1.
    scale
        Pixels per side: 256 times this.
    """
    pixels = PIXELS * scale
    drawn = np.full((pixels, pixels), UNKNOWN, dtype=np.uint8)
    near = _near(source, tile, pixels)
    shape = near[0].stop - near[0].start, near[1].stop - near[1].start
    if min(shape) <= 0:
        return empty_png(pixels)
    box = _box(tile, near, pixels)
    x, y = positions(source, box, shape)
    pixel_m = tile.side_m / pixels * ground_share((box[1] + box[3]) / 2)
    level = source.level_for(pixel_m)
    size = source.levels[level]
    x *= size.columns / source.columns
    y *= size.rows / source.rows
    rows = max(int(np.floor(y.min())) - 1, -1), min(int(np.ceil(y.max())) + 2, size.rows + 1)
    columns = max(int(np.floor(x.min())) - 1, -1), min(int(np.ceil(x.max())) + 2, size.columns + 1)
    if rows[0] >= rows[1] or columns[0] >= columns[1]:
        return empty_png(pixels)
    window = blocks.window(name, source, style, band=band, level=level, rows=rows, columns=columns)
    y -= rows[0]
    x -= columns[0]
    smooth = style.smooth and (pixel_m >= source.cell_m or style.always)
    drawn[near] = _mixed(window, y, x) if smooth else _cells(window, y, x)
    return palette_png(drawn, style.palette)


def _near(source: Source, tile: Tile, pixels: int) -> tuple[slice, slice]:
    """Return the rows and columns of pixels that may lie on the raster, and one more around."""
    west, south, east, north = source.mercator_m
    left, _, _, top = tile.bounds
    pixel = tile.side_m / pixels

    def held(first: float, last: float) -> slice:
        begin, end = math.floor(first / pixel) - 1, math.ceil(last / pixel) + 1
        return slice(max(begin, 0), min(end, pixels))

    return held(top - north, top - south), held(west - left, east - left)


def _box(tile: Tile, near: tuple[slice, slice], pixels: int) -> tuple[float, float, float, float]:
    """Return west, south, east, north of some pixels of a tile, m of Web Mercator."""
    left, _, _, top = tile.bounds
    pixel = tile.side_m / pixels
    rows, columns = near
    return (
        left + columns.start * pixel,
        top - rows.stop * pixel,
        left + columns.stop * pixel,
        top - rows.start * pixel,
    )


def positions(
    source: Source, box: tuple[float, float, float, float], shape: tuple[int, int]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return column and row of the raster (in cells, with fraction) at each pixel's centre.

    Parameters
    ----------
    source
        The raster.
    box
        West, south, east, north of a picture, m of Web Mercator (EPSG:3857).
    shape
        Its rows and columns of pixels.
    """
    west, south, east, north = box
    places = np.linspace(0, 1, _MESH)
    mesh_x, mesh_y = np.meshgrid(west + (east - west) * places, north + (south - north) * places)
    x_m, y_m = _transformer(source.crs).transform(mesh_x.ravel(), mesh_y.ravel())
    columns = ((np.asarray(x_m) - source.west_m) / source.cell_m).reshape(_MESH, _MESH)
    rows = ((source.north_m - np.asarray(y_m)) / source.cell_m).reshape(_MESH, _MESH)
    return _between(columns, shape), _between(rows, shape)


def _between(mesh: NDArray[np.float64], shape: tuple[int, int]) -> NDArray[np.float32]:
    """Return the values of a mesh at the centres of pixels, interpolated linearly.

    Written out, since a product of matrices would start threads.
    """
    row, down = _steps(shape[0])
    lines = mesh[row] * (1 - down)[:, None] + mesh[row + 1] * down[:, None]
    column, part = _steps(shape[1])
    left, right = lines.T[column].T.astype(np.float32), lines.T[column + 1].T.astype(np.float32)
    found: NDArray[np.float32] = left + (right - left) * part.astype(np.float32)
    return found


def _steps(pixels: int) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the line of the mesh before each pixel's centre, and the way to the next one."""
    at = (np.arange(pixels) + 0.5) / pixels * (_MESH - 1)
    line = np.minimum(at.astype(np.intp), _MESH - 2)
    return line, at - line


def _transformer(crs: str) -> Transformer:
    """Return the transformer of this thread: one is not for two threads."""
    kept: dict[str, Transformer] = _local.__dict__.setdefault("transformers", {})
    if crs not in kept:
        kept[crs] = Transformer.from_crs(MERCATOR, crs, always_xy=True)
    return kept[crs]


def _cells(
    window: NDArray[np.uint8], y: NDArray[np.float32], x: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Return the number of the cell under each pixel; off the window it is unknown."""
    places = _places(window, np.floor(y).astype(np.int32), np.floor(x).astype(np.int32))
    return window.ravel()[places]


def _places(
    window: NDArray[np.uint8], rows: NDArray[np.int32], columns: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return where cells lie in the window read as a line; the rim stands for what is beyond."""
    np.clip(rows, 0, window.shape[0] - 1, out=rows)
    np.clip(columns, 0, window.shape[1] - 1, out=columns)
    rows *= window.shape[1]
    rows += columns
    return rows


def _mixed(
    window: NDArray[np.uint8], y: NDArray[np.float32], x: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Return the mean of the four cells around each pixel, weighted by nearness.

    Unknown neighbours do not count; where they weigh more than half, the pixel is unknown. A
    pixel off the window has the colour of its rim alone, which is unknown where the raster ends.
    """
    y = np.clip(y - np.float32(0.5), 0, window.shape[0] - 1)
    x = np.clip(x - np.float32(0.5), 0, window.shape[1] - 1)
    top, left = np.floor(y), np.floor(x)
    down, right = y - top, x - left
    corner = _places(window, top.astype(np.int32), left.astype(np.int32))
    line = window.ravel()
    last = line.size - 1
    total = np.zeros(y.shape, dtype=np.float32)
    weight = np.zeros(y.shape, dtype=np.float32)
    for step, share in (
        (0, (1 - down) * (1 - right)),
        (1, (1 - down) * right),
        (window.shape[1], down * (1 - right)),
        (window.shape[1] + 1, down * right),
    ):
        value = line[np.minimum(corner + np.int32(step), last)]
        share[value == UNKNOWN] = 0
        total += share * value
        weight += share
    known = weight >= np.float32(0.5)
    drawn = np.full(y.shape, UNKNOWN, dtype=np.uint8)
    drawn[known] = np.rint(total[known] / weight[known]).astype(np.uint8)
    return drawn


@lru_cache(maxsize=4)
def empty_png(pixels: int) -> bytes:
    """Return a picture of which nothing is seen."""
    nothing = np.zeros((pixels, pixels), dtype=np.uint8)
    return palette_png(nothing, np.zeros((1, 4), dtype=np.uint8))
