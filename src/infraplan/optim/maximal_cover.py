"""Which sites cover the most demand within a number or a budget, and how sure is that?"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from infraplan.optim import cover_input
from infraplan.optim.cover_bound import ROUNDING_SHARE, CoverBound, upper_bound
from infraplan.optim.cover_exact import solve_exact
from infraplan.optim.cover_greedy import greedy
from infraplan.optim.cover_model import Cover, covered_weight, restrict

OPTIMAL_GAP_SHARE = 1e-6
"""Gap below which a choice is called optimal: the solver's own tolerance."""

SWAP_PASSES = 20
DUAL_STEPS = 400
SHAKE_ROUNDS = 60
EXACT_WORK = 500_000.0
CORE_CANDIDATES = 150
CORE_GAP_PART = 0.2
"""Exact models are solved this much closer than asked, as candidates outside widen the gap."""
EXACT_ENTRIES = 60_000
"""Largest number of reach entries that the exact model takes on, at effort 1."""

Status = Literal["optimal", "gap_reached", "effort_limit", "time_limit"]
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A choice of sites with its certificate.

    Attributes
    ----------
    chosen
        Candidates chosen besides the fixed ones, ascending, counted from 0.
    covered_weight
        Weight covered by chosen and fixed sites together.
    upper_bound
        No choice within the limits covers more than this.
    gap_share
        (upper_bound - covered_weight) / upper_bound, 0 where the bound is 0.
    status
        "optimal"; "gap_reached": within the gap asked for; "effort_limit": the work allowed was
        done first; "time_limit": stopped by the clock, the choice may differ between runs.
    """

    chosen: NDArray[np.int64]
    covered_weight: float
    upper_bound: float
    gap_share: float
    status: Status


@dataclass(slots=True, eq=False)
class _Search:
    """The best choice and the best bound known so far, base weight excluded."""

    cover: Cover
    rows: NDArray[np.int64]
    value: float
    bound: float

    def offer(self, rows: NDArray[np.int64]) -> None:
        """Keep the rows if they cover more than the best choice."""
        value = covered_weight(self.cover, rows)
        if value > self.value:
            self.rows, self.value = rows, value

    def gap_share(self) -> float:
        """Return the certified gap, base weight included."""
        total = self.bound + self.cover.base_weight
        return max(0.0, self.bound - self.value) / total if total > 0.0 else 0.0

    def target(self, gap_share: float) -> float:
        """Return the bound that would prove the gap."""
        base = self.cover.base_weight
        return (self.value + base) / (1.0 - gap_share) - base


def solve(
    reach: sparse.csr_array | sparse.csr_matrix,
    weight: ArrayLike,
    *,
    max_sites: int | None = None,
    cost: ArrayLike | None = None,
    budget: float | None = None,
    fixed: Sequence[int] | NDArray[np.int64] = (),
    groups: ArrayLike | None = None,
    gap_share: float = 0.005,
    time_limit_s: float = 60.0,
    effort: float = 1.0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Solution:
    """Choose the sites that cover the most weight, with a proven upper bound.

    maximise sum_j w_j y_j with y_j <= sum of x_i over candidates i that reach j,
    sum x_i <= max_sites, sum c_i x_i <= budget, at most one x_i per group, x binary.

    Equal demand is merged, a greedy choice is improved by swaps, Lagrangian relaxation bounds it,
    and the exact model over the candidates that could still matter closes the gap. The same
    input gives the same result unless the time limit stops the run.

    Parameters
    ----------
    reach
        Candidates by demand; any nonzero entry means "reaches".
    weight
        Weight of each demand (people, say), >= 0, shape (n_demand,).
    max_sites
        Largest number of sites to choose, None for no such limit.
    cost
        Cost of each candidate, >= 0, shape (n_candidates,); needed with a budget.
    budget
        Largest total cost in the unit of ``cost``, None for no such limit. Sums of costs may
        exceed it by one part in 1e9, for rounding.
    fixed
        Candidates that stand already: they cover at no cost, do not count in ``max_sites`` and
        close their group.
    groups
        Group of each candidate, shape (n_candidates,); at most one of a group is chosen; -1 means
        no group.
    gap_share
        Stop when the certified gap is at most this, in [0, 1).
    time_limit_s
        Emergency stop, seconds; a run that it stops is not repeatable.
    effort
        Scales the work allowed (steps, nodes, model size), > 0.
    seed
        Seed of the exact solver.
    progress
        Called with the share of the work done, 0 to 1.

    Returns
    -------
    Solution
        Chosen candidates and certificate.

    Raises
    ------
    ParameterError
        If shapes, signs or numbers are wrong; the message lists every fault.

    References
    ----------
    Church, ReVelle (1974), "The maximal covering location problem", Papers of the Regional
    Science Association 32.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import sparse
    >>> reach = sparse.csr_array(np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 1, 1]]))
    >>> found = solve(reach, [5.0, 1.0, 1.0, 3.0], max_sites=2)
    >>> found.chosen.tolist(), found.covered_weight, found.status
    ([0, 2], 10.0, 'optimal')
    """
    deadline = time.perf_counter() + time_limit_s
    matrix = sparse.csr_array(reach, copy=True)
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    matrix.data = np.ones(len(matrix.data), dtype=np.int8)
    n_candidates, n_demand = matrix.shape
    weights = np.asarray(weight, dtype=np.float64)
    costs = np.zeros(n_candidates) if cost is None else np.asarray(cost, dtype=np.float64)
    group = np.full(n_candidates, -1) if groups is None else np.asarray(groups)
    standing = np.unique(np.asarray(fixed, dtype=np.int64))
    cover_input.check(
        [
            *cover_input.array_faults(weights, "weight", n_demand),
            *cover_input.array_faults(costs, "cost", n_candidates),
            *cover_input.group_faults(group, n_candidates),
            *cover_input.fixed_faults(standing, n_candidates),
            *cover_input.limit_faults(max_sites, budget, has_cost=cost is not None),
            *cover_input.run_faults(gap_share, time_limit_s, effort),
        ]
    )
    cover = cover_input.problem(matrix, weights, costs, group, standing, max_sites, budget)
    return _run(cover, gap_share, deadline, effort, seed, progress or _ignore)


def _ignore(_done_share: float) -> None:
    """Take a progress report and do nothing with it."""


def _run(
    cover: Cover,
    gap_share: float,
    deadline: float,
    effort: float,
    seed: int,
    progress: Progress,
) -> Solution:
    """Search for a choice and its bound until the gap is reached or the effort is spent."""
    search = _Search(cover, np.empty(0, dtype=np.int64), 0.0, 0.0)
    if cover.n_candidates == 0 or cover.max_sites == 0:
        return _solution(search, gap_share, timed_out=False)
    rounds = round(SHAKE_ROUNDS * effort)
    search.offer(greedy(cover, begin=search.rows, passes=SWAP_PASSES, rounds=rounds, seed=seed))
    progress(0.2)
    limits = upper_bound(
        cover,
        known=search.value,
        target=search.target(gap_share),
        steps=max(1, round(DUAL_STEPS * effort)),
    )
    search.bound = limits.value
    progress(0.4)
    timed_out = False
    if search.gap_share() > gap_share:
        timed_out = _close(search, limits, gap_share, deadline, effort, seed)
    progress(1.0)
    return _solution(search, gap_share, timed_out=timed_out)


def _close(
    search: _Search,
    limits: CoverBound,
    gap_share: float,
    deadline: float,
    effort: float,
    seed: int,
) -> bool:
    """Solve growing exact models until the gap is reached; tell whether the clock stopped it.

    A model over part of the candidates bounds the choices within that part; choices with any
    other candidate are bounded by that candidate's ceiling.
    """
    cover = search.cover
    order = np.argsort(-limits.ceiling, kind="stable")
    size = max(CORE_CANDIDATES, 3 * len(search.rows))
    while True:
        alive = int((limits.ceiling > search.target(gap_share)).sum())
        whole = size >= alive
        rows = np.union1d(order[: min(size, alive)], search.rows)
        part = restrict(cover, rows)
        if part.matrix.nnz > EXACT_ENTRIES * effort:
            return False
        left_s = deadline - time.perf_counter()
        if left_s <= 0.0:
            return True
        kept = np.searchsorted(cover.ids, part.ids)
        found = solve_exact(
            part,
            start=np.flatnonzero(np.isin(kept, search.rows)),
            gap_share=CORE_GAP_PART * gap_share,
            work_limit=EXACT_WORK * effort,
            time_limit_s=left_s,
            seed=seed,
        )
        if found.rows is not None:
            search.offer(greedy(cover, begin=kept[found.rows], passes=1, rounds=0, seed=seed))
        outside = np.delete(limits.ceiling, rows).max(initial=0.0)
        proven = max(found.upper_bound * (1.0 + ROUNDING_SHARE), float(outside), search.value)
        search.bound = min(search.bound, proven)
        if search.gap_share() <= gap_share or whole:
            return found.status == "time_limit"
        if found.status == "time_limit":
            return True
        size *= 4


def _solution(search: _Search, gap_share: float, *, timed_out: bool) -> Solution:
    """Return the choice in the caller's numbering, with its certificate."""
    gap = search.gap_share()
    status: Status = "time_limit" if timed_out else "effort_limit"
    if gap <= OPTIMAL_GAP_SHARE:
        status = "optimal"
    elif gap <= gap_share:
        status = "gap_reached"
    base = search.cover.base_weight
    return Solution(
        chosen=search.cover.ids[search.rows],
        covered_weight=search.value + base,
        upper_bound=max(search.bound, search.value) + base,
        gap_share=gap,
        status=status,
    )
