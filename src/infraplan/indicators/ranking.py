"""In which order do the communes stand by digital infrastructure, and how sure is that order?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.tables import spec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

__all__ = ["ranking", "weights"]

_CHANGES: Final = (0.5, 1.5, 0.0)
"""Each weight in turn is halved, raised by half, and left out."""
_FULL: Final = 100.0
_SCORE_DIGITS: Final = 4
_TABLE: Final = "ranking"


def weights() -> dict[str, float]:
    """Return the published weights by component, as shares of 1, in the order of the catalogue.

    Examples
    --------
    >>> round(sum(weights().values()), 9)
    1.0
    """
    table = catalog.table("ranking_weights")
    return dict(zip(table["component"], table["weight_share"].astype(float), strict=True))


def ranking(
    indicators: pd.DataFrame, *, weights: Mapping[str, float] | None = None
) -> pd.DataFrame:
    """Rank the communes by a weighted mean of indicators, and try it against other weights.

    Parameters
    ----------
    indicators
        Of :func:`infraplan.indicators.progress`, or as read from ``indicators.csv``.
    weights
        Indicator to weight, of any sum above 0; those of ``catalog/ranking_weights.csv`` where
        None.

    Returns
    -------
    pandas.DataFrame
        Table ``ranking``, the best commune first: score, rank, the best and worst rank when any one
        weight is halved, raised by half or left out (of the trials that leave it a rank), the score
        if all that is unknown were 0 or 1, and one column ``<component>_share`` for each component.
        A component that is unknown in a commune is left out of its mean, and named; a commune of
        which none is known has neither score nor rank.

    Raises
    ------
    ParameterError
        If a weight is negative or not finite, all are 0, or there is no such indicator.
    """
    chosen = _weights() if weights is None else dict(weights)
    shares, named = _shares(indicators, chosen)
    weight = np.array([chosen[name] for name in shares.columns], dtype=np.float64)
    values = shares.to_numpy(dtype=np.float64)
    known = np.isfinite(values)
    score = _scores(values, weight)
    ranks = [_ranks(score), *(_ranks(_scores(values, other)) for other in _others(weight))]
    every = np.vstack(ranks)
    told = named.assign(
        score=score,
        rank=_whole(every[0]),
        rank_best=_whole(every.min(axis=0)),
        rank_worst=_whole(np.where(np.isfinite(every), every, 0.0).max(axis=0)),
        score_least=_rounded(np.where(known, values, 0.0) @ weight / weight.sum()),
        score_most=_rounded(np.where(known, values, 1.0) @ weight / weight.sum()),
        known_weight_share=np.round(known @ weight / weight.sum(), _SCORE_DIGITS),
        unknown_components=_texts([_missing(shares.columns, row) for row in known]),
    )[list(_told_columns())]
    both = pd.concat([told, shares.add_suffix("_share")], axis=1)
    order = both["rank"].astype("Float64").fillna(np.inf)
    return both.iloc[np.lexsort((both["code"], order))].reset_index(drop=True)


_weights = weights
"""The function, where an argument has its name."""


def _told_columns() -> Iterator[str]:
    return (name for name in spec(_TABLE).names if name != "data_basis")


def _shares(
    indicators: pd.DataFrame, chosen: Mapping[str, float]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return today's shares of the components, one row per commune, and the communes' names."""
    faults = [
        f"the weight of {name} is {value}"
        for name, value in chosen.items()
        if not (np.isfinite(value) and value >= 0)
    ]
    there = set(indicators["indicator"])
    faults += [f"there is no indicator {name!r}" for name in chosen if name not in there]
    if not faults and not sum(chosen.values()) > 0:
        faults.append("all weights are 0")
    if faults:
        raise ParameterError(
            f"The communes cannot be ranked: {'; '.join(faults)}. Remedy: give weights of 0 or "
            "more for indicators of the table."
        )
    own = indicators[indicators["level"] == "commune"]
    named = own.drop_duplicates("code").sort_values("code", kind="stable")
    named = named[["code", "name", "old_district"]].reset_index(drop=True)
    now = own[own["state"] == "current"]
    table = now.pivot_table(index="code", columns="indicator", values="value_share", aggfunc="last")
    table = table.reindex(index=named["code"], columns=list(chosen)).astype(float)
    table.columns.name = None
    return table.reset_index(drop=True), named


def _others(weight: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Yield the weights, one of them changed; those that leave nothing are left out."""
    for place in range(len(weight)):
        for factor in _CHANGES:
            changed = weight.copy()
            changed[place] *= factor
            if changed.sum() > 0:
                yield changed


def _scores(values: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return weighted means of what is known, times 100; NaN where nothing is."""
    known = np.isfinite(values)
    carried = known @ weight
    sums = np.where(known, values, 0.0) @ weight
    means = np.full(len(values), np.nan)
    np.divide(sums, carried, out=means, where=carried > 0)
    return _rounded(means)


def _rounded(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.round(shares * _FULL, _SCORE_DIGITS), dtype=np.float64)


def _ranks(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return places from 1, equal scores in the order of rows; infinite without a score."""
    order = np.argsort(-np.nan_to_num(score, nan=-1.0), kind="stable")
    ranks = np.empty(len(score))
    ranks[order] = np.arange(1, len(score) + 1)
    return np.where(np.isfinite(score), ranks, np.inf)


def _whole(ranks: NDArray[np.float64]) -> pd.Series:
    return pd.Series(np.where(np.isfinite(ranks) & (ranks > 0), ranks, np.nan)).astype("Int64")


def _texts(values: list[str | None]) -> pd.Series:
    return pd.Series(values, dtype=object)


def _missing(names: pd.Index, known: NDArray[np.bool_]) -> str | None:
    return ";".join(names[~known]) or None
