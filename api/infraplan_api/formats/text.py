"""How is a table written as CSV that a spreadsheet opens with its diacritics and runs nothing?"""

from __future__ import annotations

from typing import Final

import pandas as pd

from infraplan_api.formats.flat import flat

__all__ = ["csv_bytes"]

_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_bytes(frame: pd.DataFrame) -> bytes:
    r"""Return a table as CSV: UTF-8 with a byte order mark, commas, LF.

    Parameters
    ----------
    frame
        A table; its index is left out, its geometry as :func:`flat` says.

    Returns
    -------
    bytes
        What is missing is an empty field. A text that a spreadsheet would take for a formula has
        an apostrophe in front.

    Examples
    --------
    >>> csv_bytes(pd.DataFrame({"name": ["Xã Tân Hòa", "=1+1"], "people": [3.0, None]})).decode()
    "\ufeffname,people\nXã Tân Hòa,3.0\n'=1+1,\n"
    """
    table = flat(frame)
    said = {str(name): _harmless(table[name]) for name in table.columns}
    text = pd.DataFrame(said, index=table.index).to_csv(index=False, lineterminator="\n")
    return text.encode("utf-8-sig")


def _harmless(values: pd.Series) -> pd.Series:
    """Keep a spreadsheet from running a text as a formula."""
    if pd.api.types.is_numeric_dtype(values.dtype):
        return values
    starts = [isinstance(v, str) and v.startswith(_FORMULA_SIGNS) for v in values]
    if not any(starts):
        return values
    said = [f"'{v}" if risky else v for v, risky in zip(values, starts, strict=True)]
    return pd.Series(said, index=values.index, dtype=object)
