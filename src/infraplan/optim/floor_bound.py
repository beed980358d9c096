"""What can no choice exceed that meets the floors, and which candidates could still matter?"""

import time
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from infraplan.optim import floor_dual
from infraplan.optim.floor_model import FloorProblem

ROUNDING_SHARE = 1e-9
"""Relative margin added to every bound for rounding of sums."""
FIRST_STEP = 1.0
LAST_STEP = 2e-4
STEP_CUT = 0.6
LATER_STEP = 0.3
"""Step size at which a search that was broken off goes on."""
PATIENCE_STEPS = 12
MEMORY = 0.7
"""Part of the last direction that is kept (deflected subgradient)."""
MIX_RATE = 0.1
GUESS_SHARE = 0.05
"""Distance of the optimum assumed below the bound where no choice is known."""
KEPT_PICKS = 12
CLOSED = -1e300
"""Worth of a candidate that is out of the relaxation."""
HALF = 0.5
"""Candidates of a larger share count as picked."""


class Server(Protocol):
    """What candidates are worth at given prices of demand, and whom they then serve."""

    def values(self, dual: NDArray[np.float64], closed: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the most price that each candidate can collect; closed ones do not matter."""

    def served(self, pick: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how often each demand is served by a (fractional) pick at the last prices."""


class PlainServer:
    """Candidates that serve all they reach."""

    def __init__(self, matrix: sparse.csr_array) -> None:
        self._start = matrix.indptr.astype(np.int64)
        self._demand = matrix.indices.astype(np.int32, copy=False)
        self._size = matrix.shape[1]

    def values(self, dual: NDArray[np.float64], closed: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the sum of prices that each candidate reaches."""
        return floor_dual.collected(self._start, self._demand, dual, closed)

    def served(self, pick: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how often each demand is reached by the pick."""
        return floor_dual.reached(self._start, self._demand, pick, self._size)


@dataclass(frozen=True, slots=True, eq=False)
class FloorBound:
    """An upper bound, one per candidate, and what the relaxation would choose.

    Attributes
    ----------
    value
        No choice has a larger objective.
    ceiling
        No choice with candidate ``i`` has an objective above ``ceiling[i]``.
    picks
        Rows chosen by the relaxation at its best prices, latest first.
    timed_out
        Whether the clock stopped the search.
    dual
        Price of each demand at the best bound.
    mix
        Part of the limit on the number in the mean of both limits.
    """

    value: float
    ceiling: NDArray[np.float64]
    picks: list[NDArray[np.int64]]
    timed_out: bool
    dual: NDArray[np.float64]
    mix: float


@dataclass(frozen=True, slots=True, eq=False)
class _Uses:
    """The limits as shares used per candidate, and the mixes of the two that make sense."""

    by_count: NDArray[np.float64]
    by_cost: NDArray[np.float64]
    mixes: tuple[float, float]

    @classmethod
    def of(cls, whole: FloorProblem) -> "_Uses":
        """Return the limits that can bind."""
        n = whole.n_candidates
        count_binds = 0.0 < whole.max_sites < whole.seat.sum()
        cost_binds = 0.0 < whole.budget < np.inf and whole.cost.sum() > whole.budget
        return cls(
            by_count=whole.seat / whole.max_sites if count_binds else np.zeros(n),
            by_cost=whole.cost / whole.budget if cost_binds else np.zeros(n),
            mixes=(0.0 if cost_binds else 1.0, 1.0 if count_binds else 0.0),
        )


def _fill(
    amount: NDArray[np.float64],
    ratio: NDArray[np.float64],
    zone: NDArray[np.int64],
    short: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the part of each amount taken, cheapest first, until each zone's shortage is met."""
    part = np.zeros(len(amount))
    rows = np.flatnonzero((amount > 0.0) & (zone >= 0))
    rows = rows[short[zone[rows]] > 0.0]
    if len(rows) == 0:
        return part
    rows = rows[np.argsort(ratio[rows], kind="stable")]
    if len(short) > 1:
        rows = rows[np.argsort(zone[rows], kind="stable")]
    zones = zone[rows]
    total = np.cumsum(amount[rows])
    begin = np.flatnonzero(np.r_[True, zones[1:] != zones[:-1]])
    sizes = np.diff(np.append(begin, len(rows)))
    before = total - amount[rows]
    before -= np.repeat(before[begin], sizes)
    part[rows] = np.clip((short[zones] - before) / amount[rows], 0.0, 1.0)
    return part


def _cover(whole: FloorProblem, dual: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return which demand the relaxation covers at the prices, floors and target kept."""
    weight = whole.weight
    done = np.zeros(len(whole.floor) + 1)
    cover = floor_dual.first_cover(weight, dual, whole.must, whole.gain, whole.zone, done)
    short = whole.floor - done[:-1]
    if (short > 0.0).any():
        left = weight * (1.0 - cover)
        cover += (1.0 - cover) * _fill(left, dual / weight, whole.zone, short)
    if whole.target > 0.0:
        short = np.array([whole.target - floor_dual.product(weight, cover)])
        if short[0] > 0.0:
            left = weight * (1.0 - cover)
            one = np.zeros(len(weight), dtype=np.int64)
            cover += (1.0 - cover) * _fill(left, dual / weight, one, short)
    return cover


def first_dual(whole: FloorProblem) -> NDArray[np.float64]:
    """Return prices to begin from: half the weight, or the cheapest share of a price."""
    dual = 0.5 * whole.gain * whole.weight
    if whole.price.any():
        per_weight = whole.price / np.maximum(whole.matrix @ whole.weight, 1e-300)
        back = sparse.csc_array(whole.matrix)
        cheapest = np.minimum.reduceat(per_weight[back.indices], back.indptr[:-1])
        dual += whole.weight * cheapest
    return dual


@dataclass(slots=True, eq=False)
class _Descent:
    """Where the search for prices stands.

    Closed candidates are out of the relaxation; no choice with any of them exceeds ``settled``.
    """

    dual: NDArray[np.float64]
    best_dual: NDArray[np.float64]
    direction: NDArray[np.float64]
    ceiling: NDArray[np.float64]
    closed: NDArray[np.bool_]
    settled: float
    mix: float
    best: float
    size: float
    price: float = 0.0
    waited: int = 0

    def value(self) -> float:
        """Return what no choice exceeds, with or without closed candidates."""
        return max(self.best, self.settled)


def _begun(
    whole: FloorProblem, begin: FloorBound | None, uses: _Uses, known: float, target: float
) -> _Descent:
    """Return a descent that begins at, or goes on from, some prices."""
    n = whole.n_candidates
    if begin is None:
        dual, ceiling, mix = first_dual(whole), np.full(n, np.inf), sum(uses.mixes) / 2.0
    else:
        dual, ceiling, mix = begin.dual, begin.ceiling, begin.mix
    closed = ceiling <= target
    return _Descent(
        dual=dual,
        best_dual=dual,
        direction=np.zeros(len(dual)),
        ceiling=ceiling.copy(),
        closed=closed,
        settled=float(ceiling[closed].max(initial=known)),
        mix=mix,
        best=np.inf if begin is None else begin.value,
        size=FIRST_STEP if begin is None else LATER_STEP,
    )


def upper_bound(
    whole: FloorProblem,
    server: Server,
    *,
    known: float,
    target: float,
    steps: int,
    deadline: float,
    begin: FloorBound | None = None,
) -> FloorBound:
    """Bound the objective by Lagrangian relaxation of "covered only where served".

    Count and budget are relaxed together as a weighted mean (a surrogate limit) whose weights
    follow which of the two is used more. Floors and target are kept exactly: given the prices of
    demand, covering is a chain of fractional knapsacks. Candidates whose ceiling is not above the
    target are closed on the way.

    Parameters
    ----------
    whole
        The problem, with at least one candidate and demand.
    server
        What candidates collect at given prices.
    known
        Objective of the best choice known, ``-inf`` for none.
    target
        Stop once the bound is not above this.
    steps
        Largest number of subgradient steps.
    deadline
        Stop at this value of ``time.perf_counter``.
    begin
        An earlier bound of the same problem to go on from.

    References
    ----------
    Galvão, ReVelle (1996), "A Lagrangean heuristic for the maximal covering location problem",
    European Journal of Operational Research 88(1). Caprara, Fischetti, Toth (1999), "A heuristic
    method for the set covering problem", Operations Research 47(5).
    """
    uses = _Uses.of(whole)
    state = _begun(whole, begin, uses, known, target)
    picks: list[NDArray[np.int64]] = []
    timed_out = False
    for _ in range(steps):
        improved = _step(whole, server, uses, state, known, target)
        if improved is not None:
            picks = [improved, *picks[: KEPT_PICKS - 1]]
        if state.value() <= target or state.size < LAST_STEP:
            break
        timed_out = time.perf_counter() > deadline
        if timed_out:
            break
    value = state.value()
    ceiling = np.minimum(np.maximum(state.ceiling, state.settled), value)
    ceiling[state.closed] = np.minimum(state.ceiling[state.closed], value)
    return FloorBound(value, ceiling, picks, timed_out, state.best_dual, state.mix)


def _step(
    whole: FloorProblem,
    server: Server,
    uses: _Uses,
    state: _Descent,
    known: float,
    target: float,
) -> NDArray[np.int64] | None:
    """Evaluate the prices and move them; return the rows picked if the bound fell."""
    worth = server.values(state.dual, state.closed) - whole.price
    worth[state.closed] = CLOSED
    use = state.mix * uses.by_count + (1.0 - state.mix) * uses.by_cost
    share, deficit = np.empty(len(worth)), np.empty(len(worth))
    picked, state.price = floor_dual.pick(
        worth, use, whole.group, whole.n_groups, state.price, share, deficit
    )
    cover = _cover(whole, state.dual)
    gains = whole.gain * floor_dual.product(whole.weight, cover)
    prices = floor_dual.product(state.dual, cover)
    margin = ROUNDING_SHARE * (gains + prices + picked)
    bound = float(gains - prices + picked + margin)
    found = None
    if bound < state.best:
        found = np.flatnonzero(share > HALF)
        state.waited = state.waited if state.best - bound < 1e-5 * abs(bound) else 0
        state.best, state.best_dual = bound, state.dual
    _close(state, bound - deficit, target)
    state.waited += 1
    if state.waited > PATIENCE_STEPS:
        state.size, state.waited = STEP_CUT * state.size, 0
        state.dual = state.best_dual
        state.direction[:] = 0.0
        return found
    _move(whole, server.served(share), cover, state, bound, known)
    low, high = uses.mixes
    used = floor_dual.product(share, uses.by_count) - floor_dual.product(share, uses.by_cost)
    state.mix = min(high, max(low, state.mix + MIX_RATE * state.size * used))
    return found


def _close(state: _Descent, forced: NDArray[np.float64], target: float) -> None:
    """Lower the ceilings of open candidates, and close those that cannot lead above the target."""
    is_open = ~state.closed
    np.minimum(state.ceiling, forced, out=state.ceiling, where=is_open)
    shut = is_open & (state.ceiling <= target)
    state.settled = max(state.settled, float(state.ceiling[shut].max(initial=-np.inf)))
    state.closed |= shut


def _move(
    whole: FloorProblem,
    served: NDArray[np.float64],
    cover: NDArray[np.float64],
    state: _Descent,
    bound: float,
    known: float,
) -> None:
    """Take one deflected subgradient step in the metric of the weights."""
    norm = floor_dual.turned(whole.weight, state.dual, cover, served, MEMORY, state.direction)
    if norm <= 0.0:
        state.size = 0.0
        return
    aim = known if np.isfinite(known) else state.best - GUESS_SHARE * abs(state.best)
    length = state.size * max(bound - aim, 1e-7 * abs(bound)) / norm
    state.dual = floor_dual.moved(whole.weight, state.dual, state.direction, length)
