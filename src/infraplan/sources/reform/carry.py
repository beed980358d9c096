"""How is a table of old communes carried to the new ones, or back, with nothing lost?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pandas as pd

from infraplan.errors import ParameterError
from infraplan.names import prefix_word
from infraplan.sources.reform.columns import carried_columns, is_mean, parts_of
from infraplan.sources.reform.links import Ground, backward, forward
from infraplan.sources.reform.merges import code_text, read_merges
from infraplan.sources.reform.remarks import Place, code_faults, notes_of, read_numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.errors import Fault
    from infraplan.geo import Raster
    from infraplan.sources.reform.columns import Parts
    from infraplan.wording import Text

__all__ = ["Carried", "carry"]

_MOSTLY: Final = 0.5


@dataclass(frozen=True, slots=True)
class Carried:
    """A table on other communes, and how it came there.

    Attributes
    ----------
    table
        One row per commune, sorted by code: the columns of the given table that can be carried.
    shares
        Columns from_code, to_code, share, basis ("table" of mergers, "area", "people", or "main":
        a divided commune went whole to its main successor).
    notes
        How much rests on what, what was left out, what to look at.
    faults
        Rows that could not be carried, and codes that stand twice.
    """

    table: pd.DataFrame
    shares: pd.DataFrame
    notes: tuple[Text, ...]
    faults: tuple[Fault, ...]


def carry(
    table: pd.DataFrame,
    *,
    to: Literal["new", "old"],
    column: str = "code",
    how: Literal["area", "people"] = "area",
    sums: Sequence[str] = (),
    means: Sequence[str] = (),
    old: gpd.GeoDataFrame | None = None,
    new: gpd.GeoDataFrame | None = None,
    weights_people: Raster | None = None,
    sizes: Mapping[str, float] | None = None,
    sliver_width_m: float | None = None,
    merges: pd.DataFrame | None = None,
    file: str = "table",
    first_row: int = 2,
) -> Carried:
    """Carry a table from the communes of before July 2025 to those of today, or back.

    Whole communes go by the table of mergers. Divided ones, and those that the table does not
    know, go by the boundaries where these are given.

    Parameters
    ----------
    table
        Any table with one row per commune.
    to
        ``"new"`` or ``"old"``.
    column
        Column of the codes; ``4924`` is read as ``"04924"``.
    how
        By what boundaries share: ``"area"``, or ``"people"`` of `weights_people`.
    sums
        Columns of counts (people, households): totals are kept, whole numbers stay whole.
    means
        Columns of averages, besides those that end in ``_share``: weighted by the first of
        `sums`, by the shares where there is none.
    old, new
        Boundaries with a column ``code``, in one CRS in metres; both or none.
    weights_people
        People per cell, for ``how="people"``.
    sizes
        For ``to="old"``: size of each old commune, such as its people; None takes the boundaries.
    sliver_width_m
        As for :func:`shares`.
    merges
        Another table of mergers in the form of :func:`read_merges`; None takes the embedded one.
    file, first_row
        Name of the table and number of its first row, for messages; a row's own number is this
        and its index, where the index holds whole numbers.

    Returns
    -------
    Carried
        Text columns keep the words that differ, joined by ``"|"``; ``name`` and ``full_name``
        become those of the target. Numbers that are neither sums nor means are left out, also
        where they are written as text; codes such as "007" are text.

    Raises
    ------
    ParameterError
        If a column is absent or holds no numbers, or if arguments do not go together.

    Examples
    --------
    >>> census = pd.DataFrame({"code": ["04792", "04813", "04825"], "people": [5000, 3000, 2000]})
    >>> carry(census, to="new", sums=["people"]).table.to_dict("records")
    [{'code': '04792', 'people': 10000}]
    """
    _require_sense(table, [column, *sums, *means], to=to, how=how, people=weights_people)
    if (old is None) != (new is None):
        raise ParameterError("Boundaries of only one generation are given. Remedy: give both.")
    known = read_merges() if merges is None else merges
    place = Place(file, column, _rows(table, first_row))
    frame = pd.DataFrame(table).reset_index(drop=True)
    codes = [None if pd.isna(code) or code == "" else code_text(code) for code in frame[column]]
    there = sorted({code for code in codes if code is not None})
    people = weights_people if how == "people" else None
    ground = Ground.of(old, new, people=people, sliver_width_m=sliver_width_m)
    if to == "new":
        links = forward(there, known, ground)
    else:
        links = backward(there, known, ground, sizes=_coded(sizes))
    faults = code_faults(codes, links.unknown, known, to, place)
    numbers: dict[str, NDArray[np.float64]] = {}
    for name in (c for c in frame if c in sums or is_mean(str(c), sums, means)):
        numbers[str(name)], wrong = read_numbers(frame[name], place, counts=name in sums)
        faults += wrong
    parts = parts_of(codes, links)
    carried, left_out = carried_columns(
        frame.drop(columns=column),
        parts,
        numbers=numbers,
        sums=sums,
        names=_names(frame, known, to, old if to == "old" else new),
    )
    result = pd.DataFrame({column: pd.Series(parts.codes, dtype=object), **carried})
    notes = notes_of(
        links,
        parts,
        first=(sums[0], numbers[sums[0]]) if sums else None,
        gaps={name: _with_gaps(numbers[name], parts) for name in sums},
        left_out=left_out,
    )
    return Carried(result, links.frame, notes, tuple(faults))


def _require_sense(
    table: pd.DataFrame, columns: Sequence[str], *, to: str, how: str, people: Raster | None
) -> None:
    """Refuse arguments that do not go together."""
    absent = [name for name in columns if name not in table.columns]
    if absent:
        raise ParameterError(
            f"The table has no column {', '.join(map(repr, absent))}; it has "
            f"{', '.join(map(str, table.columns))}. Remedy: name columns as the table does."
        )
    if to not in {"new", "old"} or how not in {"area", "people"}:
        raise ParameterError(
            f"A table is carried to 'new' or 'old' by 'area' or 'people', not to {to!r} by {how!r}."
        )
    if how == "people" and people is None:
        raise ParameterError(
            "Sharing by people needs people per cell. Remedy: give weights_people, or share by "
            "area."
        )


def _rows(table: pd.DataFrame, first_row: int) -> list[int]:
    """Return the number of each row as its file counts."""
    counted = pd.api.types.is_integer_dtype(table.index)
    at = table.index.tolist() if counted else range(len(table))
    return [first_row + int(number) for number in at]


def _coded(sizes: Mapping[str, float] | None) -> dict[str, float] | None:
    """Return sizes under codes of five digits; unknown sizes count as none."""
    if sizes is None:
        return None
    return {code_text(code): float(np.nan_to_num(size)) for code, size in sizes.items()}


def _names(
    table: pd.DataFrame, merges: pd.DataFrame, to: str, frame: gpd.GeoDataFrame | None
) -> dict[str, dict[str, str]]:
    """Return names of the communes that a table is carried to, with a prefix if it has them."""
    named: dict[str, dict[str, str]] = {}
    for name in {"name", "full_name"} & set(table.columns):
        has_prefix = table[name].astype(str).map(prefix_word).notna().mean() > _MOSTLY
        style = "full_name" if has_prefix else "name"
        named[name] = {}
        if frame is not None and style in frame.columns:
            named[name] = dict(zip(frame["code"].map(code_text), frame[style], strict=True))
        named[name] |= dict(zip(merges[f"{to}_code"], merges[f"{to}_{style}"], strict=True))
    return named


def _with_gaps(values: NDArray[np.float64], parts: Parts) -> list[str]:
    """Return the codes of targets of which some part is not known."""
    return sorted({parts.codes[t] for t in parts.target[np.isnan(values[parts.row])]})
