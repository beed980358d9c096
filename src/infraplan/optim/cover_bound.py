"""How much weight can no choice of sites exceed, and which sites could still matter?"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.optim.cover_model import Cover, Reach

PATIENCE_STEPS = 15
"""Steps without a better bound before the step size is cut."""
STEP_CUT = 0.6
MEMORY = 0.7
"""Part of the former direction that is kept from step to step (deflection)."""
BISECTIONS = 40
ROUNDING_SHARE = 1e-9
"""Part by which a bound is raised to stay above the rounding of long sums."""


@dataclass(frozen=True, slots=True, eq=False)
class CoverBound:
    """Upper bounds on covered weight, base weight excluded.

    Attributes
    ----------
    value
        No feasible choice covers more.
    ceiling
        Per candidate: no feasible choice that holds this candidate covers more.
    """

    value: float
    ceiling: NDArray[np.float64]


@njit(cache=True, nogil=True)
def _pick(
    score: NDArray[np.float64],
    resource: NDArray[np.float64],
    group: NDArray[np.int64],
    price: float,
    best: NDArray[np.float64],
    pick: NDArray[np.int64],
) -> float:
    """Fill each group's best value of score - price * resource (>= 0); return what they use."""
    best[:] = 0.0
    pick[:] = -1
    for i in range(len(score)):
        value = score[i] - price * resource[i]
        if value > best[group[i]]:
            best[group[i]] = value
            pick[group[i]] = i
    used = 0.0
    for i in pick:
        if i >= 0:
            used += resource[i]
    return used


@njit(cache=True, nogil=True)
def _price(
    score: NDArray[np.float64],
    resource: NDArray[np.float64],
    group: NDArray[np.int64],
    best: NDArray[np.float64],
    pick: NDArray[np.int64],
) -> tuple[float, float]:
    """Return prices just below and at which the picks fit into one unit of the resource."""
    if _pick(score, resource, group, 0.0, best, pick) <= 1.0:
        return 0.0, 0.0
    low = 0.0
    high = 0.0
    for i in range(len(score)):
        if resource[i] > 0.0:
            high = max(high, score[i] / resource[i])
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        if _pick(score, resource, group, middle, best, pick) > 1.0:
            low = middle
        else:
            high = middle
    return low, high


@njit(cache=True, nogil=True)
def _relax(
    reach: Reach,
    resource: NDArray[np.float64],
    group: NDArray[np.int64],
    dual: NDArray[np.float64],
    best: NDArray[np.float64],
    pick: NDArray[np.int64],
    ceiling: NDArray[np.float64],
    use: NDArray[np.float64],
) -> float:
    """Return the bound that the duals prove; lower ``ceiling``, fill ``use`` with the relaxed x.

    L(u) = sum(w - u) + min over price t >= 0 of t + sum over groups max(0, max(s - t r)), where
    s_i is the sum of u over what i reaches. Every u in [0, w] and every t gives a valid bound.
    """
    n = len(resource)
    score = np.zeros(n)
    for i in range(n):
        for k in range(reach.start[i], reach.start[i + 1]):
            score[i] += dual[reach.demand[k]]
    low, high = _price(score, resource, group, best, pick)
    used_low = _pick(score, resource, group, low, best, pick)
    use[:] = 0.0
    for i in pick:
        if i >= 0:
            use[i] = 1.0
    used = _pick(score, resource, group, high, best, pick)
    if used_low > used:
        blend = min(1.0, max(0.0, (1.0 - used) / (used_low - used)))
        use *= blend
        for i in pick:
            if i >= 0:
                use[i] += 1.0 - blend
    bound = high + best.sum() + (reach.weight - dual).sum()
    bound = float(bound * (1.0 + ROUNDING_SHARE))
    for i in range(n):
        forced = bound - best[group[i]] + score[i] - high * resource[i]
        ceiling[i] = min(ceiling[i], forced)
    return bound


@njit(cache=True, nogil=True)
def _turn(
    reach: Reach,
    dual: NDArray[np.float64],
    use: NDArray[np.float64],
    memory: float,
    direction: NDArray[np.float64],
) -> float:
    """Turn the direction towards 1 - (times served); return its squared norm where it can move."""
    norm = 0.0
    for j in range(len(dual)):
        served = 0.0
        for q in range(reach.back_start[j], reach.back_start[j + 1]):
            served += use[reach.candidate[q]]
        slope = memory * direction[j] + (1.0 - memory) * (1.0 - served)
        direction[j] = slope
        can_move = dual[j] < reach.weight[j] if slope > 0.0 else dual[j] > 0.0
        if can_move:
            norm += slope * slope * reach.weight[j]
    return norm


@njit(cache=True, nogil=True)
def _descend(
    reach: Reach,
    resource: NDArray[np.float64],
    group: NDArray[np.int64],
    n_groups: int,
    dual: NDArray[np.float64],
    known: float,
    target: float,
    steps: int,
    ceiling: NDArray[np.float64],
) -> float:
    """Lower the bound by deflected subgradient steps, scaled by the weights; return the best."""
    best = np.empty(n_groups)
    pick = np.empty(n_groups, np.int64)
    use = np.empty(len(resource))
    weight = reach.weight
    direction = np.zeros(len(weight))
    lowest = np.inf
    step_size = 1.0
    waited = 0
    for step in range(steps):
        bound = _relax(reach, resource, group, dual, best, pick, ceiling, use)
        waited += 1
        if bound < lowest:
            waited = 0 if bound < lowest - 1e-5 * (lowest - known) else waited
            lowest = bound
        if lowest <= target:
            break
        if waited >= PATIENCE_STEPS:
            step_size *= STEP_CUT
            waited = 0
        norm = _turn(reach, dual, use, 0.0 if step == 0 else MEMORY, direction)
        if norm <= 0.0:
            break
        length = step_size * max(bound - known, 1e-7 * bound) / norm
        for j in range(len(weight)):
            moved = dual[j] + length * direction[j] * weight[j]
            dual[j] = min(weight[j], max(0.0, moved))
    return lowest


def _resources(cover: Cover) -> list[NDArray[np.float64]]:
    """Return single limits, as uses of one unit, that every feasible choice obeys."""
    n = cover.n_candidates
    single = []
    if cover.max_sites < cover.n_groups:
        single.append(np.full(n, 1.0 / cover.max_sites))
    if 0.0 < cover.budget < np.inf and cover.cost.sum() > cover.budget:
        single.append(cover.cost / cover.budget)
    if not single:
        return [np.zeros(n)]
    return [*single, 0.5 * (single[0] + single[1])] if len(single) > 1 else single


def upper_bound(cover: Cover, *, known: float, target: float, steps: int) -> CoverBound:
    """Bound the covered weight by Lagrangian relaxation of "each demand counts once".

    With a limit on the number and a budget, each is relaxed alone and both as their mean (a
    surrogate limit); the lowest bound counts.

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

    References
    ----------
    Galvão, ReVelle (1996), "A Lagrangean heuristic for the maximal covering location problem",
    European Journal of Operational Research 88(1).
    """
    ceiling = np.full(cover.n_candidates, np.inf)
    value = float(cover.reach.weight.sum())
    if value <= target:
        return CoverBound(value=value, ceiling=np.minimum(ceiling, value))
    for resource in _resources(cover):
        dual = 0.5 * cover.reach.weight
        bound = _descend(
            cover.reach,
            resource,
            cover.group,
            cover.n_groups,
            dual,
            known,
            target,
            steps,
            ceiling,
        )
        value = min(value, float(bound))
        if value <= target:
            break
    return CoverBound(value=max(value, known), ceiling=np.minimum(ceiling, value))
