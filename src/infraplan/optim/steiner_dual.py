"""How far can cuts around terminals grow before the edges they cross are used up?

A feasible dual of the directed cut formulation is a number of turns: each grows cuts around one
terminal and uses of every arc into a cut what the cut is worth. Turns are logged, so that those of
some terminals can be taken back and grown again in another order.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.optim.heap import pop, push
from infraplan.optim.steiner_graph import Graph


class Scratch(NamedTuple):
    """Arrays per node that kernels share; each kernel hands them back clean."""

    distance: NDArray[np.float64]
    heap: NDArray[np.int32]
    slot: NDArray[np.int32]
    inside: NDArray[np.bool_]
    members: NDArray[np.int32]
    touched: NDArray[np.int32]
    key: NDArray[np.float64]
    queue: NDArray[np.int32]
    place: NDArray[np.int32]
    active: NDArray[np.bool_]


class Log(NamedTuple):
    """The turns that can be taken back.

    Turn ``i`` reached ``level[i]`` and holds the nodes ``node[start[i]:start[i + 1]]`` at their
    ``depth``; the turns of terminal ``v`` are ``latest[v]``, then ``earlier[...]`` until -1.
    ``taken[0]`` turns are held. A turn for which there is no room is not logged or, where
    ``taken[1]`` is 1, not made.
    """

    node: NDArray[np.int32]
    depth: NDArray[np.float64]
    level: NDArray[np.float64]
    start: NDArray[np.int64]
    earlier: NDArray[np.int32]
    latest: NDArray[np.int32]
    taken: NDArray[np.int64]


class Dual(NamedTuple):
    """A feasible dual: what it leaves of each arc and of each prize, and how it came about.

    Arc ``k`` of row ``v`` stands for the direction into ``v``. Cuts keep ``root`` out.
    """

    root: int
    unused: NDArray[np.float64]
    unspent: NDArray[np.float64]
    scratch: Scratch
    log: Log


def new_scratch(n_nodes: int) -> Scratch:
    """Return clean scratch arrays."""
    return Scratch(
        np.full(n_nodes, np.inf),
        np.empty(n_nodes, np.int32),
        np.full(n_nodes, -1, np.int32),
        np.zeros(n_nodes, np.bool_),
        np.empty(n_nodes, np.int32),
        np.empty(n_nodes, np.int32),
        np.zeros(n_nodes),
        np.empty(n_nodes, np.int32),
        np.full(n_nodes, -1, np.int32),
        np.zeros(n_nodes, np.bool_),
    )


def new_log(n_nodes: int, entries: int, turns: int) -> Log:
    """Return an empty log with room for some entries and turns."""
    return Log(
        np.empty(entries, np.int32),
        np.empty(entries),
        np.empty(turns),
        np.zeros(turns + 1, np.int64),
        np.empty(turns, np.int32),
        np.full(n_nodes, -1, np.int32),
        np.zeros(2, np.int64),
    )


@njit(cache=True, nogil=True)
def _use(
    graph: Graph,
    unused: NDArray[np.float64],
    nodes: NDArray[np.int32],
    level: float,
    distance: NDArray[np.float64],
    sign: float,
) -> int:
    """Take from each arc what cuts grown to ``level`` use of it (sign 1), or give it back (-1)."""
    work = 0
    for v in nodes:
        if distance[v] >= level:
            continue
        for k in range(graph.start[v], graph.start[v + 1]):
            used = min(level, distance[graph.neighbour[k]]) - distance[v]
            if used > 0.0:
                unused[k] -= sign * used
        work += graph.start[v + 1] - graph.start[v]
    return work


@njit(cache=True, nogil=True)
def _replay(graph: Graph, dual: Dual, turn: int, sign: float) -> int:
    """Apply a logged turn once more (sign 1), or take it back (-1); return the work done."""
    log = dual.log
    distance = dual.scratch.distance
    first = log.start[turn]
    last = log.start[turn + 1]
    for i in range(first, last):
        distance[log.node[i]] = log.depth[i]
    nodes = log.node[first:last]
    work = _use(graph, dual.unused, nodes, log.level[turn], distance, sign)
    for i in range(first, last):
        distance[log.node[i]] = np.inf
    return work


@njit(cache=True, nogil=True)
def _write(dual: Dual, terminal: int, n_members: int, level: float) -> bool:
    """Log the turn that stands in the scratch arrays; tell whether there was room."""
    log = dual.log
    turn = log.taken[0]
    place = log.start[turn]
    if turn >= len(log.level) or place + n_members > len(log.node):
        return False
    for v in dual.scratch.members[:n_members]:
        if dual.scratch.distance[v] < level:
            log.node[place] = v
            log.depth[place] = dual.scratch.distance[v]
            place += 1
    log.start[turn + 1] = place
    log.level[turn] = level
    log.earlier[turn] = log.latest[terminal]
    log.latest[terminal] = turn
    log.taken[0] = turn + 1
    return True


@njit(cache=True, nogil=True)
def _settle(
    graph: Graph, dual: Dual, terminal: int, members: NDArray[np.int32], level: float
) -> tuple[int, bool]:
    """Use up what a turn takes and log it; return the work done, and whether there was room."""
    if level == 0.0:
        return 0, True
    if not _write(dual, terminal, len(members), level) and dual.log.taken[1] > 0:
        return 0, False
    dual.unspent[terminal] -= level
    return _use(graph, dual.unused, members, level, dual.scratch.distance, 1.0), True


@njit(cache=True, nogil=True)
def _turn(  # noqa: C901, PLR0915 - one loop that grows, counts and stops
    graph: Graph,
    dual: Dual,
    terminal: int,
    allowed: float,
    parent: NDArray[np.int32],
    penalty: float,
    most_nodes: int,
) -> tuple[float, float, int]:
    """Grow the cuts around one terminal; return bound gained, size paused at (0: done), work.

    A truncated Dijkstra against the arcs, in unused lengths: nodes within distance d form the
    cut that is raised when the level passes d. Ends at the root, at another active terminal, when
    the prize is spent, or before the cut has more than ``allowed`` arcs, where each crossing of
    the guiding tree (``parent``) after the first counts for ``penalty`` arcs. It is given up, with
    what it has gained, at ``most_nodes`` nodes: most likely it walks to the root at no length.
    """
    distance, heap, slot, inside, members, touched, _, _, _, active = dual.scratch
    limit = dual.unspent[terminal]
    distance[terminal] = 0.0
    size = push(heap, slot, distance, 0, np.int32(terminal))
    touched[0] = terminal
    n_touched = 1
    n_members = 0
    level = 0.0
    arcs = 0
    crossings = 0
    paused = 0.0
    work = 0
    while size > 0:
        v, size = pop(heap, slot, distance, size)
        if distance[v] > level:
            cut_size = arcs + penalty * max(0, crossings - 1)
            if cut_size > allowed:
                paused = cut_size
                break
            level = min(distance[v], limit)
        if level >= limit or v == dual.root or (active[v] and v != terminal):
            break
        if n_members >= most_nodes:
            break
        inside[v] = True
        members[n_members] = v
        n_members += 1
        work += graph.start[v + 1] - graph.start[v]
        for k in range(graph.start[v], graph.start[v + 1]):
            u = graph.neighbour[k]
            if inside[u]:
                arcs -= 1
                crossings -= parent[u] == v
                continue
            arcs += 1
            crossings += parent[v] == u
            reached = distance[v] + dual.unused[k]
            if reached < distance[u]:
                if distance[u] == np.inf:
                    touched[n_touched] = u
                    n_touched += 1
                distance[u] = reached
                size = push(heap, slot, distance, size, u)
    if size == 0 and limit < np.inf and n_members == n_touched:
        level = limit
    done, is_kept = _settle(graph, dual, terminal, members[:n_members], level)
    if not is_kept:
        level = 0.0
        paused = 0.0
    work += done
    for u in touched[:n_touched]:
        distance[u] = np.inf
        slot[u] = -1
        inside[u] = False
    return level, paused, work


@njit(cache=True, nogil=True)
def enqueue(
    graph: Graph, dual: Dual, terminals: NDArray[np.int64], noise: NDArray[np.float64]
) -> int:
    """Make terminals active and queue them for :func:`ascend`, ties broken by noise.

    Returns how many are queued.
    """
    scratch = dual.scratch
    waiting = 0
    for i in range(len(terminals)):
        v = terminals[i]
        if v != dual.root:
            scratch.active[v] = True
            scratch.key[v] = (graph.start[v + 1] - graph.start[v]) * (1.0 + noise[i])
            waiting = push(scratch.queue, scratch.place, scratch.key, waiting, np.int32(v))
    return waiting


@njit(cache=True, nogil=True)
def ascend(
    graph: Graph,
    dual: Dual,
    waiting: int,
    parent: NDArray[np.int32],
    penalty: float,
    patience: float,
    most_nodes: int,
    work_limit: int,
) -> tuple[float, int, int]:
    """Let the queued terminals take turns, small cuts first.

    Returns the bound gained, the number still queued (0 unless the work limit came first) and the
    work done, in arcs looked at. A terminal may grow to ``patience`` times the next one's size and
    to ``most_nodes`` nodes.
    """
    scratch = dual.scratch
    bound = 0.0
    work = 0
    while waiting > 0 and work < work_limit:
        terminal, waiting = pop(scratch.queue, scratch.place, scratch.key, waiting)
        following = scratch.key[scratch.queue[0]] * patience if waiting > 0 else np.inf
        allowed = max(following, scratch.key[terminal])
        gained, paused, done = _turn(graph, dual, terminal, allowed, parent, penalty, most_nodes)
        bound += gained
        work += done
        if paused > 0.0:
            scratch.key[terminal] = paused
            waiting = push(scratch.queue, scratch.place, scratch.key, waiting, np.int32(terminal))
        else:
            scratch.active[terminal] = False
    return bound, waiting, work


@njit(cache=True, nogil=True)
def _take_back(graph: Graph, dual: Dual, terminal: int) -> tuple[float, int]:
    """Take all logged turns of a terminal back; return the bound lost and the work done."""
    lost = 0.0
    work = 0
    turn = dual.log.latest[terminal]
    while turn >= 0:
        work += _replay(graph, dual, turn, -1.0)
        lost += dual.log.level[turn]
        turn = dual.log.earlier[turn]
    dual.log.latest[terminal] = -1
    dual.unspent[terminal] += lost
    return lost, work


@njit(cache=True, nogil=True)
def regrow(
    graph: Graph,
    dual: Dual,
    terminals: NDArray[np.int64],
    noise: NDArray[np.float64],
    parent: NDArray[np.int32],
    penalty: float,
    patience: float,
    most_nodes: int,
) -> tuple[float, int]:
    """Take the turns of some terminals back and grow them in another order.

    Keeps the new turns when they are worth at least as much; returns the gain and the work done.
    """
    log = dual.log
    held = np.empty(len(terminals), np.int32)
    n_turns = log.taken[0]
    log.taken[1] = 1
    lost = 0.0
    work = 0
    for i in range(len(terminals)):
        held[i] = log.latest[terminals[i]]
        part, done = _take_back(graph, dual, terminals[i])
        lost += part
        work += done
    waiting = enqueue(graph, dual, terminals, noise)
    gained, _, done = ascend(graph, dual, waiting, parent, penalty, patience, most_nodes, 1 << 62)
    work += done
    if gained >= lost:
        return gained - lost, work
    for i in range(len(terminals)):
        work += _take_back(graph, dual, terminals[i])[1]
    log.taken[0] = n_turns
    for i in range(len(terminals)):
        turn = held[i]
        log.latest[terminals[i]] = turn
        while turn >= 0:
            work += _replay(graph, dual, turn, 1.0)
            dual.unspent[terminals[i]] -= log.level[turn]
            turn = log.earlier[turn]
    return 0.0, work


@njit(cache=True, nogil=True)
def tidy(log: Log) -> None:
    """Drop the turns that were taken back, in place."""
    n_turns = log.taken[0]
    number = np.full(n_turns, -1, np.int32)
    for first in log.latest:
        turn = first
        while turn >= 0:
            number[turn] = 0
            turn = log.earlier[turn]
    count = 0
    place = 0
    for turn in range(n_turns):
        if number[turn] < 0:
            continue
        first = log.start[turn]
        size = log.start[turn + 1] - first
        for i in range(size):
            log.node[place + i] = log.node[first + i]
            log.depth[place + i] = log.depth[first + i]
        place += size
        earlier = log.earlier[turn]
        log.level[count] = log.level[turn]
        log.earlier[count] = number[earlier] if earlier >= 0 else -1
        number[turn] = count
        log.start[count] = place - size
        count += 1
    log.start[count] = place
    for v in range(len(log.latest)):
        if log.latest[v] >= 0:
            log.latest[v] = number[log.latest[v]]
    log.taken[0] = count
