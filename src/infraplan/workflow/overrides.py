"""What if the same study had other money, or were tried against more draws?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from infraplan.errors import ParameterError

if TYPE_CHECKING:
    from infraplan.study import Study

__all__ = ["overridden"]

_MOST_DRAWS = 10_000


def overridden(study: Study, *, budget_vnd: float | None, draws: int | None) -> Study:
    """Return a study with another budget or number of draws, and say so in its parameters.

    Parameters
    ----------
    study
        The study.
    budget_vnd
        Money of all years together, in equal parts, VND; the study's where None.
    draws
        Random draws that the plan is tried against; the study's where None.

    Raises
    ------
    ParameterError
        If one of them is out of range; both are checked.
    """
    changes: dict[str, Any] = {}
    faults = []
    if budget_vnd is not None:
        changes |= {"budget_vnd": float(budget_vnd), "yearly_budget_vnd": None}
        if not (math.isfinite(budget_vnd) and budget_vnd >= 0):
            faults.append(f"The budget is {budget_vnd}; give a finite number of at least 0 VND.")
    if draws is not None:
        changes["draws"] = draws
        if not 0 <= draws <= _MOST_DRAWS:
            faults.append(f"The number of draws is {draws}; give 0 to {_MOST_DRAWS}.")
    if faults:
        raise ParameterError(" ".join(faults))
    if not changes:
        return study
    plan = study.file.plan.model_copy(update=changes)
    file = study.file.model_copy(update={"plan": plan})
    told = replace(study.provenance, parameters=file.model_dump_json())
    return replace(study, file=file, provenance=told)
