"""Is the tree a tree, does it connect everyone, and does its bound hold?"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan.errors import InfeasibleError, ParameterError
from infraplan.optim import Tree, steiner


class Forest:
    """Union-find, the independent judge of what is connected."""

    def __init__(self, nodes: int) -> None:
        self.above = list(range(nodes))

    def top(self, node: int) -> int:
        """Return the node that stands for a component."""
        while self.above[node] != node:
            node = self.above[node]
        return node

    def join(self, one: int, other: int) -> bool:
        """Join two components; tell whether they were two."""
        a, b = self.top(one), self.top(other)
        self.above[a] = b
        return a != b


@dataclass(frozen=True)
class Case:
    """A small graph with terminals."""

    nodes: int
    edges: list[tuple[int, int]]
    weight: list[float]
    terminals: list[int]

    def spanning_cost(self, nodes: set[int]) -> float:
        """Return the cost of the cheapest tree over exactly these nodes (Kruskal)."""
        forest, cost, joined = Forest(self.nodes), 0.0, 1
        for row in sorted(range(len(self.edges)), key=self.weight.__getitem__):
            one, other = self.edges[row]
            if one in nodes and other in nodes and forest.join(one, other):
                cost += self.weight[row]
                joined += 1
        return cost if joined == len(nodes) else math.inf

    def optimum(self) -> float:
        """Return the least cost, by trying every set of further nodes."""
        needed = set(self.terminals)
        others = [node for node in range(self.nodes) if node not in needed]
        return min(
            self.spanning_cost(needed | set(extra))
            for size in range(len(others) + 1)
            for extra in itertools.combinations(others, size)
        )

    def solve(self, **options: float) -> Tree:
        """Return the solver's answer."""
        return steiner.solve(self.nodes, self.edges, self.weight, self.terminals, **options)  # type: ignore[arg-type]


def check_tree(case: Case, tree: Tree) -> None:
    """Check, with union-find on the raw edges, that the rows are a tree over the terminals."""
    rows = tree.edges.tolist()
    assert rows == sorted(set(rows))
    forest = Forest(case.nodes)
    assert all(forest.join(*case.edges[row]) for row in rows), "the rows hold a cycle"
    tops = {forest.top(node) for node in case.terminals}
    assert len(tops) <= 1, "terminals are not connected"
    assert all(forest.top(case.edges[row][0]) in tops for row in rows), "rows hang loose"
    assert tree.cost == pytest.approx(math.fsum(case.weight[row] for row in rows), rel=1e-9)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    nodes = draw(st.integers(2, 9))
    node = st.integers(0, nodes - 1)
    weights = st.one_of(st.integers(0, 6).map(float), st.floats(0.0, 1e4, allow_subnormal=False))
    backbone = [(draw(st.integers(0, n - 1)), n) for n in range(1, nodes)]
    edges = backbone + draw(st.lists(st.tuples(node, node), max_size=20))
    return Case(
        nodes=nodes,
        edges=edges,
        weight=[draw(weights) for _ in edges],
        terminals=draw(st.lists(node, min_size=1, max_size=6)),
    )


@settings(max_examples=250, deadline=None)
@given(cases())
def test_cost_is_above_and_bound_below_the_optimum(case: Case) -> None:
    tree = case.solve(gap_share=0.0)
    check_tree(case, tree)
    optimum = case.optimum()
    slack = 1e-9 * max(1.0, optimum)
    assert tree.lower_bound - slack <= optimum <= tree.cost + slack
    if tree.status == "optimal":
        assert tree.cost <= optimum + 2.0 * slack
    if tree.cost > 0.0:
        assert tree.gap_share == pytest.approx((tree.cost - tree.lower_bound) / tree.cost)


@settings(max_examples=50, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_order_of_the_edges_never_breaks_the_certificate(case: Case, random: object) -> None:
    order = list(range(len(case.edges)))
    random.shuffle(order)  # type: ignore[attr-defined]
    mixed = Case(
        case.nodes,
        [case.edges[row][::-1] for row in order],
        [case.weight[row] for row in order],
        case.terminals,
    )
    tree, other = case.solve(gap_share=0.0), mixed.solve(gap_share=0.0)
    check_tree(mixed, other)
    assert other.lower_bound <= tree.cost * (1.0 + 1e-9)
    assert tree.lower_bound <= other.cost * (1.0 + 1e-9)


def grid_case(side: int = 25, n_terminals: int = 40, seed: int = 3) -> Case:
    """Return a grid of streets with some of their middles as nodes, terminals spread over it."""
    rng = np.random.default_rng(seed)
    number = np.arange(side * side).reshape(side, side)
    along = list(zip(number[:, :-1].ravel().tolist(), number[:, 1:].ravel().tolist(), strict=True))
    down = list(zip(number[:-1].ravel().tolist(), number[1:].ravel().tolist(), strict=True))
    edges = along + down
    weight = np.round(rng.uniform(50.0, 150.0, len(edges)), 1)
    terminals = rng.choice(side * side, n_terminals, replace=False).tolist()
    return Case(side * side, edges, weight.tolist(), terminals)


def test_a_street_grid_is_certified_within_some_percent() -> None:
    case = grid_case()
    tree = case.solve()
    check_tree(case, tree)
    assert 0.0 < tree.lower_bound <= tree.cost
    assert tree.gap_share < 0.05


def test_same_input_gives_the_same_tree() -> None:
    first, second = grid_case().solve(), grid_case().solve()
    assert first.edges.tolist() == second.edges.tolist()
    assert first.lower_bound == second.lower_bound


def test_tree_leaves_the_input_as_it_was() -> None:
    edges, weight = np.array([[0, 1], [1, 2]]), np.array([1.0, 2.0])
    steiner.solve(3, edges, weight, [0, 2])
    assert (edges.tolist(), weight.tolist()) == ([[0, 1], [1, 2]], [1.0, 2.0])


def test_ducts_at_no_cost_are_used() -> None:
    edges = [(0, 1), (1, 2), (2, 3), (0, 3)]
    tree = Case(4, edges, [0.0, 0.0, 0.0, 1.0], [0, 3]).solve()
    assert (tree.edges.tolist(), tree.cost, tree.status) == ([0, 1, 2], 0.0, "optimal")
    assert tree.gap_share == 0.0


def test_the_cheaper_of_parallel_edges_is_taken_and_loops_are_ignored() -> None:
    edges = [(0, 0), (0, 1), (1, 0), (1, 1)]
    tree = Case(2, edges, [0.0, 3.0, 2.0, 0.0], [0, 1]).solve()
    assert (tree.edges.tolist(), tree.cost, tree.status) == ([2], 2.0, "optimal")


def test_a_loop_of_road_back_to_its_own_crossing_is_left_out() -> None:
    edges = [(0, 1), (1, 2), (2, 3), (3, 1), (1, 4)]
    tree = Case(5, edges, [1.0] * 5, [0, 4]).solve()
    assert tree.edges.tolist() == [0, 4]


@pytest.mark.parametrize("terminals", [[], [2], [2, 2]])
def test_fewer_than_two_terminals_need_no_edge(terminals: list[int]) -> None:
    tree = Case(3, [(0, 1)], [1.0], terminals).solve()
    assert (tree.edges.tolist(), tree.cost, tree.status) == ([], 0.0, "optimal")


def test_unreachable_terminals_are_named() -> None:
    edges = [(0, 1), (1, 2), (3, 4)]
    with pytest.raises(InfeasibleError, match=r"2 of 5 terminals .* node 3, 5;"):
        Case(6, edges, [1.0] * 3, [0, 1, 2, 3, 5]).solve()


def test_no_edges_at_all_is_infeasible() -> None:
    with pytest.raises(InfeasibleError, match="node 1"):
        Case(2, [], [], [0, 1]).solve()


@pytest.mark.parametrize(
    ("edges", "weight", "terminals", "options", "message"),
    [
        ([[0, 1, 2]], [1.0], [0], {}, r"edges has shape \(1, 3\)"),
        ([[0, 1]], [1.0, 2.0], [0], {}, r"weight has shape \(2,\)"),
        ([[0, 7]], [1.0], [0], {}, r"edges\[0\] is \[0, 7\], expected 0 to 2"),
        ([[0, 1]], [-1.0], [0], {}, r"weight\[0\] is -1.0"),
        ([[0, 1]], [math.nan], [0], {}, r"weight\[0\] is nan"),
        ([[0, 1]], [1.0], [3], {}, "terminals holds 3"),
        ([[0, 1]], [1.0], [0], {"gap_share": -0.1}, "gap_share is -0.1"),
        ([[0, 1]], [1.0], [0], {"effort": math.inf}, "effort is inf"),
        ([[0, 1]], [1.0], [0], {"time_limit_s": -1.0}, "time_limit_s is -1.0"),
    ],
)
def test_wrong_graphs_are_named(
    edges: list[list[int]],
    weight: list[float],
    terminals: list[int],
    options: dict[str, float],
    message: str,
) -> None:
    with pytest.raises(ParameterError, match=message):
        steiner.solve(3, edges, weight, terminals, **options)  # type: ignore[arg-type]
