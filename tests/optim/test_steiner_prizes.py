"""Do tree and bound hold where terminals may be left out for a prize?"""

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


@dataclass(frozen=True)
class Priced:
    """A small graph with prizes."""

    nodes: int
    edges: list[tuple[int, int]]
    weight: list[float]
    terminals: list[int]
    prizes: list[float]
    root: int | None

    def solve(self, **options: float) -> Tree:
        """Return the solver's answer."""
        return steiner.solve(
            self.nodes,
            self.edges,
            self.weight,
            self.terminals,
            prizes=self.prizes,
            root=self.root,
            **options,  # type: ignore[arg-type]
        )

    def node_prize(self) -> list[float]:
        """Return what leaving out each node costs."""
        prize = [0.0] * self.nodes
        for node, price in zip(self.terminals, self.prizes, strict=True):
            prize[node] += price
        if self.root is not None:
            prize[self.root] = math.inf
        return prize

    def spanning_cost(self, nodes: set[int]) -> float:
        """Return the cost of the cheapest tree over exactly these nodes (Prim)."""
        reached, cost = {min(nodes)}, 0.0
        while reached != nodes:
            leaving = [
                (weight, one if other in reached else other)
                for (one, other), weight in zip(self.edges, self.weight, strict=True)
                if {one, other} <= nodes and (one in reached) != (other in reached)
            ]
            if len(leaving) == 0:
                return math.inf
            weight, node = min(leaving)
            reached.add(node)
            cost += weight
        return cost

    def optimum(self) -> float:
        """Return the least cost, by trying every set of nodes."""
        prize = self.node_prize()
        everything = range(self.nodes)
        best = math.inf
        for size in range(1, self.nodes + 1):
            for chosen in itertools.combinations(everything, size):
                lost = sum(prize[node] for node in everything if node not in chosen)
                if lost < best:
                    best = min(best, lost + self.spanning_cost(set(chosen)))
        return best


def check(case: Priced, tree: Tree) -> None:
    """Check tree, costs and what was left out against the raw input."""
    rows = tree.edges.tolist()
    group = list(range(case.nodes))
    for row in rows:
        one, other = (group[node] for node in case.edges[row])
        assert one != other, "the rows hold a cycle"
        group = [one if label == other else label for label in group]
    touched = {node for row in rows for node in case.edges[row]}
    assert len({group[node] for node in touched}) <= 1, "the rows hang apart"
    left_out = tree.left_out.tolist()
    kept = set(case.terminals) - set(left_out)
    assert set(left_out) <= set(case.terminals)
    assert (kept <= touched and not touched & set(left_out)) if rows else len(kept) <= 1
    if case.root is not None and rows:
        assert case.root in touched
    prize = case.node_prize()
    assert tree.edge_cost == pytest.approx(math.fsum(case.weight[row] for row in rows), rel=1e-9)
    assert tree.lost_prize == pytest.approx(math.fsum(prize[v] for v in left_out), rel=1e-9)
    assert tree.cost == pytest.approx(tree.edge_cost + tree.lost_prize, rel=1e-12)


@st.composite
def priced(draw: st.DrawFn) -> Priced:
    nodes = draw(st.integers(2, 7))
    node = st.integers(0, nodes - 1)
    money = st.one_of(st.integers(0, 6).map(float), st.floats(0.0, 1e4, allow_subnormal=False))
    edges = draw(st.lists(st.tuples(node, node), min_size=nodes - 1, max_size=16))
    terminals = draw(st.lists(node, max_size=6))
    return Priced(
        nodes=nodes,
        edges=edges,
        weight=[draw(money) for _ in edges],
        terminals=terminals,
        prizes=[draw(money) for _ in terminals],
        root=draw(st.none() | node),
    )


@settings(max_examples=200, deadline=None)
@given(priced())
def test_cost_is_above_and_bound_below_the_optimum(case: Priced) -> None:
    tree = case.solve(gap_share=0.0)
    check(case, tree)
    optimum = case.optimum()
    slack = 1e-9 * max(1.0, optimum)
    assert tree.lower_bound - slack <= optimum <= tree.cost + slack
    if tree.status == "optimal":
        assert tree.cost <= optimum + 2.0 * slack


@settings(max_examples=50, deadline=None)
@given(priced(), st.integers(1, 5))
def test_infinite_prizes_are_kept(case: Priced, count: int) -> None:
    required = case.terminals[:count]
    prizes = [math.inf] * len(required) + case.prizes[count:]
    case = Priced(case.nodes, case.edges, case.weight, case.terminals, prizes, case.root)
    optimum = case.optimum()
    if math.isinf(optimum):
        with pytest.raises(InfeasibleError, match="no path connects"):
            case.solve()
        return
    tree = case.solve(gap_share=0.0)
    check(case, tree)
    assert not set(tree.left_out.tolist()) & set(required)
    assert tree.lower_bound - 1e-9 * max(1.0, optimum) <= optimum
    assert optimum <= tree.cost + 1e-9 * max(1.0, optimum)


def street(*prizes: float, root: int | None = 0) -> Priced:
    """Return a street of four crossings 10 apart with prizes on the last ones."""
    terminals = list(range(4 - len(prizes), 4))
    return Priced(4, [(0, 1), (1, 2), (2, 3)], [10.0] * 3, terminals, list(prizes), root)


def test_a_terminal_worth_less_than_its_way_is_left_out() -> None:
    tree = street(25.0, 9.0).solve()
    assert (tree.edges.tolist(), tree.left_out.tolist()) == ([0, 1], [3])
    assert (tree.edge_cost, tree.lost_prize, tree.cost) == (20.0, 9.0, 29.0)
    assert tree.status == "optimal"


def test_terminals_pay_for_their_way_together() -> None:
    tree = street(15.0, 16.0).solve()
    assert (tree.edges.tolist(), tree.left_out.tolist(), tree.cost) == ([0, 1, 2], [], 30.0)


def test_prizes_of_zero_leave_everyone_out() -> None:
    tree = street(0.0, 0.0).solve()
    assert (tree.edges.tolist(), tree.left_out.tolist(), tree.cost) == ([], [2, 3], 0.0)
    assert tree.status == "optimal"


def test_huge_prizes_give_the_tree_without_prizes() -> None:
    rng = np.random.default_rng(7)
    edges = [(v, int(rng.integers(0, v))) for v in range(1, 40)]
    edges += [(int(a), int(b)) for a, b in rng.integers(0, 40, (60, 2))]
    weight = rng.integers(1, 30, len(edges)).astype(float).tolist()
    terminals = list(range(0, 40, 4))
    priced_tree = steiner.solve(
        40, edges, weight, terminals, prizes=[1e9] * len(terminals), gap_share=0.0
    )
    plain = steiner.solve(40, edges, weight, terminals, gap_share=0.0)
    assert priced_tree.left_out.tolist() == []
    assert priced_tree.cost == plain.cost


def test_unreachable_terminals_are_left_out_with_their_prize() -> None:
    edges = [(0, 1), (2, 3)]
    tree = steiner.solve(5, edges, [1.0, 1.0], [1, 3, 4], prizes=[5.0, 7.0, 2.0], root=0)
    assert (tree.edges.tolist(), tree.left_out.tolist(), tree.cost) == ([0], [3, 4], 10.0)


def test_without_a_root_the_best_component_is_served() -> None:
    edges = [(0, 1), (2, 3)]
    tree = steiner.solve(4, edges, [9.0, 1.0], [0, 1, 2, 3], prizes=[6.0, 5.0, 4.0, 4.0])
    assert (tree.edges.tolist(), tree.left_out.tolist(), tree.cost) == ([1], [0, 1], 12.0)
    assert tree.lower_bound == pytest.approx(12.0)


def test_a_root_joins_the_tree_without_prizes_too() -> None:
    edges = [(0, 1), (1, 2), (2, 3)]
    tree = steiner.solve(4, edges, [1.0] * 3, [2, 3], root=0)
    assert tree.edges.tolist() == [0, 1, 2]
    assert tree.left_out.tolist() == []


def test_prizes_of_repeated_terminals_add_up() -> None:
    tree = steiner.solve(2, [(0, 1)], [10.0], [1, 1], prizes=[6.0, 6.0], root=0)
    assert (tree.edges.tolist(), tree.cost) == ([0], 10.0)


def priced_grid(side: int = 40, n_terminals: int = 60) -> Priced:
    """Return a grid of streets, some of its crossings worth being reached."""
    rng = np.random.default_rng(5)
    number = np.arange(side * side).reshape(side, side)
    along = np.column_stack([number[:, :-1].ravel(), number[:, 1:].ravel()])
    down = np.column_stack([number[:-1].ravel(), number[1:].ravel()])
    edges = [(int(a), int(b)) for a, b in np.concatenate([along, down])]
    weight = rng.uniform(50.0, 150.0, len(edges)).tolist()
    terminals = rng.choice(side * side, n_terminals, replace=False).tolist()
    prizes = rng.uniform(0.0, 900.0, n_terminals).tolist()
    return Priced(side * side, edges, weight, terminals, prizes, 0)


def test_a_street_grid_with_prizes_is_certified_within_some_percent() -> None:
    case = priced_grid()
    tree = case.solve()
    check(case, tree)
    assert 0 < len(tree.left_out) < len(case.terminals)
    assert tree.gap_share <= 0.03


def test_same_prizes_give_the_same_tree() -> None:
    first, second = priced_grid().solve(), priced_grid().solve()
    assert first.edges.tolist() == second.edges.tolist()
    assert first.lower_bound == second.lower_bound


@pytest.mark.parametrize(
    ("prizes", "root", "message"),
    [
        ([1.0, 2.0], None, r"prizes has shape \(2,\), expected \(1,\)"),
        ([-1.0], None, r"prizes\[0\] is -1.0"),
        ([math.nan], None, r"prizes\[0\] is nan"),
        ([1.0], 9, "root is 9, expected 0 to 2"),
        (None, -1, "root is -1"),
    ],
)
def test_wrong_prizes_are_named(prizes: list[float] | None, root: int | None, message: str) -> None:
    with pytest.raises(ParameterError, match=message):
        steiner.solve(3, [[0, 1]], [1.0], [0], prizes=prizes, root=root)
