"""What are the numbers of colours of a window of a raster, at the size in which it is drawn?

A raster is read in the blocks in which it lies in its file, each at once turned into numbers of
colours, of which the last used are kept: a tile costs reading only where nobody looked before.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import rasterio
import zstandard
from pyproj import Transformer
from rasterio.windows import Window

from infraplan_api.bundle import Recent
from infraplan_api.tiles.matrix import MERCATOR
from infraplan_api.tiles.style import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from infraplan_api.tiles.style import Style

__all__ = ["Blocks", "Source"]

_SIDE: Final = 512
_PACKING: Final = 1
_GDAL_CACHE_MB: Final = 16
"""GDAL would keep what it decoded up to a twentieth of all memory; blocks are kept here already."""


@dataclass(frozen=True, slots=True)
class _Level:
    """A raster at one size: its rows and columns."""

    rows: int
    columns: int


class Source:
    """A raster with its coarser copies; any thread may use it.

    The file is opened for each block that is read: an open one holds a decoded block of all of its
    bands, which would add up over all rasters of a bundle.

    Parameters
    ----------
    path
        A cloud-optimised GeoTIFF.

    Attributes
    ----------
    levels
        The raster and its coarser copies, the finest first.
    crs, cell_m, west_m, north_m, rows, columns
        Its metric CRS, and where its cells lie in it.
    mercator_m
        West, south, east, north of the box around it in Web Mercator, m.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._opened(0) as first:
            self.crs = str(first.crs)
            self.cell_m = float(first.transform.a)
            self.west_m, self.north_m = float(first.transform.c), float(first.transform.f)
            self.rows, self.columns = first.height, first.width
            coarser = len(first.overviews(1))
            bounds = first.bounds
        self.levels = tuple(self._level(i) for i in range(coarser + 1))
        drawn = Transformer.from_crs(self.crs, MERCATOR, always_xy=True)
        self.mercator_m = drawn.transform_bounds(*bounds)

    def level_for(self, pixel_m: float) -> int:
        """Return the coarsest level whose cells are no larger than a pixel."""
        wanted = pixel_m / self.cell_m
        found = [i for i, one in enumerate(self.levels) if self.rows / one.rows <= wanted]
        return found[-1] if found else 0

    def read(self, level: int, band: int, row: int, column: int) -> NDArray[np.generic]:
        """Return the values of a block."""
        one = self.levels[level]
        top, left = row * _SIDE, column * _SIDE
        window = Window(left, top, min(_SIDE, one.columns - left), min(_SIDE, one.rows - top))
        with self._opened(level) as reader:
            values: NDArray[np.generic] = reader.read(band, window=window)
        return values

    def whole(self, level: int) -> NDArray[np.generic]:
        """Return all values of the first band at a level."""
        with self._opened(level) as reader:
            values: NDArray[np.generic] = reader.read(1)
        return values

    def _level(self, level: int) -> _Level:
        with self._opened(level) as reader:
            return _Level(reader.height, reader.width)

    @contextmanager
    def _opened(self, level: int) -> Iterator[rasterio.DatasetReader]:
        """Open the raster, or its coarser copy."""
        chosen = {"overview_level": level - 1} if level else {}
        with (
            rasterio.Env(GDAL_CACHEMAX=_GDAL_CACHE_MB),
            rasterio.open(self._path, **chosen) as reader,
        ):
            yield reader


class Blocks:
    """Keep the last used blocks of all rasters of a bundle, as numbers of colours, packed.

    A packed block takes a tenth of the room, and unpacking it a hundredth of the time of reading.

    Parameters
    ----------
    most_bytes
        All blocks together, as they are kept.
    """

    def __init__(self, *, most_bytes: int = 16 * 1024 * 1024) -> None:
        self._kept: Recent[tuple[tuple[int, ...], bytes]] = Recent(most_bytes=most_bytes)

    def window(
        self,
        name: str,
        source: Source,
        style: Style,
        *,
        band: int,
        level: int,
        rows: tuple[int, int],
        columns: tuple[int, int],
    ) -> NDArray[np.uint8]:
        """Return the numbers of colours of a window; what lies off the raster is unknown.

        Parameters
        ----------
        name
            Of the layer, under which blocks are kept.
        source, style
            Where values come from, and what makes numbers of them.
        band, level
            Band from 1; level from 0, the finest.
        rows, columns
            First and one after the last, at that level.
        """
        top, left = rows[0], columns[0]
        found = np.full((rows[1] - top, columns[1] - left), UNKNOWN, dtype=np.uint8)
        size = source.levels[level]
        for r in range(max(top, 0) // _SIDE, -(-min(rows[1], size.rows) // _SIDE)):
            for c in range(max(left, 0) // _SIDE, -(-min(columns[1], size.columns) // _SIDE)):
                block = self._block((name, band, level, r, c), source, style)
                _paste(block, found, r * _SIDE - top, c * _SIDE - left)
        return found

    def _block(
        self, key: tuple[str, int, int, int, int], source: Source, style: Style
    ) -> NDArray[np.uint8]:
        kept = self._kept.get(key)
        if kept is not None:
            shape, packed = kept
            whole = zstandard.ZstdDecompressor().decompress(packed)
            return np.frombuffer(whole, dtype=np.uint8).reshape(shape)
        _, band, level, row, column = key
        found = style.numbers(source.read(level, band, row, column))
        packed = zstandard.ZstdCompressor(level=_PACKING).compress(found.tobytes())
        self._kept.put(key, (found.shape, packed), size_bytes=len(packed))
        return found


def _paste(block: NDArray[np.uint8], into: NDArray[np.uint8], top: int, left: int) -> None:
    """Lay a block into a picture, cut where it reaches over."""
    rows, columns = block.shape
    r0, c0 = max(top, 0), max(left, 0)
    r1, c1 = min(top + rows, into.shape[0]), min(left + columns, into.shape[1])
    if r1 > r0 and c1 > c0:
        into[r0:r1, c0:c1] = block[r0 - top : r1 - top, c0 - left : c1 - left]
