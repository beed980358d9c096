"""Which stage of a run is under way, was it done before, and who hears of it?"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from infraplan.workflow.pool import Pool
    from infraplan.workflow.store import Store

T = TypeVar("T")

__all__ = ["Reporter", "Silent", "Stages", "part_of"]

_PERCENT = 100


class Reporter(Protocol):
    """Someone who wants to know how far a run is; the faces draw bars with it."""

    def start(self, stage: str) -> Callable[[int, int], None]:
        """Hear that a stage begins; return what is called with (done, total)."""
        ...

    def finish(self, stage: str, *, seconds: float, reused: bool) -> None:
        """Hear that a stage ended, and whether its result was there already."""
        ...


class Silent:
    """Somebody who does not want to know."""

    def start(self, stage: str) -> Callable[[int, int], None]:
        """Take progress and do nothing with it."""
        del stage
        return lambda _done, _total: None

    def finish(self, stage: str, *, seconds: float, reused: bool) -> None:
        """Say nothing."""


@dataclass(slots=True)
class Stages:
    """One run under way; tiles of the signal may run elsewhere than in this process's threads."""

    store: Store
    reporter: Reporter
    executor: Executor
    tile_pool: Pool
    fresh: bool
    reused: list[str]

    def do(self, name: str, work: Callable[[Callable[[int, int], None]], T]) -> T:
        """Do a stage."""
        begin = time.monotonic()
        result = work(self.reporter.start(name))
        self.reporter.finish(name, seconds=time.monotonic() - begin, reused=False)
        return result

    def take(self, name: str, load: Callable[[], T]) -> T:
        """Take what was kept of a stage."""
        begin = time.monotonic()
        self.reporter.start(name)
        self.reused.append(name)
        result = load()
        self.reporter.finish(name, seconds=time.monotonic() - begin, reused=True)
        return result

    def has(self, stage: str, *keys: str) -> bool:
        """Tell whether all of a stage was kept under these keys and may be taken."""
        return not self.fresh and all(self.store.has(stage, key) for key in keys)


def part_of(
    progress: Callable[[int, int], None], begun: int, parts: int
) -> Callable[[int, int], None]:
    """Return what takes the progress of one of several equal parts."""
    return lambda done, total: progress(
        _PERCENT * begun + _PERCENT * done // total, _PERCENT * parts
    )
