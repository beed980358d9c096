"""What do the rasters of a bundle answer: their list, a square as a picture, their tile sets?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from infraplan_api.http.answer import Answer, json_answer
from infraplan_api.http.links import url
from infraplan_api.models.common import Link, Note
from infraplan_api.models.rasters import RasterLayer, RasterLayers
from infraplan_api.tiles.layers import (
    blocks_of,
    bounds_of,
    layer_of,
    layers_of,
    source_of,
    styled,
)
from infraplan_api.tiles.render import render
from infraplan_api.tiles.tileset import WEB_MERCATOR, tile_set, tile_sets

if TYPE_CHECKING:
    from starlette.requests import Request

    from infraplan_api.bundle import Bundle
    from infraplan_api.tiles.layers import Layer
    from infraplan_api.tiles.matrix import Tile

__all__ = [
    "COG",
    "PNG",
    "picture_answer",
    "raster_layers_answer",
    "raster_set_answer",
    "raster_sets_answer",
]

PNG = "image/png"
COG = "image/tiff; application=geotiff; profile=cloud-optimized"
_ZOOMS = (5, 16)
"""Beyond the last one cells are larger than a hand; every zoom is drawn when asked for."""


def picture_answer(
    bundle: Bundle, name: str, *, tile: Tile, year: int | None, scale: int
) -> Answer:
    """Return a square of a layer as PNG; where nothing is known it is transparent."""
    layer = layer_of(bundle, name)
    band, style = layer.band(year), styled(bundle, layer)
    source = source_of(bundle, layer)
    blocks = blocks_of(bundle)
    with bundle.reading():
        drawn = render(layer.name, blocks, source, style, tile=tile, band=band, scale=scale)
    return Answer(drawn, PNG, compress=False)


def raster_layers_answer(request: Request, bundle: Bundle) -> Answer:
    """Return the list of the layers."""
    found = layers_of(bundle)
    made = RasterLayers(
        bounds=bounds_of(bundle),
        layers=tuple(_described(request, bundle, one) for one in found.values()),
        links=(Link(href=url(request, "/v1/coverage"), rel="self", type="application/json"),),
    )
    return json_answer(made.model_dump(mode="json", exclude_unset=True))


def raster_sets_answer(request: Request, bundle: Bundle, name: str) -> Answer:
    """Return the list of the sets of tiles of a layer."""
    layer = layer_of(bundle, name)
    path = f"/v1/coverage/{layer.name}/tiles"
    made = tile_sets(request, path=path, title=_title(layer), kind="map")
    return json_answer(made.model_dump(mode="json", exclude_none=True))


def raster_set_answer(request: Request, bundle: Bundle, name: str, *, year: int | None) -> Answer:
    """Return the description of the tiles of a layer (TileJSON), of one year where it is given."""
    layer = layer_of(bundle, name)
    layer.band(year)
    made = tile_set(
        request,
        path=f"/v1/coverage/{layer.name}/tiles/{WEB_MERCATOR}",
        name=layer.name,
        title=_title(layer),
        attribution=str(bundle.manifest.get("data_basis", "")),
        kind="map",
        media_type=PNG,
        zooms=_ZOOMS,
        bounds=bounds_of(bundle),
        query="" if year is None else f"?year={year}",
    )
    return json_answer(made.model_dump(mode="json", exclude_none=True))


def _title(layer: Layer) -> str:
    return f"{layer.title.vi} / {layer.title.en}"


def _described(request: Request, bundle: Bundle, layer: Layer) -> RasterLayer:
    listed = bundle.manifest["outputs"][layer.file]
    here = f"/v1/coverage/{layer.name}"
    size = int(listed["bytes"])
    return RasterLayer(
        id=layer.name,
        title=Note(vi=layer.title.vi, en=layer.title.en),
        quantity=layer.quantity,
        unit=layer.unit,
        technology=layer.technology,
        operator=layer.operator,
        environment=layer.environment,
        years=layer.years,
        bytes=size,
        sha256=str(listed["sha256"]),
        links=(
            Link(href=url(request, here), rel="enclosure", type=COG, length=size),
            Link(href=url(request, f"{here}/legend"), rel="legend", type="application/json"),
            Link(
                href=url(request, f"{here}/tiles/{WEB_MERCATOR}"),
                rel="tiles",
                type="application/json",
            ),
        ),
    )
