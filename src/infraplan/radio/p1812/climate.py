"""What do sea, coast and latitude make of one path?

Recommendation ITU-R P.1812-8, Annex 1, sections 3.5 (zones), 3.6 (beta_0) and 4.1 (omega).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from infraplan.radio.jit import kernel

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "COASTAL",
    "INLAND",
    "INLAND_COAST_KM",
    "SEA",
    "Climate",
    "ducting_time_percent",
    "inland_climate",
    "inland_weight",
    "path_climate",
]

SEA: Final = 1
COASTAL: Final = 3
INLAND: Final = 4
"""Codes of the radio-climatic zones in profiles (P.1812-8, Annex 1, Table 4)."""

INLAND_COAST_KM: Final = 500.0
"""Distance to the coast that stands for "far inland"; only distances up to 5 km matter."""


class Climate(NamedTuple):
    """What the zones along one path amount to.

    Attributes
    ----------
    sea_share
        Share of the path over sea, 0 to 1 (omega).
    longest_land_km
        Longest unbroken section over land, inland and coastal, km (d_tm).
    longest_inland_km
        Longest unbroken inland section, km (d_lm).
    coast_tx_km, coast_rx_km
        Distances over land from the antennas to the coast along the path, km (d_ct, d_cr).
    """

    sea_share: float
    longest_land_km: float
    longest_inland_km: float
    coast_tx_km: float
    coast_rx_km: float


@kernel
def inland_climate(path_km: float) -> Climate:
    """Return the climate of a path of ``path_km`` that is inland all along."""
    return Climate(0.0, path_km, path_km, INLAND_COAST_KM, INLAND_COAST_KM)


@kernel
def _section_lengths_km(
    distance_km: NDArray[np.float64], zone: NDArray[np.int64], first: int, second: int
) -> tuple[float, float]:
    """Compute the total and the longest unbroken length of the points of two zones, in km.

    Each point stands for the way from halfway to its predecessor to halfway to its successor.
    """
    last = distance_km.size - 1
    total_km = 0.0
    longest_km = 0.0
    i = 0
    while i <= last:
        if zone[i] not in (first, second):
            i += 1
            continue
        start_km = distance_km[0] if i == 0 else 0.5 * (distance_km[i - 1] + distance_km[i])
        while i < last and zone[i + 1] in (first, second):
            i += 1
        end_km = distance_km[last] if i == last else 0.5 * (distance_km[i] + distance_km[i + 1])
        total_km += end_km - start_km
        longest_km = max(longest_km, end_km - start_km)
        i += 1
    return total_km, longest_km


@kernel
def path_climate(
    distance_km: NDArray[np.float64],
    zone: NDArray[np.int64],
    coast_tx_km: float,
    coast_rx_km: float,
) -> Climate:
    """Compute what the zones along one path amount to.

    Parameters
    ----------
    distance_km
        Distance from the transmitter, km, increasing from 0, shape (n,).
    zone
        Radio-climatic zone of each point, 1 sea, 3 coastal land, 4 inland, shape (n,).
    coast_tx_km, coast_rx_km
        Distances to the coast, km; 0 is put in where a terminal stands in the sea.

    Returns
    -------
    Climate
        Shares and lengths.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, sections 3.5, 3.6 and 4.1.
    """
    last = distance_km.size - 1
    sea_km, _ = _section_lengths_km(distance_km, zone, SEA, SEA)
    _, land_km = _section_lengths_km(distance_km, zone, COASTAL, INLAND)
    _, inland_km = _section_lengths_km(distance_km, zone, INLAND, INLAND)
    return Climate(
        min(sea_km / (distance_km[last] - distance_km[0]), 1.0),
        land_km,
        inland_km,
        0.0 if zone[0] == SEA else coast_tx_km,
        0.0 if zone[last] == SEA else coast_rx_km,
    )


@kernel
def inland_weight(longest_inland_km: float) -> float:
    """Compute tau, which grows from 0 to 1 with the longest inland section; equation (3)."""
    return 1.0 - math.exp(-4.12e-4 * longest_inland_km**2.41)


@kernel
def ducting_time_percent(
    latitude_deg: float, longest_land_km: float, longest_inland_km: float
) -> float:
    """Compute beta_0, the share of time with a steep refractivity gradient, in percent.

    Parameters
    ----------
    latitude_deg
        Latitude of the middle of the path, degrees, -90 to 90.
    longest_land_km, longest_inland_km
        Longest unbroken sections, km, from :func:`path_climate`.

    Returns
    -------
    float
        Time for which the lapse rate in the lowest 100 m exceeds 100 N-units/km, %, 0 to 50.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, section 3.6, equations (2) to (5).
    """
    tau = inland_weight(longest_inland_km)
    mu1 = 10.0 ** (-longest_land_km / (16.0 - 6.6 * tau)) + 10.0 ** (-5.0 * (0.496 + 0.354 * tau))
    mu1 = min(mu1**0.2, 1.0)
    latitude = abs(latitude_deg)
    if latitude <= 70.0:
        mu4 = mu1 ** (-0.935 + 0.0176 * latitude)
        return float(10.0 ** (-0.015 * latitude + 1.67) * mu1 * mu4)
    return float(4.17 * mu1 * mu1**0.3)
