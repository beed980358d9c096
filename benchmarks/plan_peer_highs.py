"""How does the plain solver choose the sites of a maximal cover?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

from infraplan.optim.cover_model import merge_demand
from infraplan.optim.milp import Milp, maximize
from plan_cases import Cover, Found, covered, load_cover
from plan_process import BEGIN, BUILT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from plan_cases import Planar

__all__ = ["run_highs", "run_highs_merged"]

_NO_WORK_LIMIT: Final = 10**9
_LEAST_S: Final = 0.1


def run_highs(path: Path, case: Planar, limit_s: float, say: Callable[[str], None]) -> Found:
    """Solve a case with HiGHS alone, a column for each demand."""
    cover = load_cover(path)
    say(BEGIN)
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    return _solve(cover, cover, case, limit_s, say, wall_s, cpu_s)


def run_highs_merged(path: Path, case: Planar, limit_s: float, say: Callable[[str], None]) -> Found:
    """Solve a case with HiGHS alone, demand that the same candidates reach in one column."""
    cover = load_cover(path)
    merge_demand(cover.reach[:2], cover.weight)
    say(BEGIN)
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    merged = Cover(*merge_demand(cover.reach, cover.weight))
    return _solve(merged, cover, case, limit_s, say, wall_s, cpu_s)


def _solve(
    modelled: Cover,
    cover: Cover,
    case: Planar,
    limit_s: float,
    say: Callable[[str], None],
    wall_s: float,
    cpu_s: float,
) -> Found:
    """Solve a model as it stands, and count its choice in the whole case."""
    model = _model(modelled, case.sites)
    say(BUILT)
    left_s = max(limit_s - (time.perf_counter() - wall_s), _LEAST_S)
    found = maximize(
        model, gap_share=case.asked_share, check_limit=_NO_WORK_LIMIT, time_limit_s=left_s
    )
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    if found.point is None:
        return Found(float("nan"), found.upper_bound, cpu_s, wall_s)
    chosen = np.flatnonzero(np.rint(found.point[: model.n_integer]))
    return Found(covered(cover, chosen, case.sites), found.upper_bound, cpu_s, wall_s)


def _model(cover: Cover, sites: int) -> Milp:
    """Write the textbook's model: maximise w y, y_j at most the sum of x that reach j."""
    candidates, demand = cover.reach.shape
    serve = sparse.hstack([-cover.reach.T.astype(np.float64), sparse.eye_array(demand)])
    number = sparse.csr_array(np.r_[np.ones(candidates), np.zeros(demand)][None])
    return Milp(
        objective=np.concatenate([np.zeros(candidates), cover.weight]),
        matrix=sparse.csc_array(sparse.vstack([serve, number])),
        row_upper=np.concatenate([np.zeros(demand), [float(sites)]]),
        n_integer=candidates,
    )
