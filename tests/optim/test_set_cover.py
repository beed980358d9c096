"""Is the cheapest choice feasible, and does no choice cost less than its bound?"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, sparse

from infraplan.errors import InfeasibleError, ParameterError
from infraplan.optim import set_cover

if TYPE_CHECKING:
    from infraplan.optim.set_cover import CoverCost

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
    share: float

    def matrix(self) -> sparse.csr_array:
        dense = np.zeros((len(self.reach), len(self.weight)), dtype=np.int8)
        for row, reached in enumerate(self.reach):
            dense[row, sorted(reached)] = 1
        return sparse.csr_array(dense)

    def covered(self, chosen: tuple[int, ...]) -> set[int]:
        return set().union(*(self.reach[i] for i in (*chosen, *self.fixed)))

    def allows(self, chosen: tuple[int, ...]) -> bool:
        taken = [self.groups[i] for i in chosen if self.groups[i] >= 0]
        closed = {self.groups[i] for i in self.fixed}
        seen = self.covered(chosen)
        asked = self.share * math.fsum(self.weight)
        return (
            not set(chosen) & set(self.fixed)
            and len(taken) == len(set(taken))
            and not set(taken) & closed
            and math.fsum(self.weight[j] for j in seen) >= asked * (1.0 - TINY)
            and all(
                math.fsum(self.weight[j] for j in seen if self.zone[j] == z) >= f * (1.0 - TINY)
                for z, f in enumerate(self.floor)
            )
        )

    def least_cost(self) -> float | None:
        sites = range(len(self.reach))
        choices = itertools.chain.from_iterable(
            itertools.combinations(sites, size) for size in range(len(self.reach) + 1)
        )
        costs = [sum(self.cost[i] for i in choice) for choice in choices if self.allows(choice)]
        return min(costs, default=None)

    def solve(self, **options: float) -> CoverCost:
        return set_cover.solve(
            self.matrix(),
            self.weight,
            cost=self.cost,
            share=self.share,
            fixed=self.fixed,
            groups=self.groups,
            service_group=self.zone,
            service_floor=self.floor,
            **options,  # type: ignore[arg-type]
        )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    n_sites, n_demand = draw(st.integers(1, 7)), draw(st.integers(1, 10))
    numbers = st.one_of(st.integers(0, 20).map(float), st.floats(0.0, 1e6, allow_subnormal=False))
    weight = [draw(numbers) for _ in range(n_demand)]
    zone = [draw(st.integers(-1, 1)) for _ in range(n_demand)]
    part = draw(st.sampled_from([0.0, 0.0, 0.4, 1.0]))
    total = [sum(w for w, z in zip(weight, zone, strict=True) if z == k) for k in range(2)]
    return Case(
        reach=[draw(st.sets(st.integers(0, n_demand - 1))) for _ in range(n_sites)],
        weight=weight,
        cost=[draw(st.sampled_from([0.0, 1.0, 2.5, 7.0])) for _ in range(n_sites)],
        groups=[draw(st.integers(-1, 2)) for _ in range(n_sites)],
        fixed=tuple(sorted(draw(st.sets(st.integers(0, n_sites - 1), max_size=1)))),
        zone=zone,
        floor=[part * t for t in total],
        share=draw(st.sampled_from([0.0, 0.3, 0.7, 1.0])),
    )


@settings(max_examples=50, deadline=None)
@given(cases(), st.sampled_from([1.0, 0.01]))
def test_no_choice_costs_less_than_the_bound(case: Case, effort: float) -> None:
    least = case.least_cost()
    if least is None:
        with pytest.raises(InfeasibleError):
            case.solve(gap_share=0.0)
        return
    found = case.solve(gap_share=0.0, effort=effort)
    chosen = tuple(found.chosen.tolist())
    assert case.allows(chosen)
    assert found.cost == pytest.approx(sum(case.cost[i] for i in chosen))
    assert found.lower_bound <= least + TINY
    assert found.cost >= least - TINY
    weight = math.fsum(case.weight[j] for j in case.covered(chosen))
    assert found.covered_weight == pytest.approx(weight)
    if found.status == "optimal":
        assert found.cost == pytest.approx(least, rel=2e-6)


def middling(seed: int = 3) -> tuple[sparse.csr_array, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    places, people = rng.random((60, 2)), rng.random((250, 2))
    near = np.hypot(*(places[:, None] - people[None]).transpose(2, 0, 1)) < 0.2
    weight, cost = rng.integers(1, 90, 250).astype(float), rng.integers(2, 9, 60).astype(float)
    return sparse.csr_array(near), weight, cost


@pytest.mark.parametrize("share", [0.6, 0.9])
def test_partial_cover_agrees_with_the_plain_model(share: float) -> None:
    matrix, weight, cost = middling()
    n, m = matrix.shape
    serve = sparse.hstack([-matrix.T.astype(float), sparse.eye_array(m)])
    enough = sparse.csr_array(np.concatenate([np.zeros(n), -weight])[None, :])
    plain = optimize.milp(
        np.concatenate([cost, np.zeros(m)]),
        integrality=np.concatenate([np.ones(n), np.zeros(m)]),
        bounds=optimize.Bounds(0, 1),
        constraints=optimize.LinearConstraint(
            sparse.csc_array(sparse.vstack([serve, enough])),
            ub=np.concatenate([np.zeros(m), [-share * weight.sum()]]),
        ),
    )
    found = set_cover.solve(matrix, weight, cost=cost, share=share, gap_share=0.0)
    assert found.status == "optimal"
    assert found.cost == pytest.approx(plain.fun)
    assert found.lower_bound == pytest.approx(plain.fun)
    assert found.covered_weight >= share * weight.sum() * (1.0 - TINY)


def test_same_input_gives_the_same_result() -> None:
    matrix, weight, cost = middling()
    first, second = (set_cover.solve(matrix, weight, cost=cost, share=0.8) for _ in range(2))
    assert first.chosen.tolist() == second.chosen.tolist()
    assert (first.cost, first.lower_bound) == (second.cost, second.lower_bound)


def test_an_immediate_stop_still_gives_a_choice_and_a_bound() -> None:
    matrix, weight, cost = middling()
    best = set_cover.solve(matrix, weight, cost=cost, share=0.9, gap_share=0.0)
    hasty = set_cover.solve(matrix, weight, cost=cost, share=0.9, gap_share=0.0, time_limit_s=1e-9)
    assert hasty.status == "time_limit"
    assert hasty.lower_bound <= best.cost <= hasty.cost


def test_without_costs_the_fewest_sites_are_chosen() -> None:
    matrix = sparse.csr_array(np.array([[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [0, 0, 1, 1]]))
    found = set_cover.solve(matrix, np.ones(4), share=1.0)
    assert (found.chosen.tolist(), found.cost, found.lower_bound) == ([0, 3], 2.0, 2.0)


def test_what_stands_is_free_and_may_be_enough() -> None:
    found = set_cover.solve(sparse.csr_array(np.eye(2)), [3.0, 1.0], target=3.0, fixed=[0])
    assert (found.chosen.tolist(), found.cost, found.gap_share) == ([], 0.0, 0.0)
    assert (found.covered_weight, found.status) == (3.0, "optimal")


def test_demand_without_weight_need_not_be_reached() -> None:
    found = set_cover.solve(sparse.csr_array(np.array([[1, 0, 0]])), [2.0, 0.0, 0.0], share=1.0)
    assert found.chosen.tolist() == [0]


def test_an_unreachable_target_names_the_largest_share() -> None:
    matrix = sparse.csr_array(np.array([[1, 1, 0], [0, 1, 0]]))
    with pytest.raises(InfeasibleError, match=r"reach 3: ask for a share of 0\.750000"):
        set_cover.solve(matrix, [1.0, 2.0, 1.0], share=1.0)


def test_a_target_that_groups_forbid_names_the_part_that_is_possible() -> None:
    with pytest.raises(InfeasibleError, match=r"multiply all of them by 0\.6"):
        set_cover.solve(sparse.csr_array(np.eye(2)), [3.0, 2.0], share=1.0, groups=[4, 4])


def wrong_inputs() -> list[tuple[dict[str, object], str]]:
    return [
        ({}, "give exactly one of share"),
        ({"share": 0.5, "target": 1.0}, "give exactly one of share"),
        ({"share": 1.5}, r"share is 1\.5"),
        ({"target": -1.0}, r"target is -1\.0"),
        ({"share": 0.5, "cost": [1.0]}, r"cost has shape \(1,\)"),
        ({"share": 0.5, "service_group": [0, 1], "service_floor": [1.0]}, r"service_group\[1\]"),
        ({"share": 0.5, "service_group": [0]}, r"service_group has shape \(1,\)"),
        ({"share": 0.5, "service_floor": [-1.0]}, r"service_floor\[0\] is -1\.0"),
        ({"share": 2.0, "effort": 0.0}, r"effort is 0\.0.*share is 2\.0"),
    ]


@pytest.mark.parametrize(("options", "message"), wrong_inputs())
def test_wrong_input_is_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        set_cover.solve(sparse.csr_array(np.eye(2)), [1.0, 1.0], **options)  # type: ignore[arg-type]
