"""Which junctions do roads have, and which stretches join them?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

__all__ = ["TOLERANCE_M", "RoadGraph", "assemble", "coordinate_keys", "road_graph"]

TOLERANCE_M = 0.1
"""Vertices closer than about this are one place."""


@dataclass(frozen=True, slots=True, eq=False)
class RoadGraph:
    """Roads as an undirected graph; parallel stretches and loops are kept.

    Attributes
    ----------
    x_m, y_m
        Position of each node, shape (nodes,).
    from_node, to_node
        Ends of each edge, shape (edges,).
    length_m
        Length of each edge, shape (edges,).
    road_row
        Row of the road in its table, -1 for an access across country, shape (edges,).
    lines
        Course of each edge from its first to its second end, shape (edges,).
    component
        Number of the connected part that each node lies in, shape (nodes,).
    """

    x_m: NDArray[np.float64]
    y_m: NDArray[np.float64]
    from_node: NDArray[np.int64]
    to_node: NDArray[np.int64]
    length_m: NDArray[np.float64]
    road_row: NDArray[np.int64]
    lines: NDArray[np.object_]
    component: NDArray[np.int64]

    @property
    def components(self) -> int:
        """Number of connected parts."""
        return int(self.component.max(initial=-1)) + 1


def coordinate_keys(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return a number for each place, equal for places that agree when rounded to 0.1 m.

    Parameters
    ----------
    points
        Shape (n, 2), m.

    Returns
    -------
    numpy.ndarray
        Numbers from 0, shape (n,), in the order of the rounded coordinates.
    """
    rounded = np.rint(points / TOLERANCE_M).astype(np.int64)
    _, numbers = np.unique(rounded, axis=0, return_inverse=True)
    return numbers.reshape(-1).astype(np.int64)


def road_graph(roads: gpd.GeoDataFrame) -> RoadGraph:
    """Split roads where they meet.

    Parameters
    ----------
    roads
        Table ``roads`` in a metric CRS. Lines join where they share a vertex, to 0.1 m; lines that
        only cross (a bridge) do not.

    Returns
    -------
    RoadGraph
        Nodes are the ends of lines and the vertices that lines share. Parts that touch no other
        road are kept and numbered.
    """
    parts = roads.geometry.reset_index(drop=True).explode()
    points, line = shapely.get_coordinates(parts.to_numpy(), return_index=True)
    place = coordinate_keys(points)
    repeated = np.zeros(len(place), dtype=np.bool_)
    repeated[1:] = (line[1:] == line[:-1]) & (place[1:] == place[:-1])
    points, line, place = points[~repeated], line[~repeated], place[~repeated]
    change = np.flatnonzero(line[1:] != line[:-1])
    is_node = np.bincount(place, minlength=1)[place] > 1
    is_node[np.concatenate([change, change + 1])] = True
    is_node[[0, -1] if len(place) else []] = True
    position = np.flatnonzero(is_node)
    places, first, node = np.unique(place[position], return_index=True, return_inverse=True)
    points[position] = points[position][first][node]
    follows = line[position[1:]] == line[position[:-1]]
    start, stop = position[:-1][follows], position[1:][follows]
    row = parts.index.to_numpy(dtype=np.int64)[line[start]]
    xy = points[position][first].reshape(len(places), 2)
    return assemble(xy, node[:-1][follows], node[1:][follows], row, _slices(points, start, stop))


def _slices(
    points: NDArray[np.float64], start: NDArray[np.int64], stop: NDArray[np.int64]
) -> NDArray[np.object_]:
    """Draw one line through the points from each start to its stop."""
    count = stop - start + 1
    first = np.cumsum(count) - count
    within = np.arange(count.sum()) - np.repeat(first, count)
    lines: NDArray[np.object_] = shapely.linestrings(
        points[np.repeat(start, count) + within], indices=np.repeat(np.arange(len(count)), count)
    )
    return lines


def assemble(
    xy_m: NDArray[np.float64],
    from_node: NDArray[np.int64],
    to_node: NDArray[np.int64],
    road_row: NDArray[np.int64],
    lines: NDArray[np.object_],
) -> RoadGraph:
    """Measure the edges, number the connected parts, and put the graph together."""
    count = len(xy_m)
    component = np.empty(0, dtype=np.int64)
    if count:
        ones = np.ones(len(from_node), dtype=np.int8)
        joined = coo_array((ones, (from_node, to_node)), shape=(count, count)).tocsr()
        component = connected_components(joined, directed=False)[1].astype(np.int64)
    return RoadGraph(
        x_m=xy_m[:, 0],
        y_m=xy_m[:, 1],
        from_node=from_node.astype(np.int64),
        to_node=to_node.astype(np.int64),
        length_m=shapely.length(lines).astype(np.float64),
        road_row=road_row.astype(np.int64),
        lines=lines,
        component=component,
    )
