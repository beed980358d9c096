"""How do villages, communes and cables of fibre to the home look as tables?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from infraplan.backhaul.isolated import cut_off
from infraplan.backhaul.link_table import edge_kinds, link_table
from infraplan.backhaul.optical import budget_db, optical_rule, way_loss_db
from infraplan.backhaul.tree import Chain, count_fed, trace

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.backhaul.homes_model import Model, Solved
    from infraplan.study import Study

__all__ = ["Laid", "commune_table", "laid_out", "village_table"]


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """A tree as cables, after the check of how far light carries.

    Attributes
    ----------
    table, bill
        Table ``links`` and what its rows are made of.
    passed, too_far
        Villages that light reaches, and those that only cable would reach, shape (villages,).
    distance_m
        Fibre from the exchange to the farthest home, NaN where the tree does not come.
    entry_id, exchange_id
        Where the cable joins, and where its light comes from.
    homes
        Households passed anew.
    cost_vnd
        Cables, and what villages cost beside them.
    """

    table: gpd.GeoDataFrame
    bill: pd.DataFrame
    passed: NDArray[np.bool_]
    too_far: NDArray[np.bool_]
    distance_m: NDArray[np.float64]
    entry_id: NDArray[np.object_]
    exchange_id: NDArray[np.object_]
    homes: float
    cost_vnd: float


def laid_out(study: Study, model: Model, solved: Solved) -> Laid:
    """Cut a tree into cables, check the light, and drop cables that serve nobody.

    Parameters
    ----------
    study
        Nodes, cables and prices.
    model
        Villages.
    solved
        The tree.
    """
    network, at = model.network, model.network.point_at
    entered = solved.entries.tolist()
    entry_at = {int(network.entry_node[entry]): entry for entry in entered}
    names = study.villages["village_id"].tolist()
    stops = dict(
        reversed([(int(at[i]), names[i]) for i in np.flatnonzero(solved.connected).tolist()])
    )
    chains = trace(
        network.graph,
        solved.edges,
        entries={node: str(network.entry_id[entry]) for node, entry in entry_at.items()},
        sites=stops,
        kind=edge_kinds(network),
    )
    start_m, start = _reached(network.graph.length_m, chains, entry_at, model.entry_m)
    distance_m = np.full(len(at), np.nan)
    entry = np.full(len(at), -1, dtype=np.int64)
    for i in np.flatnonzero(solved.connected).tolist():
        entry[i] = start[int(at[i])]
        distance_m[i] = start_m[int(at[i])] + optical_rule("village_radius_m")
    loss_db = way_loss_db(np.where(np.isnan(distance_m), np.inf, distance_m), model.split_ratios)
    passed = solved.connected & (loss_db <= budget_db())
    kept = _serving(chains, set(at[passed].tolist()))
    table, bill = _cables(study, model, [chains[i] for i in kept], kept, passed)
    return Laid(
        table=table,
        bill=bill,
        passed=passed,
        too_far=solved.connected & ~passed,
        distance_m=distance_m,
        entry_id=_picked(network.entry_id, entry),
        exchange_id=_picked(model.exchange_id, entry),
        homes=float(model.households[passed].sum()),
        cost_vnd=float(table["capex_vnd"].sum() + model.own_vnd[passed].sum()),
    )


def _picked(names: NDArray[np.object_], at: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return the names at some positions, None at negative ones."""
    result = np.full(len(at), None, dtype=object)
    result[at >= 0] = names[at[at >= 0]]
    return result


def _reached(
    length_m: NDArray[np.float64],
    chains: list[Chain],
    entry_at: dict[int, int],
    entry_m: NDArray[np.float64],
) -> tuple[dict[int, float], dict[int, int]]:
    """Return the fibre from the exchange to each end of a cable, m, and its entry, by node."""
    metres = {node: float(entry_m[entry]) for node, entry in entry_at.items()}
    entries = dict(entry_at)
    for chain in chains:
        metres[chain.to_node] = metres[chain.from_node] + float(length_m[list(chain.edges)].sum())
        entries[chain.to_node] = entries[chain.from_node]
    return metres, entries


def _serving(chains: list[Chain], served: set[int]) -> list[int]:
    """Return the cables on the way to any of the nodes that are served."""
    needed = [chain.to_node in served for chain in chains]
    for number in range(len(chains) - 1, -1, -1):
        parent = chains[number].parent
        if needed[number] and parent is not None:
            needed[parent] = True
    return [number for number, keep in enumerate(needed) if keep]


def _cables(
    study: Study,
    model: Model,
    chains: list[Chain],
    numbers: list[int],
    passed: NDArray[np.bool_],
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the cables that are kept as a table, and their bill."""
    place = {number: row for row, number in enumerate(numbers)}
    ids = [f"H{row:05d}" for row in range(1, len(chains) + 1)]
    above = [None if c.parent is None else place[c.parent] for c in chains]
    villages_at = Counter(model.network.point_at[passed].tolist())
    rows = [
        Chain(c.from_id, c.to_id, c.from_node, c.to_node, parent, c.edges, c.line)
        for c, parent in zip(chains, above, strict=True)
    ]
    return link_table(
        rows,
        count_fed(rows, villages_at),
        model.network,
        study,
        names=ids,
        parents=[None if parent is None else ids[parent] for parent in above],
    )


def village_table(study: Study, model: Model, laid: Laid) -> gpd.GeoDataFrame:
    """Return the villages as :class:`infraplan.results.Homes` describes them."""
    villages, network = study.villages, model.network
    loss_db = way_loss_db(laid.distance_m, model.split_ratios)
    every = np.ones(len(network.graph.lines), dtype=np.bool_)
    lost = cut_off(network, every)[network.point_at]
    status = np.select(
        [model.households <= 0, model.before, laid.passed, lost, laid.too_far | model.dark],
        ["unknown", "before", "passed", "cut_off", "too_far"],
        default="left_out",
    ).astype(object)
    anew = np.where(laid.passed, 1.0, 0.0)
    stages = model.counts[1:]
    return gpd.GeoDataFrame(
        {
            "village_id": villages["village_id"].to_numpy(dtype=object),
            "name": villages["name"].to_numpy(dtype=object),
            "commune_code": villages["commune_code"].to_numpy(dtype=object),
            "households": model.households,
            "status": status,
            "entry_id": laid.entry_id,
            "exchange_id": laid.exchange_id,
            "distance_m": laid.distance_m,
            "loss_db": loss_db,
            "margin_db": budget_db() - loss_db,
            "first_splitters": anew * (stages[0] if stages else 0.0),
            "second_splitters": anew * sum(stages[1:], np.zeros(len(villages))),
            "ports": anew * model.counts[0],
            "capex_vnd": anew * model.own_vnd,
        },
        geometry=villages.geometry.to_numpy(),
        crs=study.crs,
    )


def commune_table(villages: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of households on fibre in each commune."""
    homes = villages["households"]
    rows = pd.DataFrame(
        {
            "commune_code": villages["commune_code"],
            "households": homes,
            "before": homes.where(villages["status"] == "before", 0.0),
            "passed": homes.where(villages["status"] == "passed", 0.0),
        }
    )
    table = rows.groupby("commune_code", dropna=True).sum().reset_index()
    everyone = table["households"].where(table["households"] > 0)
    return table.assign(
        share_before=table["before"] / everyone,
        share_after=(table["before"] + table["passed"]) / everyone,
    )
