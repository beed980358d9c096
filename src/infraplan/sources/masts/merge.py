"""Which towers are one mast?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import cKDTree

from infraplan.sources.masts.closeness import close_groups
from infraplan.sources.masts.records import ESTIMATED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from infraplan.sources.masts.records import Tower

__all__ = ["Mast", "merge_towers"]

_POSITION: Final = "position"


@dataclass(frozen=True, slots=True)
class Mast:
    """Towers that are one mast.

    Attributes
    ----------
    towers
        The one whose position is the mast's first: the best known, then the smallest identifier;
        the others in the same order.
    reasons
        Why each of them is part of the mast, as in the dictionary of ``merges``.
    """

    towers: tuple[Tower, ...]
    reasons: tuple[str, ...]


def merge_towers(
    towers: Sequence[Tower], *, merge_within_m: float, estimated_within_m: float
) -> list[Mast]:
    """Merge towers near each other into masts, by identifier of the mast's first tower.

    Parameters
    ----------
    towers
        Sorted by identifier.
    merge_within_m
        Greatest distance between two towers of a mast, of whichever operators, m.
    estimated_within_m
        A tower whose position is estimated is part of the nearest tower of its operator with a
        known position, where one stands as near as this, m.
    """
    host = _hosts(towers, estimated_within_m)
    own = np.flatnonzero(host < 0)
    x, y = np.array([t.x_m for t in towers]), np.array([t.y_m for t in towers])
    mast = np.full(len(towers), -1, dtype=np.int64)
    mast[own] = close_groups(x[own], y[own], within_m=merge_within_m)
    mast[host >= 0] = mast[host[host >= 0]]
    members: dict[int, list[int]] = {}
    for i, number in enumerate(mast.tolist()):
        members.setdefault(number, []).append(i)
    masts = [_mast([(towers[i], bool(host[i] >= 0)) for i in m]) for m in members.values()]
    return sorted(masts, key=lambda m: m.towers[0].tower_id)


def _hosts(towers: Sequence[Tower], within_m: float) -> NDArray[np.int64]:
    """Return the place of the known tower that each estimated one is part of, -1 without one."""
    host = np.full(len(towers), -1, dtype=np.int64)
    points = np.array([[t.x_m, t.y_m] for t in towers]).reshape(-1, 2)
    known: dict[str, list[int]] = {}
    guessed: dict[str, list[int]] = {}
    for i, tower in enumerate(towers):
        if tower.operator is not None:
            kind = guessed if tower.origins["geometry"] in ESTIMATED else known
            kind.setdefault(tower.operator, []).append(i)
    for operator in sorted(known.keys() & guessed.keys()):
        there, theirs = np.array(known[operator]), np.array(guessed[operator])
        apart_m, nearest = cKDTree(points[there]).query(points[theirs])
        near = np.asarray(apart_m) <= within_m
        host[theirs[near]] = there[np.asarray(nearest)[near]]
    return host


def _mast(members: list[tuple[Tower, bool]]) -> Mast:
    """Order the towers of a mast and say why each is part of it."""
    members.sort(key=lambda member: (member[1], member[0].rank))
    first = members[0][0]
    operators = {first.operator}
    reasons = [_POSITION]
    for tower, hosted in members[1:]:
        if hosted:
            reasons.append("estimated")
        else:
            reasons.append("same_operator" if tower.operator in operators else "other_operator")
            operators.add(tower.operator)
    return Mast(tuple(tower for tower, _ in members), tuple(reasons))
