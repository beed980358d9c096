"""In which order are choice and bound of a cover brought together?"""

import time

import numpy as np
from numpy.typing import NDArray

from infraplan.optim.cover_bound import ROUNDING_SHARE, CoverBound, floored, upper_bound
from infraplan.optim.cover_branch import branch
from infraplan.optim.cover_exact import solve_exact
from infraplan.optim.cover_greedy import greedy
from infraplan.optim.cover_incumbent import Search
from infraplan.optim.cover_model import Cover, restrict, restricted, rows_of
from infraplan.optim.cover_solution import Progress

SWAP_PASSES = 20
FIRST_STEPS = 100
MORE_STEPS = 500
EARLY_CORES = 1
EARLY_STEPS = 100
EARLY_PART = 0.5
"""Part of the work of an exact model that an early one may take."""
SHAKE_ROUNDS = 60
SHAKE_CANDIDATES = 600
"""Candidates among which the best choice is shaken, at least six times the sites."""
CORE_CANDIDATES = 150
CORE_GAP_PART = 0.2
"""Exact models are solved this much closer than asked, as candidates outside widen the gap."""
EXACT_WORK = 500_000.0
LAST_EXACT_WORK = 3_000_000.0
"""Work on the exact model over everything that can still matter, at effort 1."""
EXACT_ENTRIES = 60_000
"""Largest number of reach entries that the exact model takes on, at effort 1."""
LAST_EXACT_ENTRIES = 20_000
LAST_EXACT_FACTOR = 10.0
"""What can still matter is solved again, with this much more work, where it is so small."""
SATURATED_SHARE = 0.999
"""Part of all weight from which a bound says little and better choices are what is missing."""
MOST_ROUNDS = 2000
SHAKE_WORK = 3e9
"""Entries that the long shaking may read, at effort 1; a third where not saturated."""
BRANCH_WORK = 7e10
"""Entries of the reach that the cases read, at effort 1."""
SHRINK_PART = 0.7
"""The problem is written anew once at most this part of the candidates can matter."""


def search(
    cover: Cover,
    *,
    gap_share: float,
    deadline: float,
    effort: float,
    seed: int,
    progress: Progress,
) -> tuple[Search, bool]:
    """Search for a choice and its bound until the gap is reached or the effort is spent.

    Returns
    -------
    tuple
        The best choice with its bound, and whether the clock stopped the run.
    """
    total = float(cover.reach.weight.sum()) * (1.0 + ROUNDING_SHARE)
    state = Search(cover, gap_share, np.empty(0, dtype=np.int64), 0.0, 0.0)
    if cover.n_candidates == 0 or cover.max_sites == 0:
        return state, False
    state.bound = floored(cover, total, 0.0)
    for done_share, stage in ((0.2, _begin), (0.9, _close)):
        if not state.done() and time.perf_counter() <= deadline:
            stage(state, deadline, effort, seed)
        progress(done_share)
    return state, not state.done() and time.perf_counter() > deadline


def _begin(state: Search, deadline: float, _effort: float, seed: int) -> None:
    """Find a first choice."""
    rows = greedy(
        state.cover,
        begin=np.empty(0, dtype=np.int64),
        passes=SWAP_PASSES,
        rounds=0,
        seed=seed,
        deadline=deadline,
    )
    state.offer(state.cover.ids[rows])


def _close(state: Search, deadline: float, effort: float, seed: int) -> None:
    """Bound the problem, improve the choice and close the gap on what can still matter."""
    cover, limits = _first_bound(state, deadline, effort, seed)
    if state.done():
        return
    _exact(state, cover, limits, deadline, effort, seed)
    if state.done() or time.perf_counter() > deadline:
        return
    work = SHAKE_WORK if _saturated(cover, limits) else SHAKE_WORK / 3.0
    rounds = round(effort * min(MOST_ROUNDS, work / _pass_work(cover, state)))
    _shaken(state, cover, limits, rounds, deadline, seed + 1)
    if state.done():
        return
    limits = _bounded(state, cover, limits, round(MORE_STEPS * effort), deadline)
    if state.done():
        return
    cover, limits = _shrunk(state, cover, limits)
    if cover.matrix.nnz <= LAST_EXACT_ENTRIES * effort:
        _exact(state, cover, limits, deadline, LAST_EXACT_FACTOR * effort, seed)
    if state.done() or time.perf_counter() > deadline:
        return
    bound, _ = branch(state, cover, limits, work=BRANCH_WORK * effort, deadline=deadline, seed=seed)
    state.lower(floored(state.cover, bound, state.value))


def _first_bound(
    state: Search, deadline: float, effort: float, seed: int
) -> tuple[Cover, CoverBound]:
    """Lower the bound until it rests, with a better choice early: it sets the length of steps."""
    cover = state.cover
    limits = _bounded(state, cover, None, round(FIRST_STEPS * effort), deadline)
    if state.done():
        return cover, limits
    _shaken(state, cover, limits, round(SHAKE_ROUNDS * effort), deadline, seed)
    for _ in range(EARLY_CORES):
        limits = _bounded(state, cover, limits, round(EARLY_STEPS * effort), deadline)
        if state.done() or time.perf_counter() > deadline:
            return cover, limits
        cover, limits = _shrunk(state, cover, limits)
        _rounded(state, cover, limits, round(SHAKE_ROUNDS * effort), deadline, seed)
        size = max(CORE_CANDIDATES, 3 * len(state.ids))
        _model(state, cover, limits, size, deadline, EARLY_PART * effort, seed)
        if state.done():
            return cover, limits
    limits = _bounded(state, cover, limits, round(MORE_STEPS * effort), deadline)
    if not state.done():
        cover, limits = _shrunk(state, cover, limits)
        _rounded(state, cover, limits, round(SHAKE_ROUNDS * effort), deadline, seed)
    return cover, limits


def _bounded(
    state: Search, cover: Cover, begin: CoverBound | None, steps: int, deadline: float
) -> CoverBound:
    """Lower the bound of the search by dual steps."""
    limits = upper_bound(
        cover,
        known=state.value,
        target=state.target(),
        steps=max(1, steps),
        deadline=deadline,
        begin=begin,
    )
    state.lower(limits.value)
    return limits


def _shrunk(state: Search, cover: Cover, limits: CoverBound) -> tuple[Cover, CoverBound]:
    """Return the problem over the candidates that can lead above the target, with its bound.

    Choices with any other candidate cover no more than the target.
    """
    alive = np.flatnonzero(limits.ceiling > state.target())
    if len(alive) > SHRINK_PART * cover.n_candidates or len(alive) == 0:
        return cover, limits
    part, label = restricted(cover, alive)
    kept = np.searchsorted(cover.ids, part.ids)
    placed = label >= 0
    price = np.bincount(
        label[placed], weights=limits.demand_price[placed], minlength=len(part.reach.weight)
    )
    return part, CoverBound(
        value=limits.value,
        ceiling=limits.ceiling[kept],
        resource=limits.resource[kept],
        demand_price=np.minimum(price, part.reach.weight),
        use=limits.use[kept],
    )


def _saturated(cover: Cover, limits: CoverBound) -> bool:
    """Tell whether the bound is near the weight of all demand that can be reached."""
    return limits.value >= SATURATED_SHARE * float(cover.reach.weight.sum())


def _pass_work(cover: Cover, state: Search) -> float:
    """Return about how many entries one pass of swaps over the chosen sites reads."""
    entries = float(len(cover.reach.demand))
    around = entries / cover.n_candidates * entries / max(1, len(cover.reach.weight))
    return max(1.0, len(state.ids) * (cover.n_candidates + 3.0 * around))


def _shaken(
    state: Search, cover: Cover, limits: CoverBound, rounds: int, deadline: float, seed: int
) -> None:
    """Improve the choice among the candidates of highest ceiling."""
    size = max(SHAKE_CANDIDATES, 6 * len(state.ids))
    if _saturated(cover, limits):
        size = cover.n_candidates
    order = np.argsort(-limits.ceiling, kind="stable")
    part = restrict(cover, np.union1d(order[:size], rows_of(cover, state.ids)))
    rows = greedy(
        part,
        begin=rows_of(part, state.ids),
        passes=SWAP_PASSES,
        rounds=rounds,
        seed=seed,
        deadline=deadline,
    )
    state.offer(part.ids[rows])


def _exact(
    state: Search,
    cover: Cover,
    limits: CoverBound,
    deadline: float,
    effort: float,
    seed: int,
) -> None:
    """Solve growing exact models until the gap is reached or the next one is too large.

    A model over part of the candidates bounds the choices within that part; choices with any
    other candidate are bounded by that candidate's ceiling.
    """
    size = max(CORE_CANDIDATES, 3 * len(state.ids))
    while time.perf_counter() <= deadline:
        if not _model(state, cover, limits, size, deadline, effort, seed) or state.done():
            return
        size *= 4


def _rounded(
    state: Search, cover: Cover, limits: CoverBound, rounds: int, deadline: float, seed: int
) -> None:
    """Try a choice built anew from the candidates that the relaxed choices take most."""
    size = max(CORE_CANDIDATES, 3 * len(state.ids))
    part = restrict(cover, np.sort(np.argsort(-limits.use, kind="stable")[:size]))
    if part.n_candidates == 0:
        return
    rows = greedy(
        part,
        begin=np.empty(0, dtype=np.int64),
        passes=SWAP_PASSES,
        rounds=rounds,
        seed=seed,
        deadline=deadline,
    )
    state.offer(part.ids[rows])


def _model(
    state: Search,
    cover: Cover,
    limits: CoverBound,
    size: int,
    deadline: float,
    effort: float,
    seed: int,
) -> bool:
    """Solve the exact model over the ``size`` candidates of highest ceiling; tell if more matter.

    A model beyond the size that the solver takes on is left alone.
    """
    order = np.argsort(-limits.ceiling, kind="stable")
    alive = int((limits.ceiling > state.target()).sum())
    rows = np.union1d(order[: min(size, alive)], rows_of(cover, state.ids))
    part = restrict(cover, rows)
    if part.matrix.nnz > EXACT_ENTRIES * effort or part.n_candidates == 0:
        return False
    found = solve_exact(
        part,
        start=_filled(part, rows_of(part, state.ids), seed),
        gap_share=CORE_GAP_PART * state.gap_share,
        work_limit=(LAST_EXACT_WORK if size >= alive else EXACT_WORK) * effort,
        time_limit_s=max(1e-3, deadline - time.perf_counter()),
        seed=seed,
    )
    if found.rows is not None:
        begin = rows_of(cover, part.ids[found.rows])
        state.offer(cover.ids[_filled(cover, begin, seed)])
    outside = float(np.delete(limits.ceiling, rows).max(initial=0.0))
    proven = found.upper_bound * (1.0 + ROUNDING_SHARE)
    left_out = state.value if cover is state.cover else state.target()
    bound = max(proven, min(outside, state.bound), left_out)
    state.lower(floored(state.cover, bound, state.value))
    return size < alive


def _filled(cover: Cover, begin: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Return a choice filled up and swapped once."""
    return greedy(cover, begin=begin, passes=1, rounds=0, seed=seed)
