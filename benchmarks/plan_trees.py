"""How near to the optimum are infraplan's trees, in one second and with a certificate?"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from figures import markdown
from infraplan.optim import steiner
from plan_cases import INSTANCES, Graph, grid_graph, published_optima, read_graph
from plan_peer_networkx import run_networkx
from plan_process import BEGIN, in_time

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from plan_process import Run

__all__ = ["OwnTree", "is_tree", "large_table", "tree_table"]

_SHORT_S: Final = 1.0
_LONG_S: Final = 10.0
_GRID_S: Final = 60.0
_KOU_S: Final = 5.0
_GRACE_S: Final = 20.0
_ROUNDING: Final = 1e-9
_PRIZES_ON: Final = "instance098.gr"
_PRIZE_OF_MEAN: Final = 2.0
_GRID: Final = (1000, 10_000)
_QUICK: Final = (60, 60)
_QUICK_FILES: Final = ("instance020.gr",)
_QUICK_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class OwnTree:
    """A tree of infraplan and what it took.

    Attributes
    ----------
    cost, bound
        Cost with the prizes forgone, and what nothing can cost less than.
    cpu_s, wall_s
        CPU time and clock, s; reading and compiling left out.
    left_out
        Terminals left out for their prize.
    """

    cost: float
    bound: float
    cpu_s: float
    wall_s: float
    left_out: int

    @property
    def gap(self) -> float:
        """Certified gap, 0 to 1."""
        return 1.0 - self.bound / self.cost if self.cost > 0.0 else 0.0


def tree_table(*, limit_s: float, peers: bool, quick: bool) -> str:
    """Run every published instance, or say that they are absent."""
    optima = published_optima("steiner", "upper")
    if not optima:
        return "The published instances are not beside this checkout (`../shared/instances`)."
    names, long_s = (_QUICK_FILES, _QUICK_S) if quick else (sorted(optima), _LONG_S)
    rows = [_row(name, optima[name], limit_s, long_s, peers=peers) for name in names]
    header = [
        "instance", "nodes, edges, terminals", "optimum", "above it after 1 s",
        "above it after 10 s", "certified gap then", "CPU, s", "memory, MB",
        "networkx `mehlhorn`", "CPU, s", "memory, MB", "networkx `kou`", "CPU, s",
    ]  # fmt: skip
    return markdown(header, rows)


def _row(name: str, optimum: float, limit_s: float, long_s: float, *, peers: bool) -> list[str]:
    """Run one instance with every program."""
    path = INSTANCES / "steiner" / name
    graph = read_graph(path)
    run = in_time(run_published, path, long_s, limit_s=_SHORT_S + long_s + _GRACE_S).or_fail()
    short, long = run.result
    if not long.bound <= optimum * (1.0 + _ROUNDING) <= long.cost * (1.0 + 2.0 * _ROUNDING):
        raise RuntimeError(f"{name}: {optimum} is not between {long.bound} and {long.cost}")
    cells = [
        name.removesuffix(".gr"),
        f"{graph.nodes:,}, {len(graph.edges):,}, {len(graph.terminals):,}",
        f"{optimum:,.0f}",
        f"{short.cost / optimum - 1.0:.3%}",
        f"{long.cost / optimum - 1.0:.3%}",
        f"{long.gap:.3%}",
        f"{long.cpu_s:.2f}",
        f"{run.peak_mb:,.0f}",
    ]
    if not peers:
        return [*cells, "not run", "", "", "not run", ""]
    mehlhorn = in_time(run_networkx, path, "mehlhorn", limit_s=limit_s)
    kou = in_time(run_networkx, path, "kou", limit_s=min(_KOU_S, limit_s))
    return [*cells, *_peer(mehlhorn, optimum), f"{mehlhorn.peak_mb:,.0f}", *_peer(kou, optimum)]


def _peer(run: Run, optimum: float) -> list[str]:
    """Write how far above the optimum a peer's tree is, and its time."""
    if run.result is None:
        return [run.ended, ""]
    cost, cpu_s = run.result
    return [f"{cost / optimum - 1.0:.2%}", f"{cpu_s:.2f}"]


def run_published(path: Path, long_s: float, say: Callable[[str], None]) -> tuple[OwnTree, OwnTree]:
    """Solve a published instance within one second, and within ten or what is given."""
    graph = read_graph(path)
    _compile()
    say(BEGIN)
    return _solve(graph, time_limit_s=_SHORT_S), _solve(graph, time_limit_s=long_s)


def large_table(*, quick: bool) -> str:
    """Connect 10,000 nodes of a million, and choose whom to connect on a real road network."""
    side, terminals = _QUICK if quick else _GRID
    rows = []
    run = in_time(run_grid, side, terminals, limit_s=_GRID_S + _GRACE_S).or_fail()
    what = f"grid of {side:,} x {side:,}, weights 1 to 99, {terminals:,} terminals"
    rows.append([what, *_large(run)])
    optima = published_optima("steiner", "upper")
    if optima and not quick:
        path, optimum = INSTANCES / "steiner" / _PRIZES_ON, optima[_PRIZES_ON]
        run = in_time(run_prizes, path, optimum, limit_s=_LONG_S + _GRACE_S).or_fail()
        rows.append([f"{_PRIZES_ON.removesuffix('.gr')} with a prize for each", *_large(run)])
    header = [
        "graph", "cost", "certified gap", "terminals left out", "clock, s", "CPU, s", "memory, MB",
    ]  # fmt: skip
    return markdown(header, rows)


def _large(run: Run) -> list[str]:
    tree: OwnTree = run.result
    times = [f"{tree.wall_s:.1f}", f"{tree.cpu_s:.1f}"]
    return [
        f"{tree.cost:,.0f}",
        f"{tree.gap:.3%}",
        f"{tree.left_out:,}",
        *times,
        f"{run.peak_mb:,.0f}",
    ]


def run_grid(side: int, terminals: int, say: Callable[[str], None]) -> OwnTree:
    """Solve a large grid, asked for 2 % within a minute."""
    graph = grid_graph(side, terminals, seed=1)
    _compile()
    say(BEGIN)
    return _solve(graph, time_limit_s=_GRID_S, gap_share=0.02)


def run_prizes(path: Path, optimum: float, say: Callable[[str], None]) -> OwnTree:
    """Let every terminal be left out for a prize, on average twice its part of the full tree."""
    graph = read_graph(path)
    random = np.random.default_rng(1)
    most = 2.0 * _PRIZE_OF_MEAN * optimum / len(graph.terminals)
    prizes = np.rint(random.random(len(graph.terminals)) * most)
    _compile()
    say(BEGIN)
    return _solve(graph, time_limit_s=_LONG_S, prizes=prizes)


def _solve(
    graph: Graph,
    *,
    time_limit_s: float,
    gap_share: float = 0.0,
    prizes: NDArray[np.float64] | None = None,
) -> OwnTree:
    """Connect a graph's terminals, and count the tree anew."""
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    tree = steiner.solve(
        graph.nodes,
        graph.edges,
        graph.weight,
        graph.terminals,
        time_limit_s=time_limit_s,
        gap_share=gap_share,
        prizes=prizes,
    )
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    joined = np.setdiff1d(graph.terminals, tree.left_out)
    if not is_tree(graph, tree.edges, joined):
        raise RuntimeError("the edges do not connect the terminals, or hold a cycle")
    lost = 0.0
    if prizes is not None:
        lost = float(prizes[np.isin(graph.terminals, tree.left_out)].sum())
    cost = float(graph.weight[tree.edges].sum()) + lost
    return OwnTree(cost, tree.lower_bound, cpu_s, wall_s, len(tree.left_out))


def is_tree(graph: Graph, edges: NDArray[np.int64], joined: NDArray[np.int64]) -> bool:
    """Tell whether edges form one piece without a cycle that holds all the given nodes."""
    ends = graph.edges[edges]
    nodes = np.unique(ends)
    if not len(nodes):
        return len(joined) <= 1
    near, far = np.searchsorted(nodes, ends).T
    size = len(nodes)
    links = sparse.coo_array((np.ones(len(ends)), (near, far)), shape=(size, size))
    pieces, _ = connected_components(links, directed=False)
    return pieces == 1 and len(edges) == size - 1 and bool(np.isin(joined, nodes).all())


def _compile() -> None:
    """Solve small graphs with and without prizes, so that compiling is not timed."""
    graph = grid_graph(12, 14, seed=1)
    for prizes in (None, np.full(14, 60.0)):
        _solve(graph, time_limit_s=_LONG_S, prizes=prizes)
