"""Where does a result come from, and how much of it is measured, assumed or simulated?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from infraplan.wording import Text

__all__ = ["ORIGINS", "Provenance", "Source", "basis", "origin_shares", "weakest"]

ORIGINS = ("simulated", "assumed", "approximate", "estimated", "declared", "measured")
"""How a value may be known, the least certain first."""


@dataclass(frozen=True, slots=True)
class Source:
    """One input file.

    Attributes
    ----------
    table
        What was read from it, such as ``"communes"``.
    file
        Its name as the study says, without the folders of this machine.
    sha256
        Digest of its bytes.
    origin
        Where it came from, with version or date.
    licence
        Its licence, or "unknown".
    date
        What its content is of, such as ``"2024-05"``; empty where nobody says.
    """

    table: str
    file: str
    sha256: str
    origin: str
    licence: str
    date: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Everything a result rests on.

    Attributes
    ----------
    study_id
        Identifier of the study.
    title_vi, title_en
        Its title in both languages.
    version
        Version of infraplan.
    sources
        The input files.
    parameters
        The study's parameters as JSON text with sorted keys.
    origins
        Share of the values of each guessed column by origin (see :func:`origin_shares`).
    notes
        Plain sentences about what was repaired, dropped, assumed or simulated.
    """

    study_id: str
    title_vi: str
    title_en: str
    version: str
    sources: tuple[Source, ...]
    parameters: str
    origins: pd.DataFrame
    notes: tuple[Text, ...]


def origin_shares(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Count how the values of every table are known.

    Parameters
    ----------
    tables
        Table name to table; columns that end in ``_origin`` are counted.

    Returns
    -------
    pandas.DataFrame
        Columns table, column, origin, rows, share; sorted by the order of `tables`, then column.
    """
    records = [
        {
            "table": name,
            "column": column.removesuffix("_origin"),
            "origin": origin,
            "rows": int(rows),
            "share": float(rows) / len(table),
        }
        for name, table in tables.items()
        for column in sorted(str(c) for c in table.columns if str(c).endswith("_origin"))
        for origin, rows in table[column].value_counts().sort_index().items()
    ]
    return pd.DataFrame.from_records(
        records, columns=["table", "column", "origin", "rows", "share"]
    )


def basis(origins: pd.DataFrame) -> str:
    """Say in one line what is not measured, such as ``simulated: cells, sites; approximate: …``.

    Examples
    --------
    >>> basis(pd.DataFrame({"table": ["sites"], "column": ["geometry"], "origin": ["simulated"]}))
    'simulated: sites.geometry'
    """
    parts = []
    for origin in ORIGINS[:-1]:
        found = origins[origins["origin"] == origin]
        if not found.empty:
            names = [f"{t}.{c}" for t, c in zip(found["table"], found["column"], strict=True)]
            parts.append(f"{origin}: {', '.join(dict.fromkeys(names))}")
    return "; ".join(parts) or "measured or declared throughout"


def weakest(origins: Iterable[str]) -> str:
    """Return the least certain of some origins; none at all counts as measured.

    Examples
    --------
    >>> weakest(["measured", "assumed"])
    'assumed'
    """
    return min(origins, key=ORIGINS.index, default="measured")
