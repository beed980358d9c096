"""How is what was made last kept, up to a size, whichever thread asks?"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["Recent"]

T = TypeVar("T")


class Recent(Generic[T]):
    """Keep things up to a size in bytes; the least recently used go first.

    Parameters
    ----------
    most_bytes
        All things together.
    """

    def __init__(self, *, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._kept: OrderedDict[Hashable, tuple[T, int]] = OrderedDict()
        self._lock = Lock()
        self.size_bytes = 0

    def get(self, key: Hashable) -> T | None:
        """Return what is kept under a key, None where nothing is."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def put(self, key: Hashable, made: T, *, size_bytes: int) -> None:
        """Keep something; what is larger than all room is not kept."""
        if size_bytes > self._most_bytes:
            return
        with self._lock:
            if key in self._kept:
                self.size_bytes -= self._kept.pop(key)[1]
            self._kept[key] = made, size_bytes
            self.size_bytes += size_bytes
            while self.size_bytes > self._most_bytes:
                self.size_bytes -= self._kept.popitem(last=False)[1][1]
