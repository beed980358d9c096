"""How do the links of a tree look as the table ``links``, and what is each made of?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan.backhaul.microwave import hop_bill
from infraplan.backhaul.network import CLOSURE, MICROWAVE
from infraplan.results import weakest
from infraplan.results.bill import BILL_COLUMNS, capex_vnd
from infraplan.tables import spec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from infraplan.backhaul.network import Network
    from infraplan.backhaul.tree import Chain
    from infraplan.study import Study

__all__ = ["edge_kinds", "link_bill", "link_table"]

OPEX: Final = "fibre_opex"
_HOP_NUMBERS = ("band_ghz", "dish_m", "clearance_share", "availability_share", "capacity_mbps")
_HEIGHTS = ("from_height_m", "to_height_m")


def edge_kinds(network: Network) -> NDArray[np.int64]:
    """Return a number for the way each edge is built: medium and work; each hop has its own."""
    works = np.array([w or "" for w in network.laying.works_id], dtype=object)
    names = network.laying.medium + " " + works
    kinds = np.unique(names.astype(str), return_inverse=True)[1].reshape(-1).astype(np.int64)
    hops = np.arange(network.first_hop, len(kinds))
    kinds[hops] = len(kinds) + hops
    return kinds


def link_bill(chains: Sequence[Chain], names: Sequence[str], network: Network) -> pd.DataFrame:
    """Return what each link is made of.

    Parameters
    ----------
    chains
        The links.
    names
        Their identifiers.
    network
        What they were cut from.

    Returns
    -------
    pandas.DataFrame
        Columns owner_id, item and quantity. The first link that leaves a cable between its nodes
        holds the closure.
    """
    cables = set(network.entry_node[network.entry_kind == "cable"].tolist())
    free = set(network.entry_node[network.entry_kind != "cable"].tolist())
    closed = cables - free
    rows: list[tuple[str, str, float]] = []
    hops: list[pd.DataFrame] = []
    for name, chain in zip(names, chains, strict=True):
        medium = network.laying.medium[chain.edges[0]]
        if medium == MICROWAVE:
            hop = network.hops.iloc[[chain.edges[0] - network.first_hop]]
            hops.append(hop_bill(hop.assign(owner=name), owner="owner"))
        else:
            length_m = _length_m(network, chain)
            rows += [(name, medium, length_m), (name, OPEX, length_m)]
        if chain.parent is None and chain.from_node in closed:
            rows.append((name, CLOSURE, 1.0))
            closed.discard(chain.from_node)
    fibre = pd.DataFrame(rows, columns=list(BILL_COLUMNS)).astype({"quantity": float})
    return pd.concat([fibre, *hops], ignore_index=True) if hops else fibre


def link_table(
    chains: Sequence[Chain],
    fed: Sequence[int],
    network: Network,
    study: Study,
    *,
    names: Sequence[str],
    parents: Sequence[str | None],
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Turn the chains into the table ``links`` and its bill.

    Parameters
    ----------
    chains
        The links.
    fed
        Sites that depend on each.
    network
        What they were cut from.
    study
        Roads, and prices.
    names, parents
        Identifiers of the links, and of the link that feeds each.

    Returns
    -------
    tuple of GeoDataFrame and DataFrame
        The table without year (the plan's to say), and the bill. A route is planned, so it is
        estimated at best, and no better known than the roads it follows.
    """
    roads = study.roads
    known = sorted(set(roads["geometry_origin"])) if len(roads) else []
    drawn = weakest(["estimated", *known])
    bill = link_bill(chains, names, network)
    price = bill.groupby("owner_id")["item"].agg(lambda items: study.prices.origin(*items))
    first = np.array([chain.edges[0] for chain in chains], dtype=np.int64)
    table = pd.DataFrame(
        {
            "link_id": pd.Series(list(names), dtype=object),
            "from_id": pd.Series([chain.from_id for chain in chains], dtype=object),
            "to_id": pd.Series([chain.to_id for chain in chains], dtype=object),
            "parent_link_id": pd.Series(list(parents), dtype=object),
            "medium": pd.Series(network.laying.medium[first], dtype=object),
            "length_m": np.array([_length_m(network, c) for c in chains], dtype=np.float64),
            "works_id": pd.Series(network.laying.works_id[first], dtype=object),
            **_hop_columns(chains, network),
            "sites_fed": np.array(fed, dtype=np.int64),
            "capex_vnd": capex_vnd(bill, list(names), study.prices).to_numpy(),
            "geometry": [chain.line for chain in chains],
            "capex_vnd_origin": [weakest([price[name], drawn]) for name in names],
            "geometry_origin": drawn,
            "length_m_origin": drawn,
        }
    )
    columns = [name for name in spec("links").names if name != "year"]
    return gpd.GeoDataFrame(table[columns], geometry="geometry", crs=study.crs), bill


def _length_m(network: Network, chain: Chain) -> float:
    return float(network.graph.length_m[list(chain.edges)].sum())


def _hop_columns(chains: Sequence[Chain], network: Network) -> dict[str, NDArray[np.float64]]:
    """Return what the table says of hops alone, NaN for fibre; heights from upstream."""
    columns = {name: np.full(len(chains), np.nan) for name in (*_HOP_NUMBERS, *_HEIGHTS)}
    for row, chain in enumerate(chains):
        edge = chain.edges[0]
        if edge < network.first_hop:
            continue
        hop = network.hops.iloc[edge - network.first_hop]
        forward = int(network.graph.from_node[edge]) == chain.from_node
        for name in _HOP_NUMBERS:
            columns[name][row] = float(hop[name])
        for name, source in zip(_HEIGHTS, _HEIGHTS if forward else _HEIGHTS[::-1], strict=True):
            columns[name][row] = float(hop[source])
    return columns
