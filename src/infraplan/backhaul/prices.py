"""What would a link cost each candidate: alone, or beside links that are planned already?"""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.backhaul.hops import possible_hops
from infraplan.backhaul.network import MICROWAVE, build
from infraplan.backhaul.shares import link_shares, tree_entries
from infraplan.backhaul.ways import cheapest_ways

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.backhaul.network import Network
    from infraplan.backhaul.ways import Ways
    from infraplan.results import Links
    from infraplan.study import Study

__all__ = ["EXISTING", "link_prices"]

EXISTING: Final = "existing"
_HOP_ITEM, _DISHES = "microwave_hop", 2


def link_prices(
    study: Study,
    spots: gpd.GeoDataFrame,
    *,
    links: Links | None = None,
    extend: Literal["all", "shared"] = "all",
    microwave: bool | None = None,
) -> pd.DataFrame:
    """Price the cheapest link of each candidate: fibre along roads, or one microwave hop.

    Parameters
    ----------
    study
        Roads, cables, fibre nodes, masts, terrain and prices.
    spots
        Table ``candidates``.
    links
        Links of chosen sites (their site_id is a candidate_id). These sites are priced at their
        share, as each link's cost is divided equally among the sites it feeds; others also by what
        an extension of these links would cost.
    extend
        Which of these links others may extend: all, or those that feed several sites, which stay
        whichever one of these is left out.
    microwave
        Whether hops compete; as the study's plan says where None.

    Returns
    -------
    pandas.DataFrame
        In the order of the candidates: candidate_id, medium ("existing" where nothing is built),
        link_m (of a chosen site its share), link_vnd (bought once), from_id (a fibre node, cable,
        mast or planned link), least_mast_m (the lowest mast that can be linked so; 0 for fibre) and
        fibre_vnd (what a lower one costs); NaN and None where there is no way. Without `links`
        neighbours that would share fibre are priced as if each had its own, so the sum is an upper
        estimate.

    Notes
    -----
    A hop is tried only where fibre costs more than the cheapest radio with the smallest antennas,
    from a mast of the lowest of the weighed heights that allows one: a higher one can do the same.
    """
    network = build(study, spots.geometry.x.to_numpy(), spots.geometry.y.to_numpy())
    if links is not None:
        network = _beside(network, links if extend == "all" else _shared_part(links))
    edges = len(network.graph.lines)
    ways = cheapest_ways(network.root + 1, network.ends(), network.weights(), network.root)
    at = network.point_at
    prices = pd.DataFrame(
        {
            "candidate_id": spots["candidate_id"].to_numpy(dtype=object),
            "medium": _media(network, ways, at),
            "link_m": _lengths_m(network, ways, at),
            "link_vnd": np.where(np.isfinite(ways.cost_vnd[at]), ways.cost_vnd[at], np.nan),
            "from_id": _sources(network, ways, at, edges),
            "least_mast_m": 0.0,
        }
    )
    prices["fibre_vnd"] = prices["link_vnd"]
    if study.file.plan.microwave if microwave is None else microwave:
        prices = _or_hop(study, spots, prices)
    return prices if links is None else link_shares(prices, links)


def _shared_part(links: Links) -> Links:
    """Return the links that feed several sites."""
    return replace(links, table=links.table[links.table["sites_fed"] > 1].reset_index(drop=True))


def _beside(network: Network, links: Links) -> Network:
    """Add every node that a planned link touches as an entry for nothing."""
    node, name = tree_entries(network.graph, links)
    return replace(
        network,
        entry_node=np.concatenate([network.entry_node, node]),
        entry_vnd=np.concatenate([network.entry_vnd, np.zeros(len(node))]),
        entry_id=np.concatenate([network.entry_id, name]),
        entry_kind=np.concatenate([network.entry_kind, np.full(len(node), "link", dtype=object)]),
    )


def _media(network: Network, ways: Ways, at: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return the way of building of the last stretch to each candidate, None without a way."""
    last = ways.edge[at]
    built = (last >= 0) & (last < len(network.graph.lines))
    media = np.full(len(at), None, dtype=object)
    media[last >= 0] = EXISTING
    media[built] = network.laying.medium[last[built]]
    return media


def _lengths_m(network: Network, ways: Ways, at: NDArray[np.int64]) -> NDArray[np.float64]:
    entries = np.zeros(len(network.entry_node))
    total: NDArray[np.float64] = ways.total(np.concatenate([network.graph.length_m, entries]))[at]
    return total


def _sources(
    network: Network, ways: Ways, at: NDArray[np.int64], edges: int
) -> NDArray[np.object_]:
    """Return the entry that each candidate's way starts from, None without a way."""
    first = ways.first_edge()[at] - edges
    names = np.full(len(at), None, dtype=object)
    names[first >= 0] = network.entry_id[first[first >= 0]]
    return names


def _or_hop(study: Study, spots: gpd.GeoDataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """Take a hop from what stands where it costs less than fibre, from the lowest mast it needs."""
    least_vnd = study.prices.vnd(_HOP_ITEM) + _DISHES * _least_dish_vnd(study)
    seeking = ~(prices["fibre_vnd"] <= least_vnd).to_numpy(dtype=np.bool_)
    prices = prices.copy()
    for mast_m in _heights_m(spots):
        rows = np.flatnonzero(seeking & np.isfinite(mast_m))
        if rows.size:
            found = _add_hops(study, _as_masts(spots.iloc[rows], mast_m[rows]), prices, rows)
            prices.loc[found, "least_mast_m"] = mast_m[found]
            seeking[found] = False
    return prices


def _add_hops(
    study: Study, spots: gpd.GeoDataFrame, prices: pd.DataFrame, rows: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Write the cheapest hop of some candidates into their rows where it costs less than fibre."""
    everyone = np.ones(len(rows), dtype=np.bool_)
    hops = possible_hops(study, spots, name="candidate_id", among=False, only=everyone)
    site = hops.ends.min(axis=1)  # sites stand before what hops start from
    order = np.lexsort((hops.table["length_m"].to_numpy(), hops.cost_vnd, site))
    site, first = np.unique(site[order], return_index=True)
    best = order[first]
    fibre_vnd = prices["fibre_vnd"].fillna(np.inf).to_numpy(dtype=np.float64)
    cheaper = hops.cost_vnd[best] < fibre_vnd[rows[site]]
    best = best[cheaper]
    found: NDArray[np.int64] = rows[site[cheaper]]
    for column, values in (
        ("medium", MICROWAVE),
        ("link_m", hops.table["length_m"].to_numpy()[best]),
        ("link_vnd", hops.cost_vnd[best]),
        ("from_id", hops.table["from_id"].to_numpy(dtype=object)[best]),
    ):
        prices.loc[found, column] = values
    return found


def _heights_m(spots: gpd.GeoDataFrame) -> list[NDArray[np.float64]]:
    """Return the lowest weighed height of each candidate, then the next, NaN beyond its last."""
    if "heights_m" not in spots.columns:
        return [spots["antenna_height_m"].to_numpy(dtype=np.float64)]
    heights = [sorted(map(float, str(text).split("|"))) for text in spots["heights_m"]]
    return [np.array(row) for row in zip_longest(*heights, fillvalue=np.nan)]


def _least_dish_vnd(study: Study) -> float:
    dishes = catalog.table("microwave_bands")["dishes_m"].str.split("|").explode().astype(float)
    return min(study.prices.vnd(f"microwave_dish_{dish:g}m") for dish in dishes.unique())


def _as_masts(spots: gpd.GeoDataFrame, mast_m: NDArray[np.float64]) -> gpd.GeoDataFrame:
    """Return candidates as masts of one height each."""
    if "heights_m" not in spots.columns:
        return spots
    antenna_m = np.maximum(mast_m - catalog.rule("antenna_below_top_m"), 1.0)
    return spots.assign(heights_m=[f"{m:g}" for m in mast_m], antenna_height_m=antenna_m)
