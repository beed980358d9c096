"""Which node outside a tree makes it cheaper when it joins?"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.optim.steiner_graph import Graph


@njit(cache=True, nogil=True)
def _rooted(
    graph: Graph, picked: NDArray[np.bool_], inside: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return each tree node's parent and the edge to it, -1 at the root and outside."""
    n = len(inside)
    parent = np.full(n, -1, np.int32)
    link = np.full(n, -1, np.int32)
    queue = np.empty(n, np.int32)
    filled = 0
    for v in range(n):
        if inside[v]:
            queue[0] = v
            filled = 1
            break
    read = 0
    while read < filled:
        v = queue[read]
        read += 1
        for k in range(graph.start[v], graph.start[v + 1]):
            u = graph.neighbour[k]
            if picked[graph.edge[k]] and u != parent[v]:
                parent[u] = v
                link[u] = graph.edge[k]
                queue[filled] = u
                filled += 1
    return parent, link


@njit(cache=True, nogil=True)
def _lift(
    parent: NDArray[np.int32], link: NDArray[np.int32], node: int, top: int, edge: int
) -> None:
    """Turn the way from ``node`` to its root around and hang it under ``top`` by an edge."""
    while node >= 0:
        above = parent[node]
        held = link[node]
        parent[node] = top
        link[node] = edge
        top = node
        edge = held
        node = above


@njit(cache=True, nogil=True)
def _dearest(graph: Graph, parent: NDArray[np.int32], link: NDArray[np.int32], node: int) -> int:
    """Return the node under the longest edge on the way from a node to the root."""
    longest = node
    while parent[node] >= 0:
        if graph.length[link[node]] > graph.length[link[longest]]:
            longest = node
        node = parent[node]
    return longest


@njit(cache=True, nogil=True)
def _try(
    graph: Graph,
    inside: NDArray[np.bool_],
    parent: NDArray[np.int32],
    link: NDArray[np.int32],
    v: int,
    rounding_share: float,
    swaps: NDArray[np.int32],
) -> bool:
    """Let a node join the tree; tell whether that made it cheaper, and undo it otherwise.

    ``swaps[i]`` holds the neighbour joined, and the node, parent and edge that were cut.
    """
    first = -1
    for k in range(graph.start[v], graph.start[v + 1]):
        if inside[graph.neighbour[k]] and (
            first < 0 or graph.length[graph.edge[k]] < graph.length[graph.edge[first]]
        ):
            first = k
    _lift(parent, link, graph.neighbour[first], v, graph.edge[first])
    gain = -graph.length[graph.edge[first]]
    total = -gain
    count = 0
    for k in range(graph.start[v], graph.start[v + 1]):
        u = graph.neighbour[k]
        if k == first or not inside[u] or parent[u] == v:
            continue
        cut = _dearest(graph, parent, link, u)
        saved = graph.length[link[cut]] - graph.length[graph.edge[k]]
        if saved <= 0.0:
            continue
        swaps[count, 0], swaps[count, 1] = u, cut
        swaps[count, 2], swaps[count, 3] = parent[cut], link[cut]
        count += 1
        gain += saved
        total += graph.length[graph.edge[k]]
        parent[cut] = -1
        _lift(parent, link, u, v, graph.edge[k])
    if gain > total * rounding_share:
        return True
    for i in range(count - 1, -1, -1):
        u, cut, above, edge = swaps[i]
        parent[u] = -1
        _lift(parent, link, cut, above, edge)
    parent[graph.neighbour[first]] = -1
    link[graph.neighbour[first]] = -1
    return False


@njit(cache=True, nogil=True)
def insert(
    graph: Graph,
    picked: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    rounding_share: float,
) -> bool:
    """Let each node next to the tree join where that makes it cheaper; tell whether any did.

    Parameters
    ----------
    graph
        The graph.
    picked
        Edges of a tree, shape (n_edges,), changed in place.
    inside
        Nodes of that tree, shape (n_nodes,), changed in place.
    rounding_share
        The tree must become cheaper by more than this part of what is added.

    References
    ----------
    Uchoa, Werneck (2012), "Fast local search for the Steiner problem in graphs", ACM Journal of
    Experimental Algorithmics 17.
    """
    parent, link = _rooted(graph, picked, inside)
    most = 0
    for v in range(len(inside)):
        most = max(most, graph.start[v + 1] - graph.start[v])
    swaps = np.empty((most, 4), np.int32)
    improved = False
    for v in range(len(inside)):
        if inside[v]:
            continue
        near = 0
        for k in range(graph.start[v], graph.start[v + 1]):
            near += inside[graph.neighbour[k]]
        if near > 1 and _try(graph, inside, parent, link, v, rounding_share, swaps):
            inside[v] = True
            improved = True
    if improved:
        picked[:] = False
        for v in range(len(inside)):
            if link[v] >= 0:
                picked[link[v]] = True
    return improved
