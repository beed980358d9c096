"""What would a link cost each candidate: alone, or beside links that are planned already?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

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
    microwave
        Whether hops compete; as the study's plan says where None.

    Returns
    -------
    pandas.DataFrame
        In the order of the candidates: candidate_id, medium ("existing" where nothing is built),
        link_m (of a chosen site its share), link_vnd (bought once), from_id (a fibre node, cable,
        mast or planned link); NaN and None where there is no way. Without `links` neighbours that
        would share fibre are priced as if each had its own, so the sum is an upper estimate.

    Notes
    -----
    A hop is tried only where fibre costs more than the cheapest radio with the smallest antennas,
    from a mast of the lowest of the heights that are weighed: a higher one can do the same.
    """
    network = build(study, spots.geometry.x.to_numpy(), spots.geometry.y.to_numpy())
    if links is not None:
        network = _beside(network, links)
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
        }
    )
    if study.file.plan.microwave if microwave is None else microwave:
        prices = _or_hop(study, spots, prices)
    return prices if links is None else link_shares(prices, links)


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
    """Take the cheapest hop from what stands where it costs less than fibre."""
    least_vnd = study.prices.vnd(_HOP_ITEM) + _DISHES * _least_dish_vnd(study)
    fibre_vnd = prices["link_vnd"].fillna(np.inf).to_numpy(dtype=np.float64)
    seeking = fibre_vnd > least_vnd
    if not seeking.any():
        return prices
    rows = np.flatnonzero(seeking)
    hops = possible_hops(
        study,
        _lowest_heights(spots.iloc[rows]),
        name="candidate_id",
        among=False,
        only=np.ones(len(rows), dtype=np.bool_),
    )
    site = hops.ends.min(axis=1)  # sites stand before what hops start from
    order = np.lexsort((hops.table["length_m"].to_numpy(), hops.cost_vnd, site))
    site, first = np.unique(site[order], return_index=True)
    best = order[first]
    cheaper = hops.cost_vnd[best] < fibre_vnd[rows[site]]
    row, best = rows[site[cheaper]], best[cheaper]
    prices = prices.copy()
    for column, values in (
        ("medium", MICROWAVE),
        ("link_m", hops.table["length_m"].to_numpy()[best]),
        ("link_vnd", hops.cost_vnd[best]),
        ("from_id", hops.table["from_id"].to_numpy(dtype=object)[best]),
    ):
        prices.loc[prices.index[row], column] = values
    return prices


def _least_dish_vnd(study: Study) -> float:
    dishes = catalog.table("microwave_bands")["dishes_m"].str.split("|").explode().astype(float)
    return min(study.prices.vnd(f"microwave_dish_{dish:g}m") for dish in dishes.unique())


def _lowest_heights(spots: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return candidates as masts of the lowest of the heights that are weighed."""
    if "heights_m" not in spots.columns:
        return spots
    lowest_m = np.array([min(map(float, str(text).split("|"))) for text in spots["heights_m"]])
    antenna_m = np.maximum(lowest_m - catalog.rule("antenna_below_top_m"), 1.0)
    return spots.assign(
        heights_m=[f"{height:g}" for height in lowest_m], antenna_height_m=antenna_m
    )
