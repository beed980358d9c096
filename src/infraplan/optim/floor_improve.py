"""How is a choice that meets the floors made better, by exchange and by starting over?"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from infraplan.optim import floor_search
from infraplan.optim.cover_greedy import greedy
from infraplan.optim.cover_merge import transposed
from infraplan.optim.cover_model import Cover, Reach
from infraplan.optim.floor_incumbent import Search, divisors, plain_search
from infraplan.optim.floor_model import ROUNDING_SHARE, FloorProblem, restrict

URGENCIES = (3.0, 30.0)
"""How much a unit of missing weight counts on top of a unit of weight, per greedy start."""
SWAP_PASSES = 12
SWAP_WORK = 4e8
"""Entries that swapping may look at, at effort 1."""
PLAIN_ROUNDS = 10
PLAIN_ROUND = 5
"""Rounds with swaps at a time, and how many without swaps each counts as."""
UNDERCUT_SHARE = 0.002
"""How much cheaper each attempt to undercut the best choice is."""
SHAKE_ROUNDS = 3000
SHAKE_PER_SITE = 15
"""At most so many rounds of shaking, and so many per chosen site."""
SHAKE_WORK = 3e8
SHAKE_MOST = 8
"""Largest number of sites dropped in a round."""
CORE_CANDIDATES = 600
CORE_PER_SITE = 6
"""Candidates of highest ceiling among which choices are improved, or so many per site."""


def start(search: Search, *, effort: float) -> None:
    """Find a first choice by greedy picking, with swaps where that alone does not meet the floors.

    Greedy picking is repeated with several weights for what is missing.
    """
    whole = search.whole
    starts = [(urgency, d) for urgency in URGENCIES for d in divisors(whole)]
    if not whole.gain:
        starts = [(1.0, d) for d in divisors(whole)]
    tried = []
    for urgency, divisor in starts:
        f = floor_search.field(whole, urgency)
        s = floor_search.empty_state(whole)
        most = floor_search.all_scores(f, s)
        floor_search.fill(f, s, divisor, most)
        if not whole.gain:
            _prune(whole, f, s)
        search.offer(np.flatnonzero(s.chosen))
        tried.append((f, s, divisor, most))
        if search.is_late():
            return
    if search.rows is None:
        for f, s, divisor, most in tried:
            _polish(search, f, s, divisor, most, effort / len(tried))


def improve(
    search: Search,
    ceiling: NDArray[np.float64],
    picks: list[NDArray[np.int64]],
    *,
    effort: float,
    seed: int,
) -> None:
    """Make the choice better among the candidates of highest ceiling.

    Beside the best choice, what the relaxation picked is a start.
    """
    whole = search.whole
    best = np.empty(0, dtype=np.int64) if search.rows is None else search.rows
    size = max(CORE_CANDIDATES, CORE_PER_SITE * len(best))
    order = np.argsort(-ceiling, kind="stable")[:size]
    part = restrict(whole, np.union1d(np.union1d(order, best), _joined(picks)))
    kept = np.searchsorted(whole.ids, part.ids)
    inner = plain_search(part, search.deadline, cost_step=search.cost_step)
    inner.offer(np.searchsorted(kept, np.intersect1d(best, kept)))
    _follow(inner, [np.searchsorted(kept, np.intersect1d(rows, kept)) for rows in picks], effort)
    if inner.rows is not None and not inner.is_late():
        _polished(inner, effort)
        if whole.gain or whole.budget < np.inf:
            urgency = URGENCIES[-1] if whole.gain else 1.0
            _shake(inner, floor_search.field(part, urgency), divisors(part)[-1], effort, seed)
        else:
            _undercut(inner, effort=effort, seed=seed)
    search.timed_out = search.timed_out or inner.timed_out
    if inner.rows is not None:
        search.offer(kept[inner.rows])


def _joined(picks: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Return all rows of some picks."""
    return np.unique(np.concatenate([np.empty(0, dtype=np.int64), *picks]))


def _polished(search: Search, effort: float) -> None:
    """Swap the best choice."""
    whole = search.whole
    if search.rows is None or not whole.gain:
        return
    f = floor_search.field(whole, URGENCIES[-1])
    s = floor_search.empty_state(whole)
    most = floor_search.all_scores(f, s)
    floor_search.move_to(f, s, search.rows)
    _polish(search, f, s, divisors(whole)[-1], most, effort)


def _polish(
    search: Search,
    f: floor_search.Field,
    s: floor_search.State,
    divisor: NDArray[np.float64],
    most: NDArray[np.float64],
    effort: float,
) -> None:
    """Swap and prune the choice under construction, and offer it."""
    whole = search.whole
    if whole.gain:
        left = SWAP_WORK * effort
        for _ in range(SWAP_PASSES):
            changed = False
            for site in np.flatnonzero(s.chosen):
                left -= whole.matrix.nnz
                if left < 0.0 or search.is_late():
                    break
                changed |= floor_search.swap(f, s, int(site), most)
            floor_search.fill(f, s, divisor, most)
            if not changed or left < 0.0 or search.is_late():
                break
    else:
        _prune(whole, f, s)
    search.offer(np.flatnonzero(s.chosen))


def _rounds(search: Search, effort: float) -> int:
    """Return how many rounds of dropping and filling the effort allows."""
    sites = 0 if search.rows is None else len(search.rows)
    by_work = SHAKE_WORK / search.whole.matrix.nnz
    return round(effort * min(SHAKE_ROUNDS, SHAKE_PER_SITE * sites, by_work))


def _undercut(search: Search, *, effort: float, seed: int) -> None:
    """Try to meet the floors with less money than the best choice, a little less each time.

    Given the money, the most of what is asked for is sought; cheaper choices come of that sooner
    than of making a choice that meets everything cheaper step by step.
    """
    whole = search.whole
    rng = np.random.default_rng(seed)
    rounds = _rounds(search, effort)
    while rounds > 0 and -search.value > 0.0 and not search.is_late():
        before = search.value
        cheaper = -before - max(search.cost_step, UNDERCUT_SHARE * -before)
        inner = replace(
            whole,
            gain=1.0,
            price=np.zeros(whole.n_candidates),
            cost=whole.price,
            budget=cheaper * (1.0 + ROUNDING_SHARE),
        )
        f, s = floor_search.field(inner, 1.0), floor_search.empty_state(inner)
        rounds = _met_within(search, inner, f, s, rounds, rng)
        _prune(whole, f, s)
        search.offer(np.flatnonzero(s.chosen))
        if search.value <= before:
            return


def _met_within(
    search: Search,
    inner: FloorProblem,
    f: floor_search.Field,
    s: floor_search.State,
    rounds: int,
    rng: np.random.Generator,
) -> int:
    """Search for a choice that meets the floors within the budget; return the rounds left."""
    most = floor_search.all_scores(f, s)
    divisor = divisors(inner)[-1]
    if search.rows is not None:
        floor_search.move_to(f, s, search.rows)
    while s.left[1] < 0.0 and s.chosen.any():
        chosen = np.flatnonzero(s.chosen)
        losses = floor_search.losses(f, s, chosen) / np.maximum(inner.cost[chosen], 1e-300)
        floor_search.toggle(f, s, int(chosen[losses.argmin()]))
    if len(inner.floor) == 0:
        return _plain(search, inner, f, s, rounds, int(rng.integers(2**31)))
    floor_search.fill(f, s, divisor, most)
    changed = True
    while changed and not floor_search.is_met(f, s) and not search.is_late():
        changed = False
        for site in np.flatnonzero(s.chosen):
            changed |= floor_search.swap(f, s, int(site), most)
        floor_search.fill(f, s, divisor, most)
    total = _total(inner, f, s)
    while rounds > 0 and not floor_search.is_met(f, s) and not search.is_late():
        rounds -= 1
        if s.chosen.all():
            return 0
        before = np.flatnonzero(s.chosen)
        _ruin(inner, f, s, rng)
        floor_search.fill(f, s, divisor * rng.uniform(0.8, 1.25, len(divisor)), most)
        found = _total(inner, f, s)
        if found < total:
            floor_search.move_to(f, s, before)
        else:
            total = found
    return rounds


def _plain(
    search: Search,
    inner: FloorProblem,
    f: floor_search.Field,
    s: floor_search.State,
    rounds: int,
    seed: int,
) -> int:
    """Search for a choice that meets the target alone, as for a plain cover of most weight."""
    reach = Reach(f.start, f.demand, *transposed(f.start, f.demand, len(f.weight)), f.weight)
    cover = Cover(
        matrix=inner.matrix,
        reach=reach,
        ids=np.arange(inner.n_candidates),
        cost=inner.cost,
        group=inner.group,
        n_groups=inner.n_groups,
        max_sites=round(min(inner.max_sites, inner.n_groups)),
        budget=inner.budget,
        base_weight=0.0,
    )
    part = 0
    while True:
        rows = greedy(
            cover,
            begin=np.flatnonzero(s.chosen),
            passes=SWAP_PASSES,
            rounds=part,
            seed=seed + rounds,
            deadline=search.deadline,
        )
        floor_search.move_to(f, s, rows)
        rounds -= part * PLAIN_ROUND
        part = PLAIN_ROUNDS
        if rounds <= 0 or floor_search.is_met(f, s) or search.is_late():
            return rounds


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
    rounds = _rounds(search, effort)
    s = floor_search.empty_state(whole)
    most = floor_search.all_scores(f, s)
    floor_search.move_to(f, s, search.rows)
    for _ in range(rounds):
        if s.chosen.all() or search.is_late():
            return
        before = np.flatnonzero(s.chosen)
        old = _total(whole, f, s) if floor_search.is_met(f, s) else -np.inf
        best_surplus = float(s.covered[-1])
        _ruin(whole, f, s, rng)
        floor_search.fill(f, s, divisor * rng.uniform(0.8, 1.25, len(divisor)), most)
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


def _follow(search: Search, picks: list[NDArray[np.int64]], effort: float) -> None:
    """Turn what the relaxation picked into choices."""
    whole = search.whole
    f = floor_search.field(whole, URGENCIES[-1] if whole.gain else 1.0)
    divisor = divisors(whole)[-1]
    most = floor_search.all_scores(f, floor_search.empty_state(whole))
    for rows in picks:
        s = floor_search.empty_state(whole)
        for i in rows:
            if floor_search.fits(f, s, int(i)):
                floor_search.toggle(f, s, int(i))
        floor_search.fill(f, s, divisor, most)
        _polish(search, f, s, divisor, most, effort / len(picks))
        if search.is_late():
            return
