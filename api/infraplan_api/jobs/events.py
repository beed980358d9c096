"""What happened to a job so far? Lines that its process appends and the server reads on."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Final

from infraplan_api.jobs.files import EVENTS

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Events", "read_from"]

_LEAST_STEP: Final = 0.01
"""Progress is told by hundredths: a bar needs no more, and a disk bears no more."""


class Events:
    """Tell what happens; a stage at a time.

    Parameters
    ----------
    folder
        Of the job. A line that an earlier process left unfinished is ended, and never read.

    Notes
    -----
    It is a :class:`infraplan.workflow.Reporter`.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / EVENTS
        self._told = -1.0
        if _is_torn(self._path):
            self._append("\n")

    def start(self, stage: str) -> Progress:
        """Tell that a stage begins, and return what takes its progress."""
        self._told = 0.0
        self.tell("stage", stage=stage, share=0.0)
        return Progress(self, stage)

    def finish(self, stage: str, *, seconds: float, reused: bool) -> None:
        """Tell that a stage ended."""
        self.tell("finished", stage=stage, share=1.0, seconds=round(seconds, 1), reused=reused)

    def progress(self, stage: str, share: float) -> None:
        """Tell how far a stage is, where that is worth a line."""
        if share - self._told >= _LEAST_STEP:
            self._told = share
            self.tell("progress", stage=stage, share=round(share, 2))

    def tell(self, kind: str, **told: Any) -> None:  # noqa: ANN401 - whatever JSON can say
        """Append a line, whole."""
        self._append(json.dumps({"kind": kind, "at_s": round(time.time(), 1), **told}) + "\n")

    def _append(self, text: str) -> None:
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(text)


class Progress:
    """Take the progress of one stage."""

    def __init__(self, events: Events, stage: str) -> None:
        self._events = events
        self._stage = stage

    def __call__(self, done: int, total: int) -> None:
        """Tell that `done` of `total` parts are done."""
        self._events.progress(self._stage, done / total if total else 1.0)


def read_from(folder: Path, number: int) -> list[dict[str, Any]]:
    """Return the events after the first `number`; a line still being written comes later.

    Parameters
    ----------
    folder
        Of the job.
    number
        So many are known.
    """
    try:
        text = (folder / EVENTS).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return []
    whole = text[: text.rfind(b"\n") + 1].splitlines()
    return [told for told in map(_read, whole) if told is not None][number:]


def _read(line: bytes) -> dict[str, Any] | None:
    """Return an event, None where a process was killed while it wrote the line."""
    try:
        told = json.loads(line)
    except ValueError:
        return None
    return told if isinstance(told, dict) and {"kind", "at_s", "stage"} <= set(told) else None


def _is_torn(path: Path) -> bool:
    """Tell whether the last line of a file has no end."""
    try:
        with path.open("rb") as stream:
            stream.seek(0, 2)
            size = stream.tell()
            stream.seek(max(size - 1, 0))
            return size > 0 and stream.read(1) != b"\n"
    except FileNotFoundError:
        return False
