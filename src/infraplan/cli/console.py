"""How does the terminal show progress, results and errors?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infraplan import wording
from infraplan.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from infraplan.errors import InfraplanError

_MOST_FAULTS = 200
_FAULT_FIELDS = ("file", "row", "column", "problem", "remedy")

__all__ = ["Bars", "show_error"]


class Bars:
    """Draw one line per stage, with a bar while it is under way; a ``Reporter`` of a run.

    Parameters
    ----------
    language
        "vi" or "en".
    quiet
        Draw nothing.
    """

    def __init__(self, *, language: str, quiet: bool) -> None:
        self._language = language
        self._task: int | None = None
        self._console = Console(stderr=True, quiet=quiet)
        self._progress = Progress(
            TextColumn("{task.description:<28}"),
            BarColumn(bar_width=28),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
            disable=quiet or not self._console.is_terminal,
        )

    def __enter__(self) -> Self:
        """Begin drawing."""
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop drawing."""
        self._progress.stop()

    def start(self, stage: str) -> Callable[[int, int], None]:
        """Begin a bar for a stage."""
        label = wording.phrase(f"stage_{stage}").said(self._language)
        task = self._progress.add_task(label, total=None)
        self._task = task

        def update(done: int, total: int) -> None:
            self._progress.update(task, completed=done, total=total)

        return update

    def finish(self, stage: str, *, seconds: float, reused: bool) -> None:
        """Replace the bar by a line with the time taken."""
        if self._task is not None:
            self._progress.remove_task(self._task)  # type: ignore[arg-type]  # a TaskID is an int
            self._task = None
        label = wording.phrase(f"stage_{stage}").said(self._language)
        note = f"  {wording.phrase('stage_reused').said(self._language)}" if reused else ""
        self._console.print(f"[green]✓[/] {label:<44} {seconds:6.1f} s{note}", highlight=False)


def show_error(error: InfraplanError, *, language: str, as_json: bool) -> None:
    """Print an error: what, where, remedy; never a traceback.

    Parameters
    ----------
    error
        What went wrong.
    language
        "vi" or "en"; for a program the message stays English.
    as_json
        Print it whole as JSON for a program, on standard error.
    """
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    faults = error.faults if isinstance(error, InputError) else ()
    if as_json:
        content = {"error": type(error).__name__, "message": str(error)}
        listed = [{n: getattr(f, n) for n in _FAULT_FIELDS} for f in faults]
        console.print(json.dumps(content | {"faults": listed}, ensure_ascii=False), markup=False)
        return
    console.print(f"[bold red]{wording.phrase('error').said(language)}[/]", end=" ")
    lines = _told(error, language).splitlines()[: _MOST_FAULTS + 1]
    console.print("\n".join(lines), markup=False)
    left = len(str(error).splitlines()) - len(lines)
    if left > 0 and faults:
        more = wording.phrase("error_more", {"count": wording.count(left)})
        console.print(more.said(language), markup=False)


def _told(error: InfraplanError, language: str) -> str:
    """Return an error in a language; of a single one, the remedy stands on its own line."""
    if isinstance(error, InputError):
        head = wording.said_in(str(error).partition("\n")[0], language)
        faults = enumerate(error.faults[:_MOST_FAULTS], 1)
        return "\n".join([head, *(f"  {i}. {wording.fault_in(f, language)}" for i, f in faults)])
    before, remedy, _ = str(error).partition("Remedy: ")
    if not remedy or not before or "\n" in before.rstrip():
        return wording.said_in(str(error), language)
    said, mark = wording.said_in(str(error), language), wording.said_in(remedy, language)
    what, found, how = said.partition(mark)
    return f"{what.rstrip()}\n{found}{how}" if found else said
