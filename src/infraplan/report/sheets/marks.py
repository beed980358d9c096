"""What do masts, proposals and links look like, on the map and in its legend?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from infraplan.report.palette import ACCENT, FIBRE, INK, MUTED, TENANT_FILLS
from infraplan.report.sheets.canvas import area, dots, lines, text

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.report.sheets.canvas import Canvas
    from infraplan.report.sheets.layout import Box

__all__ = [
    "LINK_STYLES",
    "fill_of",
    "link_style",
    "links",
    "masts",
    "proposal",
    "ring_radius_mm",
    "stems",
]

_MICROWAVE: Final = "microwave"
LINK_STYLES: Final = ("fibre", "microwave", "existing")
_TRIANGLE: Final = np.array([[0.0, 1.0], [0.87, -0.5], [-0.87, -0.5]])
_RING: Final = 1.22
_QUIET: Final = 0.55
"""Opacity of the masts that exist: the ground of what is proposed."""


def ring_radius_mm(size_mm: float) -> float:
    """Return the radius of the ring around a shared mast's triangle of this height."""
    return _RING * size_mm / 1.5


def fill_of(tenants: object) -> str:
    """Return the fill of an existing mast by the number of names in "a|b|c".

    Examples
    --------
    >>> fill_of("viettel|mobifone") == TENANT_FILLS[2]
    True
    """
    known = [t for t in tenants.split("|") if t] if isinstance(tenants, str) else []
    return TENANT_FILLS[min(len(known), len(TENANT_FILLS) - 1)]


def masts(
    canvas: Canvas,
    xy_mm: NDArray[np.float64],
    fills: list[str],
    *,
    size_mm: float,
    clip: Box | None,
) -> None:
    """Draw existing masts as small triangles, filled by their tenants."""
    for fill in sorted(set(fills)):
        chosen = xy_mm[[f == fill for f in fills]]
        triangles = [_triangle(x, y, size_mm) for x, y in chosen]
        area(
            canvas,
            triangles,
            fill=fill,
            edge=MUTED,
            width_mm=0.09,
            opacity=_QUIET,
            clip=clip,
            order=4.0,
        )


def proposal(
    canvas: Canvas,
    x_mm: float,
    y_mm: float,
    *,
    year: str,
    shared: bool,
    size_mm: float,
    clip: Box | None,
    label: str = "",
    order: float = 6.0,
) -> None:
    """Draw a proposal: a hollow triangle with its year inside, in a ring where a mast is shared.

    Its number, where it has one, stands below.
    """
    colour = ACCENT if year else MUTED
    triangle = _triangle(x_mm, y_mm, size_mm)
    area(canvas, [triangle], fill="white", edge=colour, width_mm=0.32, clip=clip, order=order)
    if shared:
        ring = shapely.buffer(shapely.Point(x_mm, y_mm), ring_radius_mm(size_mm), quad_segs=24)
        lines(canvas, [ring], colour=colour, width_mm=0.28, clip=clip, order=order)
    if year:
        text(
            canvas,
            x_mm,
            y_mm - size_mm * 0.27,
            year,
            size_pt=size_mm * 1.18,
            bold=True,
            align="center",
            order=order + 0.001,
        )
    if label:
        text(
            canvas,
            x_mm,
            y_mm - ring_radius_mm(size_mm) * 0.9,
            label,
            size_pt=size_mm * 1.0,
            colour=colour,
            align="center",
            upright="top",
            halo="white",
            order=order + 0.002,
        )


def stems(
    canvas: Canvas,
    places: NDArray[np.float64],
    stands: NDArray[np.float64],
    *,
    clip: Box | None,
) -> None:
    """Join marks that gave way to their true places, which keep a dot."""
    ways = [shapely.LineString(ends) for ends in np.stack([places, stands], axis=1)]
    lines(canvas, ways, colour=ACCENT, width_mm=0.2, clip=clip, order=5.5)
    dots(canvas, places, colour=ACCENT, across_mm=0.9, clip=clip, order=5.6)


def link_style(medium: str) -> str:
    """Return "microwave", "existing" or "fibre" for the medium of a link."""
    return medium if medium in {_MICROWAVE, "existing"} else "fibre"


def links(
    canvas: Canvas,
    shapes: NDArray[np.object_],
    style: str,
    *,
    clip: Box | None = None,
    order: float = 3.0,
) -> None:
    """Draw links: solid where cable lies, dashed where it is proposed, double for microwave."""
    if style == _MICROWAVE:
        lines(canvas, shapes, colour=INK, width_mm=1.0, clip=clip, order=order)
        lines(canvas, shapes, colour="white", width_mm=0.4, clip=clip, order=order + 0.01)
    elif style == "existing":
        lines(canvas, shapes, colour=FIBRE, width_mm=0.22, clip=clip, order=order - 0.5)
    else:
        lines(canvas, shapes, colour="white", width_mm=1.5, clip=clip, order=order)
        lines(
            canvas,
            shapes,
            colour=ACCENT,
            width_mm=0.85,
            dash_mm=(1.3, 0.5),
            clip=clip,
            order=order + 0.02,
        )


def _triangle(x_mm: float, y_mm: float, size_mm: float) -> shapely.Geometry:
    """Return an upright triangle of this height whose middle lies at a point."""
    if not math.isfinite(x_mm + y_mm):
        return shapely.Polygon()
    return shapely.Polygon(_TRIANGLE * (size_mm / 1.5) + (x_mm, y_mm))
