"""How cheap can no tree be that connects all terminals or forgoes their prizes?"""

import time

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.optim.heap import pop, push
from infraplan.optim.steiner_dual import (
    Dual,
    Log,
    ascend,
    enqueue,
    new_log,
    new_scratch,
    regrow,
    tidy,
)
from infraplan.optim.steiner_graph import Graph
from infraplan.optim.steiner_lattice import Lattice, TreeBound

FIRST_PENALTY = 100.0
FIRST_PATIENCE = 1.5
"""Penalty and patience of an ascent from nothing."""
PENALTIES = (0.0, 20.0, 100.0)
"""Arcs that a second crossing of the guiding tree counts for."""
PATIENCES = (5.0, 20.0)
"""A component may grow to this many times the size of the next smallest one."""
MOST_REGROWN = 12
"""Largest number of neighbouring terminals whose cuts are grown again together."""
LEAST_LOG = 4096
MOST_LOG_ENTRIES = 16_000_000
LOG_ENTRIES_PER_NODE = 96
LOG_TURNS_PER_NODE = 4
"""Room for turns that can be taken back."""
FULL_SHARE = 0.5
"""The log is tidied when more than this of the room left by the last time is taken."""
WORK_PER_CALL = 4_000_000
"""Arcs looked at between two looks at the clock, about."""
LEAST_TURN = 100
NODES_PER_TURN = 60
"""A turn of a regrown terminal may look at this many times the nodes there are per terminal."""
STEPS_PER_CALL = 32
MOST_ROOTS = 4
ROOT_WORK = 8_000_000
"""Roots are tried until this many arcs were looked at."""
STALLED_STEPS = 300
STALLED_STEPS_PER_TERMINAL = 12
"""Raising stops after this many steps without gain."""


@njit(cache=True, nogil=True)
def _parents(graph: Graph, picked: NDArray[np.bool_], first: int) -> NDArray[np.int32]:
    """Return each node's predecessor in a tree seen from one of its nodes, -1 outside."""
    parent = np.full(len(graph.prize), -1, np.int32)
    queue = np.empty(len(parent), np.int32)
    queue[0] = first
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


def _guide(graph: Graph, root: int, picked: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return the predecessors in a good tree; without a node required it is entered anywhere."""
    held = np.zeros(len(graph.length), dtype=np.bool_)
    held[: len(picked)] = picked
    first = root
    if graph.prize[root] == 0.0:
        tips = np.unique(graph.neighbour[held[graph.edge]])
        first = int(tips[np.argmax(graph.prize[tips])]) if len(tips) else root
    parent = _parents(graph, held, first)
    if first != root:
        parent[first] = root
    return parent


def _ascent(
    ground: Lattice,
    root: int,
    picked: NDArray[np.bool_],
    deadline: float,
    rng: np.random.Generator,
) -> tuple[TreeBound, int]:
    """Return the bound of one ascent from nothing, and the arcs looked at."""
    graph = ground.graph
    n = len(graph.prize)
    turns = LEAST_LOG + LOG_TURNS_PER_NODE * n
    entries = min(LEAST_LOG + LOG_ENTRIES_PER_NODE * n, MOST_LOG_ENTRIES)
    log = new_log(n, entries, turns)
    dual = Dual(root, ground.full.copy(), ground.purse.copy(), new_scratch(n), log)
    parent = _guide(graph, root, picked)
    noise = rng.random(len(ground.terminals))
    waiting = enqueue(graph, dual, ground.terminals, noise)
    value = -ground.entry
    work = 0
    while waiting > 0:
        gained, waiting, done = ascend(
            graph, dual, waiting, parent, FIRST_PENALTY, FIRST_PATIENCE, n, WORK_PER_CALL
        )
        value += gained
        work += done
        if time.perf_counter() > deadline:
            break
    log.taken[1] = 1
    return TreeBound(value, graph, _clean(dual, waiting), 0), work


def _clean(dual: Dual, waiting: int) -> Dual:
    """Return the dual with an empty queue, also where the clock stopped an ascent."""
    queued = dual.scratch.queue[:waiting]
    dual.scratch.place[queued] = -1
    dual.scratch.active[queued] = False
    return dual


def first_bound(
    ground: Lattice, *, picked: NDArray[np.bool_], deadline: float, rng: np.random.Generator
) -> tuple[TreeBound, int]:
    """Return the best bound of ascents from some roots, and the arcs looked at.

    Parameters
    ----------
    ground
        The graph for cuts.
    picked
        Edges of a good tree: cuts that several of its edges cross are grown last.
    deadline
        Moment to stop at, as ``time.perf_counter`` tells it; one root is always begun.
    rng
        Source of roots and orders.

    References
    ----------
    Wong (1984), "A dual ascent approach for Steiner tree problems on a directed graph",
    Mathematical Programming 28.
    """
    required = np.flatnonzero(np.isinf(ground.purse))
    roots = rng.permutation(required)[:MOST_ROOTS] if len(required) else [len(ground.purse) - 1]
    best, work = _ascent(ground, int(roots[0]), picked, deadline, rng)
    for root in roots[1:]:
        if work > ROOT_WORK or time.perf_counter() > deadline:
            break
        bound, done = _ascent(ground, int(root), picked, deadline, rng)
        work += done
        best = max(best, bound, key=_value)
    return best, work


def _value(bound: TreeBound) -> float:
    return bound.value


@njit(cache=True, nogil=True)
def _nearby(graph: Graph, dual: Dual, centre: int, found: NDArray[np.int64]) -> tuple[int, int]:
    """Fill in the terminals nearest to a node, itself included; return how many, and the work.

    The search does not pass through the root, which is no one's neighbour.
    """
    distance, heap, slot, inside, _, touched, _, _, _, _ = dual.scratch
    distance[centre] = 0.0
    touched[0] = centre
    n_touched = 1
    size = push(heap, slot, distance, 0, np.int32(centre))
    count = 0
    work = 0
    while size > 0 and count < len(found):
        v, size = pop(heap, slot, distance, size)
        if v == dual.root:
            continue
        inside[v] = True
        if graph.prize[v] > 0.0:
            found[count] = v
            count += 1
        work += graph.start[v + 1] - graph.start[v]
        for k in range(graph.start[v], graph.start[v + 1]):
            u = graph.neighbour[k]
            reached = distance[v] + graph.length[graph.edge[k]]
            if not inside[u] and reached < distance[u]:
                if distance[u] == np.inf:
                    touched[n_touched] = u
                    n_touched += 1
                distance[u] = reached
                size = push(heap, slot, distance, size, u)
    for u in touched[:n_touched]:
        distance[u] = np.inf
        slot[u] = -1
        inside[u] = False
    return count, work


@njit(cache=True, nogil=True)
def _steps(
    graph: Graph,
    dual: Dual,
    parent: NDArray[np.int32],
    centres: NDArray[np.int64],
    counts: NDArray[np.int64],
    noise: NDArray[np.float64],
    penalties: NDArray[np.float64],
    patiences: NDArray[np.float64],
    most_nodes: int,
    work_limit: int,
) -> tuple[float, int, int]:
    """Grow cuts around some terminals and their neighbours again; return gain, work, stalled."""
    found = np.empty(noise.shape[1], np.int64)
    total = 0.0
    work = 0
    stalled = 0
    for i in range(len(centres)):
        if work > work_limit:
            break
        count, looked = _nearby(graph, dual, centres[i], found[: counts[i]])
        gained, done = regrow(
            graph, dual, found[:count], noise[i], parent, penalties[i], patiences[i], most_nodes
        )
        stalled = 0 if gained > 0.0 else stalled + 1
        total += gained
        work += looked + done
    return total, work, stalled


def _taken(log: Log) -> float:
    """Return the part of the log that is taken."""
    return float(max(log.start[log.taken[0]] / len(log.node), log.taken[0] / len(log.level)))


def raised(
    ground: Lattice,
    known: TreeBound,
    *,
    picked: NDArray[np.bool_],
    target: float,
    work_limit: int,
    deadline: float,
    rng: np.random.Generator,
) -> tuple[TreeBound, int]:
    """Return a bound that is at least as high, and the arcs looked at.

    Again and again the cuts around a terminal and its neighbours are taken back and grown in
    another order, and kept where that is worth no less: a search in the neighbourhood of a dual.

    Parameters
    ----------
    ground
        The graph for cuts.
    known
        A bound to improve on; its dual changes.
    picked
        Edges of a good tree.
    target
        Value that is enough.
    work_limit
        Arcs to look at, about.
    deadline
        Moment to stop at, as ``time.perf_counter`` tells it.
    rng
        Source of centres and orders.
    """
    value, stalled, work = known.value, known.steps_stalled, 0
    log = known.dual.log
    held = 0.0
    parent = _guide(known.graph, known.dual.root, picked)
    most_nodes = LEAST_TURN + NODES_PER_TURN * len(ground.purse) // len(ground.terminals)
    patience = STALLED_STEPS + STALLED_STEPS_PER_TERMINAL * len(ground.terminals)
    while value < target and work < work_limit and stalled < patience:
        if time.perf_counter() > deadline:
            break
        gained, done, since = _steps(
            known.graph,
            known.dual,
            parent,
            rng.choice(ground.terminals, STEPS_PER_CALL),
            rng.integers(1, MOST_REGROWN, STEPS_PER_CALL, endpoint=True),
            rng.random((STEPS_PER_CALL, MOST_REGROWN)),
            rng.choice(PENALTIES, STEPS_PER_CALL),
            rng.choice(PATIENCES, STEPS_PER_CALL),
            most_nodes,
            WORK_PER_CALL,
        )
        value += gained
        work += done
        stalled = since if gained > 0.0 else stalled + STEPS_PER_CALL
        if _taken(log) - held > FULL_SHARE * (1.0 - held):
            tidy(log)
            held = _taken(log)
    return TreeBound(value, known.graph, known.dual, stalled), work
