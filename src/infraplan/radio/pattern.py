"""Which tables describe an antenna: one of the 3GPP formula, or one of measured cuts?

The tables are those of :class:`infraplan.radio.directions.Pattern`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from infraplan.errors import ParameterError
from infraplan.radio.antenna import pattern_faults
from infraplan.radio.directions import (
    STEPS_PER_DEG,
    TABLE_SIZE,
    Pattern,
    direction_gain_db,
    direction_gains_db,
    table_at,
    tilted_direction_deg,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "STEPS_PER_DEG",
    "TABLE_SIZE",
    "Pattern",
    "antenna_gain_db",
    "direction_gain_db",
    "pattern_from_beamwidths",
    "pattern_from_cuts",
    "tilted_direction_deg",
]


def antenna_gain_db(
    pattern: Pattern,
    azimuth_offset_deg: ArrayLike,
    elevation_deg: ArrayLike,
    *,
    mechanical_tilt_deg: ArrayLike = 0.0,
    electrical_tilt_deg: ArrayLike | None = None,
) -> NDArray[np.float64]:
    """Compute the gain of an antenna relative to its main direction, in dB.

    Parameters
    ----------
    pattern
        The antenna, from :func:`pattern_from_beamwidths` or :func:`pattern_from_cuts`.
    azimuth_offset_deg
        Direction less the sector's azimuth, degrees clockwise; whole turns do not matter.
    elevation_deg
        Direction above the horizon, degrees, negative below; all arguments broadcast.
    mechanical_tilt_deg
        Downtilt of the whole antenna, degrees.
    electrical_tilt_deg
        Downtilt of the beam in the antenna, degrees; that of the cuts where None.

    Returns
    -------
    numpy.ndarray
        Gain, dB, from minus ``pattern.max_db`` to 0; NaN where a direction is NaN.

    Examples
    --------
    >>> sector = pattern_from_beamwidths(
    ...     horizontal_beamwidth_deg=70.0, vertical_beamwidth_deg=10.0,
    ...     front_to_back_db=25.0, side_lobe_db=20.0)
    >>> antenna_gain_db(sector, [0.0, 35.0, 180.0], 0.0).round(6).tolist()
    [0.0, -3.0, -25.0]
    """
    electrical = pattern.tilt_deg if electrical_tilt_deg is None else electrical_tilt_deg
    given = (azimuth_offset_deg, elevation_deg, mechanical_tilt_deg, electrical)
    angles = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in given))
    known = np.isfinite(np.stack(angles)).all(axis=0)
    flat = [np.where(known, a, 0.0).ravel() for a in angles]
    gains_db = direction_gains_db(pattern, flat[0], flat[1], flat[2], flat[3])
    result: NDArray[np.float64] = np.where(known, gains_db.reshape(known.shape), np.nan)
    return result


def _turned_deg() -> NDArray[np.float64]:
    """Return the angle of each table entry from the front, -180 up to 180 degrees."""
    angle_deg = np.arange(TABLE_SIZE) / STEPS_PER_DEG
    return np.where(angle_deg >= 180.0, angle_deg - 360.0, angle_deg)


def pattern_from_beamwidths(
    *,
    horizontal_beamwidth_deg: float,
    vertical_beamwidth_deg: float,
    front_to_back_db: float,
    side_lobe_db: float,
    gain_dbi: float = math.nan,
) -> Pattern:
    """Build the tables of the 3GPP sector antenna: the sum of both cuts, held at a maximum.

    Parameters
    ----------
    horizontal_beamwidth_deg, vertical_beamwidth_deg
        Widths between the points 3 dB down, degrees, above 0.
    front_to_back_db
        Largest attenuation in the horizontal cut and in all, dB, not negative.
    side_lobe_db
        Largest attenuation in the vertical cut, dB, not negative.
    gain_dbi
        Gain in the main direction, dBi.

    Raises
    ------
    ParameterError
        If a width is not above 0 or an attenuation is negative; the message lists them all.

    References
    ----------
    3GPP TR 36.814 V9.2.0, Table A.2.1.1-2. :func:`infraplan.radio.antenna.sector_gain_db` is the
    formula itself; the tables differ from it by less than 0.05 dB, where it has corners.
    """
    faults = pattern_faults(
        horizontal_beamwidth_deg=horizontal_beamwidth_deg,
        vertical_beamwidth_deg=vertical_beamwidth_deg,
        front_to_back_db=front_to_back_db,
        side_lobe_db=side_lobe_db,
    )
    if faults:
        message = "The antenna has no pattern: " + "; ".join(faults) + "."
        raise ParameterError(message)
    angle_deg = _turned_deg()
    return Pattern(
        horizontal_db=np.minimum(
            12 * (angle_deg / horizontal_beamwidth_deg) ** 2, front_to_back_db
        ),
        vertical_db=np.minimum(12 * (angle_deg / vertical_beamwidth_deg) ** 2, side_lobe_db),
        front_share=np.ones(TABLE_SIZE),
        max_db=float(front_to_back_db),
        tilt_deg=0.0,
        gain_dbi=float(gain_dbi),
    )


def pattern_from_cuts(
    horizontal_db: ArrayLike,
    vertical_db: ArrayLike,
    *,
    tilt_deg: float,
    gain_dbi: float = math.nan,
    combination: Literal["projection", "sum"] = "projection",
) -> Pattern:
    """Build the tables of a measured antenna.

    Parameters
    ----------
    horizontal_db
        Attenuation in the horizontal cut, dB, not negative, evenly spaced over the whole turn
        from the front clockwise, shape (n,), n at least 36.
    vertical_db
        The same in the vertical cut, from the horizon in front (0) through straight down (90)
        and the horizon behind (180), shape (m,), m at least 36.
    tilt_deg
        Electrical downtilt that the vertical cut has, degrees.
    gain_dbi
        Gain in the main direction, dBi.
    combination
        "projection": the horizontal cut holds at the elevation of the main lobe, and is changed
        at others as the vertical cut changes from there: in front by its front half, behind by
        its rear half, between by both, weighted by azimuth. "sum": both cuts add up as in the
        3GPP formula, and the front half of the vertical cut counts all around.

    Returns
    -------
    Pattern
        Each cut is lowered by its least attenuation, so that the main direction has none.

    Raises
    ------
    ParameterError
        If a cut has another shape, or holds a value that is negative or no number.

    References
    ----------
    F. Gil, A. R. Claro, J. M. Ferreira, C. Pardelinha, L. M. Correia, "A 3D interpolation method
    for base-station-antenna radiation patterns", IEEE Antennas and Propagation Magazine 43 (2),
    2001: horizontal projection interpolation. It takes for granted that both cuts agree at the
    main lobe and opposite to it; measured cuts seldom do, so each half of the vertical cut counts
    from its own value there. 3GPP TR 36.814 V9.2.0, Table A.2.1.1-2 (sum).
    """
    faults = _cut_faults("horizontal_db", horizontal_db) + _cut_faults("vertical_db", vertical_db)
    if faults:
        raise ParameterError("The antenna has no pattern: " + "; ".join(faults) + ".")
    across_db, down_db = _table(horizontal_db), _table(vertical_db)
    most_db = float(max(across_db.max(), down_db.max()))
    front = np.ones(TABLE_SIZE)
    if combination == "projection":
        front = 1.0 - np.abs(_turned_deg()) / 180.0
        lobe, opposite = table_at(down_db, tilt_deg), table_at(down_db, 180.0 - tilt_deg)
        across_db -= front * lobe + (1.0 - front) * opposite
    return Pattern(across_db, down_db, front, most_db, float(tilt_deg), float(gain_dbi))


def _cut_faults(name: str, cut_db: ArrayLike) -> list[str]:
    """List what is wrong with a cut."""
    values = np.asarray(cut_db, dtype=np.float64)
    if values.ndim != 1 or values.size < 36:
        return [f"{name} has shape {values.shape}; give at least 36 values over the whole turn"]
    if not (np.isfinite(values) & (values >= 0.0)).all():
        return [f"{name} holds values that are negative or no numbers; give dB from 0 up"]
    return []


def _table(cut_db: ArrayLike) -> NDArray[np.float64]:
    """Interpolate a cut to the steps of the tables, its least attenuation taken off."""
    values = np.asarray(cut_db, dtype=np.float64)
    place = np.arange(TABLE_SIZE) * (values.size / TABLE_SIZE)
    table = np.interp(place, np.arange(values.size + 1), np.append(values, values[0]))
    lowered: NDArray[np.float64] = table - table.min()
    return lowered
