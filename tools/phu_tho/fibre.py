"""Which fibre already links the exchanges, along which roads?

Every commune's seat has an exchange. The cheapest tree of roads that joins them carries fibre;
it is cut into cables at exchanges, where cables branch, and at closures near masts.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import cKDTree

from phu_tho import figures
from phu_tho.roads import CLASSES, Roads, walk
from phu_tho.terrain import Array

MAST_WITHIN_M = 450.0  # a village with a mast this near has a closure
CLOSURE_SHARE = 0.6
BRANCHES = 3  # cables meeting in one place
DISCOUNT = (0.6, 0.65, 0.8, 1.0, 1.3)  # per road class: cables follow the main roads
FIBRES = (96, 96, 48, 24, 24)


@dataclass(frozen=True, slots=True)
class Fibre:
    """Nodes (row of the village they stand at) and cables between them."""

    nodes: pd.DataFrame
    cables: pd.DataFrame
    lines: list[Array]


def build(
    communes: pd.DataFrame, villages: pd.DataFrame, sites: pd.DataFrame, roads: Roads
) -> Fibre:
    """Lay the existing fibre.

    Returns
    -------
    Fibre
        ``nodes`` with node_id, name, kind, owner, village; ``cables`` with fibre_id,
        from_node, to_node, medium, owner, capacity; one line in rounded degrees per cable.
    """
    rng = np.random.default_rng(figures.SEED_FIBRE)
    seats = np.flatnonzero(villages["is_seat"].to_numpy())
    lit = _tree_edges(roads, seats, len(villages))
    degree = np.bincount(roads.ends[lit].ravel(), minlength=len(villages))
    to_mast, _ = cKDTree(sites[["x", "y"]].to_numpy()).query(villages[["x", "y"]].to_numpy())
    closure = (to_mast < MAST_WITHIN_M) & (rng.random(len(villages)) < CLOSURE_SHARE)
    is_node = (degree > 0) & ((degree >= BRANCHES) | closure)
    is_node[seats] = True
    nodes = _nodes(communes, villages, np.flatnonzero(is_node), rng)
    chains = _chains(roads.ends, lit, is_node)
    return _cables(chains, nodes, roads, communes, villages, rng)


def _tree_edges(roads: Roads, seats: NDArray[np.intp], villages: int) -> NDArray[np.intp]:
    """List the road edges of a tree over the exchanges: union of ways, without its loops."""
    level = np.asarray([CLASSES.index(name) for name in roads.road_class])
    cost = roads.cost * np.asarray(DISCOUNT)[level]
    both = np.vstack([roads.ends, roads.ends[:, ::-1]])
    graph = sparse.csr_array(
        (np.tile(cost, 2), (both[:, 0], both[:, 1])), shape=(villages, villages)
    )
    distance, before = csgraph.dijkstra(graph, indices=seats, return_predecessors=True)
    links = csgraph.minimum_spanning_tree(np.triu(distance[:, seats])).tocoo()
    number = {(int(a), int(b)): edge for edge, (a, b) in enumerate(roads.ends)}
    used: set[int] = set()
    for start, stop in sorted(zip(links.row.tolist(), links.col.tolist(), strict=True)):
        used.update(walk(before[start], int(seats[stop]), number))
    edges = np.asarray(sorted(used), np.intp)
    part = np.isin(np.arange(len(cost)), edges)
    ends, own = roads.ends[part], cost[part]
    tree = csgraph.minimum_spanning_tree(
        sparse.csr_array((own, (ends[:, 0], ends[:, 1])), shape=(villages, villages))
    ).tocoo()
    kept = {
        number[min(a, b), max(a, b)]
        for a, b in zip(tree.row.tolist(), tree.col.tolist(), strict=True)
    }
    return _without_dead_ends(roads.ends, kept, set(seats.tolist()))


def _without_dead_ends(ends: NDArray[np.intp], kept: set[int], seats: set[int]) -> NDArray[np.intp]:
    """Drop branches that lead to no exchange."""
    while True:
        edges = np.asarray(sorted(kept), np.intp)
        degree = np.bincount(ends[edges].ravel())
        loose = {
            edge
            for edge in edges.tolist()
            if any(degree[node] == 1 and node not in seats for node in ends[edge].tolist())
        }
        if not loose:
            return edges
        kept = kept - loose


def _nodes(
    communes: pd.DataFrame,
    villages: pd.DataFrame,
    rows: NDArray[np.intp],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Name the nodes: exchanges first, then closures, each in the order of the villages."""
    seat = villages["is_seat"].to_numpy()[rows]
    rows = rows[np.argsort(~seat, kind="stable")]
    found = villages.iloc[rows]
    commune = found["commune"].to_numpy()
    kind = np.where(found["is_seat"], "exchange", "closure")
    names = [
        f"Trạm {communes['full_name'].iloc[number]}" if what == "exchange" else f"Măng xông {name}"
        for number, what, name in zip(commune, kind, found["name"], strict=True)
    ]
    number = np.concatenate([np.arange(1, seat.sum() + 1), np.arange(1, (~seat).sum() + 1)])
    prefix = np.where(kind == "exchange", "X", "M")
    owner = rng.choice(["vinaphone", "viettel"], len(rows), p=[0.6, 0.4])
    return pd.DataFrame(
        {
            "node_id": [f"{p}{n:04d}" for p, n in zip(prefix, number, strict=True)],
            "name": names,
            "kind": kind,
            "owner": owner,
            "village": rows,
        }
    )


def _chains(
    ends: NDArray[np.intp], lit: NDArray[np.intp], is_node: NDArray[np.bool_]
) -> list[list[tuple[int, int]]]:
    """Follow lit edges from node to node; each step is (edge, village it starts from)."""
    at: dict[int, list[int]] = {}
    for edge in lit.tolist():
        for village in ends[edge].tolist():
            at.setdefault(village, []).append(edge)
    chains = []
    done: set[int] = set()
    for start in np.flatnonzero(is_node).tolist():
        for first in at.get(start, []):
            if first in done:
                continue
            chain, village, edge = [], start, first
            while True:
                chain.append((edge, village))
                done.add(edge)
                pair = ends[edge]
                village = int(pair[1] if pair[0] == village else pair[0])
                if is_node[village]:
                    break
                edge = next(other for other in at[village] if other != edge)
            chains.append(chain)
    return chains


def _cables(
    chains: list[list[tuple[int, int]]],
    nodes: pd.DataFrame,
    roads: Roads,
    communes: pd.DataFrame,
    villages: pd.DataFrame,
    rng: np.random.Generator,
) -> Fibre:
    """Draw one cable per chain along its roads."""
    node_at = dict(zip(nodes["village"], nodes["node_id"], strict=True))
    is_ward = communes["is_ward"].to_numpy()[villages["commune"].to_numpy()]
    rows, lines = [], []
    for number, chain in enumerate(chains, start=1):
        pieces = []
        for edge, village in chain:
            line = roads.lines[edge]
            pieces.append(line if roads.ends[edge][0] == village else line[::-1])
        lines.append(np.vstack([pieces[0], *(piece[1:] for piece in pieces[1:])]))
        last, before_last = chain[-1]
        pair = roads.ends[last]
        stop = int(pair[1] if pair[0] == before_last else pair[0])
        start = chain[0][1]
        level = min(CLASSES.index(str(roads.road_class[edge])) for edge, _ in chain)
        medium = "buried" if level == 0 else str(rng.choice(["aerial", "buried"], p=[0.85, 0.15]))
        rows.append(
            {
                "fibre_id": f"F{number:04d}",
                "from_node": node_at[start],
                "to_node": node_at[stop],
                "medium": "duct" if is_ward[start] and is_ward[stop] else medium,
                "owner": str(rng.choice(["vinaphone", "viettel"], p=[0.6, 0.4])),
                "capacity": FIBRES[level],
            }
        )
    return Fibre(nodes, pd.DataFrame(rows), lines)
