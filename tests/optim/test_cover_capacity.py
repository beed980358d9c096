"""Do sites keep their capacities, and is the bound above the most weight they can serve?"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, sparse

from infraplan.errors import InfeasibleError
from infraplan.optim.cover_capacity import solve_capacitated

if TYPE_CHECKING:
    from infraplan.optim.cover_solution import Solution

TINY = 1e-7


@dataclass(frozen=True)
class Case:
    """A small problem in plain lists, with nothing of the solver in it."""

    reach: list[set[int]]
    weight: list[float]
    load: list[float]
    capacity: list[float]
    cost: list[float]
    groups: list[int]
    fixed: tuple[int, ...]
    max_sites: int | None
    budget: float | None
    zone: list[int]
    floor: list[float]

    def matrix(self) -> sparse.csr_array:
        dense = np.zeros((len(self.reach), len(self.weight)), dtype=np.int8)
        for row, reached in enumerate(self.reach):
            dense[row, sorted(reached)] = 1
        return sparse.csr_array(dense)

    def served(self, chosen: tuple[int, ...]) -> float | None:
        """Return the most weight that sites can serve, by a plain linear programme."""
        pairs = [(i, j) for i in (*chosen, *self.fixed) for j in sorted(self.reach[i])]
        if not pairs:
            return 0.0 if max(self.floor, default=0.0) <= 0.0 else None
        rows = [[float(j == d) for _, j in pairs] for d in range(len(self.weight))]
        upper = [1.0] * len(self.weight)
        for site in {i for i, _ in pairs}:
            rows.append([self.load[j] * (i == site) for i, j in pairs])
            upper.append(min(self.capacity[site], sum(self.load) + 1.0))
        for z, floor in enumerate(self.floor):
            rows.append([-self.weight[j] * (self.zone[j] == z) for _, j in pairs])
            upper.append(-floor * (1.0 - 1e-9))
        gain = [-self.weight[j] for _, j in pairs]
        found = optimize.linprog(gain, A_ub=rows, b_ub=upper, bounds=(0, 1))
        return float(-found.fun) if found.status == 0 else None

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
        )

    def optimum(self) -> float | None:
        sites = range(len(self.reach))
        choices = itertools.chain.from_iterable(
            itertools.combinations(sites, size) for size in range(len(self.reach) + 1)
        )
        values = [self.served(choice) for choice in choices if self.allows(choice)]
        return max((v for v in values if v is not None), default=None)

    def solve(
        self, *, gap_share: float = 0.0, effort: float = 1.0, time_limit_s: float = 60.0
    ) -> Solution:
        return solve_capacitated(
            self.matrix(),
            np.array(self.weight),
            max_sites=self.max_sites,
            cost=np.array(self.cost),
            budget=self.budget,
            fixed=np.array(self.fixed, dtype=np.int64),
            groups=np.array(self.groups),
            capacity=np.array(self.capacity),
            load=np.array(self.load),
            gap_share=gap_share,
            deadline=time.perf_counter() + time_limit_s,
            effort=effort,
            seed=0,
            service_group=np.array(self.zone),
            service_floor=np.array(self.floor),
        )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    n_sites, n_demand = draw(st.integers(1, 5)), draw(st.integers(1, 7))
    weight = [float(draw(st.integers(0, 20))) for _ in range(n_demand)]
    own_load = [float(draw(st.integers(0, 4))) for _ in range(n_demand)]
    load = draw(st.sampled_from([weight, own_load]))
    zone = [draw(st.integers(-1, 1)) for _ in range(n_demand)]
    part = draw(st.sampled_from([0.0, 0.0, 0.2, 0.4]))
    total = [sum(w for w, z in zip(weight, zone, strict=True) if z == k) for k in range(2)]
    capacities = st.sampled_from([0.0, 1.0, 2.5, 0.3 * sum(load), np.inf])
    return Case(
        reach=[draw(st.sets(st.integers(0, n_demand - 1))) for _ in range(n_sites)],
        weight=weight,
        load=load,
        capacity=[draw(capacities) for _ in range(n_sites)],
        cost=[draw(st.sampled_from([0.0, 1.0, 2.5, 7.0])) for _ in range(n_sites)],
        groups=[draw(st.integers(-1, 2)) for _ in range(n_sites)],
        fixed=tuple(sorted(draw(st.sets(st.integers(0, n_sites - 1), max_size=1)))),
        max_sites=draw(st.sampled_from([None, 1, 2])),
        budget=draw(st.sampled_from([None, 0.0, 3.0, 9.5])),
        zone=zone,
        floor=[part * t for t in total],
    )


@settings(max_examples=50, deadline=None)
@given(cases(), st.sampled_from([1.0, 0.01]))
def test_bound_is_above_the_optimum_and_capacities_are_kept(case: Case, effort: float) -> None:
    optimum = case.optimum()
    if optimum is None:
        with pytest.raises(InfeasibleError):
            case.solve()
        return
    solution = case.solve(effort=effort)
    chosen = tuple(solution.chosen.tolist())
    slack = TINY * max(1.0, optimum)
    assert case.allows(chosen)
    most = case.served(chosen)
    assert most is not None
    assert solution.covered_weight <= most + slack
    if not any(case.floor):
        assert solution.covered_weight == pytest.approx(most, abs=slack)
    assert solution.covered_weight <= optimum + slack
    assert solution.upper_bound >= optimum - slack
    if solution.status == "optimal":
        assert solution.covered_weight >= optimum * (1.0 - 2e-6) - slack


def test_a_floor_does_not_force_demand_that_is_served_in_part() -> None:
    case = Case(
        reach=[{0}, {0, 2}, {3}, set()],
        weight=[1.0, 0.0, 2.0, 13.0],
        load=[1.0, 0.0, 2.0, 13.0],
        capacity=[1.0, 2.5, 1.0, 0.0],
        cost=[0.0, 0.0, 0.0, 0.0],
        groups=[0, 1, -1, 0],
        fixed=(),
        max_sites=None,
        budget=None,
        zone=[0, 0, 0, 0],
        floor=[3.2, 0.0],
    )
    assert case.solve().covered_weight == pytest.approx(4.0)


def middling() -> Case:
    rng = np.random.default_rng(4)
    places, people = rng.random((40, 2)), rng.random((250, 2))
    near = np.hypot(*(places[:, None] - people[None]).transpose(2, 0, 1)) < 0.2
    weight = rng.integers(1, 90, 250).astype(float)
    return Case(
        reach=[set(np.flatnonzero(row).tolist()) for row in near],
        weight=weight.tolist(),
        load=weight.tolist(),
        capacity=(rng.uniform(0.03, 0.09, 40) * weight.sum()).tolist(),
        cost=[1.0] * 40,
        groups=[-1] * 40,
        fixed=(7,),
        max_sites=9,
        budget=None,
        zone=[-1] * 250,
        floor=[],
    )


def test_a_middling_problem_reaches_the_gap_asked_for() -> None:
    case = middling()
    solution = case.solve(gap_share=0.01)
    assert solution.status in {"optimal", "gap_reached"}
    most = case.served(tuple(solution.chosen.tolist()))
    assert solution.covered_weight == pytest.approx(most, rel=1e-6)


def test_more_capacity_never_serves_less() -> None:
    case = middling()
    roomy = replace(case, capacity=[2.0 * c for c in case.capacity])
    tight, wide = case.solve(gap_share=0.01), roomy.solve(gap_share=0.01)
    assert wide.upper_bound >= tight.covered_weight


def test_same_input_gives_the_same_result() -> None:
    first, second = middling().solve(gap_share=0.01), middling().solve(gap_share=0.01)
    assert first.chosen.tolist() == second.chosen.tolist()
    assert first.upper_bound == second.upper_bound


def test_an_immediate_stop_is_honest() -> None:
    hasty, good = middling().solve(time_limit_s=1e-9), middling().solve(gap_share=0.01)
    assert hasty.status == "time_limit"
    assert hasty.covered_weight <= good.upper_bound
    assert good.covered_weight <= hasty.upper_bound


def simple(**changes: object) -> Case:
    case = Case(
        reach=[{0, 1}, {1, 2}],
        weight=[4.0, 4.0, 2.0],
        load=[4.0, 4.0, 2.0],
        capacity=[5.0, 5.0],
        cost=[1.0, 1.0],
        groups=[-1, -1],
        fixed=(),
        max_sites=None,
        budget=None,
        zone=[-1, -1, 0],
        floor=[0.0],
    )
    return replace(case, **changes)  # type: ignore[arg-type]


def test_demand_is_split_between_sites() -> None:
    solution = simple().solve()
    assert (solution.covered_weight, solution.status) == (10.0, "optimal")


def test_standing_sites_serve_within_their_capacity() -> None:
    solution = simple(fixed=(0,), max_sites=0).solve()
    assert (solution.chosen.tolist(), solution.covered_weight) == ([], 5.0)
    assert solution.status == "optimal"


def test_a_floor_beyond_the_capacity_is_an_error_that_names_it() -> None:
    with pytest.raises(InfeasibleError, match=r"service group 0 asks for 2, all .* serve 1:"):
        simple(capacity=[5.0, 1.0], floor=[2.0]).solve()


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_no_candidate_or_no_demand_gives_an_empty_choice(shape: tuple[int, int]) -> None:
    solution = solve_capacitated(
        sparse.csr_array(shape, dtype=np.int8),
        np.ones(shape[1]),
        max_sites=2,
        cost=None,
        budget=None,
        fixed=np.empty(0, dtype=np.int64),
        groups=None,
        capacity=np.ones(shape[0]),
        load=np.ones(shape[1]),
        gap_share=0.0,
        deadline=time.perf_counter() + 60.0,
        effort=1.0,
        seed=0,
    )
    assert solution.chosen.tolist() == []
    assert (solution.upper_bound, solution.status) == (0.0, "optimal")
