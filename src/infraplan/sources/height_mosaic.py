"""How high is the ground in one block of a grid, by all terrain files that share a lattice?

Files whose posts stand on one lattice (tiles of one product) are put together before voids are
filled and heights interpolated, so that no seam shows where two of them meet.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from affine import Affine
from rasterio.enums import Resampling
from rasterio.fill import fillnodata
from rasterio.warp import reproject
from rasterio.windows import Window

from infraplan.sources.heights import SEARCH_POSTS, HeightFile, read_posts
from infraplan.sources.raster_files import blocks_of, pixels_per_cell, window_over

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from infraplan.geo import Grid
    from infraplan.sources.heights import Unpack

__all__ = ["Mosaic", "blocks_over", "heights_on", "mosaics_of"]

_BLOCK_SIDE_POSTS: Final = 2048
_SAME_STEP_SHARE: Final = 1e-7
_SAME_PLACE_POSTS: Final = 0.01
"""Lattices closer than this are one: 30 cm of posts 30 m apart."""


@dataclass(frozen=True, slots=True)
class Mosaic:
    """Terrain files on one lattice.

    Attributes
    ----------
    files
        The files; where they overlap, the first one holds.
    corners
        Column and row of the first post of each file on the lattice.
    transform, crs
        From (column, row) of the lattice to the corner of a pixel; (0, 0) is the north-west post
        of them all.
    shape
        Rows and columns that hold all files.
    """

    files: tuple[HeightFile, ...]
    corners: tuple[tuple[int, int], ...]
    transform: Affine
    crs: str
    shape: tuple[int, int]


def mosaics_of(files: Sequence[HeightFile]) -> tuple[Mosaic, ...]:
    """Put files on one lattice together, in the order of the first file of each."""
    groups: list[list[HeightFile]] = []
    for file in files:
        if file.window is None:
            continue
        for group in groups:
            if _on_one_lattice(group[0], file):
                group.append(file)
                break
        else:
            groups.append([file])
    return tuple(_mosaic(group) for group in groups)


def _on_one_lattice(first: HeightFile, other: HeightFile) -> bool:
    if first.crs != other.crs:
        return False
    one, two = first.transform, other.transform
    steps = abs(two.a / one.a - 1.0), abs(two.e / one.e - 1.0)
    places = (two.c - one.c) / one.a, (two.f - one.f) / one.e
    return max(steps) < _SAME_STEP_SHARE and all(
        abs(p - round(p)) < _SAME_PLACE_POSTS for p in places
    )


def _mosaic(files: Sequence[HeightFile]) -> Mosaic:
    first = files[0].transform
    corners = [
        (
            round((f.transform.c - first.c) / first.a),
            round((f.transform.f - first.f) / first.e),
        )
        for f in files
    ]
    left, top = min(c for c, _ in corners), min(r for _, r in corners)
    moved = tuple((c - left, r - top) for c, r in corners)
    rows = max(r + f.shape[0] for (_, r), f in zip(moved, files, strict=True))
    columns = max(c + f.shape[1] for (c, _), f in zip(moved, files, strict=True))
    transform = first @ Affine.translation(left, top)
    return Mosaic(tuple(files), moved, transform, files[0].crs, (rows, columns))


def blocks_over(grid: Grid, mosaic: Mosaic) -> Iterator[tuple[Grid, slice, slice]]:
    """Cut a grid into blocks that need no more than some millions of posts each.

    Yields
    ------
    tuple of (Grid, slice, slice)
        A part of the grid and its rows and columns in it.
    """
    ratios = pixels_per_cell(grid, transform=mosaic.transform, crs=mosaic.crs)
    side = max(int(_BLOCK_SIDE_POSTS / max(*ratios, 1.0)), 1)
    yield from blocks_of(grid, side=side)


def heights_on(block: Grid, mosaic: Mosaic, *, whole: Grid, posts: Unpack) -> NDArray[np.float32]:
    """Fill the voids of a mosaic and interpolate it to a block of a grid.

    Parameters
    ----------
    block
        The cells.
    mosaic
        The files.
    whole
        The grid that the block is part of; it decides how wide the interpolation reaches, so that
        blocks fit together.
    posts
        As for :func:`infraplan.sources.heights.open_heights`.

    Returns
    -------
    numpy.ndarray
        Heights, m, shape of the block; NaN where no file says anything.
    """
    target = np.full(block.shape, np.nan, dtype=np.float32)
    ratios = pixels_per_cell(whole, transform=mosaic.transform, crs=mosaic.crs)
    window = window_over(
        block,
        transform=mosaic.transform,
        crs=mosaic.crs,
        shape=mosaic.shape,
        margin=SEARCH_POSTS + math.ceil(max(ratios)) + 2,
    )
    if window is None:
        return target
    heights_m, covered = _put_together(mosaic, window, posts)
    reproject(
        _without_voids(heights_m, covered),
        target,
        src_transform=mosaic.transform @ Affine.translation(window.col_off, window.row_off),
        src_crs=mosaic.crs,
        dst_transform=block.transform,
        dst_crs=block.crs,
        src_nodata=np.nan,
        dst_nodata=np.nan,
        resampling=Resampling.bilinear,
        num_threads=1,
        XSCALE=min(1.0 / ratios[0], 1.0),
        YSCALE=min(1.0 / ratios[1], 1.0),
    )
    return target


def _put_together(
    mosaic: Mosaic, window: Window, posts: Unpack
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Read a window of the lattice: heights, NaN where void, and where any file has posts."""
    heights_m = np.full((window.height, window.width), np.nan, dtype=np.float32)
    covered = np.zeros(heights_m.shape, dtype=np.bool_)
    for file, (column, row) in zip(mosaic.files, mosaic.corners, strict=True):
        left, right = window.col_off - column, window.col_off - column + window.width
        top, bottom = window.row_off - row, window.row_off - row + window.height
        left, right = max(left, 0), min(right, file.shape[1])
        top, bottom = max(top, 0), min(bottom, file.shape[0])
        if right <= left or bottom <= top:
            continue
        down = slice(top + row - window.row_off, bottom + row - window.row_off)
        across = slice(left + column - window.col_off, right + column - window.col_off)
        covered[down, across] = True
        part = heights_m[down, across]
        unknown = np.isnan(part)
        if unknown.any():
            _, found = read_posts(file, Window(left, top, right - left, bottom - top), posts=posts)
            part[unknown] = found[unknown]
    return heights_m, covered


def _without_voids(
    heights_m: NDArray[np.float32], covered: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Fill voids by inverse distance, and leave what no file covers unknown."""
    known = ~np.isnan(heights_m)
    if not known.any() or (known | ~covered).all():
        return heights_m
    filled = fillnodata(
        heights_m, mask=known.astype(np.uint8), max_search_distance=float(SEARCH_POSTS)
    )
    return np.where(covered, filled, np.float32(np.nan))
