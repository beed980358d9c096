"""Which good choice that meets the floors is found quickly, by greedy picking and exchange?"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from infraplan.optim.floor_model import FloorProblem

GAIN_TOLERANCE_SHARE = 1e-12
"""Scores below this part of the largest possible score are rounding residue of sums."""


MET_SLACK_SHARE = 1e-10
"""Part of a floor that may be missing while searching, less than what a final check allows."""


class Field(NamedTuple):
    """The problem as plain arrays for the kernels.

    Row ``i`` reaches ``demand[start[i]:start[i + 1]]``. The last entry of ``need`` is the target,
    the others the zones' floors. A unit of missing weight counts ``urgency`` on top of ``gain``.
    """

    start: NDArray[np.int64]
    demand: NDArray[np.int32]
    weight: NDArray[np.float64]
    zone: NDArray[np.int64]
    need: NDArray[np.float64]
    seat: NDArray[np.float64]
    cost: NDArray[np.float64]
    group: NDArray[np.int64]
    gain: float
    urgency: float
    tolerance: float


class State(NamedTuple):
    """A choice under construction, changed in place.

    ``left`` holds the sites and the money still free, ``covered`` the weight per entry of
    ``need``; ``scratch`` is zero between calls.
    """

    chosen: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    served: NDArray[np.int32]
    covered: NDArray[np.float64]
    left: NDArray[np.float64]
    scratch: NDArray[np.float64]


def field(whole: FloorProblem, urgency: float) -> Field:
    """Return the problem for the kernels."""
    need = np.append(whole.floor, whole.target)
    most = whole.gain * float(whole.weight.sum()) + urgency * float(need.sum())
    return Field(
        start=whole.matrix.indptr.astype(np.int64),
        demand=whole.matrix.indices.astype(np.int32, copy=False),
        weight=whole.weight,
        zone=whole.zone,
        need=need,
        seat=whole.seat,
        cost=whole.cost,
        group=whole.group,
        gain=float(whole.gain),
        urgency=float(urgency),
        tolerance=GAIN_TOLERANCE_SHARE * most,
    )


def empty_state(whole: FloorProblem) -> State:
    """Return the state of no choice."""
    n_needs = len(whole.floor) + 1
    return State(
        chosen=np.zeros(whole.n_candidates, dtype=np.bool_),
        closed=np.zeros(whole.n_groups, dtype=np.bool_),
        served=np.zeros(len(whole.weight), dtype=np.int32),
        covered=np.zeros(n_needs),
        left=np.array([float(whole.max_sites), float(whole.budget)]),
        scratch=np.zeros(n_needs),
    )


@njit(cache=True, nogil=True)
def toggle(f: Field, s: State, site: int) -> None:
    """Take a site in, or out if it is in."""
    entering = not s.chosen[site]
    sign = 1 if entering else -1
    edge = 0 if entering else 1
    last = len(f.need) - 1
    s.chosen[site] = entering
    s.closed[f.group[site]] = entering
    s.left[0] -= sign * f.seat[site]
    s.left[1] -= sign * f.cost[site]
    for k in range(f.start[site], f.start[site + 1]):
        j = f.demand[k]
        if s.served[j] == edge:
            s.covered[last] += sign * f.weight[j]
            if f.zone[j] >= 0:
                s.covered[f.zone[j]] += sign * f.weight[j]
        s.served[j] += sign


@njit(cache=True, nogil=True)
def fits(f: Field, s: State, site: int) -> bool:
    """Tell whether a site that is out may come in."""
    return (
        not s.chosen[site]
        and not s.closed[f.group[site]]
        and f.seat[site] <= s.left[0] + 0.5
        and f.cost[site] <= s.left[1]
    )


@njit(cache=True, nogil=True)
def score(f: Field, s: State, site: int) -> float:
    """Return what a site that is out would add: weight, and missing weight made good."""
    last = len(f.need) - 1
    plain = 0.0
    for k in range(f.start[site], f.start[site + 1]):
        j = f.demand[k]
        if s.served[j] == 0:
            plain += f.weight[j]
            if f.zone[j] >= 0:
                s.scratch[f.zone[j]] += f.weight[j]
    helped = min(plain, max(0.0, f.need[last] - s.covered[last]))
    for k in range(f.start[site], f.start[site + 1]):
        z = f.zone[f.demand[k]]
        if z >= 0 and s.scratch[z] > 0.0:
            helped += min(s.scratch[z], max(0.0, f.need[z] - s.covered[z]))
            s.scratch[z] = 0.0
    total: float = f.gain * plain + f.urgency * helped
    return total


@njit(cache=True, nogil=True)
def fill(f: Field, s: State, divisor: NDArray[np.float64], most: NDArray[np.float64]) -> None:
    """Add the site of best score per divisor until none fits or helps.

    Scores only fall as sites come in; ``most`` holds those of the empty choice.
    """
    n = len(divisor)
    ceiling = most.copy()
    lead = -1
    while True:
        best = -1
        if lead >= 0 and fits(f, s, lead):
            ceiling[lead] = score(f, s, lead)
            if ceiling[lead] > f.tolerance:
                best = lead
        lead = -1
        for i in range(n):
            if i == best or ceiling[i] <= f.tolerance or not fits(f, s, i):
                continue
            if best >= 0 and ceiling[i] * divisor[best] <= ceiling[best] * divisor[i]:
                continue
            ceiling[i] = score(f, s, i)
            if ceiling[i] <= f.tolerance:
                continue
            if best < 0 or ceiling[i] * divisor[best] > ceiling[best] * divisor[i]:
                lead = best
                best = i
        if best < 0:
            return
        toggle(f, s, best)


@njit(cache=True, nogil=True)
def swap(f: Field, s: State, site: int, most: NDArray[np.float64]) -> bool:
    """Replace a chosen site by the best one that fits in its place, if that helps."""
    toggle(f, s, site)
    before = score(f, s, site)
    best = -1
    best_score = before + f.tolerance
    for i in range(len(most)):
        if i != site and most[i] > best_score and fits(f, s, i):
            gain = score(f, s, i)
            if gain > best_score:
                best = i
                best_score = gain
    if best < 0:
        toggle(f, s, site)
        return False
    toggle(f, s, best)
    return True


@njit(cache=True, nogil=True)
def is_met(f: Field, s: State) -> bool:
    """Tell whether every floor and the target are covered."""
    missing = s.covered < f.need * (1.0 - MET_SLACK_SHARE)
    none_missing: bool = missing.sum() == 0
    return none_missing


@njit(cache=True, nogil=True)
def prune(f: Field, s: State, order: NDArray[np.int64]) -> None:
    """Take out the sites, in the given order, without which the floors are still met."""
    for i in order:
        if s.chosen[i]:
            toggle(f, s, i)
            if not is_met(f, s):
                toggle(f, s, i)


@njit(cache=True, nogil=True)
def all_scores(f: Field, s: State) -> NDArray[np.float64]:
    """Return the score of every site that is out."""
    result = np.zeros(len(f.cost))
    for i in range(len(result)):
        if not s.chosen[i]:
            result[i] = score(f, s, i)
    return result


@njit(cache=True, nogil=True)
def losses(f: Field, s: State, sites: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return what would be lost without each of some chosen sites."""
    result = np.zeros(len(sites))
    for k in range(len(sites)):
        toggle(f, s, sites[k])
        result[k] = score(f, s, sites[k])
        toggle(f, s, sites[k])
    return result


def move_to(f: Field, s: State, rows: NDArray[np.int64]) -> None:
    """Change the choice into the given rows."""
    wanted = np.zeros(len(s.chosen), dtype=np.bool_)
    wanted[rows] = True
    for i in np.flatnonzero(s.chosen & ~wanted):
        toggle(f, s, int(i))
    for i in np.flatnonzero(wanted & ~s.chosen):
        toggle(f, s, int(i))


def tiny_problem() -> FloorProblem:
    """Return a problem of one candidate and one demand, on which kernels are compiled."""
    one = np.zeros(1)
    return FloorProblem(
        matrix=sparse.csr_array(np.ones((1, 1))),
        weight=one + 1.0,
        zone=np.zeros(1, dtype=np.int64),
        floor=one + 1.0,
        target=1.0,
        must=np.zeros(1, dtype=np.bool_),
        gain=1.0,
        price=one,
        seat=one + 1.0,
        cost=one,
        group=np.zeros(1, dtype=np.int64),
        ids=np.zeros(1, dtype=np.int64),
        max_sites=1.0,
        budget=1.0,
        base_weight=0.0,
    )


def warm_up() -> None:
    """Compile the kernels (or read them from the cache), so that no time limit pays for it."""
    tiny = tiny_problem()
    one = np.zeros(1)
    f, s = field(tiny, 1.0), empty_state(tiny)
    most = all_scores(f, s)
    fill(f, s, one + 1.0, most)
    swap(f, s, 0, most)
    prune(f, s, np.zeros(1, dtype=np.int64))
    fill(f, s, one + 1.0, most)
    losses(f, s, np.flatnonzero(s.chosen))
