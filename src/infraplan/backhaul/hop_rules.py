"""Which hops of a tree break what the tree's model leaves out: chains and capacity?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.backhaul.microwave import hop_cost_vnd, hop_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from infraplan.backhaul.hops import SiteHops
    from infraplan.backhaul.network import Network
    from infraplan.backhaul.tree import Chain
    from infraplan.study import Study

__all__ = ["Fault", "hop_faults", "upgraded"]

_REMEDIES = 6  # hops whose ban is tried against one fault


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a hop of a tree.

    Attributes
    ----------
    edge
        The hop.
    needed_mbps
        The throughput it needs, Mbit/s; None where it is one hop too many in a row.
    remedies
        Hops of which at least one has to go if this one cannot carry more, the likeliest first.
    """

    edge: int
    needed_mbps: float | None
    remedies: tuple[int, ...]


def hop_faults(
    chains: Sequence[Chain], fed: Sequence[int], network: Network, *, site_mbps: float
) -> list[Fault]:
    """Check every hop of a tree.

    Parameters
    ----------
    chains, fed
        The links, and the sites that depend on each.
    network
        What they were cut from.
    site_mbps
        What one site asks for.

    Returns
    -------
    list of Fault
        In the order of the links.

    Notes
    -----
    Rule ``microwave_hops_most``: hops on the way to what stands, with or without fibre between
    them. Of a chain that is too long the first hop beyond the rule is named.
    """
    most = int(catalog.rule("microwave_hops_most"))
    passed: list[tuple[int, ...]] = []  # links that are hops, on the way to each link
    faults: list[Fault] = []
    for link, chain in enumerate(chains):
        before = () if chain.parent is None else passed[chain.parent]
        is_hop = chain.edges[0] >= network.first_hop
        passed.append((*before, link) if is_hop else before)
        if is_hop and len(passed[link]) == most + 1:
            edges = tuple(chains[hop].edges[0] for hop in reversed(passed[link]))
            faults.append(Fault(chain.edges[0], None, edges))
    hops = network.hops
    carried_mbps = [] if hops.empty else hops["capacity_mbps"].astype(float).tolist()
    for link, chain in enumerate(chains):
        row = chain.edges[0] - network.first_hop
        needed_mbps = fed[link] * site_mbps
        if row < 0 or carried_mbps[row] >= needed_mbps:
            continue
        spare = int(carried_mbps[row] // site_mbps)
        behind = [
            hop for hop in range(len(chains)) if hop != link and _is_behind(passed, hop, link)
        ]
        behind.sort(key=lambda hop: (fed[hop] < fed[link] - spare, fed[hop], hop))
        edges = tuple(chains[hop].edges[0] for hop in (link, *behind[: _REMEDIES - 1]))
        faults.append(Fault(chain.edges[0], needed_mbps, edges))
    return faults


def _is_behind(passed: Sequence[tuple[int, ...]], hop: int, link: int) -> bool:
    """Tell whether a link is a hop that depends on another hop."""
    return link in passed[hop] and passed[hop][-1] == hop


def upgraded(
    study: Study, network: Network, hops: SiteHops, faults: Sequence[Fault]
) -> tuple[Network, list[Fault]]:
    """Give overloaded hops a radio that carries more, and return what cannot be mended so.

    Parameters
    ----------
    study
        Terrain and prices.
    network
        The network the tree was found in.
    hops
        Where its hops come from.
    faults
        What is wrong.

    Returns
    -------
    tuple of Network and list of Fault
        The network with other hops, none of them cheaper: the first radio was the cheapest.
    """
    table, weight_vnd = network.hops.copy(), network.weight_vnd.copy()
    left: list[Fault] = []
    for fault in faults:
        row = fault.edge - network.first_hop
        better = _redesigned(study, hops, row, fault.needed_mbps)
        if better.empty:
            left.append(fault)
            continue
        for column in better.columns:
            table.loc[row, column] = better.iloc[0][column]
        weight_vnd[fault.edge] = float(hop_cost_vnd(better, study.prices)[0])
    return replace(network, hops=table, weight_vnd=weight_vnd), left


def _redesigned(study: Study, hops: SiteHops, row: int, needed_mbps: float | None) -> pd.DataFrame:
    """Design the same hop for more throughput; no row where none is possible."""
    fastest = catalog.table("microwave_bands")["capacity_mbps"].astype(float).max()
    if needed_mbps is None or needed_mbps > fastest:
        return hops.table.iloc[:0]
    return hop_table(study, hops.points, hops.ends[[row]], capacity_mbps=needed_mbps)
