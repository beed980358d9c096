"""How is the service put together? Routes over one bundle, one shape of error, one front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

from infraplan.settings import installed_version
from infraplan_api.http.front import Front
from infraplan_api.http.openapi import describe
from infraplan_api.http.problems import add_handlers
from infraplan_api.routes import (
    coverage,
    docs,
    features,
    jobs,
    places,
    plans,
    preview,
    processes,
    rasters,
    tiles,
    web,
)
from infraplan_api.routes import service as service_routes
from infraplan_api.service import service_of
from infraplan_api.settings import load_for

if TYPE_CHECKING:
    from pathlib import Path

    from infraplan_api.settings import Settings

__all__ = ["create_app"]

_PARTS = (places, coverage, plans, features, tiles, rasters, preview, processes, docs, web)
"""In this order a request is compared with their paths; fixed parts stand before braces."""


def create_app(folder: Path | None = None, *, settings: Settings | None = None) -> FastAPI:
    """Build the service over a bundle, without reading or writing anything.

    Parameters
    ----------
    folder
        The bundle, read at the first request that needs it and again whenever it is replaced;
        where None, the folder that ``INFRAPLAN_API_FOLDER`` names, else ``out/phu-tho``.
    settings
        Folders and limits in the place of `folder` and of the environment.

    Returns
    -------
    fastapi.FastAPI
        An ASGI application. A bundle that is missing or broken is answered with 503.
    """
    service = service_of(settings or load_for(folder=folder, state=None))
    app = FastAPI(
        title="infraplan",
        version=installed_version(),
        openapi_url=None,
        docs_url=None,  # its page loads scripts from another host
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    conforms = tuple(sorted({c for part in (service_routes, jobs, *_PARTS) for c in part.CONFORMS}))
    app.include_router(service_routes.routes(service, conforms=conforms))
    for part in _PARTS:
        app.include_router(part.routes(service))
    describe(app)
    add_handlers(app)
    app.add_middleware(Front, service=service)
    return app
