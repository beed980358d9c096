"""Which class of land cover fills most of each cell of a grid?

Files of classes (such as ESA WorldCover v200) become classes of ``catalog/clutter.csv``: first
their codes are translated, then each cell takes the class that most of its pixels have.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np
from rasterio.enums import Resampling
from rasterio.warp import reproject, transform_bounds

from infraplan.catalog import row, table
from infraplan.errors import Fault, InputError
from infraplan.geo import GEOGRAPHIC, Raster
from infraplan.sources.class_pixels import (
    EMPTY,
    class_codes,
    open_classes,
    read_classes,
    unknown_faults,
)
from infraplan.sources.raster_files import blocks_of, pixels_per_cell, together
from infraplan.sources.tiles import on_tiles
from infraplan.wording import Text, count

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan.geo import Grid
    from infraplan.sources.class_pixels import ClassPixels

__all__ = ["NO_CLASS", "class_codes", "read_landcover", "worldcover_classes"]

NO_CLASS: Final = 0
"""Marks a missing class; no class of the catalogue has this number."""

_OUTSIDE: Final = NO_CLASS
"""Marks cells that no file says anything about."""

_BLOCK_SIDE_PIXELS: Final = 8192
"""Pixels are held for blocks of this side at a time."""


def worldcover_classes() -> dict[int, str]:
    """Return the class that each code of ESA WorldCover v200 is taken as.

    Examples
    --------
    >>> worldcover_classes()[80]
    'water'
    """
    clutter = table("clutter")
    pairs = zip(clutter["key"], clutter["worldcover_code"], strict=True)
    return {int(c): key for key, codes in pairs for c in codes.split("|") if c}


def read_landcover(
    paths: Sequence[Path],
    *,
    labels: Sequence[str],
    classes: Mapping[int, str],
    grid: Grid,
    bounds: Sequence[float],
    origin: str,
    sea: Sequence[tuple[float, float, float, float]] = (),
) -> tuple[Raster, tuple[Text, ...]]:
    """Read files of classes and bring them to a grid by majority.

    Parameters
    ----------
    paths
        GeoTIFF files with one band of whole numbers, in any CRS. Where they overlap, the first
        one holds.
    labels
        Their names for messages.
    classes
        Code of the files → key of ``catalog/clutter.csv``.
    grid
        The cells.
    bounds
        West, south, east, north of the area that must be covered, m in the grid's CRS.
    origin
        How the classes are known, such as ``"estimated"``.
    sea
        West, south, east, north of tiles that do not exist because they hold nothing but sea,
        degrees: their ground, where no file says otherwise, is water.

    Returns
    -------
    Raster
        ``clutter_class``, int32, numbers of ``catalog/clutter.csv``, known in every cell: what the
        files leave empty, and cells beyond `bounds` that they do not reach, count as open land.
    tuple of Text
        How many cells counted as open land for want of data.

    Raises
    ------
    InputError
        If a file cannot be read, holds codes that `classes` does not know, or the files do not
        cover `bounds`; every fault is listed.
    """
    faults: list[Fault] = []
    cells = np.full(grid.shape, _OUTSIDE, dtype=np.uint8)
    for path, label in zip(paths, labels, strict=True):
        try:
            faults += _add_file(cells, path, label=label, classes=classes, grid=grid)
        except InputError as error:
            faults += error.faults
    if not faults:
        rows, columns = np.nonzero(cells == _OUTSIDE)
        wet = on_tiles(sea, grid, rows, columns)
        cells[rows[wet], columns[wet]] = class_codes()["water"]
        faults += _uncovered(cells, grid, bounds, together(labels))
    if faults:
        raise InputError(faults)
    missing = (cells == EMPTY) | (cells == _OUTSIDE)
    values = np.where(missing, class_codes()["open"], cells).astype(np.int32)
    raster = Raster("clutter_class", "class", grid, values, origin, nodata=NO_CLASS)
    return raster, _missing_notes(int(missing.sum()), grid)


def _add_file(
    cells: NDArray[np.uint8], path: Path, *, label: str, classes: Mapping[int, str], grid: Grid
) -> list[Fault]:
    """Fill in place what a file knows, block by block; return faults of its codes."""
    transform, crs = open_classes(path, label=label)
    unknown: Counter[int] = Counter()
    ratio = max(*pixels_per_cell(grid, transform=transform, crs=crs), 1.0)
    for block, rows, columns in blocks_of(grid, side=max(int(_BLOCK_SIDE_PIXELS / ratio), 1)):
        pixels = read_classes(path, label=label, classes=classes, grid=block, unknown=unknown)
        if pixels is not None:
            _merge(cells[rows, columns], _majority(pixels, block))
    return unknown_faults(unknown, label)


def _merge(cells: NDArray[np.uint8], found: NDArray[np.uint8]) -> None:
    """Fill in place what is not known yet; a class is more than an empty pixel."""
    better = (cells == _OUTSIDE) | ((cells == EMPTY) & (found != _OUTSIDE))
    cells[better] = found[better]


def _majority(pixels: ClassPixels, grid: Grid) -> NDArray[np.uint8]:
    """Return the most frequent class of each cell; nearest where cells are finer than pixels."""
    target = np.full(grid.shape, _OUTSIDE, dtype=np.uint8)
    reproject(
        pixels.classes,
        target,
        src_transform=pixels.transform,
        src_crs=pixels.crs,
        dst_transform=grid.transform,
        dst_crs=grid.crs,
        src_nodata=_OUTSIDE,
        dst_nodata=_OUTSIDE,
        resampling=Resampling.mode,
        num_threads=1,
    )
    return target


def _uncovered(
    cells: NDArray[np.uint8], grid: Grid, bounds: Sequence[float], labels: str
) -> list[Fault]:
    """List an area that no file reaches, or that the files leave wholly empty."""
    west, south, east, north = bounds
    x_m, _ = grid.centre(np.zeros(grid.columns), np.arange(grid.columns))
    _, y_m = grid.centre(np.arange(grid.rows), np.zeros(grid.rows))
    rows, columns = (y_m >= south) & (y_m <= north), (x_m >= west) & (x_m <= east)
    within = cells[np.ix_(rows, columns)]
    if within.size and (within != EMPTY).any() and (within != _OUTSIDE).all():
        return []
    share = float(((within == _OUTSIDE) | (within == EMPTY)).mean()) if within.size else 1.0
    west, south, east, north = transform_bounds(grid.crs, GEOGRAPHIC, *bounds)
    return [
        Fault(
            labels,
            f"the land cover does not cover the study area: {max(share, 0.0001):.2%} of its cells "
            "have no class",
            f"add files that cover longitude {west:.4f} to {east:.4f} and latitude {south:.4f} to "
            f"{north:.4f}",
        )
    ]


def _missing_notes(missing: int, grid: Grid) -> tuple[Text, ...]:
    if not missing:
        return ()
    said, whole = count(missing), count(grid.size)
    name = row("clutter", str(class_codes()["open"]))
    return (
        Text(
            f"Lớp phủ đất: {said.vi} trong {whole.vi} ô không có dữ liệu, coi là "
            f"{name['name_vi']}.",
            f"Land cover: {said.en} of {whole.en} cells have no data and count as "
            f"{name['name_en']}.",
        ),
    )
