"""What do publications and users' tables say of an indicator, and in place of which rows?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan.indicators.counted import COUNT_COLUMNS
from infraplan.indicators.places import COMMUNE, PROVINCE
from infraplan.indicators.sums import shares, summed

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["TOLD_COLUMNS", "from_publications", "from_users", "with_told"]

KEY: Final = ["level", "code", "indicator"]
TOLD_COLUMNS: Final = (*KEY, "year", "value_share", "reached", "of", "value_origin", "source")
_DECLARED: Final = "declared"
_YOURS: Final = "table of the study"


def from_publications(published: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Return what was published of the province as rows of progress.

    Parameters
    ----------
    published
        Of :func:`infraplan.indicators.kinds.published`.
    places
        Of :func:`infraplan.indicators.places.places_of`.
    """
    whole = places[places["level"] == PROVINCE]
    if whole.empty or published.empty:
        return _empty()
    rows = published.assign(code=whole["code"].iloc[0], value_origin=published["origin"])
    return rows[list(TOLD_COLUMNS)]


def from_users(observations: pd.DataFrame | None, places: pd.DataFrame) -> pd.DataFrame:
    """Return a user's table as rows of progress, with the sums of its communes.

    Districts and the province get the sum where the table counts all of their communes and says
    nothing of them itself.

    Parameters
    ----------
    observations
        Table ``observations``; codes as text.
    places
        Of :func:`infraplan.indicators.places.places_of`.
    """
    if observations is None or observations.empty:
        return _empty()
    told = observations.reindex(columns=[*KEY, "year", "value_share", "reached", "of"])
    for name in ("year", "value_share", "reached", "of"):
        told[name] = pd.to_numeric(told[name]).astype(float)
    counted = shares(told["reached"], told["of"])
    told["value_share"] = counted.where(counted.notna(), told["value_share"])
    for name, column, otherwise in (
        ("value_origin", "origin", _DECLARED),
        ("source", "source", _YOURS),
    ):
        own = observations[column] if column in observations else pd.Series(index=told.index)
        told[name] = own.astype(object).where(own.notna(), otherwise)
    whole = places.loc[places["level"] == PROVINCE, "code"]
    is_whole = told["level"] == PROVINCE
    told["code"] = told["code"].where(~is_whole, whole.iloc[0] if len(whole) else "")
    return _with_sums(told[list(TOLD_COLUMNS)], places)


def _with_sums(told: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Add the sums over places of which every commune is counted."""
    counted = told["reached"].notna() & told["of"].notna() & (told["level"] == COMMUNE)
    rows = told[counted].rename(columns={"code": "commune", "value_origin": "origin"})
    if rows.empty:
        return told
    above = places[places["level"] != COMMUNE]
    sums = summed(rows[list(COUNT_COLUMNS)], above)
    size = above.groupby(["level", "code"])["commune"].nunique().rename("size").reset_index()
    sums = sums.merge(size, on=["level", "code"])
    sums = sums[sums["communes"] == sums["size"]]
    source = rows.groupby("indicator")["source"].first()
    sums = sums.assign(source=sums["indicator"].map(source))[list(TOLD_COLUMNS)]
    said = _keys(told)
    new = sums[~np.isin(_keys(sums), said)]
    return pd.concat([part for part in (told, new) if len(part)], ignore_index=True)


def with_told(computed: pd.DataFrame, published: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Put rows together: a user's replace all others of their place and indicator.

    A publication stands beside what was computed, and gives way to it in the same year.

    Parameters
    ----------
    computed, published, own
        Rows with the columns of :data:`TOLD_COLUMNS`.

    Returns
    -------
    pandas.DataFrame
        The rows, with ``told`` False for those computed.
    """
    parts = [
        part.assign(told=told) for part, told in ((computed, False), (published, True)) if len(part)
    ]
    both = pd.concat(parts, ignore_index=True) if parts else _empty().assign(told=True)
    both = both.drop_duplicates([*KEY, "year"], keep="first")
    if own.empty:
        return both.reset_index(drop=True)
    kept = both[~np.isin(_keys(both), _keys(own))]
    return pd.concat([part for part in (kept, own.assign(told=True)) if len(part)]).reset_index(
        drop=True
    )


def _keys(rows: pd.DataFrame) -> NDArray[np.str_]:
    """Return one text for each row's place and indicator."""
    return np.array(
        ["\t".join(map(str, key)) for key in rows[KEY].itertuples(index=False)], dtype=str
    )


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(dtype=object) for name in TOLD_COLUMNS})
