"""What is a raster, and what are its values at points or on another grid?

A raster never travels as a bare array: values, grid, unit, name and origin go together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from rasterio.enums import Resampling
from rasterio.warp import reproject

from infraplan.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from infraplan.geo.grid import Grid

__all__ = ["Raster"]


@dataclass(frozen=True, slots=True)
class Raster:
    """Values on a grid.

    Attributes
    ----------
    name
        What the values are, ending in their unit, such as ``"rsrp_dbm"``.
    unit
        Unit of the values.
    grid
        Where the cells lie.
    values
        Array of the grid's shape; missing is NaN in floats and `nodata` in integers.
    origin
        How the values are known (measured, declared, estimated, approximate, assumed, simulated).
    nodata
        Value that means missing in an integer raster; None in a float one.
    """

    name: str
    unit: str
    grid: Grid
    values: NDArray[np.float32] | NDArray[np.float64] | NDArray[np.int32] | NDArray[np.uint8]
    origin: str
    nodata: int | None = None

    def __post_init__(self) -> None:
        """Refuse values that do not fit the grid.

        Raises
        ------
        ParameterError
            If the shape differs.
        """
        if self.values.shape != self.grid.shape:
            raise ParameterError(
                f"The raster {self.name!r} has {self.values.shape} values on a grid of "
                f"{self.grid.shape}."
            )

    def at(self, x_m: ArrayLike, y_m: ArrayLike) -> NDArray[np.float64]:
        """Return the value of the cell at each point, NaN off the grid or where missing."""
        rows, columns = self.grid.index(x_m, y_m)
        inside = self.grid.inside(rows, columns)
        result = np.full(rows.shape, np.nan)
        result[inside] = self.values[rows[inside], columns[inside]]
        if self.nodata is not None:
            result[result == self.nodata] = np.nan
        return result

    def on(self, grid: Grid) -> Raster:
        """Return the same quantity on another grid, interpolated linearly between cell centres.

        Cells whose neighbourhood is unknown stay NaN. For heights and levels, not for counts.
        """
        if grid == self.grid:
            return self
        target = np.full(grid.shape, np.nan, dtype=np.float32)
        reproject(
            self.values.astype(np.float32),
            target,
            src_transform=self.grid.transform,
            src_crs=self.grid.crs,
            dst_transform=grid.transform,
            dst_crs=grid.crs,
            src_nodata=np.nan,
            dst_nodata=np.nan,
            resampling=Resampling.bilinear,
        )
        return Raster(self.name, self.unit, grid, target, self.origin)
