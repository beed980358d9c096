"""Which candidates compete in the draws, beside those of the plan?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csr_array

from infraplan.errors import ParameterError
from infraplan.results.bill import no_bill
from infraplan.siting.choose_model import link_vnd_of, model_of
from infraplan.siting.options import option_bill
from infraplan.siting.robust_moves import NOBODY, moved_rows, option_key
from infraplan.siting.robust_scene import Scene

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.results import Choice
    from infraplan.siting.reach import Reach
    from infraplan.study import Study

__all__ = ["Given", "scene_of"]

_HOP, _HOP_ITEM = "microwave", "microwave_hop"


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """What the plan was chosen from; see :func:`infraplan.siting.robustness`."""

    study: Study
    gaps: gpd.GeoDataFrame
    spots: gpd.GeoDataFrame
    reach: Reach
    link_prices: pd.DataFrame | None
    choice: Choice
    link_bill: pd.DataFrame | None


def scene_of(
    given: Given, *, most_places: int, distance_m: float, executor: Executor | None
) -> Scene:
    """Put together what the draws are applied to.

    Parameters
    ----------
    given
        What the plan was chosen from.
    most_places
        Candidates that compete beside the plan's own.
    distance_m
        How far chosen masts may have to move.
    executor
        Runs predictions side by side.

    Raises
    ------
    ParameterError
        If a chosen site is no option of the reach.
    """
    study, spots, reach = given.study, given.spots, given.reach
    prices = given.choice.prices
    link_vnd = link_vnd_of(spots, given.link_prices, reach.options)
    budget_vnd = given.choice.budget_vnd
    model = model_of(spots, reach, prices, link_vnd=link_vnd, budget_vnd=budget_vnd)
    chosen = _chosen(given)
    plan_places = np.unique(reach.options.place[chosen])
    core = _core(model.served, model.weight, model.cost_vnd, model.place, plan_places, most_places)
    options = np.union1d(model.rows[np.isin(model.place, core)], chosen)
    margins, row_of = moved_rows(
        study,
        given.gaps,
        spots,
        reach,
        options,
        plan_places,
        distance_m=distance_m,
        executor=executor,
    )
    useful = np.unique(margins.indices)
    empty = csr_array((1, len(useful)), dtype=np.int8)
    margins = csr_array(sparse.vstack([margins[:, useful], empty], format="csr"))
    place = reach.options.place[options]
    links = np.zeros(len(reach.options)) if link_vnd is None else np.nan_to_num(link_vnd)
    items = prices.table.index
    return Scene(
        margins=margins,
        row_of=np.where(row_of == NOBODY, margins.shape[0] - 1, row_of),
        place=np.searchsorted(np.unique(place), place),
        slack_db=reach.slack_db,
        quantity=_quantities(given, options),
        link_vnd=links[options],
        link_item=_link_items(given)[place],
        likely_vnd=prices.table["likely_vnd"].to_numpy(dtype=np.float64),
        plan=np.searchsorted(options, chosen),
        plan_quantity=_plan_quantity(given, items, links[chosen]),
        weight=reach.demand.weight[useful],
        people=reach.demand.gap_people()[useful],
        inside=reach.demand.has_floor()[useful],
        budget_vnd=budget_vnd,
        floor_share=0.0 if given.choice.equity is None else given.choice.equity.floor_share,
    )


def _chosen(given: Given) -> NDArray[np.int64]:
    """Find the options that were chosen, in the order of the choice."""
    reach, sites = given.reach, given.choice.new_sites
    known = {
        option_key(reach, option, reach.candidate_id[place]): option
        for option, place in enumerate(reach.options.place.tolist())
    }
    wanted = [
        (str(site), float(height), operator if isinstance(operator, str) else None)
        for site, height, operator in zip(
            sites["site_id"], sites["mast_height_m"], sites["operator"], strict=True
        )
    ]
    absent = [key[0] for key in wanted if key not in known]
    if absent:
        raise ParameterError(
            f"{len(absent)} chosen sites are no options of the reach, the first is {absent[0]!r}. "
            "Remedy: predict it again with siting.reach_options for the candidates of the choice."
        )
    return np.array([known[key] for key in wanted], dtype=np.int64)


def _core(
    served: csr_array,
    weight: NDArray[np.float64],
    cost_vnd: NDArray[np.float64],
    place: NDArray[np.int64],
    plan: NDArray[np.int64],
    most: int,
) -> NDArray[np.int64]:
    """Return places of the plan and those that serve most for their cost.

    Half of the others are taken by all that they serve, half by what the plan leaves.
    """
    left = weight.copy()
    left[np.unique(served[np.isin(place, plan)].indices)] = 0.0
    core = set(plan.tolist())
    for worth, until in ((weight, most // 2), (left, most)):
        value = (served @ worth) / np.maximum(cost_vnd, 1.0)
        for option in np.lexsort((place, -value)).tolist():
            if len(core) >= until + len(plan) or value[option] <= 0:
                break
            core.add(int(place[option]))
    return np.array(sorted(core), dtype=np.int64)


def _quantities(given: Given, options: NDArray[np.int64]) -> csr_array:
    """Return how much of each item each option buys."""
    owners = [str(number) for number in range(len(options))]
    bill = option_bill(given.spots, given.reach.options, options, owners)
    return _bought(given, bill, owners)


def _bought(given: Given, bill: pd.DataFrame, owners: list[str]) -> csr_array:
    """Turn a bill into a matrix, owners by items, of what is bought once."""
    prices = given.choice.prices
    once = bill[np.array(prices.is_capex(bill["item"]), dtype=np.bool_)]
    row_of = {owner: number for number, owner in enumerate(owners)}
    rows = once["owner_id"].map(row_of).to_numpy(dtype=np.int64)
    columns = prices.table.index.get_indexer(pd.Index(once["item"]))
    shape = (len(owners), len(prices.table))
    return csr_array((once["quantity"].to_numpy(dtype=np.float64), (rows, columns)), shape=shape)


def _plan_quantity(
    given: Given, items: pd.Index, link_vnd: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Add up what sites and links of the plan buy; links without a bill at their estimates."""
    total = np.zeros(len(items))
    for bill in (given.choice.bill, no_bill() if given.link_bill is None else given.link_bill):
        owners = sorted(set(bill["owner_id"].astype(str)))
        if owners:
            total += np.asarray(_bought(given, bill, owners).sum(axis=0))
    if given.link_bill is None:
        likely = given.choice.prices.table["likely_vnd"].to_numpy(dtype=np.float64)
        item = _link_items(given)[given.reach.options.place[_chosen(given)]]
        priced = item >= 0
        np.add.at(total, item[priced], link_vnd[priced] / likely[item[priced]])
    return total


def _link_items(given: Given) -> NDArray[np.int64]:
    """Return the price that the link of each candidate moves with: of its last stretch's medium."""
    if given.link_prices is None or "medium" not in given.link_prices:
        return np.full(len(given.spots), -1)
    medium = given.link_prices.set_index("candidate_id")["medium"]
    named = medium.reindex(given.spots["candidate_id"]).replace({_HOP: _HOP_ITEM})
    table = given.choice.prices.table
    found = table.index.get_indexer(pd.Index(named))
    dear = table["likely_vnd"].to_numpy(dtype=np.float64) > 0
    return np.where((found >= 0) & dear[found], found, -1).astype(np.int64)
