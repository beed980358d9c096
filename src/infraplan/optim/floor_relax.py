"""Why can floors not be met, and what is the smallest relaxation that helps?"""

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from infraplan.optim import floor_engine, floor_improve
from infraplan.optim.floor_engine import EXACT_ENTRIES, EXACT_WORK
from infraplan.optim.floor_exact import solve_factor
from infraplan.optim.floor_incumbent import plain_search
from infraplan.optim.floor_model import (
    FloorProblem,
    Floors,
    Limits,
    covered_demand,
    covered_per_zone,
    keeps_limits,
    meets_floors,
)

MET = 1.0 - 1e-9
"""A factor on the floors above this counts as the whole of them."""
NAMED = 10
"""So many groups are named in a message, the rest counted."""


def out_of_reach(
    matrix: sparse.csr_array,
    weight: NDArray[np.float64],
    floors: Floors,
    limits: Limits,
    fixed: NDArray[np.int64],
) -> list[str]:
    """Return one sentence per floor that all candidates together could not meet at any cost."""
    free = Limits(limits.cost, limits.group, len(limits.cost), np.inf)
    seen = np.zeros(matrix.shape[1], dtype=np.bool_)
    seen[matrix[np.union1d(free.open_rows(fixed), fixed).astype(np.int64)].indices] = True
    left = floors.net(weight, seen)
    inside = (floors.zone >= 0) & seen
    reachable = np.bincount(
        floors.zone[inside], weights=weight[inside], minlength=len(floors.floor)
    )
    short = np.flatnonzero(reachable < floors.floor * MET)
    faults = [
        f"service group {g} asks for {floors.floor[g]:.10g}, all candidates together reach "
        f"{reachable[g]:.10g}: lower its floor to that, or add candidates"
        for g in short[:NAMED]
    ]
    if len(short) > NAMED:
        faults.append(f"and {len(short) - NAMED} more service groups")
    if left.target > 0.5e-9 * floors.target:
        total, most = float(weight.sum()), float(weight[seen].sum())
        share = most / total if total > 0.0 else 0.0
        faults.append(
            f"the target is {floors.target:.10g} of a total weight of {total:.10g}, all candidates "
            f"together reach {most:.10g}: ask for a share of {share:.6f} at most"
        )
    return faults


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """The largest part of all floors that can be met at once.

    Attributes
    ----------
    rows
        A choice that meets the floors in full, None where none was found.
    found
        Part of every floor that some choice meets.
    bound
        Part that no choice can exceed; below 1 the floors are impossible.
    """

    rows: NDArray[np.int64] | None
    found: float
    bound: float

    def sentence(self) -> str:
        """Return what is known, for a message."""
        if self.bound < MET:
            return (
                "the floors cannot be met together within the limits: multiply all of them by "
                f"{self.found:.6f} (a choice that meets this is known; {self.bound:.6f} is the "
                "most that is possible)"
            )
        return (
            "no choice that meets the floors was found with the work allowed: multiply them by "
            f"{self.found:.6f} (a choice that meets this is known), or raise effort"
        )


def met_share(whole: FloorProblem, rows: NDArray[np.int64]) -> float:
    """Return the largest part of every floor and the target that a choice meets."""
    seen = covered_demand(whole, rows)
    covered = np.append(covered_per_zone(whole, seen), whole.weight[seen].sum())
    needs = np.append(whole.floor, whole.target)
    asked = needs > 0.0
    return float(min(1.0, (covered[asked] / needs[asked]).min(initial=1.0)))


def largest_factor(whole: FloorProblem, *, deadline: float, effort: float, seed: int) -> Factor:
    """Return how much of all floors some choice meets, and a bound on that.

    One floor alone is a maximal cover of its demand; several are one exact model, if it is small
    enough.
    """
    if whole.n_candidates == 0:
        none = np.empty(0, dtype=np.int64)
        return Factor(none if meets_floors(whole, none) else None, 0.0, 0.0)
    needs = np.append(whole.floor, whole.target)
    if int((needs > 0.0).sum()) == 1:
        return _single(whole, deadline=deadline, effort=effort, seed=seed)
    if whole.matrix.nnz > EXACT_ENTRIES * effort or time.perf_counter() > deadline:
        return Factor(None, 0.0, 1.0)
    result = solve_factor(
        whole,
        work_limit=EXACT_WORK * effort,
        time_limit_s=max(1e-3, deadline - time.perf_counter()),
        seed=seed,
    )
    rows = np.empty(0, dtype=np.int64) if result.rows is None else result.rows
    if not keeps_limits(whole, rows):
        rows = np.empty(0, dtype=np.int64)
    met = rows if meets_floors(whole, rows) else None
    return Factor(met, met_share(whole, rows), min(1.0, result.upper_bound))


def _single(whole: FloorProblem, *, deadline: float, effort: float, seed: int) -> Factor:
    """Return the factor where there is one floor only."""
    inside = np.ones(len(whole.weight), dtype=np.bool_)
    need = whole.target
    if len(whole.floor):
        inside, need = whole.zone == 0, float(whole.floor[0])
    columns = np.flatnonzero(inside)
    if len(columns) == 0:
        return Factor(None, 0.0, 0.0)
    free = replace(
        whole,
        matrix=sparse.csr_array(whole.matrix[:, columns]),
        weight=whole.weight[columns],
        zone=np.full(len(columns), -1, dtype=np.int64),
        floor=np.zeros(0),
        target=0.0,
        must=np.zeros(len(columns), dtype=np.bool_),
        gain=1.0,
        price=np.zeros(whole.n_candidates),
        base_weight=0.0,
    )
    search = plain_search(free, deadline)
    floor_improve.start(search, effort=effort)
    floor_engine.prove(search, gap_share=0.0, effort=effort, seed=seed)
    rows = search.rows
    met = rows if rows is not None and meets_floors(whole, rows) else None
    return Factor(met, min(1.0, max(0.0, search.value) / need), min(1.0, search.bound / need))
