"""Which signal does a mast at one place bring to the cells with demand, height by height?

A site that is not designed yet is taken as sectors in the directions of the catalogue's rule; the
best of them counts. The physics are those of the coverage.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from infraplan import catalog
from infraplan.radio.adjust import adjust_losses
from infraplan.radio.around import Around, around
from infraplan.radio.network import Place, add_sectors, new_field, read_field
from infraplan.radio.pattern import pattern_from_beamwidths
from infraplan.radio.sectors import sectors
from infraplan.radio.sweep import NETWORK_RAYS_PER_PIXEL
from infraplan.radio.sweep_targets import loss_targets
from infraplan.siting.rules import Rules, rules
from infraplan.study.correction import loss_correction
from infraplan.study.emission import DEFAULT_ANTENNA
from infraplan.study.surface import clutter_height_m
from infraplan.units import GHZ_PER_MHZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.radio.sectors import Sectors
    from infraplan.study import Study
    from infraplan.study.correction import Correction

__all__ = ["Ground", "Sight", "ground_of", "sight"]

_NO_NOISE: Final = np.array([np.nan])
_ROUNDING_DB: Final = 1e-3
"""Levels are whole hundredths of a decibel."""
_MOST_MARGIN: Final = np.iinfo(np.int8).max


class Sight(NamedTuple):
    """What one place serves at each of its heights.

    Attributes
    ----------
    cells
        Numbers of the cells with demand within reach, ascending, int32, shape (n,).
    margins
        Whole decibels above the lowest level of interest, plus 1; 0 below it; int8, shape
        (heights, n).
    """

    cells: NDArray[np.int32]
    margins: NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What the calculations of all places share.

    Attributes
    ----------
    height_m, clutter_height_m
        Terrain and what stands on it, m; the latter None where it does not count.
    correction
        The study's calibration, None without one.
    cell_size_m
        Side of a cell.
    row, column
        Cells with demand, in row-major order.
    floor_dbm
        Lowest level of interest.
    rule, sectors
        How a new site is equipped.
    """

    height_m: NDArray[np.float32]
    clutter_height_m: NDArray[np.float32] | None
    correction: Correction | None
    cell_size_m: float
    row: NDArray[np.int64]
    column: NDArray[np.int64]
    floor_dbm: float
    rule: Rules
    sectors: Sectors


def ground_of(
    study: Study, row: NDArray[np.int64], column: NDArray[np.int64], floor_dbm: float
) -> Ground:
    """Gather what the calculations of all places share: the same physics as the coverage has."""
    correction = loss_correction(study, catalog.row("rules", "band")["value"])
    on_profile = correction is None or correction.clutter_model == "profile"
    rule = rules()
    return Ground(
        height_m=np.ascontiguousarray(study.elevation.values, dtype=np.float32),
        clutter_height_m=clutter_height_m(study) if on_profile else None,
        correction=correction,
        cell_size_m=study.grid.cell_size_m,
        row=row,
        column=column,
        floor_dbm=floor_dbm,
        rule=rule,
        sectors=_sectors(rule),
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


def sight(ground: Ground, row: int, column: int, antenna_heights_m: tuple[float, ...]) -> Sight:
    """Predict the signal of one place at several antenna heights.

    Parameters
    ----------
    ground
        What all places share.
    row, column
        Cell of the place.
    antenna_heights_m
        Antenna heights above ground, m.

    Returns
    -------
    Sight
        Only cells that at least one height serves.
    """
    cells = _cells_near(ground, row, column)
    if not cells.size:
        return Sight(cells, np.zeros((len(antenna_heights_m), 0), dtype=np.int8))
    loss_db = loss_targets(
        ground.height_m,
        ground.cell_size_m,
        row,
        column,
        target_row=ground.row[cells],
        target_column=ground.column[cells],
        radius_m=ground.rule.reach_m,
        frequency_mhz=ground.rule.frequency_mhz,
        tx_heights_m=antenna_heights_m,
        rx_height_m=catalog.rule("rx_height_m"),
        clutter_height_m=ground.clutter_height_m,
        rays_per_pixel=NETWORK_RAYS_PER_PIXEL,
    )
    margins = np.stack(
        [
            _margins(ground, row, column, height_m, cells, loss_db[k])
            for k, height_m in enumerate(antenna_heights_m)
        ]
    )
    served = margins.any(axis=0)
    return Sight(cells[served], margins[:, served])


def _cells_near(ground: Ground, row: int, column: int) -> NDArray[np.int32]:
    """Return the numbers of the cells with demand within reach, ascending."""
    reach = ground.rule.reach_m / ground.cell_size_m
    radius = math.floor(reach)
    first, last = np.searchsorted(ground.row, [row - radius, row + radius + 1])
    south, east = ground.row[first:last] - row, ground.column[first:last] - column
    near = np.flatnonzero(south * south + east * east <= reach * reach)
    cells: NDArray[np.int32] = (near + first).astype(np.int32)
    return cells


def _margins(
    ground: Ground,
    row: int,
    column: int,
    antenna_height_m: float,
    cells: NDArray[np.int32],
    loss_db: NDArray[np.float32],
) -> NDArray[np.int8]:
    """Turn the losses of one height into whole decibels above the floor plus 1, 0 below it."""
    at_row, at_column = ground.row[cells], ground.column[cells]
    height_m = ground.height_m[at_row, at_column][np.newaxis]
    ways = around(math.floor(ground.rule.reach_m / ground.cell_size_m), ground.cell_size_m)
    middle = ways.bearing.shape[0] // 2
    where = (at_row - row + middle, at_column - column + middle)
    line = Around(_fixed(ways.bearing[where]), _fixed(ways.distance_m[where]))
    level_m = float(ground.height_m[row, column]) + antenna_height_m - catalog.rule("rx_height_m")
    block_db = np.ascontiguousarray(loss_db[np.newaxis])
    if ground.correction is not None:
        _correct(ground, ground.correction, (at_row, at_column), line, level_m, block_db)
    field = new_field(block_db.shape, 1)
    place = Place(0, 0, 0, 0, 0, level_m, ground.floor_dbm)
    add_sectors(field, block_db, height_m, (0, 0), line, ground.sectors, place, (0, 1))
    carrier_of = np.zeros(ground.sectors.keys.size, dtype=np.int32)
    read = read_field(field, carrier_of=carrier_of, noise_dbm=_NO_NOISE, load_share=0.0)
    above_db = np.floor(read.best_dbm[0].astype(np.float64) - ground.floor_dbm + _ROUNDING_DB)
    margin = np.clip(above_db, 0, _MOST_MARGIN - 1) + 1
    return np.where(read.best_key[0] >= 0, margin, 0).astype(np.int8)


def _fixed(values: NDArray[Any]) -> NDArray[Any]:
    """Turn values into a row that is not to change, as the kernels know directions."""
    row = values[np.newaxis]
    row.flags.writeable = False
    return row


def _correct(
    ground: Ground,
    change: Correction,
    where: tuple[NDArray[np.int64], NDArray[np.int64]],
    line: Around,
    level_m: float,
    loss_db: NDArray[np.float32],
) -> None:
    """Add the study's calibration to the losses of cells, in place."""
    nothing = np.empty((0, 0), dtype=np.float32)
    adjust_losses(
        loss_db,
        ground.height_m[where][np.newaxis],
        line.distance_m,
        level_m,
        ground.rule.frequency_mhz * GHZ_PER_MHZ,
        change.bias_db,
        change.slope_db_per_decade,
        nothing if change.offset_db is None else change.offset_db[where][np.newaxis],
    )
