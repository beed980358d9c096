"""How much does the terrain along one profile take away by diffraction?

The delta-Bullington method of Recommendation ITU-R P.526-16, section 4.5.4, which is also the
median diffraction loss of P.1812-8, Annex 1, sections 4.3.1 to 4.3.4; the kernels stand there, in
``radio/p1812``.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from infraplan.errors import ParameterError
from infraplan.radio.jit import kernel
from infraplan.radio.p1812.diffraction import delta_bullington
from infraplan.radio.p1812.smooth_surface import fit_surface
from infraplan.units import wavelength_m as wavelength_of

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["delta_bullington_loss_db", "delta_bullington_parts"]


@kernel
def delta_bullington_parts(
    distance_km: NDArray[np.float64],
    height_m: NDArray[np.float64],
    tx_height_m: float,
    rx_height_m: float,
    frequency_ghz: float,
    wavelength_m: float,
    radius_km: float,
    vertical: bool,  # noqa: FBT001 - kernels take no keywords
    sea_share: float,
) -> tuple[float, float, float]:
    """Compute the three losses of the delta-Bullington method for one profile, in dB.

    Parameters
    ----------
    distance_km, height_m
        The profile: distance from the transmitter, km, increasing from 0, and ground height, m.
    tx_height_m, rx_height_m
        Heights of the antennas above the ground at the profile's ends, m, above 0.
    frequency_ghz, wavelength_m
        Frequency, GHz, and the wavelength that belongs to it, m.
    radius_km
        Effective Earth radius, km.
    vertical
        True for vertical polarisation, False for horizontal.
    sea_share
        Share of the path over sea, 0 to 1.

    Returns
    -------
    tuple of float
        Bullington over the actual profile, Bullington over the smooth one, spherical Earth; the
        loss is the first plus the excess, if any, of the third over the second.
    """
    tx_level_m = height_m[0] + tx_height_m
    rx_level_m = height_m[-1] + rx_height_m
    smooth = fit_surface(distance_km, height_m, tx_level_m, rx_level_m)
    parts = delta_bullington(
        distance_km, height_m, np.zeros_like(height_m), tx_level_m, rx_level_m,
        tx_level_m - smooth.tx_smooth_m, rx_level_m - smooth.rx_smooth_m, frequency_ghz,
        wavelength_m, vertical, radius_km, sea_share, True,
    )  # fmt: skip
    return parts.actual_db, parts.smooth_db, parts.spherical_db


def delta_bullington_loss_db(
    distance_km: ArrayLike,
    height_m: ArrayLike,
    *,
    tx_height_m: float,
    rx_height_m: float,
    frequency_ghz: float,
    effective_radius_km: float,
    polarization: Literal["vertical", "horizontal"] = "vertical",
    sea_share: float = 0.0,
) -> float:
    """Compute the delta-Bullington diffraction loss of one profile, in dB.

    Parameters
    ----------
    distance_km
        Distance from the transmitter, km, shape (n,), n at least 2, increasing from 0.
    height_m
        Ground height, m, shape (n,); a NaN makes the loss NaN.
    tx_height_m, rx_height_m
        Heights of the antennas above the ground at the first and last point, m, above 0.
    frequency_ghz
        Frequency, GHz, above 0.
    effective_radius_km
        Effective Earth radius, km (:func:`infraplan.units.effective_earth_radius_km`).
    polarization
        "vertical" or "horizontal"; it matters over sea and at low frequencies.
    sea_share
        Share of the path over sea, 0 to 1.

    Returns
    -------
    float
        Loss over free space, dB, at least 0.

    Raises
    ------
    ParameterError
        If any parameter is outside its range; the message lists them all.

    References
    ----------
    Recommendation ITU-R P.526-16, section 4.5.4; P.1812-8, Annex 1, section 4.3.4.

    Examples
    --------
    >>> loss_db = delta_bullington_loss_db(
    ...     [0.0, 2.0, 4.0], [10.0, 60.0, 10.0], tx_height_m=30.0, rx_height_m=1.5,
    ...     frequency_ghz=1.8, effective_radius_km=8500.0)
    >>> round(loss_db, 1)
    35.6
    """
    distance = np.ascontiguousarray(distance_km, dtype=np.float64)
    height = np.ascontiguousarray(height_m, dtype=np.float64)
    faults = _profile_faults(distance, height)
    positive = {
        "tx_height_m": tx_height_m,
        "rx_height_m": rx_height_m,
        "frequency_ghz": frequency_ghz,
        "effective_radius_km": effective_radius_km,
    }
    faults += [
        f"{name} is {value}; give a number above 0"
        for name, value in positive.items()
        if not (math.isfinite(value) and value > 0)
    ]
    if polarization not in ("vertical", "horizontal"):
        faults.append(f"polarization is {polarization!r}; give 'vertical' or 'horizontal'")
    if not 0.0 <= sea_share <= 1.0:
        faults.append(f"sea_share is {sea_share}; give a share from 0 to 1")
    if faults:
        raise ParameterError("; ".join(faults) + ".")
    if np.isnan(height).any():
        return math.nan
    actual_db, smooth_db, spherical_db = delta_bullington_parts(
        distance, height, float(tx_height_m), float(rx_height_m), float(frequency_ghz),
        wavelength_of(frequency_ghz), float(effective_radius_km), polarization == "vertical",
        float(sea_share),
    )  # fmt: skip
    return float(actual_db + max(spherical_db - smooth_db, 0.0))


def _profile_faults(distance: NDArray[np.float64], height: NDArray[np.float64]) -> list[str]:
    """List what is wrong with the two arrays of a profile."""
    if distance.ndim != 1 or distance.size < 2 or distance.shape != height.shape:
        shapes = f"{distance.shape} and {height.shape}"
        return [f"distance_km and height_m have shapes {shapes}; give two alike, (n,) with n >= 2"]
    if not (distance[0] == 0 and np.isfinite(distance).all() and (np.diff(distance) > 0).all()):
        return ["distance_km must start at 0 and increase from point to point"]
    return []
