"""How are counts, means and words of communes spread over other communes, with no unit lost?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["joined", "spread_counts", "sum_by", "weighted_means"]


def spread_counts(
    values: NDArray[np.float64], rows: NDArray[np.int64], share: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Split the value of each row by shares; whole numbers stay whole.

    Where all known values are whole numbers, each is split by largest remainders: the parts are
    whole and add up to it exactly. Other values are split as they are, the last unit of rounding
    going to the largest part.

    Parameters
    ----------
    values
        One per row of the table; NaN is unknown.
    rows
        For each part, the row it comes from; parts of one row stand together.
    share
        For each part, its share; those of one row sum to 1.

    Returns
    -------
    numpy.ndarray
        One value per part; NaN where the row's is.

    Examples
    --------
    >>> parts = spread_counts(np.array([10.0]), np.zeros(3, np.int64), np.array([0.34, 0.33, 0.33]))
    >>> parts.tolist()
    [4.0, 3.0, 3.0]
    """
    known = values[~np.isnan(values)]
    whole = values[rows]
    raw = whole * share
    if not np.array_equal(known, np.floor(known)):
        return raw
    floor = np.floor(raw)
    frame = pd.DataFrame({"row": rows, "floor": floor, "rest": floor - raw})
    left = whole - frame.groupby("row")["floor"].transform("sum").to_numpy()
    rank = frame.groupby("row")["rest"].rank(method="first").to_numpy()
    return np.where(np.isnan(whole), np.nan, floor + (rank <= left))


def sum_by(
    parts: NDArray[np.float64], target: NDArray[np.int64], count: int
) -> NDArray[np.float64]:
    """Add parts up by target; NaN where no part of a target is known."""
    known = ~np.isnan(parts)
    total = np.bincount(target[known], weights=parts[known], minlength=count)
    some = np.bincount(target[known], minlength=count) > 0
    return np.where(some, total, np.nan)


def weighted_means(
    values: NDArray[np.float64],
    weights: NDArray[np.float64],
    share: NDArray[np.float64],
    target: NDArray[np.int64],
    count: int,
) -> NDArray[np.float64]:
    """Average parts by target, by weight; by share where a target's weights are 0 or unknown.

    Parameters
    ----------
    values
        One per part; NaN is left out.
    weights, share
        One per part: what weighs it, and the share of its row that it is.
    target
        For each part, the number of its target, below `count`.
    count
        Number of targets.

    Returns
    -------
    numpy.ndarray
        One mean per target; NaN where no value is known.
    """
    means = np.full(count, np.nan)
    for weight in (share, weights):
        usable = ~np.isnan(values) & ~np.isnan(weight) & (weight > 0)
        total = np.bincount(target[usable], weights=weight[usable], minlength=count)
        summed = np.bincount(
            target[usable], weights=weight[usable] * values[usable], minlength=count
        )
        means = np.where(total > 0, summed / np.where(total > 0, total, 1.0), means)
    return means


def joined(texts: pd.Series, target: NDArray[np.int64], count: int) -> list[object]:
    """Join the different words of each target with "|", in the order of the rows."""
    words: list[dict[str, None]] = [{} for _ in range(count)]
    for text, number in zip(texts, target, strict=True):
        if not pd.isna(text) and str(text) != "":
            words[number][str(text)] = None
    return ["|".join(found) if found else None for found in words]
