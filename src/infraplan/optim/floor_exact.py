"""What does the exact model say about the candidates that could still meet the floors?"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from infraplan.optim.floor_model import FloorProblem
from infraplan.optim.milp import Milp, MilpStatus, maximize

ROW_SCALE = 1000.0
"""Right-hand side of scaled rows: the solver's absolute tolerance is 1e-6."""
ROUNDING_SHARE = 1e-9
"""Relative margin added to the solver's bound."""


@dataclass(frozen=True, slots=True, eq=False)
class FloorExact:
    """Rows chosen by the exact model (None without one), its bound, and why it stopped."""

    rows: NDArray[np.int64] | None
    upper_bound: float
    status: MilpStatus


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """The programme, the demand that has a column of its own, and the scale of the objective."""

    milp: Milp
    shared: NDArray[np.int64]
    scale: float


def choice_rows(whole: FloorProblem) -> tuple[sparse.csr_array, NDArray[np.float64]]:
    """Return the rows over candidates for number, budget and groups, and their upper limits."""
    n = whole.n_candidates
    rows = [sparse.csr_array((0, n))]
    upper = []
    if whole.max_sites < whole.seat.sum():
        rows.append(sparse.csr_array(whole.seat[None, :]))
        upper.append(whole.max_sites)
    if whole.budget < whole.cost.sum():
        scale = ROW_SCALE / whole.budget if whole.budget > 0.0 else 1.0
        rows.append(sparse.csr_array(whole.cost[None, :] * scale))
        upper.append(whole.budget * scale)
    sizes = np.bincount(whole.group, minlength=whole.n_groups)
    entries = (np.ones(n), (whole.group, np.arange(n)))
    member = sparse.csr_array(entries, shape=(whole.n_groups, n))
    crowded = np.flatnonzero(sizes > 1)
    rows.append(sparse.csr_array(member[crowded]))
    upper += [1.0] * len(crowded)
    return sparse.csr_array(sparse.vstack(rows)), np.array(upper)


def need_rows(whole: FloorProblem) -> tuple[sparse.csr_array, NDArray[np.float64]]:
    """Return the weights of floors and target per demand, scaled, and what they ask for."""
    needs = np.append(whole.floor, whole.target)
    inside = np.flatnonzero(whole.zone >= 0)
    entries = (whole.weight[inside], (whole.zone[inside], inside))
    zones = sparse.csr_array(entries, shape=(len(whole.floor), len(whole.weight)))
    rows = sparse.csr_array(sparse.vstack([zones, sparse.csr_array(whole.weight[None, :])]))
    asked = np.flatnonzero(needs > 0.0)
    scale = ROW_SCALE / needs[asked]
    return sparse.csr_array(rows[asked].multiply(scale[:, None])), needs[asked] * scale


def _objective_scale(whole: FloorProblem) -> float:
    """Return what makes the objective's numbers fit the solver's tolerances."""
    if whole.gain:
        return 1.0 / float(whole.weight.max())
    top = float(whole.price.max(initial=0.0))
    whole_numbers = bool((whole.price == np.rint(whole.price)).all()) and top <= ROW_SCALE
    return 1.0 if whole_numbers or top <= 0.0 else 1.0 / top


def _model(whole: FloorProblem) -> _Model:
    """Return the programme of :class:`FloorProblem`.

    Demand that one candidate alone reaches needs no y, nor does demand that must be covered.
    """
    n = whole.n_candidates
    count = np.bincount(whole.matrix.indices, minlength=len(whole.weight))
    alone = np.flatnonzero((count == 1) & ~whole.must)
    shared = np.flatnonzero((count > 1) & ~whole.must)
    must = np.flatnonzero(whole.must)
    back = sparse.csr_array(whole.matrix.T)
    scale = _objective_scale(whole)
    needs, asked = need_rows(whole)
    sure = needs[:, must] @ np.ones(len(must))
    cover = sparse.hstack([needs[:, alone] @ back[alone], needs[:, shared]])
    choice, upper = choice_rows(whole)
    blocks = [
        sparse.hstack([-back[shared], sparse.eye_array(len(shared))]),
        sparse.hstack([-back[must], sparse.csr_array((len(must), len(shared)))]),
        -cover,
        sparse.hstack([choice, sparse.csr_array((choice.shape[0], len(shared)))]),
    ]
    right = [np.zeros(len(shared)), -np.ones(len(must)), sure - asked, upper]
    gain = whole.gain * whole.weight
    objective = np.concatenate([back[alone].T @ gain[alone] - whole.price, gain[shared]])
    milp = Milp(
        objective=objective * scale,
        matrix=sparse.csc_array(sparse.vstack(blocks)),
        row_upper=np.concatenate(right),
        n_integer=n,
        offset=float(whole.gain * whole.base_weight + gain[must].sum()) * scale,
    )
    return _Model(milp, shared, scale)


def solve_exact(
    whole: FloorProblem,
    *,
    start: NDArray[np.int64] | None,
    gap_share: float,
    work_limit: float,
    time_limit_s: float,
    seed: int,
) -> FloorExact:
    """Solve the problem with the mixed-integer solver.

    Parameters
    ----------
    whole
        The problem, with at least one candidate.
    start
        Rows of a feasible choice to begin from, None without one.
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
    FloorExact
        The rows may break a limit or a floor by the solver's tolerance; check before use.
    """
    model = _model(whole)
    point = None
    if start is not None:
        chosen = np.zeros(whole.n_candidates)
        chosen[start] = 1.0
        served = (whole.matrix.T @ chosen)[model.shared] > 0.0
        point = np.concatenate([chosen, served.astype(np.float64)])
    result = maximize(
        model.milp,
        start=point,
        gap_share=gap_share,
        check_limit=max(1, round(work_limit / max(1, model.milp.matrix.nnz))),
        time_limit_s=time_limit_s,
        seed=seed,
    )
    rows = None
    if result.point is not None:
        rows = np.flatnonzero(np.rint(result.point[: whole.n_candidates])).astype(np.int64)
    bound = result.upper_bound / model.scale
    margin = ROUNDING_SHARE * (abs(bound) + whole.gain * whole.base_weight)
    return FloorExact(
        rows=rows,
        upper_bound=bound - whole.gain * whole.base_weight + margin,
        status=result.status,
    )


def solve_factor(
    whole: FloorProblem, *, work_limit: float, time_limit_s: float, seed: int
) -> FloorExact:
    """Find the largest part of all floors and the target that some choice meets.

    maximise f with sum of w_j y_j over each zone >= f * floor, f in [0, 1], over the same choices.
    The bound and the value are that part.
    """
    free = replace(whole, must=np.zeros_like(whole.must))
    model = _model(free)
    needs, asked = need_rows(free)
    matrix = sparse.csc_array(model.milp.matrix)
    n_rows, n_columns = matrix.shape
    first = len(model.shared)
    factor = np.zeros((n_rows, 1))
    factor[first : first + needs.shape[0], 0] = asked
    upper = model.milp.row_upper.copy()
    upper[first : first + needs.shape[0]] += asked
    milp = Milp(
        objective=np.append(np.zeros(n_columns), 1.0),
        matrix=sparse.csc_array(sparse.hstack([matrix, sparse.csc_array(factor)])),
        row_upper=upper,
        n_integer=model.milp.n_integer,
    )
    result = maximize(
        milp,
        gap_share=0.0,
        check_limit=max(1, round(work_limit / max(1, matrix.nnz))),
        time_limit_s=time_limit_s,
        seed=seed,
    )
    rows = None
    if result.point is not None:
        rows = np.flatnonzero(np.rint(result.point[: whole.n_candidates])).astype(np.int64)
    return FloorExact(rows, result.upper_bound + ROUNDING_SHARE, result.status)
