"""Which tree connects all terminals at the least cost, and how sure is that?"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from infraplan.errors import ParameterError
from infraplan.optim.steiner_graph import contract
from infraplan.optim.steiner_input import (
    check_connected,
    components,
    graph_faults,
    prize_faults,
    run_faults,
)
from infraplan.optim.steiner_search import Limits, Outcome, search

OPTIMAL_GAP_SHARE = 1e-9
"""Gap below which a tree is called optimal: rounding of sums."""
MOST_COMPONENTS = 8
"""Components searched, those of most prizes first; of others only what they cannot beat is told."""

Status = Literal["optimal", "gap_reached", "effort_limit", "time_limit"]


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A tree over the terminals with its certificate.

    Attributes
    ----------
    edges
        Rows of the edges handed in, ascending, counted from 0.
    cost
        Sum of their weights and, with prizes, of the prizes of the terminals left out.
    lower_bound
        Nothing costs less: no tree with the prizes that it forgoes.
    gap_share
        (cost - lower_bound) / cost, 0 where the cost is 0.
    status
        "optimal"; "gap_reached": within the gap asked for; "effort_limit": the work allowed was
        done first; "time_limit": the clock stopped some of the work, the tree may differ between
        runs, whatever the gap.
    left_out
        Terminals that are not connected, ascending; empty without prizes.
    edge_cost
        Sum of the weights of the edges.
    lost_prize
        Sum of the prizes of the terminals left out.
    """

    edges: NDArray[np.int64]
    cost: float
    lower_bound: float
    gap_share: float
    status: Status
    left_out: NDArray[np.int64]
    edge_cost: float
    lost_prize: float


@dataclass(frozen=True, slots=True, eq=False)
class _Input:
    """What was handed in: edges, their weights, and per node what leaving it out costs."""

    ends: NDArray[np.int32]
    length: NDArray[np.float64]
    prize: NDArray[np.float64]
    component: NDArray[np.int32]
    terminals: NDArray[np.int64]


def solve(
    nodes: int,
    edges: ArrayLike,
    weight: ArrayLike,
    terminals: Sequence[int] | NDArray[np.int64],
    *,
    time_limit_s: float = 30.0,
    gap_share: float = 0.01,
    effort: float = 1.0,
    seed: int = 0,
    prizes: ArrayLike | None = None,
    root: int | None = None,
) -> Tree:
    """Connect the terminals by a tree of least weight, with a proven lower bound.

    With ``prizes`` a terminal may be left out for its prize, and the sum of weights and prizes left
    out is made small. Weights of zero (ducts that exist) and parallel edges are allowed, self loops
    are ignored. The same input gives the same tree unless the time limit stops the run.

    Parameters
    ----------
    nodes
        Number of nodes; they are counted from 0.
    edges
        End nodes of each edge, shape (n_edges, 2).
    weight
        Weight of each edge, >= 0, shape (n_edges,).
    terminals
        Nodes to connect; repeated ones count once.
    time_limit_s
        Emergency stop, seconds; a first tree is made in any case.
    gap_share
        Stop when the certified gap is at most this, in [0, 1).
    effort
        Scales the work allowed, > 0.
    seed
        Seed of roots and perturbations.
    prizes
        What leaving each terminal out costs, shape (n_terminals,): >= 0, inf for one that must be
        connected; those of repeated terminals add up. None: all must be connected. The tree is one
        piece, so that without a root and without infinite prizes at least one terminal is kept.
    root
        Node that must be in the tree, such as a network that exists; None for any.

    Returns
    -------
    Tree
        Edges and certificate; no edges for fewer than two terminals.

    Raises
    ------
    ParameterError
        If shapes, signs or numbers are wrong; the message lists every fault.
    InfeasibleError
        If nodes that must be connected lie in different components; the message names those cut
        off from most.

    Examples
    --------
    >>> star = [[0, 3], [1, 3], [2, 3], [0, 1]]
    >>> tree = solve(4, star, [1.0, 1.0, 1.0, 5.0], [0, 1, 2])
    >>> tree.edges.tolist(), tree.cost, tree.status
    ([0, 1, 2], 3.0, 'optimal')
    >>> tree = solve(4, star, [1.0, 1.0, 1.0, 5.0], [1, 2], prizes=[9.0, 0.5], root=0)
    >>> tree.edges.tolist(), tree.left_out.tolist(), tree.edge_cost, tree.lost_prize
    ([0, 1], [2], 2.0, 0.5)
    """
    deadline = time.perf_counter() + time_limit_s
    given = _checked(nodes, edges, weight, terminals, prizes, root)
    faults = run_faults(gap_share, time_limit_s, effort)
    if isinstance(given, list) or faults:
        found = given if isinstance(given, list) else []
        raise ParameterError("steiner tree: " + "; ".join([*found, *faults]))
    check_connected(np.flatnonzero(np.isinf(given.prize)), given.component)
    limits = Limits(gap_share, deadline, effort, seed)
    return _tree(given, _best_part(given, limits), gap_share)


def _checked(
    nodes: int,
    edges: ArrayLike,
    weight: ArrayLike,
    terminals: Sequence[int] | NDArray[np.int64],
    prizes: ArrayLike | None,
    root: int | None,
) -> _Input | list[str]:
    """Return the input as arrays, or every fault in it."""
    ends = np.asarray(edges)
    ends = ends.reshape(0, 2) if ends.size == 0 else ends
    length = np.asarray(weight, dtype=np.float64)
    wanted = np.asarray(terminals, dtype=np.int64)
    price = None if prizes is None else np.asarray(prizes, dtype=np.float64)
    faults = [
        *graph_faults(nodes, ends, length, wanted),
        *prize_faults(nodes, len(wanted), price, root),
    ]
    if faults:
        return faults
    prize = np.zeros(nodes)
    if price is None:
        prize[wanted] = np.inf
    else:
        np.add.at(prize, wanted, price)
    if root is not None:
        prize[root] = np.inf
    ends = ends.astype(np.int32)
    return _Input(ends, length, prize, components(nodes, ends), np.unique(wanted))


def _best_part(given: _Input, limits: Limits) -> Outcome:
    """Return the best tree; where several components hold prizes, that of the best one."""
    held = np.flatnonzero(given.prize > 0.0)
    required = held[np.isinf(given.prize[held])]
    if not len(held):
        return Outcome(np.empty(0, dtype=np.int64), -1, 0.0, 0.0, timed_out=False)
    if len(required):
        return _in_component(given, int(given.component[required[0]]), limits)
    total = np.bincount(given.component[held], weights=given.prize[held])
    ranked = np.unique(given.component[held])
    ranked = ranked[np.argsort(-total[ranked], kind="stable")]
    best = _in_component(given, int(ranked[0]), limits)
    bound = best.bound
    timed_out = best.timed_out
    for place, label in enumerate(ranked[1:], 1):
        outside = _outside(given, int(label))
        if outside >= best.cost or place == MOST_COMPONENTS:
            bound = min(bound, outside)
            break
        other = _in_component(given, int(label), limits)
        bound = min(bound, other.bound)
        best = min(best, other, key=_cost)
        timed_out |= other.timed_out
    return Outcome(best.rows, best.kept, best.cost, bound, timed_out=timed_out)


def _cost(outcome: Outcome) -> float:
    return outcome.cost


def _outside(given: _Input, label: int) -> float:
    """Return the sum of the prizes outside a component."""
    return float(given.prize[(given.component != label) & (given.prize > 0.0)].sum())


def _in_component(given: _Input, label: int, limits: Limits) -> Outcome:
    """Return the best tree in one component; costs hold the prizes of the others."""
    inside = given.component == label
    rows = np.flatnonzero(inside[given.ends[:, 0]])
    prize = np.where(inside, given.prize, 0.0)
    outside = _outside(given, label)
    if np.count_nonzero(prize) <= 1:
        return Outcome(rows[:0], int(prize.argmax()), outside, outside, timed_out=False)
    part = rows if len(rows) < len(given.ends) else slice(None)
    network = contract(given.ends[part], given.length[part], prize)
    outcome = search(network, outside, limits)
    kept = outcome.kept
    if kept >= 0:
        kept = int(np.flatnonzero(network.number == kept)[0])
    return Outcome(
        rows[outcome.rows], kept, outcome.cost, outcome.bound, timed_out=outcome.timed_out
    )


def _tree(given: _Input, outcome: Outcome, gap_share: float) -> Tree:
    """Return the tree with its certificate, costs summed up from the input."""
    inside = np.zeros(len(given.prize), dtype=np.bool_)
    inside[given.ends[outcome.rows].ravel()] = True
    if outcome.kept >= 0:
        inside[outcome.kept] = True
    left_out = given.terminals[~inside[given.terminals]]
    edge_cost = float(given.length[outcome.rows].sum())
    lost_prize = float(given.prize[left_out].sum())
    cost = edge_cost + lost_prize
    bound = max(0.0, min(outcome.bound, cost))
    gap = (cost - bound) / cost if cost > 0.0 else 0.0
    status: Status = "effort_limit"
    if gap <= OPTIMAL_GAP_SHARE:
        status = "optimal"
    elif outcome.timed_out:
        status = "time_limit"
    elif gap <= gap_share:
        status = "gap_reached"
    return Tree(outcome.rows, cost, bound, gap, status, left_out, edge_cost, lost_prize)
