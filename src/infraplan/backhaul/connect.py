"""Which fibre and which hops join all chosen sites to the network at least cost?"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.backhaul.hop_rules import hop_faults, upgraded
from infraplan.backhaul.hops import possible_hops
from infraplan.backhaul.isolated import cut_off, require_ways
from infraplan.backhaul.link_notes import link_notes
from infraplan.backhaul.link_table import edge_kinds, link_table
from infraplan.backhaul.network import Network, build, with_hops
from infraplan.backhaul.tree import Chain, count_fed, trace
from infraplan.errors import CrsError
from infraplan.optim import steiner
from infraplan.results import Links

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.backhaul.hops import SiteHops
    from infraplan.results import Choice
    from infraplan.study import Study

__all__ = ["connect", "site_network"]

GAP_SHARE = 0.01
_PROVEN_SHARE = 1e-9
_LEAST_S = 1e-3
_WHY = "Longer chains of hops, or more sites behind one hop, break a rule. "

Status = Literal["optimal", "gap_reached", "effort_limit", "time_limit"]


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """A tree that keeps the rules of hops, cut into links."""

    network: Network
    chains: list[Chain]
    fed: list[int]
    cost_vnd: float
    lower_bound_vnd: float
    timed_out: bool


def connect(
    study: Study,
    sites: Choice,
    *,
    seed: int = 0,
    time_limit_s: float = 30.0,
    microwave: bool | None = None,
    capacity_mbps: float | None = None,
) -> Links:
    """Join all chosen sites to the network that stands by one cheapest forest of fibre and hops.

    Parameters
    ----------
    study
        Roads, cables, fibre nodes, masts, terrain and prices.
    sites
        The chosen sites.
    seed
        Seed of the solver.
    time_limit_s
        Emergency stop of the solver, s; a run it stops is not repeatable. With ``math.inf`` only
        the effort stops it, and every machine gives the same links.
    microwave
        Whether hops compete with fibre; as the study's plan says where None.
    capacity_mbps
        What each site asks of the hops that feed it; the rule ``microwave_capacity_mbps`` where
        None.

    Returns
    -------
    Links
        One link between two of entry, junction and site, of one way of building. A site that
        stands on a fibre node needs none.

    Raises
    ------
    InfeasibleError
        If a site has no way to the network; the message names the sites and what would help.
    CrsError
        If the sites are in another CRS than the study.

    Notes
    -----
    The tree is cheapest in what is bought once. It knows nothing of chains of hops and of what a
    hop carries: a hop that is one too many in a row is forbidden, one that carries too little gets
    a faster radio or is forbidden, and the tree is sought again. This only takes ways away or
    makes them dearer, so the lower bound of the first tree holds for the last.
    """
    new_sites = sites.new_sites
    if new_sites.crs is None or new_sites.crs != study.crs:
        raise CrsError(
            f"The sites are in {new_sites.crs}, the study is in {study.crs}. "
            "Remedy: choose sites from the same study."
        )
    radio = study.file.plan.microwave if microwave is None else microwave
    network, hops = site_network(study, sites, microwave=radio, capacity_mbps=capacity_mbps)
    ids = new_sites["site_id"].tolist()
    found = _search(
        study,
        network,
        hops,
        ids,
        seed=seed,
        time_limit_s=time_limit_s,
        site_mbps=_asked(capacity_mbps),
    )
    names = [f"L{number:04d}" for number in range(1, len(found.chains) + 1)]
    parents = [None if chain.parent is None else names[chain.parent] for chain in found.chains]
    table, bill = link_table(
        found.chains, found.fed, found.network, study, names=names, parents=parents
    )
    cost_vnd = float(table["capex_vnd"].sum())
    bound_vnd = min(found.lower_bound_vnd, cost_vnd)
    gap_share = (cost_vnd - bound_vnd) / cost_vnd if cost_vnd > 0 else 0.0
    notes = link_notes(study, table, network.components, radio=radio)
    return Links(
        table=table,
        feeds=_feeds(found.chains, names, network.point_at, ids),
        cost_vnd=cost_vnd,
        lower_bound_vnd=bound_vnd,
        gap_share=gap_share,
        status=_status(gap_share, timed_out=found.timed_out),
        components=network.components,
        bill=bill,
        provenance=replace(sites.provenance, notes=(*sites.provenance.notes, *notes)),
    )


def site_network(
    study: Study, sites: Choice, *, microwave: bool, capacity_mbps: float | None = None
) -> tuple[Network, SiteHops | None]:
    """Build the network of ways that chosen sites have, and the hops in it (None without)."""
    places = sites.new_sites
    network = build(study, places.geometry.x.to_numpy(), places.geometry.y.to_numpy())
    if not microwave or len(places) == 0:
        return network, None
    everyone = np.ones(len(places), dtype=np.bool_)
    hops = possible_hops(
        study, places, name="site_id", among=True, only=everyone, capacity_mbps=capacity_mbps
    )
    return with_hops(network, hops), hops


def _asked(capacity_mbps: float | None) -> float:
    return catalog.rule("microwave_capacity_mbps") if capacity_mbps is None else capacity_mbps


def _search(
    study: Study,
    network: Network,
    hops: SiteHops | None,
    ids: list[str],
    *,
    seed: int,
    time_limit_s: float,
    site_mbps: float,
) -> _Found:
    """Seek cheapest trees until one keeps the rules of hops.

    Of the hops that could be banned against a fault, the one that leaves the cheapest tree is.
    """
    deadline = time.perf_counter() + time_limit_s
    allowed = np.ones(len(network.graph.lines), dtype=np.bool_)
    require_ways(network, allowed, ids)
    tree = _cheapest(network, allowed, ids, seed=seed, deadline=deadline)
    bound_vnd, timed_out = tree.lower_bound_vnd, tree.timed_out
    while hops is not None:
        faults = hop_faults(tree.chains, tree.fed, network, site_mbps=site_mbps)
        if not faults:
            break
        network, left = upgraded(study, network, hops, faults)
        bans = [_without(allowed, edge) for edge in left[0].remedies] if left else [allowed]
        able = [ban for ban in bans if not cut_off(network, ban)[network.point_at].any()]
        if not able:
            require_ways(network, bans[0], ids, why=_WHY)
        tried = [_cheapest(network, ban, ids, seed=seed, deadline=deadline) for ban in able]
        timed_out |= any(one.timed_out for one in tried)
        best = min(range(len(tried)), key=lambda i: (tried[i].cost_vnd, i))
        tree, allowed = tried[best], able[best]
    return replace(tree, network=network, lower_bound_vnd=bound_vnd, timed_out=timed_out)


def _without(allowed: NDArray[np.bool_], edge: int) -> NDArray[np.bool_]:
    fewer = allowed.copy()
    fewer[edge] = False
    return fewer


def _cheapest(
    network: Network,
    allowed: NDArray[np.bool_],
    ids: list[str],
    *,
    seed: int,
    deadline: float,
) -> _Found:
    """Find the cheapest tree over the edges that may be used and a root for what stands."""
    site_at, first_entry = network.point_at, len(allowed)
    open_entries = np.ones(len(network.entry_node), dtype=np.bool_)
    rows = np.flatnonzero(np.concatenate([allowed, open_entries]))
    terminals = np.concatenate([[network.root], np.unique(site_at)]).astype(np.int64)
    tree = steiner.solve(
        network.root + 1,
        network.ends()[rows],
        network.weights()[rows],
        terminals,
        seed=seed,
        time_limit_s=max(deadline - time.perf_counter(), _LEAST_S),
        gap_share=GAP_SHARE,
    )
    used = rows[tree.edges]
    entered = used[used >= first_entry] - first_entry
    names = network.entry_id[entered].tolist()
    chains = trace(
        network.graph,
        used[used < first_entry],
        entries=dict(zip(network.entry_node[entered].tolist(), names, strict=True)),
        sites=dict(reversed(list(zip(site_at.tolist(), ids, strict=True)))),
        kind=edge_kinds(network),
    )
    return _Found(
        network=network,
        chains=chains,
        fed=count_fed(chains, Counter(site_at.tolist())),
        cost_vnd=tree.cost,
        lower_bound_vnd=tree.lower_bound,
        timed_out=tree.status == "time_limit",
    )


def _feeds(
    chains: list[Chain], names: list[str], site_at: NDArray[np.int64], ids: list[str]
) -> pd.DataFrame:
    """Say which link ends at each site; none where the site stands on a fibre node."""
    ending = {chain.to_node: name for chain, name in zip(chains, names, strict=True)}
    links = [ending.get(node) for node in site_at.tolist()]
    return pd.DataFrame({"site_id": ids, "link_id": pd.Series(links, dtype=object)})


def _status(gap_share: float, *, timed_out: bool) -> Status:
    if gap_share <= _PROVEN_SHARE:
        return "optimal"
    if gap_share <= GAP_SHARE:
        return "gap_reached"
    return "time_limit" if timed_out else "effort_limit"
