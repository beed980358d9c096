"""Which villages does fibre to the home reach, over which cables, and at what price per home?"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from infraplan.backhaul.homes_model import Model, Solved, model_of
from infraplan.backhaul.homes_tables import Laid, commune_table, laid_out, village_table
from infraplan.backhaul.optical import default_ratios, optical_rule
from infraplan.errors import ParameterError
from infraplan.results import Homes
from infraplan.wording import Text, decimal, money, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.study import Study

__all__ = ["fibre_to_homes"]

GAP_SHARE = 0.01
_PROVEN_SHARE = 1e-9
_HALVINGS = 10


def fibre_to_homes(
    study: Study,
    *,
    budget_vnd: float | None = None,
    price_ceiling_vnd_per_home: float | None = None,
    split_ratios: Sequence[int] | None = None,
    seed: int = 0,
    time_limit_s: float = 60.0,
) -> Homes:
    """Bring fibre to the villages where it is worth its price, by one certified cheapest network.

    Parameters
    ----------
    study
        Villages, roads, cables, fibre nodes and prices.
    budget_vnd
        Most that may be bought, VND; no limit where None.
    price_ceiling_vnd_per_home
        What passing one more home is worth at most, VND; the catalogue's where None.
    split_ratios
        Outputs of the splitters between exchange and home; the catalogue's where None.
    seed
        Seed of the solver.
    time_limit_s
        Emergency stop, s; a run it stops is not repeatable.

    Returns
    -------
    Homes
        Villages, cables, and the certificate.

    Raises
    ------
    ParameterError
        If the budget or the ceiling is negative, or a splitter is unknown.

    Notes
    -----
    Without a budget the sum of cost and of the worth of homes left out is made small: a
    prize-collecting tree. Under a budget that worth is lowered until the network fits; each such
    network also bounds what any network within the budget can pass (Lagrange). How far light
    carries: villages too far even by the shortest fibre take no part; one that the tree reaches by
    too long a way counts as left out, and cables that only serve such villages are not built.
    """
    ceiling = (
        optical_rule("worth_vnd_home")
        if price_ceiling_vnd_per_home is None
        else price_ceiling_vnd_per_home
    )
    faults = [
        f"{name} is {value}, expected at least 0"
        for name, value in (("budget_vnd", budget_vnd), ("price_ceiling_vnd_per_home", ceiling))
        if value is not None and not value >= 0
    ]
    if faults:
        raise ParameterError("fibre to homes: " + "; ".join(faults) + ".")
    ratios = default_ratios() if split_ratios is None else tuple(split_ratios)
    model = model_of(study, ratios)
    deadline = time.perf_counter() + time_limit_s
    tried = _tried(study, model, ceiling, budget_vnd, seed=seed, deadline=deadline)
    fitting = [pair for pair in tried if budget_vnd is None or pair[1].cost_vnd <= budget_vnd]
    solved, laid = max(fitting, key=lambda pair: (pair[1].homes, -pair[1].cost_vnd))
    return _homes(study, model, tried, solved, laid, budget_vnd=budget_vnd)


def _tried(
    study: Study,
    model: Model,
    ceiling: float,
    budget_vnd: float | None,
    *,
    seed: int,
    deadline: float,
) -> list[tuple[Solved, Laid]]:
    """Solve for the ceiling, and where that breaks the budget for lower worths by halving."""
    found: list[tuple[Solved, Laid]] = []

    def attempt(worth_vnd: float) -> bool:
        solved = model.solve(worth_vnd, seed=seed, deadline=deadline, gap_share=GAP_SHARE)
        laid = laid_out(study, model, solved)
        found.append((solved, laid))
        return budget_vnd is None or laid.cost_vnd <= budget_vnd

    if attempt(ceiling):
        return found
    low, high = 0.0, ceiling
    attempt(low)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2.0
        low, high = (middle, high) if attempt(middle) else (low, middle)
    return found


def _homes(
    study: Study,
    model: Model,
    tried: Sequence[tuple[Solved, Laid]],
    solved: Solved,
    laid: Laid,
    *,
    budget_vnd: float | None,
) -> Homes:
    """Lay out the network that was kept, with its certificate."""
    left_out = model.open_homes - laid.homes
    objective_vnd = laid.cost_vnd + solved.worth_vnd_home * left_out
    bound_vnd = min(solved.lower_bound_vnd, objective_vnd)
    gap_share = (objective_vnd - bound_vnd) / objective_vnd if objective_vnd > 0 else 0.0
    most: float | None = None
    if budget_vnd is not None:
        most = min([model.open_homes, *(one.most_homes(model, budget_vnd) for one, _ in tried)])
        most = max(most, laid.homes)
        gap_share = (most - laid.homes) / most if most > 0 else 0.0
    villages = village_table(study, model, laid)
    return Homes(
        villages=villages,
        communes=commune_table(villages),
        links=laid.table,
        bill=pd.concat([laid.bill, model.bill(villages)], ignore_index=True),
        homes_before=float(model.households[model.before].sum()),
        homes_passed=laid.homes,
        households=float(model.households.sum()),
        cost_vnd=laid.cost_vnd,
        worth_vnd_home=solved.worth_vnd_home,
        objective_vnd=objective_vnd,
        lower_bound_vnd=bound_vnd,
        upper_bound_homes=most,
        gap_share=gap_share,
        status=_status(gap_share, timed_out=any(one.timed_out for one, _ in tried)),
        budget_vnd=budget_vnd,
        provenance=replace(
            study.provenance, notes=(*study.provenance.notes, *_notes(solved.worth_vnd_home))
        ),
    )


def _notes(worth_vnd: float) -> tuple[Text, ...]:
    """Say what the network rests on."""
    near = decimal(optical_rule("served_near_m"), 0)
    return (
        phrase("homes_note_before", {"near": near}),
        phrase("homes_note_worth", {"worth": money(worth_vnd)}),
    )


def _status(gap_share: float, *, timed_out: bool) -> str:
    if gap_share <= _PROVEN_SHARE:
        return "optimal"
    if gap_share <= GAP_SHARE:
        return "gap_reached"
    return "time_limit" if timed_out else "effort_limit"
