"""How is a raster file opened safely, and what is wrong with its header?

Only local files are opened, of formats that name no others; a VRT may name others, which must be
local files too. Rows are always handed over from north to south.
"""

from __future__ import annotations

import html
import math
import re
import warnings
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
import rasterio
from affine import Affine
from pyproj.exceptions import ProjError
from rasterio.enums import ColorInterp
from rasterio.errors import CRSError, NotGeoreferencedWarning, RasterioError
from rasterio.warp import transform_bounds
from rasterio.windows import Window

from infraplan.errors import Fault, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan.geo import Grid

__all__ = [
    "blocks_of",
    "header_faults",
    "open_raster",
    "pixels_per_cell",
    "read_upright",
    "together",
    "upright",
    "vrt_parts",
    "window_over",
]

_DRIVERS: Final = {".vrt": "VRT", ".img": "HFA", ".asc": "AAIGrid"}
_TIFF: Final = "GTiff"
"""What any other ending is taken for; drivers that would reach for other files or for the network
are never tried."""

_CACHE_MB: Final = 64
"""GDAL keeps so much of what it unpacked; its own default follows the machine's memory."""

_BLOCK_MOST_BYTES: Final = 1 << 28
"""GDAL unpacks a file block by block; one this large would not fit beside the rest."""

_VRT_MOST_BYTES: Final = 1 << 26
_VRT_SOURCE: Final = re.compile(
    r"<Source(?:Filename|Dataset)\b([^>]*)>([^<]*)</Source(?:Filename|Dataset)>"
)
_VRT_PARTS: Final = (".tif", ".tiff", ".hgt", ".img", ".asc")
_NAMED_MOST: Final = 10
_LABELS_MOST: Final = 3


@contextmanager
def open_raster(path: Path, *, label: str, expected: str) -> Iterator[rasterio.DatasetReader]:
    """Open a local raster file.

    Parameters
    ----------
    path
        A GeoTIFF, a VRT of local files (.vrt), an Erdas .img or an ASCII grid (.asc).
    label
        Its name for messages.
    expected
        What it should be, for messages, such as ``"a GeoTIFF of classes"``.

    Raises
    ------
    InputError
        If it cannot be read, on opening or later in the block; or it is a VRT of other than
        local files.
    """
    if path.suffix.lower() == ".vrt":
        vrt_parts(path, label=label)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            source = rasterio.open(path, driver=_DRIVERS.get(path.suffix.lower(), _TIFF))
        with source, rasterio.Env(GDAL_CACHEMAX=_CACHE_MB):
            yield source
    except RasterioError as error:
        reason = " ".join(str(error.__cause__ or error).replace(str(path), path.name).split())[:200]
        problem = f"the raster cannot be read ({reason}); it is cut short or of another format"
        remedy = f"copy or download it again; it is {expected}"
        raise InputError([Fault(label, problem, remedy)]) from None


def vrt_parts(path: Path, *, label: str) -> tuple[Path, ...]:
    """Return the files that a VRT is made of.

    Raises
    ------
    InputError
        If it names anything but local raster files that are there; every fault is listed.
    """
    remedy = "make it again of local files (gdalbuildvrt), or list the files themselves in `paths`"
    if path.stat().st_size > _VRT_MOST_BYTES:
        problem = f"the VRT is larger than {_VRT_MOST_BYTES:,} bytes"
        raise InputError([Fault(label, problem, remedy)])
    text = path.read_text(encoding="utf-8", errors="replace")
    parts: dict[Path, None] = {}
    wrong: dict[str, str] = {}
    for told, escaped in _VRT_SOURCE.findall(text):
        name = html.unescape(escaped).strip()
        part = path.parent / name if 'relativeToVRT="1"' in told else type(path)(name)
        if not name.lower().endswith(_VRT_PARTS) or "://" in name or name.startswith("/vsi"):
            wrong[name] = "is no local raster file"
        elif not part.is_file():
            wrong[name] = "is not there"
        else:
            parts[part] = None
    if not parts and not wrong:
        raise InputError([Fault(label, "the VRT names no file", remedy)])
    if wrong:
        shown = list(wrong.items())[:_NAMED_MOST]
        faults = [Fault(label, f"the VRT names {n}, which {why}", remedy) for n, why in shown]
        if len(wrong) > _NAMED_MOST:
            more = len(wrong) - _NAMED_MOST
            faults.append(Fault(label, f"{more} more files of the VRT are wrong", remedy))
        raise InputError(faults)
    return tuple(parts)


def header_faults(
    source: rasterio.DatasetReader, label: str, *, holds: str, palette: bool = False
) -> list[Fault]:
    """List what in the header keeps a file from being one band of values that lie somewhere.

    Parameters
    ----------
    source
        An open raster.
    label
        Its name for messages.
    holds
        What its band should hold, for messages, such as ``"heights"``.
    palette
        Whether numbers that stand for colours are welcome, as in rasters of classes.
    """
    faults = []
    turn = source.transform
    if source.crs is None:
        problem, remedy = "the raster has no CRS", "assign it one (gdal_edit -a_srs)"
        if turn == Affine.identity():
            problem += ", nor does it say where it lies"
            remedy = "give the georeferenced file, with its .tfw or .aux.xml if it has one"
        faults.append(Fault(label, problem, remedy))
    elif turn == Affine.identity():
        problem = "the raster does not say where it lies: it has a CRS but no coordinates"
        remedy = "give the georeferenced file (gdal_translate -a_ullr, or gdalwarp)"
        faults.append(Fault(label, problem, remedy))
    elif turn.b != 0 or turn.d != 0 or turn.a <= 0 or turn.e == 0:
        problem = "the raster is turned or mirrored"
        faults.append(Fault(label, problem, "bring it upright, north up (gdalwarp)"))
    if source.count != 1:
        problem = f"the raster has {source.count} bands; one band of {holds} is expected"
        remedy = f"keep the band of {holds}, not its picture (gdal_translate -b 1)"
        return [*faults, Fault(label, problem, remedy)]
    if source.dtypes[0].startswith("complex"):
        problem = f"the values are {source.dtypes[0]}, which are no {holds}"
        faults.append(Fault(label, problem, f"give a raster of {holds}"))
    if not palette and source.colorinterp[0] == ColorInterp.palette:
        problem = f"the values are numbers of colours, not {holds}: the raster is a picture"
        faults.append(Fault(label, problem, f"give the raster of {holds} itself"))
    rows, columns = source.block_shapes[0]
    if rows * columns * np.dtype(source.dtypes[0]).itemsize > _BLOCK_MOST_BYTES:
        problem = f"its blocks of {rows:,} × {columns:,} values are too large to read one by one"
        faults.append(Fault(label, problem, "store it in tiles (gdal_translate -co TILED=YES)"))
    return faults


def upright(source: rasterio.DatasetReader) -> Affine:
    """Return the transform of the rows from north to south, however they are stored."""
    turn: Affine = source.transform
    if turn.e < 0:
        return turn
    return Affine(turn.a, 0.0, turn.c, 0.0, -turn.e, turn.f + turn.e * source.height)


def read_upright(
    source: rasterio.DatasetReader, window: Window, *, masks: bool = False
) -> NDArray[np.generic]:
    """Read a window counted from the north, rows from north to south.

    Parameters
    ----------
    source
        An open raster.
    window
        Rows and columns by the transform of :func:`upright`.
    masks
        The mask (0 is missing) in place of the values.
    """
    read = source.read_masks if masks else source.read
    turned = source.transform.e > 0
    row = source.height - window.row_off - window.height if turned else window.row_off
    stored = read(1, window=Window(window.col_off, row, window.width, window.height))
    values: NDArray[np.generic] = stored[::-1] if turned else stored
    return values


def window_over(
    grid: Grid, *, transform: Affine, crs: str, shape: Sequence[int], margin: int
) -> Window | None:
    """Return the pixels under a grid and `margin` pixels around it; None where they do not meet.

    Parameters
    ----------
    grid
        The cells.
    transform, crs, shape
        Of the raster, rows from north to south.
    margin
        Pixels read beyond the grid.
    """
    bounds = _bounds_in(crs, grid)
    if bounds is None:
        return None
    west, south, east, north = bounds
    left = max(math.floor((west - transform.c) / transform.a) - margin, 0)
    top = max(math.floor((north - transform.f) / transform.e) - margin, 0)
    right = min(math.ceil((east - transform.c) / transform.a) + margin, shape[1])
    bottom = min(math.ceil((south - transform.f) / transform.e) + margin, shape[0])
    if right <= left or bottom <= top:
        return None
    return Window(left, top, right - left, bottom - top)


def _bounds_in(crs: str, grid: Grid) -> tuple[float, float, float, float] | None:
    """Return the bounds of a grid in another CRS, or None where it has no place there."""
    try:
        west, south, east, north = transform_bounds(grid.crs, crs, *grid.bounds)
    except (RasterioError, CRSError, ProjError):
        return None
    known = all(math.isfinite(b) for b in (west, south, east, north)) and west < east
    return (west, south, east, north) if known else None


def pixels_per_cell(grid: Grid, *, transform: Affine, crs: str) -> tuple[float, float]:
    """Return the pixels of a raster across a cell: from west to east, from north to south.

    Both are 1 where the grid has no place in the CRS of the raster.
    """
    bounds = _bounds_in(crs, grid)
    if bounds is None:
        return 1.0, 1.0
    west, south, east, north = bounds
    across = (east - west) / transform.a / grid.columns
    return across, (north - south) / -transform.e / grid.rows


def together(labels: Sequence[str]) -> str:
    """Name files in a message: the first ones, and how many more.

    Examples
    --------
    >>> together(["a.tif", "b.tif"])
    'a.tif, b.tif'
    >>> together(["a.tif", "b.tif", "c.tif", "d.tif", "e.tif"])
    'a.tif, b.tif, c.tif and 2 more files'
    """
    more = len(labels) - _LABELS_MOST
    named = ", ".join(labels[:_LABELS_MOST] if more > 1 else labels)
    return f"{named} and {more} more files" if more > 1 else named


def blocks_of(grid: Grid, *, side: int) -> Iterator[tuple[Grid, slice, slice]]:
    """Cut a grid into squares of at most `side` cells.

    Yields
    ------
    tuple of (Grid, slice, slice)
        A part of the grid, and its rows and columns in it.
    """
    for top in range(0, grid.rows, side):
        for left in range(0, grid.columns, side):
            rows, columns = min(side, grid.rows - top), min(side, grid.columns - left)
            block = replace(
                grid,
                x_min_m=grid.x_min_m + left * grid.cell_size_m,
                y_max_m=grid.y_max_m - top * grid.cell_size_m,
                rows=rows,
                columns=columns,
            )
            yield block, slice(top, top + rows), slice(left, left + columns)
