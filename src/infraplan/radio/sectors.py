"""Which sector of a site is received best at each pixel, and which site in a whole raster?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from infraplan.errors import ParameterError
from infraplan.radio.antenna import pattern_faults, pattern_gain_db
from infraplan.radio.jit import kernel
from infraplan.radio.window import place_faults, relative_window_m

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["best_sector", "merge_best"]


@kernel
def _best_sector(
    loss_db: NDArray[np.float32],
    ground_m: NDArray[np.float32],
    cell_size_m: float,
    rise_m: float,
    eirp_re_dbm: NDArray[np.float64],
    azimuth_deg: NDArray[np.float64],
    tilt_deg: NDArray[np.float64],
    pattern: tuple[float, float, float, float],
) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Compute the best RSRP, dBm, and its sector; ``rise_m``: receiver less transmitter height."""
    radius = loss_db.shape[0] // 2
    rsrp_dbm = np.full(loss_db.shape, np.nan, dtype=np.float32)
    sector = np.full(loss_db.shape, -1, dtype=np.int16)
    for i in range(loss_db.shape[0]):
        for j in range(loss_db.shape[1]):
            if math.isnan(loss_db[i, j]) or math.isnan(ground_m[i, j]):
                continue
            bearing_deg = math.degrees(math.atan2(j - radius, radius - i))
            away_m = math.hypot(j - radius, i - radius) * cell_size_m
            below_deg = -math.degrees(math.atan2(ground_m[i, j] + rise_m, away_m))
            best_dbm = -math.inf
            for k in range(eirp_re_dbm.size):
                gain_db = pattern_gain_db(
                    bearing_deg - azimuth_deg[k], below_deg - tilt_deg[k],
                    pattern[0], pattern[1], pattern[2], pattern[3],
                )  # fmt: skip
                if eirp_re_dbm[k] + gain_db > best_dbm:
                    best_dbm = eirp_re_dbm[k] + gain_db
                    sector[i, j] = k
            rsrp_dbm[i, j] = best_dbm - loss_db[i, j]
    return rsrp_dbm, sector


def best_sector(
    loss_db: NDArray[np.float32],
    height_m: NDArray[np.floating],
    cell_size_m: float,
    row: int,
    column: int,
    *,
    tx_height_m: float,
    rx_height_m: float = 1.5,
    eirp_re_dbm: ArrayLike,
    azimuth_deg: ArrayLike,
    tilt_deg: ArrayLike,
    horizontal_beamwidth_deg: float,
    vertical_beamwidth_deg: float,
    front_to_back_db: float,
    side_lobe_db: float,
) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Turn a window of losses into the best RSRP among the sectors of one place, in dBm.

    Parameters
    ----------
    loss_db
        Window of :func:`infraplan.radio.sweep.loss_window`, dB, shape (2 R + 1, 2 R + 1).
    height_m, cell_size_m, row, column
        The same terrain, cell size and post of the transmitter.
    tx_height_m, rx_height_m
        Heights of the antennas above the ground, m, above 0.
    eirp_re_dbm
        Power radiated in the main direction per resource element, dBm, shape (n,), n at least 1.
    azimuth_deg
        Main directions, degrees clockwise from grid north, shape (n,).
    tilt_deg
        Downtilts, degrees, positive below the horizon, shape (n,).
    horizontal_beamwidth_deg, vertical_beamwidth_deg, front_to_back_db, side_lobe_db
        The antenna, as in :func:`infraplan.radio.antenna.sector_gain_db`.

    Returns
    -------
    tuple of numpy.ndarray
        Best RSRP, dBm, float32, and the number of its sector, int16, both of the window's shape;
        NaN and -1 where the loss is NaN. Of equally strong sectors the first one counts.

    Raises
    ------
    ParameterError
        If any parameter is outside its range; the message lists them all.

    References
    ----------
    3GPP TR 36.814 V9.2.0, Table A.2.1.1-2 (pattern); 3GPP TS 36.214, section 5.1.1 (RSRP).
    """
    sectors = [
        np.ascontiguousarray(values, dtype=np.float64)
        for values in (eirp_re_dbm, azimuth_deg, tilt_deg)
    ]
    pattern = {
        "horizontal_beamwidth_deg": float(horizontal_beamwidth_deg),
        "vertical_beamwidth_deg": float(vertical_beamwidth_deg),
        "front_to_back_db": float(front_to_back_db),
        "side_lobe_db": float(side_lobe_db),
    }
    faults = _window_faults(loss_db) + place_faults(height_m, row, column)
    faults += pattern_faults(**pattern) + _sector_faults(sectors)
    positive = {
        "cell_size_m": cell_size_m,
        "tx_height_m": tx_height_m,
        "rx_height_m": rx_height_m,
    }
    faults += [
        f"{name} is {value}; give a number above 0"
        for name, value in positive.items()
        if not (math.isfinite(value) and value > 0)
    ]
    if faults:
        message = "The best sector cannot be found: " + "; ".join(faults) + "."
        raise ParameterError(message)
    return _best_sector(
        np.ascontiguousarray(loss_db, dtype=np.float32),
        relative_window_m(height_m, row, column, loss_db.shape[0] // 2),
        float(cell_size_m),
        float(rx_height_m) - float(tx_height_m),
        sectors[0],
        sectors[1],
        sectors[2],
        (
            pattern["horizontal_beamwidth_deg"],
            pattern["vertical_beamwidth_deg"],
            pattern["front_to_back_db"],
            pattern["side_lobe_db"],
        ),
    )


def _window_faults(window: NDArray[np.generic]) -> list[str]:
    """List what is wrong with the shape of a window."""
    if window.ndim == 2 and window.shape[0] == window.shape[1] and window.shape[0] % 2 == 1:
        return []
    return [f"the window has shape {window.shape}; give a square with an odd side"]


def _sector_faults(sectors: list[NDArray[np.float64]]) -> list[str]:
    """List what is wrong with the sectors' power, azimuth and tilt."""
    shapes = [values.shape for values in sectors]
    most = np.iinfo(np.int16).max
    if len(set(shapes)) > 1 or sectors[0].ndim != 1 or not 1 <= sectors[0].size <= most:
        given = ", ".join(str(shape) for shape in shapes)
        return [
            (
                f"eirp_re_dbm, azimuth_deg and tilt_deg have shapes {given}; "
                f"give one value per sector, 1 to {most} sectors"
            )
        ]
    if not all(np.isfinite(values).all() for values in sectors):
        return ["eirp_re_dbm, azimuth_deg and tilt_deg must be finite numbers"]
    return []


@kernel
def _merge_best(
    rsrp_dbm: NDArray[np.float32],
    server: NDArray[np.int32],
    window_rsrp_dbm: NDArray[np.float32],
    window_key: NDArray[np.int32],
    top: int,
    left: int,
) -> None:
    """Take over the window's values where they are better; its corner is at (top, left)."""
    rows, columns = rsrp_dbm.shape
    for i in range(max(0, -top), min(window_key.shape[0], rows - top)):
        for j in range(max(0, -left), min(window_key.shape[1], columns - left)):
            value = window_rsrp_dbm[i, j]
            key = window_key[i, j]
            if math.isnan(value) or key < 0:
                continue
            held = rsrp_dbm[top + i, left + j]
            better = math.isnan(held) or value > held
            if better or (value == held and key < server[top + i, left + j]):
                rsrp_dbm[top + i, left + j] = value
                server[top + i, left + j] = key


def merge_best(
    rsrp_dbm: NDArray[np.float32],
    server: NDArray[np.int32],
    window_rsrp_dbm: NDArray[np.float32],
    window_key: NDArray[np.integer],
    row: int,
    column: int,
) -> None:
    """Merge one place's window into a raster of the best server, in place.

    The result does not depend on the order of the places: of equal values the smaller key stays.

    Parameters
    ----------
    rsrp_dbm
        Best RSRP so far, dBm, float32, NaN where there is none; shape (rows, columns). Changed.
    server
        Key of the cell it comes from, int32, -1 where there is none; same shape. Changed.
    window_rsrp_dbm
        RSRP around the place, dBm, float32, NaN where there is none; square with an odd side.
    window_key
        Key of the cell it comes from, from 0 up, -1 where there is none; shape of the window.
    row, column
        Post of the raster at the window's middle; it may lie off the raster, as may any part.

    Raises
    ------
    ParameterError
        If the arrays do not fit; the message lists every fault.
    """
    faults = _window_faults(window_rsrp_dbm)
    if window_rsrp_dbm.shape != window_key.shape or window_rsrp_dbm.dtype != np.float32:
        faults.append("window_rsrp_dbm must be float32 with the shape of window_key")
    if rsrp_dbm.ndim != 2 or rsrp_dbm.shape != server.shape:
        faults.append(f"rsrp_dbm and server have shapes {rsrp_dbm.shape} and {server.shape}")
    if rsrp_dbm.dtype != np.float32 or server.dtype != np.int32:
        faults.append(f"rsrp_dbm and server are {rsrp_dbm.dtype} and {server.dtype}")
    if faults:
        message = "The window cannot be merged: " + "; ".join(faults) + "."
        raise ParameterError(message)
    radius = window_key.shape[0] // 2
    _merge_best(
        rsrp_dbm,
        server,
        np.ascontiguousarray(window_rsrp_dbm),
        np.ascontiguousarray(window_key, dtype=np.int32),
        int(row) - radius,
        int(column) - radius,
    )
