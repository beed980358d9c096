"""What do `infraplan new`, `check` and `build` do, and what do they say?"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infraplan.cli.console import Bars
from infraplan.errors import OutputError, ParameterError
from infraplan.sources import marked_copy
from infraplan.study_file import template
from infraplan.wording import count, fault_in, phrase, plain
from infraplan.workflow.data import build_study, check_study
from infraplan.workflow.source import study_path

if TYPE_CHECKING:
    from infraplan.sources.shelf import Shelf
    from infraplan.study import CheckReport

__all__ = ["build", "check", "new", "new_text"]

_FAULT_FIELDS = ("file", "row", "column", "problem", "remedy")
_MARKED_SUFFIXES = (".xlsx", ".xlsm", ".csv", ".gz", ".txt", ".tsv")


def new(name: str, *, country: str, province: str | None, out: Path, force: bool) -> Path:
    """Write a commented study file.

    Raises
    ------
    ParameterError
        If the name, the country or the province is none.
    OutputError
        If the file is there already, or cannot be written.
    """
    text = template(name, country=country, province=province)
    write_new(out, text.encode(), force=force)
    return out


def write_new(path: Path, content: bytes, *, force: bool) -> None:
    """Write a file of the user's, beside first; one that is there stays unless forced.

    Raises
    ------
    OutputError
        If the file is there already, or cannot be written.
    """
    if path.exists() and not force:
        raise OutputError(
            f"{path} is there already. Remedy: name another file with --out, or say --force to "
            "replace it."
        )
    beside = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise OutputError(
            f"{path} cannot be written ({error.strerror}). Remedy: name another file with --out."
        ) from error


def new_text(path: Path, *, language: str) -> str:
    """Say what was written and what comes next."""
    return phrase("data_new", {"file": plain(path)}).said(language)


def check(
    source: str, *, shelf: Shelf, marked: Path | None, language: str, as_json: bool
) -> tuple[str, bool]:
    """Check a study; return what to print and whether it is sound.

    Parameters
    ----------
    source
        A study file, or the name of one that ships.
    shelf
        Where files are looked for.
    marked
        Folder for marked copies of the user's spreadsheets; None for none.
    language
        "vi" or "en".
    as_json
        For a program.
    """
    if not study_path(source).is_file():
        raise ParameterError(
            f"There is no study file {source}. Remedy: check the path, or start one with "
            "`infraplan new NAME`."
        )
    report = check_study(source, shelf=shelf)
    copies = [] if marked is None else _marked(report, marked)
    sound = not report.faults
    if as_json:
        return json.dumps(_facts(report, copies), ensure_ascii=False, indent=2), sound
    lines = [f"· {note.said(language)}" for note in report.notes]
    if lines:
        lines.insert(0, phrase("data_notes").said(language))
    faults = [
        f"{number:>4}. {fault_in(fault, language)}" for number, fault in enumerate(report.faults, 1)
    ]
    if faults:
        faults.insert(0, phrase("data_faults", {"count": count(len(report.faults))}).said(language))
    written = [phrase("data_marked", {"file": plain(c)}).said(language) for c in copies]
    end = phrase("data_unsound" if faults else "data_sound").said(language)
    return "\n".join([*lines, *faults, *written, end]), sound


def _facts(report: CheckReport, copies: list[Path]) -> dict[str, Any]:
    return {
        "sound": not report.faults,
        "faults": [{n: getattr(f, n) for n in _FAULT_FIELDS} for f in report.faults],
        "notes": [{"vi": note.vi, "en": note.en} for note in report.notes],
        "marked": [str(c) for c in copies],
    }


def _marked(report: CheckReport, folder: Path) -> list[Path]:
    """Write a marked copy of every faulty table of the user's."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{folder} cannot be made ({error.strerror}). Remedy: name another folder with "
            "--marked."
        ) from error
    copies: list[Path] = []
    for label, path in sorted(report.files.items()):
        faults = [f for f in report.faults if f.file == label]
        if faults and path.suffix.lower() in _MARKED_SUFFIXES:
            out = folder / f"{path.name.split('.')[0]}-marked.xlsx"
            if out in copies:  # tables of one name in several folders
                out = out.with_stem(f"{out.stem}-{len(copies) + 1}")
            copies.append(marked_copy.write(path, faults, out))
    return copies


def build(source: str, *, out: Path | None, shelf: Shelf, quiet: bool, language: str) -> Path:
    """Build a study folder, with a line per stage; return the folder."""
    folder = out or Path("out") / f"{study_path(source).stem}.study"
    began = time.perf_counter()
    with Bars(language=language, quiet=quiet) as bars:
        progress = bars.start("study")
        build_study(source, folder, shelf=shelf, progress=progress)
        bars.finish("study", seconds=time.perf_counter() - began, reused=False)
    return folder
