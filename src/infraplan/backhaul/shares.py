"""What does each site pay of links that several share, and where can these links be extended?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import shapely

from infraplan import catalog
from infraplan.backhaul.roads import TOLERANCE_M

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from infraplan.backhaul.roads import RoadGraph
    from infraplan.results import Links

__all__ = ["link_shares", "tree_entries"]

_ROUNDINGS = 2.0
_SHARED = ["medium", "link_m", "link_vnd", "from_id", "least_mast_m"]


def tree_entries(graph: RoadGraph, links: Links) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Return the nodes of a graph that planned fibre touches, and the link that touches each.

    The ends of hops count as well: fibre can go on from there.
    """
    table = links.table
    if len(table) == 0 or len(graph.x_m) == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=object)
    course = table.geometry.to_numpy().copy()
    hops = (table["medium"] == "microwave").to_numpy()
    course[hops] = shapely.get_point(course[hops], -1)
    points = shapely.points(graph.x_m, graph.y_m)
    node, link = shapely.STRtree(course).query_nearest(
        points, max_distance=_ROUNDINGS * TOLERANCE_M
    )
    order = np.lexsort((link, node))
    node, first = np.unique(node[order], return_index=True)
    names = table["link_id"].to_numpy(dtype=object)[link[order][first]]
    return node.astype(np.int64), names


def link_shares(prices: pd.DataFrame, links: Links) -> pd.DataFrame:
    """Price the sites of planned links at their share of these.

    Parameters
    ----------
    prices
        Columns candidate_id, medium, link_m, link_vnd, from_id and least_mast_m.
    links
        The planned links.

    Returns
    -------
    pandas.DataFrame
        Each link's cost and length are divided equally among the sites it feeds. A site that a
        hop feeds needs a mast that its antenna fits on.
    """
    table = links.table.set_index("link_id")
    shares = table[["length_m", "capex_vnd"]].div(table["sites_fed"], axis=0)
    parent, medium, start = table["parent_link_id"], table["medium"], table["from_id"]
    mast_m = (table["to_height_m"] + catalog.rule("microwave_below_top_m")).fillna(0.0)
    total: dict[str, NDArray[np.float64]] = {}
    for name, share in zip(table.index, shares.to_numpy(dtype=np.float64), strict=True):
        above = parent[name]
        total[name] = share + (total[above] if isinstance(above, str) else 0.0)
    prices = prices.set_index("candidate_id")
    feeds = links.feeds.drop_duplicates("site_id")  # second ways come after the first
    for site, link in zip(feeds["site_id"], feeds["link_id"], strict=True):
        if site not in prices.index:
            continue
        if isinstance(link, str):
            length_m, vnd = total[link]
            told = (medium[link], length_m, vnd, start[link], mast_m[link])
        else:
            told = ("existing", 0.0, 0.0, None, 0.0)
        prices.loc[site, _SHARED] = list(told)
    return prices.reset_index()
