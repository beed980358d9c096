"""What is each village worth, what does it cost beside the cable, and which tree is cheapest?"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from infraplan.backhaul.exchanges import exchange_distances
from infraplan.backhaul.network import Network, build
from infraplan.backhaul.optical import budget_db, optical_rule, splitters, way_loss_db
from infraplan.backhaul.ways import cheapest_ways
from infraplan.optim import steiner
from infraplan.results.bill import BILL_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from infraplan.study import Study

__all__ = ["Model", "Solved", "model_of"]

PASSED: Final = "home_passed"
SPLITTER: Final = "splitter"
PORT: Final = "olt_port"
_LEAST_S = 1e-3


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """A cheapest tree for one worth of a home.

    Attributes
    ----------
    worth_vnd_home
        That worth.
    edges
        Edges of the network's graph.
    entries
        Entries it uses.
    connected
        Which villages it reaches, shape (villages,).
    lower_bound_vnd
        Cost and worth of homes left out go below this in no network.
    timed_out
        Whether the clock stopped the solver.
    """

    worth_vnd_home: float
    edges: NDArray[np.int64]
    entries: NDArray[np.int64]
    connected: NDArray[np.bool_]
    lower_bound_vnd: float
    timed_out: bool

    def most_homes(self, model: Model, budget_vnd: float) -> float:
        """Return a number of homes that no network within a budget passes more than.

        A network of cost C that passes n of N homes has C + w (N - n) >= bound, so with C at most
        the budget n <= N + (budget - bound) / w.
        """
        if self.worth_vnd_home <= 0:
            return model.open_homes
        return model.open_homes + (budget_vnd - self.lower_bound_vnd) / self.worth_vnd_home


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Villages in the network of ways to them.

    Attributes
    ----------
    network
        Its points are the villages.
    households
        Homes of each village, 0 where unknown, shape (villages,).
    before
        Villages that are passed already.
    own_vnd
        What each village costs beside the cable to it.
    counts
        Ports, and splitters of each stage, of each village.
    split_ratios
        Outputs of each stage.
    entry_m, exchange_id
        Fibre from each entry to the nearest exchange, and which.
    dark
        Villages to which even the shortest fibre loses too much light.
    """

    network: Network
    households: NDArray[np.float64]
    before: NDArray[np.bool_]
    own_vnd: NDArray[np.float64]
    counts: tuple[NDArray[np.float64], ...]
    split_ratios: tuple[int, ...]
    entry_m: NDArray[np.float64]
    exchange_id: NDArray[np.object_]
    dark: NDArray[np.bool_]

    @property
    def open(self) -> NDArray[np.bool_]:
        """Villages that have homes, no fibre yet, and light by some way."""
        return ~self.before & ~self.dark & (self.households > 0)

    @property
    def open_homes(self) -> float:
        """Homes of these villages."""
        return float(self.households[self.open].sum())

    def solve(
        self, worth_vnd_home: float, *, seed: int, deadline: float, gap_share: float
    ) -> Solved:
        """Find the cheapest tree where passing a home is worth so much.

        Parameters
        ----------
        worth_vnd_home
            VND per home.
        seed
            Seed of the solver.
        deadline
            On the clock of :func:`time.perf_counter`, s.
        gap_share
            Certified gap at which the solver may stop.
        """
        network = self.network
        worth_vnd = worth_vnd_home * self.households
        wanted = np.flatnonzero(self.open & (worth_vnd > self.own_vnd))
        tree = steiner.solve(
            network.root + 1,
            network.ends(),
            network.weights(),
            network.point_at[wanted],
            prizes=(worth_vnd - self.own_vnd)[wanted],
            root=network.root,
            seed=seed,
            gap_share=gap_share,
            time_limit_s=max(deadline - time.perf_counter(), _LEAST_S),
        )
        edges = len(network.graph.lines)
        connected = np.zeros(len(self.households), dtype=np.bool_)
        connected[wanted] = ~np.isin(network.point_at[wanted], tree.left_out)
        rest = self.open.copy()
        rest[wanted] = False
        fixed_vnd = self.own_vnd[wanted].sum() + worth_vnd[rest].sum()
        return Solved(
            worth_vnd_home=worth_vnd_home,
            edges=tree.edges[tree.edges < edges],
            entries=tree.edges[tree.edges >= edges] - edges,
            connected=connected,
            lower_bound_vnd=float(tree.lower_bound + fixed_vnd),
            timed_out=tree.status == "time_limit",
        )

    def bill(self, villages: pd.DataFrame) -> pd.DataFrame:
        """Return what the villages that are passed anew are made of beside cables."""
        rows = []
        for at in np.flatnonzero((villages["status"] == "passed").to_numpy()).tolist():
            name = villages["village_id"].iloc[at]
            rows.append((name, PORT, float(self.counts[0][at])))
            rows.append((name, SPLITTER, float(sum(stage[at] for stage in self.counts[1:]))))
            rows.append((name, PASSED, float(self.households[at])))
        return pd.DataFrame(rows, columns=list(BILL_COLUMNS)).astype({"quantity": float})


def model_of(study: Study, split_ratios: Sequence[int]) -> Model:
    """Place the villages of a study in the network of ways to them.

    Parameters
    ----------
    study
        Villages, roads, cables, nodes and prices.
    split_ratios
        Outputs of the splitters between exchange and home.
    """
    villages = study.villages
    x_m, y_m = villages.geometry.x.to_numpy(), villages.geometry.y.to_numpy()
    homes = np.zeros(len(villages))
    if "households" in villages.columns:
        homes = villages["households"].to_numpy(dtype=np.float64, na_value=0.0)
    homes = np.nan_to_num(homes)
    counts = splitters(homes, split_ratios)
    own_vnd = homes * study.prices.vnd(PASSED) + counts[0] * study.prices.vnd(PORT)
    own_vnd = own_vnd + sum(counts[1:], np.zeros(len(homes))) * study.prices.vnd(SPLITTER)
    before = np.zeros(len(villages), dtype=np.bool_)
    nodes = study.fibre_nodes.geometry
    if len(nodes) and len(villages):
        near_m, _ = cKDTree(np.column_stack([nodes.x, nodes.y])).query(np.column_stack([x_m, y_m]))
        before = (near_m <= optical_rule("served_near_m")) & (homes > 0)
    network = build(study, x_m, y_m)
    entry_m, exchange_id = exchange_distances(study, network)
    return Model(
        network=network,
        households=homes,
        before=before,
        own_vnd=own_vnd,
        counts=counts,
        split_ratios=tuple(split_ratios),
        entry_m=entry_m,
        exchange_id=exchange_id,
        dark=_dark(network, entry_m, split_ratios),
    )


def _dark(
    network: Network, entry_m: NDArray[np.float64], split_ratios: Sequence[int]
) -> NDArray[np.bool_]:
    """Tell which villages are too far from every exchange even by the shortest fibre."""
    lit = np.isfinite(entry_m)
    edges = len(network.graph.lines)
    kept = np.concatenate([np.ones(edges, dtype=np.bool_), lit])
    metres = np.concatenate([network.graph.length_m, entry_m])[kept]
    ways = cheapest_ways(network.root + 1, network.ends()[kept], metres, network.root)
    least_m = ways.cost_vnd[network.point_at] + optical_rule("village_radius_m")
    return np.asarray(way_loss_db(least_m, split_ratios) > budget_db())
