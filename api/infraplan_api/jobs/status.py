"""How far is a job, in the words of OGC API - Processes?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from infraplan.wording import phrase
from infraplan_api.http.links import url
from infraplan_api.jobs.events import read_from
from infraplan_api.models.common import Link
from infraplan_api.models.processes import StatusInfo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from starlette.requests import Request

    from infraplan_api.jobs.record import Job

__all__ = ["RESULTS_REL", "message_of", "progress_of", "status_info"]

RESULTS_REL: Final = "http://www.opengis.net/def/rel/ogc/1.0/results"

_WHOLE: Final = 100
_STAGES: Final = {
    "gaps": ("signal",),
    "predict": ("signal",),
    "report": ("export",),
    "propose": (
        "study",
        "signal",
        "zones",
        "villages",
        "gaps",
        "technologies",
        "candidates",
        "reach",
        "sites",
        "robustness",
        "plan",
        "outlook",
        "export",
    ),
}
"""Stages of each process; each counts alike, in whatever order they come."""


def status_info(request: Request, job: Job, folder: Path) -> StatusInfo:
    """Return the status of a job with its links."""
    events = [] if job.ended else read_from(folder, 0)
    here = f"/v1/jobs/{job.job_id}"
    links = [
        Link(href=url(request, here), rel="self", type="application/json"),
        Link(href=url(request, f"{here}/events"), rel="monitor", type="text/event-stream"),
    ]
    if job.status == "successful":
        results = url(request, f"{here}/results")
        links.append(Link(href=results, rel=RESULTS_REL, type="application/json"))
    known_s = [job.created_s, job.started_s, job.finished_s, *(e["at_s"] for e in events[-1:])]
    return StatusInfo(
        jobID=job.job_id,
        processID=job.process,
        status=job.status,
        message=message_of(job, events),
        progress=_WHOLE if job.status == "successful" else progress_of(job.process, events),
        created=_time(job.created_s),
        started=None if job.started_s is None else _time(job.started_s),
        finished=None if job.finished_s is None else _time(job.finished_s),
        updated=_time(max(s for s in known_s if s is not None)),
        links=tuple(links),
    )


def message_of(job: Job, events: Sequence[dict[str, Any]]) -> str:
    """Return what is going on, Vietnamese / English; of a failure what is wrong and the remedy."""
    if job.problem is not None:
        return f"{job.problem['title']}: {job.problem['detail']}"
    if job.status == "running" and events:
        stage = phrase(f"stage_{events[-1]['stage']}")
    else:
        stage = phrase(f"job_{job.status}")
    return f"{stage.vi} / {stage.en}"


def progress_of(process: str, events: Sequence[dict[str, Any]]) -> int:
    """Return how far a running job is, percent, below 100.

    Examples
    --------
    >>> progress_of("gaps", [{"stage": "signal", "share": 0.5}])
    50
    """
    stages = _STAGES[process]
    latest = {event["stage"]: float(event["share"]) for event in events if event["stage"] in stages}
    return min(int(_WHOLE * sum(latest.values()) / len(stages)), _WHOLE - 1)


def _time(at_s: float) -> str:
    """Return a time as RFC 3339 text, UTC, whole seconds."""
    return datetime.fromtimestamp(at_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
