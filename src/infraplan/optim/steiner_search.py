"""How are the search for a tree and the proof of its worth alternated until both meet?"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from infraplan.optim.steiner_bound import first_bound, raised
from infraplan.optim.steiner_graph import Network
from infraplan.optim.steiner_lattice import TreeBound, lattice, thinned
from infraplan.optim.steiner_tree import Found, cheapest_tree, starts

ROUND_SHARES = (0.05, 0.05, 0.1, 0.2, 0.3, 0.3)
"""Part of the work allowed on the bound beside each search for a tree."""
LARGE_ROUND_SHARES = (0.3, 0.3, 0.4)
LARGE_ARCS = 1_000_000
"""Graphs of more arcs have few rounds: one search takes long there."""
SMALL_ARCS = 20_000
"""On graphs of more arcs tree and bound are searched for on two threads."""
LEAST_TREES, MOST_TREES = 2, 12
ARCS_PER_ROUND = 120_000
"""A search grows so many trees that together they look at about this many arcs of the graph."""
TREE_SHARE = 0.3
"""Largest part of the time left that the first search for a tree may take."""
THINNING_STEP = 0.5
"""Where no edge was found useless, the next try waits until the gap is this part of what it was."""
WORK_PER_ARC = 3000
MOST_WORK = 400_000_000
LEAST_WORK_PER_ARC = 1000
"""Arcs looked at for the bound, per arc of the graph: small graphs are looked at more often."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When to stop: gap certified, moment (as ``time.perf_counter`` tells it), effort; the seed."""

    gap_share: float
    deadline: float
    effort: float
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A tree and a bound: edge rows, a terminal kept (-1: none), cost and bound with prizes."""

    rows: NDArray[np.int64]
    kept: int
    cost: float
    bound: float
    timed_out: bool


def search(network: Network, outside: float, limits: Limits) -> Outcome:
    """Alternate search and bound until the gap is reached or the effort is spent.

    Parameters
    ----------
    network
        A connected graph with at least two terminals.
    outside
        Prizes lost in any case, part of cost and bound.
    limits
        When to stop.
    """
    rng = np.random.default_rng(limits.seed)
    graph = network.graph
    clock = _Clock(limits.deadline)
    found = starts(network, graph.length, 1, clock.part(TREE_SHARE), rng, plain=True)[0]
    clock.look()
    if found.cost <= 0.0:
        return _outcome(network, found, 0.0, outside, timed_out=clock.is_late)
    kept = [found]
    ground = lattice(network, cost=found.cost)
    bound, _ = first_bound(ground, picked=found.picked, deadline=clock.part(1.0), rng=rng)
    clock.look()
    tree_rng, bound_rng = rng.spawn(2)
    next_thinning = found.cost
    count = _trees_per_round(len(graph.neighbour))
    for work in _work_shares(len(graph.neighbour), limits.effort):
        if _is_done(found, bound.value, outside, limits):
            break
        if found.cost - bound.value <= next_thinning:
            before = bound
            bound = thinned(ground, bound, cost=found.cost, picked=found.picked)
            if bound is before:
                next_thinning = THINNING_STEP * (found.cost - bound.value)
        deadline = clock.part(1.0)
        tree_search = partial(
            cheapest_tree,
            network,
            known=kept,
            slack=bound.slack(len(graph.length)),
            count=count,
            deadline=deadline,
            rng=tree_rng,
        )
        bound_search = partial(
            raised,
            ground,
            bound,
            picked=found.picked,
            target=found.cost - limits.gap_share * (found.cost + outside),
            work_limit=work,
            deadline=deadline,
            rng=bound_rng,
        )
        kept, bound = _both(tree_search, bound_search, beside=len(graph.neighbour) > SMALL_ARCS)
        found = kept[0]
        clock.look()
    return _outcome(network, found, bound.value, outside, timed_out=clock.is_late)


def _both(
    tree_search: Callable[[], list[Found]],
    bound_search: Callable[[], tuple[TreeBound, int]],
    *,
    beside: bool,
) -> tuple[list[Found], TreeBound]:
    """Return what both searches find, one beside the other or one after the other."""
    if not beside:
        return tree_search(), bound_search()[0]
    with ThreadPoolExecutor(1) as second:
        trees = second.submit(tree_search)
        bound, _ = bound_search()
        return trees.result(), bound


class _Clock:
    """The time left, dealt out in parts; knows whether any part was used up."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.until = deadline
        self.is_late = False

    def part(self, share: float) -> float:
        """Return the moment at which a share of the time left is gone."""
        now = time.perf_counter()
        self.until = now + share * max(0.0, self.deadline - now)
        return self.until

    def look(self) -> None:
        """Note when the part dealt out last was used up."""
        self.is_late |= time.perf_counter() > self.until


def _work_shares(n_arcs: int, effort: float) -> list[int]:
    """Return the arcs to look at for the bound in each round."""
    work = min(WORK_PER_ARC * n_arcs, MOST_WORK + LEAST_WORK_PER_ARC * n_arcs) * effort
    shares = LARGE_ROUND_SHARES if n_arcs > LARGE_ARCS else ROUND_SHARES
    return [int(work * share) for share in shares]


def _trees_per_round(n_arcs: int) -> int:
    """Return how many trees a search grows in each way."""
    if n_arcs > LARGE_ARCS:
        return 1
    return min(MOST_TREES, max(LEAST_TREES, ARCS_PER_ROUND // n_arcs))


def _is_done(found: Found, bound: float, outside: float, limits: Limits) -> bool:
    """Tell whether the gap is reached or the time is over."""
    gap = found.cost - bound
    return gap <= limits.gap_share * (found.cost + outside) or (
        time.perf_counter() > limits.deadline
    )


def _outcome(
    network: Network, found: Found, bound: float, outside: float, *, timed_out: bool
) -> Outcome:
    """Return the tree in the edges handed in."""
    kept = network.terminals[found.inside[network.terminals]]
    return Outcome(
        network.expand(found.picked),
        int(kept[0]) if len(kept) else -1,
        found.cost + outside,
        bound + outside,
        timed_out=timed_out,
    )
