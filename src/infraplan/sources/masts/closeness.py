"""Which points lie so near each other that they are one place?

Groups are complete-linked: no two members lie farther apart than the limit, so that a row of masts
along a road does not join into one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.spatial import cKDTree

from infraplan.errors import ParameterError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["close_groups"]

_PAIRS_MOST: Final = 20_000_000
"""Pairs of positions that are weighed at most: some 500 MB."""


def close_groups(
    x_m: NDArray[np.float64], y_m: NDArray[np.float64], *, within_m: float
) -> NDArray[np.int64]:
    """Group points whose greatest distance from each other is within a limit.

    The nearest pairs are joined first, and two groups only where all their points together keep
    the limit; so no two groups are left that could still be joined. The groups are the same in
    whatever order the points come.

    Parameters
    ----------
    x_m, y_m
        Positions in a metric CRS, finite, shape (n,).
    within_m
        Greatest distance between two members, m; with 0 only equal positions are grouped.

    Returns
    -------
    numpy.ndarray
        Number of the group of each point, shape (n,), from 0 on; groups are numbered by their
        westernmost point.

    Raises
    ------
    ParameterError
        If a position is not finite, the limit is negative, or so many points lie within it that
        it cannot mean one place.

    Examples
    --------
    >>> close_groups(np.array([0.0, 20.0, 40.0]), np.zeros(3), within_m=30.0).tolist()
    [0, 0, 1]
    """
    if not within_m >= 0 or not np.isfinite(within_m):
        raise ParameterError(f"The limit must be a distance in m of at least 0, not {within_m!r}.")
    points = np.column_stack([x_m, y_m]).astype(np.float64)
    if not np.isfinite(points).all():
        raise ParameterError("A position is not finite. Remedy: leave out points without one.")
    if not len(points):
        return np.empty(0, dtype=np.int64)
    places, place_of = np.unique(points, axis=0, return_inverse=True)
    group = _grouped(places, within_m)
    _, first = np.unique(group, return_index=True)
    number = np.empty(len(places), dtype=np.int64)
    number[group[np.sort(first)]] = np.arange(len(first))
    return number[group][place_of.reshape(-1)]


def _grouped(places: NDArray[np.float64], within_m: float) -> NDArray[np.int64]:
    """Return a number for each place, the same for those of one group."""
    leader = np.arange(len(places))
    members: dict[int, list[int]] = {}
    for i, j in _nearest_first(places, within_m).tolist():
        a, b = int(leader[i]), int(leader[j])
        if a == b:
            continue
        ours, theirs = members.get(a, [a]), members.get(b, [b])
        if not _all_within(places[ours], places[theirs], within_m):
            continue
        both = ours + theirs
        keep, gone = min(a, b), max(a, b)
        members[keep] = both
        members.pop(gone, None)
        leader[both] = keep
    return leader


def _nearest_first(places: NDArray[np.float64], within_m: float) -> NDArray[np.int64]:
    """Return the pairs of places within the limit, the nearest first, then from west to east."""
    tree = cKDTree(places)
    if within_m == 0:
        return np.empty((0, 2), dtype=np.int64)
    pairs_most = 2 * _PAIRS_MOST + len(places)
    if int(tree.count_neighbors(tree, within_m)) > pairs_most:
        raise ParameterError(
            f"More than {_PAIRS_MOST:,} pairs of places lie within {within_m:g} m of each other. "
            "Remedy: give a smaller distance, or leave out the heap of points."
        )
    pairs = tree.query_pairs(within_m, output_type="ndarray").astype(np.int64)
    pairs.sort(axis=1)
    apart = np.hypot(*(places[pairs[:, 0]] - places[pairs[:, 1]]).T)
    order: NDArray[np.int64] = pairs[np.lexsort((pairs[:, 1], pairs[:, 0], apart))]
    return order


def _all_within(ours: NDArray[np.float64], theirs: NDArray[np.float64], within_m: float) -> bool:
    """Tell whether each point of one group lies within the limit of each of another."""
    apart = ours[:, None, :] - theirs[None, :, :]
    return bool(np.hypot(apart[..., 0], apart[..., 1]).max() <= within_m)
