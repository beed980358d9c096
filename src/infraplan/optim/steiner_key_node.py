"""Which crossings of a tree can be given up for shorter connections of its parts?"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.optim.heap import pop, push
from infraplan.optim.steiner_exchange import flip, most_walked, take_path, tree_degrees
from infraplan.optim.steiner_graph import PASSING_DEGREE, Graph

MOST_PARTS = 12
"""Crossings of more branches are left alone."""


class _Walk(NamedTuple):
    """Scratch arrays per node; each kernel hands ``part``, ``distance`` and ``slot`` back clean."""

    part: NDArray[np.int8]
    members: NDArray[np.int32]
    following: NDArray[np.int32]
    distance: NDArray[np.float64]
    before: NDArray[np.int32]
    heap: NDArray[np.int32]
    slot: NDArray[np.int32]
    touched: NDArray[np.int32]


@njit(cache=True, nogil=True)
def _new_walk(n: int) -> _Walk:
    """Return clean scratch arrays."""
    return _Walk(
        np.zeros(n, np.int8),
        np.empty(2 * n + MOST_PARTS, np.int32),
        np.empty(2 * n + MOST_PARTS, np.int32),
        np.full(n, np.inf),
        np.full((n, 2), -1, np.int32),
        np.empty(n, np.int32),
        np.full(n, -1, np.int32),
        np.empty(2 * n + MOST_PARTS, np.int32),
    )


@njit(cache=True, nogil=True)
def _mark_parts(  # noqa: C901 - walks in turn over linked lists
    graph: Graph,
    picked: NDArray[np.bool_],
    tips: NDArray[np.int32],
    walk: _Walk,
) -> tuple[int, int]:
    """Walk the parts in turn until one is left or enough is seen; mark nodes, return how many.

    The nodes of the part of ``tips[i]`` get ``part`` i + 1, those of the largest one 0 where the
    others were walked to their ends. Returns also the mark of tree nodes that are not known to be
    in a part: 0, or -1 for none.
    """
    part, members, following = walk.part, walk.members, walk.following
    n_parts = len(tips)
    last = np.empty(n_parts, np.int32)
    cursor = np.empty(n_parts, np.int32)
    open_parts = n_parts
    count = 0
    for i in range(n_parts):
        members[count] = tips[i]
        following[count] = -1
        cursor[i] = last[i] = count
        part[tips[i]] = i + 1
        count += 1
    most = most_walked(len(part))
    while open_parts > 1:
        if count > most:
            return count, 0
        for i in range(n_parts):
            if cursor[i] < 0 or open_parts == 1:
                continue
            v = members[cursor[i]]
            for k in range(graph.start[v], graph.start[v + 1]):
                u = graph.neighbour[k]
                if picked[graph.edge[k]] and part[u] == 0:
                    part[u] = i + 1
                    members[count] = u
                    following[count] = -1
                    following[last[i]] = count
                    last[i] = count
                    count += 1
            cursor[i] = following[cursor[i]]
            open_parts -= cursor[i] < 0
    for i in range(n_parts):
        if cursor[i] >= 0:
            for place in range(count):
                if part[members[place]] == i + 1:
                    part[members[place]] = 0
    return count, -1


@njit(cache=True, nogil=True)
def _link(  # noqa: C901, PLR0912 - Dijkstra with its start and its end
    graph: Graph,
    degree: NDArray[np.int32],
    held: NDArray[np.bool_],
    own: int,
    members: NDArray[np.int32],
    unknown: int,
    below: float,
    walk: _Walk,
) -> tuple[int, float]:
    """Return the nearest tree node in another part and its distance, -1 for none below a length.

    Tree nodes marked ``unknown`` are no end and are not passed through.
    """
    part, distance, before = walk.part, walk.distance, walk.before
    heap, slot, touched = walk.heap, walk.slot, walk.touched
    size = 0
    n_touched = 0
    for v in members:
        if part[v] == own:
            distance[v] = 0.0
            before[v, 0] = -1
            touched[n_touched] = v
            n_touched += 1
    n_seeds = n_touched
    for v in touched[:n_seeds]:
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
    node = -1
    length = np.inf
    while size > 0:
        v, size = pop(heap, slot, distance, size)
        if part[v] != own and (degree[v] > 0 or held[v] or part[v] > 0):
            if part[v] == unknown:
                continue
            node = v
            length = distance[v]
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
    return node, length


@njit(cache=True, nogil=True)
def _cut_out(
    graph: Graph,
    picked: NDArray[np.bool_],
    degree: NDArray[np.int32],
    held: NDArray[np.bool_],
    v: int,
    flips: NDArray[np.int32],
    tips: NDArray[np.int32],
) -> tuple[int, int, float]:
    """Take all key paths at a crossing out; return their steps, their number and length."""
    n_flips = 0
    n_parts = 0
    total = 0.0
    for k in range(graph.start[v], graph.start[v + 1]):
        if picked[graph.edge[k]]:
            steps, end, length = take_path(graph, picked, degree, held, v, k, flips[n_flips:])
            n_flips += steps
            tips[n_parts] = end
            n_parts += 1
            total += length
    return n_flips, n_parts, total


@njit(cache=True, nogil=True)
def _rejoin(
    graph: Graph,
    picked: NDArray[np.bool_],
    degree: NDArray[np.int32],
    held: NDArray[np.bool_],
    tips: NDArray[np.int32],
    flips: NDArray[np.int32],
    n_flips: int,
    below: float,
    walk: _Walk,
) -> tuple[bool, int]:
    """Join the parts by paths shorter than a length together; return whether, and all flips."""
    count, unknown = _mark_parts(graph, picked, tips, walk)
    part, members = walk.part, walk.members
    is_better = True
    joined = 1
    for own in range(1, len(tips) + 1):
        if part[tips[own - 1]] != own or joined == len(tips):
            continue
        node, length = _link(graph, degree, held, own, members[:count], unknown, below, walk)
        if node < 0:
            is_better = False
            break
        below -= length
        joined += 1
        label = part[node]
        while walk.before[node, 0] >= 0:
            above = walk.before[node, 0]
            flips[n_flips, 0] = above
            flips[n_flips, 1] = walk.before[node, 1]
            n_flips += 1
            flip(graph, picked, degree, walk.before[node, 1], above)
            if part[above] != own and label > 0:
                part[above] = label
                members[count] = above
                count += 1
            node = above
        for v in members[:count]:
            if part[v] == own:
                part[v] = label
    part[members[:count]] = 0
    return is_better, n_flips


@njit(cache=True, nogil=True)
def eliminate(
    graph: Graph,
    picked: NDArray[np.bool_],
    held: NDArray[np.bool_],
    fresh: NDArray[np.bool_],
    nodes: tuple[int, int],
    rounding_share: float,
) -> bool:
    """Take crossings with their key paths out where the parts connect for less; tell if any.

    Parameters
    ----------
    graph
        The graph.
    picked
        Edges of a tree without useless leaves, shape (n_edges,), changed in place.
    held
        Terminals in that tree, shape (n_nodes,).
    fresh
        Nodes near which the tree has changed: other crossings are left alone, shape (n_nodes,).
    nodes
        Crossings tried, from the first up to before the last.
    rounding_share
        The new connections must be shorter by more than this part.

    References
    ----------
    Uchoa, Werneck (2012), "Fast local search for the Steiner problem in graphs", ACM Journal of
    Experimental Algorithmics 17.
    """
    n = len(held)
    degree = tree_degrees(graph, picked)
    walk = _new_walk(n)
    flips = np.empty((2 * n, 2), np.int32)
    tips = np.empty(MOST_PARTS, np.int32)
    improved = False
    for v in range(nodes[0], nodes[1]):
        if held[v] or not PASSING_DEGREE < degree[v] <= MOST_PARTS:
            continue
        n_flips, n_parts, total = _cut_out(graph, picked, degree, held, v, flips, tips)
        is_better = False
        if fresh[flips[:n_flips, 0]].any() or fresh[tips[:n_parts]].any():
            below = total * (1.0 - rounding_share)
            is_better, n_flips = _rejoin(
                graph, picked, degree, held, tips[:n_parts], flips, n_flips, below, walk
            )
        if is_better:
            improved = True
            continue
        for i in range(n_flips - 1, -1, -1):
            flip(graph, picked, degree, flips[i, 1], flips[i, 0])
    return improved
