"""In which order do the stages run, from a study file to a finished bundle?

This is the only file that knows the order.
"""

from __future__ import annotations

import math
import time
from contextlib import ExitStack
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from infraplan import backhaul, coverage, export, plan, siting
from infraplan.workflow.lock import only_run
from infraplan.workflow.pool import open_pool
from infraplan.workflow.source import open_study
from infraplan.workflow.store import Store, digest, table_digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    import geopandas as gpd

    from infraplan.plan import Plan
    from infraplan.results import Choice, Links, Signal
    from infraplan.study import Study
    from infraplan.workflow.pool import Pool

T = TypeVar("T")

__all__ = ["Reporter", "RunResult", "run"]

_NO_CLOCK_S = math.inf
_PERCENT = 100


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
    """One run under way; tiles of the signal may run elsewhere than in this process's threads."""

    store: Store
    reporter: Reporter
    executor: Executor
    tile_pool: Pool
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
    dask: str | None = None,
    fresh: bool = False,
    reporter: Reporter | None = None,
) -> RunResult:
    """Run everything from a study to a bundle.

    Parameters
    ----------
    source
        Name of an embedded province, path of a study file, or name of one that ships with
        infraplan, in this order.
    out
        Folder of the bundle. It is replaced as a whole at the end, or left as it was.
    threads
        Worker threads; one per processor where None. The result does not depend on them.
    dask
        Address of a Dask scheduler, such as ``tcp://host:8786``, whose workers predict the signal;
        None for the threads. The result does not depend on it.
    fresh
        Do every stage again, whatever was kept by an earlier run.
    reporter
        Hears of stages and progress.

    Returns
    -------
    RunResult
        Where the bundle is, and its content.

    Raises
    ------
    InputError, MissingDataError, ParameterError
        If there is no such study, or it cannot be used; every fault is listed and nothing is
        written.
    InfeasibleError
        If a chosen site cannot be linked.
    OutputError
        If the bundle cannot be written.
    MissingExtraError, ClusterError
        If Dask is not installed, or the scheduler or its workers cannot do the work; what was
        finished is kept.

    Notes
    -----
    Long stages (the signal of each operator, the choice of sites, the links) are kept in the folder
    ``.NAME.stages`` beside `out`, NAME being the name of `out`. The next run takes what still fits
    its input from there, also after a run that was stopped. The folder may be deleted at any time.

    The solvers are stopped by the work they have done, never by the clock, so that a slow machine
    gives the same bytes as a fast one.
    """
    begin = time.monotonic()
    export.check_target(out)
    folder, place = Path(out), Path(out).resolve()
    store = Store(place.parent / f".{place.name}.stages")
    with ExitStack() as open_now:
        local = open_now.enter_context(open_pool(threads=threads))
        tiles = open_now.enter_context(open_pool(dask=dask)) if dask else local
        hears = reporter or _Silent()
        state = _Run(store, hears, local.executor, tiles, fresh, [])
        study = state.stage("study", lambda _: open_study(source))
        with only_run(store.folder / "lock"):
            made = _make(state, study, folder)
    seconds = time.monotonic() - begin
    return RunResult(folder, study, *made, seconds, tuple(state.reused))


def _make(
    state: _Run, study: Study, folder: Path
) -> tuple[Signal, gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame, Plan]:
    """Run the stages after the study; return signal, communes, villages, gaps and plan."""
    signal = _signal(state, study)
    communes = state.stage("zones", lambda _: coverage.by_zone(study, signal, level="commune"))
    villages = state.stage("villages", lambda _: coverage.by_zone(study, signal, level="village"))
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
            derived=coverage.derived_layers(
                signal, location_sigma_db=coverage.location_sigma(study)
            ),
            progress=progress,
        ),
    )
    return signal, communes, villages, gaps, built


def _signal(state: _Run, study: Study) -> Signal:
    """Predict operator by operator, keeping each as soon as it is done."""
    shared = (study.grid, study.elevation.values, table_digest(study.cells), *_radio(study))
    keys = {operator: digest(*shared, operator) for operator in coverage.operators_of(study)}
    origin = coverage.signal_origin(study)

    def load(operator: str) -> Signal:
        return state.store.load_signal(keys[operator], study, operator=operator, origin=origin)

    def work(progress: Callable[[int, int], None]) -> Signal:
        parts = []
        for begun, (operator, key) in enumerate(keys.items()):
            if state.store.has("signal", key) and not state.fresh:
                parts.append(load(operator))
                continue
            part = coverage.predict(
                study,
                operators=[operator],
                executor=state.tile_pool.executor,
                most_tasks=state.tile_pool.most_calls,
                progress=_share(progress, begun, len(keys)),
            )
            state.store.save_signal(key, part, operator=operator)
            parts.append(part)
        state.store.keep_only("signal", *keys.values())
        progress(_PERCENT * len(keys), _PERCENT * len(keys))
        return coverage.best_server(parts)

    kept = all(state.store.has("signal", key) for key in keys.values())
    return state.stage(
        "signal",
        work,
        (lambda: coverage.best_server([load(operator) for operator in keys])) if kept else None,
    )


def _radio(study: Study) -> tuple[object, ...]:
    """Return what predictions rest on beside terrain and cells."""
    measured = {name: astuple(cuts) for name, cuts in sorted(study.antennas.items())}
    return (
        None if study.clutter is None else study.clutter.values,
        None if study.calibration is None else table_digest(study.calibration),
        *(part for name, cuts in measured.items() for part in (name, *cuts)),
    )


def _share(
    progress: Callable[[int, int], None], begun: int, parts: int
) -> Callable[[int, int], None]:
    """Return what takes the progress of one of several equal parts."""
    return lambda done, total: progress(
        _PERCENT * begun + _PERCENT * done // total, _PERCENT * parts
    )


def _choice(state: _Run, study: Study, gaps: gpd.GeoDataFrame) -> Choice:
    tables = (gaps, study.sites, study.cells, study.roads, study.fibre_nodes, study.communes)
    key = digest(
        study.grid,
        study.elevation.values,
        study.people.values,
        study.elevation.origin,
        study.people.origin,
        [table_digest(t) for t in tables],
        study.file.plan.budget_vnd,
        *_radio(study),
    )

    def work(progress: Callable[[int, int], None]) -> Choice:
        spots = siting.candidates(study, gaps)
        prices = backhaul.link_prices(study, spots)
        choice = siting.choose(
            study,
            gaps,
            spots,
            link_prices=prices,
            time_limit_s=_NO_CLOCK_S,
            executor=state.executor,
            progress=progress,
        )
        state.store.save_choice(key, choice, study)
        return choice

    kept = state.store.has("choice", key)
    return state.stage(
        "sites", work, (lambda: state.store.load_choice(key, study)) if kept else None
    )


def _links(state: _Run, study: Study, choice: Choice) -> Links:
    tables = (choice.new_sites, study.roads, study.fibre_nodes, study.fibre)
    key = digest([table_digest(t) for t in tables], choice.provenance.notes)

    def work(_: Callable[[int, int], None]) -> Links:
        links = backhaul.connect(study, choice, time_limit_s=_NO_CLOCK_S)
        state.store.save_links(key, links, study)
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
