"""Which sites of limited capacity serve the most demand, and how sure is that?"""

import time

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from infraplan.errors import InfeasibleError
from infraplan.optim import capacity_search, floor_relax
from infraplan.optim.capacity_model import problem
from infraplan.optim.cover_floor import solution
from infraplan.optim.cover_solution import Solution
from infraplan.optim.floor_model import Floors, Limits


def solve_capacitated(
    matrix: sparse.csr_array,
    weight: NDArray[np.float64],
    *,
    max_sites: int | None,
    cost: NDArray[np.float64] | None,
    budget: float | None,
    fixed: NDArray[np.int64],
    groups: NDArray[np.int64] | None,
    capacity: NDArray[np.float64],
    load: NDArray[np.float64],
    gap_share: float,
    deadline: float,
    effort: float,
    seed: int,
    service_group: NDArray[np.int64] | None = None,
    service_floor: NDArray[np.float64] | None = None,
) -> Solution:
    """Choose the sites that serve the most weight within their capacities.

    maximise sum w_j z_ij with sum_i z_ij <= 1, sum_j load_j z_ij <= capacity_i x_i, 0 <= z_ij <=
    x_i where i reaches j, x within number, budget and groups, and the floor of every service
    group. Demand may be split: z_ij is the share of demand j that site i serves.

    Parameters
    ----------
    matrix
        Candidates by demand, without duplicates and stored zeros.
    weight
        Weight of each demand, >= 0, shape (n_demand,).
    max_sites, cost, budget, fixed, groups
        As in :func:`infraplan.optim.maximal_cover.solve`, well-formed; fixed sites have their
        capacity too.
    capacity
        Most load that each candidate serves, >= 0 or ``inf``, shape (n_candidates,).
    load
        Load of each demand, >= 0, shape (n_demand,).
    gap_share
        Stop when the certified gap is at most this.
    deadline
        Stop at this value of ``time.perf_counter``; compilation is not counted.
    effort
        Scales the work allowed.
    seed
        Seed of the exact solver.
    service_group, service_floor
        Service group of each demand (-1 for none) and least weight to serve in each group.

    Returns
    -------
    Solution
        ``covered_weight`` is the weight that chosen and fixed sites can serve at once.

    Raises
    ------
    InfeasibleError
        If no choice that meets the floors was found; the message names the groups.

    References
    ----------
    Pirkul, Schilling (1991), "The maximal covering location problem with capacities on total
    workload", Management Science 37(2).
    """
    began = time.perf_counter()
    capacity_search.warm_up()
    deadline += time.perf_counter() - began
    floors = Floors.of(len(weight), service_group=service_group, service_floor=service_floor)
    limits = Limits.of(
        matrix.shape[0], cost=cost, groups=groups, max_sites=max_sites, budget=budget
    )
    faults = floor_relax.out_of_reach(matrix, weight, floors, limits, fixed)
    if faults:
        raise InfeasibleError("capacitated cover: " + "; ".join(faults))
    whole = problem(matrix, weight, load, capacity, floors, limits, fixed=fixed)
    search = capacity_search.search(whole, deadline)
    capacity_search.start(search, whole, effort=effort)
    if search.rows is None:
        capacity_search.rescue(search, whole, effort=effort, seed=seed)
    if search.rows is None:
        raise InfeasibleError("capacitated cover: " + capacity_search.why_not(whole, floors))
    capacity_search.prove(search, whole, gap_share=gap_share, effort=effort, seed=seed)
    found = solution(search, gap_share)
    return Solution(
        chosen=np.setdiff1d(found.chosen, fixed),
        covered_weight=found.covered_weight,
        upper_bound=found.upper_bound,
        gap_share=found.gap_share,
        status=found.status,
    )
