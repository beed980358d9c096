"""What can no choice exceed that meets the floors, and which candidates could still matter?"""

import time
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from infraplan.optim.floor_model import FloorProblem

ROUNDING_SHARE = 1e-9
"""Relative margin added to every bound for rounding of sums."""
FIRST_STEP = 1.0
LAST_STEP = 2e-4
STEP_CUT = 0.6
PATIENCE_STEPS = 12
MEMORY = 0.7
"""Part of the last direction that is kept (deflected subgradient)."""
MIX_RATE = 0.1
HALVINGS = 45
GUESS_SHARE = 0.05
"""Distance of the optimum assumed below the bound where no choice is known."""
KEPT_PICKS = 12
HALF = 0.5
"""Candidates of a larger share count as picked."""


class Server(Protocol):
    """What candidates are worth at given prices of demand, and whom they then serve."""

    def values(self, dual: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the most price that each candidate can collect."""

    def served(self, pick: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how often each demand is served by a (fractional) pick at the last prices."""


class PlainServer:
    """Candidates that serve all they reach."""

    def __init__(self, matrix: sparse.csr_array) -> None:
        self._forward = matrix
        self._back = matrix.T

    def values(self, dual: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the sum of prices that each candidate reaches."""
        return np.asarray(self._forward @ dual)

    def served(self, pick: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how often each demand is reached by the pick."""
        return np.asarray(self._back @ pick)


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
    """

    value: float
    ceiling: NDArray[np.float64]
    picks: list[NDArray[np.int64]]
    timed_out: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Uses:
    """The limits as shares used per candidate, and the candidates in the order of their groups."""

    by_count: NDArray[np.float64]
    by_cost: NDArray[np.float64]
    order: NDArray[np.int64]
    first: NDArray[np.int64]
    mixes: tuple[float, float]

    @classmethod
    def of(cls, whole: FloorProblem) -> "_Uses":
        """Return the limits that can bind."""
        n = whole.n_candidates
        count_binds = 0.0 < whole.max_sites < whole.seat.sum()
        cost_binds = 0.0 < whole.budget < np.inf and whole.cost.sum() > whole.budget
        order = np.argsort(whole.group, kind="stable")
        grouped = whole.group[order]
        return cls(
            by_count=whole.seat / whole.max_sites if count_binds else np.zeros(n),
            by_cost=whole.cost / whole.budget if cost_binds else np.zeros(n),
            order=order,
            first=np.flatnonzero(np.r_[True, grouped[1:] != grouped[:-1]]),
            mixes=(0.0 if cost_binds else 1.0, 1.0 if count_binds else 0.0),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Pick:
    """What the relaxed choice of candidates is worth, the choice, and each candidate's deficit."""

    value: float
    share: NDArray[np.float64]
    deficit: NDArray[np.float64]


def _winners(
    worth: NDArray[np.float64], uses: _Uses
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the best worth of each group, and the rows that win one with a positive worth."""
    sorted_worth = worth[uses.order]
    best = np.maximum.reduceat(sorted_worth, uses.first)
    sizes = np.diff(np.append(uses.first, len(worth)))
    top = np.flatnonzero((sorted_worth == np.repeat(best, sizes)) & (sorted_worth > 0.0))
    group = np.searchsorted(uses.first, top, side="right")
    rows = top[np.r_[True, group[1:] != group[:-1]]] if len(top) else top
    return best, uses.order[rows]


def _pick(worth: NDArray[np.float64], mix: float, uses: _Uses, group: NDArray[np.int64]) -> _Pick:
    """Choose one row at most per group within one unit of the mixed limits, fractions allowed."""
    use = mix * uses.by_count + (1.0 - mix) * uses.by_cost
    _, rows = _winners(worth, uses)
    low, high = 0.0, 0.0
    over, over_rows = float(use[rows].sum()), rows
    share = np.zeros(len(worth))
    if over > 1.0:
        some = use > 0.0
        high = max(0.0, float((worth[some] / use[some]).max()))
        for _ in range(HALVINGS):
            middle = 0.5 * (low + high)
            _, rows = _winners(worth - middle * use, uses)
            used = float(use[rows].sum())
            if used > 1.0:
                low, over, over_rows = middle, used, rows
            else:
                high = middle
            if used == 1.0 or high - low <= 1e-12 * high:
                break
        _, rows = _winners(worth - high * use, uses)
        under = float(use[rows].sum())
        part = min(1.0, max(0.0, (1.0 - under) / (over - under))) if over > under else 0.0
        share[over_rows] += part
        share[rows] += 1.0 - part
    else:
        share[rows] = 1.0
    best = np.maximum.reduceat((worth - high * use)[uses.order], uses.first)
    positive = np.maximum(best, 0.0)
    return _Pick(
        value=high + float(positive.sum()),
        share=share,
        deficit=positive[group] - (worth - high * use),
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
    rows = rows[np.lexsort((ratio[rows], zone[rows]))]
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
    cover = (whole.must | (whole.gain * weight > dual)).astype(np.float64)
    ratio = dual / weight
    if len(whole.floor):
        inside = whole.zone >= 0
        done = np.bincount(
            whole.zone[inside], weights=(weight * cover)[inside], minlength=len(whole.floor)
        )
        left = weight * (1.0 - cover)
        cover += (1.0 - cover) * _fill(left, ratio, whole.zone, whole.floor - done)
    short = whole.target - float(weight @ cover)
    if short > 0.0:
        left = weight * (1.0 - cover)
        one = np.zeros(len(weight), dtype=np.int64)
        cover += (1.0 - cover) * _fill(left, ratio, one, np.array([short]))
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
    """Where the search for prices stands."""

    dual: NDArray[np.float64]
    best_dual: NDArray[np.float64]
    direction: NDArray[np.float64]
    ceiling: NDArray[np.float64]
    mix: float
    best: float = np.inf
    size: float = FIRST_STEP
    waited: int = 0


def upper_bound(
    whole: FloorProblem,
    server: Server,
    *,
    known: float,
    target: float,
    steps: int,
    deadline: float,
) -> FloorBound:
    """Bound the objective by Lagrangian relaxation of "covered only where served".

    Count and budget are relaxed together as a weighted mean (a surrogate limit) whose weights
    follow which of the two is used more. Floors and target are kept exactly: given the prices of
    demand, covering is a chain of fractional knapsacks.

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

    References
    ----------
    Galvão, ReVelle (1996), "A Lagrangean heuristic for the maximal covering location problem",
    European Journal of Operational Research 88(1). Caprara, Fischetti, Toth (1999), "A heuristic
    method for the set covering problem", Operations Research 47(5).
    """
    uses = _Uses.of(whole)
    dual = first_dual(whole)
    state = _Descent(
        dual, dual, np.zeros(len(dual)), np.full(whole.n_candidates, np.inf), sum(uses.mixes) / 2.0
    )
    picks: list[NDArray[np.int64]] = []
    for _ in range(steps):
        improved = _step(whole, server, uses, state, known)
        if improved is not None:
            picks = [improved, *picks[: KEPT_PICKS - 1]]
        if state.best <= target or state.size < LAST_STEP:
            break
        if time.perf_counter() > deadline:
            return FloorBound(state.best, state.ceiling, picks, timed_out=True)
    return FloorBound(state.best, np.minimum(state.ceiling, state.best), picks, timed_out=False)


def _step(
    whole: FloorProblem, server: Server, uses: _Uses, state: _Descent, known: float
) -> NDArray[np.int64] | None:
    """Evaluate the prices and move them; return the rows picked if the bound fell."""
    worth = server.values(state.dual) - whole.price
    pick = _pick(worth, state.mix, uses, whole.group)
    cover = _cover(whole, state.dual)
    gains, prices = whole.gain * whole.weight @ cover, state.dual @ cover
    margin = ROUNDING_SHARE * (gains + prices + pick.value)
    bound = float(gains - prices + pick.value + margin)
    np.minimum(state.ceiling, bound - pick.deficit, out=state.ceiling)
    found = None
    if bound < state.best:
        found = np.flatnonzero(pick.share > HALF)
        state.waited = state.waited if state.best - bound < 1e-5 * abs(bound) else 0
        state.best, state.best_dual = bound, state.dual
    state.waited += 1
    if state.waited > PATIENCE_STEPS:
        state.size, state.waited = STEP_CUT * state.size, 0
        state.dual = state.best_dual
        state.direction = np.zeros(len(state.dual))
        return found
    _move(whole, server.served(pick.share), cover, state, bound, known)
    low, high = uses.mixes
    used = float(pick.share @ uses.by_count) - float(pick.share @ uses.by_cost)
    state.mix = min(high, max(low, state.mix + MIX_RATE * state.size * used))
    return found


def _move(
    whole: FloorProblem,
    served: NDArray[np.float64],
    cover: NDArray[np.float64],
    state: _Descent,
    bound: float,
    known: float,
) -> None:
    """Take one deflected subgradient step in the metric of the weights."""
    turn = cover - served
    turn[(state.dual <= 0.0) & (turn < 0.0)] = 0.0
    state.direction = MEMORY * state.direction + turn
    norm = float(whole.weight @ (state.direction * state.direction))
    if norm <= 0.0:
        state.size = 0.0
        return
    aim = known if np.isfinite(known) else state.best - GUESS_SHARE * abs(state.best)
    length = state.size * max(bound - aim, 1e-7 * abs(bound)) / norm
    moved = state.dual + length * state.direction * whole.weight
    state.dual = np.maximum(0.0, moved)
