"""How much does each sector of a place radiate in every direction, ready for quick look-up?

Directions are looked up by *bearing* (tenths of a degree) and by *place*: the rise s of a pixel at
distance d is told by s / (abs(s) + d), from -1 straight down to 1 straight up, in steps of
1 / :data:`PLACES_PER_SIDE`. Near the horizon a step is 0.014°, nowhere more than 0.028°.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from infraplan.errors import ParameterError
from infraplan.radio.around import BEARINGS, BEARINGS_PER_DEG
from infraplan.radio.jit import kernel
from infraplan.radio.pattern import STEPS_PER_DEG, TABLE_SIZE, direction_gain_db

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from infraplan.radio.pattern import Pattern

__all__ = [
    "COARSE_BEARING_BITS",
    "COARSE_PLACE_BITS",
    "PLACES_PER_SIDE",
    "Sectors",
    "loss_limits_db",
    "sectors",
]

PLACES_PER_SIDE: Final = 4096
_PLACES: Final = 2 * PLACES_PER_SIDE + 1

COARSE_BEARING_BITS: Final = 1
COARSE_PLACE_BITS: Final = 2
"""Tables of mechanically tilted antennas are coarser: 0.2° across, 0.056° down."""

_COARSE_SHAPE: Final = (BEARINGS >> COARSE_BEARING_BITS, (_PLACES >> COARSE_PLACE_BITS) + 1)
_DIRECTIONS: Final = 360
_ROUNDING_DB: Final = 0.02
"""Levels are rounded to 0.01 dB; limits leave that much room."""


class Sectors(NamedTuple):
    """Sectors of one place, shape (n, …).

    Attributes
    ----------
    keys
        Of the cells, int32, from 0 up.
    eirp_dbm
        In the main direction, dBm, float32.
    horizontal_db, front_share
        By bearing from grid north, float32, shape (n, 3600); see
        :class:`infraplan.radio.pattern.Pattern`.
    front_db, back_db
        Vertical cut in front and behind by place, tilt included, dB, float32, shape (n, 8193).
    most_db
        Largest attenuation, dB, float32.
    mixed
        Whether the cut behind counts at all.
    table, turn
        Number of the table of a mechanically tilted antenna, -1 for the others, and its bearing
        in tenths of a degree, int32.
    tables_db
        Attenuation by bearing from the antenna's own and place, float32, (tables, 1800, 2049).
    """

    keys: NDArray[np.int32]
    eirp_dbm: NDArray[np.float32]
    horizontal_db: NDArray[np.float32]
    front_share: NDArray[np.float32]
    front_db: NDArray[np.float32]
    back_db: NDArray[np.float32]
    most_db: NDArray[np.float32]
    mixed: NDArray[np.bool_]
    table: NDArray[np.int32]
    turn: NDArray[np.int32]
    tables_db: NDArray[np.float32]


def sectors(
    patterns: Sequence[Pattern],
    *,
    keys: ArrayLike,
    eirp_dbm: ArrayLike,
    azimuth_deg: ArrayLike,
    electrical_tilt_deg: ArrayLike,
    mechanical_tilt_deg: ArrayLike = 0.0,
) -> Sectors:
    """Tabulate the sectors of one place.

    Parameters
    ----------
    patterns
        Antenna of each sector, n at least 1.
    keys
        Of the cells, whole numbers from 0 up, shape (n,).
    eirp_dbm
        Power radiated in the main direction, in the bandwidth that levels are wanted for (one
        resource element), dBm, shape (n,).
    azimuth_deg
        Main directions, degrees clockwise from grid north, shape (n,).
    electrical_tilt_deg, mechanical_tilt_deg
        Downtilts, degrees, positive below the horizon; one for all or shape (n,).

    Raises
    ------
    ParameterError
        If shapes differ or a value is not finite; the message lists every fault.
    """
    count = len(patterns)
    given = {
        "eirp_dbm": eirp_dbm,
        "azimuth_deg": azimuth_deg,
        "electrical_tilt_deg": electrical_tilt_deg,
        "mechanical_tilt_deg": mechanical_tilt_deg,
    }
    values, faults = _columns(given, count)
    key = np.atleast_1d(np.asarray(keys))
    if key.shape != (count,) or key.dtype.kind not in "iu" or (key < 0).any():
        faults.append(f"keys is {key.tolist()}; give {count} whole numbers from 0 up")
    if count == 0:
        faults.append("there is no sector; give at least one")
    if faults:
        raise ParameterError("The sectors cannot be tabulated: " + "; ".join(faults) + ".")
    azimuth, electrical = values["azimuth_deg"], values["electrical_tilt_deg"]
    mechanical = values["mechanical_tilt_deg"]
    table, tables_db = _tilted_tables(patterns, mechanical, electrical)
    across = zip(patterns, azimuth, strict=True)
    turned = [(_turned(p.horizontal_db, a), _turned(p.front_share, a)) for p, a in across]
    known: dict[tuple[int, float], tuple[NDArray[np.float32], NDArray[np.float32]]] = {}
    for pattern, tilt in zip(patterns, electrical.tolist(), strict=True):
        if (id(pattern), tilt) not in known:
            known[id(pattern), tilt] = _vertical_db(pattern, tilt)
    down = [known[id(p), t] for p, t in zip(patterns, electrical.tolist(), strict=True)]
    return Sectors(
        keys=key.astype(np.int32),
        eirp_dbm=values["eirp_dbm"].astype(np.float32),
        horizontal_db=np.stack([h for h, _ in turned]),
        front_share=np.stack([f for _, f in turned]),
        front_db=np.stack([f for f, _ in down]),
        back_db=np.stack([b for _, b in down]),
        most_db=np.array([p.max_db for p in patterns], dtype=np.float32),
        mixed=np.array([bool((p.front_share < 1.0).any()) for p in patterns]),
        table=table,
        turn=(np.rint(azimuth * BEARINGS_PER_DEG) % BEARINGS).astype(np.int32),
        tables_db=tables_db,
    )


def loss_limits_db(place: Sectors, floor_dbm: float) -> NDArray[np.float64]:
    """Return the loss beyond which no sector reaches a level, by direction, dB.

    Parameters
    ----------
    place
        The sectors.
    floor_dbm
        The level, dBm.

    Returns
    -------
    numpy.ndarray
        By whole degree of azimuth clockwise from grid north, shape (360,); each covers the degree
        before and after it, and leaves room for rounding.
    """
    best_dbm = np.full(BEARINGS, -np.inf)
    for sector in range(place.keys.size):
        if place.table[sector] < 0:
            front_db = place.front_share[sector] * place.front_db[sector].min()
            back_db = (1.0 - place.front_share[sector]) * place.back_db[sector].min()
            least_db = place.horizontal_db[sector] + front_db + back_db
        else:
            of_bearing_db = place.tables_db[place.table[sector]].min(axis=1)
            least_db = np.roll(
                np.repeat(of_bearing_db, 1 << COARSE_BEARING_BITS), int(place.turn[sector])
            )
        gain_db = -np.clip(least_db, 0.0, place.most_db[sector]).astype(np.float64)
        best_dbm = np.maximum(best_dbm, place.eirp_dbm[sector] + gain_db)
    of_degree_dbm = best_dbm.reshape(_DIRECTIONS, BEARINGS_PER_DEG).max(axis=1)
    around_dbm = np.max([np.roll(of_degree_dbm, shift) for shift in (-1, 0, 1)], axis=0)
    return np.asarray(around_dbm - floor_dbm + _ROUNDING_DB, dtype=np.float64)


def _columns(
    given: dict[str, ArrayLike], count: int
) -> tuple[dict[str, NDArray[np.float64]], list[str]]:
    """Bring the numbers of the sectors to arrays; list what is wrong with them."""
    values, faults = {}, []
    for name, value in given.items():
        array = np.asarray(value, dtype=np.float64)
        if array.shape not in ((), (count,)) or not np.isfinite(array).all():
            faults.append(f"{name} is {array.tolist()}; give one finite number per sector")
        else:
            values[name] = np.broadcast_to(array, (count,)).astype(np.float64)
    return values, faults


def _at(table: NDArray[np.float64], angle_deg: NDArray[np.float64]) -> NDArray[np.float32]:
    """Interpolate the table of a cut at any angles, degrees."""
    place = (angle_deg % 360.0) * STEPS_PER_DEG
    known = np.append(table, table[0])
    found: NDArray[np.float32] = np.interp(place, np.arange(TABLE_SIZE + 1), known).astype(
        np.float32
    )
    return found


def _turned(table: NDArray[np.float64], azimuth_deg: float) -> NDArray[np.float32]:
    """Return a cut around an antenna by bearing from grid north."""
    if (table == table[0]).all():
        return np.full(BEARINGS, table[0], dtype=np.float32)
    return _at(table, np.arange(BEARINGS) / BEARINGS_PER_DEG - azimuth_deg)


def _elevation_deg(places: NDArray[np.integer] | NDArray[np.floating]) -> NDArray[np.float64]:
    """Return the angle above the horizon of places, degrees."""
    share = places / PLACES_PER_SIDE - 1.0
    return np.asarray(np.degrees(np.arctan2(share, 1.0 - np.abs(share))), dtype=np.float64)


def _vertical_db(
    pattern: Pattern, electrical_tilt_deg: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return the vertical cut in front and behind by place, dB."""
    below_deg = -_elevation_deg(np.arange(_PLACES)) - (electrical_tilt_deg - pattern.tilt_deg)
    return _at(pattern.vertical_db, below_deg), _at(pattern.vertical_db, 180.0 - below_deg)


def _middle(bits: int) -> float:
    """Return the middle of the fine steps that fall into one coarse step, from its first."""
    return 0.5 * ((1 << bits) - 1)


@kernel
def _fill_tilted(
    pattern: Pattern,
    offset_deg: NDArray[np.float64],
    elevation_deg: NDArray[np.float64],
    mechanical_tilt_deg: float,
    electrical_tilt_deg: float,
    table_db: NDArray[np.float32],
) -> None:
    """Write the attenuation by bearing from the antenna's own and place, dB."""
    for i in range(table_db.shape[0]):
        for j in range(table_db.shape[1]):
            gain_db = direction_gain_db(
                pattern, offset_deg[i], elevation_deg[j], mechanical_tilt_deg, electrical_tilt_deg
            )
            table_db[i, j] = -gain_db


def _tilted_tables(
    patterns: Sequence[Pattern],
    mechanical_deg: NDArray[np.float64],
    electrical_deg: NDArray[np.float64],
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the number of each sector's table, -1 for none, and the tables."""
    number = np.full(len(patterns), -1, dtype=np.int32)
    tables: list[NDArray[np.float32]] = []
    for sector in np.flatnonzero(mechanical_deg).tolist():
        number[sector] = len(tables)
        key = _Key(patterns[sector])
        tables.append(_tilted(key, float(mechanical_deg[sector]), float(electrical_deg[sector])))
    empty = np.empty((0, *_COARSE_SHAPE), dtype=np.float32)
    return number, np.stack(tables) if tables else empty


class _Key:
    """A pattern that can be looked up by its content."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        self._content = tuple(
            v.tobytes() if isinstance(v, np.ndarray) else repr(v) for v in pattern
        )

    def __hash__(self) -> int:
        return hash(self._content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self._content == other._content


@lru_cache(maxsize=32)
def _tilted(key: _Key, mechanical_deg: float, electrical_deg: float) -> NDArray[np.float32]:
    """Tabulate a mechanically tilted antenna in the middle of each step, 15 MB each."""
    places = np.arange(_COARSE_SHAPE[1]) << COARSE_PLACE_BITS
    places = np.minimum(places + _middle(COARSE_PLACE_BITS), _PLACES - 1)
    table_db = np.empty(_COARSE_SHAPE, dtype=np.float32)
    bearings = np.arange(_COARSE_SHAPE[0]) << COARSE_BEARING_BITS
    offset_deg = (bearings + _middle(COARSE_BEARING_BITS)) / BEARINGS_PER_DEG
    _fill_tilted(
        key.pattern, offset_deg, _elevation_deg(places), mechanical_deg, electrical_deg, table_db
    )
    return table_db
