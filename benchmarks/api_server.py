"""How is a server started on one core, and what did it take in memory?"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from measure import peak_memory_mb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["Server", "free_port", "serving"]

_POLL_S: Final = 0.02
_LIMIT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers.

    Attributes
    ----------
    port
        On 127.0.0.1.
    start_s
        From starting the process to its first good answer, s.
    pid
        Its process.
    """

    port: int
    start_s: float
    pid: int

    @property
    def peak_mb(self) -> float:
        """Return the largest memory of the process so far, MB."""
        return peak_memory_mb(self.pid)


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(
    command: Sequence[str], *, port: int, ready: str, log: Path, env: Mapping[str, str] = {}
) -> Iterator[Server]:
    """Run a server pinned to the first core, where the system can, until the block ends.

    Parameters
    ----------
    command
        Program and arguments, Python's own interpreter put in front.
    port
        Where it will listen.
    ready
        Path that answers 200 as soon as it serves.
    log
        File for what it says.
    env
        Variables for it, beside those of this process.

    Raises
    ------
    RuntimeError
        If it ends, or does not answer within a minute.
    """
    begin = time.perf_counter()
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, *command], stdout=said, stderr=said, env={**os.environ, **env}
        )
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
        try:
            while not _answers(f"http://127.0.0.1:{port}{ready}"):
                late = time.perf_counter() - begin > _LIMIT_S
                if late or process.poll() is not None:
                    words = log.read_text(encoding="utf-8", errors="replace")[-1000:]
                    raise RuntimeError(f"{command[0]} does not serve: {words}")
                time.sleep(_POLL_S)
            yield Server(port, time.perf_counter() - begin, process.pid)
        finally:
            process.terminate()
            process.wait(timeout=_LIMIT_S)


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=_LIMIT_S) as answer:  # noqa: S310 - loopback
            return bool(answer.status == 200)  # noqa: PLR2004
    except (urllib.error.URLError, ConnectionError):
        return False
