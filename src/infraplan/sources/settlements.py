"""In which cells do people live, when only settlements and totals are known?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from infraplan.catalog import table
from infraplan.errors import Fault, InputError
from infraplan.geo import Raster, zone_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.geo import Grid

__all__ = ["people_by_nearest", "spread_evenly", "spread_villages"]

_PAIRS_AT_ONCE = 4_000_000


def spread_evenly(
    villages: gpd.GeoDataFrame,
    residential: gpd.GeoSeries,
    grid: Grid,
    *,
    total_people: float,
    communes: gpd.GeoDataFrame,
) -> Raster:
    """Spread a total evenly over residential land and discs around settlements.

    The radius of a disc follows the column place and the catalogue ``settlement_radii``. Land
    outside the communes holds nobody.

    Parameters
    ----------
    villages
        Settlements with the column place, in the CRS of the grid.
    residential
        Polygons of residential land in the CRS of the grid; may be empty.
    grid
        The cells.
    total_people
        People to spread.
    communes
        Boundaries in the CRS of the grid.

    Returns
    -------
    Raster
        ``people``, persons per cell, estimated; sums to the total.

    Raises
    ------
    InputError
        If a place has no radius, or no settled land lies in the communes.
    """
    radii = table("settlement_radii")
    radius_m = dict(zip(radii["place"], radii["radius_m"].astype(float), strict=True))
    unknown = sorted({str(place) for place in villages["place"]} - set(radius_m))
    if unknown:
        remedy = f"use one of {', '.join(radius_m)}"
        raise InputError([Fault("villages", f"the place {unknown[0]!r} has no radius", remedy)])
    radii_m = villages["place"].map(radius_m).to_numpy()
    discs = shapely.buffer(villages.geometry.to_numpy(), radii_m, quad_segs=16)
    settled = shapely.union_all([*discs, *residential])
    land = shapely.intersection(settled, shapely.union_all(communes.geometry.to_numpy()))
    share = np.zeros(grid.size)
    if land.area > 0:
        weights = zone_weights(gpd.GeoSeries([land], crs=grid.crs), grid)
        share = weights.toarray().ravel()
    if not share.sum() > 0:
        problem = "no settlement and no residential land lies in the communes"
        raise InputError([Fault("villages", problem, "give settlements inside the boundaries")])
    values = (share * (total_people / share.sum())).reshape(grid.shape)
    return Raster("people", "persons per cell", grid, values, "estimated")


def spread_villages(
    villages: gpd.GeoDataFrame, grid: Grid, *, radius_m: float
) -> NDArray[np.float64]:
    """Spread each village's people around its point, more of them near it.

    A cell at distance d from the village gets a share in proportion to (1 - (d / radius)²)², so
    the share falls smoothly to nothing at the radius. Where no cell centre is that near, the
    village's own cell holds everybody.

    Parameters
    ----------
    villages
        Points in the CRS of the grid with the column people. A village whose people are not known
        counts as the median of the others, or as 1 where none is known.
    grid
        The cells.
    radius_m
        Radius within which a village's people live, m.

    Returns
    -------
    numpy.ndarray
        People per cell, flat, row-major, float64. The villages on the grid keep their sums.
    """
    rows, columns = grid.index(villages.geometry.x, villages.geometry.y)
    people = villages["people"].to_numpy(dtype=np.float64)
    usual = float(np.nanmedian(people)) if np.isfinite(people).any() else 1.0
    people = np.where(np.isfinite(people), people, usual)
    on_grid = grid.inside(rows, columns)
    reach = int(np.ceil(radius_m / grid.cell_size_m))
    steps = np.arange(-reach, reach + 1)
    down, right = (a.ravel() for a in np.meshgrid(steps, steps, indexing="ij"))
    flat = np.zeros(grid.size)
    x, y = (np.asarray(a, dtype=np.float64) for a in (villages.geometry.x, villages.geometry.y))
    at_once = max(_PAIRS_AT_ONCE // down.size, 1)
    chosen = np.flatnonzero(on_grid)
    for first in range(0, chosen.size, at_once):
        block = chosen[first : first + at_once]
        r = rows[block, None] + down
        c = columns[block, None] + right
        cell_x, cell_y = grid.centre(r, c)
        distance_m = np.hypot(cell_x - x[block, None], cell_y - y[block, None])
        weight = np.clip(1.0 - (distance_m / radius_m) ** 2, 0.0, None) ** 2
        weight *= grid.inside(r, c)
        weight[weight.sum(axis=1) == 0, down.size // 2] = 1.0
        weight *= (people[block] / weight.sum(axis=1))[:, None]
        kept = weight > 0
        flat += np.bincount((r * grid.columns + c)[kept], weights=weight[kept], minlength=grid.size)
    return flat


def people_by_nearest(people: Raster, villages: gpd.GeoDataFrame) -> pd.Series:
    """Give the people of each cell to the nearest settlement.

    Parameters
    ----------
    people
        Persons per cell.
    villages
        Points in the CRS of the raster.

    Returns
    -------
    pandas.Series
        People per settlement, index of `villages`; they sum to the raster.
    """
    persons = np.asarray(people.values, dtype=np.float64).ravel()
    settled = np.flatnonzero(persons > 0)
    x_m, y_m = people.grid.centre(*np.divmod(settled, people.grid.columns))
    points = np.column_stack([villages.geometry.x, villages.geometry.y])
    _, nearest = cKDTree(points).query(np.column_stack([x_m, y_m]))
    sums = np.bincount(nearest, weights=persons[settled], minlength=len(villages))
    return pd.Series(sums, index=villages.index, name="people")
