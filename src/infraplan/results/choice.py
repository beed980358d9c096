"""What does a choice of sites consist of when it travels from siting to backhaul and plan?

Its certificate speaks of the model the choice was made in: each site's link priced on its own, as
:func:`infraplan.backhaul.link_prices` does, or costing nothing where no prices were given. It says
nothing of choices whose sites share fibre: these cost less, so a better one may fit the budget.
"""

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
        No choice within the budget serves more people than this, as long as each site's link is
        priced on its own (``link_prices`` given). With shared fibre one may.
    gap_share
        ``(upper_bound_people - covered_people) / upper_bound_people``; 0 is proven optimal, with
        links priced like that.
    status
        How the solver ended: optimal, gap_reached, effort_limit, or time_limit where the clock
        stopped it and another run may end elsewhere.
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
