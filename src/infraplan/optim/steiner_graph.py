"""Which part of the network can a cheapest tree use, with chains drawn together?"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

PAIR_BITS = 32
"""Bits of a node number where two of them share one integer."""
PASSING_DEGREE = 2
"""Degree of a node that a chain only passes through, unless it is a terminal."""


class Graph(NamedTuple):
    """An undirected graph in rows: arc ``k`` of node ``v`` leads to ``neighbour[k]``.

    Arcs of ``v`` are ``start[v]:start[v + 1]``; arc ``k`` belongs to edge ``edge[k]``, of length
    ``length[edge[k]]`` >= 0, and ``twin[k]`` is the other arc of that edge. ``prize[v]`` is what a
    tree without ``v`` costs: 0 for a node that need not be in it, inf for one that must.
    """

    start: NDArray[np.int64]
    neighbour: NDArray[np.int32]
    edge: NDArray[np.int32]
    twin: NDArray[np.int32]
    length: NDArray[np.float64]
    prize: NDArray[np.float64]


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
        Its nodes with a prize, ascending.
    chain
        Per edge handed in: the contracted edge that holds it, -1 for none.
    number
        Per node handed in: its number in the graph, -1 for none.
    """

    graph: Graph
    ends: NDArray[np.int32]
    terminals: NDArray[np.int64]
    chain: NDArray[np.int32]
    number: NDArray[np.int32]

    def expand(self, picked: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the edges handed in that the picked contracted edges stand for, ascending."""
        kept = np.flatnonzero(self.chain >= 0)
        return kept[picked[self.chain[kept]]]


@njit(cache=True, nogil=True)
def arc_rows(
    n_nodes: int, ends: NDArray[np.int32], kept: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Return row starts, neighbours, edge numbers and twins of both arcs of every kept edge."""
    start = np.zeros(n_nodes + 1, np.int64)
    for e in range(len(ends)):
        if kept[e]:
            start[ends[e, 0] + 1] += 1
            start[ends[e, 1] + 1] += 1
    for v in range(n_nodes):
        start[v + 1] += start[v]
    place = start[:-1].copy()
    neighbour = np.empty(start[-1], np.int32)
    edge = np.empty(start[-1], np.int32)
    twin = np.empty(start[-1], np.int32)
    for e in range(len(ends)):
        if not kept[e]:
            continue
        one, other = ends[e]
        k = place[one]
        place[one] += 1
        q = place[other]
        place[other] += 1
        neighbour[k], neighbour[q] = other, one
        edge[k], edge[q] = e, e
        twin[k], twin[q] = q, k
    return start, neighbour, edge, twin


@njit(cache=True, nogil=True)
def _prune(
    start: NDArray[np.int64],
    neighbour: NDArray[np.int32],
    edge: NDArray[np.int32],
    is_terminal: NDArray[np.bool_],
    alive: NDArray[np.bool_],
) -> NDArray[np.int32]:
    """Take dangling trees without a terminal out of ``alive``; return the degrees left."""
    n_nodes = len(start) - 1
    degree = np.zeros(n_nodes, np.int32)
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
    neighbour: NDArray[np.int32],
    edge: NDArray[np.int32],
    is_terminal: NDArray[np.bool_],
    alive: NDArray[np.bool_],
    degree: NDArray[np.int32],
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Find the chains between key nodes (terminals, crossings); return edge labels and ends.

    Edges that are gone get -1; a chain that comes back to where it started is a loop, which the
    next pass drops.
    """
    label = np.full(len(alive), -1, np.int32)
    seen = ~alive
    ends = np.empty((len(alive), 2), np.int32)
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


def _cheapest(ends: NDArray[np.int32], length: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which edges are no loop and the cheapest (then first) between their ends."""
    low = ends.min(axis=1)
    high = ends.max(axis=1)
    pair = (low.astype(np.int64) << PAIR_BITS) | high
    order = np.argsort(pair, kind="stable").astype(np.int32)
    pair = pair[order]
    new = np.ones(len(order), dtype=np.bool_)
    np.not_equal(pair[1:], pair[:-1], out=new[1:])
    kept = np.zeros(len(ends), dtype=np.bool_)
    kept[order[new]] = True
    if not new.all():
        group = np.cumsum(new) - 1
        least = np.minimum.reduceat(length[order], np.flatnonzero(new))
        cheap = np.flatnonzero(length[order] == least[group])
        _, first = np.unique(group[cheap], return_index=True)
        kept[:] = False
        kept[order[cheap[first]]] = True
    kept &= low != high
    return kept


def _pass(
    ends: NDArray[np.int32], length: NDArray[np.float64], is_terminal: NDArray[np.bool_]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Contract once: return each edge's new number (-1 for gone), the new ends and lengths."""
    alive = _cheapest(ends, length)
    start, neighbour, edge, _ = arc_rows(len(is_terminal), ends, alive)
    degree = _prune(start, neighbour, edge, is_terminal, alive)
    label, new_ends = _chains(start, neighbour, edge, is_terminal, alive, degree)
    held = label >= 0
    total = np.bincount(label[held], weights=length[held], minlength=len(new_ends))
    return label, new_ends, total.astype(np.float64)


def contract(
    ends: NDArray[np.int32],
    length: NDArray[np.float64],
    prize: NDArray[np.float64],
) -> Network:
    """Return the graph without loops, dearer parallel edges, dead ends and chains.

    Every cheapest tree of the contracted graph expands to a cheapest tree of the original one.

    Parameters
    ----------
    ends
        End nodes of each edge, shape (n_edges, 2).
    length
        Length or cost of each edge, >= 0.
    prize
        Per node: what leaving it out costs; nodes with a prize > 0 are the terminals.
    """
    is_terminal = prize > 0.0
    chain = np.arange(len(ends), dtype=np.int32)
    while True:
        number, ends, length = _pass(ends, length, is_terminal)
        held = chain >= 0
        chain[held] = number[chain[held]]
        if len(ends) == len(number):
            break
    kept = is_terminal.copy()
    kept[ends.ravel()] = True
    renumbered = np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32)
    ends = renumbered[ends].reshape(-1, 2)
    prize = prize[kept]
    rows = arc_rows(len(prize), ends, np.ones(len(ends), dtype=np.bool_))
    return Network(
        Graph(*rows, length, prize), ends, np.flatnonzero(prize > 0.0), chain, renumbered
    )
