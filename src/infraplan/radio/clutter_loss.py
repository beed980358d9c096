"""How much do the buildings and trees around one terminal take away?

Recommendation ITU-R P.2108-1, Annex 1: by height (section 3.1), statistically on terrestrial paths
(3.2) and on slanted ones (3.3).
"""

from __future__ import annotations

import math
from typing import Final, Literal, get_args

from infraplan.radio.normal import normal_quantile
from infraplan.radio.p1812.bullington import knife_edge_loss_db
from infraplan.radio.validity import Range, range_faults, refuse

__all__ = [
    "HEIGHT_GAIN_RANGES",
    "SLANT_RANGES",
    "TERRESTRIAL_RANGES",
    "ClutterType",
    "height_gain_loss_db",
    "slant_clutter_loss_db",
    "terrestrial_clutter_loss_db",
]

ClutterType = Literal[
    "water", "open", "suburban", "urban", "forest", "dense_urban"
]  # fmt: skip
"""Clutter types of P.2108-1, Table 3, in its order."""

STREET_WIDTH_M: Final = 27.0
"""Width between obstacles to assume where it is not known, m (P.2108-1, section 3.1)."""

FARTHEST_TERRESTRIAL_KM: Final = 2.0
"""Beyond it the statistical loss grows no more (P.2108-1, section 3.2.2)."""

GRAZING_EDGE_DB: Final = 6.03
"""Loss of a knife edge at grazing incidence, to be taken off (P.2108-1, equation (2a))."""

_HEIGHT, _TERRESTRIAL, _SLANT = (f"Recommendation ITU-R P.2108-1, section 3.{i}" for i in (1, 2, 3))

HEIGHT_GAIN_RANGES: Final = (
    Range("frequency_ghz", 0.03, 3.0, _HEIGHT),
    Range("height_m", 0.0, math.inf, _HEIGHT, is_open=True),
    Range("clutter_height_m", 0.0, math.inf, _HEIGHT, is_open=True),
    Range("street_width_m", 0.0, math.inf, _HEIGHT, is_open=True),
)
TERRESTRIAL_RANGES: Final = (
    Range("frequency_ghz", 0.5, 67.0, _TERRESTRIAL),
    Range("distance_km", 0.25, math.inf, _TERRESTRIAL),
    Range("location_percent", 0.0, 100.0, _TERRESTRIAL, is_open=True),
)
SLANT_RANGES: Final = (
    Range("frequency_ghz", 10.0, 100.0, _SLANT),
    Range("elevation_deg", 0.0, 90.0, _SLANT),
    Range("location_percent", 0.0, 100.0, _SLANT, is_open=True),
)


def height_gain_loss_db(
    frequency_ghz: float,
    height_m: float,
    clutter_height_m: float,
    clutter: ClutterType,
    *,
    street_width_m: float = STREET_WIDTH_M,
) -> float:
    """Compute the loss of a terminal below the top of its clutter, in dB.

    Parameters
    ----------
    frequency_ghz
        Frequency, GHz, 0.03 to 3.
    height_m
        Height of the antenna above the ground, m, above 0.
    clutter_height_m
        Representative clutter height, m, above 0.
    clutter
        "water", "open", "suburban", "urban", "forest" or "dense_urban".
    street_width_m
        Distance between the obstacles, m, above 0; without effect over water and open land.

    Returns
    -------
    float
        Additional loss, dB; 0 for an antenna at or above the clutter.

    Raises
    ------
    ParameterError
        If any parameter is outside its range; the message lists them all.

    References
    ----------
    Recommendation ITU-R P.2108-1, Annex 1, section 3.1, equations (1) and (2).

    Examples
    --------
    >>> round(height_gain_loss_db(1.5, 2.0, 20.0, "dense_urban"), 1)
    27.1
    """
    values = {
        "frequency_ghz": frequency_ghz,
        "height_m": height_m,
        "clutter_height_m": clutter_height_m,
        "street_width_m": street_width_m,
    }
    faults = range_faults(HEIGHT_GAIN_RANGES, values)
    if clutter not in get_args(ClutterType):
        faults.append(f"clutter is {clutter!r}; give one of {', '.join(get_args(ClutterType))}")
    refuse(faults)
    if height_m >= clutter_height_m:
        return 0.0
    if clutter in ("water", "open"):
        steepness_db = 21.8 + 6.2 * math.log10(frequency_ghz)
        return -steepness_db * math.log10(height_m / clutter_height_m)
    below_m = clutter_height_m - height_m
    shadow_deg = math.degrees(math.atan(below_m / street_width_m))
    nu = 0.342 * math.sqrt(frequency_ghz) * math.sqrt(below_m * shadow_deg)
    return float(knife_edge_loss_db(nu)) - GRAZING_EDGE_DB


def terrestrial_clutter_loss_db(
    frequency_ghz: float, distance_km: float, *, location_percent: float
) -> float:
    """Compute the statistical clutter loss at one end of a terrestrial path, in dB.

    Parameters
    ----------
    frequency_ghz
        Frequency, GHz, 0.5 to 67.
    distance_km
        Length of the path, km, from 0.25; beyond 2 km the loss grows no more. (For both ends the
        path must be at least 1 km long.)
    location_percent
        Share of locations at which the loss is not exceeded, %, above 0 and below 100.

    Returns
    -------
    float
        Loss, dB.

    Raises
    ------
    ParameterError
        If any parameter is outside its range; the message lists them all.

    References
    ----------
    Recommendation ITU-R P.2108-1, Annex 1, section 3.2.2, equations (3) to (6).

    Examples
    --------
    >>> round(terrestrial_clutter_loss_db(26.6, 15.8, location_percent=45.0), 1)
    32.5
    """
    values = {
        "frequency_ghz": frequency_ghz,
        "distance_km": distance_km,
        "location_percent": location_percent,
    }
    refuse(range_faults(TERRESTRIAL_RANGES, values))
    quantile = normal_quantile(0.01 * location_percent)
    reached_km = (min(distance_km, FARTHEST_TERRESTRIAL_KM), FARTHEST_TERRESTRIAL_KM)
    return min(_terrestrial_db(frequency_ghz, km, quantile) for km in reached_km)


def _terrestrial_db(frequency_ghz: float, distance_km: float, quantile: float) -> float:
    """Compute the loss at one distance and normal quantile, dB; equations (3) to (5)."""
    frequency = math.log10(frequency_ghz)
    long_db = -2.0 * math.log10(10.0 ** (-5.0 * frequency - 12.5) + 10.0**-16.5)
    short_db = 32.98 + 23.9 * math.log10(distance_km) + 3.0 * frequency
    long_weight, short_weight = 10.0 ** (-0.2 * long_db), 10.0 ** (-0.2 * short_db)
    both = long_weight + short_weight
    sigma_db = math.sqrt((16.0 * long_weight + 36.0 * short_weight) / both)
    return -5.0 * math.log10(both) + sigma_db * quantile


def slant_clutter_loss_db(
    frequency_ghz: float, elevation_deg: float, *, location_percent: float
) -> float:
    """Compute the statistical clutter loss on a path to an aircraft or satellite, in dB.

    Parameters
    ----------
    frequency_ghz
        Frequency, GHz, 10 to 100.
    elevation_deg
        Elevation of the far end as seen from the terminal, degrees, 0 to 90.
    location_percent
        Share of locations at which the loss is not exceeded, %, above 0 and below 100.

    Returns
    -------
    float
        Loss, dB.

    Raises
    ------
    ParameterError
        If any parameter is outside its range; the message lists them all.

    References
    ----------
    Recommendation ITU-R P.2108-1, Annex 1, section 3.3, equation (7).

    Examples
    --------
    >>> round(slant_clutter_loss_db(10.0, 10.5, location_percent=45.0), 1)
    12.4
    """
    values = {
        "frequency_ghz": frequency_ghz,
        "elevation_deg": elevation_deg,
        "location_percent": location_percent,
    }
    refuse(range_faults(SLANT_RANGES, values))
    share = 0.01 * location_percent
    angle = 0.05 * (1.0 - elevation_deg / 90.0) + math.radians(elevation_deg)
    spread = -93.0 * frequency_ghz**0.175 * math.log1p(-share) / math.tan(angle)
    power = 0.5 * (90.0 - elevation_deg) / 90.0
    return float(spread**power - 1.0 + 0.6 * normal_quantile(share))
