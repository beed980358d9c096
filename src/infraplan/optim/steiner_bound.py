"""How cheap can no tree be that connects all terminals?"""

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.optim.heap import pop, push
from infraplan.optim.steiner_graph import Graph, Network

GRID_BITS = 44
"""Lengths are cut down to multiples of total / 2**44, so that sums of them are exact."""
LEAST_KEPT_SHARE = 0.3
"""Smallest part of the best duals that a further try starts from."""
PENALTIES = (20.0, 5.0, 100.0, 1000.0)
"""Arcs that a second crossing of the guiding tree counts for; the first try takes the first."""
PATIENCE = 1.5
"""A component may grow to this many times the size of the next smallest one."""


@dataclass(frozen=True, slots=True, eq=False)
class TreeBound:
    """A lower bound on the cost of any tree, and what it leaves of the lengths.

    Attributes
    ----------
    value
        No tree that connects the terminals costs less.
    slack
        Per edge: the length left unused in the better of its two directions.
    full
        Per arc: the length that duals may use.
    unused
        Per arc: what the duals leave of it, >= 0.
    root
        The terminal that cuts keep out.
    unit
        All arc lengths are multiples of this.
    """

    value: float
    slack: NDArray[np.float64]
    full: NDArray[np.float64]
    unused: NDArray[np.float64]
    root: int
    unit: float


@njit(cache=True, nogil=True)
def _raise(
    graph: Graph,
    reduced: NDArray[np.float64],
    members: NDArray[np.int64],
    level: float,
    distance: NDArray[np.float64],
) -> None:
    """Take from each arc what the cuts grown to ``level`` around a terminal used of it."""
    for v in members:
        if distance[v] >= level:
            continue
        for k in range(graph.start[v], graph.start[v + 1]):
            used = min(level, distance[graph.neighbour[k]]) - distance[v]
            if used > 0.0:
                reduced[k] -= used


@njit(cache=True, nogil=True)
def _turn(
    graph: Graph,
    reduced: NDArray[np.float64],
    root: int,
    terminal: int,
    is_active: NDArray[np.bool_],
    allowed: float,
    parent: NDArray[np.int64],
    penalty: float,
    distance: NDArray[np.float64],
    heap: NDArray[np.int64],
    slot: NDArray[np.int64],
    inside: NDArray[np.bool_],
    members: NDArray[np.int64],
    touched: NDArray[np.int64],
) -> tuple[float, float]:
    """Grow the cuts around one terminal; return the bound gained and the cut's arcs (0: done).

    A truncated Dijkstra against the arcs, in reduced lengths: nodes within distance d form the
    cut that is raised when the level passes d. Ends at the root, at another active terminal, or
    before the cut has more than ``allowed`` arcs, where each crossing of the guiding tree
    (``parent``) after the first counts for ``penalty`` arcs. Scratch arrays are handed back clean.
    """
    distance[terminal] = 0.0
    size = push(heap, slot, distance, 0, terminal)
    touched[0] = terminal
    n_touched = 1
    n_members = 0
    level = 0.0
    arcs = 0
    crossings = 0
    paused = 0.0
    while size > 0:
        v, size = pop(heap, slot, distance, size)
        if distance[v] > level:
            size_now = arcs + penalty * max(0, crossings - 1)
            if size_now > allowed:
                paused = size_now
                break
            level = distance[v]
        if v == root or (is_active[v] and v != terminal):
            break
        inside[v] = True
        members[n_members] = v
        n_members += 1
        for k in range(graph.start[v], graph.start[v + 1]):
            u = graph.neighbour[k]
            if inside[u]:
                arcs -= 1
                crossings -= parent[u] == v
                continue
            arcs += 1
            crossings += parent[v] == u
            reached = distance[v] + reduced[k]
            if reached < distance[u]:
                if distance[u] == np.inf:
                    touched[n_touched] = u
                    n_touched += 1
                distance[u] = reached
                size = push(heap, slot, distance, size, u)
    _raise(graph, reduced, members[:n_members], level, distance)
    for u in touched[:n_touched]:
        distance[u] = np.inf
        slot[u] = -1
        inside[u] = False
    return level, paused


@njit(cache=True, nogil=True)
def _ascend(
    graph: Graph,
    reduced: NDArray[np.float64],
    root: int,
    noise: NDArray[np.float64],
    parent: NDArray[np.int64],
    penalty: float,
) -> float:
    """Raise the duals of cuts around terminals, small cuts first; return what they sum up to.

    Arc ``k`` of row ``v`` stands for the direction into ``v``; ``reduced`` changes in place and
    stays >= 0. ``noise`` (per node, >= 0) breaks ties between first turns.
    """
    n = len(graph.is_terminal)
    is_active = graph.is_terminal.copy()
    is_active[root] = False
    key = np.zeros(n)
    queue = np.empty(n, np.int64)
    place = np.full(n, -1, np.int64)
    waiting = 0
    for number in np.flatnonzero(is_active):
        v = int(number)
        key[v] = (graph.start[v + 1] - graph.start[v]) * (1.0 + noise[v])
        waiting = push(queue, place, key, waiting, v)
    distance = np.full(n, np.inf)
    heap = np.empty(n, np.int64)
    slot = np.full(n, -1, np.int64)
    inside = np.zeros(n, np.bool_)
    members = np.empty(n, np.int64)
    touched = np.empty(n, np.int64)
    bound = 0.0
    while waiting > 0:
        terminal, waiting = pop(queue, place, key, waiting)
        following = key[queue[0]] * PATIENCE if waiting > 0 else np.inf
        gained, paused = _turn(
            graph,
            reduced,
            root,
            int(terminal),
            is_active,
            max(following, key[terminal]),
            parent,
            penalty,
            distance,
            heap,
            slot,
            inside,
            members,
            touched,
        )
        bound += gained
        if paused > 0.0:
            key[terminal] = paused
            waiting = push(queue, place, key, waiting, terminal)
        else:
            is_active[terminal] = False
    return bound


@njit(cache=True, nogil=True)
def _parents(graph: Graph, picked: NDArray[np.bool_], root: int) -> NDArray[np.int64]:
    """Return each node's predecessor in a tree seen from the root, -1 outside and at the root."""
    parent = np.full(len(graph.is_terminal), -1, np.int64)
    queue = np.empty(len(parent), np.int64)
    queue[0] = root
    filled = 1
    read = 0
    while read < filled:
        v = queue[read]
        read += 1
        for k in range(graph.start[v], graph.start[v + 1]):
            u = graph.neighbour[k]
            if picked[graph.edge[k]] and u != parent[v]:
                parent[u] = v
                queue[filled] = u
                filled += 1
    return parent


def no_bound(network: Network, *, cost: float, rng: np.random.Generator) -> TreeBound:
    """Return the bound to start from: zero, with all of every arc unused.

    Parameters
    ----------
    network
        A connected graph with at least two terminals.
    cost
        Cost of a tree known: no cheapest tree holds a dearer edge, and rounding is relative to it.
    rng
        Source of the root.
    """
    graph = network.graph
    unit = float(2.0 ** np.floor(np.log2(cost) - GRID_BITS)) if cost > 0.0 else 1.0
    longest = 2.0 * cost
    unused = np.floor(np.minimum(graph.length, longest)[graph.edge] / unit) * unit
    root = int(rng.choice(network.terminals))
    return TreeBound(0.0, graph.length, unused, unused, root, unit)


def raised(
    graph: Graph,
    known: TreeBound,
    *,
    picked: NDArray[np.bool_],
    tries: int,
    rng: np.random.Generator,
) -> TreeBound:
    """Return the best lower bound of some more tries.

    Dual ascent on the directed cut formulation; each try keeps part of the duals of the best one
    and grows the rest again in another order.

    Parameters
    ----------
    graph
        The graph of the known bound.
    known
        A bound to improve on.
    picked
        Edges of a good tree: cuts that several of its edges cross are grown last.
    tries
        Number of ascents.
    rng
        Source of parts and orders.

    References
    ----------
    Wong (1984), "A dual ascent approach for Steiner tree problems on a directed graph",
    Mathematical Programming 28.
    """
    parent = _parents(graph, picked, known.root)
    full = known.full
    best = known.value
    unused = known.unused
    for _ in range(tries):
        kept = float(rng.uniform(LEAST_KEPT_SHARE, 1.0)) if best > 0.0 else 0.0
        reduced = full - np.ceil(kept * (full - unused) / known.unit) * known.unit
        penalty = rng.choice(PENALTIES) if best > 0.0 else PENALTIES[0]
        noise = rng.random(len(graph.is_terminal))
        value = kept * best + _ascend(graph, reduced, known.root, noise, parent, float(penalty))
        if value > best:
            best, unused = value, reduced
    slack = np.full(len(graph.length), np.inf)
    np.minimum.at(slack, graph.edge, unused)
    return TreeBound(best, slack, full, unused, known.root, known.unit)
