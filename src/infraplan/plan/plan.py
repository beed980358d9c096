"""What does a plan consist of: sites and links by year, costs, certificate and doubts?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from infraplan.results import Equity, Provenance

__all__ = ["Plan", "Totals"]


@dataclass(frozen=True, slots=True)
class Totals:
    """What the plan builds in all its years.

    Attributes
    ----------
    new_masts, shared_masts, links
        Pieces built.
    hops
        Those of the links that are microwave hops.
    sites_beyond
        Chosen sites that keep no year: the yearly budgets do not reach, or the works whose trench
        they need come too late.
    length_m
        New fibre.
    capex_vnd
        Cost of all sites and links built.
    low_vnd, likely_vnd, high_vnd
        The same at the low, likely and high prices of the price list.
    opex_vnd, opex_low_vnd, opex_high_vnd
        Running cost of a year in which all of it stands, at likely, low and high prices.
    yearly_vnd
        Running cost and annuity together: what all of it costs in each year of its life, likely.
    tco_vnd, tco_low_vnd, tco_high_vnd
        Total cost of ownership (see :func:`infraplan.plan.ownership.ownership`), discounted to the
        first year, at likely, low and high prices.
    assumed_price_share
        Share of ``likely_vnd`` that rests on assumed prices; 0 where nothing is built.
    people_gained
        People in white and weak spots whom the built sites serve, each counted once.
    weight_gained
        Weight of all demand that they serve, each counted once.
    nesting_worst_year
        Year in which the best free choice for the money so far is ahead of the plan by most weight;
        None where no such choices were given, or none is ahead.
    nesting_worst_weight, nesting_worst_people
        By how much in that year; 0 where none is ahead.
    """

    new_masts: int
    shared_masts: int
    links: int
    hops: int
    sites_beyond: int
    length_m: float
    capex_vnd: float
    low_vnd: float
    likely_vnd: float
    high_vnd: float
    opex_vnd: float
    opex_low_vnd: float
    opex_high_vnd: float
    yearly_vnd: float
    tco_vnd: float
    tco_low_vnd: float
    tco_high_vnd: float
    assumed_price_share: float
    people_gained: float
    weight_gained: float
    nesting_worst_year: int | None
    nesting_worst_weight: float
    nesting_worst_people: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Sites and links by year, with what they cost and what they rest on.

    Attributes
    ----------
    sites
        Table ``new_sites`` with year, NA where the plan does not build it. Its people_gained are
        those of the choice, in the order of the choice; see ``explanations`` for the order of
        building.
    links
        Table ``links`` with year.
    phases
        What each year builds and whom it serves (see :func:`infraplan.plan.phases.phase_table`).
    phases_gap_share
        Certified gap of the years: how far the weight served, summed over the years, may be from
        the best schedule of these sites and these links.
    phases_status
        How the search for the years ended: optimal, gap_reached, effort_limit or time_limit.
    totals
        What all years build.
    assumptions
        Prices used, with quantity, bounds and source (see
        :func:`infraplan.plan.cost.assumptions`).
    costs
        Cost of every site and link (see :func:`infraplan.plan.cost.costs_by_owner`).
    tco
        Cost by year over the horizon (see :func:`infraplan.plan.ownership.ownership`).
    explanations
        Why each site, for whom, and what it depends on (see
        :func:`infraplan.plan.explain.explanations`).
    gap_share
        Certified gap of the choice of sites: how far it may be from the best possible when each
        site's link is priced as it was given to the choice (see
        :class:`infraplan.results.Choice`).
    sites_status
        How the choice of sites ended: optimal, gap_reached, effort_limit or time_limit.
    links_gap_share
        Certified gap of the cost of the links for these sites.
    links_status
        How the search for the cheapest links ended.
    demand_people, demand_weight
        People in white and weak spots, and the weight of all demand.
    reachable_people
        People in white and weak spots that any candidate would serve.
    covered_people, covered_weight
        People in white and weak spots, and weight of all demand, that the whole choice serves.
    upper_bound_weight
        The most weight that any choice within the budget of the choice serves, at the link prices
        given to it.
    budget_vnd
        Money of all years together.
    equity
        What the floor for especially difficult villages costs; None without a floor.
    provenance
        What it rests on.
    robustness
        How often each site stays in when cost, signal and position vary; None where not tried.
    tornado
        What matters most for the outcome; None where not tried.
    joint
        Rounds in which sites and links were weighed together; None where not told.
    """

    sites: gpd.GeoDataFrame
    links: gpd.GeoDataFrame
    phases: pd.DataFrame
    phases_gap_share: float
    phases_status: str
    totals: Totals
    assumptions: pd.DataFrame
    costs: pd.DataFrame
    tco: pd.DataFrame
    explanations: pd.DataFrame
    gap_share: float
    sites_status: str
    links_gap_share: float
    links_status: str
    demand_people: float
    demand_weight: float
    reachable_people: float
    covered_people: float
    covered_weight: float
    upper_bound_weight: float
    budget_vnd: float
    equity: Equity | None
    provenance: Provenance
    robustness: pd.DataFrame | None = None
    tornado: pd.DataFrame | None = None
    joint: pd.DataFrame | None = None
