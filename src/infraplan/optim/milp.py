"""What is the best mixed-integer solution, and how much better could any other be?

The single door to HiGHS. The solver runs on one thread in every call: HiGHS fixes its thread count
at the first call of a process and later models with another count return wrong results. The first
relaxation is solved by interior points, several times faster than simplex on covering models.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import highspy
import numpy as np
from highspy.highs import HighsCallbackEvent
from numpy.typing import NDArray
from scipy import sparse

FEASIBLE_POINT = 2
"""HiGHS's number for a primal solution that satisfies every row (kSolutionStatusFeasible)."""

MilpStatus = Literal["solved", "work_limit", "time_limit"]


@dataclass(frozen=True, slots=True, eq=False)
class Milp:
    """A maximisation over columns in [0, 1] with rows ``matrix @ x <= row_upper``.

    Attributes
    ----------
    objective
        Gain per unit of each column, shape (n_columns,).
    matrix
        Row coefficients, shape (n_rows, n_columns).
    row_upper
        Upper limits of the rows, shape (n_rows,).
    n_integer
        The first ``n_integer`` columns are binary, the others continuous.
    offset
        Constant added to the objective; relative gaps are measured with it.
    """

    objective: NDArray[np.float64]
    matrix: sparse.csc_array
    row_upper: NDArray[np.float64]
    n_integer: int
    offset: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class MilpResult:
    """What the solver found: a point (None without one), an upper bound, and why it stopped."""

    point: NDArray[np.float64] | None
    upper_bound: float
    status: MilpStatus


def _as_highs(model: Milp) -> highspy.HighsLp:
    """Return the model in HiGHS's own form."""
    n_rows, n_columns = model.matrix.shape
    matrix = sparse.csc_array(model.matrix)
    lp = highspy.HighsLp()
    lp.num_col_ = n_columns
    lp.num_row_ = n_rows
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.offset_ = model.offset
    lp.col_cost_ = model.objective
    lp.col_lower_ = np.zeros(n_columns)
    lp.col_upper_ = np.ones(n_columns)
    lp.row_lower_ = np.full(n_rows, -highspy.kHighsInf)
    lp.row_upper_ = model.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    lp.a_matrix_.index_ = matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data.astype(np.float64)
    kinds = [highspy.HighsVarType.kInteger] * model.n_integer
    kinds += [highspy.HighsVarType.kContinuous] * (n_columns - model.n_integer)
    lp.integrality_ = kinds
    return lp


def maximize(
    model: Milp,
    *,
    start: NDArray[np.float64] | None = None,
    gap_share: float = 0.0,
    check_limit: int = 1000,
    time_limit_s: float = 60.0,
    seed: int = 0,
) -> MilpResult:
    """Return the best point found and an upper bound that no point can exceed.

    The result depends on the time limit only when that limit is what stops the run.

    Parameters
    ----------
    model
        The programme; ``x = 0`` must be feasible.
    start
        A feasible point to begin from, shape (n_columns,), or None.
    gap_share
        Stop when (upper bound - value) / value is at most this.
    check_limit
        Stop after the solver has asked this many times whether to go on (about once per relaxation
        solved); unlike seconds this is the same in every run.
    time_limit_s
        Emergency stop, seconds.
    seed
        Seed of the solver's random choices.

    Returns
    -------
    MilpResult
        The status is "solved" when the gap was reached.
    """
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    options: dict[str, bool | int | float | str] = {
        "output_flag": False,
        "threads": 1,
        "mip_lp_solver": "ipm",
        "random_seed": seed,
        "mip_rel_gap": gap_share,
        "mip_abs_gap": 0.0,
        "time_limit": time_limit_s,
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(_as_highs(model))
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.tolist()
        solver.setSolution(solution)
    solver.cbMipInterrupt.subscribe(_stop_after(check_limit))
    solver.run()
    info = solver.getInfo()
    point = None
    if info.primal_solution_status == FEASIBLE_POINT:
        point = np.asarray(solver.getSolution().col_value, dtype=np.float64)
    return MilpResult(
        point=point,
        upper_bound=_upper_bound(model, float(info.mip_dual_bound)),
        status=_status(solver.getModelStatus()),
    )


def _stop_after(check_limit: int) -> Callable[[HighsCallbackEvent], None]:
    """Return a callback that stops the solver at its given check."""
    checks = itertools.count(1)

    def stop(event: HighsCallbackEvent) -> None:
        if next(checks) >= check_limit:
            event.interrupt()

    return stop


def _upper_bound(model: Milp, dual_bound: float) -> float:
    """Return the solver's bound, or the sum of all gains where it has none."""
    trivial = float(model.objective.clip(min=0.0).sum()) + model.offset
    return min(trivial, dual_bound) if np.isfinite(dual_bound) else trivial


def _status(status: highspy.HighsModelStatus) -> MilpStatus:
    if status == highspy.HighsModelStatus.kOptimal:
        return "solved"
    if status == highspy.HighsModelStatus.kTimeLimit:
        return "time_limit"
    return "work_limit"
