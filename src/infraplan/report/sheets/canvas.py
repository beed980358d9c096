"""How do lines, areas, marks and text get onto a page measured in millimetres?

This is where sheets meet matplotlib. A page is drawn under :func:`own_settings`, so that nothing
of the user's own matplotlib settings changes it, and no text is read as mathematics.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import matplotlib as mpl
import numpy as np
import shapely
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.patheffects import withStroke
from PIL import Image

from infraplan.report.fonts import REGULAR, SEMIBOLD, font_file
from infraplan.report.palette import INK
from infraplan.report.sheets.layout import pixels
from infraplan.report.sheets.lettering import MM_PER_PT, printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from numpy.typing import NDArray

    from infraplan.report.sheets.layout import Box

__all__ = [
    "Canvas",
    "area",
    "blank",
    "dots",
    "image",
    "lines",
    "own_settings",
    "png",
    "rectangle",
    "text",
]

_COMPRESSION: Final = 6
_HALO: Final = 0.42
"""Width of the stroke behind letters, in parts of their size."""
_CLOSE: Final = np.uint8(Outline.CLOSEPOLY)


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """A page to draw on.

    Attributes
    ----------
    figure, page
        The picture, and its one plane: mm from the lower left corner.
    dpi
        Dots per inch.
    """

    figure: Figure
    page: Axes
    dpi: int


class _Pixels(Artist):
    """Pixels that are laid onto those of the page one by one, below all else."""

    def __init__(self, rgb: NDArray[np.uint8], left: int, low: int) -> None:
        super().__init__()
        opaque = np.full((*rgb.shape[:2], 1), 255, dtype=np.uint8)
        self._rgba = np.ascontiguousarray(np.concatenate([rgb, opaque], axis=2)[::-1])
        self._left, self._low = left, low
        self.set_zorder(-1.0)

    def draw(self, renderer: RendererBase) -> None:
        """Lay them."""
        renderer.draw_image(renderer.new_gc(), self._left, self._low, self._rgba)


@contextmanager
def own_settings() -> Iterator[None]:
    """Draw with matplotlib's defaults, whatever the user has set; his settings come back after."""
    with mpl.rc_context():
        mpl.rcdefaults()
        yield


def blank(width_mm: float, height_mm: float, *, dpi: int) -> Canvas:
    """Return an empty white page."""
    size = (pixels(width_mm, dpi) / dpi, pixels(height_mm, dpi) / dpi)
    figure = Figure(figsize=size, dpi=dpi, facecolor="white")
    FigureCanvasAgg(figure)
    page = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    page.set_axis_off()
    page.set_autoscale_on(False)
    page.set_xlim(0.0, size[0] * 25.4)
    page.set_ylim(0.0, size[1] * 25.4)
    return Canvas(figure, page, dpi)


def image(canvas: Canvas, rgb: NDArray[np.uint8], box: Box) -> None:
    """Lay pixels onto the page below all that is drawn, the first row on top."""
    left, low = pixels(box.x_mm, canvas.dpi), pixels(box.y_mm, canvas.dpi)
    canvas.page.add_artist(_Pixels(rgb, left, low))


def area(
    canvas: Canvas,
    shapes: Iterable[shapely.Geometry],
    *,
    fill: str | None,
    edge: str | None = None,
    width_mm: float = 0.0,
    opacity: float = 1.0,
    clip: Box | None = None,
    order: float = 1.0,
) -> None:
    """Fill polygons, mm on the page, as one path; holes stay open."""
    path = _outline(shapes)
    if path is None:
        return
    patch = PathPatch(
        path,
        facecolor=fill or "none",
        edgecolor=edge or "none",
        linewidth=width_mm / MM_PER_PT,
        alpha=opacity,
        joinstyle="round",
        zorder=order,
        clip_on=False,
    )
    canvas.page.add_artist(patch)
    _clip(canvas, patch, clip)


def lines(
    canvas: Canvas,
    shapes: Iterable[shapely.Geometry],
    *,
    colour: str,
    width_mm: float,
    dash_mm: Sequence[float] | None = None,
    opacity: float = 1.0,
    clip: Box | None = None,
    order: float = 2.0,
) -> None:
    """Draw lines, or the borders of polygons, mm on the page."""
    parts = shapely.get_parts(np.asarray(list(shapes), dtype=object))
    rings = [b for p in parts for b in shapely.get_parts(_border(p))]
    drawn = [shapely.get_coordinates(r) for r in rings if not r.is_empty]
    if not drawn:
        return
    width_pt = width_mm / MM_PER_PT
    style = "solid"
    if dash_mm is not None:
        style = (0.0, tuple(d / width_mm for d in dash_mm))  # type: ignore[assignment]
    collection = LineCollection(
        drawn,
        colors=colour,
        linewidths=width_pt,
        linestyles=[style],
        capstyle="butt",
        joinstyle="round",
        alpha=opacity,
        zorder=order,
        clip_on=False,
    )
    canvas.page.add_collection(collection, autolim=False)
    _clip(canvas, collection, clip)


def dots(
    canvas: Canvas,
    xy_mm: NDArray[np.float64],
    *,
    colour: str,
    across_mm: float,
    clip: Box | None = None,
    order: float = 1.5,
) -> None:
    """Draw round dots."""
    if not len(xy_mm):
        return
    marks = Line2D(
        xy_mm[:, 0],
        xy_mm[:, 1],
        linestyle="none",
        marker="o",
        markersize=across_mm / MM_PER_PT,
        markerfacecolor=colour,
        markeredgecolor="none",
        markeredgewidth=0.0,
        zorder=order,
        clip_on=False,
    )
    canvas.page.add_line(marks)
    _clip(canvas, marks, clip)


def rectangle(
    canvas: Canvas,
    box: Box,
    *,
    fill: str | None = None,
    edge: str | None = INK,
    width_mm: float = 0.2,
    order: float = 5.0,
) -> None:
    """Draw a rectangle."""
    canvas.page.add_artist(
        Rectangle(
            (box.x_mm, box.y_mm),
            box.width_mm,
            box.height_mm,
            facecolor=fill or "none",
            edgecolor=edge or "none",
            linewidth=width_mm / MM_PER_PT,
            joinstyle="miter",
            zorder=order,
            clip_on=False,
        )
    )


def text(
    canvas: Canvas,
    x_mm: float,
    y_mm: float,
    said: str,
    *,
    size_pt: float,
    bold: bool = False,
    colour: str = INK,
    align: str = "left",
    upright: str = "baseline",
    turned_deg: float = 0.0,
    halo: str | None = None,
    order: float = 8.0,
) -> None:
    """Set a text of one line."""
    drawn = canvas.page.text(
        x_mm,
        y_mm,
        printable(said),
        fontproperties=FontProperties(fname=str(font_file(SEMIBOLD if bold else REGULAR))),
        fontsize=size_pt,
        color=colour,
        ha=align,
        va=upright,
        rotation=turned_deg,
        rotation_mode="anchor",
        parse_math=False,
        usetex=False,
        zorder=order,
        clip_on=False,
    )
    if halo is not None:
        drawn.set_path_effects([withStroke(linewidth=size_pt * _HALO, foreground=halo)])


def png(canvas: Canvas) -> bytes:
    """Return the page as a PNG that knows its size in millimetres, the same bytes each time."""
    drawn = canvas.figure.canvas
    if not isinstance(drawn, FigureCanvasAgg):
        raise TypeError("the page has lost its renderer")
    drawn.draw()  # type: ignore[no-untyped-call]
    rgba = np.asarray(drawn.buffer_rgba())  # type: ignore[no-untyped-call]
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(rgba[:, :, :3])).save(
        out, format="PNG", dpi=(canvas.dpi, canvas.dpi), compress_level=_COMPRESSION
    )
    return out.getvalue()


def _border(shape: shapely.Geometry) -> shapely.Geometry:
    area_like = shapely.get_type_id(shape) == shapely.GeometryType.POLYGON
    return shapely.boundary(shape) if area_like else shape


def _outline(shapes: Iterable[shapely.Geometry]) -> Outline | None:
    """Return polygons as one path, outer rings one way round and holes the other."""
    parts = shapely.get_parts(np.asarray(list(shapes), dtype=object))
    whole = parts[(shapely.get_type_id(parts) == shapely.GeometryType.POLYGON)]
    turned = shapely.orient_polygons(whole[~shapely.is_empty(whole)])
    rings = shapely.get_rings(turned)
    if not len(rings):
        return None
    points, of_ring = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(points), Outline.LINETO, dtype=np.uint8)
    starts = np.flatnonzero(np.diff(of_ring, prepend=-1))
    codes[starts] = Outline.MOVETO
    codes[np.append(starts[1:], len(points)) - 1] = _CLOSE
    return Outline(points, codes)


def _clip(canvas: Canvas, artist: Any, box: Box | None) -> None:  # noqa: ANN401 - any artist
    """Cut what is drawn at the sides of a box."""
    if box is None:
        return
    frame = Rectangle(
        (box.x_mm, box.y_mm),
        box.width_mm,
        box.height_mm,
        transform=canvas.page.transData,
    )
    artist.set_clip_on(True)
    artist.set_clip_path(frame)
