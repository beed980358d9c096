"""Which part of the network can a cheapest tree use, with chains drawn together?"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

PASSING_DEGREE = 2
"""Degree of a node that a chain only passes through, unless it is a terminal."""


class Graph(NamedTuple):
    """An undirected graph in rows: arc ``k`` of node ``v`` leads to ``neighbour[k]``.

    Arcs of ``v`` are ``start[v]:start[v + 1]``; arc ``k`` belongs to edge ``edge[k]``, of length
    ``length[edge[k]]`` >= 0.
    """

    start: NDArray[np.int64]
    neighbour: NDArray[np.int64]
    edge: NDArray[np.int64]
    length: NDArray[np.float64]
    is_terminal: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A contracted graph and the way back to the edges it was made of.

    Attributes
    ----------
    graph
        The contracted graph.
    ends
        End nodes of its edges, shape (n_edges, 2).
    terminals
        Its terminals, ascending.
    chain
        Per edge handed in: the contracted edge that holds it, -1 for none.
    """

    graph: Graph
    ends: NDArray[np.int64]
    terminals: NDArray[np.int64]
    chain: NDArray[np.int64]

    def expand(self, picked: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the edges handed in that the picked contracted edges stand for, ascending."""
        kept = np.flatnonzero(self.chain >= 0)
        return kept[picked[self.chain[kept]]]


@njit(cache=True, nogil=True)
def _rows(
    n_nodes: int, ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return row starts, neighbours and edge numbers of both arcs of every edge."""
    start = np.zeros(n_nodes + 1, np.int64)
    for e in range(len(ends)):
        start[ends[e, 0] + 1] += 1
        start[ends[e, 1] + 1] += 1
    for v in range(n_nodes):
        start[v + 1] += start[v]
    place = start[:-1].copy()
    neighbour = np.empty(2 * len(ends), np.int64)
    edge = np.empty(2 * len(ends), np.int64)
    for e in range(len(ends)):
        for side in range(2):
            v = ends[e, side]
            neighbour[place[v]] = ends[e, 1 - side]
            edge[place[v]] = e
            place[v] += 1
    return start, neighbour, edge


@njit(cache=True, nogil=True)
def _prune(
    start: NDArray[np.int64],
    neighbour: NDArray[np.int64],
    edge: NDArray[np.int64],
    is_terminal: NDArray[np.bool_],
    alive: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Take dangling trees without a terminal out of ``alive``; return the degrees left."""
    n_nodes = len(start) - 1
    degree = np.zeros(n_nodes, np.int64)
    for v in range(n_nodes):
        for k in range(start[v], start[v + 1]):
            degree[v] += alive[edge[k]]
    for leaf in range(n_nodes):
        v = leaf
        while v >= 0 and degree[v] == 1 and not is_terminal[v]:
            following = -1
            for k in range(start[v], start[v + 1]):
                if alive[edge[k]]:
                    alive[edge[k]] = False
                    degree[v] -= 1
                    degree[neighbour[k]] -= 1
                    following = neighbour[k]
            v = following
    return degree


@njit(cache=True, nogil=True)
def _chains(
    start: NDArray[np.int64],
    neighbour: NDArray[np.int64],
    edge: NDArray[np.int64],
    is_terminal: NDArray[np.bool_],
    alive: NDArray[np.bool_],
    degree: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the chains between key nodes (terminals, crossings); return edge labels and ends.

    Edges that are gone get -1; a chain that comes back to where it started is a loop, which the
    next pass drops.
    """
    label = np.full(len(alive), -1, np.int64)
    seen = ~alive
    ends = np.empty((len(alive), 2), np.int64)
    count = 0
    for v in range(len(degree)):
        if degree[v] == PASSING_DEGREE and not is_terminal[v]:
            continue
        for first in range(start[v], start[v + 1]):
            if seen[edge[first]]:
                continue
            k = first
            while True:
                seen[edge[k]] = True
                label[edge[k]] = count
                node = neighbour[k]
                if is_terminal[node] or degree[node] != PASSING_DEGREE:
                    break
                for q in range(start[node], start[node + 1]):
                    if not seen[edge[q]]:
                        k = q
            ends[count, 0] = v
            ends[count, 1] = node
            count += 1
    return label, ends[:count]


def _cheapest(ends: NDArray[np.int64], length: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the edges that are no loop and the cheapest (then first) between their ends."""
    low = ends.min(axis=1)
    high = ends.max(axis=1)
    order = np.lexsort((np.arange(len(ends)), length, high, low))
    order = order[low[order] != high[order]]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
    return np.sort(order[new])


def _pass(
    ends: NDArray[np.int64], length: NDArray[np.float64], is_terminal: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Contract once: return each edge's new number (-1 for gone), the new ends and lengths."""
    kept = _cheapest(ends, length)
    start, neighbour, edge = _rows(len(is_terminal), ends[kept])
    alive = np.ones(len(kept), dtype=np.bool_)
    degree = _prune(start, neighbour, edge, is_terminal, alive)
    label, new_ends = _chains(start, neighbour, edge, is_terminal, alive, degree)
    number = np.full(len(ends), -1, dtype=np.int64)
    number[kept] = label
    held = label >= 0
    total = np.bincount(label[held], weights=length[kept][held], minlength=len(new_ends)).astype(
        np.float64
    )
    return number, new_ends, total


def contract(
    n_nodes: int,
    ends: NDArray[np.int64],
    length: NDArray[np.float64],
    terminals: NDArray[np.int64],
) -> Network:
    """Return the graph without loops, dearer parallel edges, dead ends and chains.

    Every cheapest tree of the contracted graph expands to a cheapest tree of the original one.

    Parameters
    ----------
    n_nodes
        Number of nodes.
    ends
        End nodes of each edge, shape (n_edges, 2).
    length
        Length or cost of each edge, >= 0.
    terminals
        Nodes to connect, at least two, all in one component.
    """
    is_terminal = np.zeros(n_nodes, dtype=np.bool_)
    is_terminal[terminals] = True
    chain = np.arange(len(ends), dtype=np.int64)
    while True:
        number, ends, length = _pass(ends, length, is_terminal)
        held = chain >= 0
        chain[held] = number[chain[held]]
        if len(ends) == len(number):
            break
    nodes = np.union1d(ends.ravel(), np.flatnonzero(is_terminal))
    ends = np.searchsorted(nodes, ends).astype(np.int64).reshape(-1, 2)
    start, neighbour, edge = _rows(len(nodes), ends)
    graph = Graph(start, neighbour, edge, length, is_terminal[nodes])
    return Network(graph, ends, np.flatnonzero(graph.is_terminal), chain)
