"""On which problems of covering and of connecting are the programs compared?

Made ones are seeded; published ones lie beside the checkout (`../shared/instances`), where absent
they are named as absent.
"""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse
from scipy.spatial import KDTree

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "COVERS",
    "INSTANCES",
    "Cover",
    "Found",
    "Graph",
    "Planar",
    "covered",
    "grid_graph",
    "load_cover",
    "published_optima",
    "read_graph",
    "read_set_cover",
    "save_cover",
    "smaller",
]

INSTANCES: Final = Path(__file__).parents[2] / "shared" / "instances"

_BLOCK: Final = 2000
_HEAVIEST: Final = 200
_DEAREST_EDGE: Final = 100


@dataclass(frozen=True, slots=True)
class Planar:
    """Demand and candidates at random on a square; a candidate reaches what lies in its circle.

    Attributes
    ----------
    name
        In words.
    demand, candidates, sites
        Numbers of each; so many sites may be chosen.
    side_km, reach_km
        Side of the square, radius of the circles, km.
    asked_share
        Gap that is asked for, 0 to 1.
    seed
        Draws places and weights (whole numbers of people, 1 to 199).
    peers
        Programs that try it as well.
    """

    name: str
    demand: int
    candidates: int
    sites: int
    side_km: float
    reach_km: float
    asked_share: float
    seed: int
    peers: tuple[str, ...]

    @property
    def described(self) -> str:
        """Say what it is."""
        return (
            f"{self.name}: {self.demand:,} x {self.candidates:,}, {self.sites} sites, "
            f"{self.reach_km:.3g} km in {self.side_km:.3g} km"
        )


_ALL: Final = ("spopt", "HiGHS", "HiGHS, merged")
COVERS: Final = (
    Planar("sample", 2000, 200, 20, 50.0, 3.0, 0.0, 1, _ALL),
    Planar("small", 10_000, 1000, 50, 100.0, 3.0, 0.0, 1, _ALL),
    Planar("province", 50_000, 5000, 50, 100.0, 3.0, 0.0, 1, _ALL),
    Planar("wide reach", 20_000, 1000, 8, 100.0, 22.0, 0.002, 5, ("HiGHS, merged",)),
    Planar("near saturation", 10_000, 1000, 75, 100.0, 8.0, 0.002, 7, ("HiGHS, merged",)),
    Planar("country", 500_000, 50_000, 300, 300.0, 4.787, 0.001, 3, ()),
)
"""The country has 20 million pairs of a candidate and what it reaches."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Reach, candidates by demand, and weight of each demand."""

    reach: sparse.csr_array
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Found:
    """One program's choice of sites.

    Attributes
    ----------
    weight
        What it covers, counted anew from the reach; NaN without a choice.
    bound
        What no choice covers more than, as the program says.
    cpu_s, wall_s
        CPU time of all threads, and clock, s; reading and compiling left out.
    """

    weight: float
    bound: float
    cpu_s: float
    wall_s: float


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes counted from 0, edges with weights, and the nodes to connect."""

    nodes: int
    edges: NDArray[np.int64]
    weight: NDArray[np.float64]
    terminals: NDArray[np.int64]


def smaller(case: Planar, scale: float) -> Planar:
    """Return a case with a share of the demand, candidates and sites on a smaller square."""
    return replace(
        case,
        demand=max(round(case.demand * scale), 100),
        candidates=max(round(case.candidates * scale), 20),
        sites=max(round(case.sites * scale), 2),
        side_km=case.side_km * math.sqrt(scale),
    )


def save_cover(case: Planar, path: Path, _say: object = None) -> int:
    """Draw a case, write it to a file, and return the number of its pairs."""
    random = np.random.default_rng(case.seed)
    demand = random.random((case.demand, 2)) * case.side_km
    places = random.random((case.candidates, 2)) * case.side_km
    weight = random.integers(1, _HEAVIEST, case.demand).astype(np.float64)
    tree = KDTree(demand)
    parts = []
    for first in range(0, case.candidates, _BLOCK):
        found = tree.query_ball_point(places[first : first + _BLOCK], case.reach_km)
        parts += [np.sort(np.array(list(row), dtype=np.int32)) for row in found]
    start = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int32)
    np.savez(path, start=start, demand=np.concatenate(parts), weight=weight)
    return int(start[-1])


def load_cover(path: Path) -> Cover:
    """Read what :func:`save_cover` wrote."""
    with np.load(path) as stored:
        start, demand, weight = stored["start"], stored["demand"], stored["weight"]
    shape = (len(start) - 1, len(weight))
    reach = sparse.csr_array((np.ones(len(demand), dtype=np.int8), demand, start), shape=shape)
    return Cover(reach, weight)


def covered(cover: Cover, chosen: NDArray[np.int64], most: int) -> float:
    """Count anew what a choice covers.

    Raises
    ------
    RuntimeError
        If it has more sites than allowed.
    """
    if len(np.unique(chosen)) > most:
        raise RuntimeError(f"{len(np.unique(chosen))} sites were chosen, {most} are allowed")
    return float(cover.weight[np.unique(cover.reach[chosen].indices)].sum())


def published_optima(folder: str, column: str) -> dict[str, float]:
    """Return the optimum of each published instance of a folder; nothing where it is absent."""
    table = INSTANCES / folder / "optima.csv"
    if not table.is_file():
        return {}
    with table.open(encoding="utf-8", newline="") as text:
        return {row["file"]: float(row[column]) for row in csv.DictReader(text)}


def read_graph(path: Path) -> Graph:
    """Read a graph in the format of the PACE challenge of 2018."""
    nodes, edges, weight, terminals = 0, [], [], []
    for line in path.read_text(encoding="ascii").splitlines():
        match line.split():
            case ["Nodes", count]:
                nodes = int(count)
            case ["E", one, other, length]:
                edges.append((int(one) - 1, int(other) - 1))
                weight.append(float(length))
            case ["T", node]:
                terminals.append(int(node) - 1)
    return Graph(nodes, np.array(edges), np.array(weight), np.array(terminals))


def grid_graph(side: int, terminals: int, seed: int) -> Graph:
    """Make a square grid with whole weights, 1 to 99, and terminals at random."""
    random = np.random.default_rng(seed)
    node = np.arange(side * side).reshape(side, side)
    across = np.stack([node[:, :-1].ravel(), node[:, 1:].ravel()], axis=1)
    down = np.stack([node[:-1].ravel(), node[1:].ravel()], axis=1)
    edges = np.concatenate([across, down])
    weight = random.integers(1, _DEAREST_EDGE, len(edges)).astype(np.float64)
    chosen = np.sort(random.choice(side * side, terminals, replace=False))
    return Graph(side * side, edges, weight, chosen)


def read_set_cover(path: Path) -> tuple[sparse.csr_array, NDArray[np.float64]]:
    """Read candidates by demand, and costs, in the format of the OR-Library."""
    numbers = np.array(path.read_text(encoding="ascii").split(), dtype=np.int64)
    demand, candidates = int(numbers[0]), int(numbers[1])
    cost, rest = np.split(numbers[2:], [candidates])
    rows, columns, at = [], [], 0
    for column in range(demand):
        count = int(rest[at])
        rows.append(rest[at + 1 : at + 1 + count] - 1)
        columns.append(np.full(count, column))
        at += 1 + count
    row, column = np.concatenate(rows), np.concatenate(columns)
    shape = (candidates, demand)
    return sparse.csr_array((np.ones(len(row)), (row, column)), shape=shape), cost.astype(float)
