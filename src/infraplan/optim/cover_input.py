"""Is the covering problem that was handed in well-formed, and what is left of it to decide?"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from infraplan.errors import ParameterError
from infraplan.optim.cover_model import Cover, compact, reduced_rows

BUDGET_ROUNDING_SHARE = 1e-9
"""Part of the budget by which rounding of summed costs may exceed it."""


def check(faults: list[str]) -> None:
    """Raise one error that lists every fault, if there is any."""
    if faults:
        raise ParameterError("maximal cover: " + "; ".join(faults))


def array_faults(values: NDArray[np.float64], name: str, size: int) -> list[str]:
    """Return what is wrong with an array of finite numbers >= 0."""
    if values.shape != (size,):
        return [f"{name} has shape {values.shape}, expected ({size},) to match reach"]
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0.0)))
    if len(wrong):
        first = int(wrong[0])
        return [f"{name}[{first}] is {values[first]}, expected a finite number >= 0"]
    return []


def group_faults(group: NDArray[np.int64], size: int) -> list[str]:
    """Return what is wrong with the group numbers."""
    if group.shape != (size,):
        return [f"groups has shape {group.shape}, expected ({size},) to match reach"]
    if size and not np.issubdtype(group.dtype, np.integer):
        return [f"groups holds {group.dtype}, expected integers (-1 for no group)"]
    wrong = np.flatnonzero(group < -1)
    return [f"groups[{wrong[0]}] is {group[wrong[0]]}, expected >= -1"] if len(wrong) else []


def fixed_faults(fixed: NDArray[np.int64], size: int) -> list[str]:
    """Return what is wrong with the numbers of fixed candidates."""
    wrong = fixed[(fixed < 0) | (fixed >= size)]
    return [f"fixed holds {wrong[0]}, expected 0 to {size - 1}"] if len(wrong) else []


def limit_faults(max_sites: int | None, budget: float | None, *, has_cost: bool) -> list[str]:
    """Return what is wrong with the limits on number and cost."""
    faults = []
    if max_sites is not None and max_sites < 0:
        faults.append(f"max_sites is {max_sites}, expected >= 0 or None")
    if budget is not None and not budget >= 0.0:
        faults.append(f"budget is {budget}, expected >= 0 or None")
    if budget is not None and not has_cost:
        faults.append("budget is given without cost: give the cost of each candidate")
    return faults


def run_faults(gap_share: float, time_limit_s: float, effort: float) -> list[str]:
    """Return what is wrong with the options of a run."""
    faults = []
    if not 0.0 <= gap_share < 1.0:
        faults.append(f"gap_share is {gap_share}, expected at least 0 and below 1")
    if not time_limit_s > 0.0:
        faults.append(f"time_limit_s is {time_limit_s}, expected > 0")
    if not 0.0 < effort < np.inf:
        faults.append(f"effort is {effort}, expected a finite number > 0")
    return faults


def service_faults(
    group: NDArray[np.int64], floor: NDArray[np.float64], n_demand: int
) -> list[str]:
    """Return what is wrong with the groups of demand and the least service of each."""
    if group.shape != (n_demand,):
        return [f"service_group has shape {group.shape}, expected ({n_demand},) to match reach"]
    if n_demand and not np.issubdtype(group.dtype, np.integer):
        return [f"service_group holds {group.dtype}, expected integers (-1 for no group)"]
    if floor.ndim != 1:
        return [f"service_floor has shape {floor.shape}, expected one number per group"]
    wrong = np.flatnonzero(group < -1)[:1]
    faults = [f"service_group[{first}] is {group[first]}, expected >= -1" for first in wrong]
    if group.max(initial=-1) >= len(floor):
        faults.append(
            f"service_floor has {len(floor)} numbers, expected one for each group up to "
            f"{group.max()}"
        )
    return [*faults, *array_faults(floor, "service_floor", len(floor))]


def canonical(reach: sparse.csr_array | sparse.csr_matrix) -> sparse.csr_array:
    """Return the reach sorted, without repeated entries or zeros; a copy only where needed."""
    matrix = sparse.csr_array(reach)
    if not matrix.has_canonical_format or not matrix.data.all():
        matrix = matrix.astype(np.float64, copy=True)
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
    return matrix


def problem(
    matrix: sparse.csr_array,
    weight: NDArray[np.float64],
    cost: NDArray[np.float64],
    group: NDArray[np.int64],
    fixed: NDArray[np.int64],
    max_sites: int | None,
    budget: float | None,
) -> Cover:
    """Take out what fixed sites cover and what cannot be chosen, and merge the rest."""
    n_candidates = matrix.shape[0]
    start, demand = compact(matrix)
    covered = np.zeros(matrix.shape[1], dtype=np.bool_)
    for site in fixed:
        covered[demand[start[site] : start[site + 1]]] = True
    limit = np.inf if budget is None else budget * (1.0 + BUDGET_ROUNDING_SHARE)
    own = group.max(initial=0) + 1 + np.arange(n_candidates)
    grouped = np.where(group >= 0, group, own)
    open_ = ~np.isin(grouped, grouped[fixed]) & (cost <= limit)
    rows = np.flatnonzero(open_)
    cover, _ = reduced_rows(
        start,
        demand,
        rows.astype(np.int64),
        np.where(covered, 0.0, weight),
        ids=rows.astype(np.int64),
        cost=cost[rows] if budget is not None else np.zeros(len(rows)),
        group=grouped[rows],
        max_sites=n_candidates if max_sites is None else max_sites,
        budget=float(limit),
        base_weight=float(weight[covered].sum()),
    )
    return cover
