"""Who is told which files start, come and end?"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from infraplan.sources.wanted import Wanted

__all__ = ["FetchProgress", "Shown"]


class FetchProgress(Protocol):
    """Something that shows how files come; never called from two threads at a time."""

    def start(self, wanted: Wanted, total_bytes: int | None) -> Callable[[int], None]:
        """Take note that a file starts to come; return what takes the bytes that are there.

        Called once for a file, however many tries it needs; the bytes may fall back to none where
        it starts anew.
        """
        ...

    def done(self, wanted: Wanted, how: str) -> None:
        """Take note that a file is done with.

        `how` is "brought" (from a host), "mirror", "reused" (from the cache), "absent" (the host
        has none, which means something) or "failed".
        """
        ...


class Shown:
    """Calls a progress, if there is one, from one thread at a time.

    Parameters
    ----------
    progress
        Who is told; None for nobody.
    """

    def __init__(self, progress: FetchProgress | None) -> None:
        self._progress = progress
        self._lock = Lock()
        self._updates: dict[str, Callable[[int], None]] = {}

    def start(self, wanted: Wanted, total_bytes: int | None) -> Callable[[int], None]:
        """Tell that a file starts to come, once for each file."""
        progress = self._progress
        if progress is None:
            return _nothing
        with self._lock:
            if wanted.address not in self._updates:
                self._updates[wanted.address] = progress.start(wanted, total_bytes)
            update = self._updates[wanted.address]

        def locked(there: int) -> None:
            with self._lock:
                update(there)

        return locked

    def done(self, wanted: Wanted, how: str) -> None:
        """Tell that a file is done with."""
        if self._progress is not None:
            with self._lock:
                self._progress.done(wanted, how)


def _nothing(there: int) -> None:
    del there
