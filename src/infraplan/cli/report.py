"""How is a finished bundle turned into reports from the terminal?"""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated, Final

import typer

from infraplan import settings, wording
from infraplan.cli.console import Bars
from infraplan.cli.options import Json, Language, Quiet, ending

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor

__all__ = ["add_to", "report_command"]

_DRAWN: Final = {"docx", "pdf", "maps"}
"""Parts of a report that have maps."""

_BYTES_PER_KB: Final = 1000.0


def report_command(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A bundle: the folder that run wrote.")
    ],
    *,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder of the report; beside the bundle where not given."),
    ] = None,
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help="A part: xlsx, docx, pdf or maps; repeat. All without it."),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option("--date", help="Date that the report carries, such as 2026-03-31; else none."),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option("--processes", min=1, help="Processes that draw maps; all where not given."),
    ] = None,
    quiet: Quiet = False,
    as_json: Json = False,
    language: Language = None,
) -> None:
    """Write what an office can use: workbook, annexes of a decision, a plan, map sheets."""
    from infraplan import report  # noqa: PLC0415 - heavy; --help stays quick

    spoken = language or settings.load().language
    drawn = not only or not _DRAWN.isdisjoint(only)
    with (
        ending(language=spoken, as_json=as_json),
        Bars(language=spoken, quiet=quiet) as bars,
        _pool((processes or os.cpu_count() or 1) if drawn else 1) as executor,
    ):
        made = report.write(
            folder,
            out,
            language=spoken,
            only=only or None,
            date=date,
            executor=executor,
            progress=_shown_by(bars),
        )
    typer.echo(_as_json(made) if as_json else _as_text(made, language=spoken))


def add_to(app: typer.Typer) -> None:
    """Add the command that writes reports."""
    app.command("report")(report_command)


@contextmanager
def _pool(processes: int) -> Iterator[Executor | None]:
    """Give a pool that draws maps; none for a single process."""
    if processes == 1:
        yield None
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as executor:
        yield executor


def _shown_by(bars: Bars) -> Callable[[str, int, int], None]:
    """Return what draws a bar for each part of a report."""
    begun: dict[str, tuple[float, Callable[[int, int], None]]] = {}

    def heard(part: str, done: int, total: int) -> None:
        stage = f"report_{part}"
        if part not in begun:
            begun[part] = time.perf_counter(), bars.start(stage)
        since_s, update = begun[part]
        update(done, total)
        if done == total:
            bars.finish(stage, seconds=time.perf_counter() - since_s, reused=False)

    return heard


def _as_json(made: Path) -> str:
    """Return what a report holds, for a program."""
    described = json.loads((made / "report.json").read_text(encoding="utf-8"))
    return json.dumps({"folder": str(made), **described}, ensure_ascii=False, sort_keys=True)


def _as_text(made: Path, *, language: str) -> str:
    """Return what a report holds, for a reader: its files, with their size."""
    described = json.loads((made / "report.json").read_text(encoding="utf-8"))
    lines = []
    for name, listed in described["outputs"].items():
        size_kb = wording.decimal(listed["bytes"] / _BYTES_PER_KB, 0).said(language)
        lines.append(f"  {made / name}  {size_kb} kB")
    head = wording.phrase(
        "report_wrote",
        {
            "files": wording.count(len(lines)),
            "bundle": wording.plain(described["bundle_sha256"][:12]),
        },
    )
    return "\n".join([head.said(language), *lines])
