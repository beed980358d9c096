"""How does the service keep one warm process that tries out masts, so that reads never wait?

The process is started at first use or ahead of it, ended with the service, and started again when
it dies, takes too long, or another bundle lies in the folder.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
import weakref
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infraplan_api.errors import (
    BundleUnavailableError,
    InvalidRequestError,
    SlowServiceError,
    TooManyRequestsError,
    UnavailableError,
)
from infraplan_api.preview.signs import ANSWER, FAILED, FAULTS, READY, REPLACED
from infraplan_api.settings import environment_with

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from infraplan_api.bundle import Bundle
    from infraplan_api.settings import Settings

__all__ = ["Worker"]

_COMMAND: Final = (sys.executable, "-P", "-m", "infraplan_api.preview.worker")
_STUDY: Final = "study/study.json"
_CHUNK: Final = 1 << 20
_AGAIN: Final = {"retry-after": "1"}
_ENVIRONMENT: Final = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1"}
"""Arrow's own allocator keeps what it once took, 40 MB here; and no sum of the worker is large."""


@dataclass(slots=True, eq=False)
class _Running:
    """A process that was started for a bundle."""

    process: subprocess.Popen[bytes]
    sha256: str
    started_s: float
    is_ready: bool = False


class Worker:
    """One process, asked by one request at a time.

    Parameters
    ----------
    settings
        Limits of time, memory and waiting requests.
    command
        What is started; folder, digest and memory limit of the bundle follow.
    """

    def __init__(self, settings: Settings, *, command: Sequence[str] = _COMMAND) -> None:
        self._settings = settings
        self._command = tuple(command)
        self._turn = threading.Lock()
        self._door = threading.Lock()
        self._inside = 0
        self._warmed = ""
        self._box: list[_Running] = []
        self._end = weakref.finalize(self, _stop, self._box)

    @property
    def pid(self) -> int | None:
        """Number of the process, None where none runs."""
        return self._box[0].process.pid if self._box else None

    def ask(self, bundle: Bundle, request: bytes) -> bytes:
        """Return the answer to one request, JSON.

        Parameters
        ----------
        bundle
            The bundle that is asked.
        request
            A :class:`~infraplan_api.models.preview.PreviewRequest` as JSON.

        Raises
        ------
        InvalidRequestError
            If a mast cannot be counted; every fault is listed.
        NotInBundleError
            If the bundle was made without what is needed.
        TooManyRequestsError
            If too many requests wait.
        SlowServiceError, UnavailableError, BundleUnavailableError
            If the answer took too long, the process died or is not ready yet, or the bundle cannot
            be prepared.
        """
        bundle.path(_STUDY)
        with self._place(), self._turn:
            running = self._ready(bundle)
            sign, said = self._told(running, request)
        if sign == FAULTS:
            faults = [str(fault) for fault in json.loads(said)]
            raise InvalidRequestError(
                f"The masts cannot be tried out: {'; '.join(faults)}.", faults=faults
            )
        if sign != ANSWER:
            raise _dead()
        return said

    def is_warm(self, bundle: Bundle) -> bool:
        """Tell whether the process of this bundle was started ahead of its first request."""
        return self._warmed == bundle.sha256

    def warm(self, bundle: Bundle) -> None:
        """Start the process of a bundle without waiting for it.

        A request that is worked on now goes first; then this does nothing.

        Parameters
        ----------
        bundle
            The bundle that will be asked.

        Raises
        ------
        NotInBundleError
            If the bundle was made without what is needed.
        """
        bundle.path(_STUDY)
        if not self._turn.acquire(blocking=False):
            return
        try:
            self._running(bundle)
            self._warmed = bundle.sha256
        finally:
            self._turn.release()

    def _told(self, running: _Running, request: bytes) -> tuple[bytes, bytes]:
        """Ask the process; one that takes too long is ended."""
        seconds = self._settings.preview_seconds
        try:
            return self._exchange(running, request, seconds)
        except TimeoutError:
            _stop(self._box)
            raise SlowServiceError(
                f"Trying out these masts took longer than {seconds:g} s and was stopped. Remedy: "
                "ask for fewer masts or a shorter reach."
            ) from None

    def close(self) -> None:
        """End the process; the next request starts another."""
        with self._turn:
            _stop(self._box)

    @contextmanager
    def _place(self) -> Iterator[None]:
        """Take a place among those that wait, or refuse."""
        with self._door:
            if self._inside > self._settings.preview_waiting:
                raise TooManyRequestsError(
                    f"{self._settings.preview_waiting} requests to try out masts are waiting. "
                    "Remedy: ask again in a second.",
                    headers=_AGAIN,
                )
            self._inside += 1
        try:
            yield
        finally:
            with self._door:
                self._inside -= 1

    def _ready(self, bundle: Bundle) -> _Running:
        """Return the process of this bundle, prepared; started where there is none.

        Preparing may take longer than a request may wait: then the client is told to ask again.
        """
        running = self._running(bundle)
        if running.is_ready:
            return running
        try:
            sign, said = self._exchange(running, b"", self._settings.preview_seconds)
        except TimeoutError:
            if time.monotonic() - running.started_s > self._settings.preview_prepare_seconds:
                _stop(self._box)
            raise UnavailableError(
                "The process that tries out masts is being prepared. Remedy: ask again in a few "
                "seconds.",
                headers={"retry-after": "3"},
            ) from None
        if sign == READY:
            running.is_ready = True
            return running
        _stop(self._box)
        if sign == FAILED:
            raise BundleUnavailableError(
                f"The bundle cannot be prepared for trying out masts: {json.loads(said)}"
            )
        if sign == REPLACED:
            bundle.check()
        raise _dead()

    def _running(self, bundle: Bundle) -> _Running:
        """Return the process of this bundle, started where there is none."""
        if self._box:
            running = self._box[0]
            if running.sha256 == bundle.sha256 and running.process.poll() is None:
                return running
            _stop(self._box)
        self._box.append(_start(self._command, bundle, self._settings.preview_memory_mb))
        return self._box[0]

    def _exchange(self, running: _Running, request: bytes, seconds: float) -> tuple[bytes, bytes]:
        """Send a line, none where it is empty, and return sign and text of the line that comes."""
        pipe_in, pipe_out = running.process.stdin, running.process.stdout
        if pipe_in is None or pipe_out is None:
            raise _dead()
        try:
            if request:
                pipe_in.write(request.replace(b"\n", b" ") + b"\n")
                pipe_in.flush()
            line = _line(pipe_out.fileno(), seconds)
        except BrokenPipeError:
            line = b""
        if not line:
            _stop(self._box)
            raise _dead()
        return line[:1], line[1:]


def _start(command: tuple[str, ...], bundle: Bundle, memory_mb: int) -> _Running:
    """Start the process."""
    process = subprocess.Popen(
        [*command, str(bundle.folder.absolute()), bundle.sha256, str(memory_mb)],
        env=environment_with(_ENVIRONMENT),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    return _Running(process, bundle.sha256, time.monotonic())


def _line(descriptor: int, seconds: float) -> bytes:
    """Read one line; empty where the process ended before it was whole."""
    deadline = time.monotonic() + seconds
    parts: list[bytes] = []
    while not parts or not parts[-1].endswith(b"\n"):
        left_s = deadline - time.monotonic()
        if left_s <= 0 or not select.select([descriptor], [], [], left_s)[0]:
            raise TimeoutError
        part = os.read(descriptor, _CHUNK)
        if not part:
            return b""
        parts.append(part)
    return b"".join(parts).rstrip(b"\n")


def _stop(box: list[_Running]) -> None:
    """End the process and let go of it."""
    while box:
        process = box.pop().process
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _dead() -> UnavailableError:
    return UnavailableError(
        "The process that tries out masts ended. Remedy: ask again; it is started anew. If this "
        "repeats, the service's log says why.",
        headers=_AGAIN,
    )
