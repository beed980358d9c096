"""Which sites have no way to the network that stands, and what is the least that would help?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from infraplan.errors import InfeasibleError
from infraplan.wording import length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from infraplan.backhaul.network import Network

__all__ = ["cut_off", "require_ways"]

_NAMED = 5  # culprits that a message names


def cut_off(network: Network, allowed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which nodes have no way to any entry.

    Parameters
    ----------
    network
        Edges and entries.
    allowed
        Edges that may be used, shape (edges,).
    """
    ends, count = network.ends(), network.root + 1
    ends = ends[np.concatenate([allowed, np.ones(len(network.entry_node), dtype=np.bool_)])]
    ones = np.ones(len(ends), dtype=np.int8)
    joined = coo_array((ones, (ends[:, 0], ends[:, 1])), shape=(count, count)).tocsr()
    part = connected_components(joined, directed=False)[1]
    return np.asarray(part[:-1] != part[-1])


def require_ways(
    network: Network,
    allowed: NDArray[np.bool_],
    ids: Sequence[str],
    *,
    why: str = "",
) -> None:
    """Refuse sites without any way to the network that stands.

    Parameters
    ----------
    network
        Edges and entries.
    allowed
        Edges that may be used.
    ids
        Identifier of each point of the network.
    why
        What forbids the ways that there would be.

    Raises
    ------
    InfeasibleError
        Naming the sites, each with the shortest new road or cable that would help.
    """
    lost = cut_off(network, allowed)
    places = zip(ids, network.point_at.tolist(), strict=True)
    culprits = sorted((name, at) for name, at in places if lost[at])
    if not culprits:
        return
    told = [f"{name} ({_relaxation(network, allowed, lost, at)})" for name, at in culprits[:_NAMED]]
    more = " …" if len(culprits) > _NAMED else ""
    raise InfeasibleError(
        f"No road, cable or microwave hop leads from the network that stands to {len(culprits)} of "
        f"{len(ids)} sites: {', '.join(told)}{more}. {why}Remedy: add the missing road, cable or "
        "fibre node to the study, allow microwave or taller masts, or price links with "
        "backhaul.link_prices and hand them to siting.choose, which then leaves such candidates "
        "out."
    )


def _relaxation(
    network: Network, allowed: NDArray[np.bool_], lost: NDArray[np.bool_], site: int
) -> str:
    """Measure the shortest gap between the part a site lies in and what is connected."""
    graph = network.graph
    kept = np.flatnonzero(allowed)
    count = len(graph.x_m)
    joined = coo_array(
        (np.ones(len(kept), dtype=np.int8), (graph.from_node[kept], graph.to_node[kept])),
        shape=(count, count),
    ).tocsr()
    part = connected_components(joined, directed=False)[1]
    xy_m = np.column_stack([graph.x_m, graph.y_m])
    if lost.all():
        return "the study has no entry to a network at all"
    distance_m, _ = cKDTree(xy_m[~lost]).query(xy_m[part == part[site]])
    return f"{length(float(np.min(distance_m))).en} of new road or cable would join it"
