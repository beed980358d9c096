"""What does a choice of sites consist of when it travels from siting to backhaul and plan?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.results.provenance import Provenance

__all__ = ["Choice"]


@dataclass(frozen=True, slots=True)
class Choice:
    """The sites chosen under a budget, with the certificate of how good the choice is.

    Attributes
    ----------
    new_sites
        Table ``new_sites``, best first.
    covered_people
        People in gaps that the chosen sites serve.
    upper_bound_people
        No choice within the budget serves more people than this.
    gap_share
        ``(upper_bound_people - covered_people) / upper_bound_people``; 0 is proven optimal.
    status
        How the solver ended: optimal, gap_reached, effort_limit or time_limit.
    demand_people
        People in gaps.
    reachable_people
        People in gaps that at least one candidate would serve.
    candidates
        Number of candidates that were weighed.
    budget_vnd
        The budget the choice was made under.
    provenance
        What it rests on.
    """

    new_sites: gpd.GeoDataFrame
    covered_people: float
    upper_bound_people: float
    gap_share: float
    status: str
    demand_people: float
    reachable_people: float
    candidates: int
    budget_vnd: float
    provenance: Provenance
