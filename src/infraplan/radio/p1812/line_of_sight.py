"""What would the loss be without obstacles, with multipath and focusing?

Recommendation ITU-R P.1812-8, Annex 1, section 4.2.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from infraplan.radio.freespace import free_space_loss_db
from infraplan.radio.jit import kernel
from infraplan.units import KM_PER_M

__all__ = ["LineOfSight", "line_of_sight"]


class LineOfSight(NamedTuple):
    """Basic losses of a path without obstacles, dB.

    Attributes
    ----------
    free_space_loss_db
        In free space over the slant (L_bfs).
    line_of_sight_loss_db
        Not exceeded for the time asked for (L_b0p).
    line_of_sight_beta_loss_db
        Not exceeded for beta_0 % of time (L_b0beta).
    """

    free_space_loss_db: float
    line_of_sight_loss_db: float
    line_of_sight_beta_loss_db: float


@kernel
def line_of_sight(
    path_km: float,
    rise_m: float,
    frequency_ghz: float,
    time_percent: float,
    ducting_percent: float,
    horizons_km: float,
) -> LineOfSight:
    """Compute the basic losses of a path without obstacles.

    Parameters
    ----------
    path_km, rise_m
        Length over the ground, km, and difference of the antennas' levels, m.
    frequency_ghz
        Frequency, GHz.
    time_percent, ducting_percent
        Time asked for and beta_0, %.
    horizons_km
        Sum of the distances of both antennas from their horizons, km.

    Returns
    -------
    LineOfSight
        The losses, dB.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, section 4.2, equations (8) to (11).
    """
    free_db = free_space_loss_db(math.hypot(path_km, rise_m * KM_PER_M), frequency_ghz)
    focusing_db = 2.6 * (1.0 - math.exp(-0.1 * horizons_km))
    return LineOfSight(
        free_db,
        free_db + focusing_db * math.log10(time_percent / 50.0),
        free_db + focusing_db * math.log10(ducting_percent / 50.0),
    )
