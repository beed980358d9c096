"""Which second way to the network does a site get that shares no link with the first?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from infraplan.backhaul.connect import site_network
from infraplan.backhaul.ring_build import Built
from infraplan.backhaul.ring_ways import Planned
from infraplan.errors import ParameterError
from infraplan.wording import Text, count, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from infraplan.results import Choice, Links
    from infraplan.study import Study

__all__ = ["Ring", "protect", "second_ways"]

_COLUMNS = ("site_id", "protected", "entry_id", "length_m", "capex_vnd", "bridge_link_id")


@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """Second ways of sites.

    Attributes
    ----------
    links
        All links, those of second ways (R0001 …) after the first ones. Rows of ``feeds`` are added
        for them. The lower bound is that of one way to each site, so the gap grows with what the
        second ways cost.
    ways
        One row per site asked for: site_id, protected, entry_id (where the second way joins the
        network), length_m and capex_vnd (of what is built for it beside earlier rows), and
        bridge_link_id: the link of the first way beside which there is no other, where the site
        cannot be protected.
    """

    links: Links
    ways: pd.DataFrame


def protect(
    study: Study,
    links: Links,
    sites: Choice,
    site_ids: Sequence[str] | None = None,
    *,
    microwave: bool | None = None,
) -> Links:
    """Return links with a second way for some sites; see :func:`second_ways`."""
    return second_ways(study, links, sites, site_ids, microwave=microwave).links


def second_ways(
    study: Study,
    links: Links,
    sites: Choice,
    site_ids: Sequence[str] | None = None,
    *,
    microwave: bool | None = None,
) -> Ring:
    """Give sites a cheapest second way that shares no link with the first.

    Parameters
    ----------
    study
        Roads, cables, masts and prices.
    links
        The first ways, of :func:`infraplan.backhaul.connect`.
    sites
        The chosen sites.
    site_ids
        Sites to protect, one after the other; those of the study's plan where None.
    microwave
        Whether hops compete; as the study's plan says where None.

    Returns
    -------
    Ring
        A second way uses links that lead to other sites, and those built for earlier second ways,
        for nothing. It enters no cable that the first way enters. The straight access from a road
        to the site itself may be laid twice, side by side.

    Raises
    ------
    ParameterError
        If a site is not among the chosen ones; all are named.
    """
    wanted = list(dict.fromkeys(study.file.plan.ring if site_ids is None else site_ids))
    ids = sites.new_sites["site_id"].tolist()
    unknown = [name for name in wanted if name not in set(ids)]
    if unknown:
        raise ParameterError(
            f"Two ways are asked for {', '.join(unknown)}, not among the {len(ids)} chosen sites. "
            "Remedy: name chosen sites in [plan] ring."
        )
    if not wanted:
        return Ring(links, pd.DataFrame(columns=list(_COLUMNS)))
    radio = study.file.plan.microwave if microwave is None else microwave
    network, _ = site_network(study, sites, microwave=radio)
    planned = Planned.of(network, links)
    node_of = dict(zip(ids, network.point_at.tolist(), strict=True))
    built = Built(planned, dict(reversed([(node, name) for name, node in node_of.items()])))
    found: list[tuple[str, str | None, str | None, list[int]]] = []
    for name in wanted:
        avoid = [node_of[other] for other in built.dependants(name)]
        way, bridge = planned.second_way(name, node_of[name], built.edges(), avoid=avoid)
        found.append((name, planned.entry_of(way), bridge, built.add(name, way)))
    table, bill, feeds = built.tables(study)
    rows = [
        (name, bridge is None, entry, *table.loc[new, ["length_m", "capex_vnd"]].sum(), bridge)
        for name, entry, bridge, new in found
    ]
    ways = pd.DataFrame(rows, columns=list(_COLUMNS))
    return Ring(_joined(links, table, bill, feeds, ways), ways)


def _joined(
    links: Links,
    table: gpd.GeoDataFrame,
    bill: pd.DataFrame,
    feeds: pd.DataFrame,
    ways: pd.DataFrame,
) -> Links:
    """Add the links of second ways, what they cost, and notes."""
    every = pd.concat([links.table, table], ignore_index=True) if len(table) else links.table
    cost_vnd = float(every["capex_vnd"].sum())
    gap_share = (cost_vnd - links.lower_bound_vnd) / cost_vnd if cost_vnd > 0 else 0.0
    return replace(
        links,
        table=every,
        feeds=pd.concat([links.feeds, feeds], ignore_index=True),
        cost_vnd=cost_vnd,
        gap_share=gap_share,
        bill=pd.concat([links.bill, bill], ignore_index=True),
        provenance=replace(links.provenance, notes=(*links.provenance.notes, *_notes(ways))),
    )


def _notes(ways: pd.DataFrame) -> list[Text]:
    """Say how many sites have two ways, and beside which link there is no other."""
    protected = int(ways["protected"].sum())
    notes = [phrase("ring_note", {"sites": count(protected), "all": count(len(ways))})]
    lost = ways[~ways["protected"].astype(bool)]
    notes += [
        phrase("ring_note_bridge", {"site": plain(site), "link": plain(link)})
        for site, link in zip(lost["site_id"], lost["bridge_link_id"], strict=True)
        if link
    ]
    return notes
