"""What is the plan: sites and links by year, totals, certificate and doubts?"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraplan.errors import ParameterError
from infraplan.plan.cost import assumptions
from infraplan.plan.notes import plan_notes
from infraplan.plan.phases import phase_table, schedule

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from infraplan.results import Choice, Provenance
    from infraplan.results.links import Links

__all__ = ["Plan", "Totals", "build"]


@dataclass(frozen=True, slots=True)
class Totals:
    """What the plan builds in all its years.

    Attributes
    ----------
    new_masts, shared_masts, links
        Pieces built.
    sites_beyond
        Chosen sites that the yearly budgets do not reach.
    length_m
        New fibre.
    capex_vnd
        Cost of all sites and links built, as their tables say.
    low_vnd, likely_vnd, high_vnd
        The same at the low, likely and high prices of the catalogue.
    people_gained
        People in gaps that the built sites serve. At least so many: people whom a site left
        unbuilt serves best are counted there, even if a built one serves them too.
    """

    new_masts: int
    shared_masts: int
    links: int
    sites_beyond: int
    length_m: float
    capex_vnd: float
    low_vnd: float
    likely_vnd: float
    high_vnd: float
    people_gained: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Sites and links by year, with what they cost and what they rest on.

    Attributes
    ----------
    sites
        Table ``new_sites`` with year, NA where the yearly budgets do not reach.
    links
        Table ``links`` with year.
    phases
        What each year builds (see :func:`infraplan.plan.phases.phase_table`).
    totals
        What all years build.
    assumptions
        Prices used, with quantity, bounds and source (see
        :func:`infraplan.plan.cost.assumptions`).
    gap_share
        Certified gap of the choice of sites: how far it may be from the best possible when each
        site's link is priced on its own (see :class:`infraplan.results.Choice`).
    sites_status
        How the choice of sites ended: optimal, gap_reached, effort_limit or time_limit.
    links_gap_share
        Certified gap of the cost of the links for these sites.
    links_status
        How the search for the cheapest links ended.
    demand_people, reachable_people, upper_bound_people
        People in gaps, those that any candidate would serve, and the most that any choice within
        the budget of the choice serves when each site's link is priced on its own.
    budget_vnd
        Money of all years together.
    provenance
        What it rests on.
    """

    sites: gpd.GeoDataFrame
    links: gpd.GeoDataFrame
    phases: pd.DataFrame
    totals: Totals
    assumptions: pd.DataFrame
    gap_share: float
    sites_status: str
    links_gap_share: float
    links_status: str
    demand_people: float
    reachable_people: float
    upper_bound_people: float
    budget_vnd: float
    provenance: Provenance


def build(
    sites: Choice, links: Links, *, years: range, yearly_budget_vnd: float | None = None
) -> Plan:
    """Spread chosen sites and their links over years within yearly budgets.

    Parameters
    ----------
    sites
        The chosen sites.
    links
        The links of exactly these sites.
    years
        Such as ``range(2026, 2031)`` for 2026 to 2030.
    yearly_budget_vnd
        New money of each year, VND; the budget of the choice divided by the years where absent.
        What a year leaves over is added to the next.

    Returns
    -------
    Plan
        Most people per đồng first. Sites that do not fit keep no year and are counted.

    Raises
    ------
    ParameterError
        If there is no year, years do not ascend, the budget is negative, or the links are those of
        other sites.
    """
    yearly_vnd = _yearly_vnd(sites, links, years, yearly_budget_vnd)
    planned = schedule(
        sites.new_sites, links.table, links.feeds, years=years, yearly_budget_vnd=yearly_vnd
    )
    site_table = sites.new_sites.assign(year=planned.site_year)
    link_table = links.table.assign(year=planned.link_year)
    built = site_table[site_table["year"].notna()]
    laid = link_table[link_table["year"].notna()]
    prices = assumptions(built, laid)
    totals = _totals(built, laid, prices, beyond=len(site_table) - len(built))
    budget_vnd = yearly_vnd * len(years)
    notes = plan_notes(
        built,
        laid,
        prices,
        beyond=totals.sites_beyond,
        unspent_vnd=budget_vnd - totals.capex_vnd,
    )
    joined = (*sites.provenance.notes, *links.provenance.notes, *notes)
    return Plan(
        sites=site_table,
        links=link_table,
        phases=phase_table(
            site_table,
            link_table,
            years=years,
            yearly_budget_vnd=yearly_vnd,
            left_vnd=planned.left_vnd,
        ),
        totals=totals,
        assumptions=prices,
        gap_share=sites.gap_share,
        sites_status=sites.status,
        links_gap_share=links.gap_share,
        links_status=links.status,
        demand_people=sites.demand_people,
        reachable_people=sites.reachable_people,
        upper_bound_people=sites.upper_bound_people,
        budget_vnd=budget_vnd,
        provenance=replace(sites.provenance, notes=tuple(dict.fromkeys(joined))),
    )


def _yearly_vnd(
    sites: Choice, links: Links, years: range, yearly_budget_vnd: float | None
) -> float:
    """Check the arguments and return the new money of each year."""
    if len(years) == 0 or years.step <= 0:
        raise ParameterError(f"years is {years}; give ascending years such as range(2026, 2031).")
    if sorted(links.feeds["site_id"]) != sorted(sites.new_sites["site_id"]):
        raise ParameterError(
            "The links do not feed exactly these sites. Remedy: make them with "
            "backhaul.connect(study, sites) from the same choice."
        )
    yearly = sites.budget_vnd / len(years) if yearly_budget_vnd is None else yearly_budget_vnd
    if not (math.isfinite(yearly) and yearly >= 0):
        raise ParameterError(
            f"yearly_budget_vnd is {yearly}; give a finite number of at least 0 VND."
        )
    return float(yearly)


def _totals(
    sites: gpd.GeoDataFrame, links: gpd.GeoDataFrame, prices: pd.DataFrame, *, beyond: int
) -> Totals:
    """Add up what is built."""
    return Totals(
        new_masts=int((sites["kind"] == "new_mast").sum()),
        shared_masts=int((sites["kind"] == "shared_mast").sum()),
        links=len(links),
        sites_beyond=beyond,
        length_m=float(links["length_m"].sum()),
        capex_vnd=float(sites["capex_vnd"].sum() + links["capex_vnd"].sum()),
        low_vnd=float(prices["low_total_vnd"].sum()),
        likely_vnd=float(prices["likely_total_vnd"].sum()),
        high_vnd=float(prices["high_total_vnd"].sum()),
        people_gained=float(sites["people_gained"].sum()),
    )
