"""What is the exact loss between one transmitter and single pixels, one dense profile each?

The plain twin of the radial sweep, through the same P.1812 code: slow, and simple enough to be
believed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from infraplan.radio.freespace import free_space_loss_db
from infraplan.radio.jit import kernel
from infraplan.radio.link import (
    DEFAULT_LATITUDE_DEG,
    MEDIAN_SEA_LEVEL_REFRACTIVITY_N,
    Link,
    new_link,
)
from infraplan.radio.p1812.climate import ducting_time_percent, inland_climate
from infraplan.radio.p1812.diffraction import diffraction
from infraplan.radio.p1812.evaluate import evaluate
from infraplan.radio.p1812.smooth_surface import fit_surface
from infraplan.radio.profile import add_clutter, sample_count, sample_profile
from infraplan.radio.validity import (
    FULL_MODEL_FROM_KM,
    clutter_faults,
    link_faults,
    place_faults,
    refuse,
)
from infraplan.units import KM_PER_M, MEDIAN_REFRACTIVITY_GRADIENT_N_KM

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["loss_at", "path_loss_db", "pixel_losses_db", "slant_free_space_db"]


@kernel
def slant_free_space_db(link: Link, cells: float, rise_m: float) -> float:
    """Compute the free-space loss, dB, over ``cells`` of ground and ``rise_m`` of height."""
    slant_km = math.hypot(cells * link.cell_size_km, rise_m * KM_PER_M)
    return free_space_loss_db(slant_km, link.frequency_ghz)


@kernel
def path_loss_db(
    distance_km: NDArray[np.float64],
    terrain_m: NDArray[np.float64],
    surface_m: NDArray[np.float64],
    flat_m: NDArray[np.float64],
    link: Link,
) -> float:
    """Compute the basic loss of one inland profile, near or far, in dB.

    From 0.25 km on it is L_b of P.1812-8 at half of the locations; nearer, where the
    Recommendation does not hold, free space over the slant plus the diffraction of its section
    4.3, and no other mechanism.

    Parameters
    ----------
    distance_km, terrain_m, surface_m
        Distance from the transmitter, km, increasing from 0, bare ground, m, and the same with
        clutter, m; shape (n,), n at least 3.
    flat_m
        Zeros, shape (n,).
    link
        What is transmitted, and the refractivity.

    Returns
    -------
    float
        Loss, dB.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1.
    """
    last = distance_km.size - 1
    path_km = distance_km[last]
    climate = inland_climate(path_km)
    if path_km >= FULL_MODEL_FROM_KM:
        found = evaluate(distance_km, terrain_m, surface_m, flat_m, link, climate, False)
        return max(found.clear.line_of_sight_loss_db, found.combination.median_location_loss_db)
    tx_level_m = terrain_m[0] + link.tx_height_m
    rx_level_m = terrain_m[last] + link.rx_height_m
    percent = ducting_time_percent(link.latitude_deg, path_km, path_km)
    smooth = fit_surface(distance_km, terrain_m, tx_level_m, rx_level_m)
    bent = diffraction(
        distance_km, surface_m, flat_m, tx_level_m, rx_level_m, smooth, link, 0.0, percent, False
    )
    slant_km = math.hypot(path_km, (rx_level_m - tx_level_m) * KM_PER_M)
    return free_space_loss_db(slant_km, link.frequency_ghz) + bent.loss_db


@kernel
def pixel_losses_db(
    height_m: NDArray[np.float32],
    clutter_height_m: NDArray[np.float32],
    link: Link,
    row: int,
    column: int,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Compute the loss to each pixel from its own profile, in dB.

    Parameters
    ----------
    height_m
        Terrain posts, m, shape (rows, columns), C-contiguous, NaN where unknown.
    clutter_height_m
        Clutter over it, m, without NaN, of the same shape, or of no rows where there is none.
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
    most = 2
    for k in range(rows.size):
        most = max(most, sample_count(rows[k] - row, columns[k] - column))
    scratch = np.empty((4, most))
    flat_m = np.zeros(most)
    start = (row, column)
    tx_level_m = float(height_m[row, column]) + link.tx_height_m
    for k in range(rows.size):
        end = (rows[k], columns[k])
        if end == start:
            rise_m = float(height_m[end]) + link.rx_height_m - tx_level_m
            losses_db[k] = slant_free_space_db(link, 0.0, rise_m)
            continue
        count = sample_count(end[0] - row, end[1] - column)
        distance_km = scratch[0, :count]
        terrain_m = scratch[1, :count]
        surface_m = terrain_m
        if not sample_profile(height_m, link.cell_size_km, start, end, distance_km, terrain_m):
            continue
        if clutter_height_m.size > 0:
            surface_m = scratch[2, :count]
            sample_profile(
                clutter_height_m, link.cell_size_km, start, end, scratch[3, :count], surface_m
            )
            add_clutter(distance_km, terrain_m, link.cell_size_km, surface_m)
        losses_db[k] = path_loss_db(distance_km, terrain_m, surface_m, flat_m[:count], link)
    return losses_db


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
    clutter_height_m: NDArray[np.floating] | None = None,
    polarization: Literal["horizontal", "vertical"] = "vertical",
    time_percent: float = 50.0,
    delta_n: float = MEDIAN_REFRACTIVITY_GRADIENT_N_KM,
    n0: float = MEDIAN_SEA_LEVEL_REFRACTIVITY_N,
    latitude_deg: float = DEFAULT_LATITUDE_DEG,
) -> NDArray[np.float64]:
    """Compute the loss from one transmitter to given pixels, each from its own profile, in dB.

    The exact twin of :func:`infraplan.radio.sweep.loss_window`: P.1812-8 at half of the locations
    on an inland path, over bilinear profiles with three samples per cell. Nearer than 0.25 km it
    is free space plus diffraction, and never an error.

    Parameters
    ----------
    height_m
        Terrain, m, shape (rows, columns), rows from north to south, NaN where unknown.
    cell_size_m
        Distance between neighbouring posts, m.
    row, column
        Post of the transmitter, anywhere on known terrain.
    rows, columns
        Posts of the pixels, 0-based, on the grid: two of shape (n,), or two whole numbers.
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
        Median refractivity lapse rate, N-units/km, 0 to 156.
    n0
        Sea-level surface refractivity, N-units.
    latitude_deg
        Latitude of the paths, degrees. It sets the time with ducting: at 50 % of time it changes
        single pixels in deep shadow by 1 dB, and the mean by 0.001 dB; below, more.

    Returns
    -------
    numpy.ndarray
        Loss, dB, shape (n,); NaN where the profile meets unknown terrain. On the transmitter's own
        pixel it is free space over the difference in height, at least 1 m.

    Raises
    ------
    ParameterError
        If any parameter is outside its range; the message lists them all.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1.

    Examples
    --------
    >>> flat = np.zeros((9, 9))
    >>> loss_at(flat, 60.0, 4, 4, [4], [8], frequency_mhz=1800.0, tx_height_m=30.0).round(1)
    array([85.2])
    """
    pixel_rows, pixel_columns = np.atleast_1d(rows), np.atleast_1d(columns)
    faults = link_faults(
        cell_size_m=cell_size_m,
        frequency_mhz=frequency_mhz,
        tx_height_m=tx_height_m,
        rx_height_m=rx_height_m,
        polarization=polarization,
        time_percent=time_percent,
        delta_n=delta_n,
        n0=n0,
        latitude_deg=latitude_deg,
    )
    misplaced = place_faults(height_m, row, column)
    misplaced += _pixel_faults(height_m, pixel_rows, pixel_columns)
    part = (slice(None), slice(None))
    if not misplaced:
        part = _extent(pixel_rows, row), _extent(pixel_columns, column)
    refuse(faults + misplaced + clutter_faults(clutter_height_m, height_m, part))
    link = new_link(
        cell_size_m=cell_size_m,
        frequency_mhz=frequency_mhz,
        tx_height_m=tx_height_m,
        rx_height_m=rx_height_m,
        polarization=polarization,
        time_percent=time_percent,
        delta_n=delta_n,
        n0=n0,
        latitude_deg=latitude_deg,
    )
    top, left = part[0].start, part[1].start
    clutter = np.zeros((0, 0))
    if clutter_height_m is not None:
        clutter = np.nan_to_num(clutter_height_m[part])
    return pixel_losses_db(
        np.ascontiguousarray(height_m[part], dtype=np.float32),
        np.ascontiguousarray(clutter, dtype=np.float32),
        link,
        int(row - top),
        int(column - left),
        pixel_rows.astype(np.int64) - top,
        pixel_columns.astype(np.int64) - left,
    )


def _extent(pixels: NDArray[np.integer], place: int) -> slice:
    """Return the smallest slice that holds all pixels of one axis and the transmitter's place."""
    ends = [int(place), *(int(f(pixels)) for f in (np.min, np.max) if pixels.size)]
    return slice(min(ends), max(ends) + 1)


def _pixel_faults(
    height_m: NDArray[np.floating], rows: NDArray[np.integer], columns: NDArray[np.integer]
) -> list[str]:
    """List what is wrong with the pixels."""
    if rows.ndim != 1 or rows.shape != columns.shape:
        return [f"rows and columns have shapes {rows.shape} and {columns.shape}; give two alike"]
    if rows.size == 0 or np.ndim(height_m) != 2:
        return []
    if rows.dtype.kind not in "iu" or columns.dtype.kind not in "iu":
        return [f"rows and columns hold {rows.dtype} and {columns.dtype}; give whole numbers"]
    shape = np.shape(height_m)
    off = (rows < 0) | (rows >= shape[0]) | (columns < 0) | (columns >= shape[1])
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
