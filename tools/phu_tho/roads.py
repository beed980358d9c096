"""How do the simulated roads join all villages into one network?

Relative-neighbour graph over the villages (it holds the minimum spanning tree), without its
steepest links unless the tree needs them; the ways between commune seats get the higher classes.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import Delaunay, cKDTree

from phu_tho import figures
from phu_tho.geometry import to_degrees
from phu_tho.terrain import Array, Terrain

CLASSES = ("trunk", "primary", "secondary", "tertiary", "unclassified")
CLIMB_COST = 9.0  # a climb of 1 m counts as this many metres of way
STEEPEST_GRADE = 0.12
OUTSIDE_M = 400.0  # a road may leave the province by so much
BEND = 0.05  # a road sways by this share of its length
LONGEST_PIECE_M = 280.0


@dataclass(frozen=True, slots=True)
class Roads:
    """The network: edges between villages, their class, and their line in rounded degrees."""

    ends: NDArray[np.intp]
    cost: Array
    road_class: NDArray[np.str_]
    lines: list[Array]

    def graph(self, nodes: int) -> sparse.csr_array:
        """Give the network as a symmetric sparse array of costs."""
        return _graph(self.ends, self.cost, nodes)


def build(
    villages: pd.DataFrame,
    terrain: Terrain,
    province_m: shapely.Polygon,
    is_ward: NDArray[np.bool_],
) -> Roads:
    """Join the villages by roads.

    Parameters
    ----------
    villages
        With x, y (m), commune and is_seat.
    terrain
        The ground.
    province_m
        Outline in metres; roads stay inside.
    is_ward
        For each commune, whether it is a town's ward; trunk roads join these.
    """
    xy = villages[["x", "y"]].to_numpy()
    ends = _relative_neighbours(xy)
    inside = province_m.buffer(OUTSIDE_M)
    shapely.prepare(inside)
    ends = ends[shapely.covers(inside, shapely.linestrings(xy[ends]))]
    length = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
    climb = _climb(xy[ends], terrain)
    cost = length + CLIMB_COST * climb
    tree = _tree(ends, cost, len(xy))
    keep = tree | (climb / length < STEEPEST_GRADE)
    ends, cost, tree = ends[keep], cost[keep], tree[keep]
    seats = np.flatnonzero(villages["is_seat"].to_numpy())
    rank = np.where(tree, 3, 4)
    _raise_ways(rank, ends, cost, xy, seats, is_ward[villages["commune"].to_numpy()[seats]])
    lines = _lines(xy, ends, np.random.default_rng(figures.SEED_ROADS))
    return Roads(ends, cost, np.asarray(CLASSES)[rank], lines)


def _relative_neighbours(xy: Array) -> NDArray[np.intp]:
    """List pairs that no third point is nearer to than they are to each other, sorted."""
    corners = Delaunay(xy).simplices
    pairs = np.sort(np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1)
    pairs = np.unique(pairs, axis=0).astype(np.intp)
    tree = cKDTree(xy)
    kept = []
    for first, second in pairs.tolist():
        reach = float(np.hypot(*(xy[first] - xy[second])))
        near = np.asarray(tree.query_ball_point((xy[first] + xy[second]) / 2, reach * 0.87))
        near = near[(near != first) & (near != second)]
        worst = np.maximum(
            np.hypot(*(xy[near] - xy[first]).T), np.hypot(*(xy[near] - xy[second]).T)
        )
        kept.append(not bool((worst < reach).any()))
    return np.asarray(pairs[np.asarray(kept)], np.intp)


def _climb(segments: Array, terrain: Terrain) -> Array:
    """Add up the ups and downs in m along straight segments, shape (n, 2, 2)."""
    steps = np.linspace(0.0, 1.0, 9)[None, :, None]
    points = segments[:, None, 0] * (1 - steps) + segments[:, None, 1] * steps
    rows, columns = terrain.index(points.reshape(-1, 2))
    height = terrain.height_m[rows, columns].astype(np.float64).reshape(len(segments), -1)
    return np.asarray(np.abs(np.diff(height, axis=1)).sum(axis=1))


def _graph(ends: NDArray[np.intp], cost: Array, nodes: int) -> sparse.csr_array:
    both = np.vstack([ends, ends[:, ::-1]])
    return sparse.csr_array((np.tile(cost, 2), (both[:, 0], both[:, 1])), shape=(nodes, nodes))


def _tree(ends: NDArray[np.intp], cost: Array, nodes: int) -> NDArray[np.bool_]:
    """Tell which edges belong to the cheapest tree."""
    found = csgraph.minimum_spanning_tree(_graph(ends, cost, nodes)).tocoo()
    if found.nnz != nodes - 1:
        msg = "the roads inside the province do not join all villages"
        raise figures.BuildError(msg)
    chosen = np.sort(np.column_stack([found.row, found.col]), axis=1)
    return np.isin(ends[:, 0] * nodes + ends[:, 1], chosen[:, 0] * nodes + chosen[:, 1])


def _raise_ways(
    rank: NDArray[np.int_],
    ends: NDArray[np.intp],
    cost: Array,
    xy: Array,
    seats: NDArray[np.intp],
    of_ward: NDArray[np.bool_],
) -> None:
    """Give the ways between commune seats a higher class, in place."""
    number = {(int(a), int(b)): edge for edge, (a, b) in enumerate(ends)}
    distance, before = csgraph.dijkstra(
        _graph(ends, cost, len(xy)), indices=seats, return_predecessors=True
    )
    among = distance[:, seats]
    towns = np.flatnonzero(of_ward)
    ways = {
        2: _relative_neighbours(xy[seats]),
        1: _tree_of(among),
        0: towns[_tree_of(among[np.ix_(towns, towns)])],
    }
    for level in sorted(ways, reverse=True):
        for start, stop in ways[level].tolist():
            for edge in walk(before[start], int(seats[stop]), number):
                rank[edge] = min(rank[edge], level)


def _tree_of(distance: Array) -> NDArray[np.intp]:
    """List the pairs of the shortest tree over a full distance table."""
    found = csgraph.minimum_spanning_tree(np.triu(distance)).tocoo()
    return np.column_stack([found.row, found.col]).astype(np.intp)


def walk(before: NDArray[np.int32], stop: int, number: dict[tuple[int, int], int]) -> list[int]:
    """Follow a table of predecessors back from a node, listing edge numbers."""
    edges = []
    node = stop
    while before[node] >= 0:
        previous = int(before[node])
        edges.append(number[min(node, previous), max(node, previous)])
        node = previous
    return edges


def _lines(xy: Array, ends: NDArray[np.intp], rng: np.random.Generator) -> list[Array]:
    """Draw a gently bent line for each edge; lines meet exactly in the villages."""
    lines = []
    for first, second in ends.tolist():
        start, stop = xy[first], xy[second]
        along = stop - start
        length = float(np.hypot(*along))
        pieces = int(np.clip(round(length / LONGEST_PIECE_M), 2, 14))
        share = np.linspace(0.0, 1.0, pieces + 1)
        sway = sum(
            rng.normal(0.0, BEND / wave) * np.sin(np.pi * wave * share) for wave in (1, 2, 3)
        )
        aside = np.array([-along[1], along[0]])
        line = start + share[:, None] * along + np.clip(sway, -0.12, 0.12)[:, None] * aside
        line[0], line[-1] = start, stop
        lines.append(to_degrees(line))
    return lines
