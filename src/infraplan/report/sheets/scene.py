"""What does each part of a sheet's drawing need to know?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from infraplan.report.frame import to_plane
from infraplan.report.palette import INK, PAPER, ROAD, WATER
from infraplan.report.sheets import canvas as draw
from infraplan.report.sheets.layout import pixels
from infraplan.report.sheets.lettering import MM_PER_PT
from infraplan.report.sheets.names import LEADING, place_names
from infraplan.report.sheets.warp import cells_under, sample
from infraplan.wording import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.geo import Raster
    from infraplan.report.facts import Facts
    from infraplan.report.frame import Frame
    from infraplan.report.sheets.canvas import Canvas
    from infraplan.report.sheets.layout import Layout
    from infraplan.wording import Text

__all__ = [
    "Scene",
    "borders",
    "classes",
    "hillshade",
    "names",
    "on_page",
    "orientation",
    "paper",
    "rgb_of",
]

_NO_SHADE: Final = 0
_FLAT: Final = 180
"""Shade of level ground; what is brighter stays white, which keeps the base quiet."""
_MM_PER_M: Final = 1000.0
_LINES, _AREAS = 1, 2
_MAIN_ROADS: Final = ("motorway", "trunk", "primary")
_RELIEF: Final = 0.62
_GREY_STEP: Final = 3
"""Greys are told apart in steps of this: finer ones are not seen and make large files."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """A page that is being drawn, and what is drawn on it.

    Attributes
    ----------
    facts
        The bundle.
    frame
        The plane CRS of the sheet.
    layout, canvas
        The page.
    communes
        Polygons, mm on the page, in the order of the bundle's table.
    language
        "vi" or "en".
    """

    facts: Facts
    frame: Frame
    layout: Layout
    canvas: Canvas
    communes: NDArray[np.object_]
    language: str

    @property
    def mark_mm(self) -> float:
        """Height of a proposal's triangle."""
        return self.layout.text_pt * 0.6

    def said(self, text: Text) -> str:
        """Return a statement in the sheet's language."""
        return text.said(self.language)


def on_page(
    table: gpd.GeoDataFrame | gpd.GeoSeries, layout: Layout, frame: Frame
) -> NDArray[np.object_]:
    """Return the shapes of a table in WGS 84 as shapes in millimetres on the page."""
    if table.empty:
        return np.empty(0, dtype=object)
    scale = _MM_PER_M / layout.denominator
    corner = np.array([layout.west_m, layout.south_m])
    place = np.array([layout.map.x_mm, layout.map.y_mm])

    def move(xy_m: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray((xy_m - corner) * scale + place)

    moved: NDArray[np.object_] = shapely.transform(to_plane(table.geometry, frame), move)
    return moved


def rgb_of(colour: str) -> tuple[int, int, int]:
    """Return red, green and blue of ``#rrggbb``."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def paper(scene: Scene) -> None:
    """Fill the map's frame with the colour of what is not the area."""
    frame = scene.layout.map
    dpi = scene.canvas.dpi
    shape = (pixels(frame.height_mm, dpi), pixels(frame.width_mm, dpi))
    rgb = np.broadcast_to(np.array(rgb_of(PAPER), dtype=np.uint8), (*shape, 3))
    draw.image(scene.canvas, rgb, frame)


def hillshade(scene: Scene) -> None:
    """Draw the terrain's shade at low contrast; plain where the bundle has none."""
    if not scene.facts.has("hillshade.tif"):
        paper(scene)
        draw.area(scene.canvas, scene.communes, fill="white", clip=scene.layout.map, order=0.5)
        return
    levels = np.arange(256)
    darker = np.maximum(_FLAT - levels, 0) * _RELIEF
    grey = 252 - np.round(darker / _GREY_STEP) * _GREY_STEP
    table = np.repeat(grey.astype(np.uint8)[:, None], 3, axis=1)
    table[_NO_SHADE] = rgb_of(PAPER)
    _pixels(scene, scene.facts.raster("hillshade"), table, outside=_NO_SHADE)


def classes(scene: Scene, raster: Raster, colours: Mapping[int, str], *, outside: int) -> None:
    """Draw a raster of classes in their colours, pixel by pixel; the rest is paper."""
    table = np.tile(np.array(rgb_of(PAPER), dtype=np.uint8), (256, 1))
    for value, colour in colours.items():
        table[value] = rgb_of(colour)
    _pixels(scene, raster, table, outside=outside)


def _pixels(scene: Scene, raster: Raster, table: NDArray[np.uint8], *, outside: int) -> None:
    cells = cells_under(raster.grid, scene.layout, scene.frame, dpi=scene.canvas.dpi)
    draw.image(scene.canvas, table[sample(raster, cells, outside=outside)], scene.layout.map)


def orientation(scene: Scene) -> None:
    """Draw water and main roads."""
    clip = scene.layout.map
    water = on_page(scene.facts.collection("water"), scene.layout, scene.frame)
    parts = shapely.get_dimensions(water)
    draw.area(scene.canvas, water[parts == _AREAS], fill=WATER, clip=clip, order=1.0)
    draw.lines(
        scene.canvas, water[parts == _LINES], colour=WATER, width_mm=0.3, clip=clip, order=1.0
    )
    roads = scene.facts.collection("roads")
    if "road_class" in roads:
        roads = roads[roads["road_class"].isin(_MAIN_ROADS)]
    drawn = on_page(roads, scene.layout, scene.frame)
    draw.lines(scene.canvas, drawn, colour=ROAD, width_mm=0.22, clip=clip, order=1.2)


def borders(scene: Scene, *, colour: str = INK, width_mm: float = 0.16) -> None:
    """Draw the borders of communes, and the outline of them all a little thicker."""
    frame = scene.layout.map
    draw.lines(
        scene.canvas, scene.communes, colour=colour, width_mm=width_mm, clip=frame, order=2.6
    )
    outline = shapely.coverage_union_all(scene.communes)
    draw.lines(scene.canvas, [outline], colour=INK, width_mm=0.45, clip=frame, order=2.7)


def names(
    scene: Scene,
    *,
    taken: Sequence[tuple[float, float, float, float]] = (),
    first: NDArray[np.bool_] | None = None,
) -> int:
    """Write the names of communes where they have room; return how many have none.

    Those in `first` have the first choice; on the small map of a document they are the only ones.
    """
    size_pt = scene.layout.text_pt * 0.78
    said = np.array([plain(name).en for name in scene.facts.communes["name"]], dtype=object)
    shapes = scene.communes
    if first is not None and scene.layout.title is None:
        said, shapes, first = said[first], shapes[first], None
    placed = place_names(
        list(said), shapes, size_pt=size_pt, frame=scene.layout.map, taken=taken, first=first
    )
    for name in placed:
        if name is None:
            continue
        step = name.size_pt * MM_PER_PT * LEADING
        top = name.y_mm + (len(name.lines) - 1) * step / 2 - name.size_pt * MM_PER_PT * 0.34
        for i, line in enumerate(name.lines):
            draw.text(
                scene.canvas,
                name.x_mm,
                top - i * step,
                line,
                size_pt=name.size_pt,
                align="center",
                halo="white",
                order=5.0,
            )
    return sum(name is None for name in placed)
