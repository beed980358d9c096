"""What classes do the pixels of one land-cover file have around a grid?

Codes of the file become numbers of ``catalog/clutter.csv``; codes that nobody knows are faults.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import rasterio
from rasterio.errors import RasterioError
from rasterio.warp import transform_bounds
from rasterio.windows import Window, from_bounds

from infraplan.catalog import table
from infraplan.errors import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from affine import Affine
    from numpy.typing import NDArray

    from infraplan.geo import Grid

__all__ = ["EMPTY", "ClassPixels", "class_codes", "read_classes"]

EMPTY: Final = 255
"""Marks pixels that a file leaves empty; no class of the catalogue has this number, nor 0."""

_MARGIN_PIXELS: Final = 2
_NAMED_MOST: Final = 12
"""So many unknown codes are named one by one."""

_CODES_MOST: Final = 1000
"""A file with more unknown codes than this is not read on."""

_STRIP_PIXELS: Final = 1 << 22
_SPAN_MOST: Final = 1 << 20
"""Codes farther apart than this are no classes."""


@dataclass(frozen=True, slots=True)
class ClassPixels:
    """Classes of one file around a grid.

    Attributes
    ----------
    classes
        Numbers of ``catalog/clutter.csv``, `EMPTY` where the file has none; rows from north to
        south.
    transform
        From (column, row) to the corner of a pixel.
    crs
        CRS of the transform.
    """

    classes: NDArray[np.uint8]
    transform: Affine
    crs: str


def class_codes() -> dict[str, int]:
    """Return the number of each class of ``catalog/clutter.csv`` by its key.

    Examples
    --------
    >>> class_codes()["trees"]
    5
    """
    clutter = table("clutter")
    return dict(zip(clutter["key"], clutter["class"].astype(int), strict=True))


def read_classes(
    path: Path, *, label: str, classes: Mapping[int, str], grid: Grid
) -> ClassPixels | None:
    """Read the part of a file around a grid and translate its codes.

    Parameters
    ----------
    path
        A GeoTIFF with one band of whole numbers, in any CRS.
    label
        Its name for messages.
    classes
        Code of the file → key of ``catalog/clutter.csv``.
    grid
        The cells.

    Returns
    -------
    ClassPixels or None
        None where file and grid do not meet.

    Raises
    ------
    InputError
        If the file cannot be read, is no raster of classes, or holds unknown codes.
    """
    try:
        with rasterio.open(path) as source:
            faults = _header_faults(source, label)
            if faults:
                raise InputError(faults)
            window = _window(source, grid)
            if window is None:
                return None
            classed = _strips(source, window, classes, label)
            transform = source.window_transform(window)
            crs = source.crs.to_wkt()
    except RasterioError as error:
        reason = " ".join(str(error.__cause__ or error).split())[:200]
        problem = f"the raster cannot be read ({reason}); it is cut short or of another format"
        remedy = "copy or download it again; it is a GeoTIFF of classes"
        raise InputError([Fault(label, problem, remedy)]) from None
    return ClassPixels(classed, transform, crs)


def _header_faults(source: rasterio.DatasetReader, label: str) -> list[Fault]:
    faults = []
    if source.crs is None:
        faults.append(Fault(label, "the raster has no CRS", "assign it one (gdal_edit -a_srs)"))
    turn = source.transform
    if turn.b != 0 or turn.d != 0 or turn.a <= 0 or turn.e >= 0:
        problem = "the rows do not run from north to south, or the raster is turned"
        faults.append(Fault(label, problem, "bring it upright (gdalwarp)"))
    if source.count != 1:
        problem = f"the raster has {source.count} bands; land cover has one band of codes"
        remedy = "give the file of classes, not its picture (gdal_translate -b 1)"
        faults.append(Fault(label, problem, remedy))
    if not np.issubdtype(np.dtype(source.dtypes[0]), np.integer):
        problem = f"the values are {source.dtypes[0]}, not whole numbers"
        faults.append(Fault(label, problem, "give codes of classes (gdal_translate -ot Byte)"))
    return faults


def _window(source: rasterio.DatasetReader, grid: Grid) -> Window | None:
    """Return the part of a raster under a grid, or None where they do not meet."""
    west, south, east, north = transform_bounds(grid.crs, source.crs, *grid.bounds)
    wanted = from_bounds(west, south, east, north, source.transform)
    left = max(int(np.floor(wanted.col_off)) - _MARGIN_PIXELS, 0)
    top = max(int(np.floor(wanted.row_off)) - _MARGIN_PIXELS, 0)
    right = int(np.ceil(wanted.col_off + wanted.width)) + _MARGIN_PIXELS
    bottom = int(np.ceil(wanted.row_off + wanted.height)) + _MARGIN_PIXELS
    right, bottom = min(right, source.width), min(bottom, source.height)
    if right <= left or bottom <= top:
        return None
    return Window(left, top, right - left, bottom - top)


def _strips(
    source: rasterio.DatasetReader, window: Window, classes: Mapping[int, str], label: str
) -> NDArray[np.uint8]:
    """Read and translate a part of a file, some rows at a time; unknown codes are faults."""
    numbers = class_codes()
    known = {code: numbers[key] for code, key in classes.items()}
    unknown: Counter[int] = Counter()
    classed = np.full((window.height, window.width), EMPTY, dtype=np.uint8)
    rows = max(_STRIP_PIXELS // window.width, 1)
    for first in range(0, window.height, rows):
        height = min(rows, window.height - first)
        strip = Window(window.col_off, window.row_off + first, window.width, height)
        there = source.read_masks(1, window=strip) != 0
        codes = source.read(1, window=strip)[there].astype(np.int64)
        classed[first : first + height][there] = _translated(codes, known, unknown)
        if len(unknown) > _CODES_MOST:
            break
    if unknown:
        raise InputError(_unknown_faults(unknown, label))
    return classed


def _translated(
    codes: NDArray[np.int64], known: Mapping[int, int], unknown: Counter[int]
) -> NDArray[np.uint8]:
    """Turn codes into numbers of classes, and count those that are not known."""
    if not codes.size:
        return codes.astype(np.uint8)
    low, span = int(codes.min()), int(codes.max() - codes.min()) + 1
    if span > _SPAN_MOST:
        unknown.update(int(c) for c in np.unique(codes) if int(c) not in known)
        return np.zeros(codes.size, dtype=np.uint8)
    places = codes - low
    found = np.bincount(places, minlength=span)
    table_of = np.zeros(span, dtype=np.uint8)
    for place in np.flatnonzero(found):
        code = int(place) + low
        if code in known:
            table_of[place] = known[code]
        else:
            unknown[code] += int(found[place])
    return table_of[places]


def _unknown_faults(unknown: Counter[int], label: str) -> list[Fault]:
    """List the unknown codes, and only so many of them."""
    codes = sorted(unknown)
    faults = [_unknown(code, unknown[code], label) for code in codes[:_NAMED_MOST]]
    if len(codes) > _NAMED_MOST:
        problem = f"at least {len(codes) - _NAMED_MOST} more codes are unknown"
        remedy = "see that this is a raster of classes, not of heights or colours"
        faults.append(Fault(label, problem, remedy))
    return faults


def _unknown(code: int, pixels: int, label: str) -> Fault:
    keys = ", ".join(class_codes())
    return Fault(
        label,
        f"{pixels:,} pixels have the code {code}, which `classes` does not know",
        f'say which class it is under [clutter] classes, such as {{ {code} = "open" }}; there are '
        f"{keys}; or declare it missing (gdal_edit -a_nodata {code})",
    )
