"""What do all cells of a network together give in one block of a raster?

:func:`predict_block` is a pure function of arrays and plain dataclasses, so that a block may be
computed in this process, in another one or on another machine: the values are the same.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from infraplan.coverage.block import BlockSignal
from infraplan.errors import ParameterError
from infraplan.radio.adjust import adjust_block, least_adjustment_db
from infraplan.radio.around import around
from infraplan.radio.network import Place, add_sectors, new_field, read_field
from infraplan.radio.sectors import loss_limits_db, sectors
from infraplan.radio.sweep import loss_block

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Executor

    from numpy.typing import NDArray

    from infraplan.coverage.block import Block, Conditions
    from infraplan.coverage.transmitters import Transmitter
    from infraplan.radio.network import Field
    from infraplan.radio.pattern import Pattern
    from infraplan.radio.sectors import Sectors
    from infraplan.study.correction import Correction

__all__ = ["predict_block"]

_DECIMALS = 1
"""Levels are kept to 0.1 dB, so that what is written is what was counted."""

_LOCKED_ROWS = 64
"""Threads that add to the same rows wait for each other; rows are locked in bands of this many."""


@dataclass(frozen=True, slots=True, eq=False)
class _Scene:
    """What every transmitter's calculation shares."""

    height_m: NDArray[np.float32]
    clutter_height_m: NDArray[np.float32] | None
    cell_size_m: float
    block: Block
    conditions: Conditions
    patterns: Mapping[str, Pattern]
    corrections: Mapping[str, Correction]


@dataclass(frozen=True, slots=True, eq=False)
class _Layer:
    """One operator's field while it fills; a lock guards each band of its rows."""

    field: Field
    carriers: tuple[float, ...]
    locks: tuple[threading.Lock, ...]


def predict_block(
    height_m: NDArray[np.float32],
    transmitters: Sequence[Transmitter],
    *,
    cell_size_m: float,
    block: Block,
    conditions: Conditions,
    patterns: Mapping[str, Pattern],
    clutter_height_m: NDArray[np.float32] | None = None,
    corrections: Mapping[str, Correction] | None = None,
    executor: Executor | None = None,
    progress: Callable[[], None] | None = None,
) -> dict[str, BlockSignal]:
    """Compute one block from its surroundings and the transmitters in reach.

    Parameters
    ----------
    height_m
        Terrain of the block and of all within reach of it, m, float32, NaN where unknown.
    transmitters
        All that are in reach of the block, of any operators, their rows and columns counted in
        `height_m`; those out of reach cost nothing.
    cell_size_m
        Side of a cell, m.
    block
        Rows and columns of `height_m` that are wanted: first row, row after the last, first
        column, column after the last.
    conditions
        What all transmitters share.
    patterns
        Antennas by the names that the transmitters use.
    clutter_height_m
        Height of trees and houses on the terrain, m, float32, shape of `height_m`.
    corrections
        Added to losses, by band; their offsets on the block.
    executor
        Runs transmitters side by side; threads only, as they share memory. None runs them here.
    progress
        Called after each transmitter.

    Returns
    -------
    dict
        Operator to its signal, sorted. Equal to the last bit however the raster is cut into
        blocks, in whatever order and by however many threads.

    Raises
    ------
    ParameterError
        If a transmitter is off the terrain or on unknown terrain, or a parameter is outside its
        range.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1 (losses); 3GPP TS 36.214, section 5.1.1 (RSRP); 3GPP TR
    36.942, section 4.8 (interference).
    """
    _require_inside(transmitters, height_m.shape)
    scene = _Scene(
        height_m=np.ascontiguousarray(height_m, dtype=np.float32),
        clutter_height_m=clutter_height_m,
        cell_size_m=float(cell_size_m),
        block=block,
        conditions=conditions,
        patterns=patterns,
        corrections=corrections or {},
    )
    return {
        operator: _operator_signal(
            scene, [t for t in transmitters if t.operator == operator], executor, progress
        )
        for operator in sorted({t.operator for t in transmitters})
    }


def _require_inside(transmitters: Sequence[Transmitter], shape: tuple[int, ...]) -> None:
    """Refuse transmitters that are off the terrain."""
    off = [t for t in transmitters if not (0 <= t.row < shape[0] and 0 <= t.column < shape[1])]
    if off:
        first = off[0]
        raise ParameterError(
            f"{len(off)} transmitters are off the terrain of {shape[0]} by {shape[1]} cells; the "
            f"first, of {first.operator}, is at row {first.row}, column {first.column}. Remedy: "
            "give terrain that reaches them."
        )


def _operator_signal(
    scene: _Scene,
    transmitters: Sequence[Transmitter],
    executor: Executor | None,
    progress: Callable[[], None] | None,
) -> BlockSignal:
    """Compute the signal of transmitters of one operator."""
    noise_dbm = {t.frequency_mhz: t.noise_dbm for t in transmitters}
    carriers = tuple(sorted(noise_dbm))
    shape = (scene.block[1] - scene.block[0], scene.block[3] - scene.block[2])
    locks = tuple(threading.Lock() for _ in range(-(-shape[0] // _LOCKED_ROWS)))
    layer = _Layer(new_field(shape, len(carriers)), carriers, locks)

    def add(transmitter: Transmitter) -> None:
        _add(scene, layer, transmitter)

    for _ in executor.map(add, transmitters) if executor else map(add, transmitters):
        if progress is not None:
            progress()
    carrier_of = np.zeros(1 + max(int(t.keys.max()) for t in transmitters), dtype=np.int32)
    for transmitter in transmitters:
        carrier_of[transmitter.keys] = carriers.index(transmitter.frequency_mhz)
    found = read_field(
        layer.field,
        carrier_of=carrier_of,
        noise_dbm=np.array([noise_dbm[c] for c in carriers]),
        load_share=scene.conditions.load_share,
    )
    for values in (found.best_dbm, found.second_dbm, found.sinr_db):
        np.round(values, _DECIMALS, out=values)
        values[values == 0.0] = 0.0  # one kind of zero, so that equal rasters have equal bytes
    return BlockSignal(
        found.best_dbm, found.best_key, found.second_dbm, found.second_key, found.sinr_db
    )


def _add(scene: _Scene, layer: _Layer, transmitter: Transmitter) -> None:
    """Add one transmitter to its operator's field."""
    radius = math.floor(scene.conditions.reach_m / scene.cell_size_m)
    part = _part_in_reach(scene.block, transmitter, radius)
    if part is None:
        return
    place_sectors = _sectors(scene, transmitter)
    floor_dbm = scene.conditions.floor_dbm
    ground_m = float(scene.height_m[transmitter.row, transmitter.column])
    place = Place(
        south=part[0] - transmitter.row,
        east=part[2] - transmitter.column,
        top=part[0] - scene.block[0],
        left=part[2] - scene.block[2],
        carrier=layer.carriers.index(transmitter.frequency_mhz),
        level_m=ground_m + transmitter.height_m - scene.conditions.rx_height_m,
        floor_dbm=floor_dbm,
    )
    limits_db = loss_limits_db(place_sectors, floor_dbm)
    loss_db = _losses_db(scene, transmitter, part, place, limits_db)
    surroundings = around(radius, scene.cell_size_m)
    top, bottom = place.top, place.top + part[1] - part[0]
    bands = range(top // _LOCKED_ROWS, -(-bottom // _LOCKED_ROWS))
    edges = [max(b * _LOCKED_ROWS, top) - top for b in bands] + [bottom - top]
    for band, rows in zip(bands, pairwise(edges), strict=True):
        with layer.locks[band]:
            add_sectors(
                layer.field,
                loss_db,
                scene.height_m,
                (part[0], part[2]),
                surroundings,
                place_sectors,
                place,
                rows,
            )


def _part_in_reach(block: Block, transmitter: Transmitter, radius: int) -> Block | None:
    """Return the part of a block that a window around a transmitter covers."""
    top, bottom = (
        max(block[0], transmitter.row - radius),
        min(block[1], transmitter.row + radius + 1),
    )
    left = max(block[2], transmitter.column - radius)
    right = min(block[3], transmitter.column + radius + 1)
    return (top, bottom, left, right) if top < bottom and left < right else None


def _sectors(scene: _Scene, transmitter: Transmitter) -> Sectors:
    """Tabulate what a transmitter radiates."""
    return sectors(
        [scene.patterns[name] for name in transmitter.antennas],
        keys=transmitter.keys,
        eirp_dbm=transmitter.eirp_re_dbm,
        azimuth_deg=transmitter.azimuth_deg,
        electrical_tilt_deg=transmitter.electrical_tilt_deg,
        mechanical_tilt_deg=transmitter.mechanical_tilt_deg,
    )


def _losses_db(
    scene: _Scene,
    transmitter: Transmitter,
    part: Block,
    place: Place,
    limits_db: NDArray[np.float64],
) -> NDArray[np.float32]:
    """Compute the losses of a part of the block, adjusted."""
    conditions = scene.conditions
    change = scene.corrections.get(transmitter.band)
    if change is not None:
        limits_db = limits_db - least_adjustment_db(
            change.bias_db,
            change.slope_db_per_decade,
            change.offset_db,
            reach_m=conditions.reach_m,
        )
    loss_db = loss_block(
        scene.height_m,
        scene.cell_size_m,
        transmitter.row,
        transmitter.column,
        block=part,
        radius_m=conditions.reach_m,
        frequency_mhz=transmitter.frequency_mhz,
        tx_height_m=transmitter.height_m,
        rx_height_m=conditions.rx_height_m,
        clutter_height_m=scene.clutter_height_m,
        time_percent=conditions.time_percent,
        delta_n=conditions.delta_n,
        n0=conditions.n0,
        latitude_deg=conditions.latitude_deg,
        max_loss_db=limits_db if conditions.prune else None,
        rays_per_pixel=conditions.rays_per_pixel,
    )
    if change is not None:
        offset_db = change.offset_db
        if offset_db is not None:
            rows, columns = loss_db.shape
            offset_db = offset_db[place.top :, place.left :][:rows, :columns]
        adjust_block(
            loss_db,
            scene.height_m[part[0] : part[1], part[2] : part[3]],
            scene.cell_size_m,
            radius=math.floor(conditions.reach_m / scene.cell_size_m),
            south=place.south,
            east=place.east,
            level_m=place.level_m,
            frequency_mhz=transmitter.frequency_mhz,
            bias_db=change.bias_db,
            slope_db_per_decade=change.slope_db_per_decade,
            offset_db=offset_db,
        )
    return loss_db
