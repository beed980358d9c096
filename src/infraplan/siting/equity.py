"""What does a floor for especially difficult villages do, what does it cost, and is it possible?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from infraplan.errors import InfeasibleError
from infraplan.optim import maximal_cover, set_cover
from infraplan.results import Equity
from infraplan.siting.demand_villages import village_names
from infraplan.siting.thrift import thrifty

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from infraplan.optim import Solution
    from infraplan.siting.choose_model import Effort, Floor, Model
    from infraplan.siting.reach import Reach
    from infraplan.study import Study

__all__ = ["equity_of", "solve_model"]


def solve_model(
    study: Study,
    reach: Reach,
    model: Model,
    floor: Floor | None,
    effort: Effort,
    progress: Callable[[float], None],
) -> Solution:
    """Choose the options that serve the most weight, and at least the floor, without waste.

    Raises
    ------
    InfeasibleError
        If the floor cannot be met within the budget; the message names villages that stay without
        service, the largest floor that is possible and the least budget that would do.
    """
    if floor is None or floor.weight <= 0:
        return _without_waste(model, _most(model, model.weight, None, effort, progress))
    try:
        return _without_waste(model, _most(model, model.weight, floor, effort, progress))
    except InfeasibleError as error:
        _refuse(study, reach, model, floor, effort, error)


def _without_waste(model: Model, found: Solution) -> Solution:
    """Serve the same for less where that is possible; the bound holds all the same."""
    chosen = thrifty(model, found.chosen)
    return replace(
        found, chosen=chosen, covered_weight=math.fsum(model.weight[model.covered(chosen)])
    )


def _ignore(_done_share: float) -> None:
    """Take a progress report and do nothing with it."""


def _refuse(
    study: Study,
    reach: Reach,
    model: Model,
    floor: Floor,
    effort: Effort,
    error: InfeasibleError,
) -> NoReturn:
    """Say which villages make the floor impossible, and how little would have to give."""
    whole = floor.weight / floor.share
    weight = np.where(floor.inside, model.weight, 0.0)
    best = _most(model, weight, None, effort)
    left = floor.inside & ~model.covered(best.chosen)
    names = village_names(study, reach.demand.village[left], weight[left])
    most = best.covered_weight / whole
    raise InfeasibleError(
        f"The floor of {floor.share:.1%} for especially difficult villages cannot be met within "
        f"{model.budget_vnd:,.0f} VND. Where the most of their weight is served, these stay "
        f"without: {names}. Remedy: a floor_share of "
        f"{math.floor(1000 * most) / 1000:g}, which is possible (more than "
        f"{min(math.ceil(1000 * best.upper_bound / whole) / 1000, 1.0):g} is not), or "
        f"{_least_budget(model, weight, floor, effort)}."
    ) from error


def _most(
    model: Model,
    weight: NDArray[np.float64],
    floor: Floor | None,
    effort: Effort,
    progress: Callable[[float], None] = _ignore,
) -> Solution:
    """Serve as much of some weight as the budget allows."""
    return maximal_cover.solve(
        model.served,
        weight,
        cost=model.cost_vnd,
        budget=model.budget_vnd,
        groups=model.place,
        service_group=None if floor is None else np.where(floor.inside, 0, -1),
        service_floor=None if floor is None else np.array([floor.weight]),
        gap_share=effort.gap_share,
        time_limit_s=effort.time_limit_s,
        effort=effort.effort,
        seed=effort.seed,
        progress=progress,
    )


def _least_budget(model: Model, weight: NDArray[np.float64], floor: Floor, effort: Effort) -> str:
    """Say which budget would meet the floor."""
    try:
        cheapest = set_cover.solve(
            model.served,
            weight,
            cost=model.cost_vnd,
            target=floor.weight,
            groups=model.place,
            gap_share=effort.gap_share,
            time_limit_s=effort.time_limit_s,
            effort=effort.effort,
            seed=effort.seed,
        )
    except InfeasibleError:
        return "other candidates: no budget would do with these, one height for each place"
    return (
        f"a budget of {math.ceil(cheapest.cost):,} VND (no less than "
        f"{math.floor(cheapest.lower_bound):,})"
    )


def equity_of(
    reach: Reach,
    model: Model,
    floor: Floor,
    found: Solution,
    without: Solution,
    effort: Effort,
) -> Equity:
    """Measure what the floor does and what it costs.

    Parameters
    ----------
    reach, model, floor
        What the choice was made from.
    found
        The choice with the floor.
    without
        The choice without it; the same where that meets the floor.
    effort
        How hard the cheapest choice that serves as much is sought.

    Returns
    -------
    Equity
        Its price is what the choice costs beyond the least cost that serves as much without the
        floor; 0 where the choice without the floor meets it.
    """
    with_floor, freely = model.covered(found.chosen), model.covered(without.chosen)
    covered = math.fsum(model.weight[with_floor])
    low_vnd, high_vnd = (
        (0.0, 0.0) if found is without else _price_vnd(model, found.chosen, covered, effort)
    )
    inside = model.weight * floor.inside
    whole = math.fsum(inside)
    return Equity(
        floor_share=floor.share,
        served_share=_share(math.fsum(inside[with_floor]), whole),
        without_share=_share(math.fsum(inside[freely]), whole),
        floor_people=math.fsum(reach.demand.people[floor.inside]),
        covered_weight=covered,
        without_weight=math.fsum(model.weight[freely]),
        price_vnd=low_vnd,
        price_low_vnd=low_vnd,
        price_high_vnd=high_vnd,
    )


def _price_vnd(
    model: Model, chosen: NDArray[np.int64], covered: float, effort: Effort
) -> tuple[float, float]:
    """Bound what the choice costs beyond the cheapest way to serve as much, VND.

    A search that finds no way at all within its effort proves nothing; the choice is one.
    """
    spent_vnd = math.fsum(model.cost_vnd[chosen])
    try:
        cheapest = set_cover.solve(
            model.served,
            model.weight,
            cost=model.cost_vnd,
            target=covered,
            groups=model.place,
            gap_share=effort.gap_share,
            time_limit_s=effort.time_limit_s,
            effort=effort.effort,
            seed=effort.seed,
        )
    except InfeasibleError:
        return 0.0, spent_vnd
    least_vnd = min(cheapest.cost, spent_vnd)
    return spent_vnd - least_vnd, spent_vnd - min(cheapest.lower_bound, least_vnd)


def _share(part: float, whole: float) -> float:
    """Return a part of a whole; all of nothing is 1."""
    return part / whole if whole > 0 else 1.0
