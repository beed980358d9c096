"""At which prices of demand does the relaxation of a cover begin?"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.optim.cover_model import Reach


@njit(cache=True, nogil=True)
def _best_rate(reach: Reach, resource: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each demand the most weight per resource of a candidate that reaches it."""
    rate = np.empty(len(resource))
    for i in range(len(resource)):
        total = 0.0
        for k in range(reach.start[i], reach.start[i + 1]):
            total += reach.weight[reach.demand[k]]
        rate[i] = total / resource[i] if resource[i] > 0.0 else np.inf
    best = np.zeros(len(reach.weight))
    for j in range(len(best)):
        for k in range(reach.back_start[j], reach.back_start[j + 1]):
            best[j] = max(best[j], rate[reach.candidate[k]])
    return best


def first_prices(reach: Reach, resource: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return prices of demand, in [0, weight], from which a descent begins well.

    Demand ``j`` costs at least ``w_j / M_j`` of the resource, where ``M_j`` is the best weight
    per resource of a candidate that reaches it. The cheapest demand that one unit of the resource
    could pay for sets the price ``t``; demand that would be cheaper than that is worth its weight
    only in part: ``w_j min(1, t / M_j)``, so that no candidate earns more than ``t`` per resource.

    Parameters
    ----------
    reach
        The problem; each demand is reached by at least one candidate.
    resource
        Use of one unit of the limit by each candidate, >= 0.
    """
    best = _best_rate(reach, resource)
    order = np.argsort(-best, kind="stable")
    if not len(order):
        return np.zeros(0)
    used = np.cumsum(reach.weight[order] / best[order])
    last = min(int(np.searchsorted(used, 1.0)), len(order) - 1)
    price = best[order[last]]
    if not np.isfinite(price):
        return 0.5 * reach.weight
    return np.asarray(reach.weight * np.minimum(1.0, price / best))
