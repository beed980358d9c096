"""Which covering problem is left once everything that cannot matter is taken out?"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

SIGNATURE_SEED = 20_260_101
"""Seed of the random signatures that find equal columns; results do not depend on it."""


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

    @property
    def n_candidates(self) -> int:
        """Number of candidates left."""
        return len(self.ids)


@njit(cache=True, nogil=True)
def _label_columns(
    order: NDArray[np.int64],
    signature: NDArray[np.uint64],
    start: NDArray[np.int64],
    row: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Give columns equal numbers where their row sets are equal, -1 where they are empty.

    Neighbours in ``order`` with the same signature are compared entry by entry, so a collision of
    signatures can only leave equal columns apart, never join different ones.
    """
    label = np.full(len(order), -1, np.int64)
    count = 0
    last = np.int64(-1)
    for column in order:
        size = start[column + 1] - start[column]
        if size == 0:
            continue
        same = last >= 0 and signature[column] == signature[last]
        same = same and start[last + 1] - start[last] == size
        if same:
            for k in range(size):
                if row[start[column] + k] != row[start[last] + k]:
                    same = False
                    break
        if not same:
            last = column
            count += 1
        label[column] = count - 1
    return label


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
    matrix = matrix[:, np.flatnonzero(weight > 0.0)]
    weight = weight[weight > 0.0]
    columns = sparse.csc_array(matrix)
    start = columns.indptr.astype(np.int64)
    row = columns.indices.astype(np.int32)
    codes = np.random.default_rng(SIGNATURE_SEED).integers(
        1, 2**63, size=matrix.shape[0], dtype=np.uint64
    )
    running = np.concatenate([np.zeros(1, np.uint64), np.cumsum(codes[row], dtype=np.uint64)])
    signature = running[start[1:]] - running[start[:-1]]
    label = _label_columns(np.argsort(signature, kind="stable"), signature, start, row)
    kept = label >= 0
    _, first, merged = np.unique(label[kept], return_index=True, return_inverse=True)
    representative = np.flatnonzero(kept)[first]
    order = np.argsort(representative)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    total = np.bincount(rank[merged], weights=weight[kept], minlength=len(order)).astype(np.float64)
    return sparse.csr_array(columns[:, representative[order]]), total


def _reach(matrix: sparse.csr_array, weight: NDArray[np.float64]) -> Reach:
    back = sparse.csc_array(matrix)
    return Reach(
        start=matrix.indptr.astype(np.int64),
        demand=matrix.indices.astype(np.int32),
        back_start=back.indptr.astype(np.int64),
        candidate=back.indices.astype(np.int32),
        weight=weight,
    )


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
    """Return the covering problem over merged demand, without candidates that reach nothing.

    The arrays are per row of ``matrix``; ``group`` may hold any integers, equal ones exclude each
    other.
    """
    matrix, weight = merge_demand(matrix, weight)
    useful = np.flatnonzero(np.diff(matrix.indptr) > 0)
    matrix = sparse.csr_array(matrix[useful])
    matrix.sort_indices()
    values, dense = np.unique(group[useful], return_inverse=True)
    return Cover(
        matrix=matrix,
        reach=_reach(matrix, weight),
        ids=ids[useful],
        cost=cost[useful],
        group=dense.astype(np.int64),
        n_groups=len(values),
        max_sites=min(max_sites, len(values)),
        budget=budget,
        base_weight=base_weight,
    )


def restrict(cover: Cover, rows: NDArray[np.int64]) -> Cover:
    """Return the problem over some rows only (ascending), its demand merged again."""
    return reduced(
        sparse.csr_array(cover.matrix[rows]),
        cover.reach.weight,
        ids=cover.ids[rows],
        cost=cover.cost[rows],
        group=cover.group[rows],
        max_sites=cover.max_sites,
        budget=cover.budget,
        base_weight=cover.base_weight,
    )


def covered_weight(cover: Cover, rows: NDArray[np.int64]) -> float:
    """Return the weight that the rows cover, base weight excluded."""
    seen = np.zeros(len(cover.reach.weight), dtype=np.bool_)
    for row in rows:
        seen[cover.reach.demand[cover.reach.start[row] : cover.reach.start[row + 1]]] = True
    return float(cover.reach.weight[seen].sum())
