"""What classes do the pixels of one land-cover file have around a grid?

Codes of the file become numbers of ``catalog/clutter.csv``; codes that nobody knows are faults.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from affine import Affine
from rasterio.windows import Window

from infraplan.catalog import table
from infraplan.errors import Fault, InputError
from infraplan.sources.raster_files import (
    header_faults,
    open_raster,
    read_upright,
    upright,
    window_over,
)

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Mapping
    from pathlib import Path

    import rasterio
    from numpy.typing import NDArray

    from infraplan.geo import Grid

__all__ = [
    "EMPTY",
    "ClassPixels",
    "class_codes",
    "open_classes",
    "read_classes",
    "unknown_faults",
]

_EXPECTED: Final = "a GeoTIFF of classes"

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


def open_classes(path: Path, *, label: str) -> tuple[Affine, str]:
    """Read the header of a file of classes; return its transform (north up) and its CRS.

    Raises
    ------
    InputError
        If the file cannot be read or is no raster of classes; every fault is listed.
    """
    with open_raster(path, label=label, expected=_EXPECTED) as source:
        faults = header_faults(source, label, holds="codes", palette=True)
        if source.count == 1 and not np.issubdtype(np.dtype(source.dtypes[0]), np.integer):
            problem = f"the values are {source.dtypes[0]}, not whole numbers"
            remedy = "give codes of classes (gdal_translate -ot Byte)"
            faults.append(Fault(label, problem, remedy))
        if faults:
            raise InputError(faults)
        return upright(source), source.crs.to_wkt()


def read_classes(
    path: Path,
    *,
    label: str,
    classes: Mapping[int, str],
    grid: Grid,
    unknown: Counter[int],
) -> ClassPixels | None:
    """Read the part of a file around a grid and translate its codes.

    Parameters
    ----------
    path
        A file that :func:`open_classes` opens.
    label
        Its name for messages.
    classes
        Code of the file → key of ``catalog/clutter.csv``.
    grid
        The cells.
    unknown
        Gets the codes that `classes` does not know, and how many pixels have them.

    Returns
    -------
    ClassPixels or None
        None where file and grid do not meet.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    with open_raster(path, label=label, expected=_EXPECTED) as source:
        transform, crs = upright(source), source.crs.to_wkt()
        window = window_over(
            grid, transform=transform, crs=crs, shape=source.shape, margin=_MARGIN_PIXELS
        )
        if window is None:
            return None
        classed = _strips(source, window, classes, unknown)
    corner = Affine.translation(window.col_off, window.row_off)
    return ClassPixels(classed, transform @ corner, crs)


def _strips(
    source: rasterio.DatasetReader,
    window: Window,
    classes: Mapping[int, str],
    unknown: Counter[int],
) -> NDArray[np.uint8]:
    """Read and translate a part of a file, some rows at a time; unknown codes are counted."""
    numbers = class_codes()
    known = {code: numbers[key] for code, key in classes.items()}
    classed = np.full((window.height, window.width), EMPTY, dtype=np.uint8)
    rows = max(_STRIP_PIXELS // window.width, 1)
    for first in range(0, window.height, rows):
        height = min(rows, window.height - first)
        strip = Window(window.col_off, window.row_off + first, window.width, height)
        there = read_upright(source, strip, masks=True) != 0
        codes = read_upright(source, strip)[there].astype(np.int64)
        classed[first : first + height][there] = _translated(codes, known, unknown)
        if len(unknown) > _CODES_MOST:
            break
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


def unknown_faults(unknown: Counter[int], label: str) -> list[Fault]:
    """List the codes of a file that are not known, and only so many of them."""
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
