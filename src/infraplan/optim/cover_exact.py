"""What does the exact model say about the candidates that could still matter?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from infraplan.optim.cover_model import Cover, is_feasible
from infraplan.optim.milp import Milp, MilpStatus, maximize

BUDGET_SCALE = 1000.0
"""Right-hand side of the scaled budget row: the solver's absolute tolerance is 1e-6."""


@dataclass(frozen=True, slots=True, eq=False)
class CoverExact:
    """Rows chosen by the exact model (None if it has none), its bound, and why it stopped."""

    rows: NDArray[np.int64] | None
    upper_bound: float
    status: MilpStatus


def _limit_rows(cover: Cover) -> tuple[list[NDArray[np.float64]], list[float]]:
    """Return the rows over candidates for number and budget, and their upper limits."""
    n = cover.n_candidates
    rows = [np.ones(n)]
    upper = [float(cover.max_sites)]
    if np.isfinite(cover.budget):
        scale = BUDGET_SCALE / cover.budget if cover.budget > 0.0 else 1.0
        rows.append(cover.cost * scale)
        upper.append(cover.budget * scale)
    return rows, upper


def _model(cover: Cover) -> tuple[Milp, NDArray[np.int64], float]:
    """Return the programme, the demand that has its own column, and the scale of the objective.

    maximise sum w_j y_j over y_j <= sum of x_i that reach j, x within number, budget and groups;
    demand that one candidate alone reaches needs no y.
    """
    n = cover.n_candidates
    reach = cover.reach
    scale = 1.0 / reach.weight.max()
    alone = np.diff(reach.back_start) == 1
    gain = np.bincount(
        reach.candidate[reach.back_start[:-1][alone]], weights=reach.weight[alone], minlength=n
    )
    shared = np.flatnonzero(~alone)
    serve = sparse.hstack(
        [-cover.matrix[:, shared].T.astype(np.float64), sparse.eye_array(len(shared))]
    )
    limits, upper = _limit_rows(cover)
    sizes = np.bincount(cover.group, minlength=cover.n_groups)
    crowded = np.flatnonzero(sizes > 1)
    entries = (np.ones(n), (cover.group, np.arange(n)))
    member = sparse.csr_array(entries, shape=(cover.n_groups, n))
    choice = sparse.vstack([sparse.csr_array(np.vstack(limits)), member[crowded]])
    matrix = sparse.vstack(
        [serve, sparse.hstack([choice, sparse.csr_array((choice.shape[0], len(shared)))])]
    )
    model = Milp(
        objective=np.concatenate([gain, reach.weight[shared]]) * scale,
        matrix=sparse.csc_array(matrix),
        row_upper=np.concatenate([np.zeros(len(shared)), upper, np.ones(len(crowded))]),
        n_integer=n,
        offset=cover.base_weight * scale,
    )
    return model, shared, scale


def _point(cover: Cover, shared: NDArray[np.int64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the solver's point that stands for a choice."""
    chosen = np.zeros(cover.n_candidates)
    chosen[rows] = 1.0
    served = cover.matrix.T.astype(np.float64) @ chosen
    return np.concatenate([chosen, (served[shared] > 0.0).astype(np.float64)])


def solve_exact(
    cover: Cover,
    *,
    start: NDArray[np.int64],
    gap_share: float,
    work_limit: float,
    time_limit_s: float,
    seed: int,
) -> CoverExact:
    """Solve the covering problem with the mixed-integer solver.

    Parameters
    ----------
    cover
        The problem, with at least one candidate.
    start
        Rows of a feasible choice to begin from.
    gap_share
        Relative gap at which the solver may stop, base weight included.
    work_limit
        Relaxations solved times entries of the model, the repeatable stop.
    time_limit_s
        Emergency stop, seconds.
    seed
        Seed of the solver.

    Returns
    -------
    CoverExact
        The upper bound excludes base weight. A point that breaks a limit by the solver's
        tolerance is not handed on.
    """
    model, shared, scale = _model(cover)
    result = maximize(
        model,
        start=_point(cover, shared, start),
        gap_share=gap_share,
        check_limit=max(1, round(work_limit / max(1, model.matrix.nnz))),
        time_limit_s=time_limit_s,
        seed=seed,
    )
    rows = None
    if result.point is not None:
        found = np.flatnonzero(np.rint(result.point[: cover.n_candidates])).astype(np.int64)
        rows = found if is_feasible(cover, found) else None
    return CoverExact(
        rows=rows,
        upper_bound=result.upper_bound / scale - cover.base_weight,
        status=result.status,
    )
