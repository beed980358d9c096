"""What becomes of a plan when prices, signal and positions turn out otherwise than expected?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Robustness"]


@dataclass(frozen=True, slots=True, eq=False)
class Robustness:
    """A plan tried against random draws.

    Attributes
    ----------
    sites
        One row per site of the choice, in its order: site_id, stays_share (part of the draws whose
        best choice builds at this place, at any height), same_share (and in the same way, height
        and operator).
    draws
        One row per draw: draw (from 1), signal_db (error that all levels share), plan_people,
        plan_weight (served by the choice as it was decided), plan_capex_vnd, best_people,
        best_weight, best_gap_share (of the best choice for that draw within the same budget),
        regret_weight (best less plan; below 0 where the plan costs more than the budget in that
        draw and serves more with it), floor_met (False where no choice of that draw could keep the
        floor for especially difficult villages, and the best choice is one without it).
    tornado
        One row per factor, what matters most to people first: factor ("price_" and the first word
        of its items, "signal", "position"), low_people, high_people, low_vnd, high_vnd (of the plan
        when this factor alone is at its low or high setting: the bounds of the price list, the low
        and high quantile of the shared error, every mast where it serves least or most),
        best_low_people, best_high_people (of the best choices at these settings).
    base_people, base_vnd
        The plan's with nothing changed.
    low_people, median_people, high_people
        Quantiles of plan_people over the draws; NaN without draws.
    low_vnd, median_vnd, high_vnd
        Quantiles of plan_capex_vnd.
    tail_share
        Part of the draws below the low and above the high quantile.
    seed
        Seed of the draws.
    places
        Candidates that competed in each draw.
    """

    sites: pd.DataFrame
    draws: pd.DataFrame
    tornado: pd.DataFrame
    base_people: float
    base_vnd: float
    low_people: float
    median_people: float
    high_people: float
    low_vnd: float
    median_vnd: float
    high_vnd: float
    tail_share: float
    seed: int
    places: int
