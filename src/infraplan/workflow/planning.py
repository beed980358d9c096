"""How do gaps become a plan: candidates, their signal, sites with links, years?"""

from __future__ import annotations

from dataclasses import astuple, replace
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from infraplan import coverage, plan, siting
from infraplan.workflow.joint import choose_with_links
from infraplan.workflow.store import digest, table_digest

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraplan.plan import Plan
    from infraplan.results import Robustness, Signal
    from infraplan.study import Study
    from infraplan.workflow.joint import Joint
    from infraplan.workflow.stages import Stages

__all__ = ["find_all_gaps", "make_plan", "plan_key", "plan_years", "radio_inputs", "weigh"]

_PLANNED_ON = (
    "sites",
    "cells",
    "communes",
    "villages",
    "facilities",
    "roads",
    "fibre_nodes",
    "fibre",
    "protected",
    "power",
    "works",
    "structures",
    "growth",
)
"""Tables of a study that the choice of sites and links rests on."""


def find_all_gaps(study: Study, signal: Signal) -> gpd.GeoDataFrame:
    """Find white, weak, single-operator and congested spots."""
    tables = [
        coverage.find_gaps(study, signal),
        coverage.single_operator_gaps(study, signal),
        coverage.congested_gaps(study, signal, plan_years(study)),
    ]
    return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=study.crs)


def plan_years(study: Study) -> range:
    """Return the years of the plan."""
    part = study.file.plan
    return range(part.first_year, part.last_year + 1)


def _yearly_vnd(study: Study) -> float:
    part = study.file.plan
    if part.yearly_budget_vnd is not None:
        return part.yearly_budget_vnd
    return part.budget_vnd / len(plan_years(study))


def plan_key(study: Study, gaps: gpd.GeoDataFrame) -> str:
    """Return a digest of all that sites and links rest on; draws do not change them."""
    tables = (gaps, *(getattr(study, name) for name in _PLANNED_ON), study.prices.table)
    return digest(
        study.grid,
        study.elevation.values,
        study.people.values,
        study.elevation.origin,
        study.people.origin,
        [table_digest(t) for t in tables],
        study.file.plan.model_copy(update={"draws": 0}),
        study.file.demand,
        *radio_inputs(study),
    )


def weigh(state: Stages, study: Study, gaps: gpd.GeoDataFrame) -> Joint:
    """Choose sites and links together, or take what was kept of it."""
    key = plan_key(study, gaps)
    if state.has("joint", key):
        return state.take("sites", lambda: state.store.load_joint(key, study))
    spots = state.do("candidates", lambda _: siting.candidates(study, gaps))
    reach = state.do(
        "reach",
        lambda progress: siting.reach_options(
            study, spots, gaps, executor=state.executor, progress=progress
        ),
    )

    def work(progress: Callable[[int, int], None]) -> Joint:
        joint = choose_with_links(
            study,
            gaps,
            spots,
            reach,
            years=plan_years(study),
            yearly_budget_vnd=_yearly_vnd(study),
            progress=progress,
        )
        state.store.save_joint(key, joint, study)
        return joint

    return state.do("sites", work)


def make_plan(study: Study, joint: Joint, tried: Robustness | None = None) -> Plan:
    """Spread sites and links over the years of the study, and tell how they did against draws."""
    years = dict(zip(study.works["works_id"], study.works["year"], strict=True))
    built = plan.build(
        joint.choice,
        joint.links,
        years=plan_years(study),
        yearly_budget_vnd=study.file.plan.yearly_budget_vnd,
        best_by_year=joint.best_by_year,
        works_years=years,
    )
    return replace(
        built,
        joint=joint.rounds,
        robustness=None if tried is None else tried.sites,
        tornado=None if tried is None else tried.tornado,
    )


def radio_inputs(study: Study) -> tuple[object, ...]:
    """Return what predictions rest on beside terrain and cells."""
    measured = {name: astuple(cuts) for name, cuts in sorted(study.antennas.items())}
    return (
        None if study.clutter is None else study.clutter.values,
        None if study.calibration is None else table_digest(study.calibration),
        *(part for name, cuts in measured.items() for part in (name, *cuts)),
    )
