"""Who asked what was changed, and what came of it?

A row per request that writes or starts work, whatever its end, if it came with a good key; and for
keys that were refused, until their address is stopped. The body is kept as a digest, a key as its
identifier. Requests that a limit stops leave no row, so that nobody fills the disk with them.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import time
from contextlib import closing
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import anyio
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from infraplan_api.access.store import store_path
from infraplan_api.errors import StateUnavailableError, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from infraplan_api.service import Service

__all__ = ["Audit", "audited"]

_LOG = logging.getLogger(__name__)
_WAIT_S: Final = 10.0
_COLUMNS: Final = ("at_s", "key_id", "address", "method", "path", "status", "body_sha256", "made")
_PATH_MOST: Final = 500
_READS: Final = ("GET", "HEAD")
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS audit (
    number INTEGER PRIMARY KEY,
    at_s REAL NOT NULL,
    key_id TEXT,
    address TEXT,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    body_sha256 TEXT NOT NULL,
    made TEXT
) STRICT
"""


class Audit:
    """The log of one service.

    Parameters
    ----------
    state
        Folder of the service's state. Where it is not there nobody has a key, so nothing can have
        been changed, and nothing is written.
    """

    def __init__(self, state: Path) -> None:
        self._path = store_path(state)
        self._address = f"{self._path.absolute().as_uri()}?mode=rw"  # never made here

    def add(self, row: dict[str, Any]) -> None:
        """Append a row; where that fails the log of the server says so."""
        if not self._path.is_file():
            return
        marks = ", ".join("?" * len(_COLUMNS))
        try:
            with closing(sqlite3.connect(self._address, timeout=_WAIT_S, uri=True)) as base, base:
                base.execute("PRAGMA journal_mode=WAL")
                base.execute(_TABLE)
                base.execute(
                    f"INSERT INTO audit ({', '.join(_COLUMNS)}) VALUES ({marks})",  # noqa: S608
                    tuple(row[name] for name in _COLUMNS),
                )
        except sqlite3.Error:
            _LOG.exception("the audit log cannot be written: %s", row)

    def listing(self, *, limit: int, offset: int) -> tuple[tuple[dict[str, Any], ...], int]:
        """Return a page, newest first, and how many rows there are.

        Raises
        ------
        StateUnavailableError
            If it cannot be read.
        """
        try:
            with closing(sqlite3.connect(self._address, timeout=_WAIT_S, uri=True)) as base, base:
                base.execute("PRAGMA journal_mode=WAL")
                base.execute(_TABLE)
                (total,) = base.execute("SELECT count(*) FROM audit").fetchone()
                rows = base.execute(
                    f"SELECT {', '.join(_COLUMNS)} FROM audit "  # noqa: S608 - our own names
                    "ORDER BY number DESC LIMIT ? OFFSET ?",
                    (limit, offset),
                ).fetchall()
        except sqlite3.Error as error:
            raise StateUnavailableError(
                f"The audit log cannot be read ({error}). Remedy: let the service's user own "
                f"{self._path.name} and have space on its disk."
            ) from error
        return tuple(dict(zip(_COLUMNS, row, strict=True)) for row in rows), int(total)


def audited(service: Service) -> type[APIRoute]:
    """Return the class of routes whose writing requests are logged, for ``APIRouter``."""
    log = Audit(service.settings.state_folder)

    class Audited(APIRoute):
        """A route that tells the log who asked and what came of it."""

        def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
            """Wrap the route."""
            handle = super().get_route_handler()

            async def told(request: Request) -> Response:
                if request.method in _READS:
                    return await handle(request)
                status, made = int(HTTPStatus.GATEWAY_TIMEOUT), None  # unless it ends in time
                try:
                    response = await handle(request)
                    status, made = response.status_code, response.headers.get("location")
                except Exception as error:
                    status = _status(error)
                    raise
                finally:
                    if _is_told(request):
                        with anyio.CancelScope(shield=True):
                            row = await _row(request, status, made)
                            await anyio.to_thread.run_sync(log.add, row)
                return response

            return told

    return Audited


def _is_told(request: Request) -> bool:
    """Tell whether a request is to be in the log."""
    state = request.state
    return getattr(state, "caller", None) is not None or getattr(state, "refused", False)


def _status(error: Exception) -> int:
    """Return the status that an error becomes."""
    if isinstance(error, RequestValidationError):
        return HTTPStatus.BAD_REQUEST
    if isinstance(error, HTTPException):
        return error.status_code
    kind = kind_of(error)
    return int(HTTPStatus.INTERNAL_SERVER_ERROR if kind is None else kind.status)


async def _row(request: Request, status: int, made: str | None = None) -> dict[str, Any]:
    caller = getattr(request.state, "caller", None)
    return {
        "at_s": round(time.time(), 3),
        "key_id": caller.key_id if caller else None,
        "address": request.client.host if request.client else None,
        "method": request.method,
        "path": request.url.path[:_PATH_MOST],
        "status": int(status),
        "body_sha256": hashlib.sha256(await request.body()).hexdigest(),
        "made": made,
    }
