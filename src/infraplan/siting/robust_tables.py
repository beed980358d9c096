"""How often does each site stay, how did each draw go, and what matters most?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.optim import Solution
    from infraplan.results import Choice
    from infraplan.siting.robust_scene import Outcome, Scene
    from infraplan.siting.robust_settings import Setting

__all__ = ["draw_table", "quantiles", "site_table", "tornado"]


def draw_table(
    settings: list[Setting],
    outcomes: list[Outcome],
    found: list[tuple[Solution, bool]],
    people: list[float],
) -> pd.DataFrame:
    """Tell how each draw went."""
    return pd.DataFrame(
        {
            "draw": np.arange(1, len(settings) + 1),
            "signal_db": np.array([setting.common_db for setting in settings], dtype=float),
            "plan_people": np.array([plan.people for plan in outcomes], dtype=float),
            "plan_weight": np.array([plan.weight for plan in outcomes], dtype=float),
            "plan_capex_vnd": np.array([plan.capex_vnd for plan in outcomes], dtype=float),
            "best_people": np.array(people, dtype=float),
            "best_weight": np.array([one.covered_weight for one, _ in found], dtype=float),
            "best_gap_share": np.array([one.gap_share for one, _ in found], dtype=float),
            "regret_weight": np.array(
                [
                    one.covered_weight - plan.weight
                    for (one, _), plan in zip(found, outcomes, strict=True)
                ],
                dtype=float,
            ),
            "floor_met": np.array([met for _, met in found], dtype=bool),
        }
    )


def site_table(choice: Choice, scene: Scene, chosen: list[NDArray[np.int64]]) -> pd.DataFrame:
    """Tell how often each site of the choice stays."""
    own = scene.place[scene.plan]
    stays, same = np.zeros(len(own)), np.zeros(len(own))
    for options in chosen:
        stays += np.isin(own, scene.place[options])
        same += np.isin(scene.plan, options)
    count = len(chosen) or math.nan
    return pd.DataFrame(
        {
            "site_id": choice.new_sites["site_id"].astype(str).to_numpy(dtype=object),
            "stays_share": stays / count,
            "same_share": same / count,
        }
    )


def tornado(names: list[str], outcomes: list[Outcome], people: list[float]) -> pd.DataFrame:
    """Tell what each factor alone does, what matters most first."""
    low, high = outcomes[0::2], outcomes[1::2]
    table = pd.DataFrame(
        {
            "factor": np.array(names, dtype=object),
            "low_people": np.array([one.people for one in low], dtype=float),
            "high_people": np.array([one.people for one in high], dtype=float),
            "low_vnd": np.array([one.capex_vnd for one in low], dtype=float),
            "high_vnd": np.array([one.capex_vnd for one in high], dtype=float),
            "best_low_people": np.array(people[0::2], dtype=float),
            "best_high_people": np.array(people[1::2], dtype=float),
        }
    )
    effects = (table["high_people"] - table["low_people"]).abs()
    money = (table["high_vnd"] - table["low_vnd"]).abs()
    order = table.assign(effect=effects, money=money).sort_values(
        ["effect", "money", "factor"], ascending=[False, False, True], kind="stable"
    )
    return table.loc[order.index].reset_index(drop=True)


def quantiles(table: pd.DataFrame, tail_share: float) -> dict[str, float]:
    """Return low, median and high of people and cost; NaN without draws."""
    found = {}
    for column, name in (("plan_people", "people"), ("plan_capex_vnd", "vnd")):
        values = table[column].quantile([tail_share, 0.5, 1.0 - tail_share])
        for end, value in zip(("low", "median", "high"), values, strict=True):
            found[f"{end}_{name}"] = float(value)
    return found
