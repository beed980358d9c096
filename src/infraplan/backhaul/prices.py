"""What would a link of its own cost each candidate?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from infraplan import catalog
from infraplan.backhaul.access import attach
from infraplan.backhaul.roads import RoadGraph, road_graph

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.study import Study

__all__ = ["FIBRE", "fibre_price", "link_prices"]

FIBRE = "fibre_aerial"
"""Row of ``costs.csv`` for new fibre along a road: the cheaper way, on poles."""


def fibre_price() -> tuple[float, str]:
    """Return the likely price of new fibre, VND per m, and how it is known."""
    return catalog.value("costs", FIBRE, "likely_vnd"), catalog.row("costs", FIBRE)["origin"]


def link_prices(study: Study, spots: gpd.GeoDataFrame) -> pd.DataFrame:
    """Price the shortest fibre along roads from each candidate to the nearest fibre node.

    Parameters
    ----------
    study
        Roads and fibre nodes.
    spots
        Table ``candidates``.

    Returns
    -------
    pandas.DataFrame
        Columns candidate_id, link_m (road and straight access at both ends, m) and link_vnd, in
        the order of the candidates; NaN where no road leads to a fibre node. Neighbours that would
        share fibre are priced as if each had its own, so the sum is an upper estimate.
    """
    nodes = study.fibre_nodes.geometry
    points = spots.geometry
    graph, at = attach(
        road_graph(study.roads),
        np.concatenate([nodes.x.to_numpy(), points.x.to_numpy()]),
        np.concatenate([nodes.y.to_numpy(), points.y.to_numpy()]),
    )
    link_m = _distance_m(graph, at[: len(nodes)], at[len(nodes) :])
    price_vnd_m, _ = fibre_price()
    return pd.DataFrame(
        {
            "candidate_id": spots["candidate_id"].to_numpy(),
            "link_m": link_m,
            "link_vnd": link_m * price_vnd_m,
        }
    )


def _distance_m(
    graph: RoadGraph, sources: NDArray[np.int64], targets: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Measure the shortest way from each target to any source, m; NaN where there is none."""
    if len(sources) == 0 or len(targets) == 0:
        return np.full(len(targets), np.nan)
    low = np.minimum(graph.from_node, graph.to_node)
    high = np.maximum(graph.from_node, graph.to_node)
    order = np.lexsort((graph.length_m, high, low))
    low, high, length_m = low[order], high[order], graph.length_m[order]
    shortest = np.ones(len(low), dtype=np.bool_)  # csr_array would add parallel edges up
    shortest[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    shortest &= low != high
    count = len(graph.x_m)
    roads = csr_array((length_m[shortest], (low[shortest], high[shortest])), shape=(count, count))
    distance_m = dijkstra(roads, directed=False, indices=np.unique(sources), min_only=True)
    found = distance_m[targets]
    return np.where(np.isfinite(found), found, np.nan)
