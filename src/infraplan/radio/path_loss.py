"""What is the exact loss between one transmitter and single pixels, one profile each?

The plain twin of the radial sweep: slow, and simple enough to be believed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from infraplan.radio.diffraction import delta_bullington_parts
from infraplan.radio.freespace import free_space_loss_db
from infraplan.radio.jit import kernel
from infraplan.radio.profile import sample_count, sample_profile
from infraplan.units import KM_PER_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Link", "pixel_losses_db", "slant_free_space_db"]


class Link(NamedTuple):
    """What is the same for every pixel that one transmitter serves.

    Attributes
    ----------
    cell_size_km
        Distance between neighbouring posts, km.
    tx_height_m, rx_height_m
        Heights of the antennas above the ground, m.
    frequency_ghz, wavelength_m
        Frequency, GHz, and the wavelength that belongs to it, m.
    radius_km
        Effective Earth radius, km.
    """

    cell_size_km: float
    tx_height_m: float
    rx_height_m: float
    frequency_ghz: float
    wavelength_m: float
    radius_km: float


@kernel
def slant_free_space_db(link: Link, cells: float, rise_m: float) -> float:
    """Compute the free-space loss, dB, over ``cells`` of ground and ``rise_m`` of height."""
    slant_km = math.hypot(cells * link.cell_size_km, rise_m * KM_PER_M)
    return free_space_loss_db(slant_km, link.frequency_ghz)


@kernel
def pixel_losses_db(
    height_m: NDArray[np.float32],
    link: Link,
    row: int,
    column: int,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Compute free-space plus delta-Bullington loss to each pixel from its own profile, in dB.

    Parameters
    ----------
    height_m
        Terrain posts, m, shape (rows, columns), C-contiguous, NaN where unknown.
    link
        What all pixels share.
    row, column
        Post of the transmitter.
    rows, columns
        Posts of the pixels, shape (n,), all on the grid.

    Returns
    -------
    numpy.ndarray
        Loss, dB, shape (n,); NaN where the profile meets unknown terrain.
    """
    losses_db = np.full(rows.size, np.nan)
    tx_level_m = float(height_m[row, column]) + link.tx_height_m
    for k in range(rows.size):
        rise_m = float(height_m[rows[k], columns[k]]) + link.rx_height_m - tx_level_m
        cells = math.hypot(rows[k] - row, columns[k] - column)
        free_db = slant_free_space_db(link, cells, rise_m)
        if cells == 0.0:
            losses_db[k] = free_db
            continue
        count = sample_count(rows[k] - row, columns[k] - column)
        distance_km = np.empty(count)
        profile_m = np.empty(count)
        end = (rows[k], columns[k])
        if sample_profile(height_m, link.cell_size_km, (row, column), end, distance_km, profile_m):
            actual_db, smooth_db, spherical_db = delta_bullington_parts(
                distance_km, profile_m, link.tx_height_m, link.rx_height_m, link.frequency_ghz,
                link.wavelength_m, link.radius_km, True, 0.0,
            )  # fmt: skip
            losses_db[k] = free_db + actual_db + max(spherical_db - smooth_db, 0.0)
    return losses_db
