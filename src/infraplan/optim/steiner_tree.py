"""Which cheap tree connects all terminals?"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.optim.heap import pop, push
from infraplan.optim.steiner_exchange import ROUNDING_SHARE, exchange
from infraplan.optim.steiner_graph import Graph, Network, contract

PERTURBATION_SHARE = 0.2
"""Largest lengthening of an edge in a perturbed start."""
SLACK_PART = 0.01
"""Part of its length that an edge keeps when trees follow the unused lengths."""


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


def _improved(graph: Graph, length: NDArray[np.float64], root: int, passes: int) -> Found:
    """Grow a tree under some edge lengths and improve it under the true ones."""
    inside = _grow(graph, length, root)
    picked = _span(graph, inside, root)
    for _ in range(passes):
        changed = exchange(graph, picked, ROUNDING_SHARE)
        inside = graph.is_terminal.copy()
        ends = np.repeat(np.arange(len(inside)), np.diff(graph.start))
        inside[ends[picked[graph.edge]]] = True
        picked = _span(graph, inside, root)
        if not changed:
            break
    return Found(float(graph.length[picked].sum()), picked)


def _starts(
    network: Network,
    base: NDArray[np.float64],
    count: int,
    passes: int,
    rng: np.random.Generator,
    *,
    plain: bool,
) -> list[Found]:
    """Return trees grown under lengths near ``base`` (exactly these first, where ``plain``)."""
    graph = network.graph
    found = []
    for number in range(count):
        length = base
        if number > 0 or not plain:
            length = length * (1.0 + PERTURBATION_SHARE * rng.random(len(length)))
        root = int(rng.choice(network.terminals))
        found.append(_improved(graph, length, root, passes))
    return found


def cheapest_tree(
    network: Network,
    *,
    known: Found | None,
    slack: NDArray[np.float64] | None,
    starts: int,
    passes: int,
    rng: np.random.Generator,
) -> Found:
    """Return the cheapest tree found by one round of search.

    Trees grown from random roots under perturbed lengths are improved by key-path exchange; the
    graph of their union, far smaller, is searched again in the same way.

    Parameters
    ----------
    network
        The contracted graph, with at least two terminals.
    known
        A tree from an earlier round, which joins the union.
    slack
        Length of each edge that a lower bound leaves unused: trees are grown along short ones.
    starts
        Number of trees to grow; four times as many are grown in the union.
    passes
        Largest number of exchange passes per tree.
    rng
        Source of roots and perturbations.

    References
    ----------
    Takahashi, Matsuyama (1980), "An approximate solution for the Steiner problem in graphs",
    Mathematica Japonica 24. Uchoa, Werneck (2012), "Fast local search for the Steiner problem in
    graphs", ACM Journal of Experimental Algorithmics 17.
    """
    graph = network.graph
    pool = _starts(network, graph.length, starts, passes, rng, plain=known is None)
    if known is not None:
        pool.append(known)
    if slack is not None:
        short = slack + SLACK_PART * graph.length
        pool += _starts(network, short, starts, passes, rng, plain=True)
    rows = np.flatnonzero(np.any([tree.picked for tree in pool], axis=0))
    union = contract(
        len(graph.is_terminal), network.ends[rows], graph.length[rows], network.terminals
    )
    inner = min(_starts(union, union.graph.length, 4 * starts, passes, rng, plain=True), key=_cost)
    picked = np.zeros(len(graph.length), dtype=np.bool_)
    picked[rows[union.expand(inner.picked)]] = True
    pool.append(Found(float(graph.length[picked].sum()), picked))
    return min(pool, key=_cost)


def _cost(found: Found) -> float:
    return found.cost
