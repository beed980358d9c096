"""How often does rain silence a microwave hop?

Specific attenuation by Recommendation ITU-R P.838-3, its statistics along a terrestrial path by
P.530-18, Annex 1, section 2.4.1 (unchanged since P.530-15).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from infraplan.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = [
    "RAIN_SHARE_RANGE",
    "Polarization",
    "rain_coefficients",
    "rain_exceeded_db",
    "rain_exponents",
    "rain_path_db",
    "rain_unavailable_share",
]

Polarization = Literal["horizontal", "vertical"]

RAIN_SHARE_RANGE: Final = (1e-5, 1e-2)
"""Shares of a year for which section 2.4.1 was made (0.001 % to 1 %)."""

_FREQUENCY_GHZ: Final = (1.0, 100.0)
_FARTHEST_FACTOR: Final = 2.5  # P.530-18, below equation (32)

# P.838-3, Tables 1 to 4: rows of a, b, c; then m and c of the straight part.
_K: Final = {
    "horizontal": (
        (-5.33980, -0.10008, 1.13098),
        (-0.35351, 1.26970, 0.45400),
        (-0.23789, 0.86036, 0.15354),
        (-0.94158, 0.64552, 0.16817),
    ),
    "vertical": (
        (-3.80595, 0.56934, 0.81061),
        (-3.44965, -0.22911, 0.51059),
        (-0.39902, 0.73042, 0.11899),
        (0.50167, 1.07319, 0.27195),
    ),
}
_K_STRAIGHT: Final = {"horizontal": (-0.18961, 0.71147), "vertical": (-0.16398, 0.63297)}
_ALPHA: Final = {
    "horizontal": (
        (-0.14318, 1.82442, -0.55187),
        (0.29591, 0.77564, 0.19822),
        (0.32177, 0.63773, 0.13164),
        (-5.37610, -0.96230, 1.47828),
        (16.1721, -3.29980, 3.43990),
    ),
    "vertical": (
        (-0.07771, 2.33840, -0.76284),
        (0.56727, 0.95545, 0.54039),
        (-0.20238, 1.14520, 0.26809),
        (-48.2991, 0.791669, 0.116226),
        (48.5833, 0.791459, 0.116479),
    ),
}
_ALPHA_STRAIGHT: Final = {"horizontal": (0.67849, -1.95537), "vertical": (-0.053739, 0.83433)}


def rain_coefficients(
    frequency_ghz: ArrayLike, polarization: Polarization
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return k and alpha of the specific attenuation k R^alpha, in dB/km for R in mm/h.

    Parameters
    ----------
    frequency_ghz
        Frequencies, GHz, 1 to 1000, any shape.
    polarization
        "horizontal" or "vertical", on a level path.

    Returns
    -------
    tuple of numpy.ndarray
        k and alpha, shape of ``frequency_ghz``.

    Raises
    ------
    ParameterError
        If the polarisation is neither.

    References
    ----------
    Recommendation ITU-R P.838-3, equations (2) and (3), Tables 1 to 4.

    Examples
    --------
    >>> k, alpha = rain_coefficients(20.0, "horizontal")
    >>> round(float(k), 5), round(float(alpha), 4)
    (0.09164, 1.0568)
    """
    if polarization not in _K:
        raise ParameterError(f"polarization is {polarization!r}; give 'horizontal' or 'vertical'.")
    log_frequency = np.log10(np.asarray(frequency_ghz, dtype=np.float64))
    log_k = _bumps(log_frequency, _K[polarization], _K_STRAIGHT[polarization])
    alpha = _bumps(log_frequency, _ALPHA[polarization], _ALPHA_STRAIGHT[polarization])
    return np.asarray(10.0**log_k), alpha


def _bumps(
    log_frequency: NDArray[np.float64],
    bumps: tuple[tuple[float, float, float], ...],
    straight: tuple[float, float],
) -> NDArray[np.float64]:
    """Add the Gaussian terms and the straight line of P.838-3 equations (2) and (3)."""
    total = straight[0] * log_frequency + straight[1]
    for height, centre, width in bumps:
        total = total + height * np.exp(-(((log_frequency - centre) / width) ** 2))
    return np.asarray(total)


def rain_path_db(
    length_km: ArrayLike,
    frequency_ghz: ArrayLike,
    rain_mm_h: ArrayLike,
    *,
    polarization: Polarization = "vertical",
) -> NDArray[np.float64]:
    """Compute the rain attenuation of a path exceeded in 0.01 % of a year, in dB.

    Parameters
    ----------
    length_km
        Lengths, km, above 0 (the method was tested up to 60 km).
    frequency_ghz
        Frequencies, GHz, 1 to 100.
    rain_mm_h
        Rain rate exceeded in 0.01 % of a year over one minute, mm/h, at least 0.
    polarization
        Of the hop.

    Returns
    -------
    numpy.ndarray
        Attenuation, dB, of the shape the arguments have together.

    Raises
    ------
    ParameterError
        If an argument is outside its range; the message lists them all.

    References
    ----------
    Recommendation ITU-R P.530-18, section 2.4.1, equations (32) and (33).
    """
    length = np.asarray(length_km, dtype=np.float64)
    frequency = np.asarray(frequency_ghz, dtype=np.float64)
    rain = np.asarray(rain_mm_h, dtype=np.float64)
    _refuse(length, frequency, rain)
    k, alpha = rain_coefficients(frequency, polarization)
    inverse = 0.477 * length**0.633 * rain ** (0.073 * alpha) * frequency**0.123
    inverse = inverse - 10.579 * (1.0 - np.exp(-0.024 * length))
    factor = 1.0 / np.maximum(inverse, 1.0 / _FARTHEST_FACTOR)
    return np.asarray(k * rain**alpha * length * factor)


def _refuse(
    length_km: NDArray[np.float64],
    frequency_ghz: NDArray[np.float64],
    rain_mm_h: NDArray[np.float64],
) -> None:
    """Refuse values outside the method."""
    faults = []
    if not np.all(length_km > 0):
        faults.append("length_km must be above 0 km")
    if not np.all((frequency_ghz >= _FREQUENCY_GHZ[0]) & (frequency_ghz <= _FREQUENCY_GHZ[1])):
        faults.append("frequency_ghz must lie from 1 to 100 GHz")
    if not np.all(rain_mm_h >= 0):
        faults.append("rain_mm_h must not be negative")
    if faults:
        raise ParameterError("; ".join(faults) + ".")


def rain_exponents(
    frequency_ghz: ArrayLike,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return C1, C2 and C3 of A_p / A_0.01 = C1 p^-(C2 + C3 log10 p), p in percent.

    References
    ----------
    Recommendation ITU-R P.530-18, section 2.4.1, equations (35a) to (35c).
    """
    frequency = np.asarray(frequency_ghz, dtype=np.float64)
    c0 = 0.12 + 0.4 * 0.8 * np.log10(np.maximum(frequency, 10.0) / 10.0)
    c1 = 0.07**c0 * 0.12 ** (1.0 - c0)
    c2 = 0.855 * c0 + 0.546 * (1.0 - c0)
    c3 = 0.139 * c0 + 0.043 * (1.0 - c0)
    return np.asarray(c1), np.asarray(c2), np.asarray(c3)


def rain_exceeded_db(
    path_db: ArrayLike, frequency_ghz: ArrayLike, share: ArrayLike
) -> NDArray[np.float64]:
    """Scale the attenuation of 0.01 % to another share of a year, in dB.

    Parameters
    ----------
    path_db
        Attenuation exceeded in 0.01 % of a year, dB.
    frequency_ghz
        Frequencies, GHz.
    share
        Shares of a year, within :data:`RAIN_SHARE_RANGE`.

    Raises
    ------
    ParameterError
        If a share is outside the range of the method.

    References
    ----------
    Recommendation ITU-R P.530-18, section 2.4.1, equation (34).

    Examples
    --------
    >>> rain_exceeded_db(30.0, 8.0, [1e-4, 1e-3]).round(1)
    array([29.9, 11.4])
    """
    percent = 100.0 * np.asarray(share, dtype=np.float64)
    least, most = RAIN_SHARE_RANGE
    if not np.all((percent >= 100.0 * least) & (percent <= 100.0 * most)):
        raise ParameterError(f"share must lie from {least:g} to {most:g} of a year.")
    c1, c2, c3 = rain_exponents(frequency_ghz)
    scaled = c1 * percent ** -(c2 + c3 * np.log10(percent))
    return np.asarray(np.asarray(path_db, dtype=np.float64) * scaled)


def rain_unavailable_share(
    path_db: ArrayLike, frequency_ghz: ArrayLike, margin_db: ArrayLike
) -> NDArray[np.float64]:
    """Compute the share of a year in which rain takes more than the margin.

    Parameters
    ----------
    path_db
        Attenuation exceeded in 0.01 % of a year, dB (:func:`rain_path_db`).
    frequency_ghz
        Frequencies, GHz.
    margin_db
        Fade margins, dB; at 0 and below the hop never works.

    Returns
    -------
    numpy.ndarray
        Shares, 1e-5 to 1. The method ends at 1e-5: rarer rain counts as that share. Beyond its
        other end, 1e-2, the same power law is followed up to 1.

    References
    ----------
    Recommendation ITU-R P.530-18, sections 2.4.1 and 2.4.7: equation (34) solved for p.
    """
    c1, c2, c3 = rain_exponents(frequency_ghz)
    margin = np.asarray(margin_db, dtype=np.float64)
    path = np.asarray(path_db, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_ratio = np.log10(margin / (path * c1))
        root = (np.sqrt(np.maximum(c2**2 - 4.0 * c3 * log_ratio, 0.0)) - c2) / (2.0 * c3)
        share = np.clip(10.0 ** np.minimum(root, 2.0) / 100.0, RAIN_SHARE_RANGE[0], 1.0)
    share = np.where(path > 0.0, share, RAIN_SHARE_RANGE[0])
    return np.asarray(np.where(margin > 0.0, share, 1.0))
