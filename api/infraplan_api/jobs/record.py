"""What is known of a job, and which states does it pass through?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["COLUMNS", "ENDED", "STATES", "Job", "job_of"]

STATES: Final = ("accepted", "running", "successful", "failed", "dismissed")
"""In the words of OGC API - Processes: waiting, at work, and three ways to end."""

ENDED: Final = frozenset({"successful", "failed", "dismissed"})

COLUMNS: Final = (
    "job_id",
    "key_id",
    "process",
    "inputs",
    "status",
    "created_s",
    "started_s",
    "finished_s",
    "attempts",
    "problem",
    "pid",
    "idempotency_key",
)


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it is kept.

    Attributes
    ----------
    job_id
        32 random hexadecimal digits: nobody guesses another's.
    key_id
        Identifier of the key that asked.
    process, inputs
        What was asked, checked.
    status
        One of :data:`STATES`.
    created_s, started_s, finished_s
        Seconds since 1970; None where that has not happened.
    attempts
        How often work on it was begun.
    problem
        Why it failed, as title and detail; None otherwise.
    pid
        Process that works on it; None where none does.
    idempotency_key
        What the caller sent to ask the same thing once; None where nothing.
    """

    job_id: str
    key_id: str
    process: str
    inputs: Mapping[str, Any]
    status: str
    created_s: float
    started_s: float | None
    finished_s: float | None
    attempts: int
    problem: Mapping[str, str] | None
    pid: int | None
    idempotency_key: str | None

    @property
    def ended(self) -> bool:
        """Tell whether nothing will happen to it any more."""
        return self.status in ENDED


def job_of(row: tuple[Any, ...]) -> Job:
    """Return a row of the table as a job."""
    told = dict(zip(COLUMNS, row, strict=True))
    told["inputs"] = json.loads(told["inputs"])
    told["problem"] = None if told["problem"] is None else json.loads(told["problem"])
    return Job(**told)
