"""Which sites cover the most demand within a number or a budget, and how sure is that?"""

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from infraplan.optim import cover_input
from infraplan.optim.cover_incumbent import Search
from infraplan.optim.cover_search import search
from infraplan.optim.cover_sides import Limits, Sides
from infraplan.optim.cover_solution import OPTIMAL_GAP_SHARE, Progress, Solution, Status, status_of

__all__ = ["OPTIMAL_GAP_SHARE", "Solution", "Status", "solve"]


def solve(
    reach: sparse.csr_array | sparse.csr_matrix,
    weight: ArrayLike,
    *,
    max_sites: int | None = None,
    cost: ArrayLike | None = None,
    budget: float | None = None,
    fixed: Sequence[int] | NDArray[np.int64] = (),
    groups: ArrayLike | None = None,
    capacity: ArrayLike | None = None,
    load: ArrayLike | None = None,
    service_group: ArrayLike | None = None,
    service_floor: ArrayLike | None = None,
    gap_share: float = 0.005,
    time_limit_s: float = 60.0,
    effort: float = 1.0,
    seed: int = 0,
    progress: Progress | None = None,
) -> Solution:
    """Choose the sites that cover the most weight, with a proven upper bound.

    maximise sum_j w_j y_j with y_j <= sum of x_i over candidates i that reach j,
    sum x_i <= max_sites, sum c_i x_i <= budget, at most one x_i per group, x binary.

    Equal demand is merged and candidates that others can stand in for are dropped; a greedy
    choice is improved by swaps, Lagrangian relaxation bounds it, and exact models or cases over the
    candidates that could still matter close the gap. The same input gives the same result unless
    the time limit stops the run.

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
    capacity
        Most load each candidate can serve, >= 0, shape (n_candidates,); None for no such limit.
        Demand may then be shared between sites and served in part.
    load
        Load of each demand, >= 0, shape (n_demand,); the weight where left out.
    service_group
        Group of each demand, shape (n_demand,), counted from 0; -1 means no group.
    service_floor
        Least weight to cover of each group of demand, >= 0, shape (n_service_groups,).
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
    InfeasibleError
        If no choice can reach the service floors.

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
    matrix = cover_input.canonical(reach)
    n_candidates, n_demand = matrix.shape
    weights = np.asarray(weight, dtype=np.float64)
    costs = None if cost is None else np.asarray(cost, dtype=np.float64)
    group = None if groups is None else np.asarray(groups)
    standing = np.unique(np.asarray(fixed, dtype=np.int64))
    sides = Sides.of(weights, capacity, load, service_group, service_floor)
    cover_input.check(
        [
            *cover_input.array_faults(weights, "weight", n_demand),
            *([] if costs is None else cover_input.array_faults(costs, "cost", n_candidates)),
            *([] if group is None else cover_input.group_faults(group, n_candidates)),
            *cover_input.fixed_faults(standing, n_candidates),
            *cover_input.limit_faults(max_sites, budget, has_cost=cost is not None),
            *cover_input.run_faults(gap_share, time_limit_s, effort),
            *sides.faults(n_candidates, n_demand),
        ]
    )
    tell = progress or _ignore
    if sides.asked():
        limits = Limits(max_sites, costs, budget, standing, group)
        found = sides.solve(matrix, weights, limits, gap_share, deadline, effort, seed)
        tell(1.0)
        return found
    cover = cover_input.problem(
        matrix,
        weights,
        np.zeros(n_candidates) if costs is None else costs,
        np.full(n_candidates, -1) if group is None else group,
        standing,
        max_sites,
        budget,
    )
    tell(0.1)
    state, timed_out = search(
        cover, gap_share=gap_share, deadline=deadline, effort=effort, seed=seed, progress=tell
    )
    tell(1.0)
    return _solution(state, gap_share, timed_out=timed_out)


def _ignore(_done_share: float) -> None:
    """Take a progress report and do nothing with it."""


def _solution(state: Search, gap_share: float, *, timed_out: bool) -> Solution:
    """Return the choice with its certificate."""
    gap = state.gap()
    base = state.cover.base_weight
    return Solution(
        chosen=state.ids,
        covered_weight=state.value + base,
        upper_bound=max(state.bound, state.value) + base,
        gap_share=gap,
        status=status_of(gap, gap_share, timed_out=timed_out),
    )
