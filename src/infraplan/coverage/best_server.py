"""Who serves best of all operators, and how do predictions of single operators become one?"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from infraplan.coverage.block import BlockSignal
from infraplan.errors import ParameterError
from infraplan.geo import Raster
from infraplan.results import ANY_OPERATOR, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.geo import Grid
    from infraplan.results import Provenance

__all__ = ["best_server", "signal_of"]

_SERVER_UNIT = "row of the cell table"
_UNITS = {
    "rsrp_dbm": ("rsrp_dbm", "dBm"),
    "second_rsrp_dbm": ("second_rsrp_dbm", "dBm"),
    "sinr_db": ("sinr_db", "dB"),
    "server": ("server", _SERVER_UNIT),
    "second_server": ("second_server", _SERVER_UNIT),
}


def best_server(signals: Sequence[Signal]) -> Signal:
    """Join predictions of different operators into one, with the best server of them all.

    Parameters
    ----------
    signals
        Predictions for some operators each, from :func:`infraplan.coverage.predict`, of one study
        and technology; no operator in two of them.

    Returns
    -------
    Signal
        All operators, sorted, then ``"any"``; the same as one prediction of them together.

    Raises
    ------
    ParameterError
        If there is no prediction, they differ in technology, grid, load or clutter, or an operator
        comes twice.
    """
    if not signals:
        raise ParameterError("signals is empty; give at least one prediction.")
    first = signals[0]
    shared = _shared(first)
    if any(_shared(s) != shared for s in signals):
        raise ParameterError(
            "The predictions differ in technology, grid, load or clutter. Remedy: predict them "
            "from one study with the same load and clutter."
        )
    found = [o for s in signals for o in s.operators if o != ANY_OPERATOR]
    twice = sorted({o for o in found if found.count(o) > 1})
    if twice:
        raise ParameterError(
            f"Two predictions hold {', '.join(twice)}. Remedy: give each operator once."
        )
    layers = {o: _layers(s, o) for s in signals for o in s.operators if o != ANY_OPERATOR}
    return signal_of(
        layers,
        technology=first.technology,
        grid=first.grid,
        origin=first.rsrp_dbm[first.operators[0]].origin,
        cells=first.cells,
        inputs=first.inputs,
        provenance=first.provenance,
        load_share=first.load_share,
        clutter_model=first.clutter_model,
    )


def _shared(signal: Signal) -> tuple[object, ...]:
    """Return what predictions that are joined must have in common."""
    return signal.technology, signal.grid, signal.load_share, signal.clutter_model


def signal_of(
    layers: Mapping[str, BlockSignal],
    *,
    technology: str,
    grid: Grid,
    origin: str,
    cells: gpd.GeoDataFrame,
    inputs: Mapping[str, gpd.GeoDataFrame],
    provenance: Provenance,
    load_share: float,
    clutter_model: str,
) -> Signal:
    """Wrap the operators' layers, and those of any operator, as a signal.

    Parameters
    ----------
    layers
        Operator to its signal on the whole grid; at least one.
    technology, grid, cells, inputs, provenance, load_share, clutter_model
        As in :class:`infraplan.results.Signal`.
    origin
        How the levels are known.

    Returns
    -------
    Signal
        Operators sorted, then ``"any"``: the strongest level counts, and of equal levels the
        server with the smaller key; the second server may be of the same operator.
    """
    operators = sorted(layers)
    named = {o: layers[o] for o in operators} | {ANY_OPERATOR: _any([layers[o] for o in operators])}
    rasters = {
        name: MappingProxyType(
            {o: _raster(name, getattr(layer, name), grid, origin) for o, layer in named.items()}
        )
        for name in _UNITS
    }
    return Signal(
        technology=technology,
        grid=grid,
        operators=tuple(named),
        rsrp_dbm=rasters["rsrp_dbm"],
        server=rasters["server"],
        cells=cells,
        inputs=inputs,
        provenance=provenance,
        second_rsrp_dbm=rasters["second_rsrp_dbm"],
        second_server=rasters["second_server"],
        sinr_db=rasters["sinr_db"],
        load_share=load_share,
        clutter_model=clutter_model,
    )


def _layers(signal: Signal, operator: str) -> BlockSignal:
    """Take the arrays of one operator out of a signal."""
    return BlockSignal(**{name: getattr(signal, name)[operator].values for name in _UNITS})


def _raster(
    name: str, values: NDArray[np.float32] | NDArray[np.int32], grid: Grid, origin: str
) -> Raster:
    label, unit = _UNITS[name]
    nodata = -1 if unit == _SERVER_UNIT else None
    return Raster(label, unit, grid, values, origin, nodata=nodata)


def _any(layers: Sequence[BlockSignal]) -> BlockSignal:
    """Find the best and the second server of all operators."""
    if len(layers) == 1:
        return layers[0]
    first = layers[0]
    best = BlockSignal(
        first.rsrp_dbm.copy(),
        first.server.copy(),
        first.second_rsrp_dbm.copy(),
        first.second_server.copy(),
        first.sinr_db.copy(),
    )
    for layer in layers[1:]:
        _take_second(best, layer.second_rsrp_dbm, layer.second_server)
        better = _better(layer.rsrp_dbm, layer.server, best.rsrp_dbm, best.server)
        loser_dbm = np.where(better, best.rsrp_dbm, layer.rsrp_dbm)
        loser = np.where(better, best.server, layer.server)
        best.rsrp_dbm[better] = layer.rsrp_dbm[better]
        best.server[better] = layer.server[better]
        best.sinr_db[better] = layer.sinr_db[better]
        _take_second(best, loser_dbm, loser)
    return best


def _take_second(held: BlockSignal, level_dbm: NDArray[np.float32], key: NDArray[np.int32]) -> None:
    """Put a level in the second place where it is better than the one there; changes `held`."""
    better = _better(level_dbm, key, held.second_rsrp_dbm, held.second_server)
    held.second_rsrp_dbm[better] = level_dbm[better]
    held.second_server[better] = key[better]


def _better(
    level_dbm: NDArray[np.float32],
    key: NDArray[np.int32],
    held_dbm: NDArray[np.float32],
    held: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """Tell where a level is stronger than one held, or as strong and of a smaller key."""
    take = (level_dbm > held_dbm) | (np.isnan(held_dbm) & ~np.isnan(level_dbm))
    take |= (level_dbm == held_dbm) & (key < held)
    return take
