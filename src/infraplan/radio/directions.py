"""How much does an antenna radiate in one direction, by tables of its two cuts?

Both the 3GPP formula and measured cuts become the same tables, so one kernel serves all.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from infraplan.radio.jit import kernel

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "STEPS_PER_DEG",
    "TABLE_SIZE",
    "Pattern",
    "direction_gain_db",
    "direction_gains_db",
    "table_at",
    "tilted_direction_deg",
]

STEPS_PER_DEG: Final = 10
TABLE_SIZE: Final = 360 * STEPS_PER_DEG


class Pattern(NamedTuple):
    """An antenna as kernels see it: what its cuts attenuate in steps of 0.1 degree.

    The attenuation towards azimuth φ and angle θ below the horizon of the antenna is ::

        A = horizontal(φ) + front(φ) vertical(θ) + (1 - front(φ)) vertical(180 - θ)

    held between 0 and `max_db`.

    Attributes
    ----------
    horizontal_db
        Share of the horizontal cut, dB; entry i is φ = i / 10 degrees clockwise from the front,
        shape (3600,).
    vertical_db
        Vertical cut, dB; entry i is θ = i / 10 degrees, 0 the horizon in front, 90 straight
        down, 180 the horizon behind, 270 straight up, shape (3600,).
    front_share
        Weight of the front half of the vertical cut, 0 to 1, shape (3600,), by φ.
    max_db
        Largest attenuation, dB.
    tilt_deg
        Electrical downtilt that the vertical cut already has, degrees.
    gain_dbi
        Gain in the main direction, dBi; NaN where unknown (predictions use the EIRP).
    """

    horizontal_db: NDArray[np.float64]
    vertical_db: NDArray[np.float64]
    front_share: NDArray[np.float64]
    max_db: float
    tilt_deg: float
    gain_dbi: float


@kernel
def table_at(cut_db: NDArray[np.float64], angle_deg: float) -> float:
    """Interpolate a table linearly at any angle, degrees."""
    place = angle_deg * STEPS_PER_DEG
    below = math.floor(place)
    first = int(below) % TABLE_SIZE
    second = first + 1 if first + 1 < TABLE_SIZE else 0
    part = place - below
    value: float = cut_db[first] + part * (cut_db[second] - cut_db[first])
    return value


@kernel
def tilted_direction_deg(
    azimuth_offset_deg: float, elevation_deg: float, mechanical_tilt_deg: float
) -> tuple[float, float]:
    """Turn a direction into the frame of an antenna that is tilted down as a whole, degrees.

    The exact rotation about the horizontal axis across the main direction: downtilt in front is
    uptilt behind, and none to the sides.

    Parameters
    ----------
    azimuth_offset_deg
        Direction less the antenna's azimuth, degrees.
    elevation_deg
        Direction above the horizon, degrees.
    mechanical_tilt_deg
        Downtilt of the whole antenna, degrees.

    Returns
    -------
    tuple of float
        Azimuth and elevation in the antenna's frame, degrees.
    """
    azimuth = math.radians(azimuth_offset_deg)
    elevation = math.radians(elevation_deg)
    tilt = math.radians(mechanical_tilt_deg)
    ahead = math.cos(elevation) * math.cos(azimuth)
    across = math.cos(elevation) * math.sin(azimuth)
    up = math.sin(elevation)
    along = ahead * math.cos(tilt) - up * math.sin(tilt)
    above = ahead * math.sin(tilt) + up * math.cos(tilt)
    turned = math.degrees(math.atan2(across, along))
    return turned, math.degrees(math.atan2(above, math.hypot(along, across)))


@kernel
def direction_gain_db(
    pattern: Pattern,
    azimuth_offset_deg: float,
    elevation_deg: float,
    mechanical_tilt_deg: float,
    electrical_tilt_deg: float,
) -> float:
    """Compute the gain relative to the main direction, in dB, at most 0.

    Parameters
    ----------
    pattern
        Tables of the antenna.
    azimuth_offset_deg
        Direction less the sector's azimuth, degrees clockwise; whole turns do not matter.
    elevation_deg
        Direction above the horizon, degrees, negative below.
    mechanical_tilt_deg
        Downtilt of the whole antenna, degrees: the direction is rotated.
    electrical_tilt_deg
        Downtilt of the beam in the antenna, degrees: the vertical cut is shifted, behind as in
        front, by what the cut does not have yet.

    References
    ----------
    :mod:`infraplan.radio.pattern` says how cuts are combined.
    """
    if mechanical_tilt_deg != 0.0:
        azimuth_offset_deg, elevation_deg = tilted_direction_deg(
            azimuth_offset_deg, elevation_deg, mechanical_tilt_deg
        )
    below_deg = -elevation_deg - (electrical_tilt_deg - pattern.tilt_deg)
    front = table_at(pattern.front_share, azimuth_offset_deg)
    loss_db = table_at(pattern.horizontal_db, azimuth_offset_deg)
    loss_db += front * table_at(pattern.vertical_db, below_deg)
    if front < 1.0:
        loss_db += (1.0 - front) * table_at(pattern.vertical_db, 180.0 - below_deg)
    return 0.0 - min(max(loss_db, 0.0), pattern.max_db)


@kernel
def direction_gains_db(
    pattern: Pattern,
    azimuth_offset_deg: NDArray[np.float64],
    elevation_deg: NDArray[np.float64],
    mechanical_tilt_deg: NDArray[np.float64],
    electrical_tilt_deg: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Compute :func:`direction_gain_db` for arrays, shape (n,)."""
    gains_db = np.empty(azimuth_offset_deg.size)
    for i in range(azimuth_offset_deg.size):
        gains_db[i] = direction_gain_db(
            pattern, azimuth_offset_deg[i], elevation_deg[i],
            mechanical_tilt_deg[i], electrical_tilt_deg[i],
        )  # fmt: skip
    return gains_db
