"""In which district did each commune lie before districts ended in July 2025?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from infraplan.names import fold, without_prefix
from infraplan.sources.reform import read_merges

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["district_codes", "districts_of", "province_of"]

_COLUMNS: Final = ("code", "district_code", "district_name", "whole")


def districts_of(communes: pd.Series) -> pd.DataFrame:
    """Say in which old district most of the parts of each commune lay.

    Parameters
    ----------
    communes
        Codes of communes.

    Returns
    -------
    pandas.DataFrame
        One row for each commune that the embedded table of the reform knows, by code: code,
        district_code (code of the old province and short name, such as ``25-tam-nong``),
        district_name, whole (False where part of it lay in another district).
    """
    merges = read_merges()
    own = merges[merges["new_code"].isin(set(communes.astype(str)))]
    if own.empty:
        return pd.DataFrame({name: [] for name in _COLUMNS})
    parts = own.assign(main=own["main"] == "yes", full=own["part"] == "full")
    key = ["new_code", "old_province_code", "old_district"]
    sizes = parts.groupby(key)[["main", "full"]].sum().reset_index()
    alone = sizes.groupby("new_code")["old_district"].transform("size") == 1
    first = (
        sizes.assign(whole=alone)
        .sort_values(
            ["new_code", "main", "full", "old_province_code", "old_district"],
            ascending=[True, False, False, True, True],
            kind="stable",
        )
        .drop_duplicates("new_code")
        .reset_index(drop=True)
    )
    short = first["old_district"].map(_short)
    return pd.DataFrame(
        {
            "code": first["new_code"],
            "district_code": first["old_province_code"] + "-" + short,
            "district_name": first["old_district"],
            "whole": first["whole"],
        }
    )


def province_of(communes: pd.Series) -> str:
    """Return the name of the province that some communes make up; empty where they make up none."""
    merges, codes = read_merges(), set(communes.astype(str))
    own = merges[merges["new_code"].isin(codes)]
    names = own["new_province"].unique()
    whole = len(names) == 1 and set(merges["new_code"][merges["new_province"] == names[0]]) == codes
    return str(names[0]) if whole else ""


def district_codes(districts: pd.DataFrame) -> Mapping[str, str]:
    """Return what a table may call an old district, and its code.

    Examples
    --------
    >>> table = districts_of(pd.Series(["07900"]))
    >>> sorted(district_codes(table))
    ['25-viet-tri', 'thanh-pho-viet-tri', 'viet-tri']
    """
    rows = districts.drop_duplicates("district_code")
    found: dict[str, str] = {}
    for code, name in zip(rows["district_code"], rows["district_name"], strict=True):
        for called in (str(code), _slug(str(name)), _short(str(name))):
            found.setdefault(called, str(code))
    return found


def _short(name: str) -> str:
    return _slug(without_prefix(name))


def _slug(name: str) -> str:
    return fold(name).replace(" ", "-")
