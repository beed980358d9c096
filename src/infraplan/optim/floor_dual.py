"""How is one step of the bound on choices with floors taken, as plain loops?"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

FULL = 1.0 + 1e-12
"""Use of the limit above which a pick does not fit."""
HALVINGS = 60
BRACKETS = 8
BRACKET_SHARE = 1e-3
BRACKET_GROWTH = 4.0
PRICE_SHARE = 1e-11
"""Relative width at which the search for the price of the limit ends."""


@njit(cache=True, nogil=True)
def collected(
    start: NDArray[np.int64],
    demand: NDArray[np.int32],
    dual: NDArray[np.float64],
    closed: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return the sum of prices that each row reaches, 0 for closed rows."""
    result = np.zeros(len(closed))
    for i in range(len(closed)):
        if not closed[i]:
            total = 0.0
            for k in range(start[i], start[i + 1]):
                total += dual[demand[k]]
            result[i] = total
    return result


@njit(cache=True, nogil=True)
def reached(
    start: NDArray[np.int64], demand: NDArray[np.int32], share: NDArray[np.float64], size: int
) -> NDArray[np.float64]:
    """Return how often each of ``size`` demands is reached by rows taken in shares."""
    result = np.zeros(size)
    for i in range(len(share)):
        if share[i] > 0.0:
            for k in range(start[i], start[i + 1]):
                result[demand[k]] += share[i]
    return result


@njit(cache=True, nogil=True)
def _winners(
    worth: NDArray[np.float64],
    use: NDArray[np.float64],
    price: float,
    group: NDArray[np.int64],
    best: NDArray[np.float64],
    winner: NDArray[np.int64],
) -> float:
    """Fill each group's best worth - price * use (>= 0) and the row that has it; return the use."""
    best[:] = 0.0
    winner[:] = -1
    for i in range(len(worth)):
        value = worth[i] - price * use[i]
        if value > best[group[i]]:
            best[group[i]] = value
            winner[group[i]] = i
    used = 0.0
    for i in winner:
        if i >= 0:
            used += use[i]
    return used


@njit(cache=True, nogil=True)
def _prices(
    worth: NDArray[np.float64],
    use: NDArray[np.float64],
    group: NDArray[np.int64],
    last: float,
    best: NDArray[np.float64],
    winner: NDArray[np.int64],
) -> tuple[float, float]:
    """Return a price at which the winners use too much of the limit, and one at which they fit."""
    if _winners(worth, use, 0.0, group, best, winner) <= FULL:
        return 0.0, 0.0
    low, high = 0.0, 0.0
    for i in range(len(worth)):
        if use[i] > 0.0:
            high = max(high, worth[i] / use[i])
    width = BRACKET_SHARE * last
    middle = last
    for trial in range(HALVINGS):
        if trial >= BRACKETS or not low < middle < high:
            middle = 0.5 * (low + high)
        if _winners(worth, use, middle, group, best, winner) > FULL:
            low = middle
            middle += width
        else:
            high = middle
            middle -= width
        width *= BRACKET_GROWTH
        if high - low <= PRICE_SHARE * high:
            break
    return low, high


@njit(cache=True, nogil=True)
def pick(
    worth: NDArray[np.float64],
    use: NDArray[np.float64],
    group: NDArray[np.int64],
    n_groups: int,
    last: float,
    share: NDArray[np.float64],
    deficit: NDArray[np.float64],
) -> tuple[float, float]:
    """Choose at most one row per group within one unit of use, fractions allowed.

    Fills the share taken of each row and how much the value falls if the row is forced in.
    Returns the value, which no choice exceeds, and the price of the limit; the search for it
    begins around the ``last`` one.
    """
    best = np.zeros(n_groups)
    winner = np.zeros(n_groups, np.int64)
    low, high = _prices(worth, use, group, last, best, winner)
    share[:] = 0.0
    over = _winners(worth, use, low, group, best, winner)
    loose = winner.copy()
    under = _winners(worth, use, high, group, best, winner)
    part = 0.0
    if over > under:
        part = min(1.0, max(0.0, (1.0 - under) / (over - under)))
    for g in range(n_groups):
        if loose[g] >= 0:
            share[loose[g]] += part
        if winner[g] >= 0:
            share[winner[g]] += 1.0 - part
    for i in range(len(worth)):
        deficit[i] = best[group[i]] - (worth[i] - high * use[i])
    return high + best.sum(), high


@njit(cache=True, nogil=True)
def turned(
    weight: NDArray[np.float64],
    dual: NDArray[np.float64],
    cover: NDArray[np.float64],
    served: NDArray[np.float64],
    memory: float,
    direction: NDArray[np.float64],
) -> float:
    """Turn the direction towards cover - served; return its squared norm in the weights."""
    norm = 0.0
    for j in range(len(weight)):
        turn = cover[j] - served[j]
        if turn < 0.0 and dual[j] <= 0.0:
            turn = 0.0
        direction[j] = memory * direction[j] + turn
        norm += weight[j] * direction[j] * direction[j]
    return norm


@njit(cache=True, nogil=True)
def moved(
    weight: NDArray[np.float64],
    dual: NDArray[np.float64],
    direction: NDArray[np.float64],
    length: float,
) -> NDArray[np.float64]:
    """Return the prices one step along the direction, at least 0."""
    result = np.empty(len(dual))
    for j in range(len(dual)):
        result[j] = max(0.0, dual[j] + length * direction[j] * weight[j])
    return result


@njit(cache=True, nogil=True)
def product(left: NDArray[np.float64], right: NDArray[np.float64]) -> float:
    """Return the scalar product, summed in order: library products depend on their threads."""
    total = 0.0
    for j in range(len(left)):
        total += left[j] * right[j]
    return total


@njit(cache=True, nogil=True)
def first_cover(
    weight: NDArray[np.float64],
    dual: NDArray[np.float64],
    must: NDArray[np.bool_],
    gain: float,
    zone: NDArray[np.int64],
    done: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return which demand pays at the prices or must be covered; add it up per zone and in all."""
    cover = np.zeros(len(weight))
    for j in range(len(weight)):
        if must[j] or gain * weight[j] > dual[j]:
            cover[j] = 1.0
            done[-1] += weight[j]
            if zone[j] >= 0:
                done[zone[j]] += weight[j]
    return cover
