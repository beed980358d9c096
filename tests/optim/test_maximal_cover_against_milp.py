"""Does the engine agree with a plain mixed-integer model, whichever way it closes the gap?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from infraplan.optim import cover_search, maximal_cover

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.optim import Solution

Kind = Literal["number", "budget", "groups", "all"]
KINDS: tuple[Kind, ...] = ("number", "budget", "groups", "all")
TINY = 1e-6


@dataclass(frozen=True)
class Problem:
    """A random problem and its limits."""

    reach: NDArray[np.bool_]
    weight: NDArray[np.float64]
    cost: NDArray[np.float64]
    groups: NDArray[np.int64]
    fixed: NDArray[np.int64]
    max_sites: int | None
    budget: float | None

    def allows(self, chosen: NDArray[np.int64]) -> bool:
        """Tell whether a choice keeps every limit."""
        taken = self.groups[chosen]
        taken = taken[taken >= 0]
        return (
            not np.isin(chosen, self.fixed).any()
            and (self.max_sites is None or len(chosen) <= self.max_sites)
            and (self.budget is None or self.cost[chosen].sum() <= self.budget * (1.0 + TINY))
            and len(np.unique(taken)) == len(taken)
            and not np.isin(taken, self.groups[self.fixed]).any()
        )

    def covered(self, chosen: NDArray[np.int64]) -> float:
        """Return the weight covered by a choice and the fixed sites."""
        return float(self.weight[self.reach[np.union1d(chosen, self.fixed)].any(axis=0)].sum())

    def solve(self, **options: float) -> Solution:
        """Return the engine's answer."""
        return maximal_cover.solve(
            sparse.csr_array(self.reach),
            self.weight,
            max_sites=self.max_sites,
            cost=self.cost,
            budget=self.budget,
            fixed=self.fixed,
            groups=self.groups,
            **options,  # type: ignore[arg-type]
        )

    def optimum(self) -> float:
        """Return the best weight by the textbook model, nothing merged or left out."""
        n, n_demand = self.reach.shape
        serve = np.hstack([-self.reach.T.astype(float), np.eye(n_demand)])
        rows, upper = [serve], [np.zeros(n_demand)]
        fixed = np.isin(np.arange(n), self.fixed)
        free = ~fixed
        if self.max_sites is not None:
            rows.append(np.concatenate([free, np.zeros(n_demand)])[None])
            upper.append(np.array([self.max_sites]))
        if self.budget is not None:
            rows.append(np.concatenate([free * self.cost, np.zeros(n_demand)])[None])
            upper.append(np.array([self.budget]))
        for group in np.unique(self.groups[self.groups >= 0]):
            members = (self.groups == group).astype(float)
            rows.append(np.concatenate([members, np.zeros(n_demand)])[None])
            upper.append(np.ones(1))
        found = milp(
            -np.concatenate([np.zeros(n), self.weight]),
            integrality=np.concatenate([np.ones(n), np.zeros(n_demand)]),
            bounds=Bounds(np.concatenate([fixed.astype(float), np.zeros(n_demand)]), 1.0),
            constraints=LinearConstraint(np.vstack(rows), ub=np.concatenate(upper)),
            options={"mip_rel_gap": 0.0},
        )
        return float(-found.fun)


def problem(kind: Kind, seed: int, *, whole: bool, radius: float = 0.25) -> Problem:
    rng = np.random.default_rng(seed)
    n, n_demand = 45, 160
    places, people = rng.random((n, 2)), rng.random((n_demand, 2))
    reach = np.hypot(*(places[:, None] - people[None]).transpose(2, 0, 1)) < radius
    limited = kind in {"budget", "all"}
    return Problem(
        reach=reach,
        weight=rng.integers(0, 60, n_demand).astype(float) if whole else rng.random(n_demand),
        cost=rng.integers(0, 8, n).astype(float),
        groups=np.arange(n) // 3 if kind in {"groups", "all"} else np.full(n, -1),
        fixed=np.array([2, 17]) if kind == "all" else np.zeros(0, dtype=np.int64),
        max_sites=None if kind == "budget" else 5,
        budget=14.0 if limited else None,
    )


def check(case: Problem, solution: Solution) -> None:
    """Compare an answer with the textbook model."""
    optimum = case.optimum()
    assert case.allows(solution.chosen)
    assert solution.covered_weight == pytest.approx(case.covered(solution.chosen), rel=1e-9)
    assert solution.covered_weight <= optimum * (1.0 + TINY)
    assert solution.upper_bound >= optimum * (1.0 - TINY)
    if solution.status == "optimal":
        assert solution.covered_weight >= optimum * (1.0 - 2.0 * TINY)


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "real"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(4))
def test_cases_alone_prove_the_optimum(
    kind: Kind, seed: int, *, whole: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cover_search, "EXACT_ENTRIES", 0)
    case = problem(kind, seed, whole=whole)
    solution = case.solve(gap_share=0.0)
    check(case, solution)
    assert solution.status == "optimal"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(10, 14))
def test_exact_models_prove_the_optimum(kind: Kind, seed: int) -> None:
    case = problem(kind, seed, whole=True)
    solution = case.solve(gap_share=0.0)
    check(case, solution)
    assert solution.status == "optimal"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("radius", [0.1, 0.25, 0.5])
@pytest.mark.parametrize(
    "options",
    [
        {"effort": 1e-3, "gap_share": 0.0},
        {"time_limit_s": 1e-9},
        {"time_limit_s": 5e-3, "gap_share": 0.0},
        {"gap_share": 0.03},
    ],
    ids=["little effort", "no time", "little time", "wide gap"],
)
def test_runs_cut_short_hold_their_certificate(
    kind: Kind, radius: float, options: dict[str, float]
) -> None:
    case = problem(kind, 30, whole=True, radius=radius)
    solution = case.solve(**options)
    check(case, solution)
    expected = (solution.upper_bound - solution.covered_weight) / solution.upper_bound
    assert solution.gap_share == pytest.approx(expected, abs=1e-9)
    if solution.status == "gap_reached":
        assert solution.gap_share <= options.get("gap_share", 0.005)


def test_cases_repeat_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cover_search, "EXACT_ENTRIES", 0)
    case = problem("all", 5, whole=False)
    first, second = case.solve(gap_share=0.0), case.solve(gap_share=0.0)
    assert first.chosen.tolist() == second.chosen.tolist()
    assert (first.covered_weight, first.upper_bound) == (
        second.covered_weight,
        second.upper_bound,
    )
