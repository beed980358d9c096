"""Where do marks stand that would cover one another, and how is their true place kept?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.report.sheets.layout import Box

__all__ = ["spread"]

_ROUNDS: Final = 120
_PULL_SHARE: Final = 0.04
"""Part of the way back to its place that a mark goes in each round but the last ones."""
_LAST_ROUNDS: Final = 40
"""Rounds at the end in which marks only give way."""
_GOLDEN_RAD: Final = np.pi * (3.0 - np.sqrt(5.0))
"""Turn by which marks at the very same place start apart: no two go the same way."""


def spread(places: NDArray[np.float64], *, radius_mm: float, frame: Box) -> NDArray[np.float64]:
    """Move round marks apart until hardly any two meet, each as near to its place as may be.

    Parameters
    ----------
    places
        Places (n, 2), mm on the page; rows with NaN stay as they are.
    radius_mm
        Radius of a mark.
    frame
        No mark reaches beyond it.

    Returns
    -------
    ndarray of shape (n, 2)
        Where the marks stand; the same places give the same answer, bit by bit.
    """
    moved = np.array(places, dtype=np.float64)
    known = np.flatnonzero(np.isfinite(moved).all(axis=1))
    home = moved[known]
    turn = np.arange(len(known)) * _GOLDEN_RAD
    at = home + 1e-3 * radius_mm * np.column_stack([np.cos(turn), np.sin(turn)])
    least = np.array([frame.x_mm, frame.y_mm]) + radius_mm
    most = np.maximum(np.array([frame.right_mm, frame.top_mm]) - radius_mm, least)
    touched = np.zeros(len(known), dtype=bool)
    for number in range(_ROUNDS):
        push, meets = _push(at, 2.0 * radius_mm)
        touched |= meets
        if number < _ROUNDS - _LAST_ROUNDS:
            push += _PULL_SHARE * (home - at)
        at = np.clip(at + push, least, most)
    moved[known] = np.where(touched[:, None], at, np.clip(home, least, most))
    return moved


def _push(
    at: NDArray[np.float64], apart_mm: float
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return how far each mark gives way to those that it meets, and which meet any."""
    points = np.asarray(shapely.points(at), dtype=object)
    one, other = shapely.STRtree(points).query(points, predicate="dwithin", distance=apart_mm)
    pair = one < other
    order = np.lexsort((other[pair], one[pair]))
    one, other = one[pair][order], other[pair][order]
    away = at[one] - at[other]
    far = np.maximum(np.hypot(away[:, 0], away[:, 1]), 1e-9)
    step = away / far[:, None] * ((apart_mm - far) / 2.0)[:, None]
    push = np.zeros_like(at)
    np.add.at(push, one, step)
    np.add.at(push, other, -step)
    meets = np.zeros(len(at), dtype=bool)
    meets[one] = meets[other] = True
    return push * 0.8, meets
