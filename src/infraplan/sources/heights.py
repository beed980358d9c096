"""What posts does one terrain file hold: a GeoTIFF, or an SRTM HGT?

Posts are read as they are: voids stay NaN, and whatever keeps a file from being whole is a fault.
"""

from __future__ import annotations

import gzip
import re
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import rasterio
from affine import Affine
from rasterio.errors import RasterioError
from rasterio.warp import transform_bounds
from rasterio.windows import Window, from_bounds

from infraplan.errors import Fault, InputError
from infraplan.geo import GEOGRAPHIC

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan.geo import Grid

__all__ = ["SEARCH_POSTS", "Posts", "read_posts"]

SEARCH_POSTS: Final = 100
"""A void farther than this many posts from any height is not filled."""

_HGT_SIDES: Final = (1201, 3601)
_HGT_NAME: Final = re.compile(r"([NS])(\d{2})([EW])(\d{3})", re.IGNORECASE)
_HGT_VOID: Final = -32768
_HGT_BYTES: Final = 2
_LOWEST_LAND_M, _HIGHEST_LAND_M = -500.0, 9000.0
"""Below the shore of the Dead Sea, above Everest: nothing beyond these is the height of land."""


@dataclass(frozen=True, slots=True)
class Posts:
    """Heights of one file.

    Attributes
    ----------
    label
        The file as the study names it.
    heights_m
        Rows from north to south; NaN is a void.
    transform
        From (column, row) to the corner of a pixel; a post is the middle of its pixel.
    crs
        CRS of the transform.
    """

    label: str
    heights_m: NDArray[np.float32]
    transform: Affine
    crs: str


def read_posts(path: Path, *, label: str, grid: Grid) -> Posts:
    """Read the posts of a file in and around a grid.

    Parameters
    ----------
    path
        A GeoTIFF, or an SRTM tile .hgt or .hgt.gz named by its south-west corner (N42E001).
    label
        Its name for messages.
    grid
        The cells that need heights; posts up to `SEARCH_POSTS` beyond it are read too.

    Raises
    ------
    InputError
        If the file is cut short, is not what its name says, has no CRS, or holds values that are
        no heights of land.
    """
    name = path.name.lower()
    if name.endswith((".hgt", ".hgt.gz")):
        return _hgt(path, label)
    return _geotiff(path, label, grid)


def _refuse(label: str, problem: str, remedy: str) -> InputError:
    return InputError([Fault(label, problem, remedy)])


def _hgt(path: Path, label: str) -> Posts:
    corner = _HGT_NAME.match(path.name)
    if corner is None:
        remedy = "name it by its south-west corner, such as N21E105.hgt"
        raise _refuse(label, "the name of the HGT file does not say where it lies", remedy)
    content = _unpacked(path, label)
    sides = {n * n * _HGT_BYTES: n for n in _HGT_SIDES}
    side = sides.get(len(content))
    if side is None:
        expected = " or ".join(f"{size:,} ({n} × {n} posts)" for size, n in sides.items())
        problem = f"the file holds {len(content):,} bytes instead of {expected}; it is cut short"
        raise _refuse(label, problem, "download the tile again")
    raw = np.frombuffer(content, dtype=">i2").reshape(side, side)
    heights_m = np.where(raw == _HGT_VOID, np.nan, raw).astype(np.float32)
    south = int(corner[2]) * (1 if corner[1].upper() == "N" else -1)
    west = int(corner[4]) * (1 if corner[3].upper() == "E" else -1)
    step_deg = 1.0 / (side - 1)
    transform = Affine(step_deg, 0.0, west - step_deg / 2, 0.0, -step_deg, south + 1 + step_deg / 2)
    return Posts(label, _land_only(heights_m, label), transform, GEOGRAPHIC)


def _unpacked(path: Path, label: str) -> bytes:
    if path.suffix.lower() != ".gz":
        return path.read_bytes()
    try:
        with gzip.open(path) as stream:
            return stream.read()
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        problem = f"the file cannot be unpacked ({error}); it is cut short or damaged"
        raise _refuse(label, problem, "download the tile again") from None


def _geotiff(path: Path, label: str, grid: Grid) -> Posts:
    try:
        with rasterio.open(path) as source:
            if source.crs is None:
                raise _refuse(label, "the raster has no CRS", "assign it one (gdal_edit -a_srs)")
            if source.count != 1:
                problem = f"the raster has {source.count} bands; terrain has one"
                raise _refuse(label, problem, "keep the band of heights (gdal_translate -b 1)")
            window = _window(source, grid)
            read = source.read(1, window=window, masked=True)
            scaled = read.astype(np.float64) * source.scales[0] + source.offsets[0]
            heights_m = scaled.filled(np.nan).astype(np.float32)
            transform = source.window_transform(window)
            crs = source.crs.to_wkt()
    except RasterioError as error:
        reason = " ".join(str(error.__cause__ or error).split())[:200]
        problem = f"the raster cannot be read ({reason}); it is cut short or of another format"
        remedy = "copy or download it again; it is a GeoTIFF or an SRTM HGT"
        raise _refuse(label, problem, remedy) from None
    return Posts(label, _land_only(heights_m, label), transform, crs)


def _window(source: rasterio.DatasetReader, grid: Grid) -> Window:
    """Return the part of a raster in and around a grid; one pixel where they do not meet."""
    west, south, east, north = transform_bounds(grid.crs, source.crs, *grid.bounds)
    wanted = from_bounds(west, south, east, north, source.transform)
    left = max(int(wanted.col_off) - SEARCH_POSTS, 0)
    top = max(int(wanted.row_off) - SEARCH_POSTS, 0)
    right = min(int(wanted.col_off + wanted.width) + SEARCH_POSTS + 1, source.width)
    bottom = min(int(wanted.row_off + wanted.height) + SEARCH_POSTS + 1, source.height)
    if right <= left or bottom <= top:
        return Window(0, 0, 1, 1)
    return Window(left, top, right - left, bottom - top)


def _land_only(heights_m: NDArray[np.float32], label: str) -> NDArray[np.float32]:
    """Refuse values that cannot be heights of land, such as an undeclared nodata value."""
    wrong = (heights_m < _LOWEST_LAND_M) | (heights_m > _HIGHEST_LAND_M) | np.isinf(heights_m)
    if wrong.any():
        found = float(heights_m[wrong][0])
        problem = f"{int(wrong.sum()):,} values are no heights of land in metres, such as {found:g}"
        remedy = "declare the missing value (gdal_edit -a_nodata), or give metres"
        raise _refuse(label, problem, remedy)
    return heights_m
