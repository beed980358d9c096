"""Which waiting item has the smallest key? An indexed binary heap for the graph kernels.

The heap lives in the caller's arrays: ``heap[:size]`` holds items, ``slot[item]`` is an item's
place in it (-1 outside), ``key[item]`` its key.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True)
def push(
    heap: NDArray[np.signedinteger],
    slot: NDArray[np.signedinteger],
    key: NDArray[np.float64],
    size: int,
    item: int | np.signedinteger,
) -> int:
    """Put an item in, or move it up after its key fell; return the new size."""
    place = slot[item]
    if place < 0:
        place = size
        size += 1
    while place > 0:
        above = (place - 1) >> 1
        other = heap[above]
        if key[other] <= key[item]:
            break
        heap[place] = other
        slot[other] = place
        place = above
    heap[place] = item
    slot[item] = place
    return size


@njit(cache=True, nogil=True)
def pop(
    heap: NDArray[np.signedinteger],
    slot: NDArray[np.signedinteger],
    key: NDArray[np.float64],
    size: int,
) -> tuple[int, int]:
    """Take the item of smallest key out of a heap of at least one; return it and the new size."""
    top = heap[0]
    slot[top] = -1
    size -= 1
    if size == 0:
        return top, size
    item = heap[size]
    place = 0
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and key[heap[below + 1]] < key[heap[below]]:
            below += 1
        other = heap[below]
        if key[other] >= key[item]:
            break
        heap[place] = other
        slot[other] = place
        place = below
    heap[place] = item
    slot[item] = place
    return top, size
