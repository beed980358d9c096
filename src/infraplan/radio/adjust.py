"""What do measurements and the clutter around the receiver add to losses that were computed?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from infraplan.radio.around import around
from infraplan.radio.freespace import free_space_loss_db
from infraplan.radio.jit import kernel
from infraplan.units import GHZ_PER_MHZ, KM_PER_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["adjust_block", "adjust_losses", "least_adjustment_db"]


@kernel
def adjust_losses(
    loss_db: NDArray[np.float32],
    ground_m: NDArray[np.float32],
    distance_m: NDArray[np.float32],
    level_m: float,
    frequency_ghz: float,
    bias_db: float,
    slope_db_per_decade: float,
    offset_db: NDArray[np.float32],
) -> None:
    """Add a correction to a block of losses, in place; never below free space.

    Parameters
    ----------
    loss_db
        Losses, dB, float32; NaN stays NaN. Changed.
    ground_m, distance_m
        Terrain, m, and horizontal distance from the transmitter, m; shape of the losses.
    level_m
        Height of ground and antenna at the transmitter less the height of the receiver, m.
    frequency_ghz
        Frequency, GHz.
    bias_db, slope_db_per_decade
        Added everywhere, and per decade of distance from 1 km (nearer than a metre: 1 m), dB.
    offset_db
        Added per pixel, dB; shape of the losses, or without rows where there is none.
    """
    for i in range(loss_db.shape[0]):
        for j in range(loss_db.shape[1]):
            if math.isnan(loss_db[i, j]):
                continue
            away_km = max(distance_m[i, j] * KM_PER_M, KM_PER_M)
            slant_km = math.hypot(away_km, (ground_m[i, j] - level_m) * KM_PER_M)
            value_db = loss_db[i, j] + bias_db + slope_db_per_decade * math.log10(away_km)
            if offset_db.shape[0] > 0:
                value_db += offset_db[i, j]
            loss_db[i, j] = max(value_db, free_space_loss_db(slant_km, frequency_ghz))


def adjust_block(
    loss_db: NDArray[np.float32],
    ground_m: NDArray[np.float32],
    cell_size_m: float,
    *,
    radius: int,
    south: int,
    east: int,
    level_m: float,
    frequency_mhz: float,
    bias_db: float,
    slope_db_per_decade: float,
    offset_db: NDArray[np.float32] | None,
) -> None:
    """Add a correction to a block of losses around a transmitter, in place.

    Parameters
    ----------
    loss_db, ground_m, level_m, bias_db, slope_db_per_decade
        As for :func:`adjust_losses`.
    cell_size_m
        Side of a pixel, m.
    radius
        Reach in pixels.
    south, east
        Pixel of the block's first row and column, from the transmitter.
    frequency_mhz
        Frequency, MHz.
    offset_db
        Added per pixel, dB, shape of the losses; None where there is nothing.
    """
    rows, columns = loss_db.shape
    top, left = south + radius, east + radius
    distance_m = around(radius, cell_size_m).distance_m
    adjust_losses(
        loss_db,
        ground_m,
        distance_m[top : top + rows, left : left + columns],
        level_m,
        frequency_mhz * GHZ_PER_MHZ,
        bias_db,
        slope_db_per_decade,
        np.empty((0, 0), dtype=np.float32) if offset_db is None else offset_db,
    )


def least_adjustment_db(
    bias_db: float,
    slope_db_per_decade: float,
    offset_db: NDArray[np.float32] | None,
    *,
    reach_m: float,
) -> float:
    """Return the least that :func:`adjust_losses` can add within reach, dB; NaN offsets aside."""
    ends_db = (slope_db_per_decade * math.log10(KM_PER_M), slope_db_per_decade * _decades(reach_m))
    least_db = bias_db + min(ends_db)
    if offset_db is not None and offset_db.size:
        least_db += float(np.nanmin(offset_db))
    return least_db


def _decades(distance_m: float) -> float:
    return math.log10(max(distance_m, 1.0) * KM_PER_M)
