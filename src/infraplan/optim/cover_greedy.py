"""Which good choice of sites is found quickly, by greedy picking and swapping?"""

import time
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.optim.cover_model import Cover, Reach, covered_weight

GAIN_TOLERANCE_SHARE = 1e-9
"""Gains below this part of the largest possible gain are rounding residue of sums."""
SHAKE_PART = 8
"""At most one site in this many is dropped in a round (two if that is more)."""
ROUNDS_PER_LOOK = 5
"""Rounds between two looks at the clock."""
SHAKE_MOST = 20
"""Largest number of sites dropped in a round."""


class _Limits(NamedTuple):
    """What each candidate uses up, and how much of it there is."""

    cost: NDArray[np.float64]
    group: NDArray[np.int64]
    n_groups: int
    max_sites: int
    budget: float


class _State(NamedTuple):
    """A choice under construction, changed in place.

    ``left`` holds the sites and the money still free; ``gain[i]`` is the uncovered weight that
    candidate ``i`` reaches, ``served[j]`` the number of chosen sites that reach demand ``j``.
    """

    chosen: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    served: NDArray[np.int32]
    gain: NDArray[np.float64]
    left: NDArray[np.float64]


@njit(cache=True, nogil=True)
def _empty_state(reach: Reach, limits: _Limits) -> _State:
    n = len(reach.start) - 1
    gain = np.zeros(n)
    for i in range(n):
        for k in range(reach.start[i], reach.start[i + 1]):
            gain[i] += reach.weight[reach.demand[k]]
    left = np.array([float(limits.max_sites), limits.budget])
    return _State(
        np.zeros(n, np.bool_),
        np.zeros(limits.n_groups, np.bool_),
        np.zeros(len(reach.weight), np.int32),
        gain,
        left,
    )


@njit(cache=True, nogil=True)
def _toggle(reach: Reach, limits: _Limits, state: _State, site: int) -> None:
    """Take a site in, or out if it is in, and update every candidate's gain."""
    entering = not state.chosen[site]
    sign = 1 if entering else -1
    state.chosen[site] = entering
    state.closed[limits.group[site]] = entering
    state.left[0] -= sign
    state.left[1] -= sign * limits.cost[site]
    for k in range(reach.start[site], reach.start[site + 1]):
        j = reach.demand[k]
        before = state.served[j]
        state.served[j] = before + sign
        if (entering and before == 0) or (not entering and before == 1):
            for q in range(reach.back_start[j], reach.back_start[j + 1]):
                state.gain[reach.candidate[q]] -= sign * reach.weight[j]


@njit(cache=True, nogil=True)
def _best(limits: _Limits, state: _State, divisor: NDArray[np.float64], tolerance: float) -> int:
    """Return the feasible candidate of largest gain per divisor (lowest number wins), or -1."""
    best = -1
    best_value = 0.0
    if state.left[0] < 1.0:
        return best
    for i in range(len(state.gain)):
        gain = state.gain[i]
        if gain <= tolerance or gain <= best_value * divisor[i] or state.chosen[i]:
            continue
        if state.closed[limits.group[i]] or limits.cost[i] > state.left[1]:
            continue
        best = i
        best_value = gain / divisor[i]
    return best


@njit(cache=True, nogil=True)
def _fill(
    reach: Reach, limits: _Limits, state: _State, divisor: NDArray[np.float64], tolerance: float
) -> None:
    """Add the best candidate until none fits or helps."""
    while True:
        site = _best(limits, state, divisor, tolerance)
        if site < 0:
            return
        _toggle(reach, limits, state, site)


@njit(cache=True, nogil=True)
def _swap(
    reach: Reach,
    limits: _Limits,
    state: _State,
    divisor: NDArray[np.float64],
    tolerance: float,
    passes: int,
) -> bool:
    """Replace each chosen site by the best one that fits in its place; tell if it still helps."""
    plain = np.ones(len(divisor))
    for _ in range(passes):
        changed = False
        for number in np.flatnonzero(state.chosen):
            site = int(number)
            _toggle(reach, limits, state, site)
            other = _best(limits, state, plain, tolerance)
            if other >= 0 and state.gain[other] > state.gain[site] + tolerance:
                _toggle(reach, limits, state, other)
                changed = True
            elif state.gain[site] > tolerance:
                _toggle(reach, limits, state, site)
        _fill(reach, limits, state, divisor, tolerance)
        if not changed:
            return False
    return True


@njit(cache=True, nogil=True)
def _shake(
    reach: Reach,
    limits: _Limits,
    state: _State,
    divisor: NDArray[np.float64],
    tolerance: float,
    passes: int,
    draws: NDArray[np.float64],
) -> None:
    """Drop a few sites at random, refill without them, swap, and keep what is not worse.

    Each row of ``draws`` is one round; its first number sets how many sites go.
    """
    best = state.chosen.copy()
    best_value = reach.weight[state.served > 0].sum()
    for row in draws:
        sites = np.flatnonzero(best)
        most = max(2, len(sites) // SHAKE_PART)
        n_dropped = min(len(sites), len(row) - 1, 1 + int(row[0] * most))
        for draw in row[1 : n_dropped + 1]:
            site = sites[int(draw * len(sites))]
            if state.chosen[site]:
                _toggle(reach, limits, state, site)
        dropped = sites[~state.chosen[sites]]
        state.closed[limits.group[dropped]] = True
        _fill(reach, limits, state, divisor, tolerance)
        state.closed[limits.group[dropped]] = False
        _swap(reach, limits, state, divisor, tolerance, passes)
        value = reach.weight[state.served > 0].sum()
        if value >= best_value:
            best_value = value
            best[:] = state.chosen
            continue
        for site in np.flatnonzero(state.chosen & ~best):
            _toggle(reach, limits, state, int(site))
        for site in np.flatnonzero(best & ~state.chosen):
            _toggle(reach, limits, state, int(site))


@njit(cache=True, nogil=True)
def _begun(
    reach: Reach, limits: _Limits, divisor: NDArray[np.float64], begin: NDArray[np.int64]
) -> tuple[_State, float]:
    """Return the choice grown from ``begin`` by greedy picks, and the gain too small to count."""
    state = _empty_state(reach, limits)
    tolerance = GAIN_TOLERANCE_SHARE * state.gain.max()
    for site in begin:
        _toggle(reach, limits, state, int(site))
    _fill(reach, limits, state, divisor, tolerance)
    return state, tolerance


def _built(
    reach: Reach,
    limits: _Limits,
    divisor: NDArray[np.float64],
    begin: NDArray[np.int64],
    passes: int,
    draws: NDArray[np.float64],
    deadline: float,
) -> NDArray[np.bool_]:
    """Return the choice grown from ``begin`` by greedy picks, then swapped and shaken."""
    state, tolerance = _begun(reach, limits, divisor, begin)
    for _ in range(passes):
        if time.perf_counter() > deadline:
            break
        if not _swap(reach, limits, state, divisor, tolerance, 1):
            break
    for first in range(0, len(draws), ROUNDS_PER_LOOK):
        if time.perf_counter() > deadline:
            break
        part = draws[first : first + ROUNDS_PER_LOOK]
        _shake(reach, limits, state, divisor, tolerance, passes, part)
    return state.chosen


def greedy(
    cover: Cover,
    *,
    begin: NDArray[np.int64],
    passes: int,
    rounds: int,
    seed: int,
    deadline: float = np.inf,
) -> NDArray[np.int64]:
    """Return the rows of a good feasible choice.

    Greedy by gain, and again by gain per cost where there is a budget, each followed by swaps of
    one site against one and by rounds that drop a few sites and refill; the better of the two.
    Gains are kept up to date for all candidates, so the whole construction reads each entry of
    the reach matrix once per change of its demand.

    Parameters
    ----------
    cover
        The problem, with at least one candidate.
    begin
        Rows of a feasible choice to start from, may be empty.
    passes
        Largest number of swap passes over the chosen sites.
    rounds
        Number of rounds that drop sites and refill.
    seed
        Seed of the sites to drop.
    deadline
        Reading of ``time.perf_counter`` after which the choice is not improved further.

    References
    ----------
    Khuller, Moss, Naor (1999), "The budgeted maximum coverage problem", Information Processing
    Letters 70(1).
    """
    limits = _Limits(cover.cost, cover.group, cover.n_groups, cover.max_sites, cover.budget)
    divisors = [np.ones(cover.n_candidates)]
    if np.isfinite(cover.budget) and cover.cost.max() > 0.0:
        smallest = GAIN_TOLERANCE_SHARE * cover.cost.max()
        divisors.append(np.maximum(cover.cost, smallest))
    best = np.empty(0, dtype=np.int64)
    best_value = -1.0
    draws = np.random.default_rng(seed).random((rounds, 1 + SHAKE_MOST))
    for divisor in divisors:
        chosen = _built(cover.reach, limits, divisor, begin, passes, draws, deadline)
        rows = np.flatnonzero(chosen).astype(np.int64)
        value = covered_weight(cover, rows)
        if value > best_value:
            best, best_value = rows, value
    return best
