"""How is a comparison kept in a folder, for people and for programs, whole or not at all?"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from infraplan.results.folder import FolderKind, replacing
from infraplan.wording import phrase
from infraplan.workflow.scenarios.figures import UNITS
from infraplan.workflow.scenarios.page import page

if TYPE_CHECKING:
    from infraplan.workflow.scenarios.compare import Comparison

__all__ = ["facts", "write_comparison"]

_FOLDER: Final = FolderKind("comparison.json", "comparison")
_FILES: Final = ("compare.csv", "compare.html")
_DIGITS = 6


def facts(found: Comparison) -> dict[str, Any]:
    """Return a comparison as plain texts, numbers, lists and dicts; what is missing is null."""
    return {
        "scenarios": list(found.names),
        "figures": {
            str(figure): {name: _plain(row[name]) for name in found.names}
            for figure, row in found.figures.iterrows()
        },
        "years": _records(found.years),
        "differences": {
            str(what): {name: _plain(row[name]) for name in found.names}
            for what, row in found.differences.iterrows()
        },
        "warnings": [{"vi": text.vi, "en": text.en} for text in found.warnings],
        "target_share": found.target_share,
        "targets": None if found.targets is None else _records(found.targets),
        "actions": None if found.actions is None else _records(found.actions),
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(k): _plain(v) for k, v in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> str | bool | float | None:  # noqa: ANN401 - any cell of a table
    """Turn a cell into what JSON knows."""
    if pd.isna(value):
        return None
    if isinstance(value, str | bool):
        return value
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() else round(number, _DIGITS)


def write_comparison(found: Comparison, out: str | Path) -> Path:
    """Write a comparison into a folder.

    Parameters
    ----------
    found
        The comparison.
    out
        The folder: missing, empty, or an older comparison, which is replaced.

    Returns
    -------
    pathlib.Path
        The folder, with ``compare.html`` (one file, both languages, to read off line and to
        print), ``compare.csv`` and ``comparison.json``. Equal input gives equal bytes.

    Raises
    ------
    OutputError
        If the folder holds something else, or cannot be written; what was there is unchanged.
    """
    told = json.dumps(
        {**facts(found), "outputs": list(_FILES)}, ensure_ascii=False, indent=1, sort_keys=True
    )
    with replacing(out, kind=_FOLDER) as folder:
        _csv(found).to_csv(
            folder / _FILES[0], index=False, encoding="utf-8-sig", lineterminator="\n"
        )
        (folder / _FILES[1]).write_text(page(found), encoding="utf-8", newline="\n")
        (folder / _FOLDER.marker).write_text(told + "\n", encoding="utf-8", newline="\n")
    return Path(out)


def _csv(found: Comparison) -> pd.DataFrame:
    """Return the figures with their names in both languages and their units."""
    labels = [phrase(f"compare_{figure}") for figure in found.figures.index]
    table = found.figures.round(_DIGITS).reset_index()
    table.insert(1, "figure_vi", [label.vi.strip() for label in labels])
    table.insert(2, "figure_en", [label.en.strip() for label in labels])
    table.insert(3, "unit", [UNITS[figure] for figure in found.figures.index])
    return table
