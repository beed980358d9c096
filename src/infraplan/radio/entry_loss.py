"""How much does a signal lose on its way into a building?

Recommendation ITU-R P.2109-2, Annex 1, section 3.
"""

from __future__ import annotations

import math
from typing import Final, Literal, NamedTuple, get_args

from infraplan.radio.normal import normal_quantile
from infraplan.radio.validity import Range, range_faults, refuse

__all__ = [
    "ENTRY_RANGES",
    "Building",
    "building_entry_loss_db",
    "median_entry_loss_db",
]

Building = Literal["traditional", "efficient"]
"""Traditional, or thermally efficient: metallised glass, foil-backed panels."""

_SOURCE = "Recommendation ITU-R P.2109-2, section 3"

ENTRY_RANGES: Final = (
    Range("frequency_ghz", 0.08, 100.0, _SOURCE),
    Range("elevation_deg", -90.0, 90.0, _SOURCE),
    Range("location_percent", 0.0, 100.0, _SOURCE, is_open=True),
)

DB_PER_DEG: Final = 0.212
"""Growth of the loss with elevation, dB per degree (P.2109-2, equation (10))."""

SMALLEST_LOSS_DB: Final = -3.0
"""C of equation (1): even the luckiest place gains no more than about this, dB."""


class _Coefficients(NamedTuple):
    """Coefficients of P.2109-2, Table 1, by their letters."""

    r: float
    s: float
    t: float
    u: float
    v: float
    w: float
    x: float
    y: float
    z: float


_COEFFICIENTS: Final[dict[str, _Coefficients]] = {
    "traditional": _Coefficients(12.64, 3.72, 0.96, 9.6, 2.0, 9.1, -3.0, 4.5, -2.0),
    "efficient": _Coefficients(28.19, -3.00, 8.48, 13.5, 3.8, 27.8, -2.9, 9.4, -2.1),
}


def building_entry_loss_db(
    frequency_ghz: float,
    building: Building,
    *,
    location_percent: float,
    elevation_deg: float = 0.0,
) -> float:
    """Compute the building entry loss not exceeded at a share of the places indoors, in dB.

    Parameters
    ----------
    frequency_ghz
        Frequency, GHz, 0.08 to 100.
    building
        "traditional" or "efficient" (thermally efficient).
    location_percent
        Share of buildings and places in them at which the loss is not exceeded, %, above 0 and
        below 100.
    elevation_deg
        Elevation of the path at the facade, degrees, -90 to 90; its sign does not matter.

    Returns
    -------
    float
        Loss, dB; a little below 0 for the luckiest places.

    Raises
    ------
    ParameterError
        If any parameter is outside its range; the message lists them all.

    References
    ----------
    Recommendation ITU-R P.2109-2, Annex 1, section 3, equations (1) to (10).

    Examples
    --------
    >>> round(building_entry_loss_db(1.8, "traditional", location_percent=50.0), 1)
    14.8
    """
    values = {
        "frequency_ghz": frequency_ghz,
        "elevation_deg": elevation_deg,
        "location_percent": location_percent,
    }
    faults = range_faults(ENTRY_RANGES, values)
    if building not in get_args(Building):
        faults.append(f"building is {building!r}; give 'traditional' or 'efficient'")
    refuse(faults)
    k = _COEFFICIENTS[building]
    frequency = math.log10(frequency_ghz)
    horizontal_db = k.r + k.s * frequency + k.t * frequency**2
    quantile = normal_quantile(0.01 * location_percent)
    first_db = quantile * (k.u + k.v * frequency) + horizontal_db + DB_PER_DEG * abs(elevation_deg)
    second_db = quantile * (k.y + k.z * frequency) + k.w + k.x * frequency
    parts_db = (first_db, second_db, SMALLEST_LOSS_DB)
    return 10.0 * math.log10(sum(10.0 ** (0.1 * part_db) for part_db in parts_db))


def median_entry_loss_db(frequency_ghz: float, building: Building) -> float:
    """Compute the median building entry loss of a level path, in dB.

    Parameters
    ----------
    frequency_ghz
        Frequency, GHz, 0.08 to 100.
    building
        "traditional" or "efficient".

    Returns
    -------
    float
        Loss exceeded at half of the places, dB.

    Raises
    ------
    ParameterError
        If a parameter is outside its range.

    Examples
    --------
    >>> round(median_entry_loss_db(0.9, "traditional"), 1)
    14.2
    """
    return building_entry_loss_db(frequency_ghz, building, location_percent=50.0)
