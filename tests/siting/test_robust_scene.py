"""Do a setting's service and its best choice equal what plain counting and trying all gives?"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from infraplan import siting
from infraplan.siting.robust_core import Given, scene_of
from infraplan.siting.robust_scene import served
from infraplan.siting.robust_settings import Errors, Setting, drawn, usual

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.results import Choice
    from infraplan.siting import Reach
    from infraplan.siting.robust_scene import Scene
    from infraplan.study import Study

SLACK_DB = 8.0
BUDGET_VND = 1.6e9
ERRORS = Errors(3.0, 4.0, 0.1)


@pytest.fixture(scope="module")
def reach(served_valley: Study, all_gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame) -> Reach:
    return siting.reach_options(
        served_valley, spots, all_gaps, threshold_dbm=-78.0, slack_db=SLACK_DB
    )


@pytest.fixture(scope="module")
def links(spots: gpd.GeoDataFrame) -> pd.DataFrame:
    media = ["fibre_aerial", "microwave", "existing", None, "fibre_duct", "existing", "microwave"]
    vnd = [5e7, 2e8, 0.0, np.nan, 9e7, 0.0, 1e8]
    names = spots["candidate_id"].to_numpy()
    return pd.DataFrame({"candidate_id": names, "medium": media, "link_vnd": vnd})


@pytest.fixture(scope="module")
def choice(
    served_valley: Study,
    all_gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    links: pd.DataFrame,
) -> Choice:
    return siting.choose(
        served_valley,
        all_gaps,
        spots,
        reach=reach,
        link_prices=links,
        budget_vnd=BUDGET_VND,
        gap_share=0.0,
    )


@pytest.fixture(scope="module")
def scene(
    served_valley: Study,
    all_gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    links: pd.DataFrame,
    choice: Choice,
) -> Scene:
    given = Given(served_valley, all_gaps, spots, reach, links, choice, None)
    return scene_of(given, most_places=100, distance_m=30.0, executor=None)


def _setting(scene: Scene, choice: Choice, **changes: object) -> Setting:
    places = int(scene.place.max()) + 1
    return replace(usual(choice.prices, places), **changes)


@pytest.mark.parametrize("shift_db", [-9.0, -2.5, 0.0, 0.4, 3.0, 8.0])
def test_a_common_shift_serves_what_the_reach_says(
    scene: Scene, reach: Reach, choice: Choice, shift_db: float
) -> None:
    rows = np.isfinite([1e8, 1e8, 0, np.nan, 1e8, 0, 1e8])[reach.options.place]
    wanted = reach.served(shift_db)[np.flatnonzero(rows)] @ reach.demand.weight
    found = served(scene, _setting(scene, choice, common_db=shift_db)) @ scene.weight
    worth = np.sort(wanted[wanted > 0])
    assert np.allclose(np.sort(found[found > 0]), worth)


def test_levels_above_the_slack_count_as_the_slack(scene: Scene, choice: Choice) -> None:
    most = served(scene, _setting(scene, choice, common_db=SLACK_DB))
    more = served(scene, _setting(scene, choice, common_db=SLACK_DB + 20))
    assert (most != more).nnz == 0


def test_a_better_signal_never_serves_fewer(scene: Scene, choice: Choice) -> None:
    counts = [
        served(scene, _setting(scene, choice, common_db=float(db))).nnz for db in range(-10, 11)
    ]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_a_moved_mast_serves_what_it_would_serve_there(
    served_valley: Study,
    all_gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    scene: Scene,
    choice: Choice,
) -> None:
    new = choice.new_sites[choice.new_sites["kind"] == "new_mast"]
    assert len(new)
    site = new.iloc[0]
    rank = choice.new_sites["site_id"].tolist().index(site["site_id"])
    there = spots[spots["candidate_id"] == site["site_id"]].copy()
    there["geometry"] = there.geometry.translate(0.0, served_valley.grid.cell_size_m)
    own = siting.reach_options(
        served_valley, there, all_gaps, threshold_dbm=-78.0, slack_db=SLACK_DB
    )
    same = (own.options.mast_height_m == site["mast_height_m"]) & (
        own.options.operator == site["operator"]
    )
    first = own.demand.asks_first_signal()
    wanted = (own.served()[np.flatnonzero(same)] @ (own.demand.people * first)).sum()
    north = np.full(int(scene.place.max()) + 1, 1)
    moved = served(scene, _setting(scene, choice, direction=north), scene.plan[[rank]])
    assert wanted > 0
    assert (moved @ scene.people).sum() == pytest.approx(wanted)


def _best_weight(scene: Scene, setting: Setting) -> float:
    """Try every way to build every place once at most."""
    table, cost_vnd = served(scene, setting).toarray(), scene.cost_vnd(setting)
    ways = [[-1, *np.flatnonzero(scene.place == place)] for place in np.unique(scene.place)]
    best = 0.0
    for way in itertools.product(*ways):
        rows = [row for row in way if row >= 0]
        if cost_vnd[rows].sum() <= scene.budget_vnd:
            best = max(best, float(scene.weight[table[rows].any(axis=0)].sum()))
    return best


def test_the_best_of_each_draw_is_the_best_of_all_combinations(
    served_valley: Study,
    all_gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    links: pd.DataFrame,
    choice: Choice,
    scene: Scene,
) -> None:
    found = siting.robustness(
        served_valley, all_gaps, spots, reach, links, choice, draws=6, seed=2, gap_share=0.0
    )
    for number, row in enumerate(found.draws.to_dict("records")):
        setting = drawn(choice.prices, found.places, ERRORS, seed=2, number=number)
        best = _best_weight(scene, setting)
        assert row["best_weight"] <= best + 1e-6
        assert row["best_weight"] >= best * (1 - row["best_gap_share"]) - 1e-6


def test_links_cost_more_where_their_medium_does(scene: Scene, choice: Choice) -> None:
    base = _setting(scene, choice)
    dear = base.price_vnd.copy()
    dear[choice.prices.table.index.get_loc("microwave_hop")] *= 2
    more = scene.cost_vnd(replace(base, price_vnd=dear)) - scene.cost_vnd(base)
    assert set(np.round(more).tolist()) == {0.0, 1e8, 2e8}


def test_a_floor_that_no_draw_can_keep_is_told(
    served_valley: Study,
    all_gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    links: pd.DataFrame,
) -> None:
    with_floor = siting.choose(
        served_valley,
        all_gaps,
        spots,
        reach=reach,
        link_prices=links,
        budget_vnd=BUDGET_VND,
        floor_share=1.0,
    )
    assert with_floor.equity is not None
    kept = siting.robustness(
        served_valley, all_gaps, spots, reach, links, with_floor, draws=4, seed=1
    )
    assert kept.draws["floor_met"].any()
    poor = replace(with_floor, budget_vnd=1e6)
    found = siting.robustness(served_valley, all_gaps, spots, reach, links, poor, draws=2)
    assert not found.draws["floor_met"].any()
    assert (found.draws["best_weight"] == 0).all()
