"""What is the cheapest way from every node of a network to what stands?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Ways", "cheapest_ways", "simple_edges"]

_NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """The cheapest way from the root to each node.

    Attributes
    ----------
    cost_vnd
        Price of the way, infinite where there is none, shape (nodes,).
    edge
        Edge by which the node is reached, -1 at the root and where there is none.
    before
        Node before, -1 likewise.
    """

    cost_vnd: NDArray[np.float64]
    edge: NDArray[np.int64]
    before: NDArray[np.int64]

    def edges_to(self, node: int) -> list[int]:
        """Return the edges from the root to a node."""
        found: list[int] = []
        while self.before[node] != _NONE:
            found.append(int(self.edge[node]))
            node = int(self.before[node])
        return found[::-1]

    def total(self, value: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add up a value of the edges along the way to each node, NaN where there is no way."""
        sums = np.where(self.edge == _NONE, 0.0, value[self.edge])
        jump = self.before.copy()
        while (jump != _NONE).any():  # doubles the distance looked back in each turn
            going = np.flatnonzero(jump != _NONE)
            sums[going] += sums[jump[going]]
            jump[going] = jump[jump[going]]
        return np.where(np.isfinite(self.cost_vnd), sums, np.nan)

    def first_edge(self) -> NDArray[np.int64]:
        """Return the first edge after the root on the way to each node, -1 where there is none."""
        first, jump = self.edge.copy(), self.before.copy()
        while True:
            going = np.flatnonzero((jump != _NONE) & (self.edge[jump] != _NONE))
            if len(going) == 0:
                return first
            first[going] = first[jump[going]]
            jump[going] = jump[jump[going]]


def cheapest_ways(
    nodes: int, ends: NDArray[np.int64], weight_vnd: NDArray[np.float64], root: int
) -> Ways:
    """Find the cheapest way from the root to every node.

    Parameters
    ----------
    nodes
        Number of nodes.
    ends
        Ends of each edge, shape (edges, 2); parallel edges, loops and weights of 0 are allowed.
    weight_vnd
        Price of each edge, at least 0.
    root
        Where ways begin.
    """
    kept = simple_edges(ends, weight_vnd)
    low, high = ends[kept].min(axis=1), ends[kept].max(axis=1)
    order = np.lexsort((high, low))
    kept, low, high = kept[order], low[order], high[order]
    graph = csr_array((weight_vnd[kept], (low, high)), shape=(nodes, nodes))
    found = dijkstra(graph, directed=False, indices=np.array([root]), return_predecessors=True)
    cost_vnd = np.asarray(found[0][0], dtype=np.float64)
    before = np.where(found[1][0] < 0, _NONE, found[1][0]).astype(np.int64)
    reached = np.flatnonzero(before != _NONE)
    edge = np.full(nodes, _NONE, dtype=np.int64)
    a, b = np.minimum(before[reached], reached), np.maximum(before[reached], reached)
    edge[reached] = kept[np.searchsorted(low * nodes + high, a * nodes + b)]
    return Ways(cost_vnd, edge, before)


def simple_edges(ends: NDArray[np.int64], weight_vnd: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the cheapest edge of each pair of ends, loops left out; the first of equal ones."""
    low, high = ends.min(axis=1), ends.max(axis=1)
    order = np.lexsort((weight_vnd, high, low))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])
    kept = order[first & (low != high)[order]]
    return np.sort(kept).astype(np.int64)
