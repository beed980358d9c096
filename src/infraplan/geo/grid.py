"""Where do the cells of a raster lie on the ground?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from affine import Affine

from infraplan.errors import ParameterError
from infraplan.geo.crs import require_metric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["Grid"]


@dataclass(frozen=True, slots=True)
class Grid:
    """Square cells in a metric CRS, rows from north to south.

    Attributes
    ----------
    crs
        Authority code of a CRS in metres.
    x_min_m, y_max_m
        North-west corner.
    cell_size_m
        Side of a cell.
    rows, columns
        Number of cells.
    """

    crs: str
    x_min_m: float
    y_max_m: float
    cell_size_m: float
    rows: int
    columns: int

    def __post_init__(self) -> None:
        """Refuse degrees and empty grids.

        Raises
        ------
        CrsError
            If the CRS is not in metres.
        ParameterError
            If a size is not positive.
        """
        require_metric(self.crs, what="The grid")
        if not (self.cell_size_m > 0 and self.rows > 0 and self.columns > 0):
            raise ParameterError(
                f"A grid needs a positive cell size and at least one cell, not {self.rows} × "
                f"{self.columns} cells of {self.cell_size_m} m."
            )

    @classmethod
    def cover(
        cls, bounds: Sequence[float], *, crs: str, cell_size_m: float, margin_m: float = 0.0
    ) -> Grid:
        """Return the smallest grid over `bounds` whose corners are multiples of the cell size.

        Parameters
        ----------
        bounds
            West, south, east, north in `crs`, m.
        crs
            A CRS in metres.
        cell_size_m
            Side of a cell.
        margin_m
            Added on every side.
        """
        west, south, east, north = bounds
        left = math.floor((west - margin_m) / cell_size_m)
        right = math.ceil((east + margin_m) / cell_size_m)
        low = math.floor((south - margin_m) / cell_size_m)
        top = math.ceil((north + margin_m) / cell_size_m)
        return cls(
            crs,
            left * cell_size_m,
            top * cell_size_m,
            cell_size_m,
            max(top - low, 1),
            max(right - left, 1),
        )

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.rows, self.columns

    @property
    def size(self) -> int:
        """Number of cells."""
        return self.rows * self.columns

    @property
    def cell_area_m2(self) -> float:
        """Area of one cell, m²."""
        return self.cell_size_m**2

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north, m."""
        return (
            self.x_min_m,
            self.y_max_m - self.rows * self.cell_size_m,
            self.x_min_m + self.columns * self.cell_size_m,
            self.y_max_m,
        )

    @property
    def transform(self) -> Affine:
        """Affine transform from (column, row) to (x, y)."""
        return Affine(self.cell_size_m, 0.0, self.x_min_m, 0.0, -self.cell_size_m, self.y_max_m)

    def index(self, x_m: ArrayLike, y_m: ArrayLike) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the rows and columns of the cells that hold the points, not checked for range."""
        x = np.asarray(x_m, dtype=np.float64)
        y = np.asarray(y_m, dtype=np.float64)
        columns = np.floor((x - self.x_min_m) / self.cell_size_m).astype(np.int64)
        rows = np.floor((self.y_max_m - y) / self.cell_size_m).astype(np.int64)
        return rows, columns

    def inside(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which rows and columns lie on the grid."""
        return (rows >= 0) & (rows < self.rows) & (columns >= 0) & (columns < self.columns)

    def centre(
        self, rows: ArrayLike, columns: ArrayLike
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return x and y of the centres of cells, m."""
        x = self.x_min_m + (np.asarray(columns, dtype=np.float64) + 0.5) * self.cell_size_m
        y = self.y_max_m - (np.asarray(rows, dtype=np.float64) + 0.5) * self.cell_size_m
        return x, y
