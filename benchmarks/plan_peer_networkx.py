"""How long and how dear are the trees of networkx?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import networkx as nx
from networkx.algorithms.approximation import steiner_tree

from plan_cases import read_graph
from plan_process import BEGIN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["run_networkx"]


def run_networkx(path: Path, method: str, say: Callable[[str], None]) -> tuple[float, float]:
    """Return the cost of networkx's tree of a published instance, and CPU time, s.

    Its graph is made before; of parallel edges it gets the cheapest.
    """
    given = read_graph(path)
    graph = nx.Graph()
    order = given.weight.argsort(kind="stable")[::-1]
    edges, weight = given.edges[order], given.weight[order]
    graph.add_weighted_edges_from(zip(*edges.T.tolist(), weight.tolist(), strict=True))
    terminals = given.terminals.tolist()
    say(BEGIN)
    cpu_s = time.process_time()
    tree = steiner_tree(graph, terminals, method=method)
    return float(tree.size(weight="weight")), time.process_time() - cpu_s
