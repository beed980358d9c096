"""What did a job make?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.responses import FileResponse

from infraplan_api.errors import NoResultsError, NotFoundError
from infraplan_api.http.links import url
from infraplan_api.jobs.files import INDEX, RESULTS, read_json
from infraplan_api.models.processes import ResultFile, Results
from infraplan_api.tiles.ranges import spans_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from infraplan_api.jobs.desk import Desk
    from infraplan_api.jobs.record import Job

__all__ = ["MEDIA_TYPES", "result_file", "results_of"]

MEDIA_TYPES: Final = {
    ".csv": "text/csv; charset=utf-8",
    ".geojson": "application/geo+json",
    ".html": "text/html; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
    ".tif": "image/tiff; application=geotiff; profile=cloud-optimized",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
"""Ending of a result's name → its media type."""


def results_of(request: Request, desk: Desk, job: Job) -> Results:
    """Return the figures and links to the files that a job made.

    Raises
    ------
    NoResultsError
        If they are gone.
    """
    index = _index(desk, job)
    here = f"/v1/jobs/{job.job_id}/results"
    files = {
        name: ResultFile(
            href=url(request, f"{here}/{name}"), type=_media_type(name), title=name, **told
        )
        for name, told in index["files"].items()
    }
    return Results(values=index["values"], files=files, bundle_sha256=index["bundle_sha256"])


def result_file(request: Request, desk: Desk, job: Job, name: str) -> FileResponse:
    """Return a file that a job made, or the range of it that is asked for.

    Raises
    ------
    NoResultsError
        If they are gone.
    NotFoundError
        If it made none of this name.
    RangeNotSatisfiableError
        If the range does not lie in it.
    """
    files = _index(desk, job)["files"]
    if name not in files:
        raise NotFoundError(
            f"The job made no file {name!r}. Remedy: it made {', '.join(sorted(files)) or 'none'}."
        )
    path = desk.store.folder(job.job_id) / RESULTS / name
    try:
        stat = path.stat()
    except OSError as error:
        raise _gone() from error
    _keep_one_range(request, stat.st_size)
    headers = {"cache-control": "no-store", "etag": f'"{files[name]["sha256"][:32]}"'}
    return FileResponse(
        path, media_type=_media_type(name), filename=name, headers=headers, stat_result=stat
    )


def _keep_one_range(request: Request, size_bytes: int) -> None:
    """Leave the request the one range it asks for; several, or one misspelt, are the whole file."""
    spans = spans_of(request.headers.get("range"), size_bytes)
    lines = [(name, value) for name, value in request.scope["headers"] if name != b"range"]
    if spans is not None and len(spans) == 1:
        begin, end = spans[0]
        lines.append((b"range", f"bytes={begin}-{end - 1}".encode()))
    request.scope["headers"] = lines


def _index(desk: Desk, job: Job) -> dict[str, Any]:
    """Return what the job's process wrote of its results."""
    index = read_json(desk.store.folder(job.job_id) / RESULTS / INDEX)
    if not isinstance(index, dict):
        raise _gone()
    return index


def _gone() -> NoResultsError:
    return NoResultsError("The results of the job are gone. Remedy: begin it again.")


def _media_type(name: str) -> str:
    return MEDIA_TYPES[f".{name.rpartition('.')[2]}"]
