"""Which cell is best at each pixel, which comes second, and how much do the others disturb?

A :class:`Field` gathers all cells of one operator. Adding to it is commutative to the last bit:
levels are whole numbers, ties go to the smaller key, and powers are whole numbers too. So neither
the order of the transmitters, nor threads, nor the cutting into tiles changes anything.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from infraplan.radio.around import BEARINGS
from infraplan.radio.jit import kernel
from infraplan.radio.levels import (
    LEVELS_PER_DB,
    LOWEST_DBM,
    POWER_UNIT_MW,
    level_number,
    power_units,
)
from infraplan.radio.sectors import COARSE_BEARING_BITS, COARSE_PLACE_BITS, PLACES_PER_SIDE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.radio.around import Around
    from infraplan.radio.sectors import Sectors

__all__ = ["Field", "Place", "Reception", "add_sectors", "new_field", "read_field"]

_KEY_BITS: Final = 32
_LAST_KEY: Final = (1 << 31) - 1
_KEY_MASK: Final = (1 << _KEY_BITS) - 1
_NOBODY: Final = -1

ZERO: Final = np.float32(0.0)
ONE: Final = np.float32(1.0)


class Field(NamedTuple):
    """All cells of one operator that were added so far, per pixel.

    Attributes
    ----------
    best, second
        Level number and cell key of the best and the second cell in one int64 that sorts by level,
        then by smaller key; -1 where there is none; shape (rows, columns).
    total
        Sum of the powers of all cells per carrier, int64, in
        :data:`infraplan.radio.levels.POWER_UNIT_MW`; shape (carriers, rows, columns).
    """

    best: NDArray[np.int64]
    second: NDArray[np.int64]
    total: NDArray[np.int64]


class Place(NamedTuple):
    """Where a block of losses lies, seen from its transmitter and in the field.

    Attributes
    ----------
    south, east
        Pixel of the block's first row and column, from the transmitter.
    top, left
        The same pixel in the field.
    carrier
        Number of the carrier in the field.
    level_m
        Height at which the receiver's ground is level with the transmitting antenna: height of
        ground and antenna less the height of the receiver.
    floor_dbm
        Cells below this level count as absent.
    """

    south: int
    east: int
    top: int
    left: int
    carrier: int
    level_m: float
    floor_dbm: float


class Reception(NamedTuple):
    """What a receiver finds, per pixel.

    Attributes
    ----------
    best_dbm, second_dbm
        Levels, dBm, float32, NaN where there is no cell.
    best_key, second_key
        Keys of the cells, int32, -1 where there is none.
    sinr_db
        SINR of the best cell, dB, float32, NaN where there is none or the noise is NaN.
    """

    best_dbm: NDArray[np.float32]
    best_key: NDArray[np.int32]
    second_dbm: NDArray[np.float32]
    second_key: NDArray[np.int32]
    sinr_db: NDArray[np.float32]


def new_field(shape: tuple[int, int], carriers: int) -> Field:
    """Return a field without any cell."""
    return Field(
        best=np.full(shape, _NOBODY, dtype=np.int64),
        second=np.full(shape, _NOBODY, dtype=np.int64),
        total=np.zeros((carriers, *shape), dtype=np.int64),
    )


@kernel
def _find_places(
    loss_db: NDArray[np.float32],
    ground_m: NDArray[np.float32],
    distance_m: NDArray[np.float32],
    limit_db: float,
    level_m: float,
    places: NDArray[np.int32],
) -> None:
    """Write for each pixel of a row its place in the vertical tables, -1 where nothing arrives."""
    for j in range(loss_db.size):
        places[j] = -1
        if loss_db[j] <= limit_db:
            rise_m = ground_m[j] - level_m
            share = rise_m / (abs(rise_m) + distance_m[j])
            places[j] = int((share + 1.0) * PLACES_PER_SIDE + 0.5)


@kernel
def _add_row(
    loss_db: NDArray[np.float32],
    places: NDArray[np.int32],
    bearing: NDArray[np.int16],
    sectors: Sectors,
    sector: int,
    floor_dbm: float,
    best: NDArray[np.int64],
    second: NDArray[np.int64],
    total: NDArray[np.int64],
) -> None:
    """Add one sector along one row of pixels."""
    horizontal_db = sectors.horizontal_db[sector]
    front_share = sectors.front_share[sector]
    front_db = sectors.front_db[sector]
    back_db = sectors.back_db[sector]
    mixed = sectors.mixed[sector]
    most_db = sectors.most_db[sector]
    eirp_dbm = sectors.eirp_dbm[sector]
    mark = _LAST_KEY - np.int64(sectors.keys[sector])
    table = sectors.table[sector]
    turn = sectors.turn[sector]
    for j in range(loss_db.size):
        place = places[j]
        if place < 0:
            continue
        if table >= 0:
            offset = bearing[j] - turn
            if offset < 0:
                offset += BEARINGS
            below_db = sectors.tables_db[
                table, offset >> COARSE_BEARING_BITS, place >> COARSE_PLACE_BITS
            ]
        elif mixed:
            share = front_share[bearing[j]]
            across_db = horizontal_db[bearing[j]]
            down_db = share * front_db[place] + (ONE - share) * back_db[place]
            below_db = min(max(across_db + down_db, ZERO), most_db)
        else:
            below_db = min(horizontal_db[bearing[j]] + front_db[place], most_db)
        level_dbm = eirp_dbm - below_db - loss_db[j]
        if level_dbm < floor_dbm:
            continue
        number = level_number(level_dbm)
        total[j] += power_units(number)
        found = (np.int64(number) << _KEY_BITS) | mark
        if found > second[j]:
            if found > best[j]:
                second[j] = best[j]
                best[j] = found
            else:
                second[j] = found


@kernel
def add_sectors(
    field: Field,
    loss_db: NDArray[np.float32],
    height_m: NDArray[np.float32],
    ground: tuple[int, int],
    around: Around,
    sectors: Sectors,
    place: Place,
    rows: tuple[int, int],
) -> None:
    """Add the sectors of one place to a field, from the losses in one block.

    Parameters
    ----------
    field
        Changed.
    loss_db
        Losses of the block, dB, float32, NaN where unknown.
    height_m, ground
        Terrain, m, and the row and column in it of the block's first pixel.
    around
        Directions and distances, to at least the block's farthest pixel.
    sectors
        What the place radiates.
    place
        Where the block lies.
    rows
        First row of the block to add, and the row after the last.
    """
    width = loss_db.shape[1]
    radius = around.bearing.shape[0] // 2
    west = place.east + radius
    places = np.empty(width, dtype=np.int32)
    limit_db = sectors.eirp_dbm.max() - place.floor_dbm
    for i in range(rows[0], rows[1]):
        away = place.south + i + radius
        ground_m = height_m[ground[0] + i, ground[1] : ground[1] + width]
        distance_m = around.distance_m[away, west : west + width]
        _find_places(loss_db[i], ground_m, distance_m, limit_db, place.level_m, places)
        bearing = around.bearing[away, west : west + width]
        best = field.best[place.top + i, place.left : place.left + width]
        second = field.second[place.top + i, place.left : place.left + width]
        total = field.total[place.carrier, place.top + i, place.left : place.left + width]
        for sector in range(sectors.keys.size):
            _add_row(
                loss_db[i], places, bearing, sectors, sector, place.floor_dbm, best, second, total
            )


@kernel
def _decode(
    held: NDArray[np.int64], level_dbm: NDArray[np.float32], key: NDArray[np.int32]
) -> None:
    """Write levels and keys of what a field holds."""
    for i in range(held.shape[0]):
        for j in range(held.shape[1]):
            value = held[i, j]
            if value < 0:
                level_dbm[i, j] = np.nan
                key[i, j] = _NOBODY
            else:
                level_dbm[i, j] = (value >> _KEY_BITS) / LEVELS_PER_DB + LOWEST_DBM
                key[i, j] = _LAST_KEY - (value & _KEY_MASK)


@kernel
def _write_sinr(
    field: Field,
    carrier_of: NDArray[np.int32],
    noise_units: NDArray[np.float64],
    load_share: float,
    sinr_db: NDArray[np.float32],
) -> None:
    """Write the SINR of the best cell, dB."""
    for i in range(sinr_db.shape[0]):
        for j in range(sinr_db.shape[1]):
            value = field.best[i, j]
            sinr_db[i, j] = np.nan
            if value >= 0:
                carrier = carrier_of[_LAST_KEY - (value & _KEY_MASK)]
                own = power_units(value >> _KEY_BITS)
                other = field.total[carrier, i, j] - own
                sinr_db[i, j] = 10.0 * math.log10(own / (load_share * other + noise_units[carrier]))


def read_field(
    field: Field,
    *,
    carrier_of: NDArray[np.int32],
    noise_dbm: NDArray[np.float64],
    load_share: float,
) -> Reception:
    """Compute levels, servers and SINR from all cells of a field.

    Parameters
    ----------
    field
        With all cells added.
    carrier_of
        Carrier of each key, int32, shape (keys,).
    noise_dbm
        Noise in the bandwidth that the levels are given for, per carrier, dBm; NaN: no SINR.
    load_share
        Share of time and frequency in which the other cells transmit, 0 to 1.

    Returns
    -------
    Reception
        SINR = own power / (load_share · power of all other cells on its carrier + noise).

    References
    ----------
    3GPP TR 36.942 V17.0.0, section 4.8 (interference of loaded cells adds to thermal noise).
    """
    shape = field.best.shape
    best_dbm, second_dbm, sinr_db = (np.empty(shape, dtype=np.float32) for _ in range(3))
    best_key, second_key = (np.empty(shape, dtype=np.int32) for _ in range(2))
    _decode(field.best, best_dbm, best_key)
    _decode(field.second, second_dbm, second_key)
    noise_units = 10.0 ** (np.asarray(noise_dbm, dtype=np.float64) / 10.0) / POWER_UNIT_MW
    _write_sinr(
        field,
        np.ascontiguousarray(carrier_of, dtype=np.int32),
        noise_units,
        float(load_share),
        sinr_db,
    )
    return Reception(best_dbm, best_key, second_dbm, second_key, sinr_db)
