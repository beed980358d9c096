"""What is the basic transmission loss of one path after Recommendation ITU-R P.1812-8?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from infraplan.radio.link import BETA_RADIUS_KM, Link
from infraplan.radio.p1812.climate import COASTAL, INLAND, INLAND_COAST_KM, SEA, path_climate
from infraplan.radio.p1812.evaluate import evaluate
from infraplan.radio.p1812.great_circle import middle_latitude_deg
from infraplan.radio.p1812.location import location_correction_db
from infraplan.radio.p1812.result import TransmissionLoss, new_transmission_loss
from infraplan.radio.validity import (
    FARTHEST_P1812_KM,
    NEAREST_P1812_KM,
    PATH_RANGES,
    Range,
    polarization_faults,
    range_faults,
    refuse,
)
from infraplan.units import effective_earth_radius_km, rounded_wavelength_m

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

__all__ = ["transmission_loss", "validity"]

FEWEST_POINTS: Final = 3
"""Both ends and at least one point between them that can be a horizon."""

PATH_LENGTH: Final = Range(
    "the last distance_km",
    NEAREST_P1812_KM,
    FARTHEST_P1812_KM,
    "Recommendation ITU-R P.1812-8, section 1",
)


def validity() -> tuple[Range, ...]:
    """Return the ranges in which :func:`transmission_loss` takes its numbers.

    Examples
    --------
    >>> print(*(f"{r.name}: {r.lowest:g} to {r.highest:g}" for r in validity()[:2]), sep="; ")
    the last distance_km: 0.25 to 3000; frequency_ghz: 0.03 to 6
    """
    return (PATH_LENGTH, *PATH_RANGES)


def transmission_loss(
    distance_km: ArrayLike,
    height_m: ArrayLike,
    clutter_height_m: ArrayLike,
    zone: ArrayLike,
    *,
    frequency_ghz: float,
    time_percent: float,
    location_percent: float,
    tx_height_m: float,
    rx_height_m: float,
    polarization: Literal["horizontal", "vertical"],
    tx_latitude_deg: float,
    rx_latitude_deg: float,
    tx_longitude_deg: float,
    rx_longitude_deg: float,
    delta_n: float,
    n0: float,
    coast_tx_km: float = INLAND_COAST_KM,
    coast_rx_km: float = INLAND_COAST_KM,
    location_sigma_db: float = 0.0,
) -> TransmissionLoss:
    """Compute the basic transmission loss of one path, in dB, with all intermediate values.

    Parameters
    ----------
    distance_km
        Distance of the profile points from the transmitter, km, shape (n,), n at least 3,
        increasing from 0 to 0.25-3000 km; evenly spaced or not.
    height_m
        Bare ground above sea level, m, shape (n,).
    clutter_height_m
        Representative clutter over the ground, m, not negative, shape (n,). It raises the profile
        of Bullington's construction between the ends, and nothing else.
    zone
        Radio-climatic zone, 1 sea, 3 coastal land, 4 inland, shape (n,).
    frequency_ghz
        Frequency, GHz, 0.03 to 6.
    time_percent, location_percent
        Shares of the average year, 1 to 50 %, and of the locations, 1 to 99 %, for which the loss
        is not exceeded.
    tx_height_m, rx_height_m
        Heights of the antennas above the ground, m, 1 to 3000.
    polarization
        "horizontal" or "vertical".
    tx_latitude_deg, rx_latitude_deg, tx_longitude_deg, rx_longitude_deg
        Places of the terminals, degrees, north (to 80) and east positive.
    delta_n
        Refractivity lapse rate in the middle of the path, N-units/km, 0 to 156.
    n0
        Sea-level surface refractivity there, N-units.
    coast_tx_km, coast_rx_km
        Distances over land to the coast along the path, km; a terminal at sea has 0 anyway.
    location_sigma_db
        Standard deviation over locations, dB; it does not apply to a receiver at sea.

    Returns
    -------
    TransmissionLoss
        The loss, the field strength and every intermediate value.

    Raises
    ------
    ParameterError
        If anything is outside its range; the message lists it all, with ranges and sources.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1.

    Examples
    --------
    >>> result = transmission_loss(
    ...     [0.0, 2.0, 4.0], [10.0, 60.0, 10.0], [0.0, 10.0, 0.0], [4, 4, 4], frequency_ghz=1.8,
    ...     time_percent=50.0, location_percent=50.0, tx_height_m=30.0, rx_height_m=1.5,
    ...     polarization="vertical", tx_latitude_deg=21.3, rx_latitude_deg=21.3,
    ...     tx_longitude_deg=105.2, rx_longitude_deg=105.24, delta_n=45.0, n0=360.0)
    >>> round(result.basic_loss_db, 1), result.is_transhorizon
    (147.4, True)
    """
    values = {
        "frequency_ghz": frequency_ghz,
        "time_percent": time_percent,
        "location_percent": location_percent,
        "tx_height_m": tx_height_m,
        "rx_height_m": rx_height_m,
        "tx_latitude_deg": tx_latitude_deg,
        "rx_latitude_deg": rx_latitude_deg,
        "tx_longitude_deg": tx_longitude_deg,
        "rx_longitude_deg": rx_longitude_deg,
        "delta_n": delta_n,
        "n0": n0,
        "coast_tx_km": coast_tx_km,
        "coast_rx_km": coast_rx_km,
        "location_sigma_db": location_sigma_db,
    }
    profile = {
        "distance_km": distance_km,
        "height_m": height_m,
        "clutter_height_m": clutter_height_m,
        "zone": zone,
    }
    arrays, faults = _read_profile(profile)
    faults += range_faults(PATH_RANGES, values) + polarization_faults(polarization)
    refuse(faults)
    link = Link(
        cell_size_km=math.nan,
        tx_height_m=float(tx_height_m),
        rx_height_m=float(rx_height_m),
        frequency_ghz=float(frequency_ghz),
        wavelength_m=rounded_wavelength_m(float(frequency_ghz)),
        vertical=polarization == "vertical",
        time_percent=float(time_percent),
        n0=float(n0),
        radius_km=effective_earth_radius_km(float(delta_n)),
        beta_radius_km=BETA_RADIUS_KM,
        latitude_deg=middle_latitude_deg(
            tx_latitude_deg, tx_longitude_deg, rx_latitude_deg, rx_longitude_deg, arrays[0][-1]
        ),
    )
    coasts_km = float(coast_tx_km), float(coast_rx_km)
    spread_db = location_correction_db(float(location_percent), float(location_sigma_db))
    return _evaluate_profile(arrays, link, coasts_km, spread_db)


def _evaluate_profile(
    arrays: list[NDArray[np.float64]], link: Link, coasts_km: tuple[float, float], spread_db: float
) -> TransmissionLoss:
    """Run the kernels over one sound profile; the spread over locations ends at the sea."""
    distance, terrain, clutter, zones = arrays
    codes = zones.astype(np.int64)
    surface = terrain + clutter
    surface[[0, -1]] = terrain[[0, -1]]
    climate = path_climate(distance, codes, *coasts_km)
    found = evaluate(distance, terrain, surface, np.zeros_like(terrain), link, climate, True)
    return new_transmission_loss(
        float(distance[-1]), link, found, 0.0 if codes[-1] == SEA else spread_db
    )


def _read_profile(
    profile: dict[str, ArrayLike],
) -> tuple[list[NDArray[np.float64]], list[str]]:
    """Convert the arrays of a profile, and list what is wrong with them."""
    arrays: list[NDArray[np.float64]] = []
    faults: list[str] = []
    for name, given in profile.items():
        try:
            known = np.ma.filled(np.ma.asarray(given, dtype=np.float64), np.nan)
            arrays.append(np.ascontiguousarray(known, dtype=np.float64))
        except (TypeError, ValueError):
            faults.append(f"{name} does not hold numbers; give an array of shape (n,)")
            continue
        if not np.isfinite(arrays[-1]).all():
            count = int((~np.isfinite(arrays[-1])).sum())
            faults.append(f"{name} has {count} values that are not finite; fill them first")
    if len(arrays) < len(profile):
        return arrays, faults
    shapes = [array.shape for array in arrays]
    if arrays[0].ndim != 1 or len(set(shapes)) != 1 or arrays[0].size < FEWEST_POINTS:
        found = ", ".join(f"{name} {shape}" for name, shape in zip(profile, shapes, strict=True))
        faults.append(f"the profile has the shapes {found}; give (n,) alike, n >= {FEWEST_POINTS}")
        return arrays, faults
    return arrays, faults + _content_faults(arrays[0], *arrays[2:])


def _content_faults(
    distance: NDArray[np.float64],
    clutter: NDArray[np.float64],
    zones: NDArray[np.float64],
) -> list[str]:
    """List what is wrong with the values of a profile of equal, long enough arrays."""
    faults = []
    if distance[0] != 0.0 or (np.diff(distance) <= 0.0).any():
        faults.append("distance_km must start at 0 and increase from point to point")
    elif np.isfinite(distance[-1]):
        faults += range_faults([PATH_LENGTH], {PATH_LENGTH.name: float(distance[-1])})
    if (clutter < 0.0).any():
        faults.append(f"clutter_height_m goes down to {clutter.min()}; give metres from 0 up")
    known = (SEA, COASTAL, INLAND)
    strange = np.setdiff1d(zones[np.isfinite(zones)], known)
    if strange.size:
        faults.append(f"zone holds {strange[0]:g}; give 1 sea, 3 coastal land or 4 inland")
    return faults
