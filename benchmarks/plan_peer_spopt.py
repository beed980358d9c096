"""How does spopt choose the sites of a maximal cover?"""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Final

import numpy as np

from plan_cases import Found, covered, load_cover
from plan_process import BEGIN, BUILT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from plan_cases import Planar

__all__ = ["run_spopt"]

_LEAST_S: Final = 0.1


def run_spopt(path: Path, case: Planar, limit_s: float, say: Callable[[str], None]) -> Found:
    """Solve a case with spopt's MCLP, HiGHS by way of PuLP as its solver.

    It wants a dense matrix of costs, demand by candidates: 0 where reached, 1 elsewhere, in bytes.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pulp  # noqa: PLC0415 - optional, and slow to load
        from spopt.locate import MCLP  # noqa: PLC0415 - optional, and slow to load
    cover = load_cover(path)
    cost = np.ones(cover.reach.shape[::-1], dtype=np.uint8)
    candidate, demand = cover.reach.nonzero()
    cost[demand, candidate] = 0
    say(BEGIN)
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    model = MCLP.from_cost_matrix(cost, cover.weight, service_radius=0, p_facilities=case.sites)
    say(BUILT)
    left_s = max(limit_s - (time.perf_counter() - wall_s), _LEAST_S)
    asked = {"gapRel": case.asked_share, "timeLimit": left_s, "threads": 1}
    model.problem.solve(pulp.HiGHS(msg=False, **asked))
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    taken = [pulp.value(one) for one in model.fac_vars]
    if None in taken:
        return Found(float("nan"), float("nan"), cpu_s, wall_s)
    chosen = np.flatnonzero(np.rint(taken))
    solver = getattr(model.problem, "solverModel", None)
    bound = abs(solver.getInfo().mip_dual_bound) if solver is not None else float("nan")
    return Found(covered(cover, chosen, case.sites), bound, cpu_s, wall_s)
