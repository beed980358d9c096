"""Do tree and bound hold on many graphs, for huge weights, and when the work is cut short?"""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from numpy.typing import NDArray

from infraplan.optim import Tree, steiner

Graph = tuple[int, NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]


def street_grid(side: int, n_terminals: int, seed: int = 2) -> Graph:
    """Return a grid of streets with random lengths, and some of its crossings."""
    rng = np.random.default_rng(seed)
    number = np.arange(side * side).reshape(side, side)
    along = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    down = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    edges = np.concatenate([along, down])
    weight = np.round(rng.uniform(50.0, 150.0, len(edges)), 1)
    return side * side, edges, weight, rng.choice(side * side, n_terminals, replace=False)


def least_cost(graph: Graph) -> float:
    """Return the optimum by the programme of Dreyfus and Wagner over sets of terminals."""
    nodes, edges, weight, terminals = graph
    far = np.full((nodes, nodes), np.inf)
    np.fill_diagonal(far, 0.0)
    for (one, other), length in zip(edges.tolist(), weight.tolist(), strict=True):
        far[one, other] = far[other, one] = min(far[one, other], length)
    for node in range(nodes):
        far = np.minimum(far, far[:, node, None] + far[None, node, :])
    ends = sorted(set(terminals.tolist()))
    best = {(end,): far[end] for end in ends}
    for size in range(2, len(ends) + 1):
        for chosen in itertools.combinations(ends, size):
            parts = (
                best[part] + best[tuple(end for end in chosen if end not in part)]
                for part_size in range(1, size)
                for part in itertools.combinations(chosen, part_size)
            )
            met = np.min(list(parts), axis=0)
            best[chosen] = np.min(met[None, :] + far, axis=1)
    return float(best[tuple(ends)].min())


def check_tree(graph: Graph, tree: Tree) -> None:
    """Check on the raw edges that the rows are a tree that holds every terminal."""
    nodes, edges, weight, terminals = graph
    above = list(range(nodes))

    def top(node: int) -> int:
        while above[node] != node:
            above[node] = above[above[node]]
            node = above[node]
        return node

    for one, other in edges[tree.edges].tolist():
        assert top(one) != top(other), "the rows hold a cycle"
        above[top(one)] = top(other)
    assert len({top(node) for node in terminals.tolist()}) == 1
    assert tree.cost == pytest.approx(float(weight[tree.edges].sum()), rel=1e-12)
    assert 0.0 <= tree.lower_bound <= tree.cost


def small_graph(seed: int) -> Graph:
    """Return a connected graph of up to ten nodes, its lengths alike, spread, zero or huge."""
    rng = np.random.default_rng(seed)
    nodes = int(rng.integers(2, 11))
    backbone = [(int(rng.integers(0, node)), node) for node in range(1, nodes)]
    others = rng.integers(0, nodes, (int(rng.integers(0, 2 * nodes)), 2))
    edges = np.concatenate([np.array(backbone), others])
    kinds = (
        rng.integers(0, 5, len(edges)).astype(np.float64),
        rng.uniform(0.0, 1e3, len(edges)),
        1e9 + rng.integers(0, 1_000_000_000, len(edges)),
    )
    terminals = rng.choice(nodes, min(nodes, int(rng.integers(2, 6))), replace=False)
    return nodes, edges, kinds[seed % len(kinds)], terminals


def test_the_optimum_of_a_thousand_small_graphs_lies_between_bound_and_cost() -> None:
    for seed in range(1000):
        graph = small_graph(seed)
        tree = steiner.solve(*graph, gap_share=0.0, time_limit_s=math.inf)
        optimum = least_cost(graph)
        slack = 1e-9 * optimum
        check_tree(graph, tree)
        assert tree.lower_bound - slack <= optimum <= tree.cost + slack, f"seed {seed}"


def test_costs_of_billions_are_certified_like_small_ones() -> None:
    nodes, edges, weight, terminals = street_grid(30, 30)
    small = steiner.solve(nodes, edges, weight, terminals, time_limit_s=math.inf)
    scale = 2.0**24
    huge = steiner.solve(nodes, edges, weight * scale, terminals, time_limit_s=math.inf)
    assert huge.cost > 1e9
    assert huge.edges.tolist() == small.edges.tolist()
    assert huge.lower_bound == small.lower_bound * scale


def test_more_effort_certifies_more() -> None:
    graph = street_grid(40, 60)
    little, more = (
        steiner.solve(*graph, gap_share=0.0, time_limit_s=math.inf, effort=effort)
        for effort in (0.01, 1.0)
    )
    check_tree(graph, little)
    check_tree(graph, more)
    assert more.gap_share < little.gap_share
    assert little.lower_bound <= more.cost
    assert more.lower_bound <= little.cost


def test_a_tree_and_a_bound_come_even_when_there_is_no_time() -> None:
    graph = street_grid(60, 80)
    tree = steiner.solve(*graph, time_limit_s=1e-6)
    check_tree(graph, tree)
    assert tree.status == "time_limit"
    assert tree.lower_bound > 0.0


def test_cuts_far_from_each_other_in_a_large_tree_leave_it_a_tree() -> None:
    graph = street_grid(200, 3000)
    tree = steiner.solve(*graph, gap_share=0.2, time_limit_s=math.inf)
    check_tree(graph, tree)
    assert tree.status == "gap_reached"


def test_many_components_without_a_root_cost_little_and_keep_the_bound() -> None:
    count = 200
    edges = np.array([(2 * pair, 2 * pair + 1) for pair in range(count)])
    prizes = np.full(2 * count, 5.0)
    prizes[14:16] = 9.0
    tree = steiner.solve(
        2 * count, edges, np.ones(count), np.arange(2 * count), prizes=prizes, gap_share=0.0
    )
    assert tree.edges.tolist() == [7]
    assert tree.cost == 1.0 + 5.0 * (2 * count - 2)
    assert tree.lower_bound <= tree.cost
