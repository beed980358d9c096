"""What does a call cost in a process of its own, and what if it takes too long or too much?"""

from __future__ import annotations

import multiprocessing
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from measure import peak_memory_mb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.connection import Connection

__all__ = ["BEGIN", "BUILT", "Run", "in_time"]

BEGIN: Final = "begin"
"""What a call says when its input is read and its code compiled: its time starts here."""

BUILT: Final = "model built"
"""What a call says when its solver begins."""

_FAILED: Final = "failed"
_POLL_S: Final = 0.05
_SET_UP_S: Final = 240.0
"""Most time for reading input and compiling, s."""


@dataclass(frozen=True, slots=True)
class Run:
    """How a call ended.

    Attributes
    ----------
    result
        What it returned; None where it was stopped or failed.
    said
        The last thing it said of itself, such as that its model is built.
    ended
        Empty where it came to its end, otherwise why not, in words.
    peak_mb
        Largest memory of the process, MB.
    """

    result: Any
    said: str
    ended: str
    peak_mb: float

    def or_fail(self) -> Run:
        """Return this run.

        Raises
        ------
        RuntimeError
            If it did not come to its end.
        """
        if self.result is None:
            raise RuntimeError(f"a run of infraplan did not come to its end: {self.ended}")
        return self


def in_time(
    function: Callable[..., object],
    *arguments: object,
    limit_s: float,
    most_mb: float = float("inf"),
) -> Run:
    """Call a module's function in a fresh interpreter and stop it at a limit of time or memory.

    The function gets one more argument, with which it says how far it is: `BEGIN` starts the
    clock.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_call, args=(there, function, arguments))
    with _bare():
        process.start()
    there.close()
    try:
        run = _watch(here, process.pid, limit_s, most_mb)
        if run.ended == _FAILED:
            process.join()
            run = replace(run, ended=f"{_FAILED} with code {process.exitcode}")
    finally:
        process.kill()
        process.join()
    return run


@contextmanager
def _bare() -> Iterator[None]:
    """Hide the script, or the new process would load all that it imports, peers' rivals too."""
    script = sys.modules["__main__"]
    hidden = {name: script.__dict__.pop(name, None) for name in ("__file__", "__spec__")}
    script.__spec__ = None
    try:
        yield
    finally:
        script.__dict__.update({k: v for k, v in hidden.items() if v is not None})


def _call(pipe: Connection, function: Callable[..., object], arguments: tuple[object, ...]) -> None:
    """Run in the new process: hand on what the function says and returns."""
    result = function(*arguments, lambda word: pipe.send(("said", word)))
    pipe.send(("result", (result, peak_memory_mb())))


def _watch(pipe: Connection, process: int | None, limit_s: float, most_mb: float) -> Run:
    """Wait for the end, or for a limit."""
    said, peak_mb = "", 0.0
    until_s = time.monotonic() + _SET_UP_S
    while time.monotonic() < until_s:
        peak_mb = max(peak_mb, peak_memory_mb(process))
        if peak_mb > most_mb:
            return Run(None, said, f"stopped at {most_mb:,.0f} MB", peak_mb)
        if not pipe.poll(_POLL_S):
            continue
        try:
            kind, value = pipe.recv()
        except EOFError:
            return Run(None, said, _FAILED, peak_mb)
        if kind == "result":
            return Run(value[0], said, "", value[1])
        said = value
        if value == BEGIN:
            until_s = time.monotonic() + limit_s
    return Run(None, said, f"stopped after {limit_s:g} s", peak_mb)
