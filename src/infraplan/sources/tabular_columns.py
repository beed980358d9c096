"""What are a table's columns by its dictionary: names, codes, numbers and values for all rows?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from infraplan.errors import Fault
from infraplan.sources import aliases
from infraplan.sources.archives import sheet_rule
from infraplan.sources.numbers import read_numbers
from infraplan.sources.tabular_cells import code_text, text_of
from infraplan.sources.tabular_known import known_to
from infraplan.tables import spec
from infraplan.wording import Text, phrase, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infraplan.tables import Column

__all__ = ["Named", "mapped_faults", "named_columns", "typed_columns"]

_COUNTED: Final = ("persons", "households", "VND")
"""Units of columns that count things; nobody writes a part of a đồng."""
_CODES: Final = ("code", "commune_code")
"""Columns that hold codes of communes."""
_CODE_LEAST: Final = 4
"""A column is of five-digit codes where some row has at least so many digits."""
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}.*)?")
"""What a spreadsheet made of a number such as 10.5."""


@dataclass(frozen=True, slots=True)
class Named:
    """Which column of a file is which of the dictionary.

    Attributes
    ----------
    fields
        Name in the file → column of the dictionary, or lon, lat, x, y, position.
    faults
        Names that cannot be told apart.
    """

    fields: Mapping[str, str]
    faults: tuple[Fault, ...]


def mapped_faults(there: Sequence[str], file: str, columns: Mapping[str, str]) -> list[Fault]:
    """List the columns that the study file names and the file does not have."""
    return [
        Fault(
            file,
            f"the study file names this column, but the file has {', '.join(there)}",
            "mend its name under `columns` in the study file",
            column=theirs,
        )
        for theirs in columns.values()
        if theirs not in there
    ]


def named_columns(
    there: Sequence[str], *, file: str, table: str, columns: Mapping[str, str]
) -> Named:
    """Tell which columns of a file a table knows.

    Parameters
    ----------
    there
        Names in the file.
    file
        Its name for messages.
    table
        The table, whose aliases are known.
    columns
        Dictionary column → file column, as the study file says; goes before the aliases.
    """
    own = {theirs: ours for ours, theirs in columns.items()}
    rest = [name for name in there if name not in own]
    found = known_to(table, columns=columns).fields(there) | own
    doubled = aliases.doubled_columns(rest, table)
    faults = [
        Fault(
            file,
            f"these columns could all be {field}: {', '.join(names)}",
            f'say which under `columns` in the study file: {field} = "{names[0]}"',
            column=names[1],
        )
        for field, names in doubled.items()
        if field not in columns and names[0] != field
    ]
    return Named(found, tuple(faults))


def typed_columns(frame: pd.DataFrame, *, table: str, file: str) -> tuple[pd.DataFrame, list[Text]]:
    """Write the numbers and codes of a table as its dictionary needs them.

    Parameters
    ----------
    frame
        Columns under the names of the dictionary; changed in place of a copy.
    table, file
        The table, and its file for messages.

    Returns
    -------
    tuple of pandas.DataFrame and list of Text
        The frame, and what was changed.
    """
    notes = []
    for column in spec("communes" if table == "census" else table).columns:
        if column.name not in frame.columns:
            continue
        values = frame[column.name]
        if column.type in ("number", "integer") and not pd.api.types.is_numeric_dtype(values):
            texts = _numbers([text_of(v) for v in _objects(values)], column)
            frame[column.name] = pd.Series(texts, index=frame.index, dtype=object)
        elif column.name in _CODES:
            codes, note = _codes(_objects(values), column.name, file)
            frame[column.name] = pd.Series(codes, index=frame.index, dtype=object)
            notes += note
    return frame, notes


def _numbers(texts: Sequence[str | None], column: Column) -> list[str | None]:
    """Return numbers with a point for the decimals; what is none stays, for the check to name."""
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    found = read_numbers(
        texts, unit=column.unit, ranges=((low, high),), whole=column.unit in _COUNTED
    )
    return [
        _said(text, value, unclear=bool(unclear))
        for text, value, unclear in zip(
            texts, found.values.tolist(), found.unclear.tolist(), strict=True
        )
    ]


def _said(text: str | None, value: float, *, unclear: bool) -> str | None:
    if text is None or not np.isnan(value):
        return None if text is None else text_of(value)
    if unclear:
        return f"{text} (with thousands or decimals?)"
    return f"{text} (a date)" if _DATE.fullmatch(text) else text


def _objects(values: pd.Series) -> list[object]:
    """Return plain Python values, None where missing."""
    plain_values: list[object] = values.astype(object).where(values.notna(), None).tolist()
    return [v.item() if isinstance(v, np.generic) else v for v in plain_values]


def _codes(values: Sequence[object], column: str, file: str) -> tuple[list[str | None], list[Text]]:
    """Return codes as text, with the zeros that a spreadsheet took from their start."""
    digits = int(sheet_rule("code_digits"))
    texts = [text_of(v) for v in values]
    bare = [None if t is None else code_text(t, digits=1) for t in texts]
    numeric = [t for t in bare if t and t.isdigit()]
    if not any(_CODE_LEAST <= len(t) <= digits for t in numeric):
        return bare, []
    codes = [None if t is None else code_text(t, digits=digits) for t in bare]
    changed = [(old, new) for old, new in zip(bare, codes, strict=True) if old != new]
    if not changed:
        return codes, []
    old, new = changed[0]
    values_said = {"file": plain(file), "column": plain(column), "count": plain(len(changed))}
    return codes, [phrase("sheet_codes", {**values_said, "old": plain(old), "new": plain(new)})]
