"""Which years are best for the sites, and how much better could any other years be?"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.optim.cover_solution import OPTIMAL_GAP_SHARE, status_of
from infraplan.optim.milp import maximize
from infraplan.plan.ordering import exchanged, greedy_order
from infraplan.plan.rollout import LEAST_VND, built_in_order, reached
from infraplan.plan.rollout_model import as_point, order_of, rollout_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from infraplan.plan.rollout import Rollout

__all__ = ["BestYears", "best_years", "knapsack_bound"]

_WORK: Final = 3e6  # relaxations solved times entries of the model at effort 1
_MOST_CHECKS: Final = 400
_ROUNDING_SHARE: Final = 1e-12  # part by which a bound may differ from the same sum


@dataclass(frozen=True, slots=True, eq=False)
class BestYears:
    """The year of every piece, with its certificate.

    Attributes
    ----------
    year
        Row of the year of each piece, the number of years where it is not built.
    value
        Weight served, summed over the years.
    upper_bound
        No schedule of these sites and links within the money serves more.
    gap_share
        ``(upper_bound - value) / upper_bound``, 0 where the bound is 0.
    status
        optimal, gap_reached, effort_limit or time_limit.
    """

    year: NDArray[np.int64]
    value: float
    upper_bound: float
    gap_share: float
    status: str


def best_years(
    rollout: Rollout, *, gap_share: float, time_limit_s: float, effort: float, seed: int
) -> BestYears:
    """Choose the year of each site and link so that most weight is served over the years.

    An order found by greed and exchange is handed to the mixed-integer solver, whose bound
    certifies the better of the two.

    Parameters
    ----------
    rollout
        What to build.
    gap_share
        Stop when the schedule is proven within this share of the best, 0 to 1.
    time_limit_s
        Emergency stop of the solver, s.
    effort
        Scales the work, above 0.
    seed
        Seed of the solver.
    """
    deadline_s = time.monotonic() + time_limit_s
    bound = knapsack_bound(rollout)
    order = greedy_order(rollout)
    timed_out = False
    if not _is_near(rollout, order, bound, gap_share):
        model = rollout_model(rollout)
        found = maximize(
            model.milp,
            start=as_point(rollout, model, built_in_order(rollout, order)),
            gap_share=gap_share,
            check_limit=_checks(model.milp.matrix.nnz, effort),
            time_limit_s=max(deadline_s - time.monotonic(), 0.0),
            seed=seed,
        )
        timed_out = found.status == "time_limit"
        bound = min(bound, found.upper_bound * model.scale)
        if found.point is not None:
            other = order_of(rollout, model, found.point)
            order = max((order, other), key=lambda one: reached(rollout, one))
    if not timed_out and not _is_near(rollout, order, bound, gap_share):
        order, timed_out = exchanged(
            rollout, order, enough=bound, deadline_s=deadline_s, effort=effort, seed=seed
        )
    return _certified(rollout, order, bound, gap_share=gap_share, timed_out=timed_out)


def _is_near(rollout: Rollout, order: Sequence[int], bound: float, gap_share: float) -> bool:
    """Tell whether an order is proven good enough."""
    return reached(rollout, order) >= bound * (1 - max(gap_share, OPTIMAL_GAP_SHARE))


def _checks(entries: int, effort: float) -> int:
    return max(int(effort * min(_WORK / max(entries, 1), _MOST_CHECKS)), 1)


def _certified(
    rollout: Rollout, order: Sequence[int], bound: float, *, gap_share: float, timed_out: bool
) -> BestYears:
    found = reached(rollout, order)
    upper = found if bound <= found * (1 + _ROUNDING_SHARE) else bound
    gap = (upper - found) / upper if upper > 0 else 0.0
    status = status_of(gap, gap_share, timed_out=timed_out)
    return BestYears(built_in_order(rollout, order), found, upper, gap, status)


def knapsack_bound(rollout: Rollout) -> float:
    """Return a weight, summed over the years, that no schedule exceeds.

    In each year the money so far buys, in parts, the sites with most weight of their own per VND,
    as if links were free and no demand were served twice; and never more than all the demand of
    the sites that can stand by then.
    """
    own = np.array([float(rollout.demand.weight[rows].sum()) for rows in rollout.demand.served])
    cost_vnd = rollout.cost_vnd[: rollout.n_sites]
    paid_vnd = np.maximum(cost_vnd, np.finfo(np.float64).tiny)  # what costs nothing comes first
    with np.errstate(over="ignore"):
        rank = np.lexsort((np.arange(len(own)), -own / paid_vnd))
    total = 0.0
    for row, purse_vnd in enumerate(rollout.purse_vnd):
        open_ = rank[rollout.needs.earliest[rank] <= row]
        before_vnd = np.concatenate([[0.0], np.cumsum(cost_vnd[open_])[:-1]])[: len(open_)]
        left_vnd = np.maximum(purse_vnd + LEAST_VND - before_vnd, 0.0)
        part = np.minimum(left_vnd, cost_vnd[open_]) / paid_vnd[open_]
        part[cost_vnd[open_] == 0.0] = 1.0
        reached = np.zeros(len(rollout.demand.weight), dtype=bool)
        for site in open_:
            reached[rollout.demand.served[site]] = True
        everybody = float(rollout.demand.weight @ reached)
        total += min(float(part @ own[open_]), everybody)
    return total
