"""How is a sheet divided, and at which scale does the area fill it?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from infraplan.errors import ParameterError

__all__ = ["SIZES", "Box", "Layout", "picture_layout", "pixels", "sheet_layout"]

SIZES: Final = {"A3": (297.0, 420.0), "A4": (210.0, 297.0)}
"""Short and long side, mm (ISO 216)."""

_MM_PER_INCH: Final = 25.4
_MM_PER_M: Final = 1000.0
_STEPS: Final = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0, 10.0)
_FILLED_SHARE: Final = 0.985
_LEAST_SIDE_MM: Final = 60.0

Bounds = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the page, mm from its lower left corner."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float

    @property
    def right_mm(self) -> float:
        """Its right side."""
        return self.x_mm + self.width_mm

    @property
    def top_mm(self) -> float:
        """Its upper side."""
        return self.y_mm + self.height_mm


@dataclass(frozen=True, slots=True)
class Layout:
    """A page, what stands where on it, and the scale of its map.

    Attributes
    ----------
    width_mm, height_mm
        The page.
    title
        Where the title stands; None for a picture.
    map, panel
        The map's frame, and the place of legend, scale bar and notes.
    denominator
        500 000 for a map of 1:500 000.
    west_m, south_m
        What lies in the lower left corner of the frame.
    text_pt
        Size of ordinary text.
    label_mm
        Room around the frame for the numbers of the grid.
    """

    width_mm: float
    height_mm: float
    title: Box | None
    map: Box
    panel: Box
    denominator: float
    west_m: float
    south_m: float
    text_pt: float
    label_mm: float

    @property
    def metres_per_mm(self) -> float:
        """Metres on the ground for a millimetre on the page."""
        return self.denominator / _MM_PER_M

    @property
    def east_m(self) -> float:
        """What lies at the right side of the frame."""
        return self.west_m + self.map.width_mm * self.metres_per_mm

    @property
    def north_m(self) -> float:
        """What lies at the upper side of the frame."""
        return self.south_m + self.map.height_mm * self.metres_per_mm


def pixels(length_mm: float, dpi: int) -> int:
    """Return how many pixels a length has.

    Examples
    --------
    >>> pixels(25.4, 200)
    200
    """
    return round(length_mm / _MM_PER_INCH * dpi)


def sheet_layout(bounds: Bounds, size: str, *, dpi: int) -> Layout:
    """Divide a sheet, upright or lying: whichever shows the area larger, at a round scale.

    Parameters
    ----------
    bounds
        West, south, east, north of the area, m.
    size
        "A3" or "A4".
    dpi
        Dots per inch; the frame lies on whole pixels.

    Raises
    ------
    ParameterError
        If there is no such size.
    """
    if size not in SIZES:
        raise ParameterError(f"There is no sheet {size!r}; there are {', '.join(SIZES)}.")
    short, long = SIZES[size]
    large = size == "A3"
    margin, panel, title = (8.0, 54.0, 19.0) if large else (7.0, 42.0, 15.0)
    text_pt, label, apart = (7.5, 4.5, 3.0) if large else (6.0, 3.8, 2.5)
    choices = []
    for width, height in ((short, long), (long, short)):
        inner = Box(margin, margin, width - 2 * margin, height - 2 * margin)
        head = Box(inner.x_mm, inner.top_mm - title, inner.width_mm, title)
        place = Box(
            inner.x_mm + label,
            inner.y_mm + label,
            inner.width_mm - panel - apart - 2 * label,
            inner.height_mm - title - 2 * label,
        )
        frame = _on_pixels(place, dpi)
        side = Box(inner.right_mm - panel, frame.y_mm, panel, frame.height_mm)
        scale = _round_up(_denominator(bounds, frame))
        choices.append(_laid((width, height), head, frame, side, scale, bounds, text_pt, label))
    return min(choices, key=lambda layout: layout.denominator)


def picture_layout(bounds: Bounds, width_mm: float, height_mm: float, *, dpi: int) -> Layout:
    """Divide a picture without a title: the legend beside the map, or below it.

    Raises
    ------
    ParameterError
        If a side is under 60 mm.
    """
    if min(width_mm, height_mm) < _LEAST_SIDE_MM:
        raise ParameterError(
            f"A picture of {width_mm:g} × {height_mm:g} mm has no room for map and legend. "
            f"Expected: {_LEAST_SIDE_MM:g} mm at least on each side. Remedy: ask for a larger one."
        )
    text_pt, label = 6.0, 3.8
    side_mm = min(46.0, 0.36 * width_mm)
    below_mm = min(38.0, 0.36 * height_mm)
    panels = (
        Box(width_mm - side_mm, 0.3, side_mm - 0.3, height_mm - 0.3 - label),
        Box(label, 0.3, width_mm - 2 * label, below_mm - 0.3),
    )
    rooms = (
        Box(label, label, width_mm - side_mm - 2.5 - 2 * label, height_mm - 2 * label),
        Box(label, below_mm + label, width_mm - 2 * label, height_mm - below_mm - 2 * label),
    )
    choices = []
    for panel, room in zip(panels, rooms, strict=True):
        frame = _on_pixels(room, dpi)
        scale = _denominator(bounds, frame)
        size = (width_mm, height_mm)
        choices.append(_laid(size, None, frame, panel, scale, bounds, text_pt, label))
    return min(choices, key=lambda layout: layout.denominator)


def _laid(
    size: tuple[float, float],
    title: Box | None,
    frame: Box,
    panel: Box,
    denominator: float,
    bounds: Bounds,
    text_pt: float,
    label_mm: float,
) -> Layout:
    """Put the middle of the area into the middle of the frame."""
    west, south, east, north = bounds
    per_mm = denominator / _MM_PER_M
    return Layout(
        width_mm=size[0],
        height_mm=size[1],
        title=title,
        map=frame,
        panel=panel,
        denominator=denominator,
        west_m=(west + east) / 2 - frame.width_mm / 2 * per_mm,
        south_m=(south + north) / 2 - frame.height_mm / 2 * per_mm,
        text_pt=text_pt,
        label_mm=label_mm,
    )


def _denominator(bounds: Bounds, frame: Box) -> float:
    """Return the scale at which the area just fits into the frame."""
    west, south, east, north = bounds
    across = (east - west) / frame.width_mm
    along = (north - south) / frame.height_mm
    return max(across, along, 1e-3) / _FILLED_SHARE * _MM_PER_M


def _round_up(denominator: float) -> float:
    """Return the next round scale."""
    power = 10.0 ** math.floor(math.log10(denominator))
    return next(step * power for step in _STEPS if step * power >= denominator * (1 - 1e-9))


def _on_pixels(box: Box, dpi: int) -> Box:
    """Move the sides of a box to whole pixels."""
    per_pixel = _MM_PER_INCH / dpi
    left, low = math.ceil(box.x_mm / per_pixel), math.ceil(box.y_mm / per_pixel)
    right, top = math.floor(box.right_mm / per_pixel), math.floor(box.top_mm / per_pixel)
    return Box(
        left * per_pixel, low * per_pixel, (right - left) * per_pixel, (top - low) * per_pixel
    )
