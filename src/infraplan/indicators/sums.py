"""What do the counts of communes add up to in each place?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.results import ORIGINS

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SHARE_DIGITS", "shares", "summed"]

SHARE_DIGITS: Final = 6
_APPROXIMATE: Final = ORIGINS.index("approximate")


def shares(reached: pd.Series, whole: pd.Series) -> pd.Series:
    """Return quotients, rounded; what falls short of all never reads as all, nor some as none."""
    share = (reached / whole.where(whole > 0)).astype(float)
    step = 10.0**-SHARE_DIGITS
    rounded = share.round(SHARE_DIGITS)
    rounded = rounded.where(~((rounded >= 1) & (reached < whole)), 1 - step)
    return rounded.where(~((rounded <= 0) & (reached > 0)), step)


def summed(counts: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Add up counts over the communes of each place.

    Parameters
    ----------
    counts
        Columns indicator, commune, year, reached, of, origin.
    places
        Of :func:`infraplan.indicators.places.places_of`.

    Returns
    -------
    pandas.DataFrame
        One row per level, code, indicator and year: reached and of to a tenth, value_share,
        value_origin (the weakest of the communes', approximate at best where a commune was cut),
        communes (number counted).
    """
    rank = counts["origin"].map(ORIGINS.index).astype(float)
    joined = counts.assign(rank=rank).merge(
        places[["level", "code", "commune", "whole"]], on="commune"
    )
    cut = np.where(joined["whole"].astype(bool), joined["rank"], _APPROXIMATE)
    joined["rank"] = np.minimum(joined["rank"], cut)
    groups = joined.groupby(["level", "code", "indicator", "year"], sort=True)
    sums = groups.agg(
        {"reached": "sum", "of": "sum", "rank": "min", "commune": "nunique"}
    ).reset_index()
    sums["value_share"] = shares(sums["reached"], sums["of"])
    sums["value_origin"] = sums["rank"].astype(int).map(dict(enumerate(ORIGINS)))
    sums["reached"], sums["of"] = sums["reached"].round(1), sums["of"].round(1)
    return sums.drop(columns="rank").rename(columns={"commune": "communes"})
