"""How often does multipath fading silence a microwave hop?

Recommendation ITU-R P.530-17, Annex 1, section 2.3. P.530-18 replaced the geoclimatic factor by
world maps (dN75, log K) that may not be handed on; the factor of P.530-17 needs two numbers of a
place. The conversion to a year is the same in both. Flat fading only: what wide channels lose by
selective fading (section 5) is not counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["annual_factor", "fading_occurrence_percent", "geoclimatic_factor", "multipath_share"]

_MOST_CONVERSION_DB: Final = 10.8
"""A worst month of twelve: nothing fades in the others (P.530, section 2.3.4)."""

_FLIP_LATITUDE_DEG: Final = 45.0


def geoclimatic_factor(gradient_n_km: float, roughness_m: float) -> float:
    """Compute the geoclimatic factor K of the average worst month.

    Parameters
    ----------
    gradient_n_km
        Point refractivity gradient in the lowest 65 m not exceeded in 1 % of a year, N-units/km
        (dN1 of Recommendation ITU-R P.453).
    roughness_m
        Standard deviation of terrain heights over 110 km by 110 km, m, at least 0.

    Raises
    ------
    ParameterError
        If the roughness is negative or a value is not a number.

    References
    ----------
    Recommendation ITU-R P.530-17, section 2.3.1, equation (4).
    """
    if not (np.isfinite(gradient_n_km) and roughness_m >= 0):
        raise ParameterError(
            f"gradient_n_km is {gradient_n_km} and roughness_m is {roughness_m}; give a number "
            "and a height of at least 0 m."
        )
    return float(10.0 ** (-4.4 - 0.0027 * gradient_n_km) * (10.0 + roughness_m) ** -0.46)


def fading_occurrence_percent(
    length_km: ArrayLike,
    frequency_ghz: ArrayLike,
    *,
    factor: float,
    inclination_mrad: ArrayLike,
    lower_m: ArrayLike,
) -> NDArray[np.float64]:
    """Compute the multipath occurrence factor p0, percent: deep fades extended to 0 dB.

    Parameters
    ----------
    length_km
        Lengths, km, above 0.
    frequency_ghz
        Frequencies, GHz.
    factor
        Geoclimatic factor (:func:`geoclimatic_factor`).
    inclination_mrad
        Height difference of the antennas over the length, mrad, at least 0.
    lower_m
        Height of the lower antenna above sea level, m.

    Returns
    -------
    numpy.ndarray
        Percent of the average worst month; it may exceed 100, being an extrapolation.

    References
    ----------
    Recommendation ITU-R P.530-17, section 2.3.1, equations (5), (7) and (10).
    """
    length = np.asarray(length_km, dtype=np.float64)
    frequency = np.asarray(frequency_ghz, dtype=np.float64)
    slope = np.asarray(inclination_mrad, dtype=np.float64)
    lower = np.asarray(lower_m, dtype=np.float64)
    shape = length**3.4 * (1.0 + slope) ** -1.03 * frequency**0.8
    return np.asarray(factor * shape * 10.0 ** (-0.00076 * lower))


def annual_factor(
    length_km: ArrayLike, inclination_mrad: ArrayLike, latitude_deg: float
) -> NDArray[np.float64]:
    """Compute what a share of the average worst month is multiplied by for an average year.

    Parameters
    ----------
    length_km
        Lengths, km, above 0.
    inclination_mrad
        Inclination, mrad, at least 0.
    latitude_deg
        Latitude, degrees, north or south.

    Returns
    -------
    numpy.ndarray
        Factors, at least 1/12 (10.8 dB).

    References
    ----------
    Recommendation ITU-R P.530-17 and -18, section 2.3.4, Step 2.
    """
    latitude = abs(latitude_deg)
    swing = abs(np.cos(np.radians(2.0 * latitude))) ** 0.7
    sign = 1.0 if latitude <= _FLIP_LATITUDE_DEG else -1.0
    conversion_db = 10.5 - 5.6 * np.log10(1.1 + sign * swing)
    conversion_db = conversion_db - 2.7 * np.log10(np.asarray(length_km, dtype=np.float64))
    conversion_db = conversion_db + 1.7 * np.log10(1.0 + np.asarray(inclination_mrad))
    return np.asarray(10.0 ** (-np.minimum(conversion_db, _MOST_CONVERSION_DB) / 10.0))


def multipath_share(
    occurrence_percent: ArrayLike, margin_db: ArrayLike, annual: ArrayLike
) -> NDArray[np.float64]:
    """Compute the share of a year in which multipath fades are deeper than the margin.

    Parameters
    ----------
    occurrence_percent
        Multipath occurrence factor, percent, above 0.
    margin_db
        Fade margins, dB; at 0 and below the hop never works.
    annual
        Factor from worst month to year (:func:`annual_factor`).

    Returns
    -------
    numpy.ndarray
        Shares of a year, 0 to 1.

    References
    ----------
    Recommendation ITU-R P.530-17, section 2.3.2, equations (10) to (18), and section 2.3.4: the
    tail is converted to a year first, and shallow fades are interpolated down to 0 dB from it.
    """
    occurrence = np.asarray(occurrence_percent, dtype=np.float64)
    margin = np.asarray(margin_db, dtype=np.float64)
    factor = np.asarray(annual, dtype=np.float64)
    edge_db = 25.0 + 1.2 * np.log10(occurrence)
    deep = occurrence * factor * 10.0 ** (-margin / 10.0) / 100.0
    shallow = _shallow_share(occurrence * factor * 10.0 ** (-edge_db / 10.0), edge_db, margin)
    share = np.where(margin >= edge_db, deep, shallow)
    return np.asarray(np.where(margin > 0.0, np.clip(share, 0.0, 1.0), 1.0))


def _shallow_share(
    edge_percent: NDArray[np.float64],
    edge_db: NDArray[np.float64],
    margin_db: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Interpolate between 0 dB and the edge of deep fading, equations (14) to (18)."""
    margin = np.clip(margin_db, 0.0, edge_db)
    slope = -20.0 * np.log10(-np.log1p(-np.minimum(edge_percent / 100.0, 0.999))) / edge_db
    at_edge = 10.0 ** (-edge_db / 20.0)
    bend = (slope - 2.0) / ((1.0 + 0.3 * at_edge) * 10.0 ** (-0.016 * edge_db))
    bend = bend - 4.3 * (at_edge + edge_db / 800.0)
    at_margin = 10.0 ** (-margin / 20.0)
    scale = (1.0 + 0.3 * at_margin) * 10.0 ** (-0.016 * margin)
    exponent = 2.0 + scale * (bend + 4.3 * (at_margin + margin / 800.0))
    return np.asarray(-np.expm1(-(10.0 ** (-exponent * margin / 20.0))))
