"""Does a choice with floors keep them, and is its bound above the best such choice?"""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, sparse

from infraplan.errors import InfeasibleError
from infraplan.optim.cover_floor import solve_with_floors

if TYPE_CHECKING:
    from infraplan.optim.cover_solution import Solution

TINY = 1e-9


@dataclass(frozen=True)
class Case:
    """A small problem in plain sets, with nothing of the solver in it."""

    reach: list[set[int]]
    weight: list[float]
    cost: list[float]
    groups: list[int]
    fixed: tuple[int, ...]
    zone: list[int]
    floor: list[float]
    max_sites: int | None
    budget: float | None

    def matrix(self) -> sparse.csr_array:
        dense = np.zeros((len(self.reach), len(self.weight)), dtype=np.int8)
        for row, reached in enumerate(self.reach):
            dense[row, sorted(reached)] = 1
        return sparse.csr_array(dense)

    def covered(self, chosen: tuple[int, ...], zone: int | None = None) -> float:
        seen = set().union(*(self.reach[i] for i in (*chosen, *self.fixed)))
        return math.fsum(self.weight[j] for j in seen if zone is None or self.zone[j] == zone)

    def allows(self, chosen: tuple[int, ...]) -> bool:
        taken = [self.groups[i] for i in chosen if self.groups[i] >= 0]
        closed = {self.groups[i] for i in self.fixed}
        cost = sum(self.cost[i] for i in chosen)
        return (
            not set(chosen) & set(self.fixed)
            and len(taken) == len(set(taken))
            and not set(taken) & closed
            and (self.max_sites is None or len(chosen) <= self.max_sites)
            and (self.budget is None or cost <= self.budget + TINY)
            and all(self.covered(chosen, z) >= f * (1.0 - TINY) for z, f in enumerate(self.floor))
        )

    def optimum(self) -> float | None:
        sites = range(len(self.reach))
        choices = itertools.chain.from_iterable(
            itertools.combinations(sites, size) for size in range(len(self.reach) + 1)
        )
        return max((self.covered(c) for c in choices if self.allows(c)), default=None)

    def solve(
        self, *, gap_share: float = 0.0, effort: float = 1.0, time_limit_s: float = 60.0
    ) -> Solution:
        return solve_with_floors(
            self.matrix(),
            np.array(self.weight),
            max_sites=self.max_sites,
            cost=np.array(self.cost),
            budget=self.budget,
            fixed=np.array(self.fixed, dtype=np.int64),
            groups=np.array(self.groups),
            service_group=np.array(self.zone),
            service_floor=np.array(self.floor),
            gap_share=gap_share,
            deadline=time.perf_counter() + time_limit_s,
            effort=effort,
            seed=0,
        )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    n_sites, n_demand = draw(st.integers(1, 7)), draw(st.integers(1, 10))
    numbers = st.one_of(st.integers(0, 20).map(float), st.floats(0.0, 1e6, allow_subnormal=False))
    weight = [draw(numbers) for _ in range(n_demand)]
    zone = [draw(st.integers(-1, 1)) for _ in range(n_demand)]
    total = [sum(w for w, z in zip(weight, zone, strict=True) if z == k) for k in range(2)]
    return Case(
        reach=[draw(st.sets(st.integers(0, n_demand - 1))) for _ in range(n_sites)],
        weight=weight,
        cost=[draw(st.sampled_from([0.0, 1.0, 2.5, 7.0])) for _ in range(n_sites)],
        groups=[draw(st.integers(-1, 2)) for _ in range(n_sites)],
        fixed=tuple(sorted(draw(st.sets(st.integers(0, n_sites - 1), max_size=1)))),
        zone=zone,
        floor=[draw(st.sampled_from([0.0, 0.3, 0.6, 1.0])) * t for t in total],
        max_sites=draw(st.sampled_from([None, 1, 2, 3])),
        budget=draw(st.sampled_from([None, 0.0, 3.0, 6.0, 9.5])),
    )


@settings(max_examples=50, deadline=None)
@given(cases(), st.sampled_from([1.0, 0.01]))
def test_bound_is_above_the_optimum_and_floors_are_kept(case: Case, effort: float) -> None:
    optimum = case.optimum()
    if optimum is None:
        with pytest.raises(InfeasibleError):
            case.solve()
        return
    solution = case.solve(effort=effort)
    chosen = tuple(solution.chosen.tolist())
    assert case.allows(chosen)
    assert solution.covered_weight == pytest.approx(case.covered(chosen), rel=TINY)
    assert solution.covered_weight <= optimum * (1.0 + TINY)
    assert solution.upper_bound >= optimum * (1.0 - TINY)
    if solution.status == "optimal":
        assert solution.covered_weight >= optimum * (1.0 - 2e-6)


def middling() -> Case:
    rng = np.random.default_rng(8)
    places, people = rng.random((80, 2)), rng.random((300, 2))
    near = np.hypot(*(places[:, None] - people[None]).transpose(2, 0, 1)) < 0.15
    weight = rng.integers(1, 90, 300).astype(float)
    poor = (people < 0.4).all(axis=1)
    weight[poor] = np.ceil(weight[poor] / 10.0)
    return Case(
        reach=[set(np.flatnonzero(row).tolist()) for row in near],
        weight=weight.tolist(),
        cost=rng.integers(2, 9, 80).astype(float).tolist(),
        groups=(np.arange(80) // 2).tolist(),
        fixed=(5,),
        zone=np.where(poor, 0, -1).tolist(),
        floor=[0.7 * float(weight[poor].sum())],
        max_sites=None,
        budget=40.0,
    )


def plain_optimum(case: Case) -> float:
    """Return the optimum by a plain model."""
    matrix = case.matrix().toarray().astype(float)
    n, m = matrix.shape
    weight, zone, group = np.array(case.weight), np.array(case.zone), np.array(case.groups)
    cost = np.array(case.cost)
    cost[list(case.fixed)] = 0.0
    member = (group[None, :] == np.unique(group)[:, None]).astype(float)
    rows = [
        np.hstack([-matrix.T, np.eye(m)]),
        np.hstack([member, np.zeros((len(member), m))]),
        np.concatenate([cost, np.zeros(m)])[None, :],
        np.concatenate([np.zeros(n), -weight * (zone == 0)])[None, :],
    ]
    upper = np.concatenate([np.zeros(m), np.ones(len(member)), [case.budget, -case.floor[0]]])
    lower = np.zeros(n + m)
    lower[list(case.fixed)] = 1.0
    found = optimize.milp(
        np.concatenate([np.zeros(n), -weight]),
        integrality=np.concatenate([np.ones(n), np.zeros(m)]),
        bounds=optimize.Bounds(lower, np.ones(n + m)),
        constraints=optimize.LinearConstraint(np.vstack(rows), ub=upper),
    )
    return float(-found.fun)


def test_a_middling_problem_agrees_with_the_plain_model() -> None:
    case = middling()
    solution = case.solve()
    assert solution.status == "optimal"
    assert solution.covered_weight == pytest.approx(plain_optimum(case), rel=1e-6)
    assert case.allows(tuple(solution.chosen.tolist()))


def test_a_floor_never_raises_what_is_covered() -> None:
    case = middling()
    free = replace(case, floor=[0.0])
    assert free.solve().covered_weight >= case.solve().covered_weight
    assert not free.allows(()) or free.covered((), 0) < case.floor[0]


def test_same_input_gives_the_same_result() -> None:
    first, second = middling().solve(gap_share=0.01), middling().solve(gap_share=0.01)
    assert first.chosen.tolist() == second.chosen.tolist()
    assert first.upper_bound == second.upper_bound


def test_an_immediate_stop_is_honest() -> None:
    case = middling()
    hasty, best = case.solve(time_limit_s=1e-9), case.solve()
    assert hasty.status == "time_limit"
    assert hasty.covered_weight <= best.covered_weight <= hasty.upper_bound


def simple(**changes: object) -> Case:
    case = Case(
        reach=[{0}, {1}, {2}],
        weight=[5.0, 3.0, 2.0],
        cost=[1.0, 1.0, 4.0],
        groups=[-1, -1, -1],
        fixed=(),
        zone=[-1, 0, 1],
        floor=[3.0, 2.0],
        max_sites=2,
        budget=None,
    )
    return replace(case, **changes)  # type: ignore[arg-type]


def test_floors_come_before_weight() -> None:
    assert simple().solve().chosen.tolist() == [1, 2]


def test_an_unreachable_floor_names_its_group_and_what_is_reachable() -> None:
    with pytest.raises(InfeasibleError, match=r"service group 1 asks for 9.*reach 2: lower"):
        simple(floor=[3.0, 9.0]).solve()


def test_floors_that_exclude_each_other_name_the_sites_needed() -> None:
    with pytest.raises(InfeasibleError, match=r"0, 1 can be met one by one but not.*max_sites 2 w"):
        simple(max_sites=1).solve()


def test_a_floor_beyond_the_budget_names_the_least_budget() -> None:
    with pytest.raises(InfeasibleError, match=r"service group 1 asks for 2, at most 0.*budget 5 w"):
        simple(max_sites=None, budget=3.0).solve()
