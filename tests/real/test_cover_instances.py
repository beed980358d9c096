"""Do choice and bound hold on published covering instances, against a plain model?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from infraplan.optim import maximal_cover

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.real

TINY = 1e-6


def read_reach(path: Path) -> sparse.csr_array:
    """Return columns by rows of a file of the OR-Library: which column covers which row."""
    numbers = iter(path.read_text(encoding="ascii").split())
    n_rows, n_columns = int(next(numbers)), int(next(numbers))
    for _ in range(n_columns):
        next(numbers)
    reach = sparse.lil_array((n_columns, n_rows), dtype=np.int8)
    for row in range(n_rows):
        for _ in range(int(next(numbers))):
            reach[int(next(numbers)) - 1, row] = 1
    return sparse.csr_array(reach)


def bracket(reach: sparse.csr_array, weight: np.ndarray, n_sites: int) -> tuple[float, float]:
    """Return a value that can be covered and a bound on it, by the textbook model."""
    n, n_demand = reach.shape
    serve = sparse.hstack([-reach.T.astype(float), sparse.eye_array(n_demand)])
    count = sparse.csr_array(np.concatenate([np.ones(n), np.zeros(n_demand)])[None])
    found = milp(
        -np.concatenate([np.zeros(n), weight]),
        integrality=np.concatenate([np.ones(n), np.zeros(n_demand)]),
        bounds=Bounds(0.0, 1.0),
        constraints=LinearConstraint(
            sparse.vstack([serve, count]), ub=np.concatenate([np.zeros(n_demand), [n_sites]])
        ),
        options={"time_limit": 4.0, "mip_rel_gap": 0.0},
    )
    value = -float(found.fun) if found.fun is not None else 0.0
    return value, -float(found.mip_dual_bound)


@pytest.mark.parametrize("name", ["scp41", "scp51", "scp61"])
@pytest.mark.parametrize("n_sites", [8, 15])
def test_bounds_enclose_those_of_a_plain_model(shared: Path, name: str, n_sites: int) -> None:
    reach = read_reach(shared / "instances" / "scp" / f"{name}.txt")
    weight = np.random.default_rng(1).integers(1, 50, reach.shape[1]).astype(float)
    value, bound = bracket(reach, weight, n_sites)
    solution = maximal_cover.solve(reach, weight, max_sites=n_sites, gap_share=0.002, effort=0.05)
    seen = reach[solution.chosen].sum(axis=0) > 0
    assert len(solution.chosen) <= n_sites
    assert solution.covered_weight == pytest.approx(weight[seen].sum())
    assert solution.covered_weight <= bound * (1.0 + TINY)
    assert solution.upper_bound >= value * (1.0 - TINY)
    assert solution.covered_weight >= value * (1.0 - 0.02)
