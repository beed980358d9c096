"""How close to the best choice that meets the floors does the work allowed come?"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from infraplan.optim import floor_improve, floor_search
from infraplan.optim.floor_bound import FloorBound, PlainServer, upper_bound
from infraplan.optim.floor_exact import FloorExact, solve_exact
from infraplan.optim.floor_incumbent import Search, plain_search
from infraplan.optim.floor_model import restrict

DUAL_STEPS = (50, 100, 150, 120)
"""Steps of the bound between improvements of the choice among the candidates that it keeps."""
PICKS = 4
"""Picks of the relaxation that are turned into choices each time."""
EXACT_WORK = 4e6
EXACT_ENTRIES = 150_000
"""Largest number of reach entries that the exact model takes on, at effort 1."""
CORE_CANDIDATES = 150
CORE_GAP_PART = 0.2
"""Exact models are solved this much closer than asked, as candidates outside widen the gap."""

ExactPart = Callable[[NDArray[np.int64]], FloorExact | None]
"""Solves over some rows, in the numbering of the whole; None where that is too much work."""


def prove(search: Search, *, gap_share: float, effort: float, seed: int) -> None:
    """Bound the objective, improve what the bound keeps alive, and close the gap exactly."""
    whole = search.whole
    server = PlainServer(whole.matrix)
    limits = None
    for number, steps in enumerate(DUAL_STEPS):
        limits = upper_bound(
            whole,
            server,
            known=search.value,
            target=search.target(gap_share),
            steps=max(1, round(steps * effort)),
            deadline=search.deadline,
            begin=limits,
        )
        search.bound = max(min(search.bound, limits.value), search.value)
        if search.gap_share() <= gap_share or search.is_late():
            return
        floor_improve.improve(
            search,
            limits.ceiling,
            limits.picks[:PICKS],
            effort=effort * (number + 1) / len(DUAL_STEPS),
            seed=seed + number,
        )
        if search.gap_share() <= gap_share or search.is_late():
            return
    if limits is not None:
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


def warm_up() -> None:
    """Compile the kernels (or read them from the cache), so that no time limit pays for it."""
    floor_search.warm_up()
    tiny = floor_search.tiny_problem()
    server = PlainServer(tiny.matrix)
    upper_bound(tiny, server, known=0.0, target=-np.inf, steps=2, deadline=np.inf)
    cheap = replace(tiny, gain=0.0, floor=np.zeros(0), zone=np.full(1, -1), budget=np.inf)
    search = plain_search(cheap, np.inf)
    search.offer(np.zeros(1, dtype=np.int64))
    floor_improve.improve(search, np.ones(1), [], effort=1.0, seed=0)
