"""Which cheap tree connects all terminals?"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.optim.heap import pop, push
from infraplan.optim.steiner_graph import Graph, Network, contract

ROUNDING_SHARE = 1e-12
"""A path must be shorter by more than this part to count as shorter."""
PERTURBATION_SHARE = 0.2
"""Largest lengthening of an edge in a perturbed start."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A tree: its cost, and the contracted edges it holds."""

    cost: float
    picked: NDArray[np.bool_]


@njit(cache=True, nogil=True)
def _grow(graph: Graph, length: NDArray[np.float64], root: int) -> NDArray[np.bool_]:
    """Return the nodes of a tree grown from the root by the shortest path to the next terminal."""
    n = len(graph.is_terminal)
    distance = np.full(n, np.inf)
    before = np.full(n, -1, np.int64)
    heap = np.empty(n, np.int64)
    slot = np.full(n, -1, np.int64)
    inside = np.zeros(n, np.bool_)
    missing = graph.is_terminal.sum()
    inside[root] = True
    missing -= graph.is_terminal[root]
    distance[root] = 0.0
    size = push(heap, slot, distance, 0, root)
    while size > 0 and missing > 0:
        v, size = pop(heap, slot, distance, size)
        if graph.is_terminal[v] and not inside[v]:
            missing -= 1
            node = v
            while not inside[node]:
                inside[node] = True
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
    return inside


@njit(cache=True, nogil=True)
def _span(graph: Graph, inside: NDArray[np.bool_], root: int) -> NDArray[np.bool_]:
    """Return the edges of the shortest spanning tree over some nodes, useless leaves cut off."""
    n = len(inside)
    nearest = np.full(n, np.inf)
    link = np.full(n, -1, np.int64)
    parent = np.full(n, -1, np.int64)
    heap = np.empty(n, np.int64)
    slot = np.full(n, -1, np.int64)
    order = np.empty(n, np.int64)
    done = np.zeros(n, np.bool_)
    nearest[root] = 0.0
    size = push(heap, slot, nearest, 0, root)
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
    picked = np.zeros(len(graph.length), np.bool_)
    needed = graph.is_terminal.copy()
    for place in range(count - 1, 0, -1):
        v = order[place]
        if needed[v]:
            needed[parent[v]] = True
            picked[link[v]] = True
    return picked


@njit(cache=True, nogil=True)
def _flip(graph: Graph, picked: NDArray[np.bool_], degree: NDArray[np.int64], k: int, v: int) -> int:
    """Put the edge of arc ``k`` of node ``v`` in or out of the tree; return its other end."""
    e = graph.edge[k]
    change = -1 if picked[e] else 1
    picked[e] = not picked[e]
    degree[v] += change
    degree[graph.neighbour[k]] += change
    return graph.neighbour[k]


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
