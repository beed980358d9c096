"""Which files make the map in the browser?"""
# Annotations are read when a route is registered, so they are not deferred in this file.

from fastapi import APIRouter, Request, Response

from infraplan_api.http.static import Static
from infraplan_api.service import Service

__all__ = ["CONFORMS", "routes"]

CONFORMS: tuple[str, ...] = ()


def routes(service: Service) -> APIRouter:
    """Return the routes of this part."""
    del service
    router = APIRouter(include_in_schema=False)
    static = Static()

    @router.get("/")
    async def index(request: Request) -> Response:
        return await static.reply(request, "index.html")

    @router.get("/web/{name:path}")
    async def web(name: str, request: Request) -> Response:
        return await static.reply(request, name)

    return router
