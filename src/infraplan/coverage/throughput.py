"""How many megabits per second could a terminal get, alone and in a loaded network?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan import catalog
from infraplan.coverage.transmitters import noise_dbm
from infraplan.errors import ParameterError
from infraplan.geo import Raster

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.results import Signal

__all__ = ["loaded_mbps", "peak_mbps", "spectral_efficiency_bps_hz"]

_DECIMALS = 1


@dataclass(frozen=True, slots=True)
class _Mapping:
    """From SINR to throughput, as ``catalog/throughput.csv`` says."""

    attenuation_share: float
    lowest_sinr_db: float
    most_bps_hz: float


def peak_mbps(signal: Signal, operator: str) -> Raster:
    """Return what one terminal alone in a network without other traffic gets, Mbit/s.

    Parameters
    ----------
    signal
        The predicted signal.
    operator
        Whose, or ``"any"``.

    Returns
    -------
    Raster
        Bandwidth of the best server · efficiency at RSRP over thermal noise, to 0.1 Mbit/s; NaN
        where there is no server.

    Raises
    ------
    ParameterError
        If the signal has no such operator, or the catalogue no mapping for its technology.

    References
    ----------
    See :func:`spectral_efficiency_bps_hz`.
    """
    level = _layer(signal, operator)
    snr_db = level - np.float32(noise_dbm(signal.technology))
    return _raster(signal, operator, "peak_mbps", snr_db, 1.0)


def loaded_mbps(signal: Signal, operator: str) -> Raster:
    """Return what one more terminal gets in a network under the signal's load, Mbit/s.

    Parameters
    ----------
    signal
        The predicted signal.
    operator
        Whose, or ``"any"``.

    Returns
    -------
    Raster
        Share of the best server's bandwidth that its own load leaves · efficiency at the SINR
        with all other cells under that load, to 0.1 Mbit/s; NaN where there is no server.

    Raises
    ------
    ParameterError
        If the signal has no such operator, or the catalogue no mapping for its technology.

    References
    ----------
    See :func:`spectral_efficiency_bps_hz`.
    """
    _layer(signal, operator)
    sinr_db = signal.sinr_db[operator].values.astype(np.float32, copy=False)
    return _raster(signal, operator, "loaded_mbps", sinr_db, 1.0 - signal.load_share)


def spectral_efficiency_bps_hz(
    sinr_db: NDArray[np.floating], technology: str
) -> NDArray[np.float64]:
    """Compute how many bits per second fit into a hertz, by an attenuated, truncated Shannon bound.

    Parameters
    ----------
    sinr_db
        SINR, dB, any shape.
    technology
        A row of ``catalog/throughput.csv``.

    Returns
    -------
    numpy.ndarray
        attenuation · log2(1 + SINR), 0 below the lowest SINR, at most the highest, bit/s/Hz; NaN
        where the SINR is NaN. One stream: with two, at most twice as much.

    Raises
    ------
    ParameterError
        If the catalogue has no mapping for the technology.

    References
    ----------
    3GPP TR 36.942 V17.0.0, Annex A.2 (4G); 3GPP TR 38.803 V14.2.0, section 5.2.7 (5G).

    Examples
    --------
    >>> spectral_efficiency_bps_hz(np.array([-12.0, 0.0, 40.0]), "4G").tolist()
    [0.0, 0.6, 4.4]
    """
    rule = _mapping(technology)
    sinr = 10.0 ** (np.asarray(sinr_db, dtype=np.float64) / 10.0)
    bound = np.minimum(rule.attenuation_share * np.log2(1.0 + sinr), rule.most_bps_hz)
    return np.where(np.asarray(sinr_db) < rule.lowest_sinr_db, 0.0, bound)


def _mapping(technology: str) -> _Mapping:
    """Read how SINR becomes throughput."""
    known = catalog.table("throughput")
    if technology not in set(known["technology"]):
        raise ParameterError(
            f"catalog/throughput.csv has no mapping for {technology!r}; it has "
            f"{', '.join(known['technology'])}. Remedy: add a row with its source."
        )
    row = catalog.row("throughput", technology)
    return _Mapping(
        float(row["attenuation_share"]), float(row["lowest_sinr_db"]), float(row["most_bps_hz"])
    )


def _layer(signal: Signal, operator: str) -> NDArray[np.float32]:
    """Return the levels of an operator."""
    if operator not in signal.operators:
        known = ", ".join(signal.operators)
        raise ParameterError(f"The signal has no operator {operator!r}; it has {known}.")
    return signal.rsrp_dbm[operator].values.astype(np.float32, copy=False)


def _raster(
    signal: Signal, operator: str, name: str, sinr_db: NDArray[np.floating], share: float
) -> Raster:
    """Turn SINR into throughput in the bandwidth of the best server."""
    server = signal.server[operator].values
    width_mhz = signal.cells["bandwidth_mhz"].to_numpy(dtype=np.float64)
    mbps = spectral_efficiency_bps_hz(sinr_db, signal.technology)
    mbps *= np.where(server >= 0, width_mhz[np.maximum(server, 0)] * share, np.nan)
    values = np.round(mbps, _DECIMALS).astype(np.float32)
    return Raster(name, "Mbit/s", signal.grid, values, signal.rsrp_dbm[operator].origin)
