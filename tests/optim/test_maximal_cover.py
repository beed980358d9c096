"""Is a choice of sites feasible, is its bound above the optimum, and is it repeatable?"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from infraplan.errors import ParameterError
from infraplan.optim import maximal_cover

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.optim import Solution

TINY = 1e-6


@dataclass(frozen=True)
class Case:
    """A small problem in plain sets, with nothing of the solver in it."""

    reach: list[set[int]]
    weight: list[float]
    cost: list[float]
    groups: list[int]
    fixed: tuple[int, ...]
    max_sites: int | None
    budget: float | None

    def matrix(self) -> sparse.csr_array:
        """Return the reach as the solver takes it."""
        dense = np.zeros((len(self.reach), len(self.weight)), dtype=np.int8)
        for row, reached in enumerate(self.reach):
            dense[row, sorted(reached)] = 1
        return sparse.csr_array(dense)

    def covered(self, chosen: tuple[int, ...]) -> float:
        """Return the weight that a choice and the fixed sites cover."""
        seen = set().union(*(self.reach[i] for i in (*chosen, *self.fixed)))
        return math.fsum(self.weight[j] for j in seen)

    def allows(self, chosen: tuple[int, ...]) -> bool:
        """Tell whether a choice keeps every limit."""
        taken = [self.groups[i] for i in chosen if self.groups[i] >= 0]
        standing = {self.groups[i] for i in self.fixed}
        return (
            not set(chosen) & set(self.fixed)
            and (self.max_sites is None or len(chosen) <= self.max_sites)
            and (self.budget is None or sum(self.cost[i] for i in chosen) <= self.budget + TINY)
            and len(taken) == len(set(taken))
            and not set(taken) & standing
        )

    def optimum(self) -> float:
        """Return the best weight, by trying every choice."""
        sites = range(len(self.reach))
        choices = itertools.chain.from_iterable(
            itertools.combinations(sites, size) for size in range(len(self.reach) + 1)
        )
        return max(self.covered(choice) for choice in choices if self.allows(choice))

    def solve(self, **options: float) -> Solution:
        """Return the solver's answer."""
        return maximal_cover.solve(
            self.matrix(),
            self.weight,
            max_sites=self.max_sites,
            cost=self.cost,
            budget=self.budget,
            fixed=self.fixed,
            groups=self.groups,
            **options,  # type: ignore[arg-type]
        )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    n_sites = draw(st.integers(1, 8))
    n_demand = draw(st.integers(1, 12))
    columns = st.integers(0, n_demand - 1)
    numbers = st.one_of(st.integers(0, 20).map(float), st.floats(0.0, 1e6, allow_subnormal=False))
    return Case(
        reach=[draw(st.sets(columns)) for _ in range(n_sites)],
        weight=[draw(numbers) for _ in range(n_demand)],
        cost=[draw(st.sampled_from([0.0, 1.0, 2.5, 7.0])) for _ in range(n_sites)],
        groups=[draw(st.integers(-1, 2)) for _ in range(n_sites)],
        fixed=tuple(sorted(draw(st.sets(st.integers(0, n_sites - 1), max_size=2)))),
        max_sites=draw(st.one_of(st.none(), st.integers(0, 4))),
        budget=draw(st.one_of(st.none(), st.sampled_from([0.0, 3.0, 6.0, 9.5]))),
    )


def big_case(seed: int = 5, n_sites: int = 120, n_demand: int = 900) -> Case:
    rng = np.random.default_rng(seed)
    places, people = rng.random((n_sites, 2)), rng.random((n_demand, 2))
    near = np.hypot(*(places[:, None] - people[None]).transpose(2, 0, 1)) < 0.12
    return Case(
        reach=[set(np.flatnonzero(row).tolist()) for row in near],
        weight=rng.integers(1, 300, n_demand).astype(float).tolist(),
        cost=rng.integers(2, 9, n_sites).astype(float).tolist(),
        groups=(np.arange(n_sites) // 2).tolist(),
        fixed=(3, 30),
        max_sites=14,
        budget=50.0,
    )


@settings(max_examples=150, deadline=None)
@given(cases())
def test_bound_is_above_the_optimum_and_the_choice_is_feasible(case: Case) -> None:
    solution = case.solve(gap_share=0.0)
    chosen = tuple(solution.chosen.tolist())
    optimum = case.optimum()
    slack = TINY * max(1.0, optimum)
    assert case.allows(chosen)
    assert list(chosen) == sorted(set(chosen))
    assert solution.covered_weight == pytest.approx(case.covered(chosen), rel=1e-9)
    assert solution.covered_weight <= optimum + slack
    assert solution.upper_bound >= optimum - slack
    if solution.status == "optimal":
        assert solution.covered_weight >= optimum - 2.0 * slack


@settings(max_examples=60, deadline=None)
@given(cases())
def test_a_short_run_still_certifies_its_gap(case: Case) -> None:
    solution = case.solve(gap_share=0.1, effort=0.01)
    optimum = case.optimum()
    assert solution.upper_bound >= optimum * (1.0 - TINY)
    assert solution.covered_weight >= solution.upper_bound * (1.0 - solution.gap_share) - TINY
    if solution.status == "gap_reached":
        assert solution.gap_share <= 0.1


def test_small_problems_are_solved_to_optimality() -> None:
    case = big_case(n_sites=40, n_demand=200)
    solution = case.solve(gap_share=0.0)
    assert solution.status == "optimal"
    assert solution.upper_bound == pytest.approx(solution.covered_weight, rel=1e-6)


@pytest.mark.parametrize("limit", ["number", "budget", "both"])
def test_a_middling_problem_reaches_the_gap_asked_for(limit: str) -> None:
    case = big_case()
    solution = maximal_cover.solve(
        case.matrix(),
        case.weight,
        max_sites=None if limit == "budget" else case.max_sites,
        cost=case.cost,
        budget=None if limit == "number" else case.budget,
    )
    assert solution.status in {"optimal", "gap_reached"}
    assert 0.0 <= solution.gap_share <= 0.005


def test_same_input_gives_the_same_result() -> None:
    first, second = big_case().solve(), big_case().solve()
    assert first.chosen.tolist() == second.chosen.tolist()
    assert (first.covered_weight, first.upper_bound) == (
        second.covered_weight,
        second.upper_bound,
    )


def test_input_is_left_as_it_was() -> None:
    matrix = sparse.csr_array(np.array([[2, 0, 5], [0, 3, 0]]))
    before = matrix.toarray()
    maximal_cover.solve(matrix, [1.0, 2.0, 3.0], max_sites=1)
    assert (matrix.toarray() == before).all()


def test_stored_zeros_and_repeated_entries_mean_what_they_say() -> None:
    rows, columns, data = [0, 0, 0, 1], [0, 0, 1, 1], [1, 1, 0, 1]
    matrix = sparse.csr_matrix(sparse.coo_matrix((data, (rows, columns)), shape=(2, 2)))
    solution = maximal_cover.solve(matrix, [5.0, 4.0], max_sites=1)
    assert (solution.chosen.tolist(), solution.covered_weight) == ([0], 5.0)


@pytest.mark.parametrize(
    "options", [{"budget": 0.0, "cost": [1.0, 1.0]}, {"max_sites": 0}], ids=["budget", "number"]
)
def test_nothing_to_spend_gives_an_empty_choice(options: dict[str, float]) -> None:
    solution = maximal_cover.solve(sparse.csr_array(np.eye(2)), [1.0, 2.0], **options)  # type: ignore[arg-type]
    assert solution.chosen.tolist() == []
    assert (solution.covered_weight, solution.upper_bound) == (0.0, 0.0)
    assert (solution.gap_share, solution.status) == (0.0, "optimal")


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_no_candidate_or_no_demand_gives_an_empty_choice(shape: tuple[int, int]) -> None:
    solution = maximal_cover.solve(sparse.csr_array(shape), np.ones(shape[1]), max_sites=2)
    assert solution.chosen.tolist() == []
    assert (solution.upper_bound, solution.status) == (0.0, "optimal")


def test_fixed_sites_cover_without_being_counted() -> None:
    matrix = sparse.csr_array(np.eye(3))
    solution = maximal_cover.solve(matrix, [1.0, 5.0, 3.0], max_sites=1, fixed=[1])
    assert (solution.chosen.tolist(), solution.covered_weight) == ([2], 8.0)


def test_no_limit_takes_the_best_of_each_group() -> None:
    matrix = sparse.csr_array(np.array([[1, 0, 0], [1, 1, 0], [0, 0, 1]]))
    solution = maximal_cover.solve(matrix, [1.0, 1.0, 1.0], groups=[7, 7, -1])
    assert (solution.chosen.tolist(), solution.covered_weight) == ([1, 2], 3.0)


def test_progress_rises_to_the_end() -> None:
    seen: list[float] = []
    case = big_case()
    maximal_cover.solve(case.matrix(), case.weight, max_sites=5, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def wrong_inputs() -> list[tuple[dict[str, object], str]]:
    return [
        ({"weight": [1.0]}, r"weight has shape \(1,\), expected \(2,\)"),
        ({"weight": [1.0, -2.0]}, r"weight\[1\] is -2.0"),
        ({"weight": [math.nan, 1.0]}, r"weight\[0\] is nan"),
        ({"cost": [1.0, math.inf]}, r"cost\[1\] is inf"),
        ({"budget": 3.0}, "without cost"),
        ({"budget": math.nan, "cost": [1.0, 1.0]}, "budget is nan"),
        ({"max_sites": -1}, "max_sites is -1"),
        ({"fixed": [2]}, "fixed holds 2, expected 0 to 1"),
        ({"groups": [0]}, r"groups has shape \(1,\)"),
        ({"groups": [0, -2]}, r"groups\[1\] is -2"),
        ({"groups": [0.5, 1.0]}, "expected integers"),
        ({"gap_share": 1.0}, "gap_share is 1.0"),
        ({"effort": 0.0}, "effort is 0.0"),
        ({"time_limit_s": 0.0}, "time_limit_s is 0.0"),
        ({"max_sites": -1, "effort": 0.0}, "max_sites is -1.*effort is 0.0"),
    ]


@pytest.mark.parametrize(("options", "message"), wrong_inputs())
def test_wrong_input_is_named(options: dict[str, object], message: str) -> None:
    arguments: dict[str, object] = {"weight": [1.0, 1.0], **options}
    weight: NDArray[np.float64] = np.array(arguments.pop("weight"))
    with pytest.raises(ParameterError, match=message):
        maximal_cover.solve(sparse.csr_array(np.eye(2)), weight, **arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize("dtype", [np.bool_, np.int8, np.int64, np.float64])
@pytest.mark.parametrize("index", [np.int32, np.int64])
@pytest.mark.parametrize("kind", [sparse.csr_array, sparse.csr_matrix])
def test_the_form_of_the_matrix_does_not_matter(
    dtype: type, index: type, kind: type[sparse.csr_array]
) -> None:
    case = big_case(n_sites=40, n_demand=90)
    expected = case.solve(gap_share=0.0)
    matrix = kind(case.matrix().astype(dtype))
    matrix.indices, matrix.indptr = matrix.indices.astype(index), matrix.indptr.astype(index)
    backward = [np.flip(part) for part in np.split(matrix.indices.copy(), matrix.indptr[1:-1])]
    matrix.indices = np.concatenate(backward)
    matrix.has_sorted_indices = False
    matrix.has_canonical_format = False
    solution = maximal_cover.solve(
        matrix,
        case.weight,
        max_sites=case.max_sites,
        cost=case.cost,
        budget=case.budget,
        fixed=case.fixed,
        groups=case.groups,
        gap_share=0.0,
    )
    assert solution.chosen.tolist() == expected.chosen.tolist()
    assert solution.upper_bound == expected.upper_bound


def test_small_integers_that_sum_past_their_range_still_reach() -> None:
    data, columns = np.array([127, 127, 2], dtype=np.int8), np.array([0, 0, 0])
    matrix = sparse.csr_array((data, columns, np.array([0, 3])), shape=(1, 1))
    assert maximal_cover.solve(matrix, [4.0], max_sites=1).covered_weight == 4.0


def test_a_candidate_dearer_than_the_budget_is_left_out() -> None:
    matrix = sparse.csr_array(np.array([[1, 1, 1], [1, 0, 0], [0, 1, 0]]))
    solution = maximal_cover.solve(matrix, np.ones(3), cost=[9.0, 2.0, 0.0], budget=2.0)
    assert (solution.chosen.tolist(), solution.covered_weight) == ([1, 2], 2.0)


def test_a_wider_reach_in_another_group_does_not_stand_in_for_two() -> None:
    matrix = sparse.csr_array(np.array([[1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 0, 1]]))
    solution = maximal_cover.solve(
        matrix, [4.0, 4.0, 1.0, 9.0], max_sites=2, groups=[-1, 5, 5], gap_share=0.0
    )
    assert (solution.chosen.tolist(), solution.covered_weight) == ([0, 2], 17.0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"load": [1.0, 1.0]}, "load is given without capacity"),
        ({"capacity": [1.0]}, r"capacity has shape \(1,\)"),
        ({"capacity": [1.0, 1.0], "load": [1.0, -1.0]}, r"load\[1\] is -1.0"),
        ({"service_group": [0, 0]}, "belong together"),
        ({"service_group": [0, 1], "service_floor": [1.0]}, "service_floor has 1 numbers"),
        ({"service_group": [0.5, 1.0], "service_floor": [1.0]}, "service_group holds float64"),
        ({"service_group": [0, -2], "service_floor": [1.0]}, r"service_group\[1\] is -2"),
    ],
)
def test_wrong_side_conditions_are_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        maximal_cover.solve(sparse.csr_array(np.eye(2)), [1.0, 1.0], **options)  # type: ignore[arg-type]
