"""How low does Lagrangian relaxation bring the bound on covered weight, step by step?"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.optim.cover_model import Reach

PATIENCE_STEPS = 15
"""Steps without a better bound before the step size is cut."""
STEP_CUT = 0.6
SMALLEST_STEP = 5e-4
"""Step size at which the descent has come to rest."""
MEMORY = 0.7
"""Part of the former direction that is kept from step to step (deflection)."""
AVERAGE_PART = 0.05
"""Part that each relaxed choice takes in the running average."""
PROGRESS_SHARE = 1e-5
"""Part of the gap by which a bound must fall to count as better."""
BISECTIONS = 60
PRICE_SHARE = 1e-10
"""Relative width at which the search for a price ends."""
BRACKETS = 8
BRACKET_SHARE = 1e-3
BRACKET_GROWTH = 4.0
FULL = 1.0 + 1e-9
"""Use of the resource above which picks do not fit."""
EMPTYING = 1.0 - 1e-9
"""Use of the resource from which nothing is left to give."""
ROUNDING_SHARE = 1e-9
"""Part by which a bound is raised to stay above the rounding of long sums."""
CLOSED = -1e300
"""Score of a candidate that may not be chosen."""
WIDE_ENTRIES = 1_000_000
"""Entries of the reach from which most steps look at the promising candidates only."""
WHOLE_EVERY = 6
"""One step in this many looks at all candidates, and only it proves a bound."""
ASLEEP_PART = 0.6
"""Part of its price below which a candidate is not looked at until the next whole step."""


class Relaxation(NamedTuple):
    """What is asked of a relaxed choice.

    ``resource[i]`` is what candidate ``i`` uses of one unit; one per ``group``; no candidate with
    ``closed[i]``; at least one of the candidates of each row of ``wanted``.
    """

    resource: NDArray[np.float64]
    group: NDArray[np.int64]
    n_groups: int
    closed: NDArray[np.bool_]
    wanted: NDArray[np.bool_]


class Prices(NamedTuple):
    """The state of a descent, changed in place.

    ``demand[j]`` in [0, w_j] is the price of serving demand ``j``, ``wanted[k]`` >= 0 the reward
    for a candidate of row ``k`` of the wanted, both with the best values met and the direction in
    which they move; ``use`` is the running average of the relaxed choices; ``ceiling[i]`` bounds
    every choice that holds candidate ``i``; ``gauge`` holds the step size, the lowest bound met,
    the steps waited for a better one, whether the descent has moved, the last price of the
    resource and the highest ceiling of a closed candidate.
    """

    demand: NDArray[np.float64]
    wanted: NDArray[np.float64]
    best_demand: NDArray[np.float64]
    best_wanted: NDArray[np.float64]
    turn: NDArray[np.float64]
    turn_wanted: NDArray[np.float64]
    use: NDArray[np.float64]
    ceiling: NDArray[np.float64]
    gauge: NDArray[np.float64]


def prices_at(
    demand: NDArray[np.float64],
    wanted: NDArray[np.float64],
    use: NDArray[np.float64],
    step_size: float,
    settled: float,
) -> Prices:
    """Return the state of a descent that begins at the given prices.

    Choices with a candidate that is closed by then cover at most ``settled``.
    """
    return Prices(
        demand=demand.copy(),
        wanted=wanted.copy(),
        best_demand=demand.copy(),
        best_wanted=wanted.copy(),
        turn=np.zeros(len(demand)),
        turn_wanted=np.zeros(len(wanted)),
        use=use.copy(),
        ceiling=np.full(len(use), np.inf),
        gauge=np.array([step_size, np.inf, 0.0, 0.0, 0.0, settled]),
    )


@njit(cache=True, nogil=True)
def _pick(
    score: NDArray[np.float64],
    relaxation: Relaxation,
    price: float,
    best: NDArray[np.float64],
    pick: NDArray[np.int64],
) -> float:
    """Fill each group's best value of score - price * resource (>= 0); return what they use."""
    best[:] = 0.0
    pick[:] = -1
    group = relaxation.group
    for i in range(len(score)):
        value = score[i] - price * relaxation.resource[i]
        if value > best[group[i]]:
            best[group[i]] = value
            pick[group[i]] = i
    used = 0.0
    for i in pick:
        if i >= 0:
            used += relaxation.resource[i]
    return used


@njit(cache=True, nogil=True)
def _price(
    score: NDArray[np.float64],
    relaxation: Relaxation,
    last: float,
    best: NDArray[np.float64],
    pick: NDArray[np.int64],
) -> tuple[float, float]:
    """Return prices just below and at which the picks fit into one unit of the resource.

    The search begins around the ``last`` price and ends early where the picks use all of it.
    """
    if _pick(score, relaxation, 0.0, best, pick) <= FULL:
        return 0.0, 0.0
    low = 0.0
    high = 0.0
    for i in range(len(score)):
        if relaxation.resource[i] > 0.0:
            high = max(high, score[i] / relaxation.resource[i])
    width = BRACKET_SHARE * last
    middle = last
    for trial in range(BISECTIONS):
        if trial >= BRACKETS or not low < middle < high:
            middle = 0.5 * (low + high)
        used = _pick(score, relaxation, middle, best, pick)
        if used > FULL:
            low = middle
            middle += width
        else:
            high = middle
            middle -= width
            if used > EMPTYING:
                return high, high
        width *= BRACKET_GROWTH
        if high - low <= PRICE_SHARE * high:
            break
    return low, high


@njit(cache=True, nogil=True)
def _scores(
    reach: Reach,
    relaxation: Relaxation,
    prices: Prices,
    asleep: NDArray[np.bool_],
    score: NDArray[np.float64],
) -> None:
    """Fill the sum of prices that each candidate earns."""
    for i in range(len(score)):
        if relaxation.closed[i] or asleep[i]:
            score[i] = CLOSED
            continue
        total = 0.0
        for k in range(reach.start[i], reach.start[i + 1]):
            total += prices.demand[reach.demand[k]]
        score[i] = total
    for row in range(len(prices.wanted)):
        for i in range(len(score)):
            if relaxation.wanted[row, i]:
                score[i] += prices.wanted[row]


@njit(cache=True, nogil=True)
def relax(
    reach: Reach,
    relaxation: Relaxation,
    prices: Prices,
    asleep: NDArray[np.bool_],
    score: NDArray[np.float64],
    best: NDArray[np.float64],
    pick: NDArray[np.int64],
    use: NDArray[np.float64],
) -> float:
    """Return the bound that the prices prove without the sleeping; ``use`` is the relaxed x.

    L(u, v) = sum(w - u) - sum(v) + min over t >= 0 of t + sum over groups max(0, max(s - t r)),
    where s_i is the sum of u over what i reaches and of v over the rows that want i. Every u in
    [0, w], v >= 0 and t >= 0 gives a valid bound on choices without sleeping candidates.
    """
    _scores(reach, relaxation, prices, asleep, score)
    low, high = _price(score, relaxation, prices.gauge[4], best, pick)
    prices.gauge[4] = high
    used_low = _pick(score, relaxation, low, best, pick)
    use[:] = 0.0
    for i in pick:
        if i >= 0:
            use[i] = 1.0
    used = _pick(score, relaxation, high, best, pick)
    if used_low > used:
        blend = min(1.0, max(0.0, (1.0 - used) / (used_low - used)))
        use *= blend
        for i in pick:
            if i >= 0:
                use[i] += 1.0 - blend
    free = (reach.weight - prices.demand).sum()
    size = high + best.sum() + free + prices.wanted.sum()
    return float(high + best.sum() + free - prices.wanted.sum() + ROUNDING_SHARE * size)


@njit(cache=True, nogil=True)
def _rank(
    relaxation: Relaxation,
    prices: Prices,
    bound: float,
    score: NDArray[np.float64],
    best: NDArray[np.float64],
    asleep: NDArray[np.bool_],
) -> None:
    """Lower the ceilings by what a whole step proves; send the unpromising to sleep."""
    high = prices.gauge[4]
    for i in range(len(score)):
        paid = high * relaxation.resource[i]
        forced = bound - best[relaxation.group[i]] + score[i] - paid
        prices.ceiling[i] = min(prices.ceiling[i], forced)
        asleep[i] = score[i] < ASLEEP_PART * paid


@njit(cache=True, nogil=True)
def _turn(
    reach: Reach,
    prices: Prices,
    use: NDArray[np.float64],
    memory: float,
    direction: NDArray[np.float64],
) -> float:
    """Turn the direction towards 1 - (times served); return its squared norm where it can move."""
    for j in range(len(direction)):
        direction[j] = memory * direction[j] + (1.0 - memory)
    for i in range(len(use)):
        if use[i] > 0.0:
            part = (1.0 - memory) * use[i]
            for k in range(reach.start[i], reach.start[i + 1]):
                direction[reach.demand[k]] -= part
    norm = 0.0
    for j in range(len(direction)):
        slope = direction[j]
        can_move = prices.demand[j] < reach.weight[j] if slope > 0.0 else prices.demand[j] > 0.0
        if can_move:
            norm += slope * slope * reach.weight[j]
    return norm


@njit(cache=True, nogil=True)
def _turn_wanted(
    relaxation: Relaxation,
    prices: Prices,
    use: NDArray[np.float64],
    memory: float,
    scale: float,
    direction: NDArray[np.float64],
) -> float:
    """Turn the direction of the rewards towards 1 - (how many are chosen); return its norm."""
    norm = 0.0
    for row in range(len(direction)):
        chosen = 0.0
        for i in range(len(use)):
            if relaxation.wanted[row, i]:
                chosen += use[i]
        direction[row] = memory * direction[row] + (1.0 - memory) * (1.0 - chosen)
        if direction[row] > 0.0 or prices.wanted[row] > 0.0:
            norm += direction[row] * direction[row] * scale
    return norm


@njit(cache=True, nogil=True)
def _note(
    relaxation: Relaxation,
    prices: Prices,
    bound: float,
    known: float,
    target: float,
) -> None:
    """Take a bound into the state; close the candidates that cannot lead above the target."""
    gauge = prices.gauge
    gauge[2] += 1.0
    if bound < gauge[1]:
        if not bound >= gauge[1] - PROGRESS_SHARE * (gauge[1] - known):
            gauge[2] = 0.0
        gauge[1] = bound
        prices.best_demand[:] = prices.demand
        prices.best_wanted[:] = prices.wanted
    if gauge[2] >= PATIENCE_STEPS:
        gauge[0] *= STEP_CUT
        gauge[2] = 0.0
    for i in range(len(prices.ceiling)):
        if prices.ceiling[i] <= target and not relaxation.closed[i]:
            relaxation.closed[i] = True
            gauge[5] = max(gauge[5], prices.ceiling[i])


@njit(cache=True, nogil=True)
def descend(
    reach: Reach,
    relaxation: Relaxation,
    prices: Prices,
    known: float,
    target: float,
    steps: int,
    reward: float,
) -> bool:
    """Lower the bound by deflected subgradient steps, scaled by the weights; tell if it may go on.

    The larger of the lowest bound met and the highest ceiling of a closed candidate (both in the
    gauge) holds for every choice asked for: candidates whose ceiling is not above the target are
    closed on the way. ``reward`` takes the part of a
    weight in the steps of the rewards for wanted rows.
    """
    best = np.empty(relaxation.n_groups)
    pick = np.empty(relaxation.n_groups, np.int64)
    use = np.empty(len(relaxation.resource))
    score = np.empty(len(use))
    asleep = np.zeros(len(use), np.bool_)
    period = WHOLE_EVERY if len(reach.demand) >= WIDE_ENTRIES else 1
    for step in range(steps):
        whole = step % period == 0
        if whole:
            asleep[:] = False
        bound = relax(reach, relaxation, prices, asleep, score, best, pick, use)
        if whole:
            _rank(relaxation, prices, bound, score, best, asleep)
            _note(relaxation, prices, bound, known, target)
        else:
            prices.gauge[2] += 1.0
        for i in range(len(use)):
            prices.use[i] += AVERAGE_PART * (use[i] - prices.use[i])
        if prices.gauge[1] <= target or prices.gauge[0] < SMALLEST_STEP:
            return False
        memory = MEMORY * prices.gauge[3]
        prices.gauge[3] = 1.0
        norm = _turn(reach, prices, use, memory, prices.turn)
        norm += _turn_wanted(relaxation, prices, use, memory, reward, prices.turn_wanted)
        if norm <= 0.0:
            return False
        length = prices.gauge[0] * max(bound - known, 1e-7 * abs(bound)) / norm
        for j in range(len(prices.demand)):
            moved = prices.demand[j] + length * prices.turn[j] * reach.weight[j]
            prices.demand[j] = min(reach.weight[j], max(0.0, moved))
        for row in range(len(prices.wanted)):
            moved = prices.wanted[row] + length * prices.turn_wanted[row] * reward
            prices.wanted[row] = max(0.0, moved)
    return True
