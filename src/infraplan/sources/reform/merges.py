"""Which commune of 2025 did each old commune become, by the embedded table?"""

from __future__ import annotations

from functools import cache
from typing import Final

import pandas as pd

from infraplan.settings import data_folder

__all__ = ["CODE_DIGITS", "code_text", "read_merges"]

CODE_DIGITS: Final = 5
_FILE: Final = ("boundaries", "reform_2025.csv")


@cache
def _read() -> pd.DataFrame:
    path = data_folder().joinpath(*_FILE)
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def read_merges() -> pd.DataFrame:
    """Return what became of the communes of old Phú Thọ, Vĩnh Phúc and Hòa Bình.

    Returns
    -------
    pandas.DataFrame
        One row for each old and new commune that share ground, all text: old_code, old_name,
        old_full_name, old_district, old_province_code, old_province, new_code, new_name,
        new_full_name, new_province_code, new_province, part ("full", or "part" where the old
        commune was divided), main ("yes" for the one that took most of a divided one), source.
    """
    return _read().copy()


def code_text(value: object) -> str:
    """Return a commune code as five digits, also where a spreadsheet made a number of it.

    Examples
    --------
    >>> code_text("4924"), code_text(4924.0), code_text(" 04924 "), code_text("A-1")
    ('04924', '04924', '04924', 'A-1')
    """
    text = str(value).strip()
    whole = text.removesuffix(".0")
    return whole.zfill(CODE_DIGITS) if whole.isascii() and whole.isdigit() else text
