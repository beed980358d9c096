"""What do the routes of processes and jobs share? The jobs, their runner, the limits."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from infraplan_api.jobs.runner import Runner
from infraplan_api.jobs.store import JobStore

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraplan_api.access import Caller
    from infraplan_api.jobs.record import Job
    from infraplan_api.settings import Settings

__all__ = ["Desk", "desk_of"]


@dataclass(frozen=True, eq=False)
class Desk:
    """Where jobs are handed in.

    Attributes
    ----------
    settings
        Folders and limits.
    store
        The jobs.
    runner
        Works on them.
    """

    settings: Settings
    store: JobStore
    runner: Runner

    def take(
        self,
        caller: Caller,
        process: str,
        inputs: Mapping[str, Any],
        *,
        idempotency_key: str | None = None,
    ) -> Job:
        """Keep a job and see that somebody works on it."""
        job, new = self.store.add(
            key_id=caller.key_id,
            process=process,
            inputs=inputs,
            most_waiting=self.settings.jobs_waiting,
            idempotency_key=idempotency_key,
        )
        if new:
            self.runner.wake()
        return job

    def dismiss(self, job: Job) -> Job:
        """Stop a job; remove one that has ended, with what it made. Return it as dismissed."""
        if not self.store.end(job.job_id, "dismissed"):
            self.store.remove(job.job_id)
            shutil.rmtree(self.store.folder(job.job_id), ignore_errors=True)
        self.runner.wake()
        return self.store.get(job.job_id) or replace(job, status="dismissed", problem=None)

    def open(self) -> None:
        """Go on with the jobs of an earlier server, if there are any; writes nothing otherwise."""
        self.runner.open()
        if self.store.exists:
            self.runner.wake()

    def close(self) -> None:
        """Stop the work; it goes on when a service is there again."""
        self.runner.close()


def desk_of(settings: Settings) -> Desk:
    """Return a desk, without touching a file."""
    store = JobStore(settings.state_folder)
    return Desk(settings, store, Runner(store, settings))
