"""In which order is the outlook of coverage made, and what of it is kept between runs?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan import coverage, siting
from infraplan.results import ANY_OPERATOR
from infraplan.workflow.planning import plan_years, radio_inputs
from infraplan.workflow.stages import part_of
from infraplan.workflow.store import digest, table_digest

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from infraplan.plan import Plan
    from infraplan.results import Outlook, Signal
    from infraplan.study import Study
    from infraplan.workflow.stages import Stages

    Classes = dict[str, NDArray[np.uint8]]

__all__ = ["outlook_of"]

_STAGE = "technologies"


def outlook_of(state: Stages, study: Study, signal: Signal, plan: Plan) -> Outlook:
    """Forecast coverage for all technologies of a study and all years of its plan.

    Parameters
    ----------
    state
        The run. Signals of the other technologies are predicted in its stage ``technologies``,
        operator by operator, and their classes of service are kept; the rest is the stage
        ``outlook``.
    study
        The study.
    signal
        Of the technology that the plan builds.
    plan
        With the year of each site.

    Returns
    -------
    Outlook
        Its rasters are made when asked for, from classes that stay in memory.
    """
    classes = _others(state, study, signal.technology)

    def work(progress: Callable[[int, int], None]) -> Outlook:
        own = {
            operator: coverage.signal_classes(signal, operator)
            for operator in signal.operators
            if operator != ANY_OPERATOR
        }
        return coverage.outlook(
            study,
            {**classes, signal.technology: own},
            siting.planned_signals(study, plan.sites, executor=state.executor),
            years=plan_years(study),
            technology=signal.technology,
            progress=progress,
        )

    return state.do("outlook", work)


def _others(state: Stages, study: Study, planned: str) -> dict[str, dict[str, Classes]]:
    """Return the classes of all other technologies, by technology and operator."""
    shared = (study.grid, study.elevation.values, table_digest(study.cells), *radio_inputs(study))
    wanted = [
        (technology, operator)
        for technology in sorted(set(study.cells["technology"]) - {planned})
        for operator in coverage.operators_of(study, technology=technology)
    ]
    keys = {pair: digest(*shared, *pair) for pair in wanted}
    found: dict[str, dict[str, Classes]] = {technology: {} for technology, _ in wanted}

    def load() -> None:
        for (technology, operator), key in keys.items():
            found[technology][operator] = state.store.load_arrays(_STAGE, key)

    def work(progress: Callable[[int, int], None]) -> None:
        for begun, ((technology, operator), key) in enumerate(keys.items()):
            if state.has(_STAGE, key):
                found[technology][operator] = state.store.load_arrays(_STAGE, key)
                continue
            part = coverage.predict(
                study,
                technology=technology,
                operators=[operator],
                executor=state.tile_pool.executor,
                most_tasks=state.tile_pool.most_calls,
                progress=part_of(progress, begun, len(keys)),
            )
            classes = coverage.signal_classes(part, operator)
            state.store.save_arrays(_STAGE, key, classes)
            found[technology][operator] = classes
        state.store.keep_only(_STAGE, *keys.values())

    if not wanted:
        return found
    if state.has(_STAGE, *keys.values()):
        state.take(_STAGE, load)
    else:
        state.do(_STAGE, work)
    return found
