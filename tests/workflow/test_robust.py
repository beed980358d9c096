"""Are draws a stage of their own, that is kept, and that the plan does not depend on?"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from infraplan import coverage
from infraplan.errors import ParameterError
from infraplan.workflow.overrides import overridden
from infraplan.workflow.planning import find_all_gaps, make_plan, plan_key, weigh
from infraplan.workflow.pool import open_pool
from infraplan.workflow.robust import try_draws
from infraplan.workflow.stages import Silent, Stages
from infraplan.workflow.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import geopandas as gpd

    from infraplan.study import Study


@pytest.fixture(scope="module")
def gaps(tiny_study: Study) -> gpd.GeoDataFrame:
    return find_all_gaps(tiny_study, coverage.predict(tiny_study))


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Stages]:
    with open_pool(threads=1) as pool:
        yield Stages(Store(tmp_path / "stages"), Silent(), pool.executor, pool, False, [])


def test_draws_are_kept_and_taken_again(
    tiny_study: Study, gaps: gpd.GeoDataFrame, state: Stages
) -> None:
    study = overridden(tiny_study, budget_vnd=None, draws=3)
    joint = weigh(state, study, gaps)
    assert len(joint.choice.new_sites)
    first = try_draws(state, study, gaps, joint)
    again = try_draws(state, study, gaps, joint)
    assert first is not None
    assert again is not None
    assert state.reused == ["robustness"]
    for name in ("sites", "draws", "tornado"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name))
    assert (first.base_people, first.seed) == (again.base_people, again.seed)
    assert first.base_people == pytest.approx(joint.choice.covered_people)
    assert first.base_vnd == pytest.approx(
        joint.choice.new_sites["capex_vnd"].sum() + joint.links.cost_vnd
    )
    plan = make_plan(study, joint, first)
    assert plan.robustness is first.sites
    assert plan.tornado is first.tornado


def test_the_plan_rests_on_no_draws(
    tiny_study: Study, gaps: gpd.GeoDataFrame, state: Stages
) -> None:
    more = overridden(tiny_study, budget_vnd=None, draws=50)
    assert plan_key(more, gaps) == plan_key(tiny_study, gaps)
    assert try_draws(state, tiny_study, gaps, weigh(state, tiny_study, gaps)) is None


def test_another_budget_is_said_in_the_parameters(
    tiny_study: Study, gaps: gpd.GeoDataFrame
) -> None:
    study = overridden(tiny_study, budget_vnd=4e9, draws=None)
    assert study.file.plan.budget_vnd == 4e9
    assert json.loads(study.provenance.parameters)["plan"]["budget_vnd"] == 4e9
    assert study.file.plan.yearly_budget_vnd is None
    assert plan_key(study, gaps) != plan_key(tiny_study, gaps)
    assert overridden(tiny_study, budget_vnd=None, draws=None) is tiny_study


@pytest.mark.parametrize("budget_vnd", [-1.0, math.nan, math.inf])
def test_money_and_draws_out_of_range_are_told_together(
    tiny_study: Study, budget_vnd: float
) -> None:
    with pytest.raises(ParameterError, match=r"The budget is .* The number of draws is -2"):
        overridden(tiny_study, budget_vnd=budget_vnd, draws=-2)
