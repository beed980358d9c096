"""In which order do the stages run, from a study file to a finished bundle?

This is the only file that knows the order.
"""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from infraplan import coverage, export
from infraplan.geo.hillshade import hillshade
from infraplan.sources.door.only import only_run
from infraplan.study import save
from infraplan.workflow.indicators import indicators_of
from infraplan.workflow.outlook import outlook_of
from infraplan.workflow.overrides import overridden
from infraplan.workflow.planning import find_all_gaps, make_plan, radio_inputs, weigh
from infraplan.workflow.pool import open_pool
from infraplan.workflow.robust import try_draws
from infraplan.workflow.source import open_study
from infraplan.workflow.stages import Reporter, Silent, Stages, part_of
from infraplan.workflow.store import Store, digest, table_digest

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

    from infraplan.geo import Raster
    from infraplan.plan import Plan
    from infraplan.results import Signal
    from infraplan.study import Study

__all__ = ["Reporter", "RunResult", "run"]

_PERCENT = 100
_TABLES = ("facilities", "cells", "fibre", "roads")
"""Tables of the study that maps and programs find in the bundle beside its layers."""
_ONLY_WITH_ROWS = ("water",)
"""Tables that are drawn and nothing else, so that there is nothing to ask of an empty one."""


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


def run(
    source: str | Path,
    out: str | Path,
    *,
    threads: int | None = None,
    dask: str | None = None,
    budget_vnd: float | None = None,
    draws: int | None = None,
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
    budget_vnd
        Money of all years together, in equal parts, VND; the study's where None.
    draws
        Random draws that the plan is tried against; the study's where None.
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
    Long stages (the signal of each operator, the choice of sites with their links) are kept in the
    folder ``.NAME.stages`` beside `out`, NAME being the name of `out`. The next run takes what
    still fits its input from there, also after a run that was stopped. The folder may be deleted
    at any time.

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
        hears = reporter or Silent()
        state = Stages(store, hears, local.executor, tiles, fresh, [])
        study = state.do("study", lambda _: open_study(source))
        study = overridden(study, budget_vnd=budget_vnd, draws=draws)
        with only_run(store.folder / "lock"):
            made = _make(state, study, folder)
    seconds = time.monotonic() - begin
    return RunResult(folder, study, *made, seconds, tuple(state.reused))


def _make(
    state: Stages, study: Study, folder: Path
) -> tuple[Signal, gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame, Plan]:
    """Run the stages after the study; return signal, communes, villages, gaps and plan."""
    signal = _signal(state, study)
    communes = state.do("zones", lambda _: coverage.by_zone(study, signal, level="commune"))
    villages = state.do("villages", lambda _: coverage.by_zone(study, signal, level="village"))
    gaps = state.do("gaps", lambda _: find_all_gaps(study, signal))
    joint = weigh(state, study, gaps)
    tried = try_draws(state, study, gaps, joint)
    built = state.do("plan", lambda _: make_plan(study, joint, tried))
    outlook = outlook_of(state, study, signal, built)
    told = indicators_of(study, signal, built, outlook, communes=communes, villages=villages)
    write = partial(
        export.bundle,
        built,
        folder,
        communes=communes,
        signal=signal,
        gaps=gaps,
        villages=villages,
        bill=pd.concat([joint.choice.bill, joint.links.bill], ignore_index=True),
        derived=_rasters(study, signal),
        outlook=outlook,
        indicators=told,
        tables=_tables(study),
        save_study=partial(save, study),
    )
    state.do("export", lambda progress: write(progress=progress))
    return signal, communes, villages, gaps, built


def _tables(study: Study) -> dict[str, gpd.GeoDataFrame]:
    """Return the tables that the bundle holds beside its layers."""
    tables = {name: getattr(study, name) for name in (*_TABLES, *_ONLY_WITH_ROWS)}
    return {n: t for n, t in tables.items() if n not in _ONLY_WITH_ROWS or len(t)}


def _rasters(study: Study, signal: Signal) -> dict[str, Callable[[], Raster]]:
    """Return what makes the rasters that are computed from the signal or the terrain."""
    sigma_db = coverage.location_sigma(study)
    derived = coverage.derived_layers(signal, location_sigma_db=sigma_db)
    shade = partial(hillshade, study.elevation, zones=study.communes.geometry)
    return {**derived, "hillshade": shade}


def _signal(state: Stages, study: Study) -> Signal:
    """Predict operator by operator, keeping each as soon as it is done."""
    shared = (study.grid, study.elevation.values, table_digest(study.cells), *radio_inputs(study))
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
                progress=part_of(progress, begun, len(keys)),
            )
            state.store.save_signal(key, part, operator=operator)
            parts.append(part)
        state.store.keep_only("signal", *keys.values())
        progress(_PERCENT * len(keys), _PERCENT * len(keys))
        return coverage.best_server(parts)

    if state.has("signal", *keys.values()):
        return state.take(
            "signal", lambda: coverage.best_server([load(operator) for operator in keys])
        )
    return state.do("signal", work)
