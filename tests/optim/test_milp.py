"""Does the solver's door return points, bounds and reasons that hold?"""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from infraplan.optim.milp import Milp, maximize

VALUES = st.lists(st.integers(0, 30), min_size=3, max_size=7)


def knapsack(gains: list[int], weights: list[int], capacity: float, offset: float = 0.0) -> Milp:
    matrix = sparse.csc_array(np.array([weights], dtype=float))
    limit = np.array([capacity], dtype=float)
    return Milp(np.array(gains, dtype=float), matrix, limit, n_integer=len(gains), offset=offset)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_knapsack_is_solved_exactly(data: st.DataObject) -> None:
    gains = data.draw(VALUES)
    weights = data.draw(st.lists(st.integers(1, 9), min_size=len(gains), max_size=len(gains)))
    capacity = data.draw(st.integers(0, 25))
    best = max(
        np.dot(gains, choice)
        for choice in itertools.product((0, 1), repeat=len(gains))
        if np.dot(weights, choice) <= capacity
    )
    result = maximize(knapsack(gains, weights, capacity, offset=5.0))
    assert result.point is not None
    assert np.dot(gains, result.point) == pytest.approx(best, abs=1e-5)
    assert result.upper_bound == pytest.approx(best + 5.0, abs=1e-5)
    assert result.status == "solved"


def hard_model() -> tuple[Milp, np.ndarray]:
    """Return market-split rows, whose relaxation says nothing, and a start."""
    rng = np.random.default_rng(4)
    rows = rng.integers(1, 100, (4, 40)).astype(float)
    matrix = sparse.csc_array(rows)
    return Milp(rows.sum(axis=0), matrix, np.floor(rows.sum(axis=1) / 2), 40), np.zeros(40)


def test_the_work_limit_stops_with_a_valid_bound_and_repeats_itself() -> None:
    model, start = hard_model()
    results = [maximize(model, start=start, check_limit=30) for _ in range(2)]
    assert results[0].status == "work_limit"
    for result in results:
        assert result.point is not None
        assert (model.matrix @ result.point <= model.row_upper + 1e-6).all()
        assert model.objective @ result.point <= result.upper_bound + 1e-6
    assert results[0].upper_bound == results[1].upper_bound
    assert (results[0].point == results[1].point).all()


def test_the_time_limit_is_reported_as_such() -> None:
    model, start = hard_model()
    result = maximize(model, start=start, check_limit=10**9, time_limit_s=1e-3)
    assert result.status == "time_limit"
    assert result.upper_bound <= model.objective.sum() + 1e-6
