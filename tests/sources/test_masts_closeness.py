"""Are places grouped so that none is wider than the limit, whatever the order of the points?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import ParameterError
from infraplan.sources.masts import close_groups

LIMIT_M = 30.0
POINTS = st.lists(st.tuples(st.integers(0, 120), st.integers(0, 60)), min_size=1, max_size=60)


def distances(points: np.ndarray) -> np.ndarray:
    apart = points[:, None, :] - points[None, :, :]
    return np.hypot(apart[..., 0], apart[..., 1])


@settings(max_examples=150, deadline=None)
@given(points=POINTS, seed=st.integers(0, 999))
def test_groups_keep_the_limit_are_whole_and_do_not_depend_on_order(
    points: list[tuple[int, int]], seed: int
) -> None:
    xy = np.array(points, dtype=float)
    group = close_groups(xy[:, 0], xy[:, 1], within_m=LIMIT_M)
    apart = distances(xy)
    numbers = range(int(group.max()) + 1)
    assert set(group.tolist()) == set(numbers)
    for a in numbers:
        assert apart[np.ix_(group == a, group == a)].max() <= LIMIT_M
        for b in range(a):
            assert apart[np.ix_(group == a, group == b)].max() > LIMIT_M, "could still be joined"
    order = np.random.default_rng(seed).permutation(len(xy))
    shuffled = close_groups(xy[order, 0], xy[order, 1], within_m=LIMIT_M)
    assert shuffled.tolist() == group[order].tolist()


def test_a_chain_of_points_does_not_join_into_one() -> None:
    x = np.arange(0.0, 300.0, 20.0)
    group = close_groups(x, np.zeros_like(x), within_m=LIMIT_M)
    assert np.bincount(group).max() == 2


def test_with_no_distance_only_equal_positions_are_grouped() -> None:
    x = np.array([5.0, 0.0, 5.0, 5.0])
    assert close_groups(x, np.array([1.0, 1.0, 1.0, 2.0]), within_m=0.0).tolist() == [1, 0, 1, 2]


def test_no_points_have_no_groups() -> None:
    assert close_groups(np.empty(0), np.empty(0), within_m=1.0).size == 0


def test_a_heap_of_equal_positions_is_one_group() -> None:
    same = np.full(30_000, 7.0)
    assert close_groups(same, same, within_m=LIMIT_M).max() == 0


def test_a_limit_that_joins_everything_is_refused() -> None:
    x = np.arange(8000.0)
    with pytest.raises(ParameterError, match="give a smaller distance"):
        close_groups(x, x, within_m=20_000.0)


@pytest.mark.parametrize("within_m", [-1.0, float("nan"), float("inf")])
def test_a_limit_that_is_no_distance_is_refused(within_m: float) -> None:
    with pytest.raises(ParameterError, match="at least 0"):
        close_groups(np.zeros(1), np.zeros(1), within_m=within_m)


def test_a_position_that_is_not_finite_is_refused() -> None:
    with pytest.raises(ParameterError, match="not finite"):
        close_groups(np.array([np.nan]), np.zeros(1), within_m=1.0)
