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
from infraplan.radio.adjust import adjust_block, least_adjustment_db
from infraplan.radio.around import around
from infraplan.radio.network import Place, add_sectors, new_field
from infraplan.radio.pattern import pattern_from_beamwidths
from infraplan.radio.sectors import loss_limits_db, sectors
from infraplan.radio.sweep import NETWORK_RAYS_PER_PIXEL, loss_block
from infraplan.siting.demand import gap_demand
from infraplan.siting.rules import Rules, require_crs, rules
from infraplan.study.correction import loss_correction
from infraplan.study.emission import DEFAULT_ANTENNA
from infraplan.study.surface import clutter_height_m

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.radio.sectors import Sectors
    from infraplan.study import Study
    from infraplan.study.correction import Correction

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
class _Ground:
    """What every candidate's calculation shares."""

    height_m: NDArray[np.float32]
    clutter_height_m: NDArray[np.float32] | None
    correction: Correction | None
    cell_size_m: float
    numbers: NDArray[np.int32]
    threshold_dbm: float
    rule: Rules
    sectors: Sectors
    limits_db: NDArray[np.float64]


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
    threshold = catalog.level_dbm("4G", "served") if threshold_dbm is None else threshold_dbm
    ground = _ground(study, demand.numbers(), rule, threshold)
    rows, columns = study.grid.index(spots.geometry.x.to_numpy(), spots.geometry.y.to_numpy())
    heights_m = spots["antenna_height_m"].to_numpy(dtype=np.float64)
    run = map if executor is None else executor.map
    parts: list[NDArray[np.int32]] = []
    for part in run(partial(_served, ground), rows.tolist(), columns.tolist(), heights_m.tolist()):
        parts.append(part)
        if progress is not None:
            progress(len(parts), len(spots))
    pointers = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int64)
    indices = np.concatenate([*parts, np.empty(0, dtype=np.int32)])
    matrix = csr_array(
        (np.ones(len(indices), dtype=np.bool_), indices, pointers),
        shape=(len(spots), len(demand.people)),
    )
    return Reach(matrix, demand.people, demand.rows, demand.columns, threshold)


def _ground(study: Study, numbers: NDArray[np.int32], rule: Rules, threshold_dbm: float) -> _Ground:
    """Gather what every candidate's calculation shares: the same physics as the coverage has."""
    correction = loss_correction(study, catalog.row("rules", "band")["value"])
    on_profile = correction is None or correction.clutter_model == "profile"
    sector = _sectors(rule)
    limits_db = loss_limits_db(sector, threshold_dbm)
    if correction is not None:
        limits_db -= least_adjustment_db(
            correction.bias_db,
            correction.slope_db_per_decade,
            correction.offset_db,
            reach_m=rule.reach_m,
        )
    return _Ground(
        height_m=np.ascontiguousarray(study.elevation.values, dtype=np.float32),
        clutter_height_m=clutter_height_m(study) if on_profile else None,
        correction=correction,
        cell_size_m=study.grid.cell_size_m,
        numbers=numbers,
        threshold_dbm=threshold_dbm,
        rule=rule,
        sectors=sector,
        limits_db=limits_db,
    )


def _sectors(rule: Rules) -> Sectors:
    """Tabulate the sectors of a site that is not designed yet."""
    pattern = pattern_from_beamwidths(**catalog.beamwidths(DEFAULT_ANTENNA))
    count = len(rule.azimuths_deg)
    return sectors(
        [pattern] * count,
        keys=np.arange(count),
        eirp_dbm=np.full(count, rule.eirp_re_dbm),
        azimuth_deg=np.array(rule.azimuths_deg),
        electrical_tilt_deg=rule.tilt_deg,
    )


def _served(ground: _Ground, row: int, column: int, antenna_height_m: float) -> NDArray[np.int32]:
    """Return the numbers of the cells that a site here serves, ascending."""
    radius = math.floor(ground.rule.reach_m / ground.cell_size_m)
    top, left = max(row - radius, 0), max(column - radius, 0)
    near = ground.numbers[top : row + radius + 1, left : column + radius + 1]
    rows, columns = np.flatnonzero((near >= 0).any(axis=1)), np.flatnonzero((near >= 0).any(axis=0))
    if not rows.size:
        return np.empty(0, dtype=np.int32)
    near = near[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    corner = (top + int(rows[0]), left + int(columns[0]))
    served: NDArray[np.int32] = near[
        (near >= 0) & _reaches(ground, row, column, antenna_height_m, corner, near.shape)
    ]
    return served


def _reaches(
    ground: _Ground,
    row: int,
    column: int,
    antenna_height_m: float,
    corner: tuple[int, int],
    shape: tuple[int, ...],
) -> NDArray[np.bool_]:
    """Tell in which cells of a block the best sector brings the threshold."""
    bottom, right = corner[0] + shape[0], corner[1] + shape[1]
    loss_db = loss_block(
        ground.height_m,
        ground.cell_size_m,
        row,
        column,
        block=(corner[0], bottom, corner[1], right),
        radius_m=ground.rule.reach_m,
        frequency_mhz=ground.rule.frequency_mhz,
        tx_height_m=antenna_height_m,
        rx_height_m=catalog.rule("rx_height_m"),
        clutter_height_m=ground.clutter_height_m,
        max_loss_db=ground.limits_db,
        rays_per_pixel=NETWORK_RAYS_PER_PIXEL,
    )
    place = Place(
        south=corner[0] - row,
        east=corner[1] - column,
        top=0,
        left=0,
        carrier=0,
        level_m=float(ground.height_m[row, column])
        + antenna_height_m
        - catalog.rule("rx_height_m"),
        floor_dbm=ground.threshold_dbm,
    )
    radius = math.floor(ground.rule.reach_m / ground.cell_size_m)
    if ground.correction is not None:
        _correct(ground, ground.correction, loss_db, corner, place)
    field = new_field(loss_db.shape, 1)
    surroundings = around(radius, ground.cell_size_m)
    add_sectors(
        field,
        loss_db,
        ground.height_m,
        corner,
        surroundings,
        ground.sectors,
        place,
        (0, loss_db.shape[0]),
    )
    return np.asarray(field.best >= 0)


def _correct(
    ground: _Ground,
    change: Correction,
    loss_db: NDArray[np.float32],
    corner: tuple[int, int],
    place: Place,
) -> None:
    """Add the study's calibration to the losses of a block, in place."""
    bottom, right = corner[0] + loss_db.shape[0], corner[1] + loss_db.shape[1]
    part = np.s_[corner[0] : bottom, corner[1] : right]
    adjust_block(
        loss_db,
        ground.height_m[part],
        ground.cell_size_m,
        radius=math.floor(ground.rule.reach_m / ground.cell_size_m),
        south=place.south,
        east=place.east,
        level_m=place.level_m,
        frequency_mhz=ground.rule.frequency_mhz,
        bias_db=change.bias_db,
        slope_db_per_decade=change.slope_db_per_decade,
        offset_db=None if change.offset_db is None else change.offset_db[part],
    )
