"""How is it made sure that only one run writes a bundle at a time?"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from infraplan.errors import OutputError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

__all__ = ["only_run"]


@contextmanager
def only_run(folder: Path) -> Iterator[None]:
    """Hold a lock while a bundle is made; the system frees it, however the run ends.

    Parameters
    ----------
    folder
        Where the lock file lies; made when missing.

    Raises
    ------
    OutputError
        If another run holds the lock, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = (folder / "lock").open("a", encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"The folder {folder} cannot be written ({error.strerror}). Remedy: check the "
            "permissions of the folder above it, or name another folder with --out."
        ) from error
    with stream:
        if not _take(stream):
            raise OutputError(
                f"Another run is writing beside {folder}. Remedy: wait until it ends, or name "
                "another folder with --out."
            )
        yield


def _take(stream: IO[str]) -> bool:
    """Try to lock a file; tell whether it worked."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
