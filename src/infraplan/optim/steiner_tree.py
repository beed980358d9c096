"""Which cheap tree connects all terminals, or is worth its price?"""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from infraplan.optim.steiner_exchange import ROUNDING_SHARE, exchange
from infraplan.optim.steiner_graph import Graph, Network, contract
from infraplan.optim.steiner_grow import grow, span
from infraplan.optim.steiner_insert import insert
from infraplan.optim.steiner_key_node import eliminate

PERTURBATION_SHARE = 0.2
"""Largest lengthening of an edge in a perturbed start."""
SLACK_PART = 0.01
"""Part of its length that an edge keeps when trees follow the unused lengths."""
MOST_PASSES = 20
NODES_PER_CALL = 100_000
"""Nodes whose key paths are tried between two looks at the clock."""
MOST_KEPT = 6
"""Trees kept from round to round."""
INNER_STARTS = 4
"""Trees grown in the union for each one grown outside."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A tree: what it costs with the prizes it forgoes, and the contracted edges it holds."""

    cost: float
    picked: NDArray[np.bool_]
    inside: NDArray[np.bool_]


def _moved(
    graph: Graph,
    picked: NDArray[np.bool_],
    inside: NDArray[np.bool_],
    fresh: NDArray[np.bool_],
    deadline: float,
) -> bool:
    """Try local moves once near some nodes, until the deadline; tell whether any paid."""
    held = inside & (graph.prize > 0.0)
    n = len(held)
    changed = False
    for first in range(0, n, NODES_PER_CALL):
        if time.perf_counter() > deadline:
            break
        nodes = (first, min(first + NODES_PER_CALL, n))
        changed |= exchange(graph, picked, held, fresh, nodes, ROUNDING_SHARE)
        changed |= eliminate(graph, picked, held, fresh, nodes, ROUNDING_SHARE)
    inside[:] = held
    inside[graph.neighbour[picked[graph.edge]]] = True
    return changed | insert(graph, picked, inside, ROUNDING_SHARE)


def _cost(graph: Graph, picked: NDArray[np.bool_], inside: NDArray[np.bool_]) -> float:
    """Return the length of the edges picked and the prizes left out."""
    return float(graph.length[picked].sum()) + float(graph.prize[~inside].sum())


def improved(graph: Graph, inside: NDArray[np.bool_], root: int, deadline: float) -> Found:
    """Return a tree over some nodes, improved under the true lengths; ``inside`` is used up.

    Parameters
    ----------
    graph
        The graph.
    inside
        Nodes that can be spanned, with the root.
    root
        A node required, or any one.
    deadline
        Moment to stop at, as ``time.perf_counter`` tells it.
    """
    picked, root = span(graph, inside, root)
    best = Found(_cost(graph, picked, inside), picked.copy(), inside.copy())
    all_required = bool(np.isinf(graph.prize[graph.prize > 0.0]).all())
    fresh = np.ones(len(inside), dtype=np.bool_)
    for _ in range(MOST_PASSES):
        if time.perf_counter() > deadline:
            break
        before = picked.copy()
        changed = _moved(graph, picked, inside, fresh, deadline)
        if not all_required:
            grow(graph, graph.length, graph.prize, inside, root)
        picked, root = span(graph, inside, root)
        fresh[:] = False
        fresh[graph.neighbour[(picked != before)[graph.edge]]] = True
        cost = _cost(graph, picked, inside)
        gained = cost < best.cost * (1.0 - ROUNDING_SHARE)
        if cost < best.cost:
            best = Found(cost, picked.copy(), inside.copy())
        if not gained or (all_required and not changed):
            break
    return best


def _from_root(
    network: Network,
    length: NDArray[np.float64],
    deadline: float,
    rng: np.random.Generator,
    *,
    every: bool,
) -> Found:
    """Grow a tree from a random root, to every terminal or to those nearer than their prize."""
    graph = network.graph
    required = np.flatnonzero(np.isinf(graph.prize))
    root = int(rng.choice(required if len(required) else network.terminals))
    inside = np.zeros(len(graph.prize), dtype=np.bool_)
    prize = np.where(graph.prize > 0.0, np.inf, 0.0) if every else graph.prize
    grow(graph, length, prize, inside, root)
    return improved(graph, inside, root, deadline)


def starts(
    network: Network,
    base: NDArray[np.float64],
    count: int,
    deadline: float,
    rng: np.random.Generator,
    *,
    plain: bool,
) -> list[Found]:
    """Return trees grown under lengths near ``base``; at least one.

    Parameters
    ----------
    network
        The contracted graph.
    base
        Length of each edge.
    count
        Number of trees; terminals with a prize are all joined first in every other one.
    deadline
        Moment to stop at, as ``time.perf_counter`` tells it.
    rng
        Source of roots and perturbations.
    plain
        Grow the first tree under ``base`` itself.

    References
    ----------
    Takahashi, Matsuyama (1980), "An approximate solution for the Steiner problem in graphs",
    Mathematica Japonica 24.
    """
    found: list[Found] = []
    for number in range(count):
        if found and time.perf_counter() > deadline:
            break
        length = base
        if number > 0 or not plain:
            length = length * (1.0 + PERTURBATION_SHARE * rng.random(len(length)))
        found.append(_from_root(network, length, deadline, rng, every=number % 2 == 0))
    return found


def _along(network: Network, rows: NDArray[np.int64]) -> Network:
    """Return the contracted graph of some edges."""
    return contract(network.ends[rows], network.graph.length[rows], network.graph.prize)


def cheapest_tree(
    network: Network,
    *,
    known: list[Found],
    slack: NDArray[np.float64],
    count: int,
    deadline: float,
    rng: np.random.Generator,
) -> list[Found]:
    """Return the trees kept after one more round of search, the cheapest first.

    Trees grown in the graph without useless edges are improved by key-path exchange; the graph of
    their union, far smaller, is searched again in the same way.

    Parameters
    ----------
    network
        The contracted graph.
    known
        Trees kept from earlier rounds, which join the union.
    slack
        Length of each edge that a lower bound leaves unused, inf for an edge that is useless:
        half of the trees are grown along short ones.
    count
        Number of trees to grow in each way; four times as many are grown in the union.
    deadline
        Moment to stop at, as ``time.perf_counter`` tells it.
    rng
        Source of roots and perturbations.
    """
    rows = np.flatnonzero(np.isfinite(slack) | known[0].picked)
    part = _along(network, rows)
    short = np.where(np.isfinite(slack), slack, 0.0) + SLACK_PART * network.graph.length
    held = part.chain >= 0
    guide = np.bincount(part.chain[held], weights=short[rows[held]], minlength=len(part.ends))
    pool = starts(part, part.graph.length, count, deadline, rng, plain=False)
    pool += starts(part, guide.astype(np.float64), count, deadline, rng, plain=True)
    kept = [*known, *(_lifted(network, rows, part, tree) for tree in pool)]
    union = np.flatnonzero(np.any([tree.picked for tree in kept], axis=0))
    if len(union) and time.perf_counter() < deadline:
        inner = _along(network, union)
        tries = starts(inner, inner.graph.length, INNER_STARTS * count, deadline, rng, plain=True)
        best = _lifted(network, union, inner, min(tries, key=_found_cost))
        root = int(network.terminals[best.inside[network.terminals].argmax()])
        kept.append(improved(network.graph, best.inside, root, deadline))
    return sorted(kept, key=_found_cost)[:MOST_KEPT]


def _lifted(network: Network, rows: NDArray[np.int64], part: Network, tree: Found) -> Found:
    """Return a tree of a part of the network as one of the network."""
    graph = network.graph
    picked = np.zeros(len(graph.length), dtype=np.bool_)
    picked[rows[part.expand(tree.picked)]] = True
    inside = np.zeros(len(graph.prize), dtype=np.bool_)
    back = part.number >= 0
    inside[back] = tree.inside[part.number[back]]
    inside[network.ends[picked].ravel()] = True
    return Found(_cost(graph, picked, inside), picked, inside)


def _found_cost(found: Found) -> float:
    return found.cost
