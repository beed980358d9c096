"""Over which priced edges can a point reach the network that stands, and where does it enter?

Edges are roads, accesses across country and (once added) microwave hops. Entries are the places at
which the network that stands can be joined: its nodes for nothing, cables with free fibres anywhere
along them for the price of a closure, and masts with service by a hop.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
import shapely

from infraplan.backhaul.access import attach
from infraplan.backhaul.along import crossings, ends_of_company
from infraplan.backhaul.laying import Laying, laying, open_works, rule
from infraplan.backhaul.roads import TOLERANCE_M, RoadGraph, assemble, road_graph
from infraplan.backhaul.splices import cable_feet, spliceable, splices

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.backhaul.hops import SiteHops
    from infraplan.study import Study

__all__ = ["CLOSURE", "HOP", "MICROWAVE", "Network", "build", "extended", "with_hops"]

MICROWAVE: Final = "microwave"
CLOSURE: Final = "fibre_closure"
"""Row of the price list for joining a cable between its nodes."""
ACCESS: Final = -1
HOP: Final = -2
"""In `RoadGraph.road_row`: the edge is an access, or a hop, and no road."""


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A graph of priced edges and the entries to the network that stands.

    Attributes
    ----------
    graph
        Roads and accesses, then hops in the order of `hops`.
    laying
        How each edge is built; "microwave" for a hop.
    weight_vnd
        Price of each edge, bought once, shape (edges,).
    entry_node, entry_vnd, entry_id, entry_kind
        Node, price, identifier and kind of each entry: "node", "mast" (of a hop: a mast
        with service or a fibre node) and "cable", in this order, shape (entries,).
    point_at
        Node of each point the network was built for.
    hops
        Feasible hops, a row per hop edge (see :func:`infraplan.backhaul.microwave.hop_table`).
    components
        Number of parts of the roads that do not touch each other.
    """

    graph: RoadGraph
    laying: Laying
    weight_vnd: NDArray[np.float64]
    entry_node: NDArray[np.int64]
    entry_vnd: NDArray[np.float64]
    entry_id: NDArray[np.object_]
    entry_kind: NDArray[np.object_]
    point_at: NDArray[np.int64]
    hops: pd.DataFrame
    components: int

    @property
    def first_hop(self) -> int:
        """Position of the first hop among the edges."""
        return len(self.graph.lines) - len(self.hops)

    @property
    def root(self) -> int:
        """Number of a node that stands for the whole network that stands."""
        return len(self.graph.x_m)

    def ends(self) -> NDArray[np.int64]:
        """Return the ends of all edges, then of one edge from the root to each entry."""
        graph = self.graph
        roads = np.column_stack([graph.from_node, graph.to_node])
        entries = np.column_stack([np.full(len(self.entry_node), self.root), self.entry_node])
        return np.concatenate([roads, entries]).astype(np.int64)

    def weights(self) -> NDArray[np.float64]:
        """Return the prices of the edges of :meth:`ends`, VND."""
        return np.concatenate([self.weight_vnd, self.entry_vnd])


def build(study: Study, x_m: NDArray[np.float64], y_m: NDArray[np.float64]) -> Network:
    """Build the network of fibre for some points.

    Parameters
    ----------
    study
        Roads, cables, nodes and whatever lowers the price of laying.
    x_m, y_m
        The points that look for a way into the network, shape (n,).

    Returns
    -------
    Network
        Without hops. Roads are split where a cable, a pole line or a work joins or leaves them, and
        where a cable with free fibres crosses.
    """
    roads = road_graph(study.roads)
    cables = spliceable(study.fibre)
    nodes = study.fibre_nodes.sort_values("node_id")
    graph, at = attach(
        _split(roads, study, cables),
        np.concatenate([nodes.geometry.x.to_numpy(), x_m]),
        np.concatenate([nodes.geometry.y.to_numpy(), y_m]),
    )
    fibre_at, point_at = at[: len(nodes)], at[len(nodes) :]
    foot, cable_of_foot, graph = _cable_accesses(graph, cables, point_at)
    node, cable = splices(graph, cables, but=np.concatenate([fibre_at, point_at, foot]))
    joined = np.concatenate([foot, node])
    by = np.concatenate([cable_of_foot, cable])
    names = cables["fibre_id"].to_numpy(dtype=object)
    closure_vnd = study.prices.vnd(CLOSURE)
    laid = laying(study, graph)
    return Network(
        graph=graph,
        laying=laid,
        weight_vnd=graph.length_m * laid.price_vnd_m,
        entry_node=np.concatenate([fibre_at, joined]).astype(np.int64),
        entry_vnd=np.concatenate([np.zeros(len(fibre_at)), np.full(len(joined), closure_vnd)]),
        entry_id=np.concatenate([nodes["node_id"].to_numpy(dtype=object), names[by]]),
        entry_kind=np.array(["node"] * len(fibre_at) + ["cable"] * len(joined), dtype=object),
        point_at=point_at,
        hops=pd.DataFrame(),
        components=roads.components,
    )


def _split(graph: RoadGraph, study: Study, cables: gpd.GeoDataFrame) -> RoadGraph:
    """Split roads where something that lowers the price of laying begins or ends."""
    if len(graph.lines) == 0:
        return graph
    beside = [study.fibre, study.power, open_works(study)]
    routes = np.concatenate([table.geometry.to_numpy() for table in beside]).astype(object)
    places = np.concatenate(
        [
            ends_of_company(graph.lines, routes, within_m=rule("along_m")),
            crossings(graph.lines, cables.geometry.to_numpy()),
        ]
    )
    return attach(graph, *_on_roads(graph, places))[0]


def _on_roads(
    graph: RoadGraph, places: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the places, which lie on roads but for rounding, where they lie exactly on one."""
    points = shapely.points(places)
    edge = shapely.STRtree(graph.lines).query_nearest(points, all_matches=False)[1]
    along_m = shapely.line_locate_point(graph.lines[edge], points)
    feet = shapely.line_interpolate_point(graph.lines[edge], along_m)
    return shapely.get_x(feet), shapely.get_y(feet)


def _cable_accesses(
    graph: RoadGraph, cables: gpd.GeoDataFrame, point_at: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], RoadGraph]:
    """Join each point straight to the nearest cable within reach.

    Returns the new nodes on the cables, the positions of these cables, and the graph with both.
    """
    points = np.unique(point_at)
    xy_m = np.column_stack([graph.x_m[points], graph.y_m[points]])
    which, cable, feet = cable_feet(
        xy_m, cables, most_m=rule("cable_access_m"), least_m=TOLERANCE_M
    )
    node = len(graph.x_m) + np.arange(len(which))
    lines = _straight(feet, xy_m[which])
    joined = extended(graph, feet, node, points[which], lines, ACCESS)
    return node.astype(np.int64), cable, joined


def _straight(from_m: NDArray[np.float64], to_m: NDArray[np.float64]) -> NDArray[np.object_]:
    """Draw straight lines between places, shape (n, 2) each."""
    drawn = np.empty(len(from_m), dtype=object)
    drawn[:] = [shapely.LineString(ends) for ends in zip(from_m, to_m, strict=True)]
    return drawn


def extended(
    graph: RoadGraph,
    xy_m: NDArray[np.float64],
    from_node: NDArray[np.int64],
    to_node: NDArray[np.int64],
    lines: NDArray[np.object_],
    road_row: int,
) -> RoadGraph:
    """Add nodes and edges at the end of a graph."""
    if len(xy_m) == 0 and len(from_node) == 0:
        return graph
    return assemble(
        np.concatenate([np.column_stack([graph.x_m, graph.y_m]), xy_m.reshape(-1, 2)]),
        np.concatenate([graph.from_node, from_node]),
        np.concatenate([graph.to_node, to_node]),
        np.concatenate([graph.road_row, np.full(len(from_node), road_row, dtype=np.int64)]),
        np.concatenate([graph.lines, lines]),
    )


def with_hops(network: Network, hops: SiteHops) -> Network:
    """Add microwave hops to a network of fibre.

    Parameters
    ----------
    network
        Without hops.
    hops
        Feasible hops between the points that the network was built for, and from what stands;
        whatever they start from becomes an entry.

    Returns
    -------
    Network
        Hops are the last edges.
    """
    if len(hops.table) == 0:
        return network
    graph, old = network.graph, len(network.graph.x_m)
    sites = len(network.point_at)
    used = np.unique(hops.ends[hops.ends >= sites])
    anchors = hops.points.iloc[used]
    node_of = np.concatenate([network.point_at, np.zeros(len(hops.points) - sites, dtype=np.int64)])
    node_of[used] = old + np.arange(len(used))
    at = node_of[hops.ends]
    anchor_xy = anchors[["x_m", "y_m"]].to_numpy(dtype=np.float64)
    xy = np.concatenate([np.column_stack([graph.x_m, graph.y_m]), anchor_xy])
    lines = _straight(xy[at[:, 0]], xy[at[:, 1]])
    joined = extended(graph, anchor_xy, at[:, 0], at[:, 1], lines, HOP)
    none = np.full(len(at), None, dtype=object)
    radio = np.full(len(at), MICROWAVE, dtype=object)
    laid = Laying(
        np.concatenate([network.laying.medium, radio]),
        np.concatenate([network.laying.price_vnd_m, np.full(len(at), np.nan)]),
        np.concatenate([network.laying.works_id, none]),
    )
    nodes = int((network.entry_kind == "node").sum())
    return replace(
        network,
        graph=joined,
        laying=laid,
        weight_vnd=np.concatenate([network.weight_vnd, hops.cost_vnd]),
        entry_node=np.insert(network.entry_node, nodes, old + np.arange(len(anchors))),
        entry_vnd=np.insert(network.entry_vnd, nodes, np.zeros(len(anchors))),
        entry_id=np.insert(network.entry_id, nodes, anchors["point_id"].to_numpy(dtype=object)),
        entry_kind=np.insert(network.entry_kind, nodes, ["mast"] * len(anchors)),
        hops=hops.table,
    )
