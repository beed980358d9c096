"""How much weight can no choice of sites exceed, and which sites could still matter?"""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infraplan.optim.cover_dual import ROUNDING_SHARE, Prices, Relaxation, descend, prices_at
from infraplan.optim.cover_model import Cover
from infraplan.optim.cover_start import first_prices

__all__ = ["ROUNDING_SHARE", "CoverBound", "resources", "run_descent", "upper_bound"]

CHUNK_ENTRIES = 300_000_000
"""Entries read between two looks at the clock."""
STEP_SIZE = 0.3
"""Step size at which a descent begins or goes on."""
BLENDS = 8
"""Mixtures of two limits that are tried, each halving what is left of the range."""
BLEND_STEP_SIZE = 0.5
"""Step size at which a descent goes on under another mixture."""
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
    """Return the limits that can bind, as uses of one unit of each."""
    n = cover.n_candidates
    single = []
    if cover.max_sites < cover.n_groups:
        single.append(np.full(n, 1.0 / cover.max_sites))
    if 0.0 < cover.budget < np.inf and cover.cost.sum() > cover.budget:
        single.append(cover.cost / cover.budget)
    return single or [np.zeros(n)]


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

    With a limit on the number and a budget, the number is relaxed first, then mixtures of both
    (surrogate limits) until the relaxed choices use up both alike; every mixture is a valid limit.

    Parameters
    ----------
    cover
        The problem, with at least one candidate and ``max_sites`` > 0.
    known
        Weight of the best choice known.
    target
        Stop once the bound is not above this.
    steps
        Largest number of subgradient steps; up to three times as many with two limits.
    deadline
        Reading of ``time.perf_counter`` after which the descent stops.
    begin
        Bound to go on from, over the same rows and demand.

    References
    ----------
    Galvão, ReVelle (1996), "A Lagrangean heuristic for the maximal covering location problem",
    European Journal of Operational Research 88(1).
    """
    limits = resources(cover)
    best = begin or _nothing_known(cover, limits[0], known)
    if begin is None:
        best = _relaxed(cover, best, limits[0], STEP_SIZE, known, target, steps, deadline)
    elif len(limits) == 1 or best.value <= target:
        return _relaxed(cover, best, best.resource, STEP_SIZE, known, target, steps, deadline)
    if len(limits) > 1:
        return _blended(cover, best, limits, known, target, steps, deadline)
    return best


def _nothing_known(cover: Cover, resource: NDArray[np.float64], known: float) -> CoverBound:
    """Return the bound that holds before any step, with prices for the first one."""
    weight = cover.reach.weight
    n = cover.n_candidates
    return CoverBound(
        value=floored(cover, float(weight.sum()) * (1.0 + ROUNDING_SHARE), known),
        ceiling=np.full(n, np.inf),
        resource=np.zeros(n),
        demand_price=first_prices(cover.reach, resource),
        use=np.zeros(n),
    )


def _blended(
    cover: Cover,
    begin: CoverBound,
    limits: list[NDArray[np.float64]],
    known: float,
    target: float,
    steps: int,
    deadline: float,
) -> CoverBound:
    """Go on from a bound by mixing two limits so that the relaxed choices use up both alike."""
    low, high = 0.0, 1.0
    best = begin
    if begin.use @ limits[1] <= 1.0 and (begin.resource == limits[0]).all():
        return _relaxed(cover, best, limits[0], STEP_SIZE, known, target, steps, deadline)
    for _ in range(BLENDS):
        if best.value <= target or time.perf_counter() > deadline:
            break
        part = 0.5 * (low + high)
        mixed = (1.0 - part) * limits[0] + part * limits[1]
        part_steps = max(1, 2 * steps // BLENDS)
        found = _relaxed(cover, best, mixed, BLEND_STEP_SIZE, known, target, part_steps, deadline)
        if found.use @ limits[1] > found.use @ limits[0]:
            low = part
        else:
            high = part
        best = found
    return best


def _relaxed(
    cover: Cover,
    begin: CoverBound,
    resource: NDArray[np.float64],
    step_size: float,
    known: float,
    target: float,
    steps: int,
    deadline: float,
) -> CoverBound:
    """Lower a bound by descent under one limit; keep the limit and prices of the lower bound."""
    closed = begin.ceiling <= target
    nothing = np.zeros((0, cover.n_candidates), np.bool_)
    settled = float(begin.ceiling[closed].max(initial=known))
    prices = prices_at(begin.demand_price, np.empty(0), begin.use, step_size, settled)
    value = run_descent(
        cover,
        Relaxation(resource, cover.group, cover.n_groups, closed, nothing),
        prices,
        known=known,
        target=target,
        steps=steps,
        reward=0.0,
        deadline=deadline,
    )
    ceiling = np.minimum(begin.ceiling, np.maximum(prices.ceiling, prices.gauge[5]))
    lowest = max(known, min(value, begin.value))
    ceiling = np.minimum(ceiling, lowest)
    if value > begin.value and begin.resource.any():
        return CoverBound(lowest, ceiling, begin.resource, begin.demand_price, prices.use)
    return CoverBound(lowest, ceiling, resource, prices.best_demand, prices.use)
