"""Which site and which link is built in which year, and whom does each year serve?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan.plan.certify import best_years
from infraplan.plan.needs import HOP, needs
from infraplan.plan.rollout import Rollout, shared_demand

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from infraplan.plan.needs import Needs
    from infraplan.results import Links, Service

__all__ = ["HOP", "NO_FIBRE", "Schedule", "phase_table", "schedule"]

NO_FIBRE: Final = ("existing", HOP)
"""Media of links that lay no new fibre."""


@dataclass(frozen=True, slots=True, eq=False)
class Schedule:
    """The year of every site and link.

    Attributes
    ----------
    site_year, link_year
        Year of each row of the tables; NA where it is not built.
    order
        Rows of the sites that are built, in the order of building.
    needs
        What each piece rests on.
    gap_share, status
        Certificate of the years (see :class:`infraplan.plan.certify.BestYears`).
    """

    site_year: pd.Series[int]
    link_year: pd.Series[int]
    order: NDArray[np.int64]
    needs: Needs
    gap_share: float
    status: str


def schedule(
    site_ids: Sequence[str],
    links: Links,
    service: Service,
    *,
    costs: pd.DataFrame,
    budgets_vnd: pd.Series[float],
    works_years: Mapping[str, int] | None,
    gap_share: float,
    time_limit_s: float,
    effort: float,
    seed: int,
) -> Schedule:
    """Spend the money of the years so that most weight is served over all years together.

    What is left over in a year is added to the next year's budget. What a year builds stays. A
    link is built in the year of the first site that needs it.

    Parameters
    ----------
    site_ids
        The sites.
    links
        Their links.
    service
        Whom each site serves.
    costs
        Cost of each site, then of each link (see :func:`infraplan.plan.cost.costs_by_owner`).
    budgets_vnd
        New money by year, ascending.
    works_years
        Year of each works; see :func:`infraplan.plan.needs.needs`.
    gap_share, time_limit_s, effort, seed
        See :func:`infraplan.plan.certify.best_years`.

    Returns
    -------
    Schedule
        The years and their certificate.
    """
    years = [int(year) for year in budgets_vnd.index]
    rollout = Rollout(
        cost_vnd=costs["capex_vnd"].to_numpy(dtype=np.float64),
        purse_vnd=np.cumsum(budgets_vnd.to_numpy(dtype=np.float64)),
        needs=needs(site_ids, links, years=years, works_years=works_years),
        demand=shared_demand(service),
    )
    best = best_years(
        rollout, gap_share=gap_share, time_limit_s=time_limit_s, effort=effort, seed=seed
    )
    n_sites = len(site_ids)
    of_sites, of_links = best.year[:n_sites], best.year[n_sites:]
    return Schedule(
        site_year=_named_years(of_sites, years),
        link_year=_named_years(of_links, years),
        order=_building_order(of_sites, service, n_years=len(years)),
        needs=rollout.needs,
        gap_share=best.gap_share,
        status=best.status,
    )


def _named_years(rows: NDArray[np.int64], years: Sequence[int]) -> pd.Series[int]:
    """Turn rows of years into years; NA where there is no such row."""
    found = [years[row] if row < len(years) else pd.NA for row in rows.tolist()]
    return pd.Series(found, dtype="Int64")


def _building_order(
    year: NDArray[np.int64], service: Service, *, n_years: int
) -> NDArray[np.int64]:
    """Order the built sites by year, and within a year by what each adds to those before."""
    left = service.weight.copy()
    matrix = service.matrix
    order: list[int] = []
    for row in range(n_years):
        waiting = np.flatnonzero(year == row)
        while waiting.size:
            gains = matrix[waiting] @ left
            best = int(np.argmax(gains))
            order.append(int(waiting[best]))
            left[_served(service, order[-1])] = 0.0
            waiting = np.delete(waiting, best)
    return np.array(order, dtype=np.int64)


def _served(service: Service, site: int) -> NDArray[np.int64]:
    matrix = service.matrix
    return np.asarray(matrix.indices[matrix.indptr[site] : matrix.indptr[site + 1]], dtype=np.int64)


def phase_table(
    plan_sites: pd.DataFrame,
    plan_links: pd.DataFrame,
    service: Service,
    *,
    costs: pd.DataFrame,
    budgets_vnd: pd.Series[float],
) -> pd.DataFrame:
    """Add up what each year builds, and whom all that stands in it serves.

    Parameters
    ----------
    plan_sites, plan_links
        Tables with the column year.
    service
        Whom each site serves.
    costs
        Cost of each site, then of each link (see :func:`infraplan.plan.cost.costs_by_owner`).
    budgets_vnd
        New money by year, ascending.

    Returns
    -------
    pandas.DataFrame
        One row per year: year, sites, links, length_m (new fibre), budget_vnd (new money),
        carried_vnd (left over from the year before), capex_vnd, left_vnd, opex_vnd (running cost
        of all that stands), people_gained (newly served), cumulative_people, cumulative_weight
        (served in the year, each counted once).
    """
    built = pd.concat([plan_sites["year"], plan_links["year"]], ignore_index=True)
    is_fibre = ~plan_links["medium"].isin(NO_FIBRE)
    matrix = service.matrix.astype(np.float64)
    purse_vnd = people = 0.0
    records = []
    for year, budget_vnd in zip(budgets_vnd.index.tolist(), budgets_vnd.tolist(), strict=True):
        now, stands = _is(built, year), (built <= year).fillna(value=False).to_numpy(dtype=bool)
        new_links = _is(plan_links["year"], year)
        reached = matrix.T @ stands[: len(plan_sites)].astype(np.float64) > 0
        served = math.fsum(service.people[reached])
        capex_vnd = math.fsum(costs.loc[now, "capex_vnd"])
        carried_vnd = purse_vnd
        purse_vnd = max(purse_vnd + budget_vnd - capex_vnd, 0.0)
        records.append(
            {
                "year": year,
                "sites": int(_is(plan_sites["year"], year).sum()),
                "links": int(new_links.sum()),
                "length_m": float(plan_links.loc[new_links & is_fibre, "length_m"].sum()),
                "budget_vnd": budget_vnd,
                "carried_vnd": carried_vnd,
                "capex_vnd": capex_vnd,
                "left_vnd": purse_vnd,
                "opex_vnd": math.fsum(costs.loc[stands, "opex_vnd"]),
                "people_gained": served - people,
                "cumulative_people": served,
                "cumulative_weight": math.fsum(service.weight[reached]),
            }
        )
        people = served
    return pd.DataFrame.from_records(records)


def _is(years: pd.Series[int], year: object) -> NDArray[np.bool_]:
    return np.asarray((years == year).fillna(value=False), dtype=bool)
