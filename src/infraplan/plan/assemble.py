"""How do chosen sites and their links become a plan?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse

from infraplan import catalog
from infraplan.plan.arguments import (
    budgets_by_year,
    check_costs,
    check_effort,
    check_rates,
    check_together,
)
from infraplan.plan.cost import (
    CAPEX,
    OPEX,
    assumed_share,
    assumptions,
    bill_lines,
    costs_by_owner,
)
from infraplan.plan.explain import explanations
from infraplan.plan.nesting import with_nesting, worst_year
from infraplan.plan.notes import plan_notes
from infraplan.plan.ownership import ownership
from infraplan.plan.phases import HOP, NO_FIBRE, phase_table, schedule
from infraplan.plan.plan import Plan, Totals

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from infraplan.plan.phases import Schedule
    from infraplan.results import Choice, Links, Service

__all__ = ["build"]


def build(
    sites: Choice,
    links: Links,
    *,
    years: range,
    yearly_budget_vnd: float | Mapping[int, float] | None = None,
    works_years: Mapping[str, int] | None = None,
    best_by_year: pd.DataFrame | None = None,
    discount_rate_share: float | None = None,
    horizon_years: int | None = None,
    gap_share: float = 0.001,
    time_limit_s: float = math.inf,
    effort: float = 1.0,
    seed: int = 0,
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
        New money of every year, or of each year by its number, VND; the budget of the choice
        divided by the years where absent. What a year leaves over is added to the next.
    works_years
        Year of each planned road or power works by its works_id: a link in its trench is not built
        before. No link waits where absent.
    best_by_year
        The best free choice for all money up to each year, with the columns year, budget_vnd,
        covered_weight, upper_bound_weight, covered_people: what nesting costs is told against it.
    discount_rate_share
        Yearly rate of annuities and of the total cost of ownership; the catalogue's where absent.
    horizon_years
        Years that the total cost of ownership counts from the first year of the plan on, at least
        the years of the plan; the catalogue's where absent.
    gap_share
        Stop when the years are proven within this share of the best, 0 to 1.
    time_limit_s
        Emergency stop of the search for the years, s; a run it stops is not repeatable.
    effort
        Scales the work of that search, above 0.
    seed
        Seed of the solver.

    Returns
    -------
    Plan
        The years serve as much weight as can be, summed over all of them. Sites that do not fit
        keep no year and are counted.

    Raises
    ------
    ParameterError
        If there is no year, years do not ascend, a budget is negative, the links are those of
        other sites, a bill cannot be priced or does not add up to its table, or the best choices
        are for other years or money.
    """
    check_effort(gap_share, time_limit_s, effort)
    check_together(sites, links)
    rate, horizon = _rates(discount_rate_share, horizon_years, years)
    budgets_vnd = budgets_by_year(sites.budget_vnd, years, yearly_budget_vnd)
    service = _tidy(sites.service)
    lines, costs = _priced(sites, links, rate)
    planned = schedule(
        sites.new_sites["site_id"].astype(str).tolist(),
        links,
        service,
        costs=costs,
        budgets_vnd=budgets_vnd,
        works_years=works_years,
        gap_share=gap_share,
        time_limit_s=time_limit_s,
        effort=effort,
        seed=seed,
    )
    site_table = sites.new_sites.assign(year=planned.site_year.array)
    link_table = links.table.assign(year=planned.link_year.array)
    costs = costs.assign(year=pd.concat([planned.site_year, planned.link_year]).array)
    lines = _built_lines(lines, costs)
    prices = assumptions(lines, sites.prices, discount_rate_share=rate)
    tco = ownership(lines, first_year=years[0], horizon_years=horizon, discount_rate_share=rate)
    phases = phase_table(site_table, link_table, service, costs=costs, budgets_vnd=budgets_vnd)
    phases = with_nesting(phases, best_by_year)
    totals = _totals(site_table, link_table, phases, prices, tco)
    plan = Plan(
        sites=site_table,
        links=link_table,
        phases=phases,
        phases_gap_share=planned.gap_share,
        phases_status=planned.status,
        totals=totals,
        assumptions=prices,
        costs=costs,
        tco=tco,
        explanations=explanations(site_table, link_table, service, planned, costs),
        gap_share=sites.gap_share,
        sites_status=sites.status,
        links_gap_share=links.gap_share,
        links_status=links.status,
        demand_people=sites.demand_people,
        demand_weight=sites.demand_weight,
        reachable_people=sites.reachable_people,
        covered_people=sites.covered_people,
        covered_weight=sites.covered_weight,
        upper_bound_weight=sites.upper_bound_weight,
        budget_vnd=float(budgets_vnd.sum()),
        equity=sites.equity,
        provenance=sites.provenance,
    )
    notes = plan_notes(plan, late=_late(planned, years), discount_rate_share=rate)
    joined = (*sites.provenance.notes, *links.provenance.notes, *notes)
    known = replace(sites.provenance, notes=tuple(dict.fromkeys(joined)))
    return replace(plan, provenance=known)


def _rates(
    discount_rate_share: float | None, horizon_years: int | None, years: range
) -> tuple[float, int]:
    """Return rate and horizon, the catalogue's where none are given."""
    rate = discount_rate_share
    rate = catalog.rule("discount_rate_share") if rate is None else float(rate)
    horizon = catalog.rule("horizon_years") if horizon_years is None else float(horizon_years)
    check_rates(rate, horizon)
    return rate, max(int(horizon), len(years))


def _tidy(service: Service) -> Service:
    """Return the service with no entry that says False, and none twice."""
    matrix = sparse.csr_array(service.matrix.astype(np.bool_, copy=True))
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return replace(service, matrix=matrix)


def _priced(
    sites: Choice, links: Links, discount_rate_share: float
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Price the bills by line and by owner."""
    site_ids = sites.new_sites["site_id"].astype(str).tolist()
    link_ids = links.table["link_id"].astype(str).tolist()
    lines = bill_lines(sites.bill, links.bill, sites.prices, site_ids=site_ids, link_ids=link_ids)
    costs = costs_by_owner(
        lines, site_ids=site_ids, link_ids=link_ids, discount_rate_share=discount_rate_share
    )
    check_costs(sites.new_sites, links.table, costs)
    return lines, costs


def _built_lines(lines: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Keep the lines of what is built, with the column built_year."""
    year = costs.set_index(["part", "owner_id"])["year"]
    owners = pd.MultiIndex.from_frame(lines[["part", "owner_id"]])
    dated = lines.assign(built_year=year.reindex(owners).to_numpy())
    return dated[dated["built_year"].notna()].astype({"built_year": int})


def _late(planned: Schedule, years: range) -> int:
    """Count the sites that wait for works beyond the last year."""
    return int((planned.needs.earliest[: len(planned.site_year)] == len(years)).sum())


def _totals(
    sites: gpd.GeoDataFrame,
    links: gpd.GeoDataFrame,
    phases: pd.DataFrame,
    prices: pd.DataFrame,
    tco: pd.DataFrame,
) -> Totals:
    """Add up what is built."""
    built, laid = sites[sites["year"].notna()], links[links["year"].notna()]
    bought, running = (prices[prices["kind"] == kind] for kind in (CAPEX, OPEX))
    year, weight, people = worst_year(phases)
    last = phases.iloc[-1]
    return Totals(
        new_masts=int((built["kind"] == "new_mast").sum()),
        shared_masts=int((built["kind"] == "shared_mast").sum()),
        links=len(laid),
        hops=int((laid["medium"] == HOP).sum()),
        sites_beyond=len(sites) - len(built),
        length_m=float(laid.loc[~laid["medium"].isin(NO_FIBRE), "length_m"].sum()),
        capex_vnd=math.fsum(phases["capex_vnd"]),
        low_vnd=math.fsum(bought["low_total_vnd"]),
        likely_vnd=math.fsum(bought["likely_total_vnd"]),
        high_vnd=math.fsum(bought["high_total_vnd"]),
        opex_vnd=math.fsum(running["likely_total_vnd"]),
        opex_low_vnd=math.fsum(running["low_total_vnd"]),
        opex_high_vnd=math.fsum(running["high_total_vnd"]),
        yearly_vnd=math.fsum(prices["yearly_vnd"]),
        tco_vnd=math.fsum(tco["discounted_vnd"]),
        tco_low_vnd=math.fsum(tco["discounted_low_vnd"]),
        tco_high_vnd=math.fsum(tco["discounted_high_vnd"]),
        assumed_price_share=assumed_share(prices),
        people_gained=float(last["cumulative_people"]),
        weight_gained=float(last["cumulative_weight"]),
        nesting_worst_year=year,
        nesting_worst_weight=weight,
        nesting_worst_people=people,
    )
