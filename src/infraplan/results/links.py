"""What does a network of links consist of when it travels from backhaul to the plan?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from infraplan.results.provenance import Provenance

__all__ = ["Links"]


@dataclass(frozen=True, slots=True)
class Links:
    """Fibre and microwave that join chosen sites to the network, with a certificate of the cost.

    Attributes
    ----------
    table
        Table ``links``; every link stands after the one that feeds it.
    feeds
        Columns site_id and link_id: the link that ends at each site, none where the site stands on
        a fibre node; in the order of the sites.
    cost_vnd
        Price of all links.
    lower_bound_vnd
        No tree to the same sites along the same roads and hops costs less than this.
    gap_share
        ``(cost_vnd - lower_bound_vnd) / cost_vnd``; 0 is proven cheapest.
    status
        How the solver ended: optimal, gap_reached, effort_limit, or time_limit where the clock
        stopped it and another run may end elsewhere.
    components
        Number of parts of the road network that do not touch each other.
    bill
        What each link is made of (see :mod:`infraplan.results.bill`); owner_id is the link_id.
    provenance
        What it rests on.
    """

    table: gpd.GeoDataFrame
    feeds: pd.DataFrame
    cost_vnd: float
    lower_bound_vnd: float
    gap_share: float
    status: str
    components: int
    bill: pd.DataFrame
    provenance: Provenance
