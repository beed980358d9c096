"""Who serves best of all operators, and how do predictions of single operators become one?"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from infraplan.errors import ParameterError
from infraplan.results import ANY_OPERATOR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infraplan.geo import Raster
    from infraplan.results import Signal

__all__ = ["best_server", "with_any"]


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
        If there is no prediction, they differ in technology or grid, or an operator comes twice.
    """
    if not signals:
        raise ParameterError("signals is empty; give at least one prediction.")
    first = signals[0]
    if any((s.technology, s.grid) != (first.technology, first.grid) for s in signals):
        raise ParameterError(
            "The predictions differ in technology or grid. Remedy: predict them from one study."
        )
    found = [o for s in signals for o in s.operators if o != ANY_OPERATOR]
    twice = sorted({o for o in found if found.count(o) > 1})
    if twice:
        raise ParameterError(
            f"Two predictions hold {', '.join(twice)}. Remedy: give each operator once."
        )
    rsrp = {o: s.rsrp_dbm[o] for s in signals for o in s.operators if o != ANY_OPERATOR}
    server = {o: s.server[o] for s in signals for o in s.operators if o != ANY_OPERATOR}
    rsrp, server = with_any(rsrp, server)
    return replace(
        first,
        operators=tuple(rsrp),
        rsrp_dbm=MappingProxyType(rsrp),
        server=MappingProxyType(server),
    )


def with_any(
    rsrp_dbm: Mapping[str, Raster], server: Mapping[str, Raster]
) -> tuple[dict[str, Raster], dict[str, Raster]]:
    """Sort the operators' rasters and add those of any operator.

    The strongest level counts; of equal levels the server with the smaller key.

    Parameters
    ----------
    rsrp_dbm, server
        Operator to level, NaN where none, and to best server; at least one operator.

    Returns
    -------
    tuple of dict
        Levels and servers, operators sorted, then ``"any"``.
    """
    operators = sorted(rsrp_dbm)
    first = operators[0]
    best_dbm, best = rsrp_dbm[first].values.copy(), server[first].values.copy()
    for operator in operators[1:]:
        level_dbm, key = rsrp_dbm[operator].values, server[operator].values
        take = (level_dbm > best_dbm) | (np.isnan(best_dbm) & ~np.isnan(level_dbm))
        take |= (level_dbm == best_dbm) & (key < best)
        best_dbm[take] = level_dbm[take]
        best[take] = key[take]
    levels = {o: rsrp_dbm[o] for o in operators}
    servers = {o: server[o] for o in operators}
    levels[ANY_OPERATOR] = replace(rsrp_dbm[first], values=best_dbm)
    servers[ANY_OPERATOR] = replace(server[first], values=best)
    return levels, servers
