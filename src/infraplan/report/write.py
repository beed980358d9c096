"""How does a finished bundle become a folder of reports, whole or not at all?"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from infraplan.errors import ParameterError
from infraplan.report.facts import read
from infraplan.report.parts import maker, wanted_parts
from infraplan.report.pictures import Drawing
from infraplan.results.folder import FolderKind, check_target, replacing
from infraplan.settings import installed_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor

    from infraplan.report.facts import Facts

__all__ = ["REPORT", "write"]

REPORT: Final = FolderKind("report.json", "report")

_LANGUAGES: Final = ("vi", "en")
_FORMAT: Final = 1


def write(
    folder: str | Path,
    out: str | Path | None = None,
    *,
    language: str = "vi",
    only: Iterable[str] | None = None,
    date: str | None = None,
    executor: Executor | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Path:
    """Write the reports of a finished bundle: workbook, annexes, plan, map sheets.

    The folder is written beside its place and takes it at the end; an older report there is
    replaced whole, also by one of fewer parts. The same bundle gives the same bytes.

    Parameters
    ----------
    folder
        The bundle.
    out
        Folder of the report; beside the bundle, ``<bundle>-report-<language>``, where None.
    language
        "vi" or "en".
    only
        Some of xlsx, docx, pdf, maps; all where None.
    date
        ISO date that annexes, plan and sheets carry; where None, they are left undated.
    executor
        Pool of processes that draws the maps; this thread draws them where None.
    progress
        Called with a part, how much of it is done, and of how much.

    Returns
    -------
    pathlib.Path
        The folder: ``report-<language>.xlsx``, ``annexes-<language>.docx``,
        ``plan-<language>.pdf``, ``maps/*.png``, and ``report.json`` with the digests of these and
        of the bundle.

    Raises
    ------
    ParameterError
        If language, parts or date are not what they may be.
    MissingExtraError
        If the package of a part is not installed.
    MissingDataError
        If `folder` is no bundle, or one of an older version.
    InputError
        If files of the bundle are missing or were changed.
    OutputError
        If `out` holds something else, or cannot be written.

    Examples
    --------
    >>> write("out/phu-tho", language="en", only=["xlsx"])  # doctest: +SKIP
    PosixPath('out/phu-tho-report-en')
    """
    parts = wanted_parts(only)
    date = _checked(language, date)
    bundle = Path(folder).resolve()
    target = bundle.with_name(f"{bundle.name}-report-{language}") if out is None else Path(out)
    check_target(target, kind=REPORT)
    facts = read(folder)
    heard = progress or _silent
    with replacing(target, kind=REPORT) as place:
        outputs = {
            name: _saved(place / name, content)
            for name, content in _made(facts, parts, language, date, executor, heard)
        }
        described = {
            "format": _FORMAT,
            "infraplan_version": installed_version(),
            "study": dict(facts.manifest["study"]),
            "bundle_sha256": facts.sha256,
            "bundle_version": facts.manifest.get("infraplan_version"),
            "data_basis": {"vi": facts.data_basis.vi, "en": facts.data_basis.en},
            "parameters": {"language": language, "parts": list(parts), "date": date},
            "outputs": outputs,
        }
        text = json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True)
        (place / REPORT.marker).write_text(text + "\n", encoding="utf-8", newline="\n")
    return target


def _made(
    facts: Facts,
    parts: tuple[str, ...],
    language: str,
    date: str | None,
    executor: Executor | None,
    heard: Callable[[str, int, int], None],
) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each file of a report."""
    makers = {"xlsx": "workbook", "docx": "annexes", "pdf": "plan_pdf"}
    loaded = {part: maker(makers[part]) for part in parts if part in makers}
    drawing = Drawing(facts, language=language, date=date, executor=executor, parts=parts)
    try:
        if "xlsx" in parts:
            heard("xlsx", 0, 1)
            yield f"report-{language}.xlsx", loaded["xlsx"](facts, language=language)
            heard("xlsx", 1, 1)
        if not {"docx", "pdf"}.isdisjoint(parts):
            yield from _documents(facts, loaded, drawing, language, date, heard)
        if "maps" in parts:
            heard("maps", 0, drawing.sheet_count)
            for number, (name, content) in enumerate(drawing.sheets(), 1):
                yield name, content
                heard("maps", number, drawing.sheet_count)
    finally:
        drawing.stop()


def _documents(
    facts: Facts,
    loaded: dict[str, Any],
    drawing: Drawing,
    language: str,
    date: str | None,
    heard: Callable[[str, int, int], None],
) -> Iterator[tuple[str, bytes]]:
    """Yield annexes and plan, each with its maps."""
    names = {"docx": f"annexes-{language}.docx", "pdf": f"plan-{language}.pdf"}
    for part, name in names.items():
        if part in loaded:
            heard(part, 0, 2)
            pictures = drawing.pictures_of(part)
            heard(part, 1, 2)
            yield name, loaded[part](facts, language=language, pictures=pictures, date=date)
            heard(part, 2, 2)


def _saved(path: Path, content: bytes) -> dict[str, object]:
    """Write a file; return its size and digest."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _checked(language: str, date: str | None) -> str | None:
    """Refuse a language or a date that is none; return the date with hyphens."""
    if language not in _LANGUAGES:
        raise ParameterError(
            f"A report is written in vi or en, not {language!r}. Remedy: give one of the two as "
            "the language."
        )
    if date is None:
        return None
    try:
        return dt.date.fromisoformat(date).isoformat()
    except ValueError as error:
        raise ParameterError(
            f"{date!r} is not a date. Remedy: give year, month and day, such as 2026-03-31."
        ) from error


def _silent(_part: str, _done: int, _total: int) -> None:
    """Hear of progress and do nothing with it."""
