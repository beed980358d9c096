"""What is left when a fetch is killed at each of its steps? Run by a test, with a server.

Arguments: cache folder, address, digest of the right bytes. Each child process dies at one step:
at a call that opens, renames, removes or makes something in the cache, or after some bytes. Prints
one line of JSON for each: whether it died, what was found under a final name, and what a second
fetch brought.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
from pathlib import Path

from infraplan.sources import cache
from infraplan.sources.fetch import fetch
from infraplan.sources.shelf import Shelf
from infraplan.sources.wanted import Wanted

_EVENTS = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir"}


class _Killer:
    """Kills this process at the given step."""

    def __init__(self, folder: Path, step: int) -> None:
        self.folder, self.left = str(folder), step

    def audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if event in _EVENTS and str(arguments[0]).startswith(self.folder):
            self.tick()

    def tick(self) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def start(self, wanted: Wanted, total_bytes: int | None) -> object:
        del wanted, total_bytes
        return lambda _: self.tick()

    def done(self, wanted: Wanted, how: str) -> None:
        del wanted, how


def _child(work: object) -> int:
    """Run something in a child process and return how that ended."""
    number = os.fork()
    if number == 0:
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(number, 0)[1]


def _one_life(folder: Path, want: Wanted, step: int) -> bool:
    def work() -> None:
        killer = _Killer(folder, step)
        sys.addaudithook(killer.audit)
        fetch([want], shelf=Shelf(None, folder), progress=killer)

    return os.WIFSIGNALED(_child(work))


def _final_names(folder: Path) -> list[str]:
    """Return the digests of files that stand under a final name, and differ from their folder."""
    found = (p for p in (folder / "objects").glob("*/*/*") if not p.name.startswith("."))
    return [str(p) for p in found if hashlib.sha256(p.read_bytes()).hexdigest() != p.parent.name]


def main() -> None:
    folder, address, digest = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    want = Wanted(address, "gzip", 10_000_000)
    died, step = True, 0
    while died and step < 200:
        step += 1
        shutil.rmtree(folder, ignore_errors=True)
        died = _one_life(folder, want, step)
        wrong = _final_names(folder)
        entries = [e.sha256 for e in cache.listing(folder)]
        second = _child(lambda: fetch([want], shelf=Shelf(None, folder)))
        brought = [e.sha256 for e in cache.listing(folder)]
        told = {
            "step": step,
            "died": died,
            "wrong": wrong,
            "entries_right": set(entries) <= {digest},
            "second": second,
            "brought_right": brought == [digest],
            "left": sorted(p.name for p in (folder / "parts").glob("*")),
        }
        sys.stdout.write(json.dumps(told) + "\n")


main()
