"""How probable is service at a place in each cell: outdoors, in a vehicle, indoors?"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from scipy.special import ndtr

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.geo import Raster
from infraplan.radio.entry_loss import building_entry_loss_db
from infraplan.study.surface import value_by_class
from infraplan.units import GHZ_PER_MHZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.radio.entry_loss import Building
    from infraplan.results import Signal
    from infraplan.study import Study

__all__ = ["location_sigma", "resolution_sigma_db", "service_share"]

_PER_DB: Final = 10
"""Levels are known to 0.1 dB, so a table in these steps is exact."""

_MOST_DB: Final = 100
"""Farther from the threshold the share is 0 or 1."""

_QUANTILES: Final = 500
_DECIMALS: Final = 3


def service_share(
    signal: Signal,
    operator: str,
    *,
    environment: str = "outdoors",
    location_sigma_db: Raster | None = None,
) -> Raster:
    """Return the share of places in each cell where the level suffices for service.

    Parameters
    ----------
    signal
        The predicted signal.
    operator
        Whose, or ``"any"``.
    environment
        A row of ``catalog/environments.csv``: outdoors, vehicle, indoors, indoors_efficient.
    location_sigma_db
        Standard deviation of the level between places of one cell, from :func:`location_sigma`;
        that of P.1812 for the size of a cell where None.

    Returns
    -------
    Raster
        Probability, 0 to 1, to 0.001, that the best server's level less the loss on the way in
        reaches the technology's level "served"; NaN where there is no server. The error of the
        model itself is not in it.

    Raises
    ------
    ParameterError
        If the signal has no such operator, the catalogue no such environment or no level for the
        technology, or the standard deviation is on another grid or not above 0 everywhere.

    Notes
    -----
    The level between places is log-normal around its median. Indoors the loss has the distribution
    of P.2109, which is not log-normal, so that both are convolved by 500 quantiles; P.1812 instead
    adds the variances (P.1812-8, Annex 1, section 4.9), which differs by some hundredths.

    References
    ----------
    Recommendations ITU-R P.1812-8, Annex 1, sections 4.8 and 4.9; P.2109-2.
    """
    if operator not in signal.operators:
        known = ", ".join(signal.operators)
        raise ParameterError(f"The signal has no operator {operator!r}; it has {known}.")
    sigma = None if location_sigma_db is None else _spread_db(location_sigma_db, signal)
    threshold_dbm = catalog.level_dbm(signal.technology, "served")
    level, server = signal.rsrp_dbm[operator], signal.server[operator].values
    margin = np.round((level.values.astype(np.float64) - threshold_dbm) * _PER_DB)
    place = np.nan_to_num(margin, nan=0.0).clip(-_MOST_DB * _PER_DB, _MOST_DB * _PER_DB)
    place = place.astype(np.int32) + _MOST_DB * _PER_DB
    share = np.full(level.values.shape, np.nan, dtype=np.float32)
    of_cell = signal.cells["frequency_mhz"].to_numpy(dtype=np.float64)
    for frequency_mhz in np.unique(of_cell):
        here = (server >= 0) & (of_cell[np.maximum(server, 0)] == frequency_mhz)
        losses_db = _losses_db(environment, float(frequency_mhz))
        own_db = resolution_sigma_db(float(frequency_mhz), signal.grid.cell_size_m)
        for sigma_db in [own_db] if sigma is None else np.unique(sigma[here]):
            at = here if sigma is None else here & (sigma == sigma_db)
            share[at] = _shares(losses_db, float(sigma_db))[place[at]]
    return Raster(f"service_share_{environment}", "share", signal.grid, share, level.origin)


def _spread_db(sigma_db: Raster, signal: Signal) -> NDArray[np.float64]:
    """Return the values of a standard deviation that fits a signal, dB."""
    values = sigma_db.values.astype(np.float64)
    if sigma_db.grid != signal.grid or not (values > 0.0).all():
        raise ParameterError(
            "location_sigma_db is on another grid than the signal, or not above 0 dB everywhere. "
            "Remedy: take it from location_sigma(study) of the same study."
        )
    return values


def resolution_sigma_db(frequency_mhz: float, cell_size_m: float) -> float:
    """Compute the standard deviation of the level between places of one cell, dB.

    Parameters
    ----------
    frequency_mhz
        Frequency, MHz, 30 to 6000.
    cell_size_m
        Side of the cell, m.

    References
    ----------
    Recommendation ITU-R P.1812-8, Annex 1, section 4.8: (0.024 f + 0.52) w^0.28, f in GHz, for a
    terminal below the tops around it.

    Examples
    --------
    >>> round(resolution_sigma_db(1000.0, 100.0), 2)
    1.98
    """
    return float((0.024 * frequency_mhz * GHZ_PER_MHZ + 0.52) * cell_size_m**0.28)


def location_sigma(study: Study) -> Raster | None:
    """Return the standard deviation of the level between places of each cell by its land cover.

    Parameters
    ----------
    study
        With its land cover.

    Returns
    -------
    Raster or None
        dB, by ``catalog/clutter.csv``; None where the study has no land cover. Where the class is
        unknown, that of P.1812 at 1 GHz for the size of a cell.
    """
    if study.clutter is None:
        return None
    unknown = resolution_sigma_db(1.0 / GHZ_PER_MHZ, study.grid.cell_size_m)
    values = value_by_class(study, "location_sigma_db", unknown=unknown)
    return Raster("location_sigma_db", "dB", study.grid, values, study.clutter.origin)


def _losses_db(environment: str, frequency_mhz: float) -> NDArray[np.float64]:
    """Return equally probable losses on the way in, dB."""
    row = catalog.row("environments", environment)
    shares = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
    if row["building"]:
        building = cast("Building", row["building"])
        ghz = frequency_mhz * GHZ_PER_MHZ
        return np.array(
            [building_entry_loss_db(ghz, building, location_percent=100.0 * s) for s in shares]
        )
    median_db, sigma_db = float(row["median_loss_db"]), float(row["sigma_db"])
    if sigma_db == 0.0:
        return np.array([median_db])
    spread = NormalDist(median_db, sigma_db)
    return np.array([spread.inv_cdf(s) for s in shares])


def _shares(losses_db: NDArray[np.float64], sigma_db: float) -> NDArray[np.float32]:
    """Tabulate the share of places with service by how far the median is above the threshold."""
    steps = np.arange(-_MOST_DB * _PER_DB, _MOST_DB * _PER_DB + 1)
    margin_db = steps[:, np.newaxis] / _PER_DB - losses_db
    table = ndtr(margin_db / sigma_db).mean(axis=1)
    shares: NDArray[np.float32] = np.round(table, _DECIMALS).astype(np.float32)
    return shares
