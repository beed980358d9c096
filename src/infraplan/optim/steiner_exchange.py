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
LEAST_WALKED = 300
WALKED_TIMES_NODES = 40_000_000
"""Tree nodes looked at on the sides of a cut, times nodes: shorter connections are near the cut."""


@njit(cache=True, nogil=True)
def most_walked(n_nodes: int) -> int:
    """Return how many tree nodes near a cut are looked at in a graph."""
    return max(LEAST_WALKED, WALKED_TIMES_NODES // n_nodes)


@njit(cache=True, nogil=True)
def flip(graph: Graph, picked: NDArray[np.bool_], degree: NDArray[np.int32], k: int, v: int) -> int:
    """Put the edge of arc ``k`` of node ``v`` in or out of the tree; return its other end."""
    e = graph.edge[k]
    change = -1 if picked[e] else 1
    picked[e] = not picked[e]
    degree[v] += change
    degree[graph.neighbour[k]] += change
    return int(graph.neighbour[k])


@njit(cache=True, nogil=True)
def tree_degrees(graph: Graph, picked: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return each node's number of picked edges."""
    degree = np.zeros(len(graph.prize), np.int32)
    for v in range(len(degree)):
        for k in range(graph.start[v], graph.start[v + 1]):
            degree[v] += picked[graph.edge[k]]
    return degree


@njit(cache=True, nogil=True)
def _seeds(
    graph: Graph,
    picked: NDArray[np.bool_],
    one: int,
    other: int,
    side: NDArray[np.int8],
    queue: NDArray[np.int32],
) -> tuple[int, int, int]:
    """Walk both parts of a cut tree in turn until one is done or enough of both is seen.

    Returns the part to search from (0, 1) and how many nodes of it and of the other are marked;
    none of the other where it was walked to its end. Nodes of part ``p`` get ``side`` p + 1 and
    stand in ``queue[p]``.
    """
    queue[0, 0] = one
    queue[1, 0] = other
    side[one] = 1
    side[other] = 2
    filled = np.ones(2, np.int64)
    read = np.zeros(2, np.int64)
    part = 0
    most = most_walked(len(side))
    while read[part] < filled[part]:
        if filled.sum() > most:
            return part, filled[part], filled[1 - part]
        v = queue[part, read[part]]
        read[part] += 1
        for k in range(graph.start[v], graph.start[v + 1]):
            u = graph.neighbour[k]
            if picked[graph.edge[k]] and side[u] == 0:
                side[u] = part + 1
                queue[part, filled[part]] = u
                filled[part] += 1
        part = 1 - part
    for v in queue[1 - part, : filled[1 - part]]:
        side[v] = 0
    return part, filled[part], 0


@njit(cache=True, nogil=True)
def take_path(
    graph: Graph,
    picked: NDArray[np.bool_],
    degree: NDArray[np.int32],
    held: NDArray[np.bool_],
    v: int,
    k: int,
    path: NDArray[np.int32],
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
        node = flip(graph, picked, degree, k, node)
        if held[node] or degree[node] != 1:
            return steps, node, total
        for q in range(graph.start[node], graph.start[node + 1]):
            if picked[graph.edge[q]]:
                k = q


@njit(cache=True, nogil=True)
def _nearest_other(  # noqa: C901 - Dijkstra with its start and its end
    graph: Graph,
    degree: NDArray[np.int32],
    held: NDArray[np.bool_],
    seeds: NDArray[np.int32],
    side: NDArray[np.int8],
    wanted: int,
    below: float,
    distance: NDArray[np.float64],
    before: NDArray[np.int32],
    heap: NDArray[np.int32],
    slot: NDArray[np.int32],
    touched: NDArray[np.int32],
) -> int:
    """Return the tree node on the side ``wanted`` nearest to the ``seeds``, -1 for none.

    Only paths shorter than ``below`` that pass through no other tree node count; ``before[u]``
    holds the node and arc that lead to ``u``. The scratch arrays ``distance`` (inf) and ``slot``
    (-1) are handed back as they came.
    """
    own = side[seeds[0]]
    size = 0
    n_touched = len(seeds)
    touched[:n_touched] = seeds
    for v in seeds:
        distance[v] = 0.0
        before[v, 0] = -1
    for v in seeds:
        for k in range(graph.start[v], graph.start[v + 1]):
            u = graph.neighbour[k]
            reached = graph.length[graph.edge[k]]
            if reached < below and reached < distance[u]:
                if distance[u] == np.inf:
                    touched[n_touched] = u
                    n_touched += 1
                distance[u] = reached
                before[u, 0] = v
                before[u, 1] = k
                size = push(heap, slot, distance, size, u)
    result = -1
    while size > 0:
        v, size = pop(heap, slot, distance, size)
        if side[v] != own and (degree[v] > 0 or held[v]):
            if side[v] != wanted:
                continue
            result = v
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
def exchange(
    graph: Graph,
    picked: NDArray[np.bool_],
    held: NDArray[np.bool_],
    fresh: NDArray[np.bool_],
    nodes: tuple[int, int],
    rounding_share: float,
) -> bool:
    """Replace each key path by a shorter connection of its two parts; tell whether any was.

    Parameters
    ----------
    graph
        The graph.
    picked
        Edges of a tree without useless leaves, shape (n_edges,), changed in place.
    held
        Terminals in that tree, shape (n_nodes,).
    fresh
        Nodes near which the tree has changed: other key paths are left alone, shape (n_nodes,).
    nodes
        Key paths that start at these nodes are tried, from the first up to before the last.
    rounding_share
        A connection must be shorter by more than this part.

    References
    ----------
    Uchoa, Werneck (2012), "Fast local search for the Steiner problem in graphs", ACM Journal of
    Experimental Algorithmics 17.
    """
    n = len(held)
    degree = tree_degrees(graph, picked)
    path = np.empty((n, 2), np.int32)
    side = np.zeros(n, np.int8)
    queue = np.empty((2, n), np.int32)
    distance = np.full(n, np.inf)
    before = np.full((n, 2), -1, np.int32)
    heap = np.empty(n, np.int32)
    slot = np.full(n, -1, np.int32)
    touched = np.empty(n, np.int32)
    improved = False
    for v in range(nodes[0], nodes[1]):
        for k in range(graph.start[v], graph.start[v + 1]):
            is_key = held[v] or degree[v] > PASSING_DEGREE
            if not is_key or not picked[graph.edge[k]]:
                continue
            steps, end, total = take_path(graph, picked, degree, held, v, k, path)
            node = -1
            if v < end and (fresh[end] or fresh[path[:steps, 0]].any()):
                below = total * (1.0 - rounding_share)
                part, size, others = _seeds(graph, picked, v, end, side, queue)
                seeds = queue[part, :size]
                wanted = 2 - part if others > 0 else 0
                node = _nearest_other(
                    graph,
                    degree,
                    held,
                    seeds,
                    side,
                    wanted,
                    below,
                    distance,
                    before,
                    heap,
                    slot,
                    touched,
                )
                side[seeds] = 0
                side[queue[1 - part, :others]] = 0
            if node >= 0:
                improved = True
                while before[node, 0] >= 0:
                    flip(graph, picked, degree, before[node, 1], before[node, 0])
                    node = before[node, 0]
                continue
            for step in range(steps):
                flip(graph, picked, degree, path[step, 1], path[step, 0])
    return improved
