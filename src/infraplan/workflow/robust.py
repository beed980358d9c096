"""Does the plan keep its promise when prices, signal and positions turn out otherwise?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan import backhaul, catalog, siting
from infraplan.workflow.planning import plan_key
from infraplan.workflow.store import digest

if TYPE_CHECKING:
    from collections.abc import Callable

    import geopandas as gpd

    from infraplan.results import Robustness
    from infraplan.study import Study
    from infraplan.workflow.joint import Joint
    from infraplan.workflow.stages import Stages

__all__ = ["try_draws"]

_STAGE = "robustness"
_PERCENT, _REACH_PERCENT = 100, 40


def try_draws(
    state: Stages, study: Study, gaps: gpd.GeoDataFrame, joint: Joint
) -> Robustness | None:
    """Try sites and links against the study's draws, or take what was kept of it.

    Parameters
    ----------
    state, study, gaps
        As for :func:`infraplan.workflow.planning.weigh`.
    joint
        Its result.

    Returns
    -------
    Robustness or None
        None where the study asks for no draws. Candidates and their signal are found again, the
        signal with the slack that better draws need; the plan itself rests on neither.
    """
    draws = study.file.plan.draws
    if draws == 0:
        return None
    key = digest(plan_key(study, gaps), draws)
    if state.has(_STAGE, key):
        return state.take(_STAGE, lambda: state.store.load_robustness(key))

    def work(progress: Callable[[int, int], None]) -> Robustness:
        spots = siting.candidates(study, gaps)
        reach = siting.reach_options(
            study,
            spots,
            gaps,
            slack_db=catalog.rule("robust_slack_db"),
            executor=state.executor,
            progress=_part(progress, 0, _REACH_PERCENT),
        )
        found = siting.robustness(
            study,
            gaps,
            spots,
            reach,
            backhaul.link_prices(study, spots, links=joint.links),
            joint.choice,
            draws=draws,
            link_bill=joint.links.bill,
            executor=state.executor,
            progress=_part(progress, _REACH_PERCENT, _PERCENT),
        )
        state.store.save_robustness(key, found)
        return found

    return state.do(_STAGE, work)


def _part(progress: Callable[[int, int], None], begin: int, end: int) -> Callable[[int, int], None]:
    """Return what takes the progress of one part, from one percentage to another."""
    return lambda done, total: progress(begin + (end - begin) * done // max(total, 1), _PERCENT)
