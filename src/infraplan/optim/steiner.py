"""Which tree connects all terminals at the least cost, and how sure is that?"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse import csgraph

from infraplan.errors import InfeasibleError, ParameterError
from infraplan.optim.steiner_bound import no_bound, raised
from infraplan.optim.steiner_graph import Network, contract
from infraplan.optim.steiner_tree import cheapest_tree

OPTIMAL_GAP_SHARE = 1e-9
"""Gap below which a tree is called optimal: rounding of sums."""
ROUNDS = 4
STARTS = 4
EXCHANGE_PASSES = 10
BOUND_TRIES = 10
NAMED_TERMINALS = 10
"""Largest number of terminals that an error names."""

Status = Literal["optimal", "gap_reached", "effort_limit", "time_limit"]


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """A tree over all terminals with its certificate.

    Attributes
    ----------
    edges
        Rows of the edges handed in, ascending, counted from 0.
    cost
        Sum of their weights.
    lower_bound
        No tree that connects the terminals costs less.
    gap_share
        (cost - lower_bound) / cost, 0 where the cost is 0.
    status
        "optimal"; "gap_reached": within the gap asked for; "effort_limit": the work allowed was
        done first; "time_limit": stopped by the clock, the tree may differ between runs.
    """

    edges: NDArray[np.int64]
    cost: float
    lower_bound: float
    gap_share: float
    status: Status


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
) -> Tree:
    """Connect the terminals by a tree of least weight, with a proven lower bound.

    Weights of zero (ducts that exist) and parallel edges are allowed, self loops are ignored. The
    same input gives the same tree unless the time limit stops the run.

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
        Emergency stop between rounds of work, seconds.
    gap_share
        Stop when the certified gap is at most this, in [0, 1).
    effort
        Scales the number of rounds, > 0.
    seed
        Seed of roots and perturbations.

    Returns
    -------
    Tree
        Edges and certificate; no edges for fewer than two terminals.

    Raises
    ------
    ParameterError
        If shapes, signs or numbers are wrong; the message lists every fault.
    InfeasibleError
        If terminals lie in different components; the message names those cut off from most.

    Examples
    --------
    >>> star = [[0, 3], [1, 3], [2, 3], [0, 1]]
    >>> tree = solve(4, star, [1.0, 1.0, 1.0, 5.0], [0, 1, 2])
    >>> tree.edges.tolist(), tree.cost, tree.status
    ([0, 1, 2], 3.0, 'optimal')
    """
    deadline = time.perf_counter() + time_limit_s
    ends = np.asarray(edges, dtype=np.int64)
    ends = ends.reshape(0, 2) if ends.size == 0 else ends
    length = np.asarray(weight, dtype=np.float64)
    wanted = np.unique(np.asarray(terminals, dtype=np.int64))
    faults = [
        *_graph_faults(nodes, ends, length, wanted),
        *_run_faults(gap_share, time_limit_s, effort),
    ]
    if faults:
        raise ParameterError("steiner tree: " + "; ".join(faults))
    if len(wanted) < 2:  # noqa: PLR2004 - a tree has two ends
        return Tree(np.empty(0, dtype=np.int64), 0.0, 0.0, 0.0, "optimal")
    _check_connected(nodes, ends, wanted)
    network = contract(nodes, ends, length, wanted)
    return _search(network, length, gap_share, deadline, effort, seed)


def _graph_faults(
    nodes: int,
    ends: NDArray[np.int64],
    length: NDArray[np.float64],
    terminals: NDArray[np.int64],
) -> list[str]:
    if ends.ndim != 2 or ends.shape[1] != 2:  # noqa: PLR2004 - an edge has two ends
        return [f"edges has shape {ends.shape}, expected (n_edges, 2)"]
    if length.shape != (len(ends),):
        return [f"weight has shape {length.shape}, expected ({len(ends)},) to match edges"]
    faults = []
    wrong = np.flatnonzero(((ends < 0) | (ends >= nodes)).any(axis=1))
    if len(wrong):
        faults.append(f"edges[{wrong[0]}] is {ends[wrong[0]].tolist()}, expected 0 to {nodes - 1}")
    wrong = np.flatnonzero(~(np.isfinite(length) & (length >= 0.0)))
    if len(wrong):
        faults.append(f"weight[{wrong[0]}] is {length[wrong[0]]}, expected a finite number >= 0")
    outside = terminals[(terminals < 0) | (terminals >= nodes)]
    if len(outside):
        faults.append(f"terminals holds {outside[0]}, expected 0 to {nodes - 1}")
    return faults


def _run_faults(gap_share: float, time_limit_s: float, effort: float) -> list[str]:
    faults = []
    if not 0.0 <= gap_share < 1.0:
        faults.append(f"gap_share is {gap_share}, expected at least 0 and below 1")
    if not time_limit_s > 0.0:
        faults.append(f"time_limit_s is {time_limit_s}, expected > 0")
    if not 0.0 < effort < np.inf:
        faults.append(f"effort is {effort}, expected a finite number > 0")
    return faults


def _check_connected(nodes: int, ends: NDArray[np.int64], terminals: NDArray[np.int64]) -> None:
    """Raise when the terminals are not all in one component."""
    links = sparse.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(nodes, nodes))
    _, component = csgraph.connected_components(links, directed=False)
    held = component[terminals]
    cut_off = terminals[held != np.bincount(held).argmax()]
    if len(cut_off):
        named = ", ".join(str(node) for node in cut_off[:NAMED_TERMINALS])
        more = len(cut_off) - NAMED_TERMINALS
        raise InfeasibleError(
            f"steiner tree: no path connects {len(cut_off)} of {len(terminals)} terminals to the "
            f"others: node {named}"
            + (f" and {more} more" if more > 0 else "")
            + "; add edges that reach them or leave them out"
        )


def _search(
    network: Network,
    length: NDArray[np.float64],
    gap_share: float,
    deadline: float,
    effort: float,
    seed: int,
) -> Tree:
    """Alternate search and bound until the gap is reached or the effort is spent."""
    rng = np.random.default_rng(seed)
    found = cheapest_tree(
        network, known=None, slack=None, starts=STARTS, passes=EXCHANGE_PASSES, rng=rng
    )
    bound = no_bound(network, cost=found.cost, rng=rng)
    timed_out = False
    for _ in range(max(1, round(ROUNDS * effort))):
        bound = raised(network.graph, bound, picked=found.picked, tries=BOUND_TRIES, rng=rng)
        timed_out = time.perf_counter() > deadline
        if timed_out or found.cost - bound.value <= gap_share * found.cost:
            break
        found = cheapest_tree(
            network, known=found, slack=bound.slack, starts=STARTS, passes=EXCHANGE_PASSES, rng=rng
        )
    rows = network.expand(found.picked)
    return _tree(rows, float(length[rows].sum()), bound.value, gap_share, timed_out=timed_out)


def _tree(
    rows: NDArray[np.int64], cost: float, bound: float, gap_share: float, *, timed_out: bool
) -> Tree:
    """Return the tree with its certificate."""
    bound = min(bound, cost)
    gap = (cost - bound) / cost if cost > 0.0 else 0.0
    status: Status = "time_limit" if timed_out else "effort_limit"
    if gap <= OPTIMAL_GAP_SHARE:
        status = "optimal"
    elif gap <= gap_share:
        status = "gap_reached"
    return Tree(rows, cost, bound, gap, status)
