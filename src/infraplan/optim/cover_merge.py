"""Which demand is the same to every candidate, and which candidates can another one replace?"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

SIGNATURE_SEED = 20_260_101
"""Seed of the random signatures that find equal columns; results do not depend on it."""


@njit(cache=True, nogil=True)
def transposed(
    start: NDArray[np.int64], index: NDArray[np.int32], size: int
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return the same entries by column, rows ascending within each of the ``size`` columns."""
    back_start = np.zeros(size + 1, np.int64)
    for k in range(len(index)):
        back_start[index[k] + 1] += 1
    for j in range(size):
        back_start[j + 1] += back_start[j]
    position = back_start[:-1].copy()
    back = np.empty(len(index), np.int32)
    for i in range(len(start) - 1):
        for k in range(start[i], start[i + 1]):
            j = index[k]
            back[position[j]] = i
            position[j] += 1
    return back_start, back


@njit(cache=True, nogil=True)
def selected(
    start: NDArray[np.int64],
    index: NDArray[np.int32],
    rows: NDArray[np.int64],
    rank: NDArray[np.int32],
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Return some rows, column ``j`` renumbered to ``rank[j]`` and left out where that is -1."""
    new_start = np.zeros(len(rows) + 1, np.int64)
    for number in range(len(rows)):
        kept = 0
        for k in range(start[rows[number]], start[rows[number] + 1]):
            kept += rank[index[k]] >= 0
        new_start[number + 1] = new_start[number] + kept
    new_index = np.empty(new_start[-1], np.int32)
    position = 0
    for row in rows:
        for k in range(start[row], start[row + 1]):
            column = rank[index[k]]
            if column >= 0:
                new_index[position] = column
                position += 1
    return new_start, new_index


@njit(cache=True, nogil=True)
def _signatures(
    start: NDArray[np.int64], row: NDArray[np.int32], code: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """Return the sum of the codes of each column's rows, modulo 2^64."""
    signature = np.zeros(len(start) - 1, np.uint64)
    for j in range(len(signature)):
        for k in range(start[j], start[j + 1]):
            signature[j] += code[row[k]]
    return signature


@njit(cache=True, nogil=True)
def _representatives(
    order: NDArray[np.int64],
    signature: NDArray[np.uint64],
    start: NDArray[np.int64],
    row: NDArray[np.int32],
) -> NDArray[np.int64]:
    """Return for each column a column with the same rows, -1 where it has none.

    Neighbours in ``order`` with the same signature are compared entry by entry, so a collision of
    signatures can only leave equal columns apart, never join different ones.
    """
    twin = np.full(len(order), -1, np.int64)
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
        twin[column] = last
    return twin


def equal_columns(
    start: NDArray[np.int64], row: NDArray[np.int32], n_rows: int
) -> NDArray[np.int32]:
    """Return a number for each column, shared by columns with the same rows, -1 for empty ones.

    Parameters
    ----------
    start, row
        The rows of each column, ascending.
    n_rows
        Number of rows.

    Returns
    -------
    ndarray
        Numbers from 0 in the order in which each set of rows first appears.
    """
    generator = np.random.default_rng(SIGNATURE_SEED)
    code = generator.integers(1, 2**63, size=n_rows, dtype=np.uint64)
    signature = _signatures(start, row, code)
    twin = _representatives(np.argsort(signature, kind="stable"), signature, start, row)
    first = twin == np.arange(len(twin))
    number = np.cumsum(first, dtype=np.int32) - np.int32(1)
    return np.where(twin >= 0, number[np.maximum(twin, 0)], np.int32(-1)).astype(np.int32)


@njit(cache=True, nogil=True)
def _may_replace(
    other: int,
    site: int,
    spare: int,
    cost: NDArray[np.float64],
    group: NDArray[np.int64],
    group_size: NDArray[np.int64],
) -> bool:
    """Tell whether ``other``, with ``spare`` entries more, could stand in if it reaches as much.

    It may where it is no dearer and is alone in its group or shares the group. Where each of two
    equal ones could replace the other, the lower number stays.
    """
    if other == site or spare < 0 or cost[other] > cost[site]:
        return False
    same_group = group[other] == group[site]
    if group_size[group[other]] > 1 and not same_group:
        return False
    mutual = spare == 0 and cost[other] == cost[site]
    mutual = mutual and (same_group or group_size[group[site]] == 1)
    return other < site or not mutual


@njit(cache=True, nogil=True)
def _extra(
    start: NDArray[np.int64],
    demand: NDArray[np.int32],
    other: int,
    mark: NDArray[np.int64],
    site: int,
    most: int,
) -> int:
    """Return how much unmarked demand ``other`` reaches, counting no further than most + 1."""
    extra = 0
    for k in range(start[other], start[other + 1]):
        if mark[demand[k]] != site:
            extra += 1
            if extra > most:
                break
    return extra


@njit(cache=True, nogil=True)
def dominated(
    start: NDArray[np.int64],
    demand: NDArray[np.int32],
    back_start: NDArray[np.int64],
    candidate: NDArray[np.int32],
    cost: NDArray[np.float64],
    group: NDArray[np.int64],
    group_size: NDArray[np.int64],
    work_limit: int,
) -> NDArray[np.bool_]:
    """Tell which candidates reach nothing, or nothing that one standing in would not reach.

    A candidate that contains it reaches exactly the difference of their sizes beside it. At most
    about ``work_limit`` entries are looked at; candidates beyond are kept.
    """
    n = len(cost)
    mark = np.full(len(back_start) - 1, -1, np.int64)
    drop = np.zeros(n, np.bool_)
    work = 0
    for i in range(n):
        size = start[i + 1] - start[i]
        drop[i] = size == 0
        if size == 0 or work > work_limit:
            continue
        rare = demand[start[i]]
        for k in range(start[i], start[i + 1]):
            j = demand[k]
            mark[j] = i
            if back_start[j + 1] - back_start[j] < back_start[rare + 1] - back_start[rare]:
                rare = j
        work += size
        for q in range(back_start[rare], back_start[rare + 1]):
            other = candidate[q]
            spare = start[other + 1] - start[other] - size
            if drop[other] or not _may_replace(other, i, spare, cost, group, group_size):
                continue
            extra = _extra(start, demand, other, mark, i, spare)
            work += extra + size
            if extra == spare:
                drop[i] = True
                break
    return drop
