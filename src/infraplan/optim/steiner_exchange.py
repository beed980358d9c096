"""Which key paths of a tree can be replaced by shorter connections?

A key path runs between terminals or crossings of the tree and through neither.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.optim.heap import pop, push
from infraplan.optim.steiner_graph import PASSING_DEGREE, Graph

ROUNDING_SHARE = 1e-12
"""A path must be shorter by more than this part to count as shorter."""


@njit(cache=True, nogil=True)
def _flip(
    graph: Graph, picked: NDArray[np.bool_], degree: NDArray[np.int64], k: int, v: int
) -> int:
    """Put the edge of arc ``k`` of node ``v`` in or out of the tree; return its other end."""
    e = graph.edge[k]
    change = -1 if picked[e] else 1
    picked[e] = not picked[e]
    degree[v] += change
    degree[graph.neighbour[k]] += change
    return int(graph.neighbour[k])


@njit(cache=True, nogil=True)
def _smaller_side(
    graph: Graph,
    picked: NDArray[np.bool_],
    one: int,
    other: int,
    side: NDArray[np.int64],
    queue: NDArray[np.int64],
) -> tuple[int, int]:
    """Walk both parts of a cut tree in turn; return which is done first (0, 1) and its size.

    Nodes of part ``p`` get ``side`` p + 1 and stand in ``queue[p]``.
    """
    queue[0, 0] = one
    queue[1, 0] = other
    side[one] = 1
    side[other] = 2
    filled = np.ones(2, np.int64)
    read = np.zeros(2, np.int64)
    part = 0
    while read[part] < filled[part]:
        v = queue[part, read[part]]
        read[part] += 1
        for k in range(graph.start[v], graph.start[v + 1]):
            u = graph.neighbour[k]
            if picked[graph.edge[k]] and side[u] == 0:
                side[u] = part + 1
                queue[part, filled[part]] = u
                filled[part] += 1
        part = 1 - part
    size = filled[part]
    for v in queue[1 - part, : filled[1 - part]]:
        side[v] = 0
    return part, size


@njit(cache=True, nogil=True)
def _take_path(
    graph: Graph,
    picked: NDArray[np.bool_],
    degree: NDArray[np.int64],
    v: int,
    k: int,
    path: NDArray[np.int64],
) -> tuple[int, int, float]:
    """Take the key path that leaves ``v`` by arc ``k`` out; return its size, end and length.

    ``path[i]`` holds the node and the arc of its step ``i``.
    """
    steps = 0
    total = 0.0
    node = v
    while True:
        path[steps, 0] = node
        path[steps, 1] = k
        steps += 1
        total += graph.length[graph.edge[k]]
        node = _flip(graph, picked, degree, k, node)
        if graph.is_terminal[node] or degree[node] != 1:
            return steps, node, total
        for q in range(graph.start[node], graph.start[node + 1]):
            if picked[graph.edge[q]]:
                k = q


@njit(cache=True, nogil=True)
def _reconnect(
    graph: Graph,
    picked: NDArray[np.bool_],
    degree: NDArray[np.int64],
    seeds: NDArray[np.int64],
    side: NDArray[np.int64],
    below: float,
    distance: NDArray[np.float64],
    before: NDArray[np.int64],
    heap: NDArray[np.int64],
    slot: NDArray[np.int64],
    touched: NDArray[np.int64],
) -> float:
    """Join the part of the ``seeds`` to the rest by a path shorter than ``below``.

    Returns the path's length, or inf when there is none and nothing was changed. The scratch
    arrays ``distance`` (inf) and ``slot`` (-1) are handed back as they came.
    """
    own = side[seeds[0]]
    size = 0
    n_touched = 0
    for v in seeds:
        distance[v] = 0.0
        before[v, 0] = -1
        touched[n_touched] = v
        n_touched += 1
        size = push(heap, slot, distance, size, v)
    result = np.inf
    while size > 0:
        v, size = pop(heap, slot, distance, size)
        if side[v] != own and (degree[v] > 0 or graph.is_terminal[v]):
            result = distance[v]
            node = v
            while before[node, 0] >= 0:
                _flip(graph, picked, degree, before[node, 1], before[node, 0])
                node = before[node, 0]
            break
        for k in range(graph.start[v], graph.start[v + 1]):
            u = graph.neighbour[k]
            reached = distance[v] + graph.length[graph.edge[k]]
            if reached < below and reached < distance[u]:
                if distance[u] == np.inf:
                    touched[n_touched] = u
                    n_touched += 1
                distance[u] = reached
                before[u, 0] = v
                before[u, 1] = k
                size = push(heap, slot, distance, size, u)
    for v in touched[:n_touched]:
        distance[v] = np.inf
        slot[v] = -1
    return result


@njit(cache=True, nogil=True)
def exchange(graph: Graph, picked: NDArray[np.bool_], rounding_share: float) -> bool:
    """Replace each key path by a shorter connection of its two parts; tell whether any was.

    Parameters
    ----------
    graph
        The graph.
    picked
        Edges of a tree without useless leaves, shape (n_edges,), changed in place.
    rounding_share
        A connection must be shorter by more than this part.

    References
    ----------
    Uchoa, Werneck (2012), "Fast local search for the Steiner problem in graphs", ACM Journal of
    Experimental Algorithmics 17.
    """
    n = len(graph.is_terminal)
    degree = np.zeros(n, np.int64)
    for v in range(n):
        for k in range(graph.start[v], graph.start[v + 1]):
            degree[v] += picked[graph.edge[k]]
    path = np.empty((n, 2), np.int64)
    side = np.zeros(n, np.int64)
    queue = np.empty((2, n), np.int64)
    distance = np.full(n, np.inf)
    before = np.full((n, 2), -1, np.int64)
    heap = np.empty(n, np.int64)
    slot = np.full(n, -1, np.int64)
    touched = np.empty(n, np.int64)
    improved = False
    for v in range(n):
        for k in range(graph.start[v], graph.start[v + 1]):
            is_key = graph.is_terminal[v] or degree[v] > PASSING_DEGREE
            if not is_key or not picked[graph.edge[k]]:
                continue
            steps, end, total = _take_path(graph, picked, degree, v, k, path)
            found = np.inf
            if v < end:
                below = total * (1.0 - rounding_share)
                part, size = _smaller_side(graph, picked, v, end, side, queue)
                seeds = queue[part, :size]
                found = _reconnect(
                    graph, picked, degree, seeds, side, below, distance, before, heap, slot, touched
                )
                for u in seeds:
                    side[u] = 0
            if found < np.inf:
                improved = True
                continue
            for step in range(steps):
                _flip(graph, picked, degree, path[step, 1], path[step, 0])
    return improved
