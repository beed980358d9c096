"""What is the best choice that meets the floors so far, and how far off may it be?"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infraplan.optim.floor_model import FloorProblem, keeps_limits, meets_floors, value

STEP_ROUNDING = 1e-6


@dataclass(slots=True, eq=False)
class Search:
    """The best choice and the best bound known so far, base weight excluded.

    ``cost_step`` is a number of which every possible total price is a multiple, 0 for none known;
    ``worth`` gives the objective of a choice, ``-inf`` for one that breaks a limit or a floor.
    """

    whole: FloorProblem
    deadline: float
    worth: Callable[[NDArray[np.int64]], float]
    cost_step: float = 0.0
    rows: NDArray[np.int64] | None = None
    value: float = -np.inf
    bound: float = np.inf
    timed_out: bool = False

    def offer(self, rows: NDArray[np.int64]) -> None:
        """Keep the rows if they meet limits and floors and are better than the best choice."""
        found = self.worth(rows)
        if found > self.value:
            self.rows, self.value = rows, found

    def lower_cost(self) -> float:
        """Return the least price that is possible, for problems of least price."""
        low = max(0.0, -self.bound)
        if self.cost_step > 0.0:
            low = self.cost_step * math.ceil(low / self.cost_step - STEP_ROUNDING)
        return min(low, -self.value)

    def gap_share(self) -> float:
        """Return the certified gap, base weight included."""
        if self.whole.gain:
            total = self.bound + self.whole.base_weight
            return max(0.0, self.bound - self.value) / total if total > 0.0 else 0.0
        cost = -self.value
        return (cost - self.lower_cost()) / cost if cost > 0.0 else 0.0

    def target(self, gap_share: float) -> float:
        """Return the bound that would prove the gap."""
        if self.whole.gain:
            base = self.whole.base_weight
            return (self.value + base) / (1.0 - gap_share) - base
        below_step = self.cost_step * (1.0 - 2.0 * STEP_ROUNDING)
        return self.value + max(-self.value * gap_share, below_step)

    def left_s(self) -> float:
        """Return the seconds left, a little more than none."""
        return max(1e-3, self.deadline - time.perf_counter())

    def is_late(self) -> bool:
        """Tell, and remember, whether the clock ran out."""
        self.timed_out = self.timed_out or time.perf_counter() > self.deadline
        return self.timed_out


def plain_search(whole: FloorProblem, deadline: float, *, cost_step: float = 0.0) -> Search:
    """Return a search among candidates that serve all they reach."""

    def worth(rows: NDArray[np.int64]) -> float:
        if not keeps_limits(whole, rows) or not meets_floors(whole, rows):
            return -np.inf
        return value(whole, rows)

    return Search(whole, deadline, worth, cost_step)


def divisors(whole: FloorProblem) -> list[NDArray[np.float64]]:
    """Return what greedy scores are divided by, one array per start."""
    ones = np.ones(whole.n_candidates)
    paid = whole.price if whole.price.any() else whole.cost
    if not paid.any():
        return [ones]
    floor = 1e-6 * float(paid.max())
    by_cost = np.maximum(paid, floor)
    return [by_cost] if not whole.gain else [ones, by_cost]
