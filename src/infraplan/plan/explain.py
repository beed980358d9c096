"""Why is each site in the plan, for whom, at what cost, and what does it depend on?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan.wording import Text, count, length, money, phrase, plain, site_reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.plan.phases import Schedule
    from infraplan.results import Service

__all__ = ["explanations"]

_BETWEEN: Final = "; "
_OF_SITE: Final = ("kind", "host_site_id", "antenna_height_m", "ground_height_m", "road_distance_m")
_LEAST_PEOPLE = 0.5  # fewer are shown as 0
_FIGURES: Final = {
    "floor_people_gained": "explain_floor",
    "second_operator_people": "explain_second",
    "relieved_people": "explain_relieved",
}
"""Columns of the choice that are told where they are above 0, and their phrases."""


def explanations(
    sites: gpd.GeoDataFrame,
    links: gpd.GeoDataFrame,
    service: Service,
    planned: Schedule,
    costs: pd.DataFrame,
) -> pd.DataFrame:
    """Explain every site of a plan.

    Parameters
    ----------
    sites, links
        Tables ``new_sites`` and ``links`` with year.
    service
        Whom each site serves.
    planned
        The years, the order of building and what each piece rests on.
    costs
        As of :func:`infraplan.plan.cost.costs_by_owner`.

    Returns
    -------
    pandas.DataFrame
        One row per site, in the order of building, those without a year last: site_id, year,
        people_gained, weight_gained (served by it and by no site built before), people_total,
        weight_total (all it serves), people_only (served by it and by no other site of the plan),
        why_vi, why_en, instead, instead_people, depends_on (links on its way), depends_on_sites,
        depends_on_works (all joined by "; "), link_m (length of its way), site_vnd, link_vnd (its
        part of each link on its way, shared equally among the sites of the plan that need it),
        capex_share (of the cost of the plan), opex_vnd_year. Sites without a year gain what they
        would add after all others.
    """
    order = _full_order(planned, len(sites))
    gained = _gained(service, order)
    ways = _ways(sites, links, planned)
    built = sites["year"].notna().to_numpy(dtype=bool)
    link_vnd = _link_parts(planned, costs, built=built)
    matrix = service.matrix.astype(np.float64)
    site_vnd = costs["capex_vnd"].to_numpy()[: len(sites)]
    total_vnd = float(costs.loc[costs["year"].notna(), "capex_vnd"].sum())
    table = pd.DataFrame(
        {
            "site_id": sites["site_id"].astype(str).to_numpy(dtype=object),
            "year": sites["year"].array,
            **gained,
            "people_total": matrix @ service.people,
            "weight_total": matrix @ service.weight,
            "people_only": _only(service, built=built),
            "instead": _column(sites, "instead", None),
            "instead_people": _column(sites, "instead_people", np.nan),
            **ways,
            "site_vnd": site_vnd,
            "link_vnd": link_vnd,
            "capex_share": (site_vnd + link_vnd) / total_vnd if total_vnd > 0 else 0.0,
            "opex_vnd_year": costs["opex_vnd"].to_numpy()[: len(sites)],
        }
    )
    table["capex_share"] = table["capex_share"].where(built)
    told = [_why(site, row) for site, row in zip(_records(sites), _records(table), strict=True)]
    table.insert(7, "why_vi", [text.vi for text in told])
    table.insert(8, "why_en", [text.en for text in told])
    return table.iloc[order].reset_index(drop=True)


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    plain_table = pd.DataFrame({str(c): table[c] for c in table.columns if c != "geometry"})
    return [{str(k): v for k, v in row.items()} for row in plain_table.to_dict("records")]


def _column(sites: pd.DataFrame, name: str, missing: object) -> NDArray[np.object_] | object:
    return sites[name].to_numpy() if name in sites else missing


def _full_order(planned: Schedule, n_sites: int) -> NDArray[np.int64]:
    """Return built sites in the order of building, then the others in the order of the choice."""
    rest = np.setdiff1d(np.arange(n_sites), planned.order)
    return np.concatenate([planned.order, rest]).astype(np.int64)


def _gained(service: Service, order: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Return what each site adds to those before it in `order`."""
    people, weight = service.people.copy(), service.weight.copy()
    gained = {"people_gained": np.zeros(len(order)), "weight_gained": np.zeros(len(order))}
    start, demand = service.matrix.indptr, service.matrix.indices
    for site in order:
        mine = demand[start[site] : start[site + 1]]
        gained["people_gained"][site] = people[mine].sum()
        gained["weight_gained"][site] = weight[mine].sum()
        people[mine] = weight[mine] = 0.0
    return gained


def _only(service: Service, *, built: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the people of each site whom no other site of the plan serves."""
    matrix = service.matrix.astype(np.float64)
    servers = np.asarray(matrix.T @ built.astype(np.float64))
    alone = matrix @ np.where(servers <= 1, service.people, 0.0)
    nobody = matrix @ np.where(servers == 0, service.people, 0.0)
    return np.where(built, alone, nobody)


def _ways(
    sites: pd.DataFrame, links: pd.DataFrame, planned: Schedule
) -> dict[str, list[str] | NDArray[np.float64]]:
    """Return the links, other sites and works that each site depends on, and the way's length."""
    n_sites = len(sites)
    site_ids, link_ids = sites["site_id"].astype(str).tolist(), links["link_id"].tolist()
    works = links["works_id"].tolist() if "works_id" in links else [None] * len(links)
    length_m = links["length_m"].to_numpy(dtype=np.float64)
    found: dict[str, list[str]] = {
        "depends_on": [],
        "depends_on_sites": [],
        "depends_on_works": [],
    }
    way_m = np.zeros(n_sites)
    for site in range(n_sites):
        pieces = [piece for piece in planned.needs.whole[site] if piece != site]
        rows = [piece - n_sites for piece in pieces if piece >= n_sites]
        way_m[site] = length_m[rows].sum()
        their_works = {str(works[row]) for row in rows if pd.notna(works[row]) and works[row]}
        parts = {
            "depends_on": [str(link_ids[row]) for row in rows],
            "depends_on_sites": [site_ids[piece] for piece in pieces if piece < n_sites],
            "depends_on_works": sorted(their_works),
        }
        for name, values in parts.items():
            found[name].append(_BETWEEN.join(values))
    return {**found, "link_m": way_m}


def _link_parts(
    planned: Schedule, costs: pd.DataFrame, *, built: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Share the cost of each link equally among the sites of the plan that need it.

    A site that is not built is told what the links on its way would cost it, shared with those
    that are.
    """
    n_sites = len(built)
    cost_vnd = costs["capex_vnd"].to_numpy(dtype=np.float64)
    users = np.zeros(len(cost_vnd))
    for site in np.flatnonzero(built).tolist():
        users[list(planned.needs.whole[site])] += 1
    parts = np.zeros(n_sites)
    for site in range(n_sites):
        mine = [piece for piece in planned.needs.whole[site] if piece >= n_sites]
        parts[site] = (cost_vnd[mine] / (users[mine] + (not built[site]))).sum()
    return parts


def _why(site: Mapping[str, object], row: Mapping[str, object]) -> Text:
    """Tell in whole sentences why a site is in the plan."""
    shown = {name: site.get(name) for name in _OF_SITE}
    told = [site_reason({**shown, "people_gained": row["people_gained"]})]
    told.append(_when(row))
    for column, key in _FIGURES.items():
        people = _number(site.get(column))
        if people >= _LEAST_PEOPLE:
            told.append(phrase(key, {"people": count(people)}))
    saved_vnd = _number(site.get("saved_vnd"))
    if saved_vnd > 0:
        told.append(phrase("explain_saved", {"saved": money(saved_vnd)}))
    told.append(_way(row))
    instead = row["instead"]
    if isinstance(instead, str) and instead:
        values = {"instead": plain(instead), "people": count(_number(row["instead_people"]))}
        told.append(phrase("explain_instead", values))
    return Text(". ".join(t.vi for t in told) + ".", ". ".join(t.en for t in told) + ".")


def _when(row: Mapping[str, object]) -> Text:
    """Say when a site is built, and whom it serves in all."""
    values = {
        "total": count(_number(row["people_total"])),
        "only": count(_number(row["people_only"])),
    }
    if pd.isna(row["year"]):  # type: ignore[call-overload]
        return phrase("explain_beyond", values)
    return phrase("explain_year", {**values, "year": plain(row["year"])})


def _way(row: Mapping[str, object]) -> Text:
    """Say what a site depends on, and what it costs."""
    cost = {"site": money(_number(row["site_vnd"])), "link": money(_number(row["link_vnd"]))}
    if not row["depends_on"]:
        return phrase("explain_on_fibre", cost)
    told = phrase(
        "explain_links",
        {
            **cost,
            "links": count(str(row["depends_on"]).count(_BETWEEN) + 1),
            "length": length(_number(row["link_m"])),
        },
    )
    for column, key in (
        ("depends_on_sites", "explain_sites"),
        ("depends_on_works", "explain_works"),
    ):
        if row[column]:
            told = told + plain("; ") + phrase(key, {"names": plain(row[column])})
    return told


def _number(value: object) -> float:
    """Return a number of a table; what is missing is NaN."""
    return float(value) if isinstance(value, (int, float, np.number)) else float("nan")
