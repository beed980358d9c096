"""Which tree comes from adding the nearest terminals first, and what of it is worth its price?"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.optim.heap import pop, push
from infraplan.optim.steiner_graph import Graph


@njit(cache=True, nogil=True)
def grow(
    graph: Graph,
    length: NDArray[np.float64],
    prize: NDArray[np.float64],
    inside: NDArray[np.bool_],
    root: int,
) -> None:
    """Add to the nodes ``inside`` (and the root) the shortest path to the next terminal, in turn.

    A terminal whose path is longer than its prize is left out.
    """
    n = len(prize)
    distance = np.full(n, np.inf)
    before = np.full(n, -1, np.int32)
    heap = np.empty(n, np.int32)
    slot = np.full(n, -1, np.int32)
    inside[root] = True
    missing = 0
    size = 0
    for v in range(n):
        if inside[v]:
            distance[v] = 0.0
            size = push(heap, slot, distance, size, np.int32(v))
        elif prize[v] > 0.0:
            missing += 1
    while size > 0 and missing > 0:
        v, size = pop(heap, slot, distance, size)
        if prize[v] > 0.0 and not inside[v] and distance[v] <= prize[v]:
            node = v
            while not inside[node]:
                inside[node] = True
                missing -= prize[node] > 0.0
                distance[node] = 0.0
                if node != v:
                    size = push(heap, slot, distance, size, node)
                node = before[node]
        for k in range(graph.start[v], graph.start[v + 1]):
            u = graph.neighbour[k]
            reached = distance[v] + length[graph.edge[k]]
            if reached < distance[u]:
                distance[u] = reached
                before[u] = v
                size = push(heap, slot, distance, size, u)


@njit(cache=True, nogil=True)
def _prim(
    graph: Graph, inside: NDArray[np.bool_], root: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Span the nodes inside by shortest edges; return nodes in order, their parents and links."""
    n = len(inside)
    nearest = np.full(n, np.inf)
    link = np.full(n, -1, np.int32)
    parent = np.full(n, -1, np.int32)
    heap = np.empty(n, np.int32)
    slot = np.full(n, -1, np.int32)
    order = np.empty(n, np.int32)
    done = np.zeros(n, np.bool_)
    nearest[root] = 0.0
    size = push(heap, slot, nearest, 0, np.int32(root))
    count = 0
    while size > 0:
        v, size = pop(heap, slot, nearest, size)
        done[v] = True
        order[count] = v
        count += 1
        for k in range(graph.start[v], graph.start[v + 1]):
            u = graph.neighbour[k]
            if inside[u] and not done[u] and graph.length[graph.edge[k]] < nearest[u]:
                nearest[u] = graph.length[graph.edge[k]]
                link[u] = graph.edge[k]
                parent[u] = v
                size = push(heap, slot, nearest, size, u)
    return order[:count], parent, link


@njit(cache=True, nogil=True)
def span(graph: Graph, inside: NDArray[np.bool_], root: int) -> tuple[NDArray[np.bool_], int]:
    """Span the nodes inside and keep of that tree the part that is worth most.

    Branches that cost more than the prizes on them are cut off; a root that is not required may
    go too. ``inside`` is changed to the nodes kept; returns the edges kept and the dearest terminal
    kept.

    References
    ----------
    Johnson, Minkoff, Phillips (2000), "The prize collecting Steiner tree problem: theory and
    practice", SODA (strong pruning).
    """
    order, parent, link = _prim(graph, inside, root)
    worth = np.zeros(len(inside))
    for v in order:
        worth[v] = graph.prize[v]
    top = root
    for i in range(len(order) - 1, 0, -1):
        v = order[i]
        if worth[v] > worth[top]:
            top = v
        worth[parent[v]] += max(0.0, worth[v] - graph.length[link[v]])
    if worth[root] >= worth[top]:
        top = root
    inside[:] = False
    inside[top] = True
    picked = np.zeros(len(graph.length), np.bool_)
    for v in order:
        if v == top or parent[v] < 0 or not inside[parent[v]]:
            continue
        if worth[v] > graph.length[link[v]]:
            inside[v] = True
            picked[link[v]] = True
    first = top
    for v in order:
        if inside[v] and graph.prize[v] > graph.prize[first]:
            first = v
    return picked, first
