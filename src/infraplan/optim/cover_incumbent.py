"""What is the best choice known so far, and which bound would prove it good enough?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infraplan.optim.cover_model import Cover, covered_weight, rows_of

PROOF_GAP_SHARE = 5e-7
"""Gap at which a choice counts as optimal where weights are not whole numbers."""
ROUNDING_PART = 1.0 - 1e-9
"""Part of the gap asked for that is aimed at, so that rounding does not lift it above."""
GRAIN_PART = 1.0 - 1e-5
"""A bound less than one grain above the best choice proves it."""


@dataclass(slots=True, eq=False)
class Search:
    """The best choice and the best bound known so far, base weight excluded.

    Attributes
    ----------
    cover
        The problem.
    gap_share
        Gap at which the search may end.
    ids
        The best choice, in the caller's numbering, ascending.
    value
        Weight it covers.
    bound
        No choice covers more.
    """

    cover: Cover
    gap_share: float
    ids: NDArray[np.int64]
    value: float
    bound: float

    def offer(self, ids: NDArray[np.int64]) -> None:
        """Keep a feasible choice if it covers more than the best one."""
        value = covered_weight(self.cover, rows_of(self.cover, ids))
        if value > self.value:
            self.ids, self.value = np.sort(ids), value

    def lower(self, bound: float) -> None:
        """Take a bound into account."""
        self.bound = max(self.value, min(self.bound, bound))

    def gap(self) -> float:
        """Return the certified gap, base weight included."""
        total = self.bound + self.cover.base_weight
        return max(0.0, self.bound - self.value) / total if total > 0.0 else 0.0

    def target(self) -> float:
        """Return the bound that proves what is asked for."""
        base = self.cover.base_weight
        allowed = max(self.gap_share * ROUNDING_PART, PROOF_GAP_SHARE)
        close = (self.value + base) / (1.0 - allowed) - base
        return max(close, self.value + GRAIN_PART * self.cover.grain)

    def done(self) -> bool:
        """Tell whether the gap asked for is reached."""
        return self.bound <= self.target()
