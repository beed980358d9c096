"""Whom would each option serve, and at what cost, when things turn out otherwise?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.siting.robust_settings import Setting

__all__ = ["Outcome", "Scene", "served", "try_plan"]


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """The options that compete, in a form that a setting is quickly applied to.

    Attributes
    ----------
    margins
        Rows by demand, int8, as in :class:`infraplan.siting.Reach`; the last row is empty.
    row_of
        Row of each option in each direction, shape (directions, options).
    place
        Place of each option, counted from 0, shape (options,).
    slack_db
        Of the margins.
    quantity
        Options by items of the price list, of what is bought once.
    link_vnd, link_item
        Likely price of each option's link, and the item it moves with (-1: none), shape (options,).
    likely_vnd
        Likely price of each item.
    plan
        The options that were chosen.
    plan_quantity
        Items that chosen sites and their links buy.
    weight, people
        Of each demand.
    inside
        Demand that a floor protects.
    budget_vnd, floor_share
        Limits of a choice; a floor of 0 is none.
    """

    margins: csr_array
    row_of: NDArray[np.int64]
    place: NDArray[np.int64]
    slack_db: float
    quantity: csr_array
    link_vnd: NDArray[np.float64]
    link_item: NDArray[np.int64]
    likely_vnd: NDArray[np.float64]
    plan: NDArray[np.int64]
    plan_quantity: NDArray[np.float64]
    weight: NDArray[np.float64]
    people: NDArray[np.float64]
    inside: NDArray[np.bool_]
    budget_vnd: float
    floor_share: float

    def cost_vnd(self, setting: Setting) -> NDArray[np.float64]:
        """Price every option with its link."""
        ratio = np.ones(len(self.likely_vnd) + 1)  # the last is that of links that move with none
        known = self.likely_vnd > 0
        ratio[:-1][known] = setting.price_vnd[known] / self.likely_vnd[known]
        own: NDArray[np.float64] = self.quantity @ setting.price_vnd
        return own + self.link_vnd * ratio[self.link_item]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What some sites serve and cost."""

    people: float
    weight: float
    capex_vnd: float


def served(scene: Scene, setting: Setting, options: NDArray[np.int64] | None = None) -> csr_array:
    """Tell which option serves which demand.

    Parameters
    ----------
    scene, setting
        What is, and how it turns out.
    options
        Those that are asked for; all where None.

    Returns
    -------
    scipy.sparse.csr_array
        Options by demand, True where it is served. Errors above the slack count as the slack, and
        decibels are counted whole, to the side of no service.
    """
    asked = np.arange(len(scene.place)) if options is None else options
    place = scene.place[asked]
    shift_db = np.minimum(setting.common_db + setting.site_db[place], scene.slack_db)
    least = np.ceil(scene.slack_db - shift_db) + 1.0
    rows = scene.margins[scene.row_of[setting.direction[place], asked]]
    kept = rows.data >= np.repeat(least, np.diff(rows.indptr))
    indptr = np.concatenate([[0], np.cumsum(kept)])[rows.indptr].astype(rows.indptr.dtype)
    indices = rows.indices[kept]
    return csr_array((np.ones(len(indices), dtype=np.bool_), indices, indptr), shape=rows.shape)


def try_plan(scene: Scene, setting: Setting) -> Outcome:
    """Count whom the plan as decided serves, and what it costs."""
    reached = np.unique(served(scene, setting, scene.plan).indices)
    return Outcome(
        people=math.fsum(scene.people[reached]),
        weight=math.fsum(scene.weight[reached]),
        capex_vnd=float(scene.plan_quantity @ setting.price_vnd),
    )
