"""How is it made sure that only one run writes into a folder at a time?"""

from __future__ import annotations

from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from infraplan.errors import OutputError
from infraplan.sources.door.lock import locked

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["only_run"]


@contextmanager
def only_run(lock: Path) -> Iterator[None]:
    """Hold a lock while a folder is made; the system frees it, however the run ends.

    Parameters
    ----------
    lock
        The lock file; made when missing, removed at the end.

    Raises
    ------
    OutputError
        If another run holds the lock, or its folder cannot be written.
    """

    def busy() -> None:
        raise OutputError(
            f"Another run is writing the same folder (it holds {lock}). Remedy: wait until it "
            "ends, or name another folder with --out."
        )

    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        stream = locked(lock, busy)
    except OSError as error:
        if isinstance(error, OutputError):
            raise
        raise OutputError(
            f"The folder {lock.parent} cannot be written ({error.strerror}). Remedy: check the "
            "permissions of the folder above it, or name another folder with --out."
        ) from error
    with stream or nullcontext():
        try:
            yield
        finally:
            with suppress(OSError):
                lock.unlink()
