"""What do the rasters of a bundle say at a point?"""

from __future__ import annotations

import math
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

import rasterio
from pyproj import Transformer
from rasterio.windows import Window

from infraplan.geo import GEOGRAPHIC
from infraplan_api.places.whole import once

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from infraplan_api.bundle import Bundle

__all__ = ["Pixels", "pixels_of"]

_FIRST = "rsrp_dbm_any.tif"
_TILE = 128
"""Side of the squares that are kept, cells: whoever asks for a point asks for its neighbour."""
_KEPT_BYTES = 16 * 1024 * 1024
_CACHE_MB = 16
"""What GDAL may keep of its own; it would take a twentieth of all memory."""


class Pixels:
    """The rasters of a bundle, each opened when it is first read and kept open.

    Parameters
    ----------
    bundle
        The bundle.

    Attributes
    ----------
    cell_size_m
        Side of a cell, m.
    """

    def __init__(self, bundle: Bundle) -> None:
        self._open: dict[str, rasterio.DatasetReader] = {}
        self._tiles: OrderedDict[tuple[str, int, int], NDArray[np.generic]] = OrderedDict()
        self._kept_bytes = 0
        self._lock = Lock()
        with rasterio.open(bundle.path(_FIRST)) as first:
            self._rows, self._columns = first.shape
            self._transform = first.transform
            self._crs = first.crs
            self.cell_size_m = float(first.transform.a)
        self._to_metric = Transformer.from_crs(GEOGRAPHIC, self._crs.to_wkt(), always_xy=True)

    def to_metric(self, lon: float, lat: float) -> tuple[float, float]:
        """Return a point in the metric CRS of the rasters, m."""
        with self._lock:
            x_m, y_m = self._to_metric.transform(lon, lat)
        return float(x_m), float(y_m)

    @property
    def crs_wkt(self) -> str:
        """Return the metric CRS of the rasters."""
        return str(self._crs.to_wkt())

    def cell(self, x_m: float, y_m: float) -> tuple[int, int] | None:
        """Return row and column of the cell that a point lies in, None outside the rasters."""
        if not (math.isfinite(x_m) and math.isfinite(y_m)):
            return None
        column, row = ~self._transform * (x_m, y_m)
        inside = 0 <= row < self._rows and 0 <= column < self._columns
        return (int(row), int(column)) if inside else None

    def values(
        self, bundle: Bundle, names: Sequence[str], cell: tuple[int, int]
    ) -> dict[str, tuple[float | None, ...]]:
        """Return what rasters say at a cell.

        Parameters
        ----------
        bundle
            The bundle of these rasters.
        names
            Files that are there.
        cell
            Row and column.

        Returns
        -------
        dict
            Name to one number per band, None where there is none.
        """
        (row, within_row), (column, within_column) = (divmod(i, _TILE) for i in cell)
        found: dict[str, tuple[float | None, ...]] = {}
        with self._lock, bundle.reading(), rasterio.Env(GDAL_CACHEMAX=_CACHE_MB):
            for name in names:
                bands = self._tile(bundle, name, row, column)
                numbers = bands[:, within_row, within_column].tolist()
                nodata = self._open[name].nodata
                found[name] = tuple(_known(v, nodata) for v in numbers)
        return found

    def _tile(self, bundle: Bundle, name: str, row: int, column: int) -> NDArray[np.generic]:
        """Return all bands of a raster in a square of cells, kept while it is asked for."""
        key = (name, row, column)
        if key in self._tiles:
            self._tiles.move_to_end(key)
            return self._tiles[key]
        if name not in self._open:
            self._open[name] = rasterio.open(bundle.path(name))
        window = Window(column * _TILE, row * _TILE, _TILE, _TILE)
        tile: NDArray[np.generic] = self._open[name].read(window=window)
        self._tiles[key] = tile
        self._kept_bytes += tile.nbytes
        while self._kept_bytes > _KEPT_BYTES:
            self._kept_bytes -= self._tiles.popitem(last=False)[1].nbytes
        return tile


def pixels_of(bundle: Bundle) -> Pixels:
    """Return the rasters of a bundle, made ready at the first call."""
    return once(bundle, "coverage pixels", Pixels)


def _known(value: float, nodata: float | None) -> float | None:
    """Return a number, None where the raster has none."""
    return None if value == nodata or not math.isfinite(value) else value
