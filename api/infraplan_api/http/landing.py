"""Where may a client go from the landing page, and how does a person see it?"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from infraplan_api.http.links import url
from infraplan_api.models.common import Link

if TYPE_CHECKING:
    from starlette.requests import Request

    from infraplan_api.http.formats import Format
    from infraplan_api.models.service import Landing

__all__ = ["landing_html", "landing_links"]

_OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.0"
_PLACES: Final = (
    ("service-desc", "/v1/openapi.json", _OPENAPI, "OpenAPI"),
    ("service-doc", "/v1/docs", "text/html", "Tài liệu / Documentation"),
    ("conformance", "/v1/conformance", "application/json", "Conformance classes"),
    ("data", "/v1/collections", "application/json", "Bảng dữ liệu / Collections"),
    (
        "http://www.opengis.net/def/rel/ogc/1.0/processes",
        "/v1/processes",
        "application/json",
        "Xử lý / Processes",
    ),
    (
        "http://www.opengis.net/def/rel/ogc/1.0/job-list",
        "/v1/jobs",
        "application/json",
        "Việc đang chạy / Jobs",
    ),
    ("related", "/v1/coverage/communes", "application/json", "Vùng phủ các xã / All communes"),
    ("related", "/v1/coverage", "application/json", "Lớp ảnh / Raster layers"),
    ("related", "/v1/indicators", "application/json", "Chỉ tiêu / Indicators"),
    ("related", "/v1/ranking", "application/json", "Xếp hạng xã / Ranking of communes"),
    ("related", "/v1/plans", "application/json", "Phương án / Plans"),
    ("alternate", "/", "text/html", "Bản đồ / Map"),
)


def landing_links(request: Request, fmt: Format) -> tuple[Link, ...]:
    """Return the links of the landing page in one of its formats."""
    both = (("json", "application/json"), ("html", "text/html"))
    own = [
        Link(
            href=url(request, "/v1/", f=key),
            rel="self" if key == fmt.key else "alternate",
            type=kind,
            title=f"Trang này / This page ({key})",
        )
        for key, kind in sorted(both, key=lambda b: b[0] != fmt.key)
    ]
    others = [
        Link(href=url(request, path), rel=rel, type=kind, title=title)
        for rel, path, kind, title in _PLACES
    ]
    return (*own, *others)


def landing_html(said: Landing) -> str:
    """Return the landing page for a person: plain, without script or style."""
    rows = "\n".join(
        f'<li><a href="{escape(link.href)}">{escape(link.title or link.href)}</a></li>'
        for link in said.links
        if link.rel != "self"
    )
    return (
        '<!doctype html>\n<html lang="vi">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(said.title)}</title>\n</head>\n<body>\n<main>\n"
        f"<h1>{escape(said.title)}</h1>\n<p>{escape(said.description)}</p>\n"
        f"<ul>\n{rows}\n</ul>\n<p><small>{escape(said.data_basis)}</small></p>\n"
        "</main>\n</body>\n</html>\n"
    )
