"""Which sites reach a share of the demand at the least cost, and how sure is that?"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from infraplan.errors import ParameterError
from infraplan.optim import cover_input, floor_engine
from infraplan.optim.cover_solution import Progress, Status, status_of
from infraplan.optim.floor_model import Floors, Limits
from infraplan.optim.set_cover_run import cheapest


@dataclass(frozen=True, slots=True, eq=False)
class CoverCost:
    """A choice of least cost with its certificate.

    Attributes
    ----------
    chosen
        Candidates chosen besides the fixed ones, ascending, counted from 0.
    cost
        Their total cost; their number where no cost was given.
    lower_bound
        No choice that reaches the target costs less.
    gap_share
        (cost - lower_bound) / cost, 0 where the cost is 0.
    covered_weight
        Weight covered by chosen and fixed sites together.
    status
        As in :class:`~infraplan.optim.cover_solution.Solution`.
    """

    chosen: NDArray[np.int64]
    cost: float
    lower_bound: float
    gap_share: float
    covered_weight: float
    status: Status


def solve(
    reach: sparse.csr_array | sparse.csr_matrix,
    weight: ArrayLike,
    *,
    cost: ArrayLike | None = None,
    share: float | None = None,
    target: float | None = None,
    fixed: Sequence[int] | NDArray[np.int64] = (),
    groups: ArrayLike | None = None,
    service_group: ArrayLike | None = None,
    service_floor: ArrayLike | None = None,
    gap_share: float = 0.005,
    time_limit_s: float = 60.0,
    effort: float = 1.0,
    seed: int = 0,
    progress: Progress | None = None,
) -> CoverCost:
    """Choose the cheapest sites that cover a given weight, with a proven lower bound.

    minimise sum c_i x_i with sum w_j y_j >= target, y_j <= sum of x_i over candidates i that
    reach j, at most one x_i per group, and the floor of every service group, x binary.

    Parameters
    ----------
    reach
        Candidates by demand; any nonzero entry means "reaches".
    weight
        Weight of each demand, >= 0, shape (n_demand,); demand of weight 0 need not be covered.
    cost
        Cost of each candidate, >= 0, shape (n_candidates,); None counts sites.
    share
        Part of the total weight to cover, 0 to 1; 1 asks for every demand of weight > 0.
    target
        Weight to cover; give either ``share`` or ``target``. Sums may fall short of it by one
        part in 1e9, for rounding.
    fixed
        Candidates that stand already: they cover at no cost and close their group.
    groups
        Group of each candidate, at most one of a group is chosen; -1 means no group.
    service_group
        Group of each demand, -1 for none; needs ``service_floor``.
    service_floor
        Least weight to cover in each service group, shape (n_service_groups,).
    gap_share
        Stop when the certified gap is at most this, in [0, 1).
    time_limit_s
        Emergency stop, seconds, compilation not counted; a run that it stops is not repeatable.
    effort
        Scales the work allowed (steps, rounds, model size), > 0.
    seed
        Seed of the random exchanges and of the exact solver.
    progress
        Called with the share of the work done, 0 to 1.

    Returns
    -------
    CoverCost
        Chosen candidates and certificate.

    Raises
    ------
    ParameterError
        If shapes, signs or numbers are wrong; the message lists every fault.
    InfeasibleError
        If the target or a floor is out of reach; the message says how much is reachable.

    References
    ----------
    Caprara, Fischetti, Toth (1999), "A heuristic method for the set covering problem",
    Operations Research 47(5).

    Examples
    --------
    >>> import numpy as np
    >>> from scipy import sparse
    >>> reach = sparse.csr_array(np.array([[1, 1, 0], [0, 1, 1], [1, 1, 1]]))
    >>> found = solve(reach, [1.0, 1.0, 1.0], cost=[2.0, 2.0, 3.0], share=1.0)
    >>> found.chosen.tolist(), found.cost, found.lower_bound, found.status
    ([2], 3.0, 3.0, 'optimal')
    """
    floor_engine.warm_up()
    deadline = time.perf_counter() + time_limit_s
    matrix = sparse.csr_array(cover_input.canonical(reach))
    matrix.data = np.ones(len(matrix.data), dtype=np.int8)
    n_candidates, n_demand = matrix.shape
    weights = np.asarray(weight, dtype=np.float64)
    costs = np.ones(n_candidates) if cost is None else np.asarray(cost, dtype=np.float64)
    group = np.full(n_candidates, -1) if groups is None else np.asarray(groups)
    standing = np.unique(np.asarray(fixed, dtype=np.int64))
    zone = np.full(n_demand, -1) if service_group is None else np.asarray(service_group)
    floor = np.asarray(() if service_floor is None else service_floor, dtype=np.float64)
    faults = [
        *cover_input.array_faults(weights, "weight", n_demand),
        *cover_input.array_faults(costs, "cost", n_candidates),
        *cover_input.group_faults(group, n_candidates),
        *cover_input.fixed_faults(standing, n_candidates),
        *cover_input.run_faults(gap_share, time_limit_s, effort),
        *_target_faults(share, target),
        *_floor_faults(zone, floor, n_demand),
    ]
    if faults:
        raise ParameterError("set cover: " + "; ".join(faults))
    asked = float(weights.sum()) * share if share is not None else float(target or 0.0)
    found = cheapest(
        matrix,
        weights,
        price=costs,
        floors=Floors(zone.astype(np.int64), floor, asked),
        limits=Limits.of(n_candidates, cost=None, groups=group, max_sites=None, budget=None),
        fixed=standing,
        gap_share=gap_share,
        deadline=deadline,
        effort=effort,
        seed=seed,
        progress=progress,
    )
    seen = np.zeros(n_demand, dtype=np.bool_)
    seen[matrix[np.union1d(found.chosen, standing)].indices] = True
    return CoverCost(
        chosen=found.chosen,
        cost=found.cost,
        lower_bound=found.lower_bound,
        gap_share=found.gap_share,
        covered_weight=float(weights[seen].sum()),
        status=status_of(found.gap_share, gap_share, timed_out=found.timed_out),
    )


def _target_faults(share: float | None, target: float | None) -> list[str]:
    """Return what is wrong with the weight asked for."""
    if (share is None) == (target is None):
        return ["give exactly one of share (part of the total weight) and target (weight)"]
    if share is not None and not 0.0 <= share <= 1.0:
        return [f"share is {share}, expected 0 to 1"]
    if target is not None and not 0.0 <= target < np.inf:
        return [f"target is {target}, expected a finite number >= 0"]
    return []


def _floor_faults(zone: NDArray[np.int64], floor: NDArray[np.float64], size: int) -> list[str]:
    """Return what is wrong with the service groups and their floors."""
    faults = cover_input.array_faults(floor, "service_floor", floor.size)
    if zone.shape != (size,):
        return [*faults, f"service_group has shape {zone.shape}, expected ({size},) as weight"]
    if size and not np.issubdtype(zone.dtype, np.integer):
        return [*faults, f"service_group holds {zone.dtype}, expected integers (-1 for none)"]
    wrong = np.flatnonzero((zone < -1) | (zone >= floor.size))
    if len(wrong):
        found = f"service_group[{wrong[0]}] is {zone[wrong[0]]}"
        faults.append(f"{found}, expected -1 to {floor.size - 1}, a number into service_floor")
    return faults
