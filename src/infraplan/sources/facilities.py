"""What do the words of a list of schools, clinics, offices and post points mean?"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd

from infraplan import catalog
from infraplan.names import clean, match_key

if TYPE_CHECKING:
    from infraplan.sources.tabular import RawTable

__all__ = ["connected_of", "kind_of", "understand"]

_DECLARED: Final = "declared"


def understand(raw: RawTable) -> RawTable:
    """Bring the words of a list of facilities to those of the data dictionary.

    A kind such as "Trường THCS" becomes school and "có" becomes yes; what is not understood stays
    as it is, so that the check of the table names its row. Positions and kinds of a list are
    declared where it says nothing else.

    Parameters
    ----------
    raw
        A table with the columns of the dictionary ``facilities``, as read from a file.

    Returns
    -------
    RawTable
        The same rows, index and faults.
    """
    frame = raw.frame.copy()
    for column, meaning in (("kind", kind_of), ("connected", connected_of)):
        if column in frame.columns:
            values = [None if pd.isna(v) else (meaning(str(v)) or str(v)) for v in frame[column]]
            frame[column] = pd.Series(values, index=frame.index, dtype=object)
    for column in ("geometry_origin", "kind_origin"):
        if column not in frame.columns and column.removesuffix("_origin") in frame.columns:
            frame[column] = _DECLARED
    return replace(raw, frame=gpd.GeoDataFrame(frame))


def kind_of(text: str) -> str | None:
    """Return the kind of facility that a text begins with, or None.

    Examples
    --------
    >>> kind_of("Trường THCS Hùng Vương"), kind_of("HOSPITAL"), kind_of("chợ")
    ('school', 'clinic', None)
    """
    words = match_key(clean(text))
    fits = [word for word in _words("kind") if words.startswith(word)]
    return _words("kind")[max(fits, key=len)] if fits else None


def connected_of(text: str) -> str | None:
    """Return "yes" or "no" for a text that means it, or None.

    Examples
    --------
    >>> connected_of("Có"), connected_of("chưa"), connected_of("TRUE"), connected_of("4G")
    ('yes', 'no', 'yes', None)
    """
    return _words("connected").get(match_key(clean(text)))


@cache
def _words(field: str) -> dict[str, str]:
    """Return the meaning of each word of the catalogue for a column, by its key."""
    rows = catalog.table("facility_words")
    rows = rows[rows["field"] == field]
    return {match_key(w): value for w, value in zip(rows["word"], rows["value"], strict=True)}
