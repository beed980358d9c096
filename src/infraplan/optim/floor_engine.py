"""How close to the best choice that meets the floors does the work allowed come?"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from infraplan.optim import floor_search
from infraplan.optim.floor_bound import FloorBound, PlainServer, upper_bound
from infraplan.optim.floor_exact import FloorExact, solve_exact
from infraplan.optim.floor_model import (
    ROUNDING_SHARE,
    FloorProblem,
    keeps_limits,
    meets_floors,
    restrict,
    value,
)

URGENCIES = (3.0, 30.0)
"""How much a unit of missing weight counts on top of a unit of weight, per greedy start."""
SWAP_PASSES = 12
SWAP_WORK = 4e8
"""Entries that swapping may look at, at effort 1."""
UNDERCUT_SHARE = 0.002
"""How much cheaper each attempt to undercut the best choice is."""
SHAKE_ROUNDS = 3000
SHAKE_PER_SITE = 15
"""At most so many rounds of shaking, and so many per chosen site."""
SHAKE_WORK = 3e8
SHAKE_MOST = 8
"""Largest number of sites dropped in a round."""
DUAL_STEPS = 500
EXACT_WORK = 4e6
EXACT_ENTRIES = 150_000
"""Largest number of reach entries that the exact model takes on, at effort 1."""
CORE_CANDIDATES = 150
CORE_GAP_PART = 0.2
"""Exact models are solved this much closer than asked, as candidates outside widen the gap."""
STEP_ROUNDING = 1e-6

ExactPart = Callable[[NDArray[np.int64]], FloorExact | None]
"""Solves over some rows, in the numbering of the whole; None where that is too much work."""


@dataclass(slots=True, eq=False)
class Search:
    """The best choice and the best bound known so far, base weight excluded.

    ``cost_step`` is a number of which every possible total price is a multiple, 0 for none known;
    ``worth`` gives the objective of a choice, ``-inf`` for one that breaks a limit or a floor.
    """

    whole: FloorProblem
    deadline: float
    worth: Callable[[NDArray[np.int64]], float]
    cost_step: float = 0.0
    rows: NDArray[np.int64] | None = None
    value: float = -np.inf
    bound: float = np.inf
    timed_out: bool = False

    def offer(self, rows: NDArray[np.int64]) -> None:
        """Keep the rows if they meet limits and floors and are better than the best choice."""
        found = self.worth(rows)
        if found > self.value:
            self.rows, self.value = rows, found

    def lower_cost(self) -> float:
        """Return the least price that is possible, for problems of least price."""
        low = max(0.0, -self.bound)
        if self.cost_step > 0.0:
            low = self.cost_step * math.ceil(low / self.cost_step - STEP_ROUNDING)
        return min(low, -self.value)

    def gap_share(self) -> float:
        """Return the certified gap, base weight included."""
        if self.whole.gain:
            total = self.bound + self.whole.base_weight
            return max(0.0, self.bound - self.value) / total if total > 0.0 else 0.0
        cost = -self.value
        return (cost - self.lower_cost()) / cost if cost > 0.0 else 0.0

    def target(self, gap_share: float) -> float:
        """Return the bound that would prove the gap."""
        if self.whole.gain:
            base = self.whole.base_weight
            return (self.value + base) / (1.0 - gap_share) - base
        below_step = self.cost_step * (1.0 - 2.0 * STEP_ROUNDING)
        return self.value + max(-self.value * gap_share, below_step)

    def left_s(self) -> float:
        """Return the seconds left, a little more than none."""
        return max(1e-3, self.deadline - time.perf_counter())

    def is_late(self) -> bool:
        """Tell, and remember, whether the clock ran out."""
        self.timed_out = self.timed_out or time.perf_counter() > self.deadline
        return self.timed_out


def plain_search(whole: FloorProblem, deadline: float, *, cost_step: float = 0.0) -> Search:
    """Return a search among candidates that serve all they reach."""

    def worth(rows: NDArray[np.int64]) -> float:
        if not keeps_limits(whole, rows) or not meets_floors(whole, rows):
            return -np.inf
        return value(whole, rows)

    return Search(whole, deadline, worth, cost_step)


def divisors(whole: FloorProblem) -> list[NDArray[np.float64]]:
    """Return what greedy scores are divided by, one array per start."""
    ones = np.ones(whole.n_candidates)
    paid = whole.price if whole.price.any() else whole.cost
    if not paid.any():
        return [ones]
    floor = 1e-6 * float(paid.max())
    by_cost = np.maximum(paid, floor)
    return [by_cost] if not whole.gain else [ones, by_cost]


def start(search: Search, *, effort: float, seed: int) -> None:
    """Find a good choice by greedy picking, swaps and repeated dropping and filling."""
    whole = search.whole
    starts = [(urgency, d) for urgency in URGENCIES for d in divisors(whole)]
    if not whole.gain:
        starts = [(1.0, d) for d in divisors(whole)]
    for urgency, divisor in starts:
        f = floor_search.field(whole, urgency)
        s = floor_search.empty_state(whole)
        floor_search.fill(f, s, divisor)
        _polish(search, f, s, divisor, effort / len(starts))
        if search.is_late():
            return
    if search.rows is not None:
        urgency = URGENCIES[-1] if whole.gain else 1.0
        _undercut(search, effort=effort)
        _shake(search, floor_search.field(whole, urgency), divisors(whole)[-1], effort, seed)


def _polish(
    search: Search,
    f: floor_search.Field,
    s: floor_search.State,
    divisor: NDArray[np.float64],
    effort: float,
) -> None:
    """Swap and prune the choice under construction, and offer it."""
    whole = search.whole
    if whole.gain:
        most = floor_search.all_scores(f, floor_search.empty_state(whole))
        left = SWAP_WORK * effort
        for _ in range(SWAP_PASSES):
            changed = False
            for site in np.flatnonzero(s.chosen):
                left -= whole.matrix.nnz
                if left < 0.0 or search.is_late():
                    break
                changed |= floor_search.swap(f, s, int(site), most)
            floor_search.fill(f, s, divisor)
            if not changed or left < 0.0 or search.is_late():
                break
    else:
        _prune(whole, f, s)
    search.offer(np.flatnonzero(s.chosen))


def _undercut(search: Search, *, effort: float) -> None:
    """Try to meet the floors with less money than the best choice, by drops and swaps."""
    whole = search.whole
    if search.rows is None or whole.gain or whole.budget < np.inf:
        return
    left = SWAP_WORK * effort
    while left > 0.0 and -search.value > 0.0 and not search.is_late():
        before = search.value
        cheaper = -before - max(search.cost_step, UNDERCUT_SHARE * -before)
        inner = replace(whole, cost=whole.price, budget=cheaper * (1.0 + ROUNDING_SHARE))
        f, s = floor_search.field(inner, 1.0), floor_search.empty_state(inner)
        floor_search.move_to(f, s, search.rows)
        while s.left[1] < 0.0 and s.chosen.any():
            chosen = np.flatnonzero(s.chosen)
            losses = floor_search.losses(f, s, chosen) / np.maximum(whole.price[chosen], 1e-300)
            floor_search.toggle(f, s, int(chosen[losses.argmin()]))
        most = floor_search.all_scores(f, floor_search.empty_state(whole))
        divisor = divisors(whole)[-1]
        changed = True
        while changed and left > 0.0 and not floor_search.is_met(f, s) and not search.is_late():
            changed = False
            floor_search.fill(f, s, divisor)
            for site in np.flatnonzero(s.chosen):
                left -= whole.matrix.nnz
                changed |= floor_search.swap(f, s, int(site), most)
                if floor_search.is_met(f, s) or left < 0.0 or search.is_late():
                    break
        _prune(whole, f, s)
        search.offer(np.flatnonzero(s.chosen))
        if search.value <= before:
            return


def _prune(whole: FloorProblem, f: floor_search.Field, s: floor_search.State) -> None:
    """Take out what is not needed, the dearest first."""
    chosen = np.flatnonzero(s.chosen)
    floor_search.prune(f, s, chosen[np.argsort(-whole.price[chosen], kind="stable")])


def _total(whole: FloorProblem, f: floor_search.Field, s: floor_search.State) -> float:
    """Return the objective with missing weight counted by its urgency."""
    helped = float(np.minimum(s.covered, f.need).sum())
    price = float(whole.price[s.chosen].sum())
    return whole.gain * float(s.covered[-1]) + f.urgency * helped - price


def _shake(
    search: Search,
    f: floor_search.Field,
    divisor: NDArray[np.float64],
    effort: float,
    seed: int,
) -> None:
    """Bring one site in, drop those it overlaps, fill again; keep what is not worse."""
    whole = search.whole
    if search.rows is None:
        return
    rng = np.random.default_rng(seed)
    most = min(SHAKE_ROUNDS, SHAKE_PER_SITE * len(search.rows), SHAKE_WORK / whole.matrix.nnz)
    rounds = round(most * effort)
    s = floor_search.empty_state(whole)
    floor_search.move_to(f, s, search.rows)
    for _ in range(rounds):
        if s.chosen.all() or search.is_late():
            return
        before = np.flatnonzero(s.chosen)
        old = _total(whole, f, s) if floor_search.is_met(f, s) else -np.inf
        best_surplus = float(s.covered[-1])
        _ruin(whole, f, s, rng)
        floor_search.fill(f, s, divisor * rng.uniform(0.8, 1.25, len(divisor)))
        if not whole.gain:
            _prune(whole, f, s)
        new = _total(whole, f, s) if floor_search.is_met(f, s) else -np.inf
        surplus = float(s.covered[-1])
        if new < old or (new == old and surplus < best_surplus):
            floor_search.move_to(f, s, before)
        elif new > old:
            search.offer(np.flatnonzero(s.chosen))


def _ruin(
    whole: FloorProblem,
    f: floor_search.Field,
    s: floor_search.State,
    rng: np.random.Generator,
) -> None:
    """Drop some chosen sites that overlap a random other one, and take that in if it fits."""
    outside = np.flatnonzero(~s.chosen)
    site = int(outside[rng.integers(len(outside))])
    reached = np.zeros(len(whole.weight))
    reached[whole.matrix[[site]].indices] = 1.0
    chosen = np.flatnonzero(s.chosen)
    near = chosen[(whole.matrix[chosen] @ reached) > 0.0]
    if len(near) == 0:
        near = chosen
    count = min(len(near), 1 + int(rng.integers(SHAKE_MOST)))
    for i in rng.permutation(near)[:count]:
        floor_search.toggle(f, s, int(i))
    if floor_search.fits(f, s, site):
        floor_search.toggle(f, s, site)


def prove(search: Search, *, gap_share: float, effort: float, seed: int) -> None:
    """Bound the objective, follow what the relaxation picks, and close the gap exactly."""
    whole = search.whole
    limits = upper_bound(
        whole,
        PlainServer(whole.matrix),
        known=search.value,
        target=search.target(gap_share),
        steps=max(1, round(DUAL_STEPS * effort)),
        deadline=search.deadline,
    )
    search.bound = max(limits.value, search.value)
    if search.gap_share() <= gap_share or search.is_late():
        return
    _follow(search, limits.picks, effort)
    if search.gap_share() > gap_share:
        exact = _exact_part(search, gap_share=gap_share, effort=effort, seed=seed)
        close(search, limits, exact, gap_share=gap_share)


def _exact_part(search: Search, *, gap_share: float, effort: float, seed: int) -> ExactPart:
    """Return the exact solver of a part of the candidates."""
    whole = search.whole

    def exact(rows: NDArray[np.int64]) -> FloorExact | None:
        part = restrict(whole, rows)
        if part.matrix.nnz > EXACT_ENTRIES * effort:
            return None
        kept = np.searchsorted(whole.ids, part.ids)
        best = search.rows
        found = solve_exact(
            part,
            start=None if best is None else np.flatnonzero(np.isin(kept, best)),
            gap_share=CORE_GAP_PART * gap_share,
            work_limit=EXACT_WORK * effort,
            time_limit_s=search.left_s(),
            seed=seed,
        )
        rows_found = None if found.rows is None else kept[found.rows]
        return FloorExact(rows_found, found.upper_bound, found.status)

    return exact


def _follow(search: Search, picks: list[NDArray[np.int64]], effort: float) -> None:
    """Turn what the relaxation picked into choices."""
    whole = search.whole
    f = floor_search.field(whole, URGENCIES[-1] if whole.gain else 1.0)
    divisor = divisors(whole)[-1]
    for rows in picks:
        s = floor_search.empty_state(whole)
        for i in rows:
            if floor_search.fits(f, s, int(i)):
                floor_search.toggle(f, s, int(i))
        floor_search.fill(f, s, divisor)
        _polish(search, f, s, divisor, effort / len(picks))
        if search.is_late():
            return


def close(search: Search, limits: FloorBound, exact: ExactPart, *, gap_share: float) -> None:
    """Solve growing exact models until the gap is reached, the effort spent or the clock out.

    A model over part of the candidates bounds the choices within that part; choices with any
    other candidate are bounded by that candidate's ceiling.
    """
    order = np.argsort(-limits.ceiling, kind="stable")
    size = max(CORE_CANDIDATES, 0 if search.rows is None else 3 * len(search.rows))
    while not search.is_late():
        alive = int((limits.ceiling > search.target(gap_share)).sum())
        complete = size >= alive
        best = np.empty(0, dtype=np.int64) if search.rows is None else search.rows
        rows = np.union1d(order[: min(size, alive)], best)
        found = exact(rows)
        if found is None:
            return
        if found.rows is not None:
            search.offer(found.rows)
        outside = float(np.delete(limits.ceiling, rows).max(initial=-np.inf))
        proven = max(found.upper_bound, outside, search.value)
        search.bound = min(search.bound, proven)
        search.timed_out = search.timed_out or found.status == "time_limit"
        if search.gap_share() <= gap_share or complete:
            return
        size *= 4
