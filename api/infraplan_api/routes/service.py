"""How does the service present itself: landing page, conformance, health?"""
# Annotations are read when a route is registered, so they are not deferred in this file.

from fastapi import APIRouter, Request, Response

from infraplan.settings import installed_version
from infraplan_api.bundle.facts import facts_of
from infraplan_api.http.answer import Answer, json_answer, reply
from infraplan_api.http.formats import FORMATS, pick
from infraplan_api.http.landing import landing_html, landing_links
from infraplan_api.http.query import refuse_unknown
from infraplan_api.models.common import Health, Ready
from infraplan_api.models.service import Conformance, Landing
from infraplan_api.service import Service

__all__ = ["CONFORMS", "routes"]

CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/html",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
    "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/landing-page",
)
_PAGES = (FORMATS["json"], FORMATS["html"])


def routes(service: Service, *, conforms: tuple[str, ...]) -> APIRouter:
    """Return the routes of this part; `conforms` are the conformance classes of all parts."""
    router = APIRouter(tags=["service"])

    @router.get("/healthz", summary="Tell that the process answers", include_in_schema=False)
    async def healthz(response: Response) -> Health:
        response.headers["cache-control"] = "no-store"
        return Health(status="ok")

    @router.get("/readyz", summary="Tell that the bundle can be read", include_in_schema=False)
    async def readyz(response: Response) -> Ready:
        response.headers["cache-control"] = "no-store"
        bundle = service.holder.current()
        return Ready(
            status="ok",
            study_id=bundle.study_id,
            bundle_sha256=bundle.sha256,
            infraplan_version=installed_version(),
        )

    @router.get("/v1", include_in_schema=False)
    @router.get("/v1/", summary="Say where to begin", response_model=Landing)
    async def landing(request: Request) -> Response:
        refuse_unknown(request, ("f",))
        fmt = pick(request, _PAGES)

        def make() -> Answer:
            bundle = service.holder.current()
            facts = bundle.once("service facts", facts_of)
            said = Landing(
                title=f"infraplan: {facts.title.vi} / {facts.title.en}",
                description="Vùng phủ, vùng trắng và đề xuất cột, tuyến cáp. / Coverage, gaps and "
                "proposals for masts and fibre.",
                data_basis=str(bundle.manifest.get("data_basis", "")),
                infraplan=facts,
                links=landing_links(request, fmt),
            )
            if fmt.key == "html":
                return Answer(landing_html(said).encode(), fmt.media_type)
            links = [link.model_dump(exclude_none=True) for link in said.links]
            return json_answer({**said.model_dump(mode="json"), "links": links})

        return await reply(request, make)

    @router.get(
        "/v1/conformance", summary="List the conformance classes", response_model=Conformance
    )
    async def conformance(request: Request) -> Response:
        refuse_unknown(request, ("f",))
        fmt = pick(request, _PAGES[:1])
        said = Conformance(conformsTo=conforms)
        return await reply(request, lambda: Answer(said.model_dump_json().encode(), fmt.media_type))

    return router
