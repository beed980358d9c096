"""Where is there no service (white spots), weak service, or no choice of operator?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from infraplan import catalog
from infraplan.coverage.spots import require_operator, spots
from infraplan.results import ANY_OPERATOR

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.results import Signal
    from infraplan.study import Study

__all__ = ["find_gaps", "single_operator_gaps"]


def find_gaps(
    study: Study,
    signal: Signal,
    *,
    operator: str = ANY_OPERATOR,
    min_people: float = 1.0,
) -> gpd.GeoDataFrame:
    """Return white and weak spots where people live, as polygons, the most people first.

    Parameters
    ----------
    study, signal
        The province and its predicted signal.
    operator
        Whose service; ``"any"`` finds where nobody serves.
    min_people
        Spots with fewer people and no village centre are left out (uninhabited forest).

    Returns
    -------
    geopandas.GeoDataFrame
        Table ``gaps``. White: RSRP below the catalogue's level "weak", or no signal at all; weak:
        below its level "served". A spot lies in one commune; spots touch along cell sides.

    Raises
    ------
    ParameterError
        If the signal has no such operator.
    """
    require_operator(signal, operator)
    return spots(
        study,
        _kind_of_cells(signal, operator),
        [("white", operator), ("weak", operator)],
        origin=signal.rsrp_dbm[operator].origin,
        min_people=min_people,
        prefix="G",
    )


def single_operator_gaps(
    study: Study, signal: Signal, *, min_people: float = 1.0
) -> gpd.GeoDataFrame:
    """Return where people live whom exactly one operator serves, the most people first.

    Parameters
    ----------
    study, signal
        The province and its predicted signal.
    min_people
        Spots with fewer people and no village centre are left out.

    Returns
    -------
    geopandas.GeoDataFrame
        Table ``gaps``, kind "single_operator", with the operator that serves. Only cells with
        people, so that the outlines follow the settlements; empty for fewer than two operators.
    """
    operators = [name for name in signal.operators if name != ANY_OPERATOR]
    served = catalog.level_dbm(signal.technology, "served")
    number = np.zeros(signal.grid.shape, dtype=np.int64)
    serving = np.zeros(signal.grid.shape, dtype=np.int64)
    for position, operator in enumerate(operators, 1):
        serves = signal.rsrp_dbm[operator].values >= served
        number += serves
        serving[serves] = position
    alone = (number == 1) & (study.people.values > 0) & (len(operators) > 1)
    return spots(
        study,
        np.where(alone, serving, 0),
        [("single_operator", operator) for operator in operators],
        origin=signal.rsrp_dbm[ANY_OPERATOR].origin,
        min_people=min_people,
        prefix="S",
    )


def _kind_of_cells(signal: Signal, operator: str) -> NDArray[np.int64]:
    """Return 1 for white, 2 for weak, 0 for served or better."""
    level = signal.rsrp_dbm[operator].values
    weak = catalog.level_dbm(signal.technology, "weak")
    served = catalog.level_dbm(signal.technology, "served")
    return np.where(level >= served, 0, np.where(level >= weak, 2, 1)).astype(np.int64)
