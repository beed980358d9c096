"""How does a page of features become an answer, in each format, with links to the next?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import numpy as np

from infraplan_api.features.layer import layer_of
from infraplan_api.features.query import read_crs, read_query
from infraplan_api.features.select import selected
from infraplan_api.formats import csv_bytes, flat, parquet_bytes, xlsx_bytes
from infraplan_api.http.answer import Answer
from infraplan_api.http.formats import FORMATS
from infraplan_api.http.links import url

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from starlette.requests import Request

    from infraplan_api.bundle import Bundle
    from infraplan_api.features.crs import Crs
    from infraplan_api.features.layer import Layer
    from infraplan_api.features.query import Query
    from infraplan_api.http.formats import Format

__all__ = ["FEATURE_FORMATS", "PAGE_FORMATS", "feature_answer", "feature_path", "page_answer"]

PAGE_FORMATS: Final = tuple(FORMATS[key] for key in ("geojson", "json", "csv", "parquet", "xlsx"))
"""What a page of features can be; GeoJSON is what ``f=json`` gives, too."""
FEATURE_FORMATS: Final = tuple(FORMATS[key] for key in ("geojson", "json"))
_GEOJSON: Final = FORMATS["geojson"].media_type
_METRIC: Final = {
    "lon": "easting_m",
    "lat": "northing_m",
    "inside_lon": "inside_easting_m",
    "inside_lat": "inside_northing_m",
}
"""What the positions of a spreadsheet are called in a system of metres."""
_PAGES: Final = ("next", "prev")
_JSON_KEYS: Final = ("geojson", "json")


def page_answer(request: Request, bundle: Bundle, name: str, fmt: Format) -> Answer:
    """Return the page of features that a request asks for.

    Raises
    ------
    NotFoundError
        If there is no such collection.
    InvalidRequestError
        If a parameter is unknown or outside its meaning.
    """
    layer = layer_of(bundle, name)
    query = read_query(request, layer)
    rows = selected(layer, query)
    page = rows[query.offset : query.offset + query.limit]
    links = _page_links(request, layer, query, matched=len(rows), fmt=fmt)
    headers = {"content-crs": f"<{query.crs.address}>"}
    if fmt.key in _JSON_KEYS:
        head = {"numberMatched": len(rows), "numberReturned": len(page), "links": links}
        begin = f'{{"type":"FeatureCollection",{_inner(head)},"features":['.encode()
        inside = b",".join(layer.texts(page, query.properties, query.crs))
        return Answer(begin + inside + b"]}", _GEOJSON, headers)
    headers |= {
        "content-disposition": f'attachment; filename="{name}{fmt.ending}"',
        "link": _link_header(links),
        "ogc-numbermatched": str(len(rows)),
        "ogc-numberreturned": str(len(page)),
    }
    body = _file(layer, layer.part(page, query.properties, query.crs), query.crs, fmt)
    return Answer(body, fmt.media_type, headers, compress=fmt.key == "csv")


def _file(layer: Layer, part: gpd.GeoDataFrame, crs: Crs, fmt: Format) -> bytes:
    """Return rows as a file; positions in a spreadsheet say in their names what they are."""
    if fmt.key == "parquet":
        return parquet_bytes(part)
    table = flat(part)
    if not crs.geographic:
        table = table.rename(columns=_METRIC)
    return csv_bytes(table) if fmt.key == "csv" else xlsx_bytes(table, layer.outline.titles["vi"])


def feature_answer(request: Request, bundle: Bundle, name: str, key: str) -> Answer:
    """Return one feature as GeoJSON.

    Raises
    ------
    NotFoundError
        If there is no such collection or feature.
    InvalidRequestError
        If a parameter is unknown or outside its meaning.
    """
    layer = layer_of(bundle, name)
    crs = read_crs(request, layer)
    row = layer.place(key)
    (text,) = layer.texts(np.array([row]), None, crs)
    path = feature_path(name, key)
    links = [
        _link(request, path, "self", _GEOJSON, "This feature", _asked_crs(request)),
        _link(request, f"/v1/collections/{name}", "collection", "application/json", name, {}),
    ]
    body = text[:-1] + f",{_inner({'links': links})}}}".encode()
    return Answer(body, _GEOJSON, {"content-crs": f"<{crs.address}>"})


def feature_path(name: str, key: str) -> str:
    """Return the path of a feature; whatever its key holds is escaped."""
    return f"/v1/collections/{name}/items/{quote(key, safe='')}"


def _asked_crs(request: Request) -> dict[str, str]:
    crs = request.query_params.get("crs")
    return {} if crs is None else {"crs": crs}


def _page_links(
    request: Request, layer: Layer, query: Query, *, matched: int, fmt: Format
) -> list[dict[str, str]]:
    """Return the links of a page: itself, other formats, the pages beside it, the collection."""
    path = f"/v1/collections/{layer.name}/items"
    asked = dict(request.query_params)
    kind = _GEOJSON if fmt.key in _JSON_KEYS else fmt.media_type
    links = [_link(request, path, "self", kind, "This page", asked)]
    for other in PAGE_FORMATS:
        if other.media_type != kind and other.key != "json":
            given = {**asked, "f": other.key}
            links.append(_link(request, path, "alternate", other.media_type, other.key, given))
    if query.offset + query.limit < matched:
        given = {**asked, "offset": str(query.offset + query.limit)}
        links.append(_link(request, path, "next", kind, "Next page", given))
    if query.offset > 0:
        given = {**asked, "offset": str(max(query.offset - query.limit, 0))}
        links.append(_link(request, path, "prev", kind, "Previous page", given))
    collection = f"/v1/collections/{layer.name}"
    links.append(_link(request, collection, "collection", "application/json", layer.name, {}))
    return links


def _link(
    request: Request, path: str, rel: str, kind: str, title: str, query: dict[str, str]
) -> dict[str, str]:
    return {"href": url(request, path, **query), "rel": rel, "type": kind, "title": title}


def _link_header(links: Sequence[dict[str, str]]) -> str:
    """Return the pages beside this one as RFC 8288 has it, for formats without a place for them."""
    told = [one for one in links if one["rel"] in (*_PAGES, "collection")]
    return ", ".join(f'<{one["href"]}>; rel="{one["rel"]}"; type="{one["type"]}"' for one in told)


def _inner(members: dict[str, Any]) -> str:
    """Return members of a JSON object without its braces."""
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"), allow_nan=False)[1:-1]
