"""How is the process of a job started, and how does it end together with all that it started?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from infraplan_api.jobs.files import LOG

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["end", "how_it_ended", "start", "stop_left_over"]

_STOP_S: Final = 10.0
_STEP_S: Final = 0.02
_PRIVATE: Final = 0o600
_MASK: Final = 0o077
_MEMORY_SIGNALS: Final = ("SIGABRT", "SIGKILL", "SIGSEGV")


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Start the process of a job.

    It leads a group of its own, so that it can be ended with all that it starts. Nothing is ever
    written into its standard input: that this ends tells it that the server is gone.

    Parameters
    ----------
    folder
        Of the job; only the owner can read what is written there.

    Raises
    ------
    OSError
        If it cannot be started, or its log cannot be written.
    """
    log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _PRIVATE)
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "infraplan_api.jobs.worker", str(folder.absolute())],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            umask=_MASK,
        )
    finally:
        os.close(log)


def end(process: subprocess.Popen[bytes]) -> None:
    """Stop a process and all that it started; also what one that ended by itself has left."""
    _kill_group(process.pid)
    with suppress(subprocess.TimeoutExpired):
        process.wait(timeout=_STOP_S)
    if process.stdin is not None:
        process.stdin.close()


def stop_left_over(pid: int, job_id: str) -> None:
    """Stop the process of a job that an earlier server started, if it is still that one."""
    if not _works_on(pid, job_id):
        return
    _kill_group(pid)
    until_s = time.monotonic() + _STOP_S
    while _works_on(pid, job_id) and time.monotonic() < until_s:
        time.sleep(_STEP_S)


def how_it_ended(code: int) -> str:
    """Return in words how a process ended that did not say it itself.

    Examples
    --------
    >>> how_it_ended(-9)
    'Its process was killed (SIGKILL), perhaps for want of memory.'
    """
    if code >= 0:
        return f"Its process ended without a word (code {code})."
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    perhaps = ", perhaps for want of memory" if name in _MEMORY_SIGNALS else ""
    return f"Its process was killed ({name}){perhaps}."


def _kill_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGTERM)


def _works_on(pid: int, job_id: str) -> bool:
    """Tell whether a process works on a job, where the system can say."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as stream:  # noqa: PTH123 - not a path of ours
            return job_id.encode() in stream.read()
    except OSError:
        return False
