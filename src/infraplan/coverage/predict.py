"""How strong is the signal of each operator in each cell, and who serves it?"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from infraplan import catalog
from infraplan.coverage.best_server import with_any
from infraplan.coverage.transmitters import group_cells
from infraplan.errors import ParameterError
from infraplan.geo import Raster
from infraplan.radio.sectors import best_sector, merge_best
from infraplan.radio.sweep import loss_window
from infraplan.results import Signal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import Executor

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.coverage.transmitters import Transmitter
    from infraplan.study import Study

__all__ = ["operators_of", "predict", "signal_origin"]

_ANTENNA = "sector_3gpp"
_DECIMALS = 1
"""Levels are kept to 0.1 dB, so that what is written is what was counted."""


@dataclass(frozen=True, slots=True)
class _Layer:
    """One operator's rasters while they fill; the lock guards both."""

    rsrp_dbm: NDArray[np.float32]
    server: NDArray[np.int32]
    lock: threading.Lock


def predict(
    study: Study,
    *,
    technology: str = "4G",
    operators: Sequence[str] | None = None,
    reach_m: float | None = None,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Signal:
    """Predict RSRP and best server per operator and for any of them.

    Parameters
    ----------
    study
        Terrain and cells.
    technology
        2G, 3G, 4G or 5G.
    operators
        Predict these only; all that have cells of the technology where None. Predictions of single
        operators are joined by :func:`infraplan.coverage.best_server`.
    reach_m
        Signals are followed this far from each mast, m; farther cells count as without signal.
        The catalogue's rule ``coverage_reach_m`` where None.
    executor
        Runs transmitters side by side (threads: the kernels release the GIL); None runs them here.
        The result is the same.
    progress
        Called with (done, total) transmitters.

    Returns
    -------
    Signal
        RSRP in dBm to 0.1 dB (median of location and time, outdoors, 1.5 m above ground), and
        the best server.

    Raises
    ------
    ParameterError
        If the study has no cell of this technology, or one of the operators has none.

    Notes
    -----
    RSRP = EIRP per resource element + antenna pattern - (free space + diffraction). Clutter and
    location variability are not in it yet, so levels are optimistic in forest and in towns.

    References
    ----------
    ITU-R P.526-15 §4.5.4 (delta-Bullington), ITU-R P.525; 3GPP TR 36.814 Table A.2.1.1-2.
    """
    wanted = _wanted(study, technology, operators)
    cells = study.cells[study.cells["technology"] == technology].reset_index(drop=True)
    transmitters = [t for t in group_cells(cells, study.grid) if t.operator in wanted]
    layers = {o: _empty_layer(study.grid.shape) for o in wanted}
    reach = catalog.rule("coverage_reach_m") if reach_m is None else reach_m
    height = np.ascontiguousarray(study.elevation.values, dtype=np.float32)

    def add(transmitter: Transmitter) -> None:
        _add(layers[transmitter.operator], transmitter, height, study.grid.cell_size_m, reach)

    done = executor.map(add, transmitters) if executor else map(add, transmitters)
    for count, _ in enumerate(done, 1):
        if progress is not None:
            progress(count, len(transmitters))
    for layer in layers.values():
        np.round(layer.rsrp_dbm, _DECIMALS, out=layer.rsrp_dbm)
    return _signal(study, technology, cells, layers)


def operators_of(study: Study, *, technology: str = "4G") -> tuple[str, ...]:
    """Return the operators that have cells of a technology, sorted.

    Raises
    ------
    ParameterError
        If there is no cell of this technology.
    """
    of_it = study.cells.loc[study.cells["technology"] == technology, "operator"]
    if of_it.empty:
        there = ", ".join(sorted(set(study.cells["technology"])))
        raise ParameterError(
            f"The study has no cell of {technology!r}; it has {there or 'no cell at all'}. "
            f"Remedy: add cells of {technology!r} to the table of cells."
        )
    return tuple(sorted(set(of_it)))


def _wanted(study: Study, technology: str, operators: Sequence[str] | None) -> tuple[str, ...]:
    """Return the operators to predict, sorted."""
    there = operators_of(study, technology=technology)
    if operators is None:
        return there
    unknown = sorted(set(operators) - set(there))
    if unknown or not operators:
        raise ParameterError(
            f"operators is {list(operators)}; give some of those that have {technology} cells: "
            f"{', '.join(there)}."
        )
    return tuple(sorted(set(operators)))


def _empty_layer(shape: tuple[int, int]) -> _Layer:
    rsrp = np.full(shape, np.nan, dtype=np.float32)
    return _Layer(rsrp, np.full(shape, -1, dtype=np.int32), threading.Lock())


def _add(
    layer: _Layer,
    transmitter: Transmitter,
    height_m: NDArray[np.float32],
    cell_size_m: float,
    reach_m: float,
) -> None:
    """Add one transmitter to its operator's rasters."""
    loss = loss_window(
        height_m,
        cell_size_m,
        transmitter.row,
        transmitter.column,
        radius_m=reach_m,
        frequency_mhz=transmitter.frequency_mhz,
        tx_height_m=transmitter.height_m,
    )
    antenna = catalog.row("antennas", _ANTENNA)
    rsrp, sector = best_sector(
        loss,
        height_m,
        cell_size_m,
        transmitter.row,
        transmitter.column,
        tx_height_m=transmitter.height_m,
        eirp_re_dbm=transmitter.eirp_re_dbm,
        azimuth_deg=transmitter.azimuth_deg,
        tilt_deg=transmitter.tilt_deg,
        horizontal_beamwidth_deg=float(antenna["horizontal_beamwidth_deg"]),
        vertical_beamwidth_deg=float(antenna["vertical_beamwidth_deg"]),
        front_to_back_db=float(antenna["front_to_back_db"]),
        side_lobe_db=float(antenna["side_lobe_db"]),
    )
    keys = np.where(sector >= 0, transmitter.keys[np.maximum(sector, 0)], -1).astype(np.int32)
    with layer.lock:
        merge_best(layer.rsrp_dbm, layer.server, rsrp, keys, transmitter.row, transmitter.column)


def _signal(
    study: Study, technology: str, cells: gpd.GeoDataFrame, layers: dict[str, _Layer]
) -> Signal:
    """Wrap the filled layers."""
    grid, origin = study.grid, signal_origin(study)
    rsrp, server = with_any(
        {o: Raster("rsrp_dbm", "dBm", grid, v.rsrp_dbm, origin) for o, v in layers.items()},
        {
            o: Raster("server", "row of the cell table", grid, v.server, origin, nodata=-1)
            for o, v in layers.items()
        },
    )
    return Signal(
        technology=technology,
        grid=grid,
        operators=tuple(rsrp),
        rsrp_dbm=MappingProxyType(rsrp),
        server=MappingProxyType(server),
        cells=cells,
        inputs=MappingProxyType(
            {"communes": study.communes, "villages": study.villages, "sites": study.sites}
        ),
        provenance=study.provenance,
    )


def signal_origin(study: Study) -> str:
    """Return how the signal is known: simulated where terrain, masts or cells are."""
    used = study.provenance.origins
    rows = used[used["table"].isin(["elevation", "sites", "cells"])]
    return "simulated" if (rows["origin"] == "simulated").any() else "estimated"
