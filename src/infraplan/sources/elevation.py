"""How high is the ground in each cell of a grid?

The grid is filled block by block, so memory follows the block and not the terrain files.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from rasterio.warp import transform_bounds

from infraplan.errors import Fault, InputError
from infraplan.geo import GEOGRAPHIC, Raster
from infraplan.sources.height_mosaic import blocks_over, heights_on, mosaics_of
from infraplan.sources.heights import HeightFile, open_heights
from infraplan.sources.hgt import unpack
from infraplan.sources.raster_files import together
from infraplan.sources.tiles import on_tiles
from infraplan.sources.void_posts import look_through
from infraplan.wording import Text, count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan.geo import Grid
    from infraplan.sources.heights import Unpack

__all__ = ["read_elevation"]

_TILES_KEPT: Final = 4
"""Unpacked SRTM tiles held at a time: as many as meet in a corner."""


def read_elevation(
    paths: Sequence[Path],
    *,
    labels: Sequence[str],
    origin: str,
    grid: Grid,
    sea: Sequence[tuple[float, float, float, float]] = (),
) -> tuple[Raster, tuple[Text, ...]]:
    """Read terrain files, fill their voids and bring them to a grid.

    Voids are filled by inverse distance from the nearest heights around them; a void farther than
    100 posts from any height stays unknown. Heights are interpolated bilinearly between posts;
    where cells are wider than the posts stand apart, the interpolation widens with the cell, so
    that a cell holds the weighted mean of the posts in and around it rather than the height of
    one. Where files overlap, the first one holds, and fills the voids of none but by its own posts
    and those of files on the same lattice.

    Parameters
    ----------
    paths
        GeoTIFF files in any CRS, VRTs of local files, or SRTM tiles .hgt, .hgt.gz or .zip.
    labels
        Their names for messages.
    origin
        How the heights are known, such as ``"measured"``.
    grid
        The cells.
    sea
        West, south, east, north of tiles that do not exist because they hold nothing but sea,
        degrees: their ground, where no file says otherwise, is at 0 m.

    Returns
    -------
    Raster
        ``elevation_m``, float32, m above the datum of the files, known in every cell.
    tuple of Text
        What to tell: voids filled, all of those read and those in the study area; numbers taken
        as missing; units converted; cells of the sea.

    Raises
    ------
    InputError
        If a file cannot be read, or too much of it is missing, or the files do not cover the
        grid; every fault is listed.
    """
    faults: list[Fault] = []
    notes: list[Text] = []
    files: list[HeightFile] = []
    posts: Unpack = lru_cache(maxsize=_TILES_KEPT)(unpack)
    for path, label in zip(paths, labels, strict=True):
        try:
            opened = open_heights(path, label=label, grid=grid, posts=posts)
            found = look_through(opened, grid, posts=posts)
        except InputError as error:
            faults += error.faults
            continue
        faults += found.faults
        notes += found.notes
        files.append(found.file)
    if faults:
        raise InputError(faults)
    values = _filled(files, grid, posts)
    notes += _fill_sea(values, grid, sea)
    if np.isnan(values).any():
        raise InputError([_uncovered(values, grid, together(labels))])
    return Raster("elevation_m", "m", grid, values, origin), tuple(notes)


def _filled(files: Sequence[HeightFile], grid: Grid, posts: Unpack) -> NDArray[np.float32]:
    """Interpolate the files to the grid, block by block; NaN where none says anything."""
    values = np.full(grid.shape, np.nan, dtype=np.float32)
    for mosaic in mosaics_of(files):
        for block, rows, columns in blocks_over(grid, mosaic):
            cells = values[rows, columns]
            unknown = np.isnan(cells)
            if unknown.any():
                found = heights_on(block, mosaic, whole=grid, posts=posts)
                cells[unknown] = found[unknown]
    return values


def _fill_sea(
    values: NDArray[np.float32], grid: Grid, sea: Sequence[tuple[float, float, float, float]]
) -> tuple[Text, ...]:
    """Set unknown cells on tiles of the sea to 0 m, in place, and tell how many."""
    rows, columns = np.nonzero(np.isnan(values))
    if not sea or not rows.size:
        return ()
    wet = on_tiles(sea, grid, rows, columns)
    values[rows[wet], columns[wet]] = 0.0
    cells, tiles = count(int(wet.sum())), count(len(sea))
    return (
        Text(
            f"{tiles.vi} mảnh địa hình không có ở máy chủ vì chỉ là biển: {cells.vi} ô lấy độ cao "
            "0 m.",
            f"{tiles.en} terrain tiles do not exist because they hold only sea: {cells.en} cells "
            "are taken at 0 m.",
        ),
    )


def _uncovered(values: NDArray[np.float32], grid: Grid, labels: str) -> Fault:
    share = float(np.isnan(values).mean())
    west, south, east, north = transform_bounds(grid.crs, GEOGRAPHIC, *grid.bounds)
    return Fault(
        labels,
        f"the terrain does not cover the study area: {max(share, 0.0001):.2%} of its cells have "
        "no height",
        f"add files that cover longitude {west:.4f} to {east:.4f} and latitude {south:.4f} to "
        f"{north:.4f}",
    )
