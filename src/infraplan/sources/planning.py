"""What do the words of lists of works, structures, power lines and areas mean?"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import pandas as pd

from infraplan import catalog
from infraplan.names import clean, match_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraplan.sources.tabular import RawTable

__all__ = ["understand", "word_of"]

_DECLARED: Final = "declared"
_ORIGINS: Final = {
    "power": ("geometry_origin",),
    "protected": ("geometry_origin",),
    "structures": ("geometry_origin", "height_m_origin", "has_room_origin"),
    "water": ("geometry_origin",),
    "works": ("geometry_origin",),
}
"""How a list of an office is known where it says nothing of that, by table."""


def understand(raw: RawTable, table: str) -> RawTable:
    """Bring the words of a list to those of its data dictionary.

    "tháp nước" becomes water_tower and "có" yes; what is not understood stays as it is, so that
    the check of the table names its row. What a list says is declared where it says nothing else.

    Parameters
    ----------
    raw
        A table with the columns of its dictionary, as read from a file.
    table
        Its name; a table that the catalogue ``planning_words`` does not know is left as it is.

    Returns
    -------
    RawTable
        The same rows, index and faults.
    """
    if table not in _ORIGINS:
        return raw
    frame = raw.frame.copy()
    for column in sorted({field for owner, field, _ in _words() if owner == table}):
        if column in frame.columns:
            values = [
                None if pd.isna(v) else (word_of(table, column, str(v)) or str(v))
                for v in frame[column]
            ]
            frame[column] = pd.Series(values, index=frame.index, dtype=object)
    for column in _ORIGINS[table]:
        if column not in frame.columns and column.removesuffix("_origin") in frame.columns:
            frame[column] = _DECLARED
    return replace(raw, frame=gpd.GeoDataFrame(frame))


def word_of(table: str, column: str, text: str) -> str | None:
    """Return what a text means in a column, by the longest word it begins with, or None.

    Examples
    --------
    >>> word_of("works", "kind", "Đường dây 110 kV"), word_of("works", "kind", "Mở rộng đường")
    ('power', 'road')
    """
    key = match_key(clean(text))
    fits = [(word, value) for (t, c, word), value in _words().items() if (t, c) == (table, column)]
    begins = [(len(word), value) for word, value in fits if key.startswith(word)]
    return max(begins)[1] if begins else None


@cache
def _words() -> Mapping[tuple[str, str, str], str]:
    """Return the meaning of each word of the catalogue, by table, column and its key."""
    rows = catalog.table("planning_words")
    return {
        (str(r["table"]), str(r["field"]), match_key(str(r["word"]))): str(r["value"])
        for r in rows.to_dict("records")
    }
