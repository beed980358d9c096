"""Where do points off the road join the road graph?

Each point gets an access edge to the nearest place on a road, and the road is split there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely.ops import substring

from infraplan.backhaul.roads import TOLERANCE_M, RoadGraph, assemble, coordinate_keys

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

__all__ = ["attach"]


def attach(
    graph: RoadGraph, x_m: NDArray[np.float64], y_m: NDArray[np.float64]
) -> tuple[RoadGraph, NDArray[np.int64]]:
    """Join points to a road graph by straight access edges.

    Parameters
    ----------
    graph
        The roads.
    x_m, y_m
        The points, shape (n,), in the CRS of the roads.

    Returns
    -------
    tuple of RoadGraph and numpy.ndarray
        A graph in which roads are split where an access meets them, and the node of each point.
        Points equal to 0.1 m share a node; a point on a road is a node of the road. Without any
        road the points are nodes on their own.
    """
    points = np.column_stack([x_m, y_m]).astype(np.float64)
    _, first, point_of = np.unique(coordinate_keys(points), return_index=True, return_inverse=True)
    points = points[first]
    if len(graph.lines) == 0 or len(points) == 0:
        return _isolated(graph, points), len(graph.x_m) + point_of.astype(np.int64)
    edge, along_m, distance_m = _nearest(graph, points)
    splitter = _Splitter(graph)
    foot = splitter.feet(edge, along_m)
    off_road = distance_m > TOLERANCE_M
    node = foot.copy()
    node[off_road] = splitter.nodes + np.arange(off_road.sum())
    access = shapely.linestrings(
        np.stack([points[off_road], splitter.positions()[foot[off_road]]], axis=1)
    )
    joined = assemble(
        np.concatenate([splitter.positions(), points[off_road]]),
        np.concatenate([splitter.from_node, node[off_road]]),
        np.concatenate([splitter.to_node, foot[off_road]]),
        np.concatenate([splitter.road_row, np.full(off_road.sum(), -1, dtype=np.int64)]),
        np.concatenate([splitter.lines, access]),
    )
    return joined, node[point_of]


def _isolated(graph: RoadGraph, points: NDArray[np.float64]) -> RoadGraph:
    """Add points as nodes without any edge."""
    xy_m = np.concatenate([np.column_stack([graph.x_m, graph.y_m]), points])
    return assemble(xy_m, graph.from_node, graph.to_node, graph.road_row, graph.lines)


def _nearest(
    graph: RoadGraph, points: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the nearest edge of each point, the place along it and the distance, m."""
    places = shapely.points(points)
    (_, edge), distance_m = shapely.STRtree(graph.lines).query_nearest(
        places, all_matches=False, return_distance=True
    )
    return edge.astype(np.int64), shapely.line_locate_point(graph.lines[edge], places), distance_m


class _Splitter:
    """Edges of a graph while they are cut into pieces."""

    def __init__(self, graph: RoadGraph) -> None:
        self._graph = graph
        self._new_xy: list[tuple[float, float]] = []
        self.from_node = graph.from_node
        self.to_node = graph.to_node
        self.road_row = graph.road_row
        self.lines = graph.lines

    @property
    def nodes(self) -> int:
        """Number of nodes, the new ones included."""
        return len(self._graph.x_m) + len(self._new_xy)

    def positions(self) -> NDArray[np.float64]:
        """Return the position of every node, shape (nodes, 2), m."""
        old = np.column_stack([self._graph.x_m, self._graph.y_m])
        return np.concatenate([old, np.array(self._new_xy, dtype=np.float64).reshape(-1, 2)])

    def feet(self, edge: NDArray[np.int64], along_m: NDArray[np.float64]) -> NDArray[np.int64]:
        """Cut edges at places along them and return the node at each place."""
        graph = self._graph
        node = np.where(along_m <= TOLERANCE_M, graph.from_node[edge], graph.to_node[edge])
        inner = (along_m > TOLERANCE_M) & (along_m < graph.length_m[edge] - TOLERANCE_M)
        pieces: list[tuple[int, int, int, BaseGeometry]] = []
        cut = np.unique(edge[inner])
        for number in cut:
            here = np.flatnonzero(inner & (edge == number))
            node[here] = self._cut(int(number), along_m[here], pieces)
        whole = np.setdiff1d(np.arange(len(graph.lines)), cut)
        ends = np.array([piece[:3] for piece in pieces], dtype=np.int64).reshape(-1, 3)
        drawn = np.empty(len(pieces), dtype=np.object_)
        drawn[:] = [piece[3] for piece in pieces]
        self.from_node = np.concatenate([graph.from_node[whole], ends[:, 0]])
        self.to_node = np.concatenate([graph.to_node[whole], ends[:, 1]])
        self.road_row = np.concatenate([graph.road_row[whole], ends[:, 2]])
        self.lines = np.concatenate([graph.lines[whole], drawn])
        return node.astype(np.int64)

    def _cut(
        self,
        edge: int,
        along_m: NDArray[np.float64],
        pieces: list[tuple[int, int, int, BaseGeometry]],
    ) -> NDArray[np.int64]:
        """Cut one edge at several places; places equal to 0.1 m are one."""
        graph, line = self._graph, self._graph.lines[edge]
        tenths, of_place = np.unique(np.rint(along_m / TOLERANCE_M), return_inverse=True)
        stops_m = tenths * TOLERANCE_M
        new = self.nodes + np.arange(len(stops_m))
        for place in shapely.line_interpolate_point(line, stops_m):
            self._new_xy.append((place.x, place.y))
        chain = [int(graph.from_node[edge]), *new.tolist(), int(graph.to_node[edge])]
        bounds_m = [0.0, *stops_m.tolist(), float(graph.length_m[edge])]
        for i in range(len(chain) - 1):
            piece = substring(line, bounds_m[i], bounds_m[i + 1])
            pieces.append((chain[i], chain[i + 1], int(graph.road_row[edge]), piece))
        return new[of_place]
