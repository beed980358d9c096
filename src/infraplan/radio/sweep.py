"""How much signal is lost between one transmitter and every pixel around it?

Free-space loss plus the delta-Bullington diffraction loss of Recommendation ITU-R P.526-15, median
of time, vertical polarisation, over land. :func:`loss_window` is fast (rays shared by all pixels),
:func:`loss_at` is exact (one dense profile per pixel).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from infraplan.errors import ParameterError
from infraplan.radio.path_loss import Link, pixel_losses_db
from infraplan.radio.smooth_excess import excess_table
from infraplan.radio.sweep_kernels import sweep_window
from infraplan.radio.window import place_faults, relative_window_m
from infraplan.units import (
    GHZ_PER_MHZ,
    KM_PER_M,
    MEDIAN_REFRACTIVITY_GRADIENT_N_KM,
    VACUUM_REFRACTIVITY_GRADIENT_N_KM,
    effective_earth_radius_km,
    wavelength_m,
)

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["loss_at", "loss_window"]


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
    delta_n: float = MEDIAN_REFRACTIVITY_GRADIENT_N_KM,
) -> NDArray[np.float32]:
    """Compute the loss from one transmitter to every pixel within reach, in dB.

    Parameters
    ----------
    height_m
        Terrain, m, shape (rows, columns), rows from north to south, NaN where unknown.
    cell_size_m
        Distance between neighbouring posts, m.
    row, column
        Post of the transmitter, anywhere on known terrain, the grid's edge included.
    radius_m
        Reach, m, at least one cell.
    frequency_mhz
        Frequency, MHz.
    tx_height_m, rx_height_m
        Heights of the antennas above the ground, m, above 0.
    delta_n
        Median refractivity lapse rate, N-units/km, from 0 to below 157.

    Returns
    -------
    numpy.ndarray
        Loss, dB, float32, shape (2 R + 1, 2 R + 1) with R = floor(radius_m / cell_size_m) and the
        transmitter at [R, R]. NaN beyond the reach, off the grid, where the terrain is unknown and
        behind unknown terrain. Against :func:`loss_at`, at 60 m and 15 km, it errs on average
        and for 99 of 100 pixels by 0.12 and 1.4 dB over the embedded province, by 0.3 and 4.4 dB
        from its worst places, and by 0.3 and 5.5 dB from summits of the Pyrenees.

    Raises
    ------
    ParameterError
        If any parameter is outside its range; the message lists them all.

    References
    ----------
    Recommendation ITU-R P.526-15, section 4.5.4; P.1812-7, Annex 1, sections 4.2 and 4.3.

    Examples
    --------
    >>> flat = np.zeros((9, 9))
    >>> loss_db = loss_window(
    ...     flat, 60.0, 4, 4, radius_m=240.0, frequency_mhz=1800.0, tx_height_m=30.0)
    >>> loss_db.shape
    (9, 9)
    """
    faults = _link_faults(cell_size_m, frequency_mhz, tx_height_m, rx_height_m, delta_n)
    faults += place_faults(height_m, row, column)
    if not (math.isfinite(radius_m) and radius_m >= cell_size_m):
        faults.append(f"radius_m is {radius_m}; give at least one cell ({cell_size_m} m)")
    _refuse(faults)
    radius = math.floor(radius_m / cell_size_m)
    link = _link(cell_size_m, frequency_mhz, tx_height_m, rx_height_m, delta_n)
    table = excess_table(
        link.frequency_ghz,
        link.wavelength_m,
        link.radius_km,
        math.ceil(radius_m * KM_PER_M) + 1.0,
    )
    window_m = relative_window_m(height_m, row, column, radius + 1)
    return sweep_window(window_m, link, table, radius, (radius_m / cell_size_m) ** 2)


def loss_at(
    height_m: NDArray[np.floating],
    cell_size_m: float,
    row: int,
    column: int,
    rows: ArrayLike,
    columns: ArrayLike,
    *,
    frequency_mhz: float,
    tx_height_m: float,
    rx_height_m: float = 1.5,
    delta_n: float = MEDIAN_REFRACTIVITY_GRADIENT_N_KM,
) -> NDArray[np.float64]:
    """Compute the loss from one transmitter to given pixels, each from its own profile, in dB.

    The exact twin of :func:`loss_window`: bilinear profiles with three samples per cell.

    Parameters
    ----------
    height_m, cell_size_m, row, column
        As for :func:`loss_window`.
    rows, columns
        Posts of the pixels, shape (n,), on the grid.
    frequency_mhz, tx_height_m, rx_height_m, delta_n
        As for :func:`loss_window`.

    Returns
    -------
    numpy.ndarray
        Loss, dB, shape (n,); NaN where the profile meets unknown terrain.

    Raises
    ------
    ParameterError
        If any parameter is outside its range; the message lists them all.

    References
    ----------
    Recommendation ITU-R P.526-15, section 4.5.4; P.1812-7, Annex 1, sections 4.2 and 4.3.

    Examples
    --------
    >>> flat = np.zeros((9, 9))
    >>> loss_at(flat, 60.0, 4, 4, [4], [8], frequency_mhz=1800.0, tx_height_m=30.0).round(1)
    array([85.2])
    """
    faults = _link_faults(cell_size_m, frequency_mhz, tx_height_m, rx_height_m, delta_n)
    faults += place_faults(height_m, row, column)
    pixel_rows = np.asarray(rows)
    pixel_columns = np.asarray(columns)
    faults += _pixel_faults(height_m, pixel_rows, pixel_columns)
    _refuse(faults)
    return pixel_losses_db(
        np.ascontiguousarray(height_m, dtype=np.float32),
        _link(cell_size_m, frequency_mhz, tx_height_m, rx_height_m, delta_n),
        int(row),
        int(column),
        np.ascontiguousarray(pixel_rows, dtype=np.int64),
        np.ascontiguousarray(pixel_columns, dtype=np.int64),
    )


def _link(
    cell_size_m: float, frequency_mhz: float, tx_height_m: float, rx_height_m: float, delta_n: float
) -> Link:
    """Gather what all pixels share, in the kernels' units."""
    frequency_ghz = float(frequency_mhz) * GHZ_PER_MHZ
    return Link(
        cell_size_km=float(cell_size_m) * KM_PER_M,
        tx_height_m=float(tx_height_m),
        rx_height_m=float(rx_height_m),
        frequency_ghz=frequency_ghz,
        wavelength_m=wavelength_m(frequency_ghz),
        radius_km=effective_earth_radius_km(float(delta_n)),
    )


def _link_faults(
    cell_size_m: float, frequency_mhz: float, tx_height_m: float, rx_height_m: float, delta_n: float
) -> list[str]:
    """List what is wrong with the physical quantities."""
    positive = {
        "cell_size_m": cell_size_m,
        "frequency_mhz": frequency_mhz,
        "tx_height_m": tx_height_m,
        "rx_height_m": rx_height_m,
    }
    faults = [
        f"{name} is {value}; give a number above 0"
        for name, value in positive.items()
        if not (math.isfinite(value) and value > 0)
    ]
    if not 0 <= delta_n < VACUUM_REFRACTIVITY_GRADIENT_N_KM:
        limit = VACUUM_REFRACTIVITY_GRADIENT_N_KM
        faults.append(f"delta_n is {delta_n}; give N-units/km from 0 to below {limit:g}")
    return faults


def _pixel_faults(
    height_m: NDArray[np.floating], rows: NDArray[np.integer], columns: NDArray[np.integer]
) -> list[str]:
    """List what is wrong with the pixels of the exact twin."""
    if rows.ndim != 1 or rows.shape != columns.shape:
        return [f"rows and columns have shapes {rows.shape} and {columns.shape}; give two alike"]
    if rows.size == 0 or height_m.ndim != 2:
        return []
    if rows.dtype.kind not in "iu" or columns.dtype.kind not in "iu":
        return [f"rows and columns hold {rows.dtype} and {columns.dtype}; give whole numbers"]
    off = (rows < 0) | (rows >= height_m.shape[0]) | (columns < 0) | (columns >= height_m.shape[1])
    if off.any():
        first = int(np.flatnonzero(off)[0])
        count = int(off.sum())
        return [
            (
                f"{count} pixels are off the grid, first number {first} "
                f"(row {rows[first]}, column {columns[first]})"
            )
        ]
    return []


def _refuse(faults: list[str]) -> None:
    """Raise one error for all faults, if there are any."""
    if faults:
        message = "The loss cannot be computed: " + "; ".join(faults) + "."
        raise ParameterError(message)
