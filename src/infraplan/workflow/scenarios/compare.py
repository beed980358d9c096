"""What do several finished bundles reach, side by side, and what does each need for a target?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan.workflow.scenarios.differences import difference_table, warnings_of
from infraplan.workflow.scenarios.figures import figure_table, year_table
from infraplan.workflow.scenarios.read import read_scenarios
from infraplan.workflow.scenarios.target import action_table, check_target, target_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from infraplan.wording import Text

__all__ = ["Comparison", "compare"]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Several scenarios side by side.

    Attributes
    ----------
    names
        The scenarios: the names of their folders, in the order given.
    figures
        Indexed by figure, a column per scenario (see
        :func:`infraplan.workflow.scenarios.figures.figure_table`).
    years
        What each builds and reaches by year.
    differences
        Inputs and settings that are not the same in all, a column of texts per scenario.
    warnings
        What makes the comparison doubtful.
    target_share
        Share of all people that was asked for; None for no target.
    targets
        When and at what cost each reaches it (see
        :func:`infraplan.workflow.scenarios.target.target_table`); None without a target.
    actions
        The steps to it in the order of building (see
        :func:`infraplan.workflow.scenarios.target.action_table`); None without a target.
    """

    names: tuple[str, ...]
    figures: pd.DataFrame
    years: pd.DataFrame
    differences: pd.DataFrame
    warnings: tuple[Text, ...]
    target_share: float | None
    targets: pd.DataFrame | None
    actions: pd.DataFrame | None


def compare(folders: Sequence[str | Path], *, target_share: float | None = None) -> Comparison:
    """Compare finished bundles.

    Parameters
    ----------
    folders
        Folders that :func:`infraplan.workflow.run` wrote, two at least.
    target_share
        Share of all people that should be served, above 0 and at most 1.

    Returns
    -------
    Comparison
        Figures, years, what differs, and the way to the target.

    Raises
    ------
    ParameterError
        If the target is no such share, or there are fewer than two folders.
    InputError
        If a folder is no bundle, not whole, or of a version that told less; all faults are listed.
    """
    check_target(target_share)
    scenarios = read_scenarios(folders)
    actions = None if target_share is None else action_table(scenarios, target_share)
    targets = None
    if target_share is not None and actions is not None:
        targets = target_table(scenarios, actions, target_share)
    return Comparison(
        names=tuple(scenario.name for scenario in scenarios),
        figures=figure_table(scenarios),
        years=year_table(scenarios),
        differences=difference_table(scenarios),
        warnings=warnings_of(scenarios),
        target_share=target_share,
        targets=targets,
        actions=actions,
    )
