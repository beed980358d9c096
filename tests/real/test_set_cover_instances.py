"""Do cost and bound hold on published set covering instances with known optima?"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy import sparse

from infraplan.optim import set_cover

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

pytestmark = pytest.mark.real


def read_instance(path: Path) -> tuple[sparse.csr_array, NDArray[np.float64]]:
    """Return candidates by demand and costs of a file of the OR-Library's format."""
    numbers = np.array(path.read_text(encoding="ascii").split(), dtype=np.int64)
    n_demand, n_candidates = int(numbers[0]), int(numbers[1])
    cost = numbers[2 : 2 + n_candidates].astype(np.float64)
    at = 2 + n_candidates
    rows: list[int] = []
    columns: list[int] = []
    for demand in range(n_demand):
        count = int(numbers[at])
        rows += (numbers[at + 1 : at + 1 + count] - 1).tolist()
        columns += [demand] * count
        at += 1 + count
    entries = (np.ones(len(rows)), (rows, columns))
    return sparse.csr_array(entries, shape=(n_candidates, n_demand)), cost


@pytest.mark.parametrize("name", ["scp41", "scp51", "scp61", "scpa1", "scpd1"])
def test_published_optimum_is_proven(shared: Path, name: str) -> None:
    folder = shared / "instances" / "scp"
    if not (folder / f"{name}.txt").is_file():
        pytest.skip(f"{name} is not beside this checkout (../shared/instances/scp)")
    with (folder / "optima.csv").open(encoding="utf-8", newline="") as text:
        optimum = {row["file"]: float(row["optimum"]) for row in csv.DictReader(text)}[name]
    matrix, cost = read_instance(folder / f"{name}.txt")
    weight = np.ones(matrix.shape[1])
    found = set_cover.solve(matrix, weight, cost=cost, share=1.0, gap_share=0.0, time_limit_s=600.0)
    assert (matrix[found.chosen].sum(axis=0) > 0).all()
    assert found.cost == cost[found.chosen].sum()
    assert found.lower_bound <= optimum <= found.cost
    assert found.status == "optimal"
