"""What do the colours of a raster mean, for programs and as a picture?"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from infraplan_api.http.answer import Answer, json_answer
from infraplan_api.http.links import url
from infraplan_api.models.common import Link, Note
from infraplan_api.models.rasters import Legend, LegendEntry
from infraplan_api.tiles.layers import layer_of, styled

if TYPE_CHECKING:
    from starlette.requests import Request

    from infraplan_api.bundle import Bundle
    from infraplan_api.tiles.layers import Layer
    from infraplan_api.tiles.style import Entry, Style

__all__ = ["SVG", "legend_answer"]

SVG: Final = "image/svg+xml"
_LINE, _BOX, _WIDTH = 26, 18, 420
_LEVELS: Final = "dBm"
_OF_CLASSES: Final = "class"


def legend_answer(request: Request, bundle: Bundle, name: str, *, picture: bool) -> Answer:
    """Return the legend of a layer as JSON, or as SVG."""
    layer = layer_of(bundle, name)
    style = styled(bundle, layer)
    if picture:
        return Answer(_svg(layer, style).encode(), SVG)
    made = Legend(
        id=layer.name,
        title=Note(vi=layer.title.vi, en=layer.title.en),
        kind=style.kind,
        unit=_unit(layer),
        entries=tuple(_entry(one) for one in style.entries),
        links=_links(request, layer),
    )
    return json_answer(made.model_dump(mode="json", exclude_unset=True))


def _unit(layer: Layer) -> str:
    """Return the unit of the values between which classes lie."""
    return _LEVELS if layer.unit == _OF_CLASSES else layer.unit


def _entry(one: Entry) -> LegendEntry:
    return LegendEntry(
        key=one.key,
        colour=one.colour,
        title=Note(vi=one.vi, en=one.en),
        from_value=one.from_value,
        to_value=one.to_value,
    )


def _links(request: Request, layer: Layer) -> tuple[Link, ...]:
    path = f"/v1/coverage/{layer.name}/legend"
    return (
        Link(href=url(request, path), rel="self", type="application/json"),
        Link(href=url(request, path, f="svg"), rel="alternate", type=SVG),
        Link(href=url(request, f"/v1/coverage/{layer.name}"), rel="collection", type="image/tiff"),
    )


def _svg(layer: Layer, style: Style) -> str:
    """Return a picture: a box of the colour and its words, a line for each."""
    height = _LINE * len(style.entries) + 8
    lines = "".join(
        f'<rect x="4" y="{4 + i * _LINE}" width="{_BOX}" height="{_BOX}" fill="{one.colour}" '
        f'stroke="#333"/><text x="{_BOX + 14}" y="{18 + i * _LINE}">{escape(_words(layer, one))}'
        "</text>"
        for i, one in enumerate(style.entries)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}" '
        f'font-family="sans-serif" font-size="13" role="img"><title>{escape(layer.title.vi)}'
        f"</title>{lines}</svg>\n"
    )


def _words(layer: Layer, one: Entry) -> str:
    """Return both languages, and from which value on."""
    text = one.vi if one.vi == one.en else f"{one.vi} / {one.en}"
    if one.from_value is None or one.vi == one.en:
        return f"{text} {_unit(layer)}" if one.vi == one.en else text
    return f"{text} (≥ {one.from_value:g} {_unit(layer)})"
