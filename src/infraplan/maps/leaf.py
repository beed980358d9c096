"""How does a drawing become a leafmap map that a notebook shows, with cards and sliders?

This is the only file that uses leafmap (and the ipyleaflet and ipywidgets below it).
"""

from __future__ import annotations

import html
import math
from typing import TYPE_CHECKING

from infraplan.errors import MissingExtraError
from infraplan.maps.cards import INK
from infraplan.maps.drawing import Marks, Picture
from infraplan.wording import phrase

try:
    import ipyleaflet
    import leafmap
    from ipywidgets import (
        HTML,
        Checkbox,
        Dropdown,
        FloatSlider,
        HBox,
        Layout,
        Play,
        SelectionSlider,
        VBox,
        jslink,
    )
except ModuleNotFoundError as error:
    raise MissingExtraError(
        f"Maps need the package {error.name!r}, which is not installed. "
        "Remedy: pip install 'infraplan[notebook]'"
    ) from error

if TYPE_CHECKING:
    from infraplan.maps.drawing import Drawing, Layer, Part, Shapes

__all__ = ["DrawnMap"]

_TILE_PIXELS, _VIEW_PIXELS, _WHOLE_TURN_DEG = 256, 600, 360.0
_MARK_PIXELS = 26
_LEAST_DOT, _MOST_DOT, _DOT_ZOOM = 1.0, 2.5, 8.0
"""Pixels of a dot: as small as can be where a whole province is seen, larger from near."""
_OPACITY, _STEP = 0.8, 0.05
_YEAR_MS = 1200
_BELOW = "_below"
"""Ends the name of the pane of a side's pictures, which lie below outlines and signs."""
_PANES = {
    "left_below": {"zIndex": 350},
    "right_below": {"zIndex": 351},
    "left": {"zIndex": 410},
    "right": {"zIndex": 411},
}


class DrawnMap(leafmap.Map):  # type: ignore[misc]
    """A leafmap map made of a drawing, which :func:`infraplan.maps.save_html` keeps as a page.

    Attributes
    ----------
    drawing
        What it shows.
    """

    def __init__(self, drawing: Drawing) -> None:
        """Make the layers, and the panel that switches them.

        Parameters
        ----------
        drawing
            What is shown.
        """
        self.drawing = drawing
        self._opacity = FloatSlider(_OPACITY, min=0, max=1, step=_STEP, readout=False)
        self._popup = ipyleaflet.Popup(child=HTML(), close_button=True)
        self._parts = [
            [self._made(layer, part) for part in layer.parts] for layer in drawing.layers
        ]
        self._groups = [ipyleaflet.LayerGroup(name=layer.name) for layer in drawing.layers]
        west, south, east, north = drawing.bounds
        super().__init__(
            layers=tuple(self._groups),
            center=[(south + north) / 2, (west + east) / 2],
            zoom=_zoom(drawing.bounds),
            panes=_PANES if drawing.sides else {},
            prefer_canvas=not drawing.sides,  # of several canvases only the top one can be pressed
            attribution_control=False,
            draw_control=False,
            toolbar_control=False,
        )
        for group, layer in zip(self._groups, drawing.layers, strict=True):
            group.name = layer.name  # leafmap takes the first layer for its own base map
        if drawing.sides:
            self._split()
        self._add_panel()
        _add_note(self, drawing.legend, "bottomright")
        _add_note(self, drawing.badge, "bottomleft")
        self._refresh()

    def _made(self, layer: Layer, part: Part) -> ipyleaflet.Layer:
        """Return the widget of a part."""
        if isinstance(part.content, Picture):
            west, south, east, north = part.content.bounds
            overlay = ipyleaflet.ImageOverlay(
                url=part.content.address,
                bounds=((south, west), (north, east)),
                opacity=_OPACITY,
                pane=f"{layer.side}{_BELOW}" if layer.side else "",
            )
            jslink((self._opacity, "value"), (overlay, "opacity"))
            return overlay
        if isinstance(part.content, Marks):
            return _markers(part.content, layer.side)
        shapes = _shapes(part.content, layer.side, dot_pixels=_dot_pixels(self.drawing.bounds))
        shapes.on_click(self._open_card)
        return shapes

    def _split(self) -> None:
        """Clip the panes of the two sides along a line; an empty layer stands for each pane."""
        left, right = (
            [ipyleaflet.LayerGroup(pane=f"{side}{end}") for end in (_BELOW, "")]
            for side in ("left", "right")
        )
        self.add(ipyleaflet.SplitMapControl(left_layer=left, right_layer=right))

    def _add_panel(self) -> None:
        """Put title, figures, choices, slider and layers into the upper right corner."""
        drawing = self.drawing
        wide = Layout(width="auto", margin="0")
        self._caption = HTML(layout=wide)
        self._views = _choice("maps_view", drawing.views, drawing.language)
        self._scenarios = _choice("maps_scenario", drawing.scenarios, drawing.language)
        self._boxes = [
            Checkbox(
                value=layer.shown,
                description=_box_name(drawing, layer),
                indent=False,
                layout=Layout(width="auto", margin="0", height="22px"),
            )
            for layer in drawing.layers
        ]
        self._year = _year_slider(drawing)
        rows = [HTML(f"<b>{html.escape(drawing.title)}</b>", layout=wide), self._caption]
        rows += [w for w in (self._views, self._scenarios) if w.options]
        if drawing.years:
            rows.append(HBox([_play(drawing, self._year), self._year], layout=wide))
        if any(isinstance(p.content, Picture) for v in drawing.layers for p in v.parts):
            self._opacity.description = phrase("maps_opacity").said(drawing.language)
            self._opacity.style.description_width = "initial"
            self._opacity.layout = Layout(width="auto")
            rows.append(self._opacity)
        panel = VBox([*rows, *self._boxes], layout=Layout(padding="6px 10px", max_width="340px"))
        for widget in (self._views, self._scenarios, self._year, *self._boxes):
            widget.observe(self._refresh, "value")
        self.add(ipyleaflet.WidgetControl(widget=panel, position="topright"))

    def _refresh(self, *_: object) -> None:
        """Show the parts that belong to what is chosen."""
        year = self._year.value if self.drawing.years else None
        scenario, view = self._scenarios.value, self._views.value
        for group, box, layer, made in zip(
            self._groups, self._boxes, self.drawing.layers, self._parts, strict=True
        ):
            now = tuple(
                widget
                for part, widget in zip(layer.parts, made, strict=True)
                if box.value and part.is_in(view=view, scenario=scenario, year=year)
            )
            if group.layers != now:
                group.layers = now
        self._caption.value = html.escape(self.drawing.caption(scenario=scenario, year=year))

    def _open_card(
        self, *, properties: dict[str, str], coordinates: list[float], **_: object
    ) -> None:
        """Open the card of what was pressed, in one popup."""
        self._popup.child.value = properties["card"]
        self._popup.location = coordinates
        if self._popup in self.layers:
            self._popup.open_popup(coordinates)
        else:
            self.add(self._popup)


def _zoom(bounds: tuple[float, float, float, float]) -> int:
    """Return the closest zoom level at which west, south, east, north still fit."""
    west, south, east, north = bounds
    stretch = 1 / math.cos(math.radians((south + north) / 2))
    span_deg = max(east - west, (north - south) * stretch)
    return math.floor(math.log2(_VIEW_PIXELS * _WHOLE_TURN_DEG / (_TILE_PIXELS * span_deg)))


def _dot_pixels(bounds: tuple[float, float, float, float]) -> float:
    """Return the radius of a dot on a map that opens with these bounds, pixels."""
    return min(max(_zoom(bounds) - _DOT_ZOOM, _LEAST_DOT), _MOST_DOT)


def _choice(key: str, options: tuple[str, ...], language: str) -> Dropdown:
    """Return a list to choose from; where it is empty, nothing is chosen."""
    return Dropdown(
        options=options,
        value=options[0] if options else None,
        description=phrase(key).said(language),
        layout=Layout(width="auto"),
    )


def _year_slider(drawing: Drawing) -> SelectionSlider:
    """Return the slider of years; without years it has one place that nobody sees."""
    return SelectionSlider(
        options=drawing.years or ("",),
        value=drawing.year if drawing.years else "",
        description=phrase("maps_year").said(drawing.language),
        continuous_update=False,
        layout=Layout(width="220px"),
    )


def _play(drawing: Drawing, slider: SelectionSlider) -> Play:
    """Return the button that moves the slider of years; it begins where the slider stands."""
    last = len(drawing.years) - 1
    play = Play(value=slider.index, min=0, max=last, interval=_YEAR_MS)
    jslink((play, "value"), (slider, "index"))
    return play


def _box_name(drawing: Drawing, layer: Layer) -> str:
    """Return what stands beside a layer's box, with its side on a split map."""
    if not layer.side:
        return layer.name
    return f"{layer.name} ({phrase(f'maps_{layer.side}').said(drawing.language)})"


def _shapes(content: Shapes, pane: str, *, dot_pixels: float) -> ipyleaflet.GeoJSON:
    """Return outlines, lines and dots; the pane is a style, as Leaflet reads it from there."""
    in_pane = {"pane": pane} if pane else {}
    return ipyleaflet.GeoJSON(
        data=dict(content.data),
        style=in_pane,
        hover_style={"weight": 3, "color": INK, **in_pane},
        point_style={"radius": dot_pixels, **in_pane},
    )


def _markers(content: Marks, pane: str) -> ipyleaflet.LayerGroup:
    """Return signs with their cards."""
    markers = []
    for item in content.items:
        icon = ipyleaflet.Icon(
            icon_url=item.icon,
            icon_size=[_MARK_PIXELS, _MARK_PIXELS],
            icon_anchor=[_MARK_PIXELS // 2, _MARK_PIXELS // 2],
        )
        markers.append(
            ipyleaflet.Marker(
                location=(item.latitude_deg, item.longitude_deg),
                icon=icon,
                draggable=False,
                title=item.title,
                popup=HTML(item.card),
                pane=pane,
            )
        )
    return ipyleaflet.LayerGroup(layers=tuple(markers))


def _add_note(shown: DrawnMap, content: str, position: str) -> None:
    """Put a small text into a corner."""
    widget = HTML(f'<div style="line-height:1.35;padding:2px 8px;max-width:280px">{content}</div>')
    shown.add(ipyleaflet.WidgetControl(widget=widget, position=position))
