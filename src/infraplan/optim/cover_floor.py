"""Which sites cover the most while every service group gets its floor, and how sure is that?"""

import time

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from infraplan.errors import InfeasibleError
from infraplan.optim import floor_advice, floor_engine, floor_improve, floor_relax
from infraplan.optim.cover_solution import Solution, status_of
from infraplan.optim.floor_incumbent import Search, plain_search
from infraplan.optim.floor_model import Floors, Limits, problem


def solve_with_floors(
    matrix: sparse.csr_array,
    weight: NDArray[np.float64],
    *,
    max_sites: int | None,
    cost: NDArray[np.float64] | None,
    budget: float | None,
    fixed: NDArray[np.int64],
    groups: NDArray[np.int64] | None,
    service_group: NDArray[np.int64],
    service_floor: NDArray[np.float64],
    gap_share: float,
    deadline: float,
    effort: float,
    seed: int,
) -> Solution:
    """Choose the sites that cover the most weight with at least its floor in each group.

    maximise sum w_j y_j with y_j <= sum of x_i over candidates i that reach j, sum x_i <=
    max_sites, sum c_i x_i <= budget, at most one x_i per group, sum of w_j y_j over service group
    g >= floor_g, x binary. A sum may fall short of its floor by one part in 1e9, for rounding.

    Parameters
    ----------
    matrix
        Candidates by demand, without duplicates and stored zeros.
    weight
        Weight of each demand, >= 0, shape (n_demand,).
    max_sites, cost, budget, fixed, groups
        As in :func:`infraplan.optim.maximal_cover.solve`, well-formed.
    service_group
        Service group of each demand, -1 for none, shape (n_demand,).
    service_floor
        Least weight to cover in each service group, shape (n_service_groups,).
    gap_share
        Stop when the certified gap is at most this.
    deadline
        Stop at this value of ``time.perf_counter``; compilation is not counted.
    effort
        Scales the work allowed.
    seed
        Seed of random exchanges and of the exact solver.

    Returns
    -------
    Solution
        Chosen candidates and certificate.

    Raises
    ------
    InfeasibleError
        If the floors cannot be met within the limits, or no choice that meets them was found; the
        message names the groups and the smallest relaxation that helps.
    """
    began = time.perf_counter()
    floor_engine.warm_up()
    deadline += time.perf_counter() - began
    floors = Floors.of(len(weight), service_group=service_group, service_floor=service_floor)
    limits = Limits.of(
        matrix.shape[0], cost=cost, groups=groups, max_sites=max_sites, budget=budget
    )
    faults = floor_relax.out_of_reach(matrix, weight, floors, limits, fixed)
    if faults:
        raise InfeasibleError("maximal cover: " + "; ".join(faults))
    whole = problem(matrix, weight, floors, limits, fixed=fixed)
    search = plain_search(whole, deadline)
    if whole.n_candidates == 0:
        search.offer(np.empty(0, dtype=np.int64))
    else:
        floor_improve.start(search, effort=effort)
    if search.rows is None:
        factor = floor_relax.largest_factor(whole, deadline=deadline, effort=effort, seed=seed)
        if factor.rows is None:
            advice = floor_advice.advise(
                matrix,
                weight,
                floors,
                limits,
                fixed,
                factor,
                deadline=deadline,
                effort=effort,
                seed=seed,
            )
            raise InfeasibleError("maximal cover: " + advice)
        search.offer(factor.rows)
    if whole.n_candidates == 0:
        search.bound = search.value
        return solution(search, gap_share)
    floor_engine.prove(search, gap_share=gap_share, effort=effort, seed=seed)
    return solution(search, gap_share)


def solution(search: Search, gap_share: float) -> Solution:
    """Return the best choice in the caller's numbering, with its certificate."""
    whole = search.whole
    rows = np.empty(0, dtype=np.int64) if search.rows is None else search.rows
    gap = search.gap_share()
    return Solution(
        chosen=whole.ids[rows],
        covered_weight=search.value + whole.base_weight,
        upper_bound=max(search.bound, search.value) + whole.base_weight,
        gap_share=gap,
        status=status_of(gap, gap_share, timed_out=search.timed_out),
    )
