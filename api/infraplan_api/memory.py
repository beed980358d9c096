"""How does a server give memory back that it used once?

GNU's allocator keeps an arena per thread and, once it has freed something large, keeps that room,
too; Arrow has an allocator of its own that keeps more. A server with many threads, of which each
once read something large, would hold all of it for ever.
"""

from __future__ import annotations

import ctypes
from typing import Final

import pyarrow as pa

__all__ = ["keep_little"]

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENAS = -1, -3, -8
"""Parameters of ``mallopt`` (glibc, malloc.h)."""
_LARGE_BYTES: Final = 128 * 1024


def keep_little() -> bool:
    """Make this process return what it frees; for a server's own process, once, at its start.

    Returns
    -------
    bool
        Whether the allocator could be told; where it is not GNU's it stays as it is.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        tell = ctypes.CDLL(None).mallopt
    except (OSError, TypeError, AttributeError):
        return False
    wanted = ((_ARENAS, 1), (_TRIM_THRESHOLD, _LARGE_BYTES), (_MMAP_THRESHOLD, _LARGE_BYTES))
    return all(tell(parameter, value) == 1 for parameter, value in wanted)
