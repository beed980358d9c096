"""Which covering problem is left once everything that cannot matter is taken out?"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from infraplan.optim.cover_merge import dominated, equal_columns, selected, transposed

ROUNDS = 6
"""Most rounds of merging demand and dropping candidates, one opening the way for the other."""
LEAST_DROPPED_SHARE = 0.01
"""The rounds end once no more than this part of the candidates would go."""
DOMINANCE_WORK = 20
"""Entries looked at for dominated candidates, per entry of the reach."""
MOST_GRAINS = 1e9
"""Sums of more grains than this are too close to each other for the rounding of bounds."""


class Reach(NamedTuple):
    """Who reaches what, readable from both sides.

    Candidate ``i`` reaches ``demand[start[i]:start[i + 1]]``; demand ``j`` is reached by
    ``candidate[back_start[j]:back_start[j + 1]]`` and weighs ``weight[j]`` > 0.
    """

    start: NDArray[np.int64]
    demand: NDArray[np.int32]
    back_start: NDArray[np.int64]
    candidate: NDArray[np.int32]
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Cover:
    """A maximal covering problem in its reduced form.

    Attributes
    ----------
    matrix
        Reach of candidates (rows) to merged demand (columns).
    reach
        The same as plain arrays for the kernels.
    ids
        Number of each row in the caller's numbering, ascending.
    cost
        Cost of each row (zero where costs do not matter).
    group
        Dense group number of each row; a candidate without a group is alone in its own.
    n_groups
        Number of group values, at most one row of each may be chosen.
    max_sites
        Largest number of rows to choose.
    budget
        Largest total cost, ``inf`` for none.
    base_weight
        Weight that is covered whatever is chosen.
    grain
        Every choice covers a multiple of this, 0 where there is no such weight.
    """

    matrix: sparse.csr_array
    reach: Reach
    ids: NDArray[np.int64]
    cost: NDArray[np.float64]
    group: NDArray[np.int64]
    n_groups: int
    max_sites: int
    budget: float
    base_weight: float
    grain: float = 0.0

    @property
    def n_candidates(self) -> int:
        """Number of candidates left."""
        return len(self.ids)


def compact(
    matrix: sparse.csr_array,
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the row starts and columns of a matrix, without a copy where that is possible."""
    return matrix.indptr.astype(np.int64, copy=False), matrix.indices.astype(np.int32, copy=False)


def _matrix(start: NDArray[np.int64], index: NDArray[np.int32], n_columns: int) -> sparse.csr_array:
    """Return a matrix of ones that shares the column numbers."""
    small = start[-1] <= np.iinfo(np.int32).max
    pointer = start.astype(np.int32) if small else start
    data = np.ones(len(index), dtype=np.int8)
    return sparse.csr_array((data, index, pointer), shape=(len(start) - 1, n_columns))


@dataclass(frozen=True, slots=True, eq=False)
class _Merged:
    """Reach over merged demand, and where each column went (-1: left out)."""

    reach: Reach
    label: NDArray[np.int32]


def _merge(
    start: NDArray[np.int64],
    demand: NDArray[np.int32],
    rows: NDArray[np.int64],
    weight: NDArray[np.float64],
) -> _Merged:
    """Return the reach of some rows over demand that weighs something, equal demand added up."""
    rank = np.where(weight > 0.0, np.arange(len(weight)), -1).astype(np.int32)
    start, demand = selected(start, demand, rows, rank)
    back_start, candidate = transposed(start, demand, len(weight))
    label = equal_columns(back_start, candidate, len(rows))
    n_merged = int(label.max(initial=-1)) + 1
    seen, first = np.unique(label, return_index=True)
    first = first[seen >= 0]
    if n_merged < len(weight):
        rank = np.full(len(weight), -1, dtype=np.int32)
        rank[first] = np.arange(n_merged)
        del back_start, candidate
        start, demand = selected(start, demand, np.arange(len(rows)), rank)
        back_start, candidate = transposed(start, demand, n_merged)
    kept = label >= 0
    total = np.bincount(label[kept], weights=weight[kept], minlength=n_merged).astype(np.float64)
    return _Merged(Reach(start, demand, back_start, candidate, total), label)


def merge_demand(
    matrix: sparse.csr_array, weight: NDArray[np.float64]
) -> tuple[sparse.csr_array, NDArray[np.float64]]:
    """Add up demand that exactly the same candidates reach and drop what none reaches.

    Parameters
    ----------
    matrix
        Reach, candidates by demand, sorted and without explicit zeros.
    weight
        Weight per demand, >= 0; demand of weight 0 is dropped.

    Returns
    -------
    tuple
        Reach over the merged demand, and its weights (> 0).
    """
    reach = _merge(*compact(matrix), np.arange(matrix.shape[0]), weight).reach
    return _matrix(reach.start, reach.demand, len(reach.weight)), reach.weight


def _standing(
    reach: Reach, cost: NDArray[np.float64], group: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the rows that reach something and that no other row can stand in for."""
    _, dense, size = np.unique(group, return_inverse=True, return_counts=True)
    drop = dominated(
        reach.start,
        reach.demand,
        reach.back_start,
        reach.candidate,
        cost,
        dense.astype(np.int64),
        size.astype(np.int64),
        DOMINANCE_WORK * len(reach.demand),
    )
    return np.flatnonzero(~drop)


def grain_of(weight: NDArray[np.float64]) -> float:
    """Return the largest number of which every weight is a whole multiple, 0 if none is known."""
    if not len(weight) or (weight != np.floor(weight)).any() or weight.sum() > 2.0**53:
        return 0.0
    grain = float(np.gcd.reduce(weight.astype(np.int64)))
    return grain if weight.sum() <= MOST_GRAINS * grain else 0.0


def reduced(
    matrix: sparse.csr_array,
    weight: NDArray[np.float64],
    *,
    ids: NDArray[np.int64],
    cost: NDArray[np.float64],
    group: NDArray[np.int64],
    max_sites: int,
    budget: float,
    base_weight: float,
) -> Cover:
    """Return the covering problem over merged demand, without candidates that cannot matter.

    The arrays are per row of ``matrix``; ``group`` may hold any integers, equal ones exclude each
    other. Candidates that reach nothing, or that another can stand in for, are left out.
    """
    start, demand = compact(matrix)
    rows = np.arange(len(ids))
    return reduced_rows(
        start, demand, rows, weight, ids, cost, group, max_sites, budget, base_weight
    )[0]


def reduced_rows(
    start: NDArray[np.int64],
    demand: NDArray[np.int32],
    rows: NDArray[np.int64],
    weight: NDArray[np.float64],
    ids: NDArray[np.int64],
    cost: NDArray[np.float64],
    group: NDArray[np.int64],
    max_sites: int,
    budget: float,
    base_weight: float,
) -> tuple[Cover, NDArray[np.int32]]:
    """Return the reduced problem over ``rows`` and where each demand went.

    ``ids``, ``cost`` and ``group`` are per row kept.
    """
    merged = _merge(start, demand, rows, weight)
    reach, label = merged.reach, merged.label
    for _ in range(ROUNDS):
        kept = _standing(reach, cost, group)
        if len(ids) - len(kept) <= LEAST_DROPPED_SHARE * len(ids):
            break
        ids, cost, group = ids[kept], cost[kept], group[kept]
        merged = _merge(reach.start, reach.demand, kept, reach.weight)
        reach = merged.reach
        label = np.where(label >= 0, np.append(merged.label, np.int32(-1))[label], -1)
    values, dense = np.unique(group, return_inverse=True)
    cover = Cover(
        matrix=_matrix(reach.start, reach.demand, len(reach.weight)),
        reach=reach,
        ids=ids,
        cost=cost,
        group=dense.astype(np.int64),
        n_groups=len(values),
        max_sites=min(max_sites, len(values)),
        budget=budget,
        base_weight=base_weight,
        grain=grain_of(reach.weight),
    )
    return cover, label.astype(np.int32)


def restricted(cover: Cover, rows: NDArray[np.int64]) -> tuple[Cover, NDArray[np.int32]]:
    """Return the problem over some rows only (ascending), and where each demand went (or -1).

    Rows that another can stand in for are left out, equal demand is merged again.
    """
    return reduced_rows(
        cover.reach.start,
        cover.reach.demand,
        rows,
        cover.reach.weight,
        cover.ids[rows],
        cover.cost[rows],
        cover.group[rows],
        cover.max_sites,
        cover.budget,
        cover.base_weight,
    )


def restrict(cover: Cover, rows: NDArray[np.int64]) -> Cover:
    """Return the problem over some rows only (ascending), reduced again."""
    return restricted(cover, rows)[0]


def rows_of(cover: Cover, ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows that hold the given numbers of the caller, those that are left."""
    return np.flatnonzero(np.isin(cover.ids, ids))


def is_feasible(cover: Cover, rows: NDArray[np.int64]) -> bool:
    """Tell whether a choice keeps the number of sites, the budget and the groups."""
    groups = cover.group[rows]
    return bool(
        len(rows) <= cover.max_sites
        and cover.cost[rows].sum() <= cover.budget
        and len(np.unique(groups)) == len(groups)
    )


def covered_weight(cover: Cover, rows: NDArray[np.int64]) -> float:
    """Return the weight that the rows cover, base weight excluded."""
    seen = np.zeros(len(cover.reach.weight), dtype=np.bool_)
    for row in rows:
        seen[cover.reach.demand[cover.reach.start[row] : cover.reach.start[row + 1]]] = True
    return float(cover.reach.weight[seen].sum())
