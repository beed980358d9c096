"""What does a choice of sites consist of when it travels from siting to backhaul and plan?

Its certificate speaks of the model the choice was made in: each site's link at the price that the
choice was given, or at none where no prices were given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from infraplan.results.prices import Prices
    from infraplan.results.provenance import Provenance

__all__ = ["Choice", "Equity", "Service"]


@dataclass(frozen=True, slots=True, eq=False)
class Service:
    """Whom each chosen site serves, so that any part of the choice can be counted exactly.

    Attributes
    ----------
    matrix
        Sites, in the order of ``new_sites``, by demand; True where the site serves the demand.
    weight
        What each demand counts in the choice, shape (demand,).
    people
        Persons in white and weak spots of each demand, 0 for demand of another kind, shape
        (demand,).
    """

    matrix: csr_array
    weight: NDArray[np.float64]
    people: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Equity:
    """What a floor for especially difficult villages does and costs.

    Attributes
    ----------
    floor_share
        Least part of the reachable weight of those villages that has to be served.
    served_share, without_share
        The part served with the floor, and in the choice without it.
    floor_people
        Reachable people in gaps of those villages.
    covered_weight, without_weight
        Weight served in all with the floor, and without it, under the same budget.
    price_vnd
        What equity costs: what the choice with the floor costs beyond the least cost that serves
        ``covered_weight`` without it; 0 where the choice without the floor meets it anyhow. Its
        certificate is [price_low_vnd, price_high_vnd].
    price_low_vnd, price_high_vnd
        Bounds of that price.
    """

    floor_share: float
    served_share: float
    without_share: float
    floor_people: float
    covered_weight: float
    without_weight: float
    price_vnd: float
    price_low_vnd: float
    price_high_vnd: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The sites chosen under a budget, with the certificate of how good the choice is.

    Attributes
    ----------
    new_sites
        Table ``new_sites``, best first.
    covered_people
        People in white and weak spots that the chosen sites serve.
    covered_weight
        Weight of the demand that they serve: people, and whatever else the study weighs.
    upper_bound_weight
        No choice within the budget serves more weight than this, at the link prices given.
    gap_share
        ``(upper_bound_weight - covered_weight) / upper_bound_weight``; 0 is proven optimal.
    status
        How the solver ended: optimal, gap_reached, effort_limit, or time_limit where the clock
        stopped it and another run may end elsewhere.
    demand_people, demand_weight
        People in white and weak spots, and the weight of all demand.
    reachable_people
        People in white and weak spots that at least one candidate would serve.
    candidates
        Places that were weighed.
    options
        Ways to build them that were weighed: place, height and operator.
    budget_vnd
        The budget the choice was made under.
    service
        Whom each site serves.
    bill
        What each site is made of (see :mod:`infraplan.results.bill`); owner_id is the site_id.
    prices
        The price list.
    equity
        What the floor for especially difficult villages costs; None without a floor.
    provenance
        What it rests on.
    """

    new_sites: gpd.GeoDataFrame
    covered_people: float
    covered_weight: float
    upper_bound_weight: float
    gap_share: float
    status: str
    demand_people: float
    demand_weight: float
    reachable_people: float
    candidates: int
    options: int
    budget_vnd: float
    service: Service
    bill: pd.DataFrame
    prices: Prices
    equity: Equity | None
    provenance: Provenance
