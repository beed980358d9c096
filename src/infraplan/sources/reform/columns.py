"""What becomes of each column of a table when its rows are carried to other communes?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan.sources.reform.spread import joined, spread_counts, sum_by, weighted_means

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from infraplan.sources.reform.links import Links

__all__ = ["Parts", "carried_columns", "is_mean", "parts_of"]

_SHARE: Final = "_share"
_NAMES: Final = ("name", "full_name")
_NUMBER: Final = re.compile(r"[+-]?(?:0|[1-9]\d{0,2}(?:[., ]\d{3})+|[1-9]\d*)(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that rows are split into.

    Attributes
    ----------
    row, target
        For each part, the row it comes from and the number of its target.
    share
        For each part, its share of the row.
    basis
        For each part, how that share is known.
    codes
        Codes of the targets, sorted.
    """

    row: NDArray[np.int64]
    target: NDArray[np.int64]
    share: NDArray[np.float64]
    basis: NDArray[np.object_]
    codes: list[str]


def parts_of(codes: Sequence[str | None], links: Links) -> Parts:
    """Split rows along their links; rows without any link have no part."""
    rows = pd.DataFrame({"row": np.arange(len(codes)), "from_code": np.array(codes, dtype=object)})
    found = rows.merge(links.frame, on="from_code").sort_values(["row", "to_code"])
    targets = sorted(set(found["to_code"]))
    number = {code: n for n, code in enumerate(targets)}
    return Parts(
        row=found["row"].to_numpy(dtype=np.int64),
        target=found["to_code"].map(number).to_numpy(dtype=np.int64),
        share=found["share"].to_numpy(dtype=np.float64),
        basis=found["basis"].to_numpy(dtype=object),
        codes=targets,
    )


def is_mean(name: str, sums: Sequence[str], means: Sequence[str]) -> bool:
    """Tell whether a column is averaged: it is named so, or ends in ``_share``."""
    return name in means or (name.endswith(_SHARE) and name not in sums)


def carried_columns(
    frame: pd.DataFrame,
    parts: Parts,
    *,
    numbers: Mapping[str, NDArray[np.float64]],
    sums: Sequence[str],
    names: Mapping[str, Mapping[str, str]],
) -> tuple[dict[str, object], list[str]]:
    """Carry columns to the targets of the parts.

    Parameters
    ----------
    frame
        Columns to carry, one row per commune, fresh index.
    parts
        Where the rows go.
    numbers
        Values of the columns that are summed or averaged, NaN where unknown.
    sums
        The columns that are summed; the first weighs the averages.
    names
        For ``"name"`` and ``"full_name"``: the names of the targets by code.

    Returns
    -------
    dict, list
        The columns by name, in the order of the table, and the names of columns of numbers that
        are neither summed nor averaged and so left out.
    """
    count = len(parts.codes)
    split = {name: spread_counts(numbers[name], parts.row, parts.share) for name in sums}
    weights = split[sums[0]] if sums else parts.share
    carried: dict[str, object] = {}
    left_out: list[str] = []
    for name in map(str, frame.columns):
        if name in split:
            carried[name] = _counted(sum_by(split[name], parts.target, count), numbers[name])
        elif name in numbers:
            values = numbers[name][parts.row]
            carried[name] = weighted_means(values, weights, parts.share, parts.target, count)
        elif name in _NAMES and all(code in names[name] for code in parts.codes):
            carried[name] = [names[name][code] for code in parts.codes]
        elif _is_number(frame[name]) or name == "geometry":
            left_out.append(name)
        else:
            carried[name] = joined(frame[name].iloc[parts.row], parts.target, count)
    return carried, left_out


def _is_number(column: pd.Series) -> bool:
    """Tell whether a column holds numbers, also as text; true and false are words."""
    if pd.api.types.is_numeric_dtype(column):
        return not pd.api.types.is_bool_dtype(column)
    texts = {str(cell).strip() for cell in column if not pd.isna(cell)} - {""}
    return bool(texts) and all(_NUMBER.fullmatch(text) for text in texts)


def _counted(total: NDArray[np.float64], given: NDArray[np.float64]) -> object:
    """Return sums as whole numbers where the given ones are, with NA for unknown."""
    known = given[~np.isnan(given)]
    if not np.array_equal(known, np.floor(known)):
        return total
    if np.isnan(total).any():
        return pd.Series(total).round().astype("Int64")
    return total.astype(np.int64)
