"""How much weaker than in its main direction does a sector antenna radiate?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from infraplan.errors import ParameterError
from infraplan.radio.jit import kernel

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["pattern_faults", "pattern_gain_db", "sector_gain_db"]


@kernel
def pattern_gain_db(
    azimuth_offset_deg: float,
    below_beam_deg: float,
    horizontal_beamwidth_deg: float,
    vertical_beamwidth_deg: float,
    front_to_back_db: float,
    side_lobe_db: float,
) -> float:
    """Compute the gain relative to the main direction, in dB, at most 0.

    Parameters
    ----------
    azimuth_offset_deg
        Direction less the sector's azimuth, degrees; whole turns do not matter.
    below_beam_deg
        Angle below the main direction, degrees.
    horizontal_beamwidth_deg, vertical_beamwidth_deg
        Widths between the points 3 dB down, degrees, above 0.
    front_to_back_db
        Largest attenuation in the horizontal cut and in all, dB.
    side_lobe_db
        Largest attenuation in the vertical cut, dB.

    References
    ----------
    3GPP TR 36.814 V9.2.0, Table A.2.1.1-2.
    """
    turned_deg = azimuth_offset_deg - 360.0 * math.floor((azimuth_offset_deg + 180.0) / 360.0)
    across = turned_deg / horizontal_beamwidth_deg
    down = below_beam_deg / vertical_beamwidth_deg
    horizontal_db = min(12.0 * across * across, front_to_back_db)
    vertical_db = min(12.0 * down * down, side_lobe_db)
    return 0.0 - min(horizontal_db + vertical_db, front_to_back_db)


@kernel
def _pattern_gains_db(
    azimuth_offset_deg: NDArray[np.float64],
    below_beam_deg: NDArray[np.float64],
    horizontal_beamwidth_deg: float,
    vertical_beamwidth_deg: float,
    front_to_back_db: float,
    side_lobe_db: float,
) -> NDArray[np.float64]:
    """Compute :func:`pattern_gain_db` for arrays of directions, shape (n,)."""
    gains_db = np.empty(azimuth_offset_deg.size)
    for i in range(azimuth_offset_deg.size):
        gains_db[i] = pattern_gain_db(
            azimuth_offset_deg[i], below_beam_deg[i], horizontal_beamwidth_deg,
            vertical_beamwidth_deg, front_to_back_db, side_lobe_db,
        )  # fmt: skip
    return gains_db


def sector_gain_db(
    azimuth_offset_deg: ArrayLike,
    elevation_deg: ArrayLike,
    tilt_deg: ArrayLike,
    *,
    horizontal_beamwidth_deg: float,
    vertical_beamwidth_deg: float,
    front_to_back_db: float,
    side_lobe_db: float,
) -> NDArray[np.float64]:
    """Compute the gain of a sector antenna relative to its main direction, in dB.

    The antenna's figures have no defaults here: they come from the catalogue.

    Parameters
    ----------
    azimuth_offset_deg
        Direction less the sector's azimuth, degrees; whole turns do not matter.
    elevation_deg
        Direction above the horizon, degrees, negative below; broadcast with the offset.
    tilt_deg
        Downtilt of the main direction, degrees, positive below the horizon; broadcast too.
    horizontal_beamwidth_deg, vertical_beamwidth_deg
        Widths between the points 3 dB down, degrees, above 0.
    front_to_back_db
        Largest attenuation in the horizontal cut and in all, dB, not negative.
    side_lobe_db
        Largest attenuation in the vertical cut, dB, not negative.

    Returns
    -------
    numpy.ndarray
        Gain, dB, from minus ``front_to_back_db`` to 0; shape of the broadcast directions.

    Raises
    ------
    ParameterError
        If a width is not above 0 or an attenuation is negative; the message lists them all.

    References
    ----------
    3GPP TR 36.814 V9.2.0, Table A.2.1.1-2.

    Examples
    --------
    >>> sector_gain_db(
    ...     [0.0, 35.0, 180.0], 0.0, 0.0, horizontal_beamwidth_deg=70.0,
    ...     vertical_beamwidth_deg=10.0, front_to_back_db=25.0, side_lobe_db=20.0).tolist()
    [0.0, -3.0, -25.0]
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
    below_deg = -np.asarray(elevation_deg, dtype=np.float64) - np.asarray(tilt_deg)
    offset_deg, below_deg = np.broadcast_arrays(
        np.asarray(azimuth_offset_deg, dtype=np.float64), below_deg
    )
    gains_db = _pattern_gains_db(
        offset_deg.flatten(),
        below_deg.flatten(),
        float(horizontal_beamwidth_deg),
        float(vertical_beamwidth_deg),
        float(front_to_back_db),
        float(side_lobe_db),
    )
    return gains_db.reshape(offset_deg.shape)


def pattern_faults(
    *,
    horizontal_beamwidth_deg: float,
    vertical_beamwidth_deg: float,
    front_to_back_db: float,
    side_lobe_db: float,
) -> list[str]:
    """List what is wrong with the figures of an antenna's pattern."""
    widths = {
        "horizontal_beamwidth_deg": horizontal_beamwidth_deg,
        "vertical_beamwidth_deg": vertical_beamwidth_deg,
    }
    attenuations = {"front_to_back_db": front_to_back_db, "side_lobe_db": side_lobe_db}
    faults = [
        f"{name} is {value}; give degrees above 0"
        for name, value in widths.items()
        if not (math.isfinite(value) and value > 0)
    ]
    faults += [
        f"{name} is {value}; give dB from 0 up"
        for name, value in attenuations.items()
        if not (math.isfinite(value) and value >= 0)
    ]
    return faults
