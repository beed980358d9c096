"""Which way round is cheapest for a site once the links of its first way are closed?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan.backhaul.along import runs_along
from infraplan.backhaul.network import ACCESS, HOP, MICROWAVE
from infraplan.backhaul.roads import TOLERANCE_M
from infraplan.backhaul.ways import cheapest_ways

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from infraplan.backhaul.network import Network
    from infraplan.results import Links

__all__ = ["Planned"]

_ROUNDINGS = 2.0
_PROGRESS_SHARE = 0.9
_NO_LINK = ""


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """Links of first ways, found again in the network they were cut from.

    Attributes
    ----------
    network
        Edges and entries.
    link_of
        Link that runs over each edge, empty where none does, shape (edges,).
    parent
        Link that feeds each link, None at an entry.
    first
        Link that ends at each site, None where it stands on a fibre node.
    from_id
        Upstream end of each link.
    paid
        Entries that first ways use, numbered after the edges.
    """

    network: Network
    link_of: NDArray[np.object_]
    parent: dict[str, str | None]
    first: dict[str, str | None]
    from_id: dict[str, str]
    paid: NDArray[np.int64]

    @classmethod
    def of(cls, network: Network, links: Links) -> Planned:
        """Find the edges that each link runs over."""
        table = links.table
        names = table["link_id"].tolist()
        parents = [p if isinstance(p, str) else None for p in table["parent_link_id"]]
        ends = [e if isinstance(e, str) else None for e in links.feeds["link_id"]]
        from_id = dict(zip(names, table["from_id"], strict=True))
        link_of = _link_of_edge(network, links)
        tops = [name for name, parent in zip(names, parents, strict=True) if parent is None]
        return cls(
            network=network,
            link_of=link_of,
            parent=dict(zip(names, parents, strict=True)),
            first=dict(reversed(list(zip(links.feeds["site_id"], ends, strict=True)))),
            from_id=from_id,
            paid=_paid(network, link_of, {name: from_id[name] for name in tops}),
        )

    def others(self, site: str) -> set[str]:
        """Return the links that a site's second way may use: not its own, nor what hangs on it."""
        mine = self.first_way(site)
        return {
            link for link in self.parent if link not in mine and mine[0] not in self._above(link)
        }

    def first_way(self, site: str) -> list[str]:
        """Return the links of a site's first way, from the site upwards."""
        link, found = self.first[site], []
        while link is not None:
            found.append(link)
            link = self.parent[link]
        return found

    def second_way(
        self, site: str, node: int, built: Collection[int], *, avoid: Collection[int]
    ) -> tuple[list[int], str | None]:
        """Return the edges of a site's cheapest second way, from its entry on.

        No new hop starts or ends at the nodes to avoid.

        Edges of entries are numbered after those of the graph. Where there is none, the second
        value is the link of the first way, seen from the site, beside which nothing leads on.
        """
        mine = self.first_way(site)
        if not mine:
            return [], None
        way = self._way(site, node, mine, built, avoid)
        if way is not None:
            return way, None
        bridges = (link for link in mine if self._way(site, node, [link], built, avoid) is None)
        return [], next(bridges, mine[-1])

    def entry_of(self, way: list[int]) -> str | None:
        """Return where a way joins the network."""
        if not way:
            return None
        name: str = self.network.entry_id[way[0] - len(self.link_of)]
        return name

    def _way(
        self,
        site: str,
        node: int,
        closed: list[str],
        built: Collection[int],
        avoid: Collection[int],
    ) -> list[int] | None:
        """Find the cheapest way to a node with some links closed; None where there is none."""
        network, graph = self.network, self.network.graph
        weight_vnd = network.weights()
        edges = len(self.link_of)
        weight_vnd[:edges][np.isin(self.link_of, sorted(self.others(site)))] = 0.0
        weight_vnd[self.paid] = 0.0
        weight_vnd[list(built)] = 0.0
        shut = np.isin(self.link_of, closed)
        twice = (graph.road_row == ACCESS) & ((graph.from_node == node) | (graph.to_node == node))
        starts = {self.from_id[link] for link in closed if self.parent[link] is None}
        shut_entry = np.isin(network.entry_id, list(starts)) & (network.entry_kind == "cable")
        hop = (graph.road_row == HOP) & (weight_vnd[:edges] > 0.0)
        hop &= np.isin(graph.from_node, list(avoid)) | np.isin(graph.to_node, list(avoid))
        kept = np.flatnonzero(~np.concatenate([(shut & ~twice) | hop, shut_entry]))
        ways = cheapest_ways(network.root + 1, network.ends()[kept], weight_vnd[kept], network.root)
        if not np.isfinite(ways.cost_vnd[node]):
            return None
        return [int(edge) for edge in kept[ways.edges_to(node)]]

    def _above(self, link: str) -> list[str]:
        """Return a link's feeders."""
        found, above = [], self.parent[link]
        while above is not None:
            found.append(above)
            above = self.parent[above]
        return found


def _paid(
    network: Network, link_of: NDArray[np.object_], tops: dict[str, str]
) -> NDArray[np.int64]:
    """Return the entries at which links without a feeder begin."""
    graph = network.graph
    entries: dict[tuple[str, int], int] = {}
    for number, (name, node) in enumerate(
        zip(network.entry_id.tolist(), network.entry_node.tolist(), strict=True)
    ):
        entries.setdefault((name, node), number)
    found = set()
    for edge in np.flatnonzero(np.isin(link_of, sorted(tops))).tolist():
        for node in (int(graph.from_node[edge]), int(graph.to_node[edge])):
            if (tops[link_of[edge]], node) in entries:
                found.add(entries[tops[link_of[edge]], node])
    return len(link_of) + np.array(sorted(found), dtype=np.int64)


def _link_of_edge(network: Network, links: Links) -> NDArray[np.object_]:
    """Return the link over each edge: fibre by its course, hops by their ends."""
    graph, table = network.graph, links.table
    result = np.full(len(graph.lines), _NO_LINK, dtype=object)
    is_hop = (table["medium"] == MICROWAVE).to_numpy()
    fibre = np.flatnonzero(graph.road_row != HOP)
    on, link = runs_along(
        graph.lines[fibre],
        table.geometry.to_numpy()[~is_hop],
        within_m=_ROUNDINGS * TOLERANCE_M,
        progress_share=_PROGRESS_SHARE,
    )
    result[fibre[on]] = table["link_id"].to_numpy(dtype=object)[~is_hop][link]
    hops = network.hops
    ends = (
        {}
        if hops.empty
        else {
            frozenset(pair): network.first_hop + row
            for row, pair in enumerate(zip(hops["from_id"], hops["to_id"], strict=True))
        }
    )
    for name, start, end in table.loc[is_hop, ["link_id", "from_id", "to_id"]].to_numpy():
        result[ends[frozenset((start, end))]] = name
    return result
