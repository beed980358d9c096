"""Into which class of service does each cell fall, outdoors and indoors?

Classes count upwards: 0 without signal, then one more for each level of the catalogue that is
reached (weak, served, good, strong indoors). So the class of the better of two signals is the
larger of their classes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np

from infraplan import catalog
from infraplan.radio.entry_loss import median_entry_loss_db
from infraplan.units import GHZ_PER_MHZ

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from infraplan.radio.entry_loss import Building
    from infraplan.results import Signal

__all__ = [
    "ENVIRONMENTS",
    "classes_of_level",
    "level_limits_dbm",
    "median_loss_db",
    "signal_classes",
]

ENVIRONMENTS: Final = ("outdoors", "indoors")
"""Rows of ``catalog/environments.csv`` that an outlook tells apart."""


def level_limits_dbm(technology: str) -> dict[str, float]:
    """Return the least level of each class of service, dBm, the weakest first.

    Raises
    ------
    ParameterError
        If ``catalog/service_levels.csv`` has no levels for the technology.

    Examples
    --------
    >>> level_limits_dbm("4G")
    {'weak': -115.0, 'served': -105.0, 'good': -95.0, 'strong_indoors': -80.0}
    """
    catalog.level_dbm(technology, "served")
    rows = catalog.table("service_levels")
    own = rows[(rows["technology"] == technology) & (rows["minimum_rsrp_dbm"] != "")]
    limits = zip(own["level"], own["minimum_rsrp_dbm"].astype(float), strict=True)
    return dict(sorted(limits, key=lambda limit: limit[1]))


def median_loss_db(environment: str, frequency_mhz: float) -> float:
    """Return what half of the places in an environment lose at most on the way in, dB.

    Parameters
    ----------
    environment
        A row of ``catalog/environments.csv``.
    frequency_mhz
        Frequency, MHz.

    Raises
    ------
    ParameterError
        If there is no such environment.

    References
    ----------
    Recommendation ITU-R P.2109-2 (buildings).

    Examples
    --------
    >>> median_loss_db("outdoors", 1800.0), round(median_loss_db("indoors", 1800.0), 1)
    (0.0, 14.8)
    """
    row = catalog.row("environments", environment)
    if not row["building"]:
        return float(row["median_loss_db"])
    building = cast("Building", row["building"])
    return median_entry_loss_db(frequency_mhz * GHZ_PER_MHZ, building)


def classes_of_level(
    level_dbm: NDArray[np.float32], limits_dbm: Mapping[str, float]
) -> NDArray[np.uint8]:
    """Return the class of each level, as many as limits that it reaches.

    Parameters
    ----------
    level_dbm
        Levels, dBm, NaN where there is no signal.
    limits_dbm
        From :func:`level_limits_dbm`.

    Examples
    --------
    >>> levels = np.array([np.nan, -120.0, -105.0, -79.0], dtype=np.float32)
    >>> classes_of_level(levels, level_limits_dbm("4G")).tolist()
    [0, 0, 2, 4]
    """
    found = np.zeros(level_dbm.shape, dtype=np.uint8)
    for limit_dbm in limits_dbm.values():
        found += level_dbm >= limit_dbm
    return found


def signal_classes(signal: Signal, operator: str) -> dict[str, NDArray[np.uint8]]:
    """Return the class of each cell in each environment, for one operator.

    Parameters
    ----------
    signal
        The predicted signal.
    operator
        One of its operators, not ``"any"``: who is best outdoors need not be best indoors.

    Returns
    -------
    dict
        Environment to classes, uint8, shape of the grid. Indoors the level is that of the best
        server outdoors less the median loss of P.2109 (traditional building) at that server's
        frequency: half of the places inside have more.
    """
    limits_dbm = level_limits_dbm(signal.technology)
    level_dbm = signal.rsrp_dbm[operator].values.astype(np.float32, copy=False)
    server = signal.server[operator].values
    of_cell = signal.cells["frequency_mhz"].to_numpy(dtype=np.float64)
    bands_mhz, band = np.unique(of_cell, return_inverse=True)
    found: dict[str, NDArray[np.uint8]] = {}
    for environment in ENVIRONMENTS:
        losses_db = [median_loss_db(environment, mhz) for mhz in bands_mhz.tolist()]
        loss_db = np.array(losses_db, dtype=np.float32)[band][np.maximum(server, 0)]
        found[environment] = classes_of_level(level_dbm - loss_db, limits_dbm)
    return found
