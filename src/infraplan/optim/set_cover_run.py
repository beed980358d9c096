"""What does it cost at least to meet floors and a target, within limits?"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from infraplan.errors import InfeasibleError
from infraplan.optim import floor_engine, floor_improve, floor_relax
from infraplan.optim.cover_solution import Progress
from infraplan.optim.floor_incumbent import Search, plain_search
from infraplan.optim.floor_model import FloorProblem, Floors, Limits, problem

LARGEST_WHOLE = 2.0**50
"""Up to here sums of whole numbers are exact."""


@dataclass(frozen=True, slots=True, eq=False)
class Cheapest:
    """The candidates chosen, their price, what no choice can beat, and the certified gap."""

    chosen: NDArray[np.int64]
    cost: float
    lower_bound: float
    gap_share: float
    timed_out: bool


def cost_step(price: NDArray[np.float64]) -> float:
    """Return a number of which every sum of prices is a multiple, 0 where none is known."""
    top = float(price.sum())
    if top <= 0.0 or top > LARGEST_WHOLE or not bool((price == np.rint(price)).all()):
        return 0.0
    return float(math.gcd(*price.astype(np.int64).tolist()))


def cheapest(
    matrix: sparse.csr_array,
    weight: NDArray[np.float64],
    *,
    price: NDArray[np.float64],
    floors: Floors,
    limits: Limits,
    fixed: NDArray[np.int64],
    gap_share: float,
    deadline: float,
    effort: float,
    seed: int,
    progress: Progress | None = None,
) -> Cheapest:
    """Choose the cheapest candidates that meet floors and target within the limits.

    Arrays are in the caller's numbering and well-formed; ``floors`` and ``limits`` are gross of
    what the fixed sites cover.

    Raises
    ------
    InfeasibleError
        If no choice meets the floors, or none was found.
    """
    report = progress or _ignore
    faults = floor_relax.out_of_reach(matrix, weight, floors, limits, fixed)
    if faults:
        raise InfeasibleError("set cover: " + "; ".join(faults))
    whole = problem(matrix, weight, floors, limits, fixed=fixed, gain=0.0, price=price)
    if whole.target <= 0.0 and len(whole.floor) == 0:
        report(1.0)
        return Cheapest(np.empty(0, dtype=np.int64), 0.0, 0.0, 0.0, timed_out=False)
    search = plain_search(whole, deadline, cost_step=cost_step(whole.price))
    floor_improve.start(search, effort=effort)
    report(0.3)
    if search.rows is None:
        factor = floor_relax.largest_factor(whole, deadline=deadline, effort=effort, seed=seed)
        if factor.rows is None:
            raise InfeasibleError("set cover: " + factor.sentence())
        search.offer(factor.rows)
    floor_engine.prove(search, gap_share=gap_share, effort=effort, seed=seed)
    report(1.0)
    return _result(search)


def _ignore(_done_share: float) -> None:
    """Take a progress report and do nothing with it."""


def _result(search: Search) -> Cheapest:
    """Return the best choice in the caller's numbering."""
    rows = np.empty(0, dtype=np.int64) if search.rows is None else search.rows
    whole: FloorProblem = search.whole
    return Cheapest(
        chosen=whole.ids[rows],
        cost=float(whole.price[rows].sum()),
        lower_bound=search.lower_cost(),
        gap_share=search.gap_share(),
        timed_out=search.timed_out,
    )
