"""Which site and which link is built in which year?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

__all__ = ["Schedule", "phase_table", "schedule"]

_ROUNDING_SHARE = 1e-9  # part of a budget by which summed costs may exceed it


@dataclass(frozen=True, slots=True)
class Schedule:
    """The year of every site and link.

    Attributes
    ----------
    site_year, link_year
        By row of the tables; NA where the money does not reach.
    left_vnd
        Money left at the end of each year, in the order of the years.
    """

    site_year: pd.Series[int]
    link_year: pd.Series[int]
    left_vnd: tuple[float, ...]


def schedule(
    sites: gpd.GeoDataFrame,
    links: gpd.GeoDataFrame,
    feeds: pd.DataFrame,
    *,
    years: Sequence[int],
    yearly_budget_vnd: float,
) -> Schedule:
    """Spend each year's money on the sites that serve most people per đồng.

    Again and again the affordable site with most people_gained per VND is built, its cost being
    its own and that of the links on its way to the fibre which are not built yet. What is left
    over in a year is added to the next year's budget.

    Parameters
    ----------
    sites
        Table ``new_sites``.
    links
        Table ``links``.
    feeds
        Columns site_id and link_id: the link that ends at each site.
    years
        Years, ascending.
    yearly_budget_vnd
        New money of each year.

    Returns
    -------
    Schedule
        A link is built in the year of the first site that it feeds.
    """
    site_vnd = sites["capex_vnd"].to_numpy(dtype=np.float64)
    link_vnd = links["capex_vnd"].to_numpy(dtype=np.float64)
    people = sites["people_gained"].to_numpy(dtype=np.float64)
    paths = _paths(sites, links, feeds)
    site_year: dict[int, int] = {}
    link_year: dict[int, int] = {}
    purse_vnd, left_vnd = 0.0, []
    for year in years:
        purse_vnd += yearly_budget_vnd
        while True:
            costs = {
                site: float(site_vnd[site] + sum(link_vnd[k] for k in path if k not in link_year))
                for site, path in enumerate(paths)
                if site not in site_year
            }
            limit_vnd = purse_vnd + yearly_budget_vnd * _ROUNDING_SHARE
            affordable = [site for site, cost in costs.items() if cost <= limit_vnd]
            if not affordable:
                break
            best = min(affordable, key=lambda site: (-_yield(people[site], costs[site]), site))
            purse_vnd = max(purse_vnd - costs[best], 0.0)
            site_year[best] = year
            link_year.update(dict.fromkeys(paths[best] - link_year.keys(), year))
        left_vnd.append(purse_vnd)
    return Schedule(
        _series(site_year, sites.index), _series(link_year, links.index), tuple(left_vnd)
    )


def _yield(people: float, cost_vnd: float) -> float:
    """Return people per VND; without any cost, infinitely many."""
    return float(people) / cost_vnd if cost_vnd > 0 else np.inf


def _series(years: dict[int, int], index: pd.Index) -> pd.Series[int]:
    values = [years.get(row, pd.NA) for row in range(len(index))]
    return pd.Series(values, index=index, dtype="Int64")


def _paths(
    sites: gpd.GeoDataFrame, links: gpd.GeoDataFrame, feeds: pd.DataFrame
) -> list[frozenset[int]]:
    """Return the rows of the links between each site and the fibre."""
    row_of = {name: row for row, name in enumerate(links["link_id"])}
    above = [row_of.get(parent) for parent in links["parent_link_id"]]
    link_of = dict(zip(feeds["site_id"], feeds["link_id"], strict=True))
    paths = []
    for site in sites["site_id"]:
        link = row_of.get(link_of[site])
        path: set[int] = set()
        while link is not None:
            path.add(link)
            link = above[link]
        paths.append(frozenset(path))
    return paths


def phase_table(
    sites: gpd.GeoDataFrame,
    links: gpd.GeoDataFrame,
    *,
    years: Sequence[int],
    yearly_budget_vnd: float,
    left_vnd: Sequence[float],
) -> pd.DataFrame:
    """Add up what each year builds.

    Parameters
    ----------
    sites, links
        Tables with the column year.
    years
        Years, ascending.
    yearly_budget_vnd
        New money of each year.
    left_vnd
        Money left at the end of each year.

    Returns
    -------
    pandas.DataFrame
        One row per year: year, sites, links, length_m, budget_vnd (new money), carried_vnd (left
        over from the year before), capex_vnd, left_vnd, people_gained, cumulative_people.
    """
    carried_vnd = 0.0
    people = 0.0
    records = []
    for year, left in zip(years, left_vnd, strict=True):
        built = sites[(sites["year"] == year).fillna(value=False)]
        laid = links[(links["year"] == year).fillna(value=False)]
        gained = float(built["people_gained"].sum())
        people += gained
        records.append(
            {
                "year": year,
                "sites": len(built),
                "links": len(laid),
                "length_m": float(laid["length_m"].sum()),
                "budget_vnd": yearly_budget_vnd,
                "carried_vnd": carried_vnd,
                "capex_vnd": float(built["capex_vnd"].sum() + laid["capex_vnd"].sum()),
                "left_vnd": left,
                "people_gained": gained,
                "cumulative_people": people,
            }
        )
        carried_vnd = left
    return pd.DataFrame.from_records(records)
