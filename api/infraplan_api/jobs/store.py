"""Where are jobs kept, so that they outlive the server?

One SQLite file in write-ahead mode. Every change of a state is one statement that names the state
it expects, so that two who want the same job never both get it.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import time
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Final

from infraplan_api.access import store_path
from infraplan_api.errors import (
    KeyReusedError,
    StateUnavailableError,
    TooManyJobsError,
)
from infraplan_api.jobs.record import COLUMNS, ENDED, Job, job_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from infraplan_api.jobs.wanted import Wanted

__all__ = ["JobStore"]

_WAIT_S: Final = 10.0
_RETRY_S: Final = 30
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS job (
    number INTEGER PRIMARY KEY,
    job_id TEXT UNIQUE NOT NULL,
    key_id TEXT NOT NULL,
    process TEXT NOT NULL,
    inputs TEXT NOT NULL,
    status TEXT NOT NULL,
    created_s REAL NOT NULL,
    started_s REAL,
    finished_s REAL,
    attempts INTEGER NOT NULL DEFAULT 0,
    problem TEXT,
    pid INTEGER,
    idempotency_key TEXT,
    UNIQUE (key_id, idempotency_key)
) STRICT
"""
_SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM job"  # noqa: S608 - our own names


class JobStore:
    """The jobs of one service.

    Parameters
    ----------
    state
        Folder of the service's state; it is there as soon as a key was made.
    clock
        Returns seconds since 1970.
    """

    def __init__(self, state: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._state = state
        self._path = store_path(state)
        self._clock = clock

    @property
    def exists(self) -> bool:
        """Tell whether there can be any job."""
        return self._path.is_file()

    def folder(self, job_id: str) -> Path:
        """Return the folder of a job's files."""
        return self._state / "jobs" / job_id

    def add(
        self,
        *,
        key_id: str,
        process: str,
        inputs: Mapping[str, Any],
        most_waiting: int,
        idempotency_key: str | None = None,
    ) -> tuple[Job, bool]:
        """Keep a new job in the queue.

        Returns
        -------
        tuple
            The job, and whether it is new: the same idempotency key gives the same job.

        Raises
        ------
        KeyReusedError
            If the idempotency key was sent with another request before.
        TooManyJobsError
            If the key has so many jobs waiting or running already.
        StateUnavailableError
            If it cannot be kept.
        """
        with self._open() as base:
            base.execute("BEGIN IMMEDIATE")
            before = base.execute(
                f"{_SELECT} WHERE key_id = ? AND idempotency_key = ?", (key_id, idempotency_key)
            ).fetchone()
            if before is not None:
                return _same(job_of(before), process, inputs), False
            (open_now,) = base.execute(
                "SELECT count(*) FROM job WHERE key_id = ? AND status IN ('accepted', 'running')",
                (key_id,),
            ).fetchone()
            if open_now >= most_waiting:
                raise TooManyJobsError(
                    f"The key {key_id} has {open_now} jobs waiting or running, and {most_waiting} "
                    "are allowed. Remedy: wait for one to end, or dismiss one with DELETE.",
                    headers={"retry-after": str(_RETRY_S)},
                )
            job_id = secrets.token_hex(16)
            base.execute(
                "INSERT INTO job (job_id, key_id, process, inputs, status, created_s, "
                "idempotency_key) VALUES (?, ?, ?, ?, 'accepted', ?, ?)",
                (
                    job_id,
                    key_id,
                    process,
                    json.dumps(inputs, ensure_ascii=False, sort_keys=True),
                    self._clock(),
                    idempotency_key,
                ),
            )
            row = base.execute(f"{_SELECT} WHERE job_id = ?", (job_id,)).fetchone()
        return job_of(row), True

    def get(self, job_id: str, *, key_id: str | None = None) -> Job | None:
        """Return a job, None where there is none or it is another key's."""
        if not self.exists:
            return None
        with self._open() as base:
            row = base.execute(f"{_SELECT} WHERE job_id = ?", (job_id,)).fetchone()
        found = None if row is None else job_of(row)
        return None if found is None or key_id not in (None, found.key_id) else found

    def listing(
        self, wanted: Wanted, *, limit: int = 100, offset: int = 0
    ) -> tuple[tuple[Job, ...], int]:
        """Return a page of the jobs that are wanted, newest first, and how many there are."""
        if not self.exists:
            return (), 0
        where, values = wanted.where(self._clock())
        with self._open() as base:
            count = f"SELECT count(*) FROM job WHERE {where}"  # noqa: S608 - our own names
            (total,) = base.execute(count, values).fetchone()
            rows = base.execute(
                f"{_SELECT} WHERE {where} ORDER BY number DESC LIMIT ? OFFSET ?",
                (*values, limit, offset),
            ).fetchall()
        return tuple(job_of(row) for row in rows), int(total)

    def in_state(self, status: str, *, limit: int = -1) -> tuple[Job, ...]:
        """Return the jobs of a state, oldest first; all of them where the limit is negative."""
        with self._open() as base:
            rows = base.execute(
                f"{_SELECT} WHERE status = ? ORDER BY number LIMIT ?", (status, limit)
            ).fetchall()
        return tuple(job_of(row) for row in rows)

    def begin(self, job_id: str) -> bool:
        """Take a waiting job to work on it; False where somebody else did, or it was dismissed."""
        return self._change(
            "UPDATE job SET status = 'running', started_s = ?, attempts = attempts + 1 "
            "WHERE job_id = ? AND status = 'accepted'",
            (self._clock(), job_id),
        )

    def note_process(self, job_id: str, pid: int | None) -> None:
        """Note which process works on a job."""
        self._change("UPDATE job SET pid = ? WHERE job_id = ?", (pid, job_id))

    def wait_again(self, job_id: str, *, count_try: bool = True) -> bool:
        """Put a running job back into the queue; where it is not to blame, the try is not one."""
        return self._change(
            "UPDATE job SET status = 'accepted', pid = NULL, attempts = attempts - ? "
            "WHERE job_id = ? AND status = 'running'",
            (0 if count_try else 1, job_id),
        )

    def end(self, job_id: str, status: str, problem: Mapping[str, str] | None = None) -> bool:
        """End a job that has not ended; False where it had."""
        if status not in ENDED:
            raise ValueError(f"{status!r} does not end a job")
        told = None if problem is None else json.dumps(problem, ensure_ascii=False)
        return self._change(
            "UPDATE job SET status = ?, problem = ?, finished_s = ?, pid = NULL "
            "WHERE job_id = ? AND status IN ('accepted', 'running')",
            (status, told, self._clock(), job_id),
        )

    def remove(self, job_id: str) -> bool:
        """Forget a job that has ended."""
        return self._change(
            "DELETE FROM job WHERE job_id = ? AND status NOT IN ('accepted', 'running')",
            (job_id,),
        )

    def forget(self, *, older_s: float, most_per_key: int) -> frozenset[str]:
        """Forget jobs that ended long ago, and a key's oldest beyond a number.

        Parameters
        ----------
        older_s
            Age of what is forgotten, by its end, s; 0 for none.
        most_per_key
            So many ended jobs of a key stay; 0 for all.

        Returns
        -------
        frozenset of str
            Identifiers of the jobs that are left.
        """
        ended = f"status IN ({', '.join(f'{status!r}' for status in sorted(ENDED))})"
        with self._open() as base:
            base.execute("BEGIN IMMEDIATE")
            if older_s > 0:
                base.execute(
                    f"DELETE FROM job WHERE {ended} AND finished_s < ?",  # noqa: S608 - our names
                    (self._clock() - older_s,),
                )
            if most_per_key > 0:
                base.execute(
                    "DELETE FROM job WHERE number IN (SELECT number FROM (SELECT number, "  # noqa: S608
                    "row_number() OVER (PARTITION BY key_id ORDER BY number DESC) AS place "
                    f"FROM job WHERE {ended}) WHERE place > ?)",
                    (most_per_key,),
                )
            rows = base.execute("SELECT job_id FROM job").fetchall()
        return frozenset(str(job_id) for (job_id,) in rows)

    def _change(self, statement: str, values: tuple[Any, ...]) -> bool:
        with self._open() as base:
            return base.execute(statement, values).rowcount > 0

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one piece of work, kept whole or not at all."""
        try:
            address = f"{self._path.absolute().as_uri()}?mode=rw"  # never made here
            with closing(sqlite3.connect(address, timeout=_WAIT_S, uri=True)) as base, base:
                base.execute("PRAGMA journal_mode=WAL")
                base.execute(_TABLE)
                yield base
        except (OSError, sqlite3.Error) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise StateUnavailableError(
                f"The jobs in {self._path.name} cannot be read or kept ({reason}). Remedy: let the "
                "service's user own that folder and have space on its disk; then ask again."
            ) from error


def _same(job: Job, process: str, inputs: Mapping[str, Any]) -> Job:
    """Return a job that was begun with an idempotency key, if the same is asked again."""
    if (job.process, json.dumps(job.inputs, sort_keys=True)) != (
        process,
        json.dumps(inputs, sort_keys=True),
    ):
        raise KeyReusedError(
            f"The Idempotency-Key was sent before with another request, which became the job "
            f"{job.job_id}. Remedy: send another key, or none."
        )
    return job
