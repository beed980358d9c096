"""Which fibre along which roads joins all chosen sites to the network at least cost?"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan.backhaul.access import attach
from infraplan.backhaul.prices import FIBRE, fibre_price
from infraplan.backhaul.roads import RoadGraph, road_graph
from infraplan.backhaul.tree import Chain, count_fed, trace
from infraplan.errors import CrsError, InfeasibleError
from infraplan.optim import steiner
from infraplan.results import Links, weakest
from infraplan.tables import spec
from infraplan.wording import Text, count

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.results import Choice, Provenance
    from infraplan.study import Study

__all__ = ["connect"]

_NAMED = 5  # culprits that a message names


def connect(study: Study, sites: Choice, *, seed: int = 0, time_limit_s: float = 30.0) -> Links:
    """Lay new fibre along roads as one cheapest forest from fibre nodes to all chosen sites.

    Parameters
    ----------
    study
        Roads and fibre nodes.
    sites
        The chosen sites.
    seed
        Seed of the solver.
    time_limit_s
        Emergency stop of the solver, s; a run it stops is not repeatable. With ``math.inf`` only
        the effort stops it, and every machine gives the same links.

    Returns
    -------
    Links
        One link between two of fibre node, junction and site. A site that stands on a fibre node
        needs none.

    Raises
    ------
    InfeasibleError
        If no road leads from a site to a fibre node; the message names the sites.
    CrsError
        If the sites are in another CRS than the study.

    Notes
    -----
    Sites and fibre nodes join the nearest road in a straight line, at the same price per metre.
    Existing routes are joined at their nodes only.
    """
    new_sites = sites.new_sites
    if new_sites.crs is None or new_sites.crs != study.crs:
        raise CrsError(
            f"The sites are in {new_sites.crs}, the study is in {study.crs}. "
            "Remedy: choose sites from the same study."
        )
    nodes = study.fibre_nodes.sort_values("node_id")
    graph, at = attach(
        road_graph(study.roads),
        np.concatenate([nodes.geometry.x.to_numpy(), new_sites.geometry.x.to_numpy()]),
        np.concatenate([nodes.geometry.y.to_numpy(), new_sites.geometry.y.to_numpy()]),
    )
    fibre_at, site_at = at[: len(nodes)], at[len(nodes) :]
    ids = new_sites["site_id"].tolist()
    _require_roads(graph, fibre_at, site_at, ids)
    fibre = dict(reversed(list(zip(fibre_at.tolist(), nodes["node_id"], strict=True))))
    tree = _cheapest(graph, np.array(sorted(fibre)), site_at, seed=seed, time_limit_s=time_limit_s)
    laid = tree.edges[tree.edges < len(graph.lines)]
    fed_by_root = tree.edges[tree.edges >= len(graph.lines)] - len(graph.lines)
    starts = {node: fibre[node] for node in np.array(sorted(fibre))[fed_by_root].tolist()}
    ends = dict(reversed(list(zip(site_at.tolist(), ids, strict=True))))
    chains = trace(graph, laid, fibre=starts, sites=ends)
    fed = count_fed(chains, Counter(site_at.tolist()))
    table = _table(chains, fed, study)
    return Links(
        table=table,
        feeds=_feeds(chains, table, site_at, ids),
        cost_vnd=float(table["capex_vnd"].sum()),
        lower_bound_vnd=tree.lower_bound,
        gap_share=tree.gap_share,
        status=tree.status,
        components=graph.components,
        provenance=_provenance(sites.provenance, graph),
    )


def _require_roads(
    graph: RoadGraph, fibre_at: NDArray[np.int64], site_at: NDArray[np.int64], ids: list[str]
) -> None:
    """Refuse sites in a part of the road network that has no fibre node."""
    lit = np.isin(graph.component[site_at], graph.component[fibre_at])
    cut_off = sorted(name for name, there in zip(ids, lit, strict=True) if not there)
    if cut_off:
        named = ", ".join(cut_off[:_NAMED]) + (" …" if len(cut_off) > _NAMED else "")
        raise InfeasibleError(
            f"No road leads from a fibre node to {len(cut_off)} of {len(ids)} sites: {named}. "
            "Remedy: add the missing road or fibre node to the study, or price links with "
            "backhaul.link_prices and hand them to siting.choose, which then leaves such "
            "candidates out."
        )


def _cheapest(
    graph: RoadGraph,
    fibre_at: NDArray[np.int64],
    site_at: NDArray[np.int64],
    *,
    seed: int,
    time_limit_s: float,
) -> steiner.Tree:
    """Find the cheapest tree in the graph plus one root that reaches every fibre node for free.

    The edges of the graph come first in the tree's numbering, then one edge per fibre node.
    """
    price_vnd_m, _ = fibre_price()
    root = len(graph.x_m)
    to_fibre = np.column_stack([np.full(len(fibre_at), root), fibre_at])
    edges = np.concatenate([np.column_stack([graph.from_node, graph.to_node]), to_fibre])
    weight_vnd = np.concatenate([graph.length_m * price_vnd_m, np.zeros(len(fibre_at))])
    terminals = np.concatenate([[root], np.unique(site_at)]).astype(np.int64)
    return steiner.solve(
        root + 1, edges, weight_vnd, terminals, seed=seed, time_limit_s=time_limit_s
    )


def _table(chains: list[Chain], fed: list[int], study: Study) -> gpd.GeoDataFrame:
    """Turn the chains into the table ``links``.

    A route is planned, so it is estimated at best, and no better known than the roads it follows.
    """
    drawn = weakest(["estimated", *sorted(set(study.roads["geometry_origin"]))])
    price_vnd_m, origin = fibre_price()
    names = [f"L{number:04d}" for number in range(1, len(chains) + 1)]
    parents = [None if chain.parent is None else names[chain.parent] for chain in chains]
    length_m = np.array([chain.length_m for chain in chains], dtype=np.float64)
    table = pd.DataFrame(
        {
            "link_id": names,
            "from_id": [chain.from_id for chain in chains],
            "to_id": [chain.to_id for chain in chains],
            "parent_link_id": pd.Series(parents, dtype=object),
            "medium": FIBRE,
            "length_m": length_m,
            "sites_fed": np.array(fed, dtype=np.int64),
            "capex_vnd": length_m * price_vnd_m,
            "geometry": [chain.line for chain in chains],
            "capex_vnd_origin": weakest([origin, drawn]),
            "geometry_origin": drawn,
            "length_m_origin": drawn,
        }
    )
    columns = [name for name in spec("links").names if name != "year"]  # the plan's to say
    return gpd.GeoDataFrame(table[columns], geometry="geometry", crs=study.crs)


def _feeds(
    chains: list[Chain], table: gpd.GeoDataFrame, site_at: NDArray[np.int64], ids: list[str]
) -> pd.DataFrame:
    """Say which link ends at each site; none where the site stands on a fibre node."""
    ending = {chain.to_node: name for chain, name in zip(chains, table["link_id"], strict=True)}
    links = [ending.get(node) for node in site_at.tolist()]
    return pd.DataFrame({"site_id": ids, "link_id": pd.Series(links, dtype=object)})


def _provenance(provenance: Provenance, graph: RoadGraph) -> Provenance:
    """Add what the links assume."""
    notes = [
        Text(
            vi="Cáp quang mới đi trên cột dọc đường; cáp hiện có chỉ được nối tại các nút.",
            en=(
                "New fibre is laid on poles along roads; existing routes are joined at their "
                "nodes only."
            ),
        )
    ]
    if graph.components > 1:
        parts = count(graph.components)
        notes.append(
            Text(
                vi=(
                    f"Mạng đường gồm {parts.vi} phần không nối với nhau; mỗi tuyến truyền dẫn nằm "
                    "trong một phần."
                ),
                en=(
                    f"The roads form {parts.en} parts that do not touch each other; "
                    "links stay within a part."
                ),
            )
        )
    return replace(provenance, notes=(*provenance.notes, *notes))
