"""Which links does a tree of edges consist of, and which link feeds which?

Edges between two of entry, junction, site and change of medium become one link, drawn away from
the network that stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from infraplan.backhaul.roads import RoadGraph

__all__ = ["Chain", "count_fed", "trace"]


@dataclass(frozen=True, slots=True)
class Chain:
    """One link of the tree.

    Attributes
    ----------
    from_id, to_id
        Upstream and downstream end.
    from_node, to_node
        Nodes of both ends.
    parent
        Position of the link that feeds it in the list of links; None at an entry.
    edges
        Its edges from upstream to downstream.
    line
        Its course from upstream to downstream.
    """

    from_id: str
    to_id: str
    from_node: int
    to_node: int
    parent: int | None
    edges: tuple[int, ...]
    line: shapely.LineString


@dataclass(frozen=True, slots=True)
class _Step:
    """Work left: follow this edge out of this node; the chain so far began at `start`."""

    node: int
    edge: int
    from_id: str
    start: int
    parent: int | None
    before: tuple[tuple[int, bool], ...]


def trace(
    graph: RoadGraph,
    edges: NDArray[np.int64],
    *,
    entries: Mapping[int, str],
    sites: Mapping[int, str],
    kind: NDArray[np.int64],
    prefix: str = "J",
) -> list[Chain]:
    """Cut a forest of edges into links, each after the link that feeds it.

    Parameters
    ----------
    graph
        Roads with access edges and hops.
    edges
        Edges of the graph that form trees, each with exactly one entry.
    entries
        Entries of the trees: node to identifier.
    sites
        Sites: node to identifier.
    kind
        A number for the way in which each edge of the graph is built; a link is of one kind.
    prefix
        Names of junctions begin with it.

    Returns
    -------
    list of Chain
        Entries in the order of their identifiers, depth first; junctions are named J0001 …
    """
    ways = _ways(graph, edges)
    chains: list[Chain] = []
    steps = [
        _Step(node, edge, name, node, None, ())
        for name, node in sorted((name, node) for node, name in entries.items())
        for edge in ways.get(node, ())
    ]
    steps.reverse()
    junctions = 0
    while steps:
        step = steps.pop()
        forward = bool(graph.from_node[step.edge] == step.node)
        node = int(graph.to_node[step.edge] if forward else graph.from_node[step.edge])
        course = (*step.before, (step.edge, forward))
        onward = [edge for edge in ways[node] if edge != step.edge]
        if node not in sites and len(onward) == 1 and kind[onward[0]] == kind[step.edge]:
            steps.append(_Step(node, onward[0], step.from_id, step.start, step.parent, course))
            continue
        if node not in sites:
            junctions += 1
        to_id = sites.get(node, f"{prefix}{junctions:04d}")
        passed = tuple(edge for edge, _ in course)
        line = _draw(graph, course)
        chains.append(Chain(step.from_id, to_id, step.start, node, step.parent, passed, line))
        parent = len(chains) - 1
        steps += [_Step(node, edge, to_id, node, parent, ()) for edge in reversed(onward)]
    return chains


def _ways(graph: RoadGraph, edges: NDArray[np.int64]) -> dict[int, list[int]]:
    """Return the edges of the tree at each node, ascending."""
    ways: dict[int, list[int]] = {}
    for edge in np.sort(edges).tolist():
        ways.setdefault(int(graph.from_node[edge]), []).append(edge)
        ways.setdefault(int(graph.to_node[edge]), []).append(edge)
    return ways


def _draw(graph: RoadGraph, course: tuple[tuple[int, bool], ...]) -> shapely.LineString:
    """Join the lines of a course, each in the direction of travel, without repeated vertices."""
    parts = [
        shapely.get_coordinates(graph.lines[edge])[:: 1 if forward else -1]
        for edge, forward in course
    ]
    points = np.concatenate([parts[0], *(part[1:] for part in parts[1:])])
    return shapely.LineString(points)


def count_fed(chains: list[Chain], sites_at: Mapping[int, int]) -> list[int]:
    """Count the sites that depend on each link.

    Parameters
    ----------
    chains
        From :func:`trace`.
    sites_at
        Number of sites at each node that has any.
    """
    fed = [sites_at.get(chain.to_node, 0) for chain in chains]
    for number in range(len(chains) - 1, -1, -1):
        parent = chains[number].parent
        if parent is not None:
            fed[parent] += fed[number]
    return fed
