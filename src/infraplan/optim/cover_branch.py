"""How far can trying cases, each with its own relaxed bound, close the gap of a cover?"""

import heapq
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.optim.cover_bound import CoverBound, run_descent
from infraplan.optim.cover_dual import Relaxation, prices_at
from infraplan.optim.cover_greedy import greedy
from infraplan.optim.cover_incumbent import Search
from infraplan.optim.cover_model import Cover, Reach, covered_weight, is_feasible

NODE_STEPS = 100
NODE_STEP_SIZE = 0.3
"""Step size at which a case goes on from the prices of the case it came from."""
REWARD_PART = 50.0
"""Steps of the rewards for wanted rows are those of this many mean weights of demand."""
CLUSTER_USE = 0.6
"""Relaxed use of the candidates over which cases are told apart."""
STALL_CASES = 150
STALL_PART = 0.02
"""Cases are given up when so many of them close less than this part of the gap."""
CLUSTER_MOST_USE = 0.9
"""Relaxed use from which it would say little that one of the candidates is wanted."""
OPEN_BYTES = 150_000_000
"""Most memory that open cases may take."""


@dataclass(frozen=True, slots=True, eq=False)
class _Case:
    """Choices without the closed candidates and with one of each wanted row, and their bound."""

    bound: float
    closed: NDArray[np.bool_]
    wanted: NDArray[np.bool_]
    demand_price: NDArray[np.float32]
    reward: NDArray[np.float64]
    use: NDArray[np.float64]

    def size_bytes(self) -> int:
        """Return the memory the case takes."""
        arrays = (self.closed, self.wanted, self.demand_price, self.reward, self.use)
        return sum(array.nbytes for array in arrays)


@njit(cache=True, nogil=True)
def _overlap(reach: Reach, pivot: int) -> NDArray[np.float64]:
    """Return the weight that each candidate shares with one of them."""
    marked = np.zeros(len(reach.weight))
    for k in range(reach.start[pivot], reach.start[pivot + 1]):
        marked[reach.demand[k]] = reach.weight[reach.demand[k]]
    shared = np.zeros(len(reach.start) - 1)
    for i in range(len(shared)):
        for k in range(reach.start[i], reach.start[i + 1]):
            shared[i] += marked[reach.demand[k]]
    return shared


def _settled(wanted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the candidates that must be chosen, as nothing else is left in their row."""
    return np.asarray(wanted[wanted.sum(axis=1) == 1].any(axis=0))


def _propagated(
    cover: Cover, closed: NDArray[np.bool_], wanted: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]] | None:
    """Close what cannot stand beside the settled candidates; None where they do not fit."""
    while True:
        wanted = wanted & ~closed
        if closed.all() or not wanted.any(axis=1).all():
            return None
        settled = _settled(wanted)
        rows = np.flatnonzero(settled)
        if not is_feasible(cover, rows):
            return None
        shut = cover.cost > cover.budget - cover.cost[rows].sum()
        shut |= np.isin(cover.group, cover.group[rows])
        if len(rows) == cover.max_sites:
            shut[:] = True
        shut &= ~settled & ~closed
        if not shut.any():
            return closed, np.ascontiguousarray(wanted)
        closed = closed | shut


def _cluster(cover: Cover, case: _Case, size: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return candidates much like each other, of which the relaxed choice takes about a half.

    None are returned where everything that is open is settled.
    """
    members = np.zeros(cover.n_candidates, dtype=np.bool_)
    fixed = case.closed | _settled(case.wanted)
    free = int((~fixed).sum())
    if free == 0:
        return members
    use = np.where(fixed, -1.0, case.use)
    pivot = int(np.argmax(use))
    shared = _overlap(cover.reach, pivot)
    likeness = shared / (size + size[pivot] - shared)
    likeness[fixed] = -1.0
    likeness[pivot] = 2.0
    order = np.argsort(-likeness, kind="stable")[:free]
    mass = np.cumsum(use[order])
    enough = int(np.searchsorted(mass, CLUSTER_USE)) + 1
    too_many = int(np.searchsorted(mass, CLUSTER_MOST_USE, side="right"))
    members[order[: max(1, min(enough, too_many, free - 1))]] = True
    if (case.wanted == members).all(axis=1).any():
        members[:] = False
        members[pivot] = True
    return members


class _Tree:
    """Open cases of one problem, best bound first, and the highest bound of those closed."""

    def __init__(self, search: Search, cover: Cover, begin: CoverBound, deadline: float) -> None:
        self.search = search
        self.cover = cover
        self.resource = begin.resource
        self.deadline = deadline
        self.size: NDArray[np.float64] = np.bincount(
            np.repeat(np.arange(cover.n_candidates), np.diff(cover.reach.start)),
            weights=cover.reach.weight[cover.reach.demand],
            minlength=cover.n_candidates,
        ).astype(np.float64)
        n = cover.n_candidates
        root = _Case(
            begin.value,
            begin.ceiling <= search.target(),
            np.zeros((0, n), np.bool_),
            begin.demand_price.astype(np.float32),
            np.zeros(0),
            begin.use,
        )
        self.heap = [(-root.bound, 0, root)]
        self.count = 0
        self.held_bytes = root.size_bytes()

    def bound(self) -> float:
        """Return the highest bound of an open case."""
        return -self.heap[0][0] if self.heap else -np.inf

    def take(self) -> _Case:
        """Take out the case of highest bound."""
        case = heapq.heappop(self.heap)[2]
        self.held_bytes -= case.size_bytes()
        return case

    def put(self, case: _Case) -> None:
        """Keep a case open."""
        self.count += 1
        self.held_bytes += case.size_bytes()
        heapq.heappush(self.heap, (-case.bound, self.count, case))

    def relaxed(self, case: _Case) -> _Case | None:
        """Return the case with its bound lowered, or None where no choice is in it."""
        cover, search = self.cover, self.search
        kept = _propagated(cover, case.closed, case.wanted)
        if kept is None:
            return None
        closed, wanted = kept[0].copy(), kept[1]
        demand_price = np.minimum(case.demand_price, cover.reach.weight).astype(np.float64)
        settled = search.target() if closed.any() else search.value
        prices = prices_at(demand_price, case.reward, case.use, NODE_STEP_SIZE, settled)
        bound = run_descent(
            cover,
            Relaxation(self.resource, cover.group, cover.n_groups, closed, wanted),
            prices,
            known=search.value,
            target=search.target(),
            steps=NODE_STEPS,
            reward=REWARD_PART * float(cover.reach.weight.mean()),
            deadline=self.deadline,
        )
        use = prices.use
        if (closed | _settled(wanted)).all():
            bound = min(bound, max(settled, covered_weight(cover, np.flatnonzero(~closed))))
            use = np.where(closed, 0.0, 1.0)
        return _Case(
            min(bound, case.bound),
            closed,
            wanted,
            prices.best_demand.astype(np.float32),
            prices.best_wanted,
            use,
        )

    def split(self, case: _Case) -> list[_Case]:
        """Return the case without a cluster of candidates, and with at least one of it."""
        members = _cluster(self.cover, case, self.size)
        if not members.any():
            return []
        without = _Case(
            case.bound,
            case.closed | members,
            case.wanted,
            case.demand_price,
            case.reward,
            np.where(members, 0.0, case.use),
        )
        with_one = _Case(
            case.bound,
            case.closed,
            np.vstack([case.wanted, members]),
            case.demand_price,
            np.append(case.reward, 0.0),
            case.use,
        )
        return [without, with_one]


def _offer(search: Search, cover: Cover, case: _Case, seed: int) -> None:
    """Round the relaxed choice of a case and improve it."""
    chosen: list[int] = []
    left, taken = cover.budget, set[int]()
    for row in np.argsort(-case.use, kind="stable")[: 4 * cover.max_sites]:
        fits = cover.cost[row] <= left and cover.group[row] not in taken
        if case.use[row] <= 0.0 or len(chosen) == cover.max_sites:
            break
        if fits:
            chosen.append(int(row))
            left -= cover.cost[row]
            taken.add(int(cover.group[row]))
    begin = np.sort(np.array(chosen, dtype=np.int64))
    rows = greedy(cover, begin=begin, passes=2, rounds=0, seed=seed)
    search.offer(cover.ids[rows])


def branch(
    search: Search,
    cover: Cover,
    begin: CoverBound,
    *,
    work: float,
    deadline: float,
    seed: int,
) -> tuple[float, bool]:
    """Split the problem into cases until the gap is reached or the work is spent.

    The case of highest bound is split into "none of these candidates" and "at least one of these",
    for candidates that reach nearly the same; the rewards for wanted rows are Lagrange
    multipliers like the prices of demand. Both cases are bounded at the same time, on two threads
    that know the same, so the result does not depend on which is first.

    Parameters
    ----------
    search
        The best choice so far; better ones are offered to it.
    cover
        The problem over all candidates that can lead above the target of the search.
    begin
        Its bound and prices.
    work
        Entries of the reach to read.
    deadline
        Reading of ``time.perf_counter`` after which no new case is begun.
    seed
        Seed of the choices tried.

    Returns
    -------
    tuple
        Bound on every choice, and whether the clock stopped it.
    """
    tree = _Tree(search, cover, begin, deadline)
    closed_bound = search.target()
    cases_left = int(work / (2.0 * NODE_STEPS * max(1, len(cover.reach.demand))))
    mark, mark_cases = begin.value, cases_left
    with ThreadPoolExecutor(2) as pool:
        while tree.heap and tree.bound() > search.target() and cases_left > 0:
            if time.perf_counter() > deadline or tree.held_bytes > OPEN_BYTES:
                break
            if mark_cases - cases_left >= STALL_CASES:
                if mark - tree.bound() < STALL_PART * (mark - search.target()):
                    break
                mark, mark_cases = tree.bound(), cases_left
            cases_left -= 1
            parent = tree.take()
            parts = tree.split(parent)
            if not parts:
                closed_bound = max(closed_bound, parent.bound)
            for case in list(pool.map(tree.relaxed, parts)):
                if case is None:
                    continue
                if case.bound > search.target():
                    tree.put(case)
                else:
                    closed_bound = max(closed_bound, case.bound)
                _offer(search, cover, case, seed)
            closed_bound = max(closed_bound, search.target())
    bound = max(tree.bound(), closed_bound, search.value)
    return min(bound, begin.value), time.perf_counter() > deadline
