"""How does the terminal show what is fetched, and what would be asked of whom?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from infraplan.wording import count, decimal, phrase, plain
from infraplan.workflow.data import fetch_study, wanted_now

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    from infraplan.sources.fetch import Fetched
    from infraplan.sources.shelf import Shelf
    from infraplan.sources.wanted import Wanted
    from infraplan.wording import Text

__all__ = ["FetchBars", "brought_text", "fetch_all", "requests_text"]

_BYTES_PER_MB = 1e6


class FetchBars:
    """Draw a bar for each file under way; a ``FetchProgress`` of the door.

    Parameters
    ----------
    language
        "vi" or "en".
    quiet
        Draw nothing.
    """

    def __init__(self, *, language: str, quiet: bool) -> None:
        self._language = language
        self._console = Console(stderr=True, quiet=quiet)
        self._tasks: dict[str, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
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

    def start(self, wanted: Wanted, total_bytes: int | None) -> Callable[[int], None]:
        """Begin a bar for a file; what is returned takes the bytes that are there."""
        task = self._progress.add_task(_short(wanted), total=total_bytes)
        self._tasks[wanted.address] = task

        def update(there: int) -> None:
            self._progress.update(task, completed=there)

        return update

    def done(self, wanted: Wanted, how: str) -> None:
        """Take the bar of a file away; a file that did not come is named at once."""
        task = self._tasks.pop(wanted.address, None)
        if task is not None:
            self._progress.remove_task(task)
        if how == "failed":
            said = phrase("fetch_failed").said(self._language)
            self._console.print(f"[red]✗[/] {_short(wanted)}  {said}", highlight=False)


def _short(wanted: Wanted) -> str:
    """Return the end of an address that tells its file from others."""
    return wanted.address.rpartition("/")[2] or wanted.address


def fetch_all(
    source: str,
    *,
    shelf: Shelf,
    mirror_address: str | None,
    offline: bool,
    save_mirror: Path | None,
    at_once: int,
    quiet: bool,
    language: str,
) -> tuple[Fetched, ...]:
    """Fetch everything a study names, with bars."""
    with FetchBars(language=language, quiet=quiet) as bars:
        return fetch_study(
            source,
            shelf=shelf,
            mirror_address=mirror_address,
            offline=offline,
            save_mirror=save_mirror,
            at_once=at_once,
            progress=bars,
        )


def brought_text(brought: Sequence[Fetched], *, language: str, as_json: bool) -> str:
    """Return the sum of what came."""
    if as_json:
        listed = [
            {
                "address": f.wanted.address,
                "file": None if f.path is None else str(f.path),
                "sha256": f.sha256,
                "bytes": f.bytes,
                "reused": f.reused,
                "from_mirror": f.from_mirror,
            }
            for f in brought
        ]
        return json.dumps(listed, ensure_ascii=False, indent=2)
    lines = []
    for host in sorted({_host(f.wanted) for f in brought}):
        of_host = [f for f in brought if _host(f.wanted) == host]
        lines.append(f"{host}: {_counted(of_host).said(language)}")
    return "\n".join(lines if len(lines) == 1 else [*lines, _counted(brought).said(language)])


def _host(wanted: Wanted) -> str:
    return urlsplit(wanted.address).netloc


def _counted(brought: Sequence[Fetched]) -> Text:
    """Say how many files there are, and how many of them are new."""
    new = [f for f in brought if not f.reused]
    values = {
        "files": count(len(brought)),
        "new": count(len(new)),
        "size": decimal(sum(f.bytes for f in new) / _BYTES_PER_MB, 1),
    }
    return phrase("fetch_sum", values)


def requests_text(source: str, *, shelf: Shelf, language: str, as_json: bool) -> str:
    """Return the requests that a fetch would make now, one line each."""
    wants = wanted_now(source, shelf=shelf)
    if as_json:
        listed = [
            {
                "request": f"GET {w.address}",
                "kind": w.kind,
                "most_bytes": w.most_bytes,
                "source": w.source,
                "there": shelf.find(w.address) is not None,
            }
            for w in wants
        ]
        return json.dumps(listed, ensure_ascii=False, indent=2)
    lines = []
    for w in wants:
        there = shelf.find(w.address) is not None
        state = phrase("fetch_there" if there else "fetch_absent_yet").said(language)
        lines.append(f"GET {w.address}  [{state}]")
    summary = phrase("fetch_requests", {"count": plain(str(len(wants)))}).said(language)
    return "\n".join([*lines, summary])
