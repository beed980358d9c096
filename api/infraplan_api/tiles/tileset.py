"""What does the service say of a set of tiles, to a map library and to an OGC client?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan_api.http.links import url
from infraplan_api.models.common import Link
from infraplan_api.models.tiles import TileLimits, TileSet, TileSetItem, TileSets, VectorLayer
from infraplan_api.tiles.matrix import CRS_URI, TMS_URI, limits_of

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = ["WEB_MERCATOR", "tile_set", "tile_sets"]

WEB_MERCATOR: Final = "WebMercatorQuad"
_SCHEME: Final = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
_TILE_SETS: Final = {
    "vector": "http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector",
    "map": "http://www.opengis.net/def/rel/ogc/1.0/tilesets-map",
}
_JSON: Final = "application/json"


def tile_set(
    request: Request,
    *,
    path: str,
    name: str,
    title: str,
    attribution: str,
    kind: str,
    media_type: str,
    zooms: tuple[int, int],
    bounds: tuple[float, float, float, float],
    layers: tuple[VectorLayer, ...] | None = None,
    query: str = "",
) -> TileSet:
    """Return the description of a set of tiles.

    Parameters
    ----------
    request
        The request that is answered.
    path
        Where the set lies, such as ``/v1/collections/communes/tiles/WebMercatorQuad``.
    name, title, attribution
        Name, title and basis of what is tiled.
    kind
        Either vector or map.
    media_type
        Of a tile.
    zooms
        First and last zoom level.
    bounds
        West, south, east, north, degrees.
    layers
        Layers of vector tiles.
    query
        What the address of each tile ends with, such as ``?year=2028``.
    """
    west, south, east, north = bounds
    limits = limits_of(bounds, range(zooms[0], zooms[1] + 1))
    here = url(request, path)
    return TileSet(
        tilejson="3.0.0",
        name=name,
        title=title,
        attribution=attribution,
        scheme="xyz",
        tiles=(f"{here}/{{z}}/{{y}}/{{x}}{query}",),
        minzoom=zooms[0],
        maxzoom=zooms[1],
        bounds=bounds,
        center=((west + east) / 2, (south + north) / 2, float(min(zooms[1], 9))),
        vector_layers=layers,
        dataType=kind,
        crs=CRS_URI,
        tileMatrixSetURI=TMS_URI,
        tileMatrixSetLimits=tuple(TileLimits.model_validate(one) for one in limits),
        links=(
            Link(href=f"{here}{query}", rel="self", type=_JSON, title=title),
            Link(
                href=f"{here}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}{query}",
                rel="item",
                type=media_type,
                templated=True,
            ),
            Link(href=TMS_URI, rel=_SCHEME, type=_JSON),
        ),
    )


def tile_sets(request: Request, *, path: str, title: str, kind: str) -> TileSets:
    """Return the list of the sets of tiles of one thing: WebMercatorQuad alone."""
    here = url(request, path)
    item = TileSetItem(
        title=title,
        dataType=kind,
        crs=CRS_URI,
        tileMatrixSetURI=TMS_URI,
        links=(
            Link(href=f"{here}/{WEB_MERCATOR}", rel="self", type=_JSON, title=title),
            Link(href=TMS_URI, rel=_SCHEME, type=_JSON),
        ),
    )
    return TileSets(
        tilesets=(item,),
        links=(
            Link(href=here, rel="self", type=_JSON, title=title),
            Link(href=here, rel=_TILE_SETS[kind], type=_JSON, title=title),
        ),
    )
