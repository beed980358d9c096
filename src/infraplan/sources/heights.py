"""What posts does one terrain file hold in a window: a raster in any CRS, or an SRTM tile?

Posts are read as they are: voids stay NaN, and whatever keeps a file from being whole is a fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from pyproj import CRS
from rasterio.windows import Window

from infraplan.catalog import table
from infraplan.errors import Fault, InputError
from infraplan.geo import GEOGRAPHIC
from infraplan.sources.hgt import VOID, hgt_place, is_hgt
from infraplan.sources.raster_files import (
    header_faults,
    open_raster,
    read_upright,
    upright,
    window_over,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import rasterio
    from affine import Affine
    from numpy.typing import NDArray

    from infraplan.geo import Grid

    Unpack = Callable[..., NDArray[np.int16]]

__all__ = ["SEARCH_POSTS", "HeightFile", "open_heights", "read_posts"]

SEARCH_POSTS: Final = 100
"""A void farther than this many posts from any height is not filled."""

_EXPECTED: Final = "a GeoTIFF, a VRT of local files, or an SRTM HGT"


@dataclass(frozen=True, slots=True)
class HeightFile:
    """One terrain file: where its posts lie, and how its numbers become metres.

    Attributes
    ----------
    path, label
        The file, and its name as the study says it.
    transform
        From (column, row) to the corner of a pixel, rows from north to south; a post is the middle
        of its pixel.
    crs
        CRS of the transform.
    shape
        Rows and columns.
    window
        The part in and around the study; None where they do not meet. A tile of SRTM is taken
        whole.
    to_metres
        Factor and offset from stored numbers to metres.
    unit
        Unit of the heights as the file says it, where it is not metres; else empty.
    voids
        Stored numbers that mean missing although the file does not say so.
    """

    path: Path
    label: str
    transform: Affine
    crs: str
    shape: tuple[int, int]
    window: Window | None
    to_metres: tuple[float, float] = (1.0, 0.0)
    unit: str = ""
    voids: tuple[float, ...] = ()


def open_heights(path: Path, *, label: str, grid: Grid, posts: Unpack) -> HeightFile:
    """Read the header of a terrain file.

    Parameters
    ----------
    path
        A GeoTIFF or the like, or an SRTM tile .hgt, .hgt.gz or .zip named by its south-west
        corner (N42E001).
    label
        Its name for messages.
    grid
        The cells that need heights; posts up to `SEARCH_POSTS` beyond it count too.
    posts
        :func:`infraplan.sources.hgt.unpack`, or the same with a memory.

    Raises
    ------
    InputError
        If the file cannot be used; every fault of its header is listed.
    """
    if is_hgt(path):
        hgt_place(path, label=label, side=2)
        side = len(posts(path, label=label))
        transform = hgt_place(path, label=label, side=side)
        whole = Window(0, 0, side, side)
        return HeightFile(path, label, transform, GEOGRAPHIC, (side, side), whole)
    with open_raster(path, label=label, expected=_EXPECTED) as source:
        faults = header_faults(source, label, holds="heights")
        unit, factor = _unit(source)
        if factor is None:
            problem = f"the heights are in {unit!r}, which is no unit of length known here"
            faults.append(Fault(label, problem, "give metres (gdal_calc, then gdal_edit -units)"))
        if faults or factor is None:
            raise InputError(faults)
        transform, crs = upright(source), source.crs.to_wkt()
        window = window_over(
            grid, transform=transform, crs=crs, shape=source.shape, margin=SEARCH_POSTS
        )
        scale, offset = source.scales[0] * factor, source.offsets[0] * factor
        said = "" if factor == 1.0 else unit
        return HeightFile(path, label, transform, crs, source.shape, window, (scale, offset), said)


def read_posts(
    file: HeightFile, window: Window, *, posts: Unpack
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """Read a window of a terrain file.

    Parameters
    ----------
    file
        From :func:`open_heights`.
    window
        Within the file, rows from the north.
    posts
        As for :func:`open_heights`.

    Returns
    -------
    stored
        Numbers as the file holds them, float64, NaN where it says that one is missing.
    heights_m
        Heights, m, float32, NaN where missing by the file or by `file.voids`.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    if is_hgt(file.path):
        rows, columns = window.toslices()
        raw = posts(file.path, label=file.label)[rows, columns]
        stored = np.where(raw == VOID, np.nan, raw).astype(np.float64)
    else:
        with open_raster(file.path, label=file.label, expected=_EXPECTED) as source:
            stored = read_upright(source, window).astype(np.float64)
            stored[read_upright(source, window, masks=True) == 0] = np.nan
    factor, offset = file.to_metres
    heights_m = (stored * factor + offset).astype(np.float32)
    for value in file.voids:
        heights_m[stored == value] = np.nan
    return stored, heights_m


def _unit(source: rasterio.DatasetReader) -> tuple[str, float | None]:
    """Return the unit of heights and the metres in it: of the band, else of a vertical CRS."""
    said = (source.units[0] or "").strip()
    if said:
        return said, _metres_in(said.lower())
    crs = CRS.from_user_input(source.crs.to_wkt()) if source.crs is not None else None
    for part in crs.sub_crs_list if crs is not None else ():
        if part.is_vertical and part.axis_info:
            axis = part.axis_info[0]
            return axis.unit_name, axis.unit_conversion_factor
    return "", 1.0


def _metres_in(unit: str) -> float | None:
    """Return the metres in a unit of ``catalog/length_units.csv``."""
    for row in table("length_units").to_dict("records"):
        if unit in str(row["spellings"]).split("|"):
            return float(row["metres"])
    return None
