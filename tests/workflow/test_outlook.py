"""Is the outlook made from the plan's own sites, and what of it is kept?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from infraplan import coverage, siting
from infraplan.workflow.outlook import outlook_of
from infraplan.workflow.pool import Pool
from infraplan.workflow.stages import Stages
from infraplan.workflow.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import geopandas as gpd

    from infraplan.results import Choice, Signal
    from infraplan.study import Study


@dataclass(frozen=True)
class Sites:
    """The part of a plan that an outlook reads."""

    sites: gpd.GeoDataFrame


class Ear:
    """Hear which stages were done and which were kept."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bool]] = []

    def start(self, stage: str) -> Callable[[int, int], None]:
        assert stage
        return self._check

    @staticmethod
    def _check(done: int, total: int) -> None:
        assert 0 <= done <= total

    def finish(self, stage: str, *, seconds: float, reused: bool) -> None:
        assert seconds >= 0
        self.heard.append((stage, reused))


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with ThreadPoolExecutor(2) as executor:
        yield Pool(executor, lambda: 2)


@pytest.fixture(scope="module")
def signal(tiny_study: Study) -> Signal:
    return coverage.predict(tiny_study)


@pytest.fixture(scope="module")
def choice(tiny_study: Study, signal: Signal) -> Choice:
    """Return sites chosen for all who lack a signal, however few they are."""
    gaps = coverage.find_gaps(tiny_study, signal, min_people=0.0)
    spots = siting.candidates(tiny_study, gaps)
    return siting.choose(tiny_study, gaps, spots, budget_vnd=6e9)


@pytest.fixture(scope="module")
def plan(choice: Choice) -> Sites:
    years = pd.array([2026 + number % 3 for number in range(len(choice.new_sites))], dtype="Int64")
    return Sites(choice.new_sites.assign(year=years))


def stages(folder: Path, pool: Pool, ear: Ear, *, fresh: bool = False) -> Stages:
    return Stages(Store(folder), ear, pool.executor, pool, fresh, [])


def test_people_newly_served_are_those_that_the_sites_were_chosen_for(
    tmp_path: Path, tiny_study: Study, signal: Signal, choice: Choice, plan: Sites, pool: Pool
) -> None:
    """Levels are held to 0.01 dB: who is served on the limit itself may count only here."""
    table = outlook_of(stages(tmp_path, pool, Ear()), tiny_study, signal, plan).table
    served = table.query(
        "technology == '4G' and operator == 'any' and environment == 'outdoors'"
        " and level == 'served'"
    )
    sums = served.groupby("year")["people_served"].sum()
    assert choice.covered_people > 0
    gained = sums[2028] - sums[2025]
    assert gained == pytest.approx(choice.covered_people, rel=1e-3)
    assert gained >= choice.covered_people * (1.0 - 1e-9)


def test_other_technologies_are_predicted_once_and_kept(
    tmp_path: Path, tiny_study: Study, signal: Signal, plan: Sites, pool: Pool
) -> None:
    first, second, third = Ear(), Ear(), Ear()
    made = outlook_of(stages(tmp_path, pool, first), tiny_study, signal, plan)
    again = outlook_of(stages(tmp_path, pool, second), tiny_study, signal, plan)
    fresh = outlook_of(stages(tmp_path, pool, third, fresh=True), tiny_study, signal, plan)
    assert first.heard == [("technologies", False), ("outlook", False)]
    assert second.heard == [("technologies", True), ("outlook", False)]
    assert third.heard == first.heard
    for other in (again, fresh):
        pd.testing.assert_frame_equal(other.table, made.table, check_exact=True)
        for name, make in made.classes.items():
            for one, same in zip(make(), other.classes[name](), strict=True):
                np.testing.assert_array_equal(one.values, same.values)


def test_a_study_of_one_technology_has_no_stage_of_others(
    tmp_path: Path, tiny_study: Study, signal: Signal, plan: Sites, pool: Pool
) -> None:
    ear = Ear()
    cells = tiny_study.cells[tiny_study.cells["technology"] == "4G"].reset_index(drop=True)
    found = outlook_of(stages(tmp_path, pool, ear), replace(tiny_study, cells=cells), signal, plan)
    assert ear.heard == [("outlook", False)]
    assert found.technologies == ("4G",)
