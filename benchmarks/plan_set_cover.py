"""Does infraplan prove the published optima of set covering, and how fast?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from figures import markdown
from infraplan.optim import set_cover
from plan_cases import INSTANCES, published_optima, read_set_cover
from plan_process import BEGIN, in_time

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["set_cover_table"]

_LIMIT_S: Final = 30.0
_GRACE_S: Final = 10.0
_QUICK_FILES: Final = 1

Cost = tuple[float, float, float]
"""Cost of the choice, a bound on it, and the CPU time, s."""


def set_cover_table(*, peers: bool, quick: bool) -> str:
    """Run every published instance, or say that they are absent."""
    optima = published_optima("scp", "optimum")
    if not optima:
        return "The published instances are not beside this checkout (`../shared/instances`)."
    rows = []
    for name in sorted(optima)[: _QUICK_FILES if quick else None]:
        path = INSTANCES / "scp" / f"{name}.txt"
        reach, _ = read_set_cover(path)
        cells = [name, f"{reach.shape[1]} x {reach.shape[0]:,}", f"{optima[name]:g}"]
        for solve in (run_own, run_highs) if peers else (run_own,):
            run = in_time(solve, path, limit_s=_LIMIT_S + _GRACE_S)
            run = run.or_fail() if solve is run_own else run
            cells += _cells(run.result, run.ended, optima[name])
            cells += [f"{run.peak_mb:,.0f}"]
        rows.append([*cells, *([] if peers else ["not run", "", "", ""])])
    header = [
        "instance", "rows x columns", "optimum", "infraplan", "certified gap", "CPU, s",
        "memory, MB", "HiGHS (SciPy)", "certified gap", "CPU, s", "memory, MB",
    ]  # fmt: skip
    return markdown(header, rows)


def _cells(found: Cost | None, ended: str, optimum: float) -> list[str]:
    """Write cost, gap and time; a bound beyond the optimum is a fault that stops the run."""
    if found is None:
        return [ended, "", ""]
    cost, bound, cpu_s = found
    if not bound * (1.0 - 1e-9) <= optimum <= cost * (1.0 + 1e-9):
        raise RuntimeError(f"the optimum {optimum} is not between {bound} and {cost}")
    return [f"{cost:g}", f"{1.0 - bound / cost:.2%}", f"{cpu_s:.2f}"]


def run_own(path: Path, say: Callable[[str], None]) -> Cost:
    """Solve an instance with infraplan."""
    reach, cost = read_set_cover(path)
    weight = np.ones(reach.shape[1])
    set_cover.solve(reach, weight, cost=cost, share=1.0, gap_share=0.0, effort=0.05)
    say(BEGIN)
    cpu_s = time.process_time()
    found = set_cover.solve(
        reach, weight, cost=cost, share=1.0, gap_share=0.0, time_limit_s=_LIMIT_S
    )
    cpu_s = time.process_time() - cpu_s
    if not (reach[found.chosen].sum(axis=0) > 0).all():
        raise RuntimeError(f"{path.name}: some rows are not covered")
    return float(cost[found.chosen].sum()), found.lower_bound, cpu_s


def run_highs(path: Path, say: Callable[[str], None]) -> Cost:
    """Solve an instance with the HiGHS that comes with SciPy."""
    reach, cost = read_set_cover(path)
    say(BEGIN)
    cpu_s = time.process_time()
    found = milp(
        cost,
        integrality=np.ones(len(cost)),
        bounds=Bounds(0.0, 1.0),
        constraints=LinearConstraint(reach.T.tocsc(), lb=np.ones(reach.shape[1])),
        options={"time_limit": _LIMIT_S, "mip_rel_gap": 0.0},
    )
    cpu_s = time.process_time() - cpu_s
    reached = float(found.fun) if found.fun is not None else float("inf")
    return reached, float(found.mip_dual_bound), cpu_s
