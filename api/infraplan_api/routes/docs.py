"""What can be asked of the service: OpenAPI for programs, a page for people?"""
# Annotations are read when a route is registered, so they are not deferred in this file.

from fastapi import APIRouter, Request, Response

from infraplan_api.errors import UnavailableError
from infraplan_api.http.answer import Answer, json_answer, reply
from infraplan_api.http.formats import FORMATS, Format, pick
from infraplan_api.http.query import refuse_unknown
from infraplan_api.http.static import WEB
from infraplan_api.service import Service

__all__ = ["CONFORMS", "routes"]

CONFORMS: tuple[str, ...] = ()
_OPENAPI = Format(
    "json", "application/vnd.oai.openapi+json;version=3.0", ".json", also=("application/json",)
)
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>infraplan: API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="../web/vendor/swagger-ui/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="../web/vendor/swagger-ui/swagger-ui-bundle.js"></script>
<script src="../web/js/docs.js"></script>
</body>
</html>
"""


def routes(service: Service) -> APIRouter:
    """Return the routes of this part."""
    del service
    router = APIRouter(prefix="/v1", include_in_schema=False)

    @router.get("/openapi.json")
    async def openapi(request: Request) -> Response:
        refuse_unknown(request, ("f",))
        fmt = pick(request, [_OPENAPI])

        def make() -> Answer:
            return json_answer(request.app.openapi(), media_type=fmt.media_type)

        return await reply(request, make)

    @router.get("/docs")
    async def docs(request: Request) -> Response:
        refuse_unknown(request, ("f",))
        fmt = pick(request, [FORMATS["html"]])
        if not (WEB / "vendor" / "swagger-ui" / "swagger-ui-bundle.js").is_file():
            raise UnavailableError(
                "The page's files (swagger-ui-dist) are not installed. Remedy: install the "
                "project again, which lays them into web/vendor; /v1/openapi.json works without."
            )
        return await reply(request, lambda: Answer(_PAGE.encode(), fmt.media_type))

    return router
