"""Is a sweep possible as it is asked for, and what does it need?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from infraplan.radio.link import Link, new_link
from infraplan.radio.sweep_kernels import sweep_block
from infraplan.radio.sweep_layout import new_layout
from infraplan.radio.sweep_tables import new_tables
from infraplan.radio.sweep_terrain import Terrain, is_ready, new_terrain
from infraplan.radio.validity import clutter_faults, link_faults, place_faults, refuse
from infraplan.units import KM_PER_M

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Job", "check_job", "run_job"]

FEWEST_RAYS, MOST_RAYS = 0.25, 4.0
DIRECTIONS: Final = 360
NO_LIMITS_DB: Final = np.zeros(0)


class Job(NamedTuple):
    """What :mod:`infraplan.radio.sweep` is asked for, in the caller's words and units."""

    height_m: NDArray[np.floating]
    clutter_height_m: NDArray[np.floating] | None
    cell_size_m: float
    row: int
    column: int
    radius_m: float
    tx_heights_m: tuple[float, ...]
    rx_height_m: float
    frequency_mhz: float
    polarization: str
    time_percent: float
    delta_n: float
    n0: float
    latitude_deg: float
    rays_per_pixel: float

    @property
    def window(self) -> tuple[int, int, int, int]:
        """The block of all pixels within reach."""
        radius = math.floor(self.radius_m / self.cell_size_m)
        rows = (self.row - radius, self.row + radius + 1)
        return (*rows, self.column - radius, self.column + radius + 1)


def check_job(
    job: Job,
    *,
    block: tuple[int, int, int, int] | None = None,
    limits_db: NDArray[np.float64] = NO_LIMITS_DB,
) -> None:
    """Refuse a job that cannot be done, with every reason in one message.

    Raises
    ------
    ParameterError
        If anything is outside its range.
    """
    faults: list[str] = []
    if not job.tx_heights_m:
        faults.append("tx_heights_m is empty; give one height or more")
    for tx_height_m in job.tx_heights_m or (1.0,):
        found = link_faults(
            cell_size_m=job.cell_size_m,
            frequency_mhz=job.frequency_mhz,
            tx_height_m=tx_height_m,
            rx_height_m=job.rx_height_m,
            polarization=job.polarization,
            time_percent=job.time_percent,
            delta_n=job.delta_n,
            n0=job.n0,
            latitude_deg=job.latitude_deg,
        )
        faults += [fault for fault in found if fault not in faults]
    faults += place_faults(job.height_m, job.row, job.column)
    if not (math.isfinite(job.radius_m) and job.radius_m >= job.cell_size_m):
        cell = f"one cell ({job.cell_size_m} m)"
        faults.append(f"radius_m is {job.radius_m}; give at least {cell}")
    if faults:
        faults += clutter_faults(job.clutter_height_m, job.height_m)
    else:
        faults += clutter_faults(
            job.clutter_height_m, job.height_m, _crop(job, block or job.window)
        )
    if not FEWEST_RAYS <= job.rays_per_pixel <= MOST_RAYS:
        given = f"rays_per_pixel is {job.rays_per_pixel}"
        faults.append(f"{given}; give a number from {FEWEST_RAYS:g} to {MOST_RAYS:g}")
    if block and not (block[0] <= block[1] and block[2] <= block[3]):
        faults.append(f"block is {block}; give first row, row after the last, and so for columns")
    if limits_db.shape not in {(0,), (), (DIRECTIONS,)} or np.isnan(limits_db).any():
        shape = f"shape {limits_db.shape}"
        faults.append(f"max_loss_db has {shape}; give a number of dB or {DIRECTIONS}, none NaN")
    refuse(faults)


def _link(job: Job) -> Link:
    """Gather what all pixels share, with the lowest transmitter."""
    return new_link(
        cell_size_m=job.cell_size_m,
        frequency_mhz=job.frequency_mhz,
        tx_height_m=min(job.tx_heights_m),
        rx_height_m=job.rx_height_m,
        polarization=job.polarization,
        time_percent=job.time_percent,
        delta_n=job.delta_n,
        n0=job.n0,
        latitude_deg=job.latitude_deg,
    )


def _crop(job: Job, block: tuple[int, int, int, int]) -> tuple[slice, slice]:
    """Return the part of the grid that paths from the transmitter into a block touch."""
    window = job.window
    rows, columns = job.height_m.shape
    top = max(min(max(block[0], window[0]), job.row) - 1, 0)
    bottom = min(max(min(block[1], window[1]), job.row + 1) + 1, rows)
    left = max(min(max(block[2], window[2]), job.column) - 1, 0)
    right = min(max(min(block[3], window[3]), job.column + 1) + 1, columns)
    return slice(top, bottom), slice(left, right)


def _terrain(job: Job, block: tuple[int, int, int, int]) -> tuple[Terrain, int, int]:
    """Prepare the terrain; return also the row and column of the grid where it begins.

    What is ready is used whole and as it is; otherwise only the part is converted that matters.
    """
    part = _crop(job, block)
    height_m = job.height_m
    if job.clutter_height_m is None and is_ready(height_m):
        return new_terrain(height_m, part=part), 0, 0
    clutter_m = None if job.clutter_height_m is None else job.clutter_height_m[part]
    return new_terrain(height_m[part], clutter_m), part[0].start, part[1].start


def run_job(
    job: Job,
    block: tuple[int, int, int, int],
    *,
    limits_db: NDArray[np.float64] = NO_LIMITS_DB,
    skips: bool = True,
) -> NDArray[np.float32]:
    """Compute the losses of a block for each height, in dB.

    Parameters
    ----------
    job
        What is asked for; :func:`check_job` found nothing wrong with it.
    block
        First row, row after the last, first column, column after the last.
    limits_db
        Largest losses of interest, dB, shape (), (360,), or (0,) for none.
    skips
        False to compute also what is surely above the limits: the same losses in more time.

    Returns
    -------
    numpy.ndarray
        Loss, dB, shape (heights, rows, columns).
    """
    link = _link(job)
    terrain, top, left = _terrain(job, block)
    if limits_db.shape == ():
        limits_db = np.full(DIRECTIONS, limits_db)
    return sweep_block(
        terrain,
        (int(job.row) - top, int(job.column) - left),
        (int(block[0]) - top, int(block[1]) - top, int(block[2]) - left, int(block[3]) - left),
        new_layout(job.radius_m / job.cell_size_m, float(job.rays_per_pixel)),
        link,
        np.array(job.tx_heights_m, dtype=np.float64),
        new_tables(link, job.radius_m * KM_PER_M),
        np.ascontiguousarray(limits_db, dtype=np.float64),
        skips,
    )
