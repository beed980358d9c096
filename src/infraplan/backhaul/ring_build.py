"""Which links are built for second ways, and what feeds each of them?"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from infraplan.backhaul.link_table import edge_kinds, link_table
from infraplan.backhaul.tree import Chain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd

    from infraplan.backhaul.network import Network
    from infraplan.backhaul.ring_ways import Planned
    from infraplan.study import Study

__all__ = ["Built"]

_FED = 0
"""In `Chain.parent`: the link hangs on another, so it needs no closure."""


@dataclass(slots=True)
class Built:
    """Links for second ways while they are collected.

    Attributes
    ----------
    planned
        The first ways.
    sites
        Node to identifier.
    chains, names, parents, fed
        The links, what they are called, what feeds them, and how many second ways use them.
    feeds
        Pairs of site and link.
    entered
        Entries that are paid.
    """

    planned: Planned
    sites: Mapping[int, str]
    chains: list[Chain] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    parents: list[str | None] = field(default_factory=list)
    fed: list[int] = field(default_factory=list)
    feeds: list[tuple[str, str]] = field(default_factory=list)
    entered: set[int] = field(default_factory=set)
    _number_of: dict[int, int] = field(default_factory=dict)

    def edges(self) -> list[int]:
        """Return the edges that are built, and the entries that are paid."""
        return [*self._number_of, *sorted(self.entered)]

    def add(self, site: str, way: Sequence[int]) -> list[int]:
        """Build what a second way lacks, and return the numbers of the new links.

        Parameters
        ----------
        site
            The site.
        way
            Its edges from the entry on.
        """
        if not way:
            return []
        network = self.planned.network
        entry, kinds = way[0] - len(self.planned.link_of), edge_kinds(network)
        here, node = str(network.entry_id[entry]), int(network.entry_node[entry])
        needs_closure = way[0] not in self.entered
        self.entered.add(way[0])
        feeder: str | None = None
        new: list[int] = []
        for (stands, _), part in groupby(way[1:], key=lambda e: (self._owner(site, e), kinds[e])):
            edges, owner = tuple(part), stands
            line, end = _walk(network, node, edges)
            if owner is None:
                parent = None if feeder is None and needs_closure else _FED
                to_id = self.sites.get(end, f"K{end:06d}")
                owner = self._append(Chain(here, to_id, node, end, parent, edges, line), feeder)
                new.append(len(self.chains) - 1)
            self._use(site, owner)
            feeder, node = owner, end
            here = self.sites.get(node, f"K{node:06d}")
        return new

    def dependants(self, site: str) -> list[str]:
        """Return the other sites that cannot work before a site does: a hop starts from it."""
        every = [other for other in self.planned.first if other != site]
        return [other for other in every if site in self._rests_on(other)]

    def _rests_on(self, site: str) -> set[str]:
        """Return the sites from whose masts hops start on which a site depends, itself included."""
        own = dict(zip(self.names, self.parents, strict=True))
        starts = {n: c.from_id for n, c in zip(self.names, self.chains, strict=True)}
        parent, start = self.planned.parent | own, self.planned.from_id | starts
        sites, links, left = {site}, set[str](), [site]
        while left:
            one = left.pop()
            ends = [self.planned.first[one], *(link for at, link in self.feeds if at == one)]
            for end in ends:
                link = end
                while link is not None and link not in links:
                    links.add(link)
                    if start[link] in self.planned.first and start[link] not in sites:
                        sites.add(start[link])
                        left.append(start[link])
                    link = parent[link]
        return sites

    def _use(self, site: str, owner: str) -> None:
        """Note that a second way uses a link for second ways, once."""
        if owner not in self.names or (site, owner) in self.feeds:
            return
        number = self.names.index(owner)
        self.fed[number] += 1
        start = self.chains[number].from_id
        if start not in self.planned.first or site not in self._rests_on(start):
            self.feeds.append((site, owner))

    def _append(self, chain: Chain, feeder: str | None) -> str:
        number = len(self.chains)
        name = f"R{number + 1:04d}"
        self.chains.append(chain)
        self.names.append(name)
        self.parents.append(feeder)
        self.fed.append(0)
        self._number_of.update(dict.fromkeys(chain.edges, number))
        return name

    def _owner(self, site: str, edge: int) -> str | None:
        """Return the link that stands over an edge and may be used, None where there is none."""
        if edge in self._number_of:
            return self.names[self._number_of[edge]]
        link = str(self.planned.link_of[edge])
        return link if link and link in self.planned.others(site) else None

    def tables(self, study: Study) -> tuple[gpd.GeoDataFrame, pd.DataFrame, pd.DataFrame]:
        """Return the rows of ``links``, the bill, and the rows of feeds."""
        feeds = pd.DataFrame(self.feeds, columns=["site_id", "link_id"]).astype(object)
        table, bill = link_table(
            self.chains,
            self.fed,
            self.planned.network,
            study,
            names=self.names,
            parents=self.parents,
        )
        return table, bill, feeds


def _walk(network: Network, node: int, edges: Sequence[int]) -> tuple[shapely.LineString, int]:
    """Draw a stretch from a node on, and return where it ends."""
    points = []
    for edge in edges:
        start, end = int(network.graph.from_node[edge]), int(network.graph.to_node[edge])
        course = shapely.get_coordinates(network.graph.lines[edge])
        points.append(course if start == node else course[::-1])
        node = end if start == node else start
    drawn = np.concatenate([points[0], *(part[1:] for part in points[1:])])
    return shapely.LineString(drawn), node
