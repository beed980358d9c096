"""What is in a study folder, how old is it, where is it from, and how much of it is assumed?"""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
from rich.console import Console
from rich.table import Table

from infraplan.results import ORIGINS, basis_text
from infraplan.results.folder import STUDY_FOLDER
from infraplan.study import facts_of
from infraplan.wording import count, decimal, percent, phrase, plain, word_or

if TYPE_CHECKING:
    from infraplan.wording import Text

__all__ = ["facts", "show"]

_KEPT_LATELY: Final = ("measured", "declared")
_DIGITS_OF_DIGEST: Final = 12


def facts(folder: Path) -> dict[str, Any]:
    """Return what a study folder holds, as plain numbers and texts.

    Raises
    ------
    MissingDataError, InputError
        If the folder holds no study, or it cannot be read.
    """
    said = facts_of(folder)
    origins = pd.DataFrame(said["origins"])
    built = datetime.fromtimestamp((folder / STUDY_FOLDER.marker).stat().st_mtime, tz=UTC)
    outputs = sorted(said["outputs"].items())
    return {
        "folder": str(folder),
        "study": said["study_id"],
        "title_vi": said["title_vi"],
        "title_en": said["title_en"],
        "built": f"{built:%Y-%m-%d %H:%M} UTC",
        "infraplan_version": said["version"],
        "crs": said["crs"],
        "cell_size_m": said["grid"]["cell_size_m"],
        "rows": {Path(n).stem: told["rows"] for n, told in outputs if "rows" in told},
        "rasters": {n: r["origin"] for n, r in sorted(said["rasters"].items())},
        "sources": _sources(said["sources"]),
        "known": _known(origins),
        "not_measured_share": _not_measured(origins),
        "notes": said["notes"],
    }


def _sources(listed: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return one row per table and origin: 148 files of one table are one source."""
    if not listed:
        return []
    frame = pd.DataFrame(listed)
    groups = frame.groupby(["table", "origin", "licence", "date"], sort=True)
    return [
        {
            "table": table,
            "files": len(group),
            "file": group["file"].iloc[0],
            "sha256": group["sha256"].iloc[0],
            "origin": origin,
            "licence": licence,
            "date": date,
        }
        for (table, origin, licence, date), group in groups
    ]


def _known(origins: pd.DataFrame) -> list[dict[str, Any]]:
    """Return how the values of each column are known, in shares of its rows."""
    rows = []
    for (table, column), group in origins.groupby(["table", "column"], sort=False):
        shares = dict(zip(group["origin"], group["share"], strict=True))
        rows.append({"table": table, "column": column, **{o: shares.get(o, 0.0) for o in ORIGINS}})
    return rows


def _not_measured(origins: pd.DataFrame) -> float:
    """Return the share of the counted values that nobody measured or declared."""
    total = float(origins["rows"].sum())
    kept = float(origins.loc[origins["origin"].isin(_KEPT_LATELY), "rows"].sum())
    return 1.0 - kept / total if total else math.nan


def show(folder: Path, *, language: str, as_json: bool) -> None:
    """Print what a study folder holds."""
    found = facts(folder)
    console = Console(highlight=False, soft_wrap=True)
    if as_json:
        console.print(json.dumps(found, ensure_ascii=False, indent=2, sort_keys=True), markup=False)
        return
    title = found["title_vi"] if language == "vi" else found["title_en"]
    console.print(f"[bold]{title}[/]")
    console.print(_head(found).said(language), markup=False)
    console.print(_tables(found, language))
    console.print(_source_table(found, language))
    console.print(_known_table(found, language))
    origins = pd.DataFrame(facts_of(folder)["origins"])
    share = {"share": percent(found["not_measured_share"])}
    summary = phrase("info_not_measured", share) + plain(" ") + basis_text(origins)
    console.print(summary.said(language), markup=False)
    if found["notes"]:
        console.print(f"[bold]{phrase('info_notes').said(language)}[/]")
        for note in found["notes"]:
            console.print(f"  · {note[language]}", markup=False)


def _head(found: dict[str, Any]) -> Text:
    values = {
        "folder": plain(found["folder"]),
        "built": plain(found["built"]),
        "version": plain(found["infraplan_version"]),
        "crs": plain(found["crs"]),
        "cell": decimal(found["cell_size_m"], 0),
    }
    return phrase("info_head", values)


def _grid(title: str, columns: tuple[tuple[str, bool], ...], language: str) -> Table:
    """Return an empty table with a title and columns (key of the phrase, numbers or not)."""
    said = phrase(title).said(language)
    table = Table(title=said, title_justify="left", title_style="bold")
    for key, numbers in columns:
        table.add_column(phrase(key).said(language), justify="right" if numbers else "left")
    return table


def _name(table: str, language: str) -> str:
    return word_or(f"table_{table}", table).said(language)


def _tables(found: dict[str, Any], language: str) -> Table:
    table = _grid("info_tables", (("info_table", False), ("info_rows", True)), language)
    for name, rows in found["rows"].items():
        table.add_row(_name(name, language), count(rows).said(language))
    for name, origin in found["rasters"].items():
        table.add_row(_name(name, language), word_or(f"origin_{origin}", origin).said(language))
    return table


def _source_table(found: dict[str, Any], language: str) -> Table:
    columns = (
        ("info_table", False),
        ("info_files", True),
        ("info_origin", False),
        ("info_date", False),
        ("info_licence", False),
        ("info_digest", False),
    )
    table = _grid("info_sources", columns, language)
    for source in found["sources"]:
        table.add_row(
            _name(source["table"], language),
            count(source["files"]).said(language),
            source["origin"] or Path(source["file"]).name,
            plain(source["date"]).said(language),
            source["licence"],
            source["sha256"][:_DIGITS_OF_DIGEST],
        )
    return table


def _known_table(found: dict[str, Any], language: str) -> Table:
    shown = [o for o in reversed(ORIGINS) if any(row[o] for row in found["known"])]
    columns = (("info_column", False), *((f"origin_{o}", True) for o in shown))
    table = _grid("info_known", columns, language)
    for row in found["known"]:
        name = f"{_name(row['table'], language)}: {row['column']}"
        shares = [percent(row[o], 0).said(language) if row[o] else "" for o in shown]
        table.add_row(name, *shares)
    return table
