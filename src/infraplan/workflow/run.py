"""In which order do the stages run, from a study file to a finished bundle?

This is the only file that knows the order.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from infraplan import backhaul, coverage, datasets, export, plan, settings, siting
from infraplan.study import Study
from infraplan.workflow.store import Store, digest, table_digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    import geopandas as gpd

    from infraplan.plan import Plan
    from infraplan.results import Choice, Links, Signal

T = TypeVar("T")

__all__ = ["Reporter", "RunResult", "run"]


class Reporter(Protocol):
    """Someone who wants to know how far a run is; the faces draw bars with it."""

    def start(self, stage: str) -> Callable[[int, int], None]:
        """Hear that a stage begins; return what is called with (done, total)."""
        ...

    def finish(self, stage: str, *, seconds: float, reused: bool) -> None:
        """Hear that a stage ended, and whether its result was there already."""
        ...


class _Silent:
    def start(self, stage: str) -> Callable[[int, int], None]:
        del stage
        return lambda _done, _total: None

    def finish(self, stage: str, *, seconds: float, reused: bool) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run made.

    Attributes
    ----------
    folder
        The bundle.
    study, signal, communes, villages, gaps, plan
        The results in memory, as the bundle holds them.
    seconds
        Wall time, s.
    reused
        Stages that were there already.
    """

    folder: Path
    study: Study
    signal: Signal
    communes: gpd.GeoDataFrame
    villages: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame
    plan: Plan
    seconds: float
    reused: tuple[str, ...]


@dataclass(slots=True)
class _Run:
    """One run under way."""

    store: Store
    reporter: Reporter
    executor: Executor
    fresh: bool
    reused: list[str]

    def stage(
        self,
        name: str,
        work: Callable[[Callable[[int, int], None]], T],
        kept: Callable[[], T] | None = None,
    ) -> T:
        """Do a stage, or take what was kept of it."""
        begin = time.monotonic()
        progress = self.reporter.start(name)
        if kept is not None and not self.fresh:
            self.reused.append(name)
            result = kept()
        else:
            result = work(progress)
        seconds = time.monotonic() - begin
        self.reporter.finish(name, seconds=seconds, reused=kept is not None and not self.fresh)
        return result


def run(
    source: str | Path,
    out: str | Path,
    *,
    threads: int | None = None,
    fresh: bool = False,
    reporter: Reporter | None = None,
) -> RunResult:
    """Run everything from a study to a bundle.

    Parameters
    ----------
    source
        Name of an embedded province, or the path of a study file.
    out
        Folder of the bundle. It is replaced as a whole at the end, or left as it was.
    threads
        Worker threads; one per processor where None. The result does not depend on them.
    fresh
        Do every stage again, whatever was kept beside `out` by an earlier run.
    reporter
        Hears of stages and progress.

    Returns
    -------
    RunResult
        Where the bundle is, and its content.

    Raises
    ------
    InputError, MissingDataError, ParameterError
        If the study cannot be used; every fault is listed and nothing is written.
    InfeasibleError
        If a chosen site cannot be linked.
    OutputError
        If the bundle cannot be written.
    """
    begin = time.monotonic()
    folder = Path(out)
    store = Store(folder.parent / f".{folder.name}.stages")
    with ThreadPoolExecutor(max_workers=threads or settings.load().threads) as executor:
        state = _Run(store, reporter or _Silent(), executor, fresh, [])
        study = state.stage("study", lambda _: _open(source))
        signal = _signal(state, study)
        communes = state.stage("zones", lambda _: coverage.by_zone(study, signal, level="commune"))
        villages = state.stage(
            "villages", lambda _: coverage.by_zone(study, signal, level="village")
        )
        gaps = state.stage("gaps", lambda _: coverage.find_gaps(study, signal))
        choice = _choice(state, study, gaps)
        links = _links(state, study, choice)
        built = state.stage("plan", lambda _: _plan(study, choice, links))
        state.stage(
            "export",
            lambda progress: export.bundle(
                built,
                folder,
                communes=communes,
                signal=signal,
                gaps=gaps,
                villages=villages,
                progress=progress,
            ),
        )
    seconds = time.monotonic() - begin
    return RunResult(
        folder, study, signal, communes, villages, gaps, built, seconds, tuple(state.reused)
    )


def _open(source: str | Path) -> Study:
    if str(source) in datasets.names():
        return datasets.open(str(source))
    return Study.build(source)


def _signal(state: _Run, study: Study) -> Signal:
    key = digest(study.grid, study.elevation.values, table_digest(study.cells))
    origin = coverage.signal_origin(study)

    def work(progress: Callable[[int, int], None]) -> Signal:
        signal = coverage.predict(study, executor=state.executor, progress=progress)
        state.store.save_signal(key, signal)
        return signal

    kept = state.store.has("signal", key)
    return state.stage(
        "signal", work, (lambda: state.store.load_signal(key, study, origin)) if kept else None
    )


def _choice(state: _Run, study: Study, gaps: gpd.GeoDataFrame) -> Choice:
    tables = (gaps, study.sites, study.cells, study.roads, study.fibre_nodes, study.communes)
    key = digest(
        study.grid,
        study.elevation.values,
        study.people.values,
        [table_digest(t) for t in tables],
        study.file.plan.budget_vnd,
    )

    def work(progress: Callable[[int, int], None]) -> Choice:
        spots = siting.candidates(study, gaps)
        prices = backhaul.link_prices(study, spots)
        choice = siting.choose(
            study,
            gaps,
            spots,
            link_prices=prices,
            executor=state.executor,
            progress=progress,
        )
        state.store.save_choice(key, choice)
        return choice

    kept = state.store.has("choice", key)
    return state.stage(
        "sites", work, (lambda: state.store.load_choice(key, study)) if kept else None
    )


def _links(state: _Run, study: Study, choice: Choice) -> Links:
    tables = (choice.new_sites, study.roads, study.fibre_nodes, study.fibre)
    key = digest([table_digest(t) for t in tables], choice.provenance.notes)

    def work(_: Callable[[int, int], None]) -> Links:
        links = backhaul.connect(study, choice)
        state.store.save_links(key, links)
        return links

    kept = state.store.has("links", key)
    return state.stage(
        "links", work, (lambda: state.store.load_links(key, study)) if kept else None
    )


def _plan(study: Study, choice: Choice, links: Links) -> Plan:
    part = study.file.plan
    return plan.build(
        choice,
        links,
        years=range(part.first_year, part.last_year + 1),
        yearly_budget_vnd=part.yearly_budget_vnd,
    )
