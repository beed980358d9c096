"""How is it made sure that one process at a time works on a file of the cache?"""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, Final

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import IO

__all__ = ["is_held", "locked"]

_TAKEN: Final = (errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK, errno.EDEADLK)


def locked(lock: Path, pause: Callable[[], None]) -> IO[bytes] | None:
    """Open and lock a file; the system frees it when it is closed, however the process ends.

    Parameters
    ----------
    lock
        The lock file; made when missing. Who holds it may remove it.
    pause
        Called while another process holds it; waits a moment, and may raise.

    Returns
    -------
    file or None
        The locked file; None where the file system has no locks.

    Raises
    ------
    OSError
        If the file cannot be opened.
    """
    while True:
        stream = lock.open("ab")
        taken = _lock(stream)
        if taken and _still_there(stream, lock):
            return stream
        stream.close()
        if taken is None:
            return None
        if not taken:
            pause()


def is_held(lock: Path) -> bool:
    """Tell whether another process holds a lock file; False where there is none."""
    try:
        with lock.open("rb+") as stream:
            return _lock(stream) is False
    except OSError:
        return False


def _lock(stream: IO[bytes]) -> bool | None:
    """Try to lock a file: True, False where another holds it, None where there are no locks."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in _TAKEN else None
    return True


def _still_there(stream: IO[bytes], lock: Path) -> bool:
    """Tell whether a locked file still has its name, which the one before may have removed."""
    try:
        return os.path.samestat(os.fstat(stream.fileno()), lock.stat())
    except OSError:
        return False
