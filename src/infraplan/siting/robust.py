"""Does a choice of sites keep its promise when prices, signal and positions turn out otherwise?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from infraplan import catalog
from infraplan.errors import InfeasibleError, ParameterError
from infraplan.optim import maximal_cover
from infraplan.results import Robustness
from infraplan.siting.robust_core import Given, scene_of
from infraplan.siting.robust_scene import served, try_plan
from infraplan.siting.robust_settings import DIRECTIONS, Errors, Setting, drawn, factors, usual
from infraplan.siting.robust_tables import draw_table, quantiles, site_table, tornado

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    import geopandas as gpd
    import pandas as pd

    from infraplan.optim import Solution
    from infraplan.results import Choice, Prices
    from infraplan.siting.reach import Reach
    from infraplan.siting.robust_scene import Scene
    from infraplan.study import Study

__all__ = ["robustness"]


def robustness(
    study: Study,
    gaps: gpd.GeoDataFrame,
    spots: gpd.GeoDataFrame,
    reach: Reach,
    link_prices: pd.DataFrame | None,
    choice: Choice,
    *,
    draws: int,
    link_bill: pd.DataFrame | None = None,
    seed: int = 0,
    gap_share: float = 0.01,
    effort: float = 0.25,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Robustness:
    """Try a choice of sites against random draws, and against each factor alone.

    In each draw every price item, an error of the signal that all sites share, one of each site's
    own, and the position of each chosen new mast turn out otherwise; then the best choice within
    the same budget is sought among the chosen candidates and those that serve most for their cost.

    Parameters
    ----------
    study, gaps, spots
        What the choice was made from.
    reach
        Of these candidates and gaps, with slack (``slack_db``): draws that are better by more than
        the slack count as better by the slack.
    link_prices
        As the choice was given them; a link's price moves with that of its medium.
    choice
        The choice.
    draws
        How many draws, at least 0; without any there is only the tornado.
    link_bill
        What the links of the choice are made of; at their estimates where None.
    seed
        Seed of draws and solver; each draw depends on it and its number only.
    gap_share, effort
        Of each best choice; see :func:`infraplan.siting.choose`. The clock never stops one.
    executor
        Predicts moved masts and solves draws side by side; the result does not depend on it.
    progress
        Called with (done, total) choices.

    Returns
    -------
    Robustness
        How often each site stays, what the choice keeps of its promise, and what matters most.
        Candidates that were not chosen do not move, so that the share of draws a site stays in is,
        if anything, too low; and the best choices are among few candidates, so that the regret is,
        if anything, too low, too.

    Raises
    ------
    ParameterError
        If the number of draws is below 0, or the reach is of other candidates.
    """
    if draws < 0:
        raise ParameterError(f"draws is {draws}; give at least 0.")
    rule = catalog.rule
    errors = Errors(
        rule("robust_common_sigma_db"), rule("robust_site_sigma_db"), rule("robust_tail_share")
    )
    given = Given(study, gaps, spots.reset_index(drop=True), reach, link_prices, choice, link_bill)
    scene = scene_of(
        given,
        most_places=int(rule("robust_core_places")),
        distance_m=rule("robust_position_m"),
        executor=executor,
    )
    places = int(scene.place.max(initial=-1)) + 1
    base = usual(choice.prices, places)
    alone = _alone(scene, choice.prices, base, errors)
    settings = [
        drawn(choice.prices, places, errors, seed=seed, number=number) for number in range(draws)
    ]
    settings += [setting for ends in alone.values() for setting in ends]

    def best(setting: Setting) -> tuple[Solution, bool]:
        return _best(scene, setting, gap_share=gap_share, effort=effort, seed=seed)

    run = map if executor is None else executor.map
    found: list[tuple[Solution, bool]] = []
    for one in run(best, settings):
        found.append(one)
        if progress is not None:
            progress(len(found), len(settings))
    outcomes = [try_plan(scene, setting) for setting in settings]
    people = [_people(scene, s, one[0]) for s, one in zip(settings, found, strict=True)]
    plan = try_plan(scene, base)
    table = draw_table(settings[:draws], outcomes[:draws], found[:draws], people[:draws])
    return Robustness(
        sites=site_table(choice, scene, [one.chosen for one, _ in found[:draws]]),
        draws=table,
        tornado=tornado(list(alone), outcomes[draws:], people[draws:]),
        base_people=plan.people,
        base_vnd=plan.capex_vnd,
        **quantiles(table, errors.tail_share),
        tail_share=errors.tail_share,
        seed=seed,
        places=places,
    )


def _best(
    scene: Scene, setting: Setting, *, gap_share: float, effort: float, seed: int
) -> tuple[Solution, bool]:
    """Find the best choice for a setting, and tell whether the floor could be kept."""
    reached, cost_vnd = served(scene, setting), scene.cost_vnd(setting)
    reachable = np.zeros(len(scene.weight), dtype=np.bool_)
    reachable[reached.indices] = True
    inside = scene.inside & reachable
    least = scene.floor_share * math.fsum(scene.weight[inside])

    def solve(*, floor: bool) -> Solution:
        return maximal_cover.solve(
            reached,
            scene.weight,
            cost=cost_vnd,
            budget=scene.budget_vnd,
            groups=scene.place,
            service_group=np.where(inside, 0, -1) if floor else None,
            service_floor=np.array([least]) if floor else None,
            gap_share=gap_share,
            time_limit_s=math.inf,
            effort=effort,
            seed=seed,
        )

    if least <= 0:
        return solve(floor=False), True
    try:
        return solve(floor=True), True
    except InfeasibleError:
        return solve(floor=False), False


def _alone(
    scene: Scene, prices: Prices, base: Setting, errors: Errors
) -> dict[str, tuple[Setting, Setting]]:
    """Return each factor alone at its bounds, positions by what each chosen mast serves there."""
    worth = []
    for direction in range(len(DIRECTIONS)):
        moved = np.full(len(base.direction), direction, dtype=np.int64)
        there = Setting(base.price_vnd, base.common_db, base.site_db, moved)
        worth.append(served(scene, there, scene.plan) @ scene.weight)
    worst, best = base.direction.copy(), base.direction.copy()
    worst[scene.place[scene.plan]] = np.argmin(np.array(worth), axis=0)
    best[scene.place[scene.plan]] = np.argmax(np.array(worth), axis=0)
    used = scene.plan_quantity > 0
    return factors(prices, base, errors, used=used, worst=worst, best=best)


def _people(scene: Scene, setting: Setting, solution: Solution) -> float:
    reached = np.unique(served(scene, setting, solution.chosen).indices)
    return math.fsum(scene.people[reached])
