"""How much signal is lost between one transmitter and every pixel around it?

The whole of Recommendation ITU-R P.1812-8 on inland paths, at half of the locations.
:func:`loss_window` is fast (rays shared by all pixels), :func:`loss_block` gives any part of it,
:func:`loss_windows` several mast heights at once, and :func:`loss_at` is exact (one dense profile
per pixel).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from infraplan.radio.audit import loss_at
from infraplan.radio.link import (
    DEFAULT_LATITUDE_DEG,
    MEDIAN_SEA_LEVEL_REFRACTIVITY_N,
)
from infraplan.radio.sweep_job import Job, check_job, run_job
from infraplan.radio.sweep_layout import NETWORK_RAYS_PER_PIXEL, RAYS_PER_PIXEL
from infraplan.units import MEDIAN_REFRACTIVITY_GRADIENT_N_KM

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "NETWORK_RAYS_PER_PIXEL",
    "RAYS_PER_PIXEL",
    "loss_at",
    "loss_block",
    "loss_window",
    "loss_windows",
]


def loss_window(
    height_m: NDArray[np.floating],
    cell_size_m: float,
    row: int,
    column: int,
    *,
    radius_m: float,
    frequency_mhz: float,
    tx_height_m: float,
    rx_height_m: float = 1.5,
    clutter_height_m: NDArray[np.floating] | None = None,
    polarization: Literal["horizontal", "vertical"] = "vertical",
    time_percent: float = 50.0,
    delta_n: float = MEDIAN_REFRACTIVITY_GRADIENT_N_KM,
    n0: float = MEDIAN_SEA_LEVEL_REFRACTIVITY_N,
    latitude_deg: float = DEFAULT_LATITUDE_DEG,
    rays_per_pixel: float = RAYS_PER_PIXEL,
) -> NDArray[np.float32]:
    """Compute the loss from one transmitter to every pixel within reach, in dB.

    Parameters
    ----------
    height_m
        Terrain, m, shape (rows, columns), rows from north to south, NaN where unknown.
    cell_size_m
        Distance between neighbouring posts, m.
    row, column
        Post of the transmitter, 0-based, anywhere on known terrain, the grid's edge included.
    radius_m
        Reach, m, at least one cell.
    frequency_mhz
        Frequency, MHz, 30 to 6000.
    tx_height_m, rx_height_m
        Heights of the antennas above the ground, m, 1 to 3000.
    clutter_height_m
        Clutter over the terrain, m, same shape, NaN as 0. It obstructs between the terminals,
        which stand in a clearing of one cell; horizons and smooth-Earth heights are the terrain's.
    polarization
        "horizontal" or "vertical".
    time_percent
        Share of the average year for which the loss is not exceeded, %, 1 to 50.
    delta_n
        Median refractivity lapse rate, N-units/km, above 0 and below 157.
    n0
        Sea-level surface refractivity, N-units.
    latitude_deg
        Latitude of the paths, degrees; it sets the time of ducting.
    rays_per_pixel
        Rays for each pixel on the far side of an octant, 0.25 to 4: fewer are faster, more are
        more accurate.

    Returns
    -------
    numpy.ndarray
        Loss, dB, float32, shape (2 R + 1, 2 R + 1) with R = floor(radius_m / cell_size_m) and the
        transmitter at [R, R]. NaN beyond the reach, off the grid, where the terrain is unknown and
        behind unknown terrain. See Notes for its error.

    Raises
    ------
    ParameterError
        If any parameter is outside its range; the message lists them all.

    Notes
    -----
    Against :func:`loss_at`, 15 km at 30 m and 1800 MHz over the Pyrenees, the loss errs by 0.04 to
    0.09 dB on average and by up to 1.6 dB for 99 of 100 pixels from a valley, a slope and a hilltop
    (benchmarks/radio.py prints it). Higher and steeper summits err more.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1.

    Examples
    --------
    >>> flat = np.zeros((9, 9))
    >>> loss_db = loss_window(
    ...     flat, 60.0, 4, 4, radius_m=240.0, frequency_mhz=1800.0, tx_height_m=30.0)
    >>> loss_db.shape
    (9, 9)
    """
    job = Job(
        height_m, clutter_height_m, cell_size_m, row, column, radius_m, (tx_height_m,),
        rx_height_m, frequency_mhz, polarization, time_percent, delta_n, n0, latitude_deg,
        rays_per_pixel,
    )  # fmt: skip
    check_job(job)
    loss_db: NDArray[np.float32] = run_job(job, job.window)[0]
    return loss_db


def loss_windows(
    height_m: NDArray[np.floating],
    cell_size_m: float,
    row: int,
    column: int,
    *,
    radius_m: float,
    frequency_mhz: float,
    tx_heights_m: ArrayLike,
    rx_height_m: float = 1.5,
    clutter_height_m: NDArray[np.floating] | None = None,
    polarization: Literal["horizontal", "vertical"] = "vertical",
    time_percent: float = 50.0,
    delta_n: float = MEDIAN_REFRACTIVITY_GRADIENT_N_KM,
    n0: float = MEDIAN_SEA_LEVEL_REFRACTIVITY_N,
    latitude_deg: float = DEFAULT_LATITUDE_DEG,
    rays_per_pixel: float = RAYS_PER_PIXEL,
) -> NDArray[np.float32]:
    """Compute the losses from several heights of one mast, sharing the terrain's work, in dB.

    Parameters
    ----------
    height_m, cell_size_m, row, column, radius_m, frequency_mhz, rx_height_m, clutter_height_m
        As for :func:`loss_window`.
    tx_heights_m
        Heights of the transmitters above the ground, m, 1 to 3000, shape (n,), n at least 1.
    polarization, time_percent, delta_n, n0, latitude_deg, rays_per_pixel
        As for :func:`loss_window`.

    Returns
    -------
    numpy.ndarray
        Loss, dB, float32, shape (n, 2 R + 1, 2 R + 1): what :func:`loss_window` gives for each.

    Raises
    ------
    ParameterError
        If any parameter is outside its range; the message lists them all.

    Examples
    --------
    >>> flat = np.zeros((9, 9))
    >>> losses_db = loss_windows(
    ...     flat, 60.0, 4, 4, radius_m=240.0, frequency_mhz=1800.0, tx_heights_m=[20.0, 30.0])
    >>> losses_db.shape
    (2, 9, 9)
    """
    job = Job(
        height_m, clutter_height_m, cell_size_m, row, column, radius_m,
        tuple(np.atleast_1d(np.asarray(tx_heights_m, dtype=np.float64)).tolist()), rx_height_m,
        frequency_mhz, polarization, time_percent, delta_n, n0, latitude_deg, rays_per_pixel,
    )  # fmt: skip
    check_job(job)
    return run_job(job, job.window)


def loss_block(
    height_m: NDArray[np.floating],
    cell_size_m: float,
    row: int,
    column: int,
    *,
    block: tuple[int, int, int, int],
    radius_m: float,
    frequency_mhz: float,
    tx_height_m: float,
    rx_height_m: float = 1.5,
    clutter_height_m: NDArray[np.floating] | None = None,
    polarization: Literal["horizontal", "vertical"] = "vertical",
    time_percent: float = 50.0,
    delta_n: float = MEDIAN_REFRACTIVITY_GRADIENT_N_KM,
    n0: float = MEDIAN_SEA_LEVEL_REFRACTIVITY_N,
    latitude_deg: float = DEFAULT_LATITUDE_DEG,
    max_loss_db: ArrayLike | None = None,
    rays_per_pixel: float = RAYS_PER_PIXEL,
) -> NDArray[np.float32]:
    """Compute the loss from one transmitter to the pixels of a block within reach, in dB.

    The same values as in :func:`loss_window`, bit by bit; only rays that cross the block are
    traced, and only as far as needed.

    Parameters
    ----------
    height_m, cell_size_m, row, column
        As for :func:`loss_window`. The transmitter need not be in the block.
    block
        First row, row after the last, first column and column after the last, on the grid or off.
    radius_m, frequency_mhz, tx_height_m, rx_height_m, clutter_height_m, polarization
        As for :func:`loss_window`.
    time_percent, delta_n, n0, latitude_deg, rays_per_pixel
        As for :func:`loss_window`.
    max_loss_db
        Largest loss of interest, dB: one number, or one for each whole degree of azimuth clockwise
        from grid north, shape (360,). Pixels above it are NaN, and what is surely above it is not
        computed (in the median of time; below 50 % everything is).

    Returns
    -------
    numpy.ndarray
        Loss, dB, float32, in the shape of the block; NaN as in :func:`loss_window`, and above
        ``max_loss_db``.

    Raises
    ------
    ParameterError
        If any parameter is outside its range; the message lists them all.

    Examples
    --------
    >>> flat = np.zeros((9, 9))
    >>> loss_db = loss_block(
    ...     flat, 60.0, 4, 4, block=(0, 4, 0, 9), radius_m=240.0, frequency_mhz=1800.0,
    ...     tx_height_m=30.0)
    >>> loss_db.shape
    (4, 9)
    """
    job = Job(
        height_m, clutter_height_m, cell_size_m, row, column, radius_m, (tx_height_m,),
        rx_height_m, frequency_mhz, polarization, time_percent, delta_n, n0, latitude_deg,
        rays_per_pixel,
    )  # fmt: skip
    limits_db = np.zeros(0) if max_loss_db is None else np.asarray(max_loss_db, dtype=np.float64)
    check_job(job, block=block, limits_db=limits_db)
    loss_db: NDArray[np.float32] = run_job(job, block, limits_db=limits_db)[0]
    return loss_db
