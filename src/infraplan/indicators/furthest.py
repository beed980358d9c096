"""Which indicators are furthest from their targets?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan.errors import ParameterError
from infraplan.indicators.places import LEVELS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["furthest"]


def furthest(indicators: pd.DataFrame, *, count: int = 5, level: str = "province") -> pd.DataFrame:
    """Return today's rows with the widest gaps to their targets, the widest first.

    Parameters
    ----------
    indicators
        Of :func:`infraplan.indicators.progress`, or as read from ``indicators.csv``.
    count
        How many rows at most.
    level
        province, old_district or commune.

    Returns
    -------
    pandas.DataFrame
        Rows of `indicators` whose gap is known and above 0; equal gaps in the order of their
        indicators, then of their codes.

    Raises
    ------
    ParameterError
        If there is no such level, or `count` is negative.
    """
    if level not in LEVELS:
        raise ParameterError(
            f"There is no level {level!r}. Remedy: choose one of {', '.join(LEVELS)}."
        )
    if count < 0:
        raise ParameterError(f"count is {count}. Remedy: give 0 or more.")
    chosen = (
        (indicators["level"] == level)
        & (indicators["state"] == "current")
        & (indicators["gap_share"] > 0)
    )
    rows = indicators[chosen].sort_values(
        ["gap_share", "indicator", "code"], ascending=[False, True, True], kind="stable"
    )
    return rows.head(count).reset_index(drop=True)
