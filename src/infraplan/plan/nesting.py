"""What does it cost that each year's plan is part of the next year's?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["NESTING_COLUMNS", "with_nesting", "worst_year"]

NESTING_COLUMNS: Final = (
    "best_weight",
    "bound_weight",
    "nesting_cost_weight",
    "nesting_cost_people",
)
_GIVEN = ("year", "budget_vnd", "covered_weight", "upper_bound_weight", "covered_people")
_ROUNDING_VND = 1.0  # budgets closer than this are the same


def with_nesting(phases: pd.DataFrame, best_by_year: pd.DataFrame | None) -> pd.DataFrame:
    """Compare what each year serves with the best free choice for the money so far.

    Parameters
    ----------
    phases
        As of :func:`infraplan.plan.phases.phase_table`.
    best_by_year
        Columns year, budget_vnd (all money up to that year), covered_weight, upper_bound_weight
        and covered_people of the best choice that is free to forget the other years; None where
        nobody looked for it.

    Returns
    -------
    pandas.DataFrame
        `phases` with best_weight, bound_weight, nesting_cost_weight and nesting_cost_people, all
        missing without `best_by_year`. The nested plan is a choice for the same money too, so
        best_weight is never below it and the cost of nesting never below 0; bound_weight holds at
        the link prices that the free choice was given, and is never below best_weight.

    Raises
    ------
    ParameterError
        If columns or years are missing, or a budget is not the plan's up to that year.
    """
    if best_by_year is None:
        return phases.assign(**dict.fromkeys(NESTING_COLUMNS, np.nan))
    free = _by_year(phases, best_by_year)
    best = np.maximum(free["covered_weight"], phases["cumulative_weight"])
    people = np.maximum(free["covered_people"] - phases["cumulative_people"], 0.0)
    ahead = free["covered_weight"] > phases["cumulative_weight"]
    return phases.assign(
        best_weight=best,
        bound_weight=np.maximum(free["upper_bound_weight"], best),
        nesting_cost_weight=best - phases["cumulative_weight"],
        nesting_cost_people=np.where(ahead, people, 0.0),
    )


def _by_year(phases: pd.DataFrame, best_by_year: pd.DataFrame) -> pd.DataFrame:
    """Return the free choices in the order of the phases, after a check."""
    absent = [name for name in _GIVEN if name not in best_by_year]
    if absent:
        raise ParameterError(
            f"best_by_year lacks the columns {', '.join(absent)}. Remedy: give {', '.join(_GIVEN)}."
        )
    if sorted(best_by_year["year"]) != phases["year"].tolist():
        raise ParameterError(
            f"best_by_year has the years {sorted(best_by_year['year'])}, the plan has "
            f"{phases['year'].tolist()}. Remedy: give each year of the plan once."
        )
    free = best_by_year.set_index("year").reindex(phases["year"]).reset_index()
    purse_vnd = phases["budget_vnd"].cumsum()
    wrong = (free["budget_vnd"] - purse_vnd).abs() > _ROUNDING_VND
    if wrong.any():
        told = ", ".join(
            f"{year}: {given:,.0f} VND instead of {own:,.0f} VND"
            for year, given, own in zip(
                phases["year"][wrong], free["budget_vnd"][wrong], purse_vnd[wrong], strict=True
            )
        )
        raise ParameterError(
            f"best_by_year is for other money: {told}. Remedy: choose with all the money up to "
            "each year, plan.budgets_by_year(…).cumsum()."
        )
    return free[list(_GIVEN)].astype(float)


def worst_year(phases: pd.DataFrame) -> tuple[int | None, float, float]:
    """Return the year in which nesting costs most weight, that weight, and the people.

    Parameters
    ----------
    phases
        As of :func:`with_nesting`.

    Returns
    -------
    tuple
        The first such year; None, 0 and 0 where nesting costs nothing or is not known.
    """
    cost = phases["nesting_cost_weight"]
    if not (cost > 0).any():
        return None, 0.0, 0.0
    row = int(np.argmax(cost.to_numpy(dtype=np.float64)))
    people = phases["nesting_cost_people"].to_numpy(dtype=np.float64)
    return int(phases["year"].iloc[row]), float(cost.iloc[row]), float(people[row])
