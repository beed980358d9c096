"""How does a client follow a job while it runs?"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import anyio

from infraplan_api.jobs.events import read_from
from infraplan_api.jobs.status import message_of, progress_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from infraplan_api.jobs.desk import Desk
    from infraplan_api.jobs.record import Job

__all__ = ["events_of", "is_over"]

_LOOK_S: Final = 0.5


async def events_of(
    desk: Desk, job: Job, known: int, *, closing: anyio.Event
) -> AsyncIterator[dict[str, Any]]:
    """Yield what happens to a job, until it or the service has ended or the time is over.

    Parameters
    ----------
    desk
        Where the job is.
    job
        The job.
    known
        Events up to this number are known to the client.
    closing
        Is set when the service ends; the client will come back and ask the next one. It comes
        back, too, when the stream has taken ``stream_s`` of the settings.

    Yields
    ------
    dict
        Events for sse-starlette: named stage, progress, finished, and at last end with the job's
        status; numbered from 1.
    """
    folder = desk.store.folder(job.job_id)

    def look() -> tuple[Job | None, list[dict[str, Any]]]:
        now = desk.store.get(job.job_id)  # before its events, so that an ended job has told all
        return now, read_from(folder, 0)

    until_s = anyio.current_time() + desk.settings.stream_s
    while True:
        now, told = await anyio.to_thread.run_sync(look)
        for number in range(known, len(told)):
            event = {**told[number], "progress": progress_of(job.process, told[: number + 1])}
            yield _event(str(event.pop("kind")), number + 1, event)
        known = max(known, len(told))
        if now is None or now.ended:
            status = "dismissed" if now is None else now.status
            message = message_of(replace(now or job, status=status), ())
            yield _event("end", known + 1, {"status": status, "message": message})
            return
        left_s = until_s - anyio.current_time()
        if left_s <= 0:
            return
        with anyio.move_on_after(min(_LOOK_S, left_s)):
            await closing.wait()
            return


def is_over(desk: Desk, job: Job, known: int) -> bool:
    """Tell whether a client that knows so many events knows the end, too."""
    return job.ended and known > len(read_from(desk.store.folder(job.job_id), 0))


def _event(name: str, number: int, told: dict[str, Any]) -> dict[str, Any]:
    return {"event": name, "id": str(number), "data": json.dumps(told, ensure_ascii=False)}
