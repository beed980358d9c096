"""How much weight can no choice of sites exceed, and which sites could still matter?"""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infraplan.optim.cover_dual import ROUNDING_SHARE, Prices, Relaxation, descend, prices_at
from infraplan.optim.cover_model import Cover

__all__ = ["ROUNDING_SHARE", "CoverBound", "resources", "run_descent", "upper_bound"]

CHUNK_ENTRIES = 100_000_000
"""Entries read between two looks at the clock."""
LATER_STEP_SIZE = 0.3
"""Step size at which a descent that was broken off goes on."""
FLOOR_ROUNDING = 1e-6
"""Part of a grain by which a bound may lie below a multiple of it by rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class CoverBound:
    """Upper bounds on covered weight, base weight excluded.

    Attributes
    ----------
    value
        No feasible choice covers more.
    ceiling
        Per candidate: no feasible choice that holds this candidate covers more.
    resource
        Use of the one limit that gave the lowest bound, per candidate, as part of that limit.
    demand_price
        Price of each demand at the lowest bound, in [0, weight].
    use
        How much of each candidate the relaxed choices take on average, in [0, 1].
    """

    value: float
    ceiling: NDArray[np.float64]
    resource: NDArray[np.float64]
    demand_price: NDArray[np.float64]
    use: NDArray[np.float64]


def resources(cover: Cover) -> list[NDArray[np.float64]]:
    """Return single limits, as uses of one unit, that every feasible choice obeys.

    With a limit on the number and a budget, their mean (a surrogate limit) is the third.
    """
    n = cover.n_candidates
    single = []
    if cover.max_sites < cover.n_groups:
        single.append(np.full(n, 1.0 / cover.max_sites))
    if 0.0 < cover.budget < np.inf and cover.cost.sum() > cover.budget:
        single.append(cover.cost / cover.budget)
    if not single:
        return [np.zeros(n)]
    return [*single, 0.5 * (single[0] + single[1])] if len(single) > 1 else single


def run_descent(
    cover: Cover,
    relaxation: Relaxation,
    prices: Prices,
    *,
    known: float,
    target: float,
    steps: int,
    reward: float,
    deadline: float,
) -> float:
    """Lower the bound by up to ``steps`` steps, looking at the clock on the way; return it."""
    chunk = max(1, CHUNK_ENTRIES // max(1, len(cover.reach.demand)))
    while steps > 0:
        part = min(chunk, steps)
        steps -= part
        if not descend(cover.reach, relaxation, prices, known, target, part, reward):
            break
        if time.perf_counter() > deadline:
            break
    return floored(cover, max(float(prices.gauge[5]), float(prices.gauge[1])), known)


def floored(cover: Cover, bound: float, known: float) -> float:
    """Return a bound rounded down to what choices can cover, and never below the known one."""
    if cover.grain > 0.0:
        whole = np.floor(bound / cover.grain + FLOOR_ROUNDING) * cover.grain
        bound = min(bound, float(whole))
    return max(bound, known)


def upper_bound(
    cover: Cover,
    *,
    known: float,
    target: float,
    steps: int,
    deadline: float = np.inf,
    begin: CoverBound | None = None,
) -> CoverBound:
    """Bound the covered weight by Lagrangian relaxation of "each demand counts once".

    With a limit on the number and a budget, each is relaxed alone and both as their mean; the
    lowest bound counts.

    Parameters
    ----------
    cover
        The problem, with at least one candidate and ``max_sites`` > 0.
    known
        Weight of the best choice known.
    target
        Stop once the bound is not above this.
    steps
        Largest number of subgradient steps per limit.
    deadline
        Reading of ``time.perf_counter`` after which the descent stops.
    begin
        Bound to go on from, over the same rows and demand; only its limit is relaxed further.

    References
    ----------
    Galvão, ReVelle (1996), "A Lagrangean heuristic for the maximal covering location problem",
    European Journal of Operational Research 88(1).
    """
    n = cover.n_candidates
    weight = cover.reach.weight
    best = begin or CoverBound(
        value=floored(cover, float(weight.sum()) * (1.0 + ROUNDING_SHARE), known),
        ceiling=np.full(n, np.inf),
        resource=np.zeros(n),
        demand_price=0.5 * weight,
        use=np.zeros(n),
    )
    ceiling = np.minimum(best.ceiling, best.value)
    for resource in resources(cover) if begin is None else [begin.resource]:
        if best.value <= target:
            break
        closed = ceiling <= target
        relaxation = Relaxation(
            resource, cover.group, cover.n_groups, closed, np.zeros((0, n), np.bool_)
        )
        settled = float(ceiling[closed].max(initial=known))
        step_size = 1.0 if begin is None else LATER_STEP_SIZE
        prices = prices_at(best.demand_price, np.empty(0), best.use, step_size, settled)
        value = run_descent(
            cover,
            relaxation,
            prices,
            known=known,
            target=target,
            steps=steps,
            reward=0.0,
            deadline=deadline,
        )
        ceiling = np.minimum(ceiling, np.maximum(prices.ceiling, prices.gauge[5]))
        if value < best.value or not best.resource.any():
            best = CoverBound(
                min(value, best.value), ceiling, resource, prices.best_demand, prices.use
            )
    value = max(best.value, known)
    return CoverBound(value, np.minimum(ceiling, value), best.resource, best.demand_price, best.use)
