"""How does a job predict the signal that it works on?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from infraplan import coverage, datasets
from infraplan import study as studies
from infraplan.errors import MissingDataError
from infraplan.workflow import open_pool
from infraplan_api.jobs.tasks.steady import steady

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from infraplan.results import Signal
    from infraplan.study import Study
    from infraplan.workflow import Reporter

__all__ = ["STUDY", "predicted", "study_of"]

STUDY = "study"
"""Folder of the study within a bundle."""


def study_of(bundle: Path) -> Study:
    """Open the study that a bundle was made from.

    Raises
    ------
    MissingDataError
        If the bundle does not hold it, or was replaced meanwhile.
    """
    folder = bundle / STUDY
    if not studies.is_study_folder(folder):
        raise MissingDataError(
            f"The bundle {bundle.name} does not hold its study. Remedy: make the bundle again with "
            "this version of infraplan (infraplan run)."
        )
    with steady(bundle):
        return datasets.open(folder)


def predicted(
    study: Study,
    *,
    technology: str,
    operators: Sequence[str],
    load_share: float | None,
    reporter: Reporter,
) -> Signal:
    """Predict with all processors, telling how far it is."""
    begin = time.monotonic()
    progress = reporter.start("signal")
    with open_pool() as pool:
        signal = coverage.predict(
            study,
            technology=technology,
            operators=list(operators) or None,
            load_share=load_share,
            executor=pool.executor,
            progress=progress,
        )
    reporter.finish("signal", seconds=time.monotonic() - begin, reused=False)
    return signal
