"""How far along the cables that stand is the nearest exchange from each entry?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from infraplan.backhaul.ways import cheapest_ways

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.backhaul.network import Network
    from infraplan.study import Study

__all__ = ["exchange_distances"]

_EXCHANGE = "exchange"


def exchange_distances(
    study: Study, network: Network
) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    """Measure the fibre from each entry of a network to the nearest exchange.

    Parameters
    ----------
    study
        Nodes and cables; a cable runs from its from_node to its to_node.
    network
        Entries that are nodes or cables.

    Returns
    -------
    tuple of numpy.ndarray
        Distance of each entry, m, infinite where no cable leads to an exchange, and the exchange's
        node_id, None there.
    """
    nodes, fibre = study.fibre_nodes, study.fibre
    names = sorted(nodes["node_id"])
    number = {name: i for i, name in enumerate(names)}
    root = len(names)
    exchanges = sorted(number[n] for n in nodes.loc[nodes["kind"] == _EXCHANGE, "node_id"])
    ends, length_m = _cable_edges(fibre, number)
    all_ends = np.concatenate([ends, np.array([(root, e) for e in exchanges]).reshape(-1, 2)])
    weight_m = np.concatenate([length_m, np.zeros(len(exchanges))])
    ways = cheapest_ways(root + 1, all_ends.astype(np.int64), weight_m, root)
    first = ways.first_edge() - len(ends)
    source = np.full(root + 1, None, dtype=object)
    for node in np.flatnonzero(first >= 0).tolist():
        source[node] = names[exchanges[int(first[node])]]
    cables = {name: i for i, name in enumerate(fibre["fibre_id"])} if len(fibre) else {}
    distance_m = np.full(len(network.entry_node), np.inf)
    exchange = np.full(len(network.entry_node), None, dtype=object)
    for entry, (kind, name) in enumerate(zip(network.entry_kind, network.entry_id, strict=True)):
        if kind == "node":
            choices = [(float(ways.cost_vnd[number[name]]), number[name])]
        else:
            choices = _along_cable(study, network, entry, cables[name], number, ways.cost_vnd)
        distance_m[entry], node = min(choices)
        exchange[entry] = source[node]
    return distance_m, exchange


def _cable_edges(
    fibre: gpd.GeoDataFrame, number: dict[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the ends and lengths of the cables between nodes."""
    rows: list[tuple[int, int, float]] = []
    if len(fibre) and "from_node" in fibre.columns:
        lengths = shapely.length(fibre.geometry.to_numpy())
        for a, b, m in zip(fibre["from_node"], fibre["to_node"], lengths, strict=True):
            if a in number and b in number:
                rows.append((number[a], number[b], float(m)))
    ends = np.array([row[:2] for row in rows], dtype=np.int64).reshape(-1, 2)
    return ends, np.array([row[2] for row in rows], dtype=np.float64)


def _along_cable(
    study: Study,
    network: Network,
    entry: int,
    cable: int,
    number: dict[str, int],
    node_m: NDArray[np.float64],
) -> list[tuple[float, int]]:
    """Return the distances over both ends of a cable, with the node there."""
    fibre, node = study.fibre, int(network.entry_node[entry])
    route = fibre.geometry.iloc[cable]
    point = shapely.Point(network.graph.x_m[node], network.graph.y_m[node])
    along_m = float(shapely.line_locate_point(route, point))
    ways = []
    for column, rest_m in (("from_node", along_m), ("to_node", route.length - along_m)):
        end = number.get(fibre[column].iloc[cable]) if column in fibre.columns else None
        if end is not None:
            ways.append((float(node_m[end]) + rest_m, end))
    return ways or [(np.inf, len(number))]
