"""Whom would chosen masts serve if each had to stand a plot of land away?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
from scipy import sparse
from scipy.sparse import csr_array

from infraplan.siting.demand_columns import SINGLE_OPERATOR
from infraplan.siting.options import NEW_MAST
from infraplan.siting.reach import reach_options
from infraplan.siting.robust_settings import DIRECTIONS

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from infraplan.siting.reach import Reach
    from infraplan.study import Study

__all__ = ["NOBODY", "moved_rows", "option_key"]

NOBODY: Final = -1
"""Row of an option that serves nobody."""


def option_key(reach: Reach, option: int, place: str) -> tuple[str, float, str | None]:
    """Return what tells an option from the others: its place, height and operator."""
    return place, float(reach.options.mast_height_m[option]), reach.options.operator[option]


def moved_rows(
    study: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    options: NDArray[np.int64],
    places: NDArray[np.int64],
    *,
    distance_m: float,
    executor: Executor | None,
) -> tuple[csr_array, NDArray[np.int64]]:
    """Predict new masts among some candidates at their neighbouring positions.

    Parameters
    ----------
    study, gaps, spots, reach
        As for :func:`infraplan.siting.robustness`.
    options
        Options of the reach that are wanted.
    places
        Candidates that may move; the existing masts among them stay.
    distance_m
        How far, rounded up to whole cells.
    executor
        Runs the predictions side by side.

    Returns
    -------
    tuple of csr_array and numpy.ndarray
        Margins, those of the options in place first; and the row of each option in each direction,
        shape (directions, options), :data:`NOBODY` where it serves nobody. A mast that would leave
        the study's grid stays. Demand for a second operator is counted only where the option may
        serve it from its own position: sharing comes first.
    """
    new = np.array([p for p in places if spots["kind"].iloc[p] == NEW_MAST], dtype=np.int64)
    stacked = [csr_array(reach.matrix[options])]
    row_of = np.tile(np.arange(len(options)), (len(DIRECTIONS), 1))
    step = max(math.ceil(distance_m / study.grid.cell_size_m), 1)
    for direction in range(1, len(DIRECTIONS)):
        moved, gone = _moved(study, spots, new, direction, step)
        if not len(gone):
            continue
        found = reach_options(
            study,
            moved,
            gaps,
            threshold_dbm=reach.threshold_dbm,
            slack_db=reach.slack_db,
            executor=executor,
        )
        mine, theirs = _matched(reach, options, found)
        row_of[direction, np.isin(reach.options.place[options], gone)] = NOBODY
        row_of[direction, mine] = sum(part.shape[0] for part in stacked) + np.arange(len(mine))
        stacked.append(_allowed(found.matrix[theirs], stacked[0][mine], reach))
    return csr_array(sparse.vstack(stacked, format="csr")), row_of


def _moved(
    study: Study, spots: gpd.GeoDataFrame, new: NDArray[np.int64], direction: int, step: int
) -> tuple[gpd.GeoDataFrame, NDArray[np.int64]]:
    """Return the candidates that can go in a direction, moved, and their positions in the table."""
    grid, table = study.grid, spots.iloc[new]
    row, column = grid.index(table.geometry.x.to_numpy(), table.geometry.y.to_numpy())
    down, right = DIRECTIONS[direction]
    row, column = row + step * down, column + step * right
    inside = grid.inside(row, column)
    points = gpd.points_from_xy(*grid.centre(row[inside], column[inside]), crs=spots.crs)
    moved = gpd.GeoDataFrame(table.loc[inside].drop(columns="geometry"), geometry=points)
    return moved.reset_index(drop=True), new[inside]


def _matched(
    reach: Reach, options: NDArray[np.int64], found: Reach
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return positions in `options` and options of `found` that are the same way of building."""
    mine = {
        option_key(reach, option, reach.candidate_id[reach.options.place[option]]): number
        for number, option in enumerate(options.tolist())
    }
    pairs = [
        (mine[key], option)
        for option in range(len(found.options))
        if (key := option_key(found, option, found.candidate_id[found.options.place[option]]))
        in mine
    ]
    both = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _allowed(moved: csr_array, own: csr_array, reach: Reach) -> csr_array:
    """Drop demand for a second operator that the option may not serve from its own position."""
    single = reach.demand.kind == SINGLE_OPERATOR
    others, seconds = moved.copy(), csr_array(moved.multiply(own > 0))
    others.data = np.where(single[others.indices], 0, others.data).astype(np.int8)
    seconds.data = np.where(single[seconds.indices], seconds.data, 0).astype(np.int8)
    both = csr_array(others + seconds)
    both.eliminate_zeros()
    return both
