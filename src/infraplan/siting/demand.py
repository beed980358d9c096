"""Which people live in gaps, cell by cell, and how many of them near a place?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from rasterio.features import geometry_mask

from infraplan.siting.rules import require_crs

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.study import Study

__all__ = ["Demand", "gap_demand", "people_within"]

_PEOPLE_DECIMALS = 6  # a millionth of a person: hides the rounding of running sums


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """People in gaps, for each cell that has any.

    Attributes
    ----------
    rows, columns
        Cells of the study's grid, in row-major order, shape (n,).
    people
        Persons in each cell, above 0, shape (n,).
    shape
        Rows and columns of the grid.
    """

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    people: NDArray[np.float64]
    shape: tuple[int, int]

    def raster(self) -> NDArray[np.float64]:
        """Return the persons as an array of the grid's shape, 0 outside the gaps."""
        result = np.zeros(self.shape)
        result[self.rows, self.columns] = self.people
        return result

    def numbers(self) -> NDArray[np.int32]:
        """Return the position of each cell in this demand as an array of the grid, else -1."""
        result = np.full(self.shape, -1, dtype=np.int32)
        result[self.rows, self.columns] = np.arange(len(self.people), dtype=np.int32)
        return result


def gap_demand(study: Study, gaps: gpd.GeoDataFrame) -> Demand:
    """Count the people of the cells whose centre lies in a gap.

    Parameters
    ----------
    study
        Its grid and people.
    gaps
        Table ``gaps``; the outlines run along the cells, so no cell is cut.

    Returns
    -------
    Demand
        Only cells with people.

    Raises
    ------
    CrsError
        If the gaps are in another CRS than the study.
    """
    require_crs(study, gaps, what="gaps")
    people = np.nan_to_num(study.people.values.astype(np.float64))
    if gaps.empty:
        inside = np.zeros(study.grid.shape, dtype=np.bool_)
    else:
        inside = geometry_mask(
            gaps.geometry, out_shape=study.grid.shape, transform=study.grid.transform, invert=True
        )
    rows, columns = np.nonzero(inside & (people > 0))
    return Demand(
        rows.astype(np.int64), columns.astype(np.int64), people[rows, columns], study.grid.shape
    )


def people_within(
    people: NDArray[np.float64],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    *,
    radius_cells: float,
) -> NDArray[np.float64]:
    """Add up the people of the cells around places, cell centre to cell centre.

    Parameters
    ----------
    people
        Persons per cell, shape of the grid.
    rows, columns
        Cells of the places, shape (n,), on the grid.
    radius_cells
        Radius of the disc, in cells.

    Returns
    -------
    numpy.ndarray
        Persons, shape (n,).
    """
    height, width = people.shape
    sums = np.zeros((height, width + 1))
    np.cumsum(people, axis=1, out=sums[:, 1:])
    total = np.zeros(len(rows))
    for offset in range(-math.floor(radius_cells), math.floor(radius_cells) + 1):
        half = math.floor(math.sqrt(radius_cells**2 - offset**2))
        line = rows + offset
        on = (line >= 0) & (line < height)
        left = np.clip(columns[on] - half, 0, width)
        right = np.clip(columns[on] + half + 1, 0, width)
        total[on] += sums[line[on], right] - sums[line[on], left]
    return np.round(total, _PEOPLE_DECIMALS)
