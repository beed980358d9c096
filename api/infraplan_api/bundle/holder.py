"""Which bundle is served at this moment, and has another one taken its place?"""

from __future__ import annotations

import time
from threading import Lock, Thread
from typing import TYPE_CHECKING

from infraplan_api.bundle.bundle import Bundle, identity, open_bundle
from infraplan_api.errors import BundleUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Holder"]

_AGAIN_S = 0.25
"""A bundle that could not be read is tried again after this time."""
_SWAP_TRIES, _SWAP_STEP_S = 10, 0.002
"""A folder that is being replaced is absent between two renames: so often, so long is waited."""


class Holder:
    """Hold the bundle of a folder, and take the next one when it lies there.

    Parameters
    ----------
    folder
        The bundle; it need not exist before the first request.
    recheck_s
        The folder is looked at no more often than this, s.
    prepare
        Called in a thread with each bundle that takes the place of another, so that the first
        requests need not wait for what all of them need.
    """

    def __init__(
        self,
        folder: Path,
        *,
        recheck_s: float = 1.0,
        prepare: Callable[[Bundle], None] | None = None,
    ) -> None:
        self.folder = folder
        self._recheck_s = recheck_s
        self._prepare = prepare
        self._kept: Bundle | None = None
        self._error: BundleUnavailableError | None = None
        self._next_s = 0.0
        self._lock = Lock()

    def current(self) -> Bundle:
        """Return the bundle as it lies on disk, looked up at most once per `recheck_s`.

        Raises
        ------
        BundleUnavailableError
            If it is missing, or is not a bundle.
        """
        if time.monotonic() >= self._next_s:
            with self._lock:
                if time.monotonic() >= self._next_s:
                    self._look()
        kept, error = self._kept, self._error
        if kept is not None:
            return kept
        raise error or BundleUnavailableError("The bundle was not read yet. Remedy: ask again.")

    def peek(self) -> Bundle | None:
        """Return the current bundle, None where there is none."""
        try:
            return self.current()
        except BundleUnavailableError:
            return None

    def renew(self) -> None:
        """Look at the folder again at the next question, however soon that is."""
        self._next_s = 0.0

    def _look(self) -> None:
        """Keep the bundle, read the one that took its place, or keep why there is none."""
        wait_s = self._recheck_s
        try:
            before = self._kept
            if before is None or self._state() != before.state:
                self._kept = open_bundle(self.folder)
                if before is not None and self._prepare is not None:
                    Thread(target=self._prepare, args=(self._kept,), daemon=True).start()
            self._error = None
        except BundleUnavailableError as error:
            self._kept, self._error = None, error
            wait_s = min(_AGAIN_S, self._recheck_s)
        self._next_s = time.monotonic() + wait_s

    def _state(self) -> tuple[int, int, int] | None:
        """Return the state on disk, with patience while one folder takes another's place."""
        for _ in range(_SWAP_TRIES):
            try:
                return identity(self.folder)
            except OSError:
                time.sleep(_SWAP_STEP_S)
        return None
