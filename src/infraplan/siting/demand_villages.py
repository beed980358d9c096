"""To which village does a cell belong, and what stands in it?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from infraplan import catalog

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.study import Study

__all__ = ["households_in", "nearest_villages", "points_in", "village_names"]

_MOST_NAMED = 5


def nearest_villages(
    study: Study, row: NDArray[np.int64], column: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Find the village whose centre is nearest to each cell, within the catalogue's reach.

    Returns
    -------
    numpy.ndarray
        Position in the study's villages, -1 where none is within ``village_reach_m``; shape (n,).
    """
    villages = study.villages.geometry
    if villages.empty or not len(row):
        return np.full(len(row), -1, dtype=np.int64)
    tree = cKDTree(np.column_stack([villages.x, villages.y]))
    centres = np.column_stack(study.grid.centre(row, column))
    reach_m = catalog.rule("village_reach_m")
    away_m, nearest = tree.query(centres, distance_upper_bound=reach_m)
    return np.where(np.isfinite(away_m), nearest, -1).astype(np.int64)


def households_in(
    study: Study, village: NDArray[np.int64], people: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Count the households of cells: as many for each person as their village has.

    Parameters
    ----------
    study
        Its villages; without their households and people there are none.
    village
        Position of each cell's village, -1 for none.
    people
        Persons in each cell.
    """
    share = np.zeros(len(study.villages) + 1)
    if {"households", "people"} <= set(study.villages.columns):
        homes = study.villages["households"].to_numpy(dtype=np.float64)
        persons = study.villages["people"].to_numpy(dtype=np.float64)
        known = np.isfinite(homes) & (persons > 0)
        np.divide(homes, persons, out=share[:-1], where=known)
    found: NDArray[np.float64] = share[village] * people
    return found


def points_in(study: Study, points: gpd.GeoDataFrame) -> NDArray[np.float64]:
    """Count the points in each cell of the study's grid."""
    counted = np.zeros(study.grid.shape)
    if len(points):
        rows, columns = study.grid.index(points.geometry.x, points.geometry.y)
        on = study.grid.inside(rows, columns)
        np.add.at(counted, (rows[on], columns[on]), 1.0)
    return counted


def village_names(study: Study, village: NDArray[np.int64], weight: NDArray[np.float64]) -> str:
    """Name the villages with most weight in some cells, joined by commas.

    Parameters
    ----------
    study
        Its villages.
    village
        Position of each cell's village, -1 for none.
    weight
        What each cell counts.
    """
    known = village >= 0
    sums = np.bincount(village[known], weights=weight[known], minlength=len(study.villages))
    order = np.argsort(-sums, kind="stable")[: int((sums > 0).sum())]
    names = study.villages["name"].iloc[order[:_MOST_NAMED]].tolist() if len(order) else []
    more = f" (+{len(order) - _MOST_NAMED})" if len(order) > _MOST_NAMED else ""
    return ", ".join(str(name) for name in names) + more
