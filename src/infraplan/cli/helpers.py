"""What do `infraplan template`, `communes` and `cache` do, and what do they say?"""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pandas as pd

from infraplan.cli.studies import write_new
from infraplan.errors import Fault, InputError, MissingDataError
from infraplan.geo import metric_crs
from infraplan.sources import cache as cache_folder
from infraplan.sources import reform, templates
from infraplan.sources.tabular import read_tabular
from infraplan.sources.tabular_files import open_table
from infraplan.wording import count, decimal, phrase, plain
from infraplan.wording.text import MISSING
from infraplan.workflow.data import wanted_now

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.sources.cache import Entry
    from infraplan.sources.shelf import Shelf

__all__ = ["cache_list", "cache_prune", "cache_verify", "carry", "resolve", "template"]

_BYTES_PER_MB = 1e6
_DIGITS_OF_DIGEST = 12


def template(table: str, path: Path, *, force: bool, language: str) -> str:
    """Write a table to fill in; return what to print."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / path.name
        templates.write(table, made)
        write_new(path, made.read_bytes(), force=force)
    return phrase("data_template", {"file": plain(path)}).said(language)


def resolve(query: str, *, most: int, language: str, as_json: bool) -> tuple[str, bool]:
    """Find communes; return what to print, and whether there is any."""
    matches = reform.resolve(query, limit=most)
    if as_json:
        listed = [asdict(match) for match in matches]
        return json.dumps(listed, ensure_ascii=False, indent=2), bool(matches)
    if not matches:
        return phrase("resolve_none", {"query": plain(query)}).said(language), False
    lines = []
    for match in matches:
        place = ", ".join(part for part in (match.district, match.province) if part)
        era = "resolve_new" if match.generation == "2025" else "resolve_old"
        lines.append(f"{match.code}  {match.full_name} ({place})  [{phrase(era).said(language)}]")
        if match.now:
            lines.append("       → " + ", ".join(_named(code) for code in match.now))
        if match.was:
            lines.append("       ← " + ", ".join(_named(code, old=True) for code in match.was))
    return "\n".join(lines), True


def _named(code: str, *, old: bool = False) -> str:
    """Return a code with its name."""
    generation = "before-2025" if old else "2025"
    for match in reform.resolve(code, limit=10):
        if match.code == code and match.generation == generation:
            return f"{code} {match.full_name}"
    return code


def carry(
    table: Path,
    out: Path,
    *,
    to: Literal["new", "old"],
    column: str,
    sums: tuple[str, ...],
    old: Path | None,
    new: Path | None,
    force: bool,
    language: str,
) -> str:
    """Carry a table over the reform and write it; return what to print.

    Raises
    ------
    InputError
        If a table cannot be read, or a code is of no commune; every fault is listed.
    MissingDataError
        If a file is not there.
    OutputError
        If the new table cannot be written, or is there already.
    """
    for path in (table, old, new):
        if path is not None and not path.is_file():
            raise MissingDataError(f"There is no file {path}. Remedy: mend the path.")
    raw = open_table(table, file=str(table), table="communes", sheet=None, columns={"code": column})
    if raw.faults:
        raise InputError(raw.faults)
    before, after = _boundaries(old), _boundaries(new)
    if before is not None and after is not None:
        metric = metric_crs(after)
        before, after = before.to_crs(metric), after.to_crs(metric)
    carried = reform.carry(
        pd.DataFrame(raw.frame),
        to=to,
        column=column,
        how="area",
        sums=sums,
        old=before,
        new=after,
        file=str(table),
        first_row=raw.first_row,
    )
    if carried.faults:
        raise InputError(carried.faults)
    text = carried.table.to_csv(index=False, lineterminator="\n")
    write_new(out, text.encode("utf-8-sig"), force=force)
    lines = [note.said(language) for note in (*raw.notes, *carried.notes)]
    values = {"file": plain(out), "rows": count(len(carried.table))}
    return "\n".join([*lines, phrase("carry_wrote", values).said(language)])


def _boundaries(path: Path | None) -> gpd.GeoDataFrame | None:
    """Read boundaries with a column code."""
    if path is None:
        return None
    raw = read_tabular(
        path,
        file=str(path),
        columns={},
        values={},
        x="lon",
        y="lat",
        crs=None,
        located=True,
        table="communes",
    )
    faults = list(raw.faults)
    if not faults and "code" not in raw.frame.columns:
        remedy = "give boundaries whose column `code` holds the codes of the communes"
        faults.append(Fault(str(path), "there is no column of codes", remedy, column="code"))
    if faults:
        raise InputError(faults)
    return raw.frame


def cache_list(folder: Path, *, language: str, as_json: bool) -> str:
    """List the cache."""
    entries = cache_folder.listing(folder)
    if as_json:
        return _as_json(entries)
    return "\n".join([*_lines(entries), _sum("cache_sum", entries, folder, language)])


def cache_verify(folder: Path, *, language: str, as_json: bool) -> tuple[str, bool]:
    """Read every file again; return what to print, and whether all are whole."""
    damaged = cache_folder.verify(folder)
    if as_json:
        return _as_json(damaged), not damaged
    key = "cache_damaged" if damaged else "cache_whole"
    return "\n".join([*_lines(damaged), _sum(key, damaged, folder, language)]), not damaged


def cache_prune(
    shelf: Shelf, *, keep: tuple[str, ...], dry_run: bool, language: str, as_json: bool
) -> str:
    """Delete what no study of `keep` wants; return what to print."""
    kept = {w.address for study in keep for w in wanted_now(study, shelf=shelf)}
    gone = cache_folder.prune(shelf.cache, keep=kept, dry_run=dry_run)
    if as_json:
        return _as_json(gone)
    key = "cache_would_go" if dry_run else "cache_gone"
    return "\n".join([*_lines(gone), _sum(key, gone, shelf.cache, language)])


def _as_json(entries: tuple[Entry, ...]) -> str:
    return json.dumps([asdict(e) for e in entries], ensure_ascii=False, indent=2, default=str)


def _lines(entries: tuple[Entry, ...]) -> list[str]:
    return [
        f"{e.sha256[:_DIGITS_OF_DIGEST]:<12}  {e.bytes / _BYTES_PER_MB:>10,.2f} MB  "
        f"{e.last_modified or MISSING:<30}  {e.address or MISSING}"
        for e in entries
    ]


def _sum(key: str, entries: tuple[Entry, ...], folder: Path, language: str) -> str:
    values = {
        "files": count(len(entries)),
        "size": decimal(sum(e.bytes for e in entries) / _BYTES_PER_MB, 1),
        "folder": plain(folder),
    }
    return phrase(key, values).said(language)
