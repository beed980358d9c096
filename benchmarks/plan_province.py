"""How long does the embedded province take, from candidates to the finished plan?"""

from __future__ import annotations

import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from figures import markdown
from infraplan import Study, coverage
from infraplan.workflow.planning import find_all_gaps, make_plan, weigh
from infraplan.workflow.pool import open_pool
from infraplan.workflow.stages import Stages
from infraplan.workflow.store import Store
from plan_process import BEGIN, in_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from infraplan.plan import Plan
    from infraplan.workflow.joint import Joint

__all__ = ["province_table", "run_province"]

PROVINCE: Final = "phu-tho"
_LIMIT_S: Final = 1800.0
_STUDY: Final = """[study]
id = "{name}-{cell}"
title_vi = "Phú Thọ, {cell} m"
title_en = "Phú Thọ, {cell} m"
base = "{name}"

[grid]
cell_size_m = {cell}
"""
_PLANNING: Final = ("candidates", "reach", "sites", "plan")
"""Stages from candidates to the finished plan."""
_STAGES: Final = {
    "study": "reading the study",
    "signal": "signal of the existing cells",
    "gaps": "white, weak, congested and single-operator spots",
    "candidates": "candidates",
    "reach": "signal of the candidates",
    "sites": "sites and links in turns",
    "plan": "years, costs, explanations",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What each stage of a run took, clock, s, and what the plan says of itself."""

    seconds: dict[str, float]
    figures: dict[str, str]


class _Clock:
    """Hears of the stages of a run."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def start(self, stage: str) -> Callable[[int, int], None]:
        """Take progress and do nothing with it."""
        del stage
        return lambda _done, _total: None

    def finish(self, stage: str, *, seconds: float, reused: bool) -> None:
        """Note what a stage took."""
        del reused
        self.seconds[stage] = seconds

    @contextmanager
    def during(self, stage: str) -> Iterator[None]:
        """Note what a block took."""
        begin = time.monotonic()
        yield
        self.seconds[stage] = time.monotonic() - begin


def province_table(cell_sizes_m: Sequence[int], *, threads: int | None) -> str:
    """Plan the province at each cell size, in a new process, and write stages and figures."""
    with tempfile.TemporaryDirectory() as folder:
        runs = [
            in_time(run_province, _study(Path(folder), m), threads, limit_s=_LIMIT_S).or_fail()
            for m in cell_sizes_m
        ]
    found: list[Outcome] = [run.result for run in runs]
    rows = [
        [f"{words}, s", *(f"{one.seconds[stage]:.1f}" for one in found)]
        for stage, words in _STAGES.items()
    ]
    planning = [sum(one.seconds[stage] for stage in _PLANNING) for one in found]
    rows += [
        ["**candidates to finished plan, s**", *(f"{whole_s:.0f}" for whole_s in planning)],
        ["peak memory, GB", *(f"{run.peak_mb / 1000:.2f}" for run in runs)],
    ]
    rows += [[name, *(one.figures[name] for one in found)] for name in found[0].figures]
    return markdown(["", *(f"{m} m" for m in cell_sizes_m)], rows)


def _study(folder: Path, cell_m: int) -> Path:
    """Write a study file of the embedded province at a cell size."""
    file = folder / f"{PROVINCE}-{cell_m}.toml"
    file.write_text(_STUDY.format(name=PROVINCE, cell=cell_m), encoding="utf-8")
    return file


def run_province(file: Path, threads: int | None, say: Callable[[str], None]) -> Outcome:
    """Plan a study as the workflow does, but write no bundle."""
    clock = _Clock()
    say(BEGIN)
    with open_pool(threads=threads) as pool:
        store = Store(file.parent / f"{file.stem}.kept")
        state = Stages(store, clock, pool.executor, pool, fresh=True, reused=[])
        with clock.during("study"):
            study = Study.build(file)
        with clock.during("signal"):
            parts = [
                coverage.predict(study, operators=[operator], executor=pool.executor)
                for operator in coverage.operators_of(study)
            ]
            signal = coverage.best_server(parts)
        with clock.during("gaps"):
            gaps = find_all_gaps(study, signal)
        joint = weigh(state, study, gaps)
        with clock.during("plan"):
            built = make_plan(study, joint)
    return Outcome(clock.seconds, _figures(joint, built))


def _figures(joint: Joint, built: Plan) -> dict[str, str]:
    """Say what was weighed and what the plan came to."""
    choice, links, totals = joint.choice, joint.links, built.totals
    return {
        "candidates": f"{choice.candidates:,}",
        "options (place, height, operator)": f"{choice.options:,}",
        "columns of demand": f"{len(choice.service.weight):,}",
        "budget, VND": f"{built.budget_vnd:,.0f}",
        "rounds of sites and links": f"{len(joint.rounds)}",
        "sites chosen": f"{len(choice.new_sites)}",
        "weight served": f"{choice.covered_weight:,.0f} of {choice.demand_weight:,.0f}",
        "people in gaps served": f"{choice.covered_people:,.0f} of {choice.demand_people:,.0f}",
        "**certified gap of the sites**": f"{choice.gap_share:.2%} ({choice.status})",
        "**certified gap of the links**": f"{links.gap_share:.2%} ({links.status})",
        "**certified gap of the years**": f"{built.phases_gap_share:.2%} ({built.phases_status})",
        "new masts, shared masts, links": (
            f"{totals.new_masts}, {totals.shared_masts}, {totals.links}"
        ),
        "cost, VND": f"{totals.capex_vnd:,.0f}",
        "of it assumed prices": f"{totals.assumed_price_share:.0%}",
    }
