"""Which of several cells would serve a pixel best, by the exact model?

No path is computed that free space rules out: the result is the same as from all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from infraplan.calibration.levels import radiated_dbm, trace
from infraplan.radio.freespace import loss_db as free_space_loss_db

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.calibration.levels import Field

__all__ = ["best_cells"]

_PIXELS_AT_ONCE = 512
_TOLERANCE_DB = 1e-3


def best_cells(
    field: Field,
    cells: NDArray[np.int64],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    *,
    reach_m: float,
) -> NDArray[np.int64]:
    """Return the cell that is received best at each pixel, -1 where none is in reach.

    Parameters
    ----------
    field
        What the predictions share.
    cells
        Numbers of the cells to choose from, ascending; of equally strong ones the first counts.
    rows, columns
        Pixels, shape (n,).
    reach_m
        Farther cells do not count.
    """
    parts = [
        _best(field, cells, rows[at], columns[at], reach_m)
        for at in np.array_split(np.arange(len(rows)), -(-len(rows) // _PIXELS_AT_ONCE) or 1)
    ]
    return np.concatenate(parts)


def _best(
    field: Field,
    cells: NDArray[np.int64],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    reach_m: float,
) -> NDArray[np.int64]:
    """Look at each pixel's cells from the strongest in free space on, until none can be better."""
    at_most = _free_space_dbm(field, cells, rows, columns, reach_m)
    order = np.argsort(-at_most, axis=1, kind="stable")
    best_dbm = np.full(len(rows), -np.inf)
    best = np.full(len(rows), -1, dtype=np.int64)
    for rank in range(len(cells)):
        place = order[:, rank]
        limit_dbm = np.take_along_axis(at_most, place[:, None], axis=1)[:, 0]
        open_ = np.flatnonzero((limit_dbm + _TOLERANCE_DB > best_dbm) & np.isfinite(limit_dbm))
        if not open_.size:
            break
        chosen = cells[place[open_]]
        paths = trace(field, chosen, rows[open_], columns[open_])
        level_dbm = paths.radiated_dbm - paths.loss_db
        better = level_dbm > best_dbm[open_]
        better |= (level_dbm == best_dbm[open_]) & (chosen < best[open_])
        best_dbm[open_[better]], best[open_[better]] = level_dbm[better], chosen[better]
    return best


def _free_space_dbm(
    field: Field,
    cells: NDArray[np.int64],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    reach_m: float,
) -> NDArray[np.float64]:
    """Return the level in free space, shape (pixels, cells), minus infinity beyond reach."""
    of = field.cells
    south = rows[:, None] - of.row[cells]
    east = columns[:, None] - of.column[cells]
    away_m = np.hypot(south, east) * field.cell_size_m
    level_dbm = np.full(away_m.shape, -np.inf)
    pixel, place = np.nonzero(away_m <= reach_m)
    cell = cells[place]
    top_m = field.height_m[of.row[cell], of.column[cell]] + of.height_m[cell]
    rise_m = field.height_m[rows[pixel], columns[pixel]] + field.rx_height_m - top_m
    slant_m = np.hypot(away_m[pixel, place], rise_m)
    loss_db = free_space_loss_db(slant_m, 1.0) + 20.0 * np.log10(of.frequency_mhz[cell])
    found = radiated_dbm(field, cell, rows[pixel], columns[pixel]) - loss_db
    level_dbm[pixel, place] = np.where(np.isnan(found), -np.inf, found)
    return level_dbm
