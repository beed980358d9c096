"""Which people in gaps would each candidate serve?

A candidate is taken as sectors in the directions of the catalogue's rule; it serves a cell when the
best of them brings the level that counts as served.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from infraplan import catalog
from infraplan.radio.sectors import best_sector
from infraplan.radio.sweep import loss_window
from infraplan.siting.demand import gap_demand
from infraplan.siting.rules import Rules, require_crs, rules

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.study import Study

__all__ = ["Reach", "reach_matrix"]


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Who would be served by whom.

    Attributes
    ----------
    matrix
        Candidates by cells, True where the candidate serves the cell.
    people
        Persons in gaps in each cell, shape (cells,).
    rows, columns
        Where the cells lie on the study's grid, in row-major order, shape (cells,).
    threshold_dbm
        RSRP that counts as served.
    """

    matrix: csr_array
    people: NDArray[np.float64]
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    threshold_dbm: float


@dataclass(frozen=True, slots=True, eq=False)
class _Field:
    """What every candidate's calculation shares."""

    height_m: NDArray[np.float32]
    cell_size_m: float
    numbers: NDArray[np.int32]
    threshold_dbm: float
    rule: Rules
    antenna: tuple[float, float, float, float]


def reach_matrix(
    study: Study,
    spots: gpd.GeoDataFrame,
    gaps: gpd.GeoDataFrame,
    *,
    threshold_dbm: float | None = None,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Reach:
    """Predict which cells with people in gaps each candidate would serve.

    Parameters
    ----------
    study
        Terrain and people.
    spots
        Table ``candidates``.
    gaps
        Table ``gaps``.
    threshold_dbm
        RSRP that counts as served, dBm; the catalogue's for 4G where absent.
    executor
        Runs the candidates side by side (threads do: the kernels release the GIL).
    progress
        Called with (done, total) candidates.

    Returns
    -------
    Reach
        One row per candidate in their order; the people add up to those in the gaps.

    Raises
    ------
    CrsError
        If candidates or gaps are in another CRS than the study.
    """
    require_crs(study, spots, what="candidates")
    demand = gap_demand(study, gaps)
    rule = rules()
    field = _Field(
        height_m=study.elevation.values.astype(np.float32),
        cell_size_m=study.grid.cell_size_m,
        numbers=demand.numbers(),
        threshold_dbm=catalog.level_dbm("4G", "served") if threshold_dbm is None else threshold_dbm,
        rule=rule,
        antenna=_antenna(),
    )
    rows, columns = study.grid.index(spots.geometry.x.to_numpy(), spots.geometry.y.to_numpy())
    heights_m = spots["antenna_height_m"].to_numpy(dtype=np.float64)
    run = map if executor is None else executor.map
    parts: list[NDArray[np.int32]] = []
    for part in run(partial(_served, field), rows.tolist(), columns.tolist(), heights_m.tolist()):
        parts.append(part)
        if progress is not None:
            progress(len(parts), len(spots))
    pointers = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
    indices = np.concatenate([*parts, np.empty(0, dtype=np.int32)])
    matrix = csr_array(
        (np.ones(len(indices), dtype=np.bool_), indices, pointers),
        shape=(len(spots), len(demand.people)),
    )
    return Reach(matrix, demand.people, demand.rows, demand.columns, field.threshold_dbm)


def _antenna() -> tuple[float, float, float, float]:
    """Return beamwidths, deg, front-to-back ratio and side-lobe level, dB, of the sector."""
    row = catalog.row("antennas", "sector_3gpp")
    return (
        float(row["horizontal_beamwidth_deg"]),
        float(row["vertical_beamwidth_deg"]),
        float(row["front_to_back_db"]),
        float(row["side_lobe_db"]),
    )


def _served(field: _Field, row: int, column: int, antenna_height_m: float) -> NDArray[np.int32]:
    """Return the numbers of the cells that a site here serves, ascending."""
    radius = math.floor(field.rule.reach_m / field.cell_size_m)
    top, left = max(row - radius, 0), max(column - radius, 0)
    near = field.numbers[top : row + radius + 1, left : column + radius + 1]
    if not (near >= 0).any():
        return np.empty(0, dtype=np.int32)
    down, right = top - (row - radius), left - (column - radius)
    wanted = np.zeros((2 * radius + 1, 2 * radius + 1), dtype=np.bool_)
    wanted[down : down + near.shape[0], right : right + near.shape[1]] = near >= 0
    rsrp_dbm = _level_dbm(field, row, column, antenna_height_m, wanted)
    level = rsrp_dbm[down : down + near.shape[0], right : right + near.shape[1]]
    served: NDArray[np.int32] = near[(near >= 0) & (level >= field.threshold_dbm)]
    return served


def _level_dbm(
    field: _Field, row: int, column: int, antenna_height_m: float, wanted: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Predict the level of the best sector in the wanted part of a window, dBm.

    Elsewhere, and where even the main direction of a sector would not serve, it is NaN: antenna
    patterns only take away.
    """
    loss_db = loss_window(
        field.height_m,
        field.cell_size_m,
        row,
        column,
        radius_m=field.rule.reach_m,
        frequency_mhz=field.rule.frequency_mhz,
        tx_height_m=antenna_height_m,
    )
    hopeless = loss_db > field.rule.eirp_re_dbm - field.threshold_dbm
    loss_db[hopeless | ~wanted] = np.nan
    horizontal_deg, vertical_deg, front_to_back_db, side_lobe_db = field.antenna
    count = len(field.rule.azimuths_deg)
    rsrp_dbm, _ = best_sector(
        loss_db,
        field.height_m,
        field.cell_size_m,
        row,
        column,
        tx_height_m=antenna_height_m,
        eirp_re_dbm=np.full(count, field.rule.eirp_re_dbm),
        azimuth_deg=np.array(field.rule.azimuths_deg),
        tilt_deg=np.full(count, field.rule.tilt_deg),
        horizontal_beamwidth_deg=horizontal_deg,
        vertical_beamwidth_deg=vertical_deg,
        front_to_back_db=front_to_back_db,
        side_lobe_db=side_lobe_db,
    )
    return rsrp_dbm
