"""Which floors are the culprits, and how many sites or how much money would meet them all?"""

import time

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from infraplan.errors import InfeasibleError
from infraplan.optim import floor_relax
from infraplan.optim.floor_model import Floors, Limits, problem
from infraplan.optim.floor_relax import MET, NAMED, Factor
from infraplan.optim.set_cover_run import cheapest

ALONE_GROUPS = 10
"""So many service groups are examined one by one."""
GAP_SHARE = 0.005
"""How closely the least limits are worked out."""


def advise(
    matrix: sparse.csr_array,
    weight: NDArray[np.float64],
    floors: Floors,
    limits: Limits,
    fixed: NDArray[np.int64],
    factor: Factor,
    *,
    deadline: float,
    effort: float,
    seed: int,
) -> str:
    """Return why the floors are not met and the smallest relaxations that help.

    Groups that are impossible alone within the limits are named with what is possible. Then the
    least budget and the least number of sites that meet all floors follow, each with the other
    limit kept (or dropped, where that is said), and the largest factor on all floors.
    """
    parts = _alone(
        matrix, weight, floors, limits, fixed, deadline=deadline, effort=effort, seed=seed
    )
    groups = np.flatnonzero(floors.floor > 0.0)
    if not parts and len(groups) > 1:
        names = ", ".join(str(g) for g in groups[:NAMED])
        more = f" and {len(groups) - NAMED} more" if len(groups) > NAMED else ""
        parts.append(f"service groups {names}{more} can be met one by one but not together")
    parts.append(factor.sentence())
    n = len(limits.cost)
    if limits.budget < np.inf:
        free = Limits(np.zeros(n), limits.group, limits.max_sites, np.inf)
        price, given = limits.cost, limits.budget
        parts.append(
            _least(
                matrix, weight, floors, free, fixed, price, given, "budget", deadline, effort, seed
            )
        )
    if limits.max_sites < n:
        free = Limits(limits.cost, limits.group, n, limits.budget)
        price, given = np.ones(n), float(limits.max_sites)
        parts.append(
            _least(
                matrix,
                weight,
                floors,
                free,
                fixed,
                price,
                given,
                "max_sites",
                deadline,
                effort,
                seed,
            )
        )
    return "; ".join(part for part in parts if part)


def _alone(
    matrix: sparse.csr_array,
    weight: NDArray[np.float64],
    floors: Floors,
    limits: Limits,
    fixed: NDArray[np.int64],
    *,
    deadline: float,
    effort: float,
    seed: int,
) -> list[str]:
    """Return one sentence per service group that cannot be met even alone."""
    found = []
    for g in np.flatnonzero(floors.floor > 0.0)[:ALONE_GROUPS]:
        if time.perf_counter() > deadline:
            break
        inside = floors.zone == g
        one = Floors(np.where(inside, 0, -1), floors.floor[g : g + 1])
        whole = problem(matrix, np.where(inside, weight, 0.0), one, limits, fixed=fixed)
        if len(whole.floor) == 0:
            continue
        factor = floor_relax.largest_factor(whole, deadline=deadline, effort=effort, seed=seed)
        if factor.bound < MET:
            standing = whole.base_weight
            most = standing + factor.bound * float(whole.floor[0])
            known = standing + factor.found * float(whole.floor[0])
            found.append(
                f"service group {g} asks for {floors.floor[g]:.10g}, at most {most:.10g} can be "
                f"covered within the limits even if nothing else is ({known:.10g} is known to be)"
            )
    return found


def _least(
    matrix: sparse.csr_array,
    weight: NDArray[np.float64],
    floors: Floors,
    limits: Limits,
    fixed: NDArray[np.int64],
    price: NDArray[np.float64],
    given: float,
    name: str,
    deadline: float,
    effort: float,
    seed: int,
) -> str:
    """Return the least of one limit that meets all floors, the others kept if that is possible."""
    if time.perf_counter() > deadline:
        return f"the time limit left none to work out the least {name}"
    n = len(price)
    none = Limits(np.zeros(n), limits.group, n, np.inf)
    for kept, words in ((limits, ""), (none, " (with no other limit)")):
        try:
            found = cheapest(
                matrix,
                weight,
                price=price,
                floors=floors,
                limits=kept,
                fixed=fixed,
                gap_share=GAP_SHARE,
                deadline=deadline,
                effort=effort,
                seed=seed,
            )
        except InfeasibleError:
            continue
        if found.cost <= given:
            return ""
        return (
            f"{name} {found.cost:.10g} would do{words}; less than {found.lower_bound:.10g} cannot"
        )
    return ""
