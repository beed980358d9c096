"""Is a plan tried against draws honestly: same money, same draws, nothing invented?"""

from __future__ import annotations

import math
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infraplan import siting
from infraplan.errors import ParameterError
from infraplan.results import Prices, Robustness
from infraplan.results.bill import capex_vnd
from infraplan.siting.robust_settings import Errors, drawn

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.results import Choice
    from infraplan.siting import Reach
    from infraplan.study import Study

BUDGET_VND = 2e9
SLACK_DB = 8.0


@pytest.fixture(scope="module")
def spots(valley: Study, gaps: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    return siting.candidates(valley, gaps)


@pytest.fixture(scope="module")
def reach(valley: Study, gaps: gpd.GeoDataFrame, spots: gpd.GeoDataFrame) -> Reach:
    return siting.reach_options(valley, spots, gaps, slack_db=SLACK_DB)


@pytest.fixture(scope="module")
def links(spots: gpd.GeoDataFrame) -> pd.DataFrame:
    ids = spots["candidate_id"].to_numpy()
    media = np.where(np.arange(len(ids)) % 2 == 0, "fibre_aerial", "microwave")
    return pd.DataFrame({"candidate_id": ids, "medium": media, "link_vnd": 1e8})


@pytest.fixture(scope="module")
def choice(
    valley: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    links: pd.DataFrame,
) -> Choice:
    return siting.choose(valley, gaps, spots, reach=reach, link_prices=links, budget_vnd=BUDGET_VND)


@pytest.fixture(scope="module")
def tried(
    valley: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    links: pd.DataFrame,
    choice: Choice,
) -> Robustness:
    return siting.robustness(valley, gaps, spots, reach, links, choice, draws=12, seed=3)


def test_with_nothing_changed_the_plan_is_the_choice(tried: Robustness, choice: Choice) -> None:
    assert choice.covered_people > 0
    assert tried.base_people == pytest.approx(choice.covered_people)
    owners = choice.new_sites["site_id"].tolist()
    sites_vnd = capex_vnd(choice.bill, owners, choice.prices).sum()
    estimate_vnd = choice.new_sites["link_estimate_vnd"].sum()
    assert tried.base_vnd == pytest.approx(sites_vnd + estimate_vnd)


def test_the_links_own_bill_replaces_their_estimates(
    valley: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    links: pd.DataFrame,
    choice: Choice,
    tried: Robustness,
) -> None:
    bill = pd.DataFrame({"owner_id": ["L1"], "item": ["fibre_aerial"], "quantity": [10.0]})
    with_bill = siting.robustness(
        valley, gaps, spots, reach, links, choice, draws=0, link_bill=bill
    )
    estimate_vnd = choice.new_sites["link_estimate_vnd"].sum()
    expected = tried.base_vnd - estimate_vnd + 10 * choice.prices.vnd("fibre_aerial")
    assert with_bill.base_vnd == pytest.approx(expected)


def test_shares_count_draws(tried: Robustness, choice: Choice) -> None:
    sites = tried.sites
    assert sites["site_id"].tolist() == choice.new_sites["site_id"].tolist()
    assert sites["stays_share"].between(0, 1).all()
    assert (sites["same_share"] <= sites["stays_share"]).all()
    twelfths = sites["stays_share"] * 12
    assert np.allclose(twelfths, twelfths.round())


def test_a_plan_within_the_budget_is_never_better_than_the_best(tried: Robustness) -> None:
    draws = tried.draws
    assert draws["draw"].tolist() == list(range(1, 13))
    fits = draws["plan_capex_vnd"] <= BUDGET_VND
    allowed = draws["best_gap_share"] * draws["plan_weight"] / (1 - draws["best_gap_share"])
    assert fits.any()
    assert (draws["regret_weight"] >= -allowed - 1e-6)[fits].all()
    assert (draws["best_gap_share"] <= 0.01 + 1e-9).all()


def test_costs_stay_between_low_and_high_prices(tried: Robustness, choice: Choice) -> None:
    low, high = (
        capex_vnd(choice.bill, choice.new_sites["site_id"].tolist(), choice.prices, bound=b).sum()
        for b in ("low", "high")
    )
    links_vnd = len(choice.new_sites) * 1e8
    assert (tried.draws["plan_capex_vnd"] >= low).all()
    assert (tried.draws["plan_capex_vnd"] <= high + 4 * links_vnd).all()


def test_prices_change_money_and_signal_changes_people(tried: Robustness) -> None:
    tornado = tried.tornado.set_index("factor")
    prices = tornado[tornado.index.str.startswith("price_")]
    assert {"price_mast", "price_base"} & set(prices.index)
    assert (prices["low_people"] == tried.base_people).all()
    assert (prices["high_people"] == tried.base_people).all()
    assert (prices["low_vnd"] <= tried.base_vnd).all()
    assert (prices["high_vnd"] >= tried.base_vnd).all()
    for factor in ("signal", "position"):
        row = tornado.loc[factor]
        assert row["low_vnd"] == row["high_vnd"] == tried.base_vnd
        assert row["low_people"] <= tried.base_people <= row["high_people"] + 1e-9


def test_quantiles_are_in_order(tried: Robustness) -> None:
    assert tried.low_people <= tried.median_people <= tried.high_people
    assert tried.low_vnd <= tried.median_vnd <= tried.high_vnd


def test_a_seed_gives_the_same_draws_however_many(
    valley: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    links: pd.DataFrame,
    choice: Choice,
    tried: Robustness,
) -> None:
    fewer = siting.robustness(valley, gaps, spots, reach, links, choice, draws=5, seed=3)
    pd.testing.assert_frame_equal(fewer.draws, tried.draws.head(5))
    pd.testing.assert_frame_equal(fewer.tornado, tried.tornado)
    other = siting.robustness(valley, gaps, spots, reach, links, choice, draws=5, seed=4)
    assert not other.draws["plan_capex_vnd"].equals(fewer.draws["plan_capex_vnd"])


def test_without_draws_only_the_tornado_is_known(
    valley: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    links: pd.DataFrame,
    choice: Choice,
) -> None:
    found = siting.robustness(valley, gaps, spots, reach, links, choice, draws=0)
    assert found.draws.empty
    assert found.sites["stays_share"].isna().all()
    assert math.isnan(found.median_people)
    assert len(found.tornado)


def test_an_empty_choice_can_be_tried(
    valley: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    links: pd.DataFrame,
) -> None:
    nothing = siting.choose(valley, gaps, spots, reach=reach, link_prices=links, budget_vnd=0.0)
    found = siting.robustness(valley, gaps, spots, reach, links, nothing, draws=2)
    assert found.sites.empty
    assert found.draws["plan_people"].tolist() == [0.0, 0.0]
    assert found.base_vnd == 0.0


def test_a_choice_of_other_candidates_is_refused(
    valley: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    links: pd.DataFrame,
    choice: Choice,
) -> None:
    others = spots[~spots["candidate_id"].isin(choice.new_sites["site_id"])]
    reach = siting.reach_options(valley, others, gaps)
    with pytest.raises(ParameterError, match="no options of the reach"):
        siting.robustness(valley, gaps, others, reach, links, choice, draws=1)


def test_fewer_draws_than_none_are_refused(
    valley: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    links: pd.DataFrame,
    choice: Choice,
) -> None:
    with pytest.raises(ParameterError, match="at least 0"):
        siting.robustness(valley, gaps, spots, reach, links, choice, draws=-1)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10**6), number=st.integers(0, 1000))
def test_a_drawn_price_lies_in_its_triangle(seed: int, number: int) -> None:
    prices = Prices.catalogue()
    setting = drawn(prices, 4, Errors(3.0, 4.0, 0.1), seed=seed, number=number)
    assert (setting.price_vnd >= prices.table["low_vnd"] - 1e-6).all()
    assert (setting.price_vnd <= prices.table["high_vnd"] + 1e-6).all()


def test_drawn_prices_and_levels_have_their_means() -> None:
    prices = Prices.catalogue()
    found = [drawn(prices, 1, Errors(3.0, 4.0, 0.1), seed=1, number=n) for n in range(4000)]
    triangle = prices.table[["low_vnd", "likely_vnd", "high_vnd"]].mean(axis=1)
    mean = np.mean([one.price_vnd for one in found], axis=0)
    assert np.allclose(mean, triangle, rtol=0.03)
    common = [one.common_db for one in found]
    assert abs(np.mean(common)) < 0.2
    assert np.std(common) == pytest.approx(3.0, rel=0.05)


def test_every_field_is_told() -> None:
    documented = Robustness.__doc__ or ""
    assert all(field.name in documented for field in fields(Robustness))
