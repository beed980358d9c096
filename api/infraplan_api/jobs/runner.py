"""Who starts the processes of waiting jobs, watches them, and stops them?

One thread of one server: the lock in the state folder says which. It looks a few times a second
while a job runs and seldom otherwise; what it knows lies in the store and in the jobs' folders, so
the next server goes on from there.
"""

from __future__ import annotations

import logging
import shutil
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from infraplan.errors import InfraplanError, OutputError
from infraplan.sources.door.only import only_run
from infraplan_api.jobs.files import (
    EVENTS,
    LOG,
    PROBLEM,
    REQUEST,
    RESULTS,
    clear,
    read_json,
    write_beside,
)
from infraplan_api.jobs.process import end, how_it_ended, start, stop_left_over

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

    from infraplan_api.jobs.record import Job
    from infraplan_api.jobs.store import JobStore
    from infraplan_api.settings import Settings

__all__ = ["Runner"]

_LOG = logging.getLogger(__name__)
_LOOK_S: Final = 0.2
_IDLE_S: Final = 2.0
_AGAIN_S: Final = 1.0
_TIDY_S: Final = 3600.0
_DAY_S: Final = 86_400.0
_MOST_ATTEMPTS: Final = 2
_KEPT: Final = frozenset({REQUEST, EVENTS, LOG})


@dataclass(frozen=True, slots=True)
class _Work:
    """A process at work, and until when it may be."""

    process: subprocess.Popen[bytes]
    until_s: float


class Runner:
    """Start, watch and stop the processes of jobs.

    Parameters
    ----------
    store
        The jobs.
    settings
        Which bundle they are about, and what one job may take.
    begin
        Starts a process that works on the job of a folder.
    """

    def __init__(
        self,
        store: JobStore,
        settings: Settings,
        *,
        begin: Callable[[Path], subprocess.Popen[bytes]] = start,
    ) -> None:
        self._store = store
        self._settings = settings
        self._begin = begin
        self._at_work: dict[str, _Work] = {}
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._bell = threading.Event()
        self._door = threading.Lock()
        self._tidy_s = 0.0
        self._said = ""

    def open(self) -> None:
        """Be ready for work from now on, also after it was closed."""
        self._stopping = False

    def wake(self) -> None:
        """Look at once whether there is something to do."""
        with self._door:
            gone = self._thread is None or not self._thread.is_alive()
            if gone and not self._stopping:
                self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
                self._thread.start()
        self._bell.set()

    def close(self) -> None:
        """Stop all processes and put their jobs back into the queue."""
        self._stopping = True
        self._bell.set()
        with self._door:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        lock = self._settings.state_folder / "runner.lock"
        while not self._stopping:
            if not self._store.exists:  # it is not for the lock to make the folder again
                self._pause(_IDLE_S)
                continue
            try:
                with only_run(lock):
                    try:
                        self._serve()
                    finally:
                        self._leave()
            except OutputError as error:  # another server of this folder is the runner, most often
                self._say(f"jobs are not run by this server: {error}")
                self._pause(_AGAIN_S)

    def _serve(self) -> None:
        while not self._stopping:
            try:
                self._recover()
                while not self._stopping:
                    self._look()
                    self._pause(_LOOK_S if self._at_work else _IDLE_S)
            except InfraplanError as error:
                self._say(f"jobs cannot be read or kept, trying again: {error}")
                self._pause(_AGAIN_S)

    def _pause(self, seconds: float) -> None:
        self._bell.wait(seconds)
        self._bell.clear()

    def _say(self, text: str) -> None:
        """Log something that happens again and again only once."""
        if text != self._said:
            self._said = text
            _LOG.warning(text)

    def _recover(self) -> None:
        """Settle what another server left running, after stopping what is left of it."""
        for job in self._store.in_state("running"):
            if job.job_id not in self._at_work:
                if job.pid is not None:
                    stop_left_over(job.pid, job.job_id)
                self._settle(job, "The server ended while it worked on the job.")

    def _leave(self) -> None:
        """Stop all processes; their jobs go on when a server is there again."""
        for job_id, work in list(self._at_work.items()):
            self._end(job_id, work)
            try:
                self._store.wait_again(job_id, count_try=False)
            except InfraplanError as error:  # it is found running, and recovered from
                self._say(f"a job that was stopped cannot be put back: {error}")

    def _look(self) -> None:
        for job_id, work in list(self._at_work.items()):
            job = self._store.get(job_id)
            code = work.process.poll()
            if job is None or job.ended:
                self._end(job_id, work)
                self._clear(job_id, whole=job is None)
            elif code is not None:
                self._end(job_id, work)
                self._settle(job, how_it_ended(code))
            elif time.monotonic() > work.until_s:
                self._end(job_id, work)
                self._fail(
                    job,
                    "The job took too long",
                    f"It may take {self._settings.job_seconds:g} s. Remedy: ask for less at once, "
                    "or let whoever runs the service allow more.",
                )
        free = self._settings.job_workers - len(self._at_work)
        if free > 0:
            for job in self._store.in_state("accepted", limit=free):
                self._start(job)
        self._tidy()

    def _end(self, job_id: str, work: _Work) -> None:
        end(work.process)
        del self._at_work[job_id]

    def _start(self, job: Job) -> None:
        if not self._store.begin(job.job_id):
            return
        folder = self._store.folder(job.job_id)
        asked = {
            "process": job.process,
            "inputs": job.inputs,
            "bundle": str(self._settings.folder.absolute()),
            "memory_mb": self._settings.job_memory_mb,
        }
        try:
            folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            write_beside(folder / REQUEST, asked)
            process = self._begin(folder)
        except OSError as error:
            detail = f"{error.strerror or error}. Remedy: whoever runs the service finds more in "
            self._fail(job, "The job cannot be started", f"{detail}its log.")
            _LOG.exception("job %s cannot be started", job.job_id)
            return
        self._at_work[job.job_id] = _Work(process, time.monotonic() + self._settings.job_seconds)
        self._store.note_process(job.job_id, process.pid)

    def _settle(self, job: Job, why: str) -> None:
        """Say what became of a job by what lies in its folder; without a word it is tried again."""
        folder = self._store.folder(job.job_id)
        told = read_json(folder / PROBLEM)
        if (folder / RESULTS).is_dir():
            in_time = self._store.end(job.job_id, "successful")
            self._clear(job.job_id, keep=(RESULTS,) if in_time else ())
        elif told is not None:
            self._fail(job, told["title"], told["detail"])
        elif job.attempts < _MOST_ATTEMPTS:
            _LOG.warning("job %s is tried again: %s", job.job_id, why)
            self._store.wait_again(job.job_id)
        else:
            detail = f"{why} It was tried {job.attempts} times. Remedy: ask for less at once; "
            detail += "whoever runs the service finds more in its log."
            self._fail(job, "The job could not be finished", detail)

    def _fail(self, job: Job, title: str, detail: str) -> None:
        self._store.end(job.job_id, "failed", {"title": title, "detail": detail})
        self._clear(job.job_id)
        _LOG.warning("job %s failed: %s: %s", job.job_id, title, detail)

    def _clear(self, job_id: str, *, keep: tuple[str, ...] = (), whole: bool = False) -> None:
        """Remove what an ended job left half done, or all of one that is forgotten."""
        folder = self._store.folder(job_id)
        if whole:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            clear(folder, keep=_KEPT.union(keep))

    def _tidy(self) -> None:
        """Forget jobs that ended long ago, once an hour, and remove folders that nobody knows."""
        now_s = time.monotonic()
        if now_s < self._tidy_s:
            return
        self._tidy_s = now_s + _TIDY_S
        days, most = self._settings.job_keep_days, self._settings.jobs_kept
        known = self._store.forget(older_s=days * _DAY_S, most_per_key=most)
        place = self._store.folder("x").parent
        for folder in list(place.iterdir()) if place.is_dir() else ():
            if folder.name not in known:
                shutil.rmtree(folder, ignore_errors=True)
