"""How does a road graph travel to networkx and back?"""

from __future__ import annotations

from typing import Any

import networkx as nx
import numpy as np
import shapely

from infraplan.backhaul.roads import RoadGraph, assemble
from infraplan.errors import ParameterError

__all__ = ["from_networkx", "to_networkx"]

_NO_ROAD = -1


def to_networkx(graph: RoadGraph) -> nx.MultiGraph[Any]:
    """Return a road graph as networkx has it.

    Parameters
    ----------
    graph
        Nodes, edges and their courses.

    Returns
    -------
    networkx.MultiGraph
        Nodes are numbers with x_m, y_m and component; the key of an edge is its number in `graph`,
        its attributes are from_node (where its course begins), length_m, road_row and geometry.
        Parallel edges and loops are kept.
    """
    result: nx.MultiGraph[Any] = nx.MultiGraph()
    for node, (x_m, y_m, part) in enumerate(
        zip(graph.x_m.tolist(), graph.y_m.tolist(), graph.component.tolist(), strict=True)
    ):
        result.add_node(node, x_m=x_m, y_m=y_m, component=part)
    edges = zip(
        graph.from_node.tolist(),
        graph.to_node.tolist(),
        graph.length_m.tolist(),
        graph.road_row.tolist(),
        graph.lines,
        strict=True,
    )
    for key, (start, end, length_m, row, line) in enumerate(edges):
        result.add_edge(
            start, end, key=key, from_node=start, length_m=length_m, road_row=row, geometry=line
        )
    return result


def from_networkx(graph: nx.Graph[Any]) -> RoadGraph:
    """Return a graph of networkx as a road graph.

    Parameters
    ----------
    graph
        Nodes carry x_m and y_m; edges may carry geometry (a straight line where absent), from_node
        (the first end where absent) and road_row. The directions of a directed graph are not kept.

    Returns
    -------
    RoadGraph
        Nodes and edges in the order of `graph`, or that of their numbers where it came from
        :func:`to_networkx`: the round trip is exact. Lengths are those of the courses.

    Raises
    ------
    ParameterError
        If nodes have no position, or a course does not join the ends of its edge; every fault.
    """
    nodes = list(graph.nodes)
    lost = [n for n in nodes if not {"x_m", "y_m"} <= set(graph.nodes[n])]
    if lost:
        raise ParameterError(
            f"{len(lost)} nodes have no x_m and y_m: {', '.join(map(str, lost[:5]))}. "
            "Remedy: set both, in metres."
        )
    numbers = {node: number for number, node in enumerate(sorted(nodes) if _ours(graph) else nodes)}
    xy_m = np.zeros((len(nodes), 2))
    for node, number in numbers.items():
        xy_m[number] = graph.nodes[node]["x_m"], graph.nodes[node]["y_m"]
    many = graph if isinstance(graph, nx.MultiGraph) else nx.MultiGraph(graph)
    edges = list(many.edges(keys=True, data=True))
    if _ours(graph):
        edges.sort(key=lambda edge: edge[2])
    start = np.array([numbers[data.get("from_node", a)] for a, _, _, data in edges], dtype=np.int64)
    both = np.array([(numbers[a], numbers[b]) for a, b, _, _ in edges], dtype=np.int64)
    end = both.reshape(-1, 2).sum(axis=1) - start
    lines = np.empty(len(edges), dtype=object)
    lines[:] = [
        data.get("geometry") or shapely.LineString(xy_m[[i, j]])
        for (*_, data), i, j in zip(edges, start, end, strict=True)
    ]
    _require_ends(lines, xy_m, start, end)
    rows = np.array([data.get("road_row", _NO_ROAD) for *_, data in edges], dtype=np.int64)
    return assemble(xy_m, start, end, rows, lines)


def _ours(graph: nx.Graph[Any]) -> bool:
    """Tell whether nodes are the numbers that :func:`to_networkx` gives."""
    return set(graph.nodes) == set(range(len(graph))) and all(
        "from_node" in data for *_, data in graph.edges(data=True)
    )


def _require_ends(
    lines: np.ndarray[Any, np.dtype[np.object_]],
    xy_m: np.ndarray[Any, np.dtype[np.float64]],
    start: np.ndarray[Any, np.dtype[np.int64]],
    end: np.ndarray[Any, np.dtype[np.int64]],
) -> None:
    """Refuse courses that do not begin and end at the nodes of their edge."""
    if len(lines) == 0:
        return
    first = shapely.get_coordinates(shapely.get_point(lines, 0))
    last = shapely.get_coordinates(shapely.get_point(lines, -1))
    apart_m = np.hypot(*(first - xy_m[start]).T) + np.hypot(*(last - xy_m[end]).T)
    wrong = np.flatnonzero(apart_m > 1.0)
    if len(wrong):
        raise ParameterError(
            f"The geometry of {len(wrong)} edges does not join their nodes, the first by "
            f"{apart_m[wrong[0]]:.1f} m. Remedy: draw it from from_node to the other end."
        )
