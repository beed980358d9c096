"""How is the service put together? Routes over one bundle, one shape of error, few headers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders

from infraplan.settings import installed_version
from infraplan_api import settings
from infraplan_api.bundle_reader import BundleReader
from infraplan_api.errors import SECURITY_HEADERS, add_handlers
from infraplan_api.routes import routes

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["create_app"]

_DESCRIPTION = """\
Coverage of communes as predicted by infraplan, over a finished bundle, read only.
Units are in the field names; shares are 0 to 1 and name their denominator; null means not known.
Each answer says what it rests on that is simulated or assumed.
"""


def create_app(folder: Path | None = None) -> FastAPI:
    """Build the service over a bundle, without reading or writing anything.

    Parameters
    ----------
    folder
        The bundle, read at the first request that needs it and again whenever it is replaced;
        where None, the folder that ``INFRAPLAN_API_FOLDER`` names, else ``out/phu-tho``.

    Returns
    -------
    fastapi.FastAPI
        An ASGI application. A bundle that is missing or broken is answered with 503.
    """
    app = FastAPI(
        title="infraplan",
        version=installed_version(),
        description=_DESCRIPTION,
        docs_url=None,  # its page loads scripts from another host
        redoc_url=None,
    )
    app.include_router(routes(BundleReader(folder or settings.load().folder)))
    add_handlers(app)
    app.add_middleware(_SecurityHeaders)
    return app


class _SecurityHeaders:
    """Put the security headers on every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and the answer back with its headers."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(SECURITY_HEADERS)
            await send(message)

        await self._app(scope, receive, send_with_headers)
