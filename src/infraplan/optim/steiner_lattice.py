"""Which graph are cuts grown in, and which of its edges can no better tree hold?"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.optim.heap import pop, push
from infraplan.optim.steiner_dual import Dual
from infraplan.optim.steiner_graph import Graph, Network, arc_rows

GRID_BITS = 44
"""Lengths are cut down to multiples of total / 2**44, so that sums of them are exact."""
ROUNDING_SHARE = 1e-9
LEAST_THINNED_SHARE = 0.02
"""Smallest part of the edges that is worth a new graph."""


@dataclass(frozen=True, slots=True, eq=False)
class Lattice:
    """The graph that cuts are grown in, with lengths on a grid so that their sums are exact.

    Attributes
    ----------
    graph
        The graph; where no node is required it has one more, joined to every terminal.
    ends
        End nodes of its edges, those to the further node last.
    full
        Per arc: the length that cuts may use.
    terminals
        Nodes with a prize, ascending.
    purse
        Per node: its prize on the grid, inf for a required one.
    entry
        Length of the arcs from the further node, 0.0 without one: a bound is less by this much.
    unit
        All lengths are multiples of this.
    """

    graph: Graph
    ends: NDArray[np.int32]
    full: NDArray[np.float64]
    terminals: NDArray[np.int64]
    purse: NDArray[np.float64]
    entry: float
    unit: float


@dataclass(frozen=True, slots=True, eq=False)
class TreeBound:
    """A lower bound on the cost of any tree, and the dual that proves it.

    Attributes
    ----------
    value
        Nothing costs less.
    graph
        The lattice's graph without the edges found useless.
    dual
        The duals, changed in place as the bound is raised.
    steps_stalled
        Steps since the last gain.
    """

    value: float
    graph: Graph
    dual: Dual
    steps_stalled: int

    def slack(self, n_edges: int) -> NDArray[np.float64]:
        """Return per edge the length unused in its better direction, inf for useless edges."""
        slack = np.full(len(self.graph.length), np.inf)
        np.minimum.at(slack, self.graph.edge, self.dual.unused)
        return slack[:n_edges]


def lattice(network: Network, *, cost: float) -> Lattice:
    """Return the graph for cuts.

    Parameters
    ----------
    network
        A connected graph with at least one terminal.
    cost
        Cost of a tree known, > 0: no cheapest tree holds a dearer edge, and rounding is relative
        to it.
    """
    graph = network.graph
    unit = float(2.0 ** np.floor(np.log2(cost) - GRID_BITS))
    longest = np.floor(2.0 * cost / unit) * unit
    length = np.floor(np.minimum(graph.length, longest) / unit) * unit
    purse = np.where(
        np.isinf(graph.prize),
        np.inf,
        np.floor(np.minimum(graph.prize, longest) / unit) * unit,
    )
    terminals = network.terminals
    if np.isinf(purse).any():
        return Lattice(graph, network.ends, length[graph.edge], terminals, purse, 0.0, unit)
    n = len(purse)
    entry = float(purse.max())
    further = np.column_stack([np.full(len(terminals), n), terminals]).astype(np.int32)
    ends = np.concatenate([network.ends, further])
    length = np.concatenate([length, np.full(len(terminals), entry)])
    rows = arc_rows(n + 1, ends, np.ones(len(ends), dtype=np.bool_))
    purse = np.append(purse, 0.0)
    joined = Graph(*rows, length, np.append(graph.prize, 0.0))
    return Lattice(joined, ends, length[joined.edge], terminals, purse, entry, unit)


@njit(cache=True, nogil=True)
def _distances(
    graph: Graph, unused: NDArray[np.float64], sources: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return each node's distance to the nearest source; ``unused[k]`` counts into the row."""
    n = len(graph.prize)
    distance = np.full(n, np.inf)
    heap = np.empty(n, np.int32)
    slot = np.full(n, -1, np.int32)
    size = 0
    for v in sources:
        distance[v] = 0.0
        size = push(heap, slot, distance, size, np.int32(v))
    while size > 0:
        v, size = pop(heap, slot, distance, size)
        for k in range(graph.start[v], graph.start[v + 1]):
            u = graph.neighbour[k]
            reached = distance[v] + unused[k]
            if reached < distance[u]:
                distance[u] = reached
                size = push(heap, slot, distance, size, u)
    return distance


@njit(cache=True, nogil=True)
def _dearest_use(
    graph: Graph,
    unused: NDArray[np.float64],
    outward: NDArray[np.float64],
    onward: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return per edge the least unused length of a way from the root over it to a terminal."""
    least = np.full(len(graph.length), np.inf)
    for v in range(len(graph.prize)):
        for k in range(graph.start[v], graph.start[v + 1]):
            way = outward[graph.neighbour[k]] + unused[k] + onward[v]
            least[graph.edge[k]] = min(least[graph.edge[k]], way)
    return least


def thinned(
    ground: Lattice, known: TreeBound, *, cost: float, picked: NDArray[np.bool_]
) -> TreeBound:
    """Return the bound on the graph without the edges that no tree cheaper than ``cost`` holds.

    A tree over an edge costs at least the bound and the lengths that the dual leaves unused on a
    way from the root over the edge to some terminal.
    """
    graph, unused = known.graph, known.dual.unused
    root = known.dual.root
    tips = ground.terminals[ground.terminals != root]
    if not len(tips):
        return known
    outward = _distances(graph, unused[graph.twin], np.array([root]))
    onward = _distances(graph, unused, tips)
    least = _dearest_use(graph, unused, outward, onward)
    kept = known.value + least <= cost * (1.0 + ROUNDING_SHARE)
    kept[np.flatnonzero(picked)] = True
    if 2 * np.count_nonzero(kept) > (1.0 - LEAST_THINNED_SHARE) * len(graph.neighbour):
        return known
    rows = arc_rows(len(graph.prize), ground.ends, kept)
    dual = known.dual._replace(unused=unused[kept[graph.edge]])
    return TreeBound(
        known.value, Graph(*rows, graph.length, graph.prize), dual, known.steps_stalled
    )
