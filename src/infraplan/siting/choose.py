"""Which candidates serve the most demand within a budget, and how sure is that?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from infraplan.results import Choice, Service
from infraplan.siting.choose_model import (
    Effort,
    Floor,
    Model,
    budget_of,
    floor_of,
    link_vnd_of,
    model_of,
)
from infraplan.siting.choose_order import best_first
from infraplan.siting.equity import equity_of, solve_model
from infraplan.siting.notes import choice_notes
from infraplan.siting.reach import Reach, reach_options
from infraplan.siting.table import new_sites, site_bills

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from infraplan.optim import Solution
    from infraplan.results import Equity
    from infraplan.study import Study

__all__ = ["choose"]

_REACH_PERCENT = 80  # part of the progress that the prediction of reach takes
_FREE_PART = 0.3  # part of the solver's progress that the choice without a floor takes


def choose(
    study: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    *,
    reach: Reach | None = None,
    budget_vnd: float | None = None,
    link_prices: pd.DataFrame | None = None,
    floor_share: float | None = None,
    gap_share: float = 0.005,
    time_limit_s: float = 60.0,
    effort: float = 1.0,
    seed: int = 0,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Choice:
    """Choose the sites, their heights and operators that serve the most demand within a budget.

    Parameters
    ----------
    study
        Terrain, people, prices and the plan's parameters.
    gaps
        Table ``gaps``.
    spots
        Table ``candidates``.
    reach
        From :func:`infraplan.siting.reach_options` of the same candidates and gaps; predicted here
        where absent.
    budget_vnd
        Budget of masts and base stations, and of links where their prices are given, VND; the
        study's where absent.
    link_prices
        Columns candidate_id and link_vnd, from :func:`infraplan.backhaul.link_prices`: price of a
        link of its own, VND; a candidate whose price is missing cannot be linked and is left out.
        Masts lower than its column least_mast_m, if any, cost fibre_vnd. Without the table links
        cost nothing here.
    floor_share
        Least part of the reachable weight of especially difficult villages that has to be served,
        0 to 1; the study's where absent, 0 for no floor.
    gap_share
        Stop when the choice is proven within this share of the best possible, 0 to 1.
    time_limit_s
        Emergency stop of each run of the solver, s; a run it stops is not repeatable. With
        ``math.inf`` only the effort stops it, and every machine gives the same choice.
    effort
        Scales the solver's work, above 0.
    seed
        Seed of the solver.
    executor
        Runs the predictions side by side.
    progress
        Called with (percent done, 100).

    Returns
    -------
    Choice
        Sites in order of the weight they add, and the certificate. Sites that add none are
        dropped; the sites' people add up to the people covered. The certificate holds for links
        priced each on its own: where links will share fibre, a better choice may fit the budget.

    Raises
    ------
    ParameterError
        If budget or floor are out of range, the link prices lack a candidate, or the reach is of
        other candidates.
    InfeasibleError
        If the floor is impossible within the budget; the message says what would be possible.
    CrsError
        If candidates or gaps are in another CRS than the study.
    """
    budget = budget_of(budget_vnd, study.file.plan.budget_vnd)
    tell = progress or _ignore
    spots = spots.reset_index(drop=True)
    done = 0
    if reach is None:
        done = _REACH_PERCENT
        reach = reach_options(
            study,
            spots,
            gaps,
            executor=executor,
            progress=lambda n, all_: tell(done * n // all_, 100),
        )
    link_vnd = link_vnd_of(spots, link_prices, reach.options)
    model = model_of(spots, reach, study.prices, link_vnd=link_vnd, budget_vnd=budget)
    asked = study.file.plan.floor_share if floor_share is None else floor_share
    floor = floor_of(model, reach, asked)
    work = Effort(gap_share, time_limit_s, effort, seed)
    solution, equity = _solve(
        study, reach, model, floor, work, lambda part: tell(done + round((100 - done) * part), 100)
    )
    choice = _choice(study, gaps, spots, reach, model, solution, link_vnd, equity)
    tell(100, 100)
    return choice


def _ignore(_done: int, _total: int) -> None:
    """Take a progress report and do nothing with it."""


def _solve(
    study: Study,
    reach: Reach,
    model: Model,
    floor: Floor | None,
    effort: Effort,
    progress: Callable[[float], None],
) -> tuple[Solution, Equity | None]:
    """Choose without the floor, and once more with it where that choice does not meet it."""
    part_of_all = 1.0 if floor is None else _FREE_PART
    freely = solve_model(
        study, reach, model, None, effort, lambda part: progress(part_of_all * part)
    )
    if floor is None:
        return freely, None
    if floor.is_met(model, freely.chosen):
        return freely, equity_of(reach, model, floor, freely, freely, effort)
    solution = solve_model(
        study,
        reach,
        model,
        floor,
        effort,
        lambda part: progress(_FREE_PART + (1.0 - _FREE_PART) * part),
    )
    return solution, equity_of(reach, model, floor, solution, freely, effort)


def _choice(
    study: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    model: Model,
    solution: Solution,
    link_vnd: NDArray[np.float64] | None,
    equity: Equity | None,
) -> Choice:
    """Put together the choice and its certificate."""
    ordered = best_first(model, solution.chosen)
    bill = site_bills(spots, reach, model.rows[ordered.chosen])
    sites = new_sites(study, gaps, spots, reach, model, ordered, bill, link_vnd)
    people = reach.demand.gap_people()
    covered = math.fsum(model.weight[model.covered(ordered.chosen)])
    bound = max(solution.upper_bound, covered)
    notes = (*study.provenance.notes, *choice_notes(study, reach, model, link_vnd, equity))
    return Choice(
        new_sites=sites,
        covered_people=math.fsum(people[model.covered(ordered.chosen)]),
        covered_weight=covered,
        upper_bound_weight=bound,
        gap_share=(bound - covered) / bound if bound > 0 else 0.0,
        status=solution.status,
        demand_people=math.fsum(people),
        demand_weight=math.fsum(model.weight),
        reachable_people=math.fsum(people[model.reachable]),
        candidates=len(spots),
        options=len(model.rows),
        budget_vnd=model.budget_vnd,
        service=Service(model.served[ordered.chosen], model.weight, people),
        bill=bill,
        prices=study.prices,
        equity=equity,
        provenance=replace(study.provenance, notes=notes),
    )
