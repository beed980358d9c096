"""How is something made once and kept, however many threads ask for it at a time?"""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Memo"]

T = TypeVar("T")


class Memo:
    """Keep what was made under its key; who asks meanwhile waits; what failed is not kept."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}
        self._locks: dict[str, Lock] = {}
        self._lock = Lock()

    def has(self, key: str) -> bool:
        """Tell whether something is kept under a key."""
        return key in self._made

    def get(self, key: str, make: Callable[[], T]) -> T:
        """Return what is kept under a key, made first where nothing is."""
        try:
            kept: T = self._made[key]
        except KeyError:
            pass
        else:
            return kept
        with self._lock:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            if key not in self._made:
                self._made[key] = make()
            made: T = self._made[key]
        return made
