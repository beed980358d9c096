"""Do the cuts behind a bound use no edge up twice?"""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.optim.steiner_bound import first_bound, raised
from infraplan.optim.steiner_dual import tidy
from infraplan.optim.steiner_graph import Network, contract
from infraplan.optim.steiner_lattice import Lattice, TreeBound, lattice, thinned
from infraplan.optim.steiner_tree import Found, starts


def network(seed: int, n_nodes: int = 40, *, is_priced: bool, is_rooted: bool) -> Network:
    """Return a random connected network with a fifth of its nodes as terminals."""
    rng = np.random.default_rng(seed)
    above = np.array([rng.integers(0, v) for v in range(1, n_nodes)])
    backbone = np.column_stack([np.arange(1, n_nodes), above])
    ends = np.concatenate([backbone, rng.integers(0, n_nodes, (2 * n_nodes, 2))])
    length = rng.integers(0, 50, len(ends)) * rng.choice([1.0, 1.0 / 3.0], len(ends))
    prize = np.zeros(n_nodes)
    chosen = rng.choice(n_nodes, n_nodes // 5, replace=False)
    prize[chosen] = rng.uniform(1.0, 90.0, len(chosen)) if is_priced else math.inf
    if is_rooted:
        prize[chosen[0]] = math.inf
    return contract(ends.astype(np.int32), length, prize)


def proven(net: Network, seed: int) -> tuple[Lattice, TreeBound, Found]:
    """Return a tree and a bound that was raised for a while."""
    rng = np.random.default_rng(seed)
    found = starts(net, net.graph.length, 1, math.inf, rng, plain=True)[0]
    ground = lattice(net, cost=found.cost)
    bound, _ = first_bound(ground, picked=found.picked, deadline=math.inf, rng=rng)
    bound, _ = raised(
        ground,
        bound,
        picked=found.picked,
        target=math.inf,
        work_limit=200_000,
        deadline=math.inf,
        rng=rng,
    )
    return ground, bound, found


def cuts(bound: TreeBound) -> list[tuple[int, set[int], float]]:
    """Return the terminal, the nodes and the value of every cut logged."""
    log = bound.dual.log
    found = []
    for terminal in range(len(log.latest)):
        turn = int(log.latest[terminal])
        while turn >= 0:
            part = slice(log.start[turn], log.start[turn + 1])
            depth = dict(zip(log.node[part].tolist(), log.depth[part].tolist(), strict=True))
            steps = sorted({*depth.values(), float(log.level[turn])})
            for low, high in pairwise(steps):
                inside = {node for node, deep in depth.items() if deep <= low}
                found.append((terminal, inside, high - low))
            turn = int(log.earlier[turn])
    return found


@pytest.mark.parametrize("is_priced", [False, True])
@pytest.mark.parametrize("is_rooted", [False, True])
@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_cuts_replayed_one_by_one_fit_into_lengths_and_prizes(
    seed: int,
    is_priced: bool,  # noqa: FBT001 - a parameter of the test
    is_rooted: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    net = network(seed, is_priced=is_priced, is_rooted=is_rooted)
    ground, bound, found = proven(net, seed)
    graph, root = bound.graph, bound.dual.root
    used = np.zeros(len(graph.neighbour))
    spent = np.zeros(len(graph.prize))
    total = 0.0
    for terminal, inside, value in cuts(bound):
        assert root not in inside
        assert terminal in inside
        assert value > 0.0
        for v in inside:
            for k in range(graph.start[v], graph.start[v + 1]):
                if graph.neighbour[k] not in inside:
                    used[k] += value
        spent[terminal] += value
        total += value
    length = graph.length[graph.edge]
    assert (used <= length).all()
    assert (spent[ground.terminals] <= graph.prize[ground.terminals]).all()
    assert bound.value == total - ground.entry
    assert bound.value <= found.cost
    np.testing.assert_array_equal(ground.full - used, bound.dual.unused)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000), is_priced=st.booleans())
def test_edges_thinned_out_are_in_no_tree_found_that_is_cheaper(
    seed: int, *, is_priced: bool
) -> None:
    net = network(seed, is_priced=is_priced, is_rooted=True)
    ground, bound, found = proven(net, seed)
    thin = thinned(ground, bound, cost=found.cost, picked=found.picked)
    kept = np.isfinite(thin.slack(len(net.ends)))
    assert kept[found.picked].all()
    rng = np.random.default_rng(seed)
    for tree in starts(net, net.graph.length, 6, math.inf, rng, plain=False):
        if tree.cost < found.cost:
            assert kept[tree.picked].all()


def test_tidying_the_log_keeps_the_turns_held() -> None:
    _, bound, _ = proven(network(3, 200, is_priced=False, is_rooted=False), 3)
    before = cuts(bound)
    tidy(bound.dual.log)
    assert cuts(bound) == before
    assert sorted(_turns(bound)) == list(range(bound.dual.log.taken[0]))


def _turns(bound: TreeBound) -> list[int]:
    """Return the numbers of the turns held."""
    log = bound.dual.log
    held = []
    for latest in log.latest.tolist():
        turn = latest
        while turn >= 0:
            held.append(turn)
            turn = int(log.earlier[turn])
    return held
