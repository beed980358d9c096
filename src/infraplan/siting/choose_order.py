"""In which order do the chosen sites serve the most, and what would stand in for each?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.siting.choose_model import Model

__all__ = ["Ordered", "StandIn", "best_first", "stand_ins"]


class Ordered(NamedTuple):
    """Chosen options, best first, and the demand that each adds to those before it.

    Attributes
    ----------
    chosen
        Options of the model, shape (n,).
    adds
        Demand that is new with each, one array of columns per option.
    """

    chosen: NDArray[np.int64]
    adds: list[NDArray[np.int64]]


class StandIn(NamedTuple):
    """Another option in the place of a chosen one.

    Attributes
    ----------
    option
        Option of the model, -1 where no other candidate fits into the budget.
    people
        People in gaps whom the whole choice would serve then, NaN where there is none.
    """

    option: int
    people: float


def best_first(model: Model, chosen: NDArray[np.int64]) -> Ordered:
    """Order options by the weight that each adds to those before it; drop those that add none."""
    left = model.weight.copy()
    served = {
        int(row): model.served.indices[model.served.indptr[row] : model.served.indptr[row + 1]]
        for row in chosen
    }
    order: list[int] = []
    adds: list[NDArray[np.int64]] = []
    taken = np.zeros(len(left), dtype=np.bool_)
    while served:
        gains = {row: float(left[found].sum()) for row, found in served.items()}
        best = min(gains, key=lambda row: (-gains[row], row))
        if gains[best] <= 0:
            break
        found = served.pop(best)
        order.append(best)
        adds.append(np.sort(found[~taken[found]]).astype(np.int64))
        taken[found] = True
        left[found] = 0.0
    return Ordered(np.array(order, dtype=np.int64), adds)


def stand_ins(
    model: Model, chosen: NDArray[np.int64], people: NDArray[np.float64]
) -> list[StandIn]:
    """Find for each chosen option the other candidate that would serve most in its stead.

    Parameters
    ----------
    model
        All options.
    chosen
        The chosen ones.
    people
        People in gaps of each demand.

    Returns
    -------
    list of StandIn
        In the order of `chosen`. It fits into the budget and stands at a place that is not chosen;
        it serves the most weight, and of equals the most people. A floor is not asked for again.
    """
    if not len(chosen):
        return []
    own = model.served[chosen]
    times = np.bincount(own.indices, minlength=len(model.weight))
    alone = own.multiply(times == 1).tocsr().astype(np.float64)
    open_ = np.where(times == 0, 1.0, 0.0)
    served = model.served.astype(np.float64)
    spent_vnd = float(model.cost_vnd[chosen].sum())
    room_vnd = model.budget_vnd - spent_vnd + model.cost_vnd[chosen]
    free = ~np.isin(model.place, model.place[chosen])
    totals = []
    for value in (model.weight, people):
        gains = served @ csr_array(alone.multiply(value)).T.tocsc()
        stays = float(value[times > 0].sum()) - alone @ value
        totals.append(np.asarray(gains.todense()) + (served @ (value * open_))[:, None] + stays)
    found = []
    for number in range(len(chosen)):
        able = np.flatnonzero(free & (model.cost_vnd <= room_vnd[number]))
        if not able.size:
            found.append(StandIn(-1, np.nan))
            continue
        order = np.lexsort((able, -totals[1][able, number], -totals[0][able, number]))
        best = int(able[order[0]])
        found.append(StandIn(best, float(totals[1][best, number])))
    return found
