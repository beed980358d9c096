"""How is a map sheet, or a map for a document, put together?"""

from __future__ import annotations

from datetime import date as calendar
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from infraplan.errors import Fault, InputError, ParameterError
from infraplan.report.frame import tm3_of, to_plane
from infraplan.report.sheets import canvas as draw
from infraplan.report.sheets.furniture import draw_graticule, north_arrow, scale_bar
from infraplan.report.sheets.layout import Box, picture_layout, sheet_layout
from infraplan.report.sheets.legend import draw_legend
from infraplan.report.sheets.lettering import MM_PER_PT, lines_of
from infraplan.report.sheets.notes import draw_mark, draw_notes
from infraplan.report.sheets.scene import Scene, on_page
from infraplan.report.sheets.subjects import subject_of

if TYPE_CHECKING:
    from infraplan.report.facts import Facts
    from infraplan.report.frame import Frame
    from infraplan.report.sheets.layout import Layout
    from infraplan.wording import Text

__all__ = ["picture", "sheet"]

_LANGUAGES: Final = ("vi", "en")
_DPI: Final = 200
_LEAST_DPI, _MOST_DPI = 50, 600
_TITLE_LINES: Final = 2
_ONE_LINE_SHARES: Final = (1.0, 0.92, 0.85)
"""Sizes in which a title may stand in one line, in parts of the full one."""
_LEAST_TITLE_SHARE: Final = 0.55


@draw.own_settings()
def sheet(
    facts: Facts,
    subject: str,
    *,
    size: str,
    language: str,
    dpi: int = _DPI,
    date: str | None = None,
) -> bytes:
    """Return a map sheet to print, PNG with its physical size.

    Parameters
    ----------
    facts
        The bundle.
    subject
        One of :data:`~infraplan.report.sheets.SHEET_SUBJECTS`.
    size
        "A3" or "A4"; upright or lying, whichever shows the area larger.
    language
        "vi" or "en".
    dpi
        Dots per inch, 50 to 600.
    date
        ISO date to print, such as ``"2026-03-01"``; a line to fill in where None.

    Raises
    ------
    ParameterError
        If there is no such subject, size or language, or the date is none.
    InputError
        If the bundle has no commune to draw.
    MissingDataError
        If the font, or a raster of the bundle, is not there.
    CrsError
        As :func:`infraplan.report.frame.tm3_of` does.
    """
    kind = subject_of(subject)
    _check(language, dpi)
    day = _day(date)
    frame, bounds = _ground(facts)
    scene = _scene(facts, frame, sheet_layout(bounds, size, dpi=dpi), dpi, language)
    layout = scene.layout
    unnamed = kind.draw(scene)
    draw_graticule(scene.canvas, layout, language=language)
    _title(scene, kind.title(facts))
    panel = layout.panel
    top = draw_mark(scene, panel)
    box = Box(panel.x_mm, panel.y_mm, panel.width_mm, top - panel.y_mm)
    low = draw_legend(scene, kind.rows(facts), box)
    _measures(scene, panel.x_mm, low - 6.0, panel.width_mm)
    draw_notes(scene, subject=subject, size=size, day=day, unnamed=unnamed)
    return draw.png(scene.canvas)


@draw.own_settings()
def picture(
    facts: Facts,
    subject: str,
    *,
    width_mm: float,
    height_mm: float,
    language: str,
    dpi: int = _DPI,
) -> bytes:
    """Return the same map without a title block, for a page of a document, PNG.

    Legend, grid, scale bar and north arrow are kept, and the mark of simulated data.

    Parameters
    ----------
    width_mm, height_mm
        Size of the picture, 60 mm at least each.

    Raises
    ------
    ParameterError, InputError, MissingDataError, CrsError
        As :func:`sheet` does.
    """
    kind = subject_of(subject)
    _check(language, dpi)
    frame, bounds = _ground(facts)
    layout = picture_layout(bounds, width_mm, height_mm, dpi=dpi)
    scene = _scene(facts, frame, layout, dpi, language)
    kind.draw(scene)
    draw_graticule(scene.canvas, layout, language=language)
    panel, rows = layout.panel, kind.rows(facts)
    if panel.height_mm > panel.width_mm:
        top = draw_mark(scene, panel)
        box = Box(panel.x_mm, panel.y_mm, panel.width_mm, top - panel.y_mm)
        low = draw_legend(scene, rows, box)
        _measures(scene, panel.x_mm, low - 5.0, panel.width_mm)
    else:
        wide, high = min(46.0, 0.36 * panel.width_mm), panel.height_mm - 1.0
        right = Box(panel.right_mm - wide, panel.y_mm, wide, high)
        left = Box(panel.x_mm, panel.y_mm, panel.width_mm - wide - 3.0, high)
        draw_legend(scene, rows, left, columns=2)
        top = draw_mark(scene, right)
        _measures(scene, right.x_mm, top - 3.0, wide)
    return draw.png(scene.canvas)


def _check(language: str, dpi: int) -> None:
    if language not in _LANGUAGES:
        raise ParameterError(f"There is no language {language!r}; there are vi and en.")
    if not _LEAST_DPI <= dpi <= _MOST_DPI:
        raise ParameterError(
            f"A map of {dpi} dots per inch cannot be drawn. Expected: {_LEAST_DPI} to {_MOST_DPI}."
        )


def _day(date: str | None) -> calendar | None:
    if date is None:
        return None
    try:
        return calendar.fromisoformat(date)
    except ValueError as error:
        raise ParameterError(
            f"{date!r} is no date. Expected: year-month-day, such as 2026-03-01."
        ) from error


def _ground(facts: Facts) -> tuple[Frame, tuple[float, float, float, float]]:
    """Return the plane CRS, and the sides of all communes in it."""
    if facts.communes.empty or not np.isfinite(facts.communes.total_bounds).all():
        raise InputError(
            [
                Fault(
                    "collections/communes.parquet",
                    "there is no commune with a border, so there is nothing to draw a map of",
                    "make the bundle again from a study with communes",
                )
            ]
        )
    frame = tm3_of(facts)
    west, south, east, north = shapely.total_bounds(to_plane(facts.communes.geometry, frame))
    return frame, (float(west), float(south), float(east), float(north))


def _scene(facts: Facts, frame: Frame, layout: Layout, dpi: int, language: str) -> Scene:
    page = draw.blank(layout.width_mm, layout.height_mm, dpi=dpi)
    communes = on_page(facts.communes, layout, frame)
    return Scene(facts, frame, layout, page, communes, language)


def _title(scene: Scene, title: Text) -> None:
    """Set the finding, and the study below it."""
    layout = scene.layout
    box = layout.title
    if box is None:
        return
    width, full = box.width_mm, layout.text_pt * 1.9
    size, said = _fitted(scene.said(title), width=width, size_pt=full)
    step = size * MM_PER_PT * 1.2
    y = box.top_mm - size * MM_PER_PT * 0.8
    for line in said:
        draw.text(scene.canvas, box.x_mm, y, line, size_pt=size, bold=True)
        y -= step
    below = layout.text_pt * 1.1
    study = lines_of(scene.said(scene.facts.study_title), width=width, size_pt=below, most=1)
    draw.text(scene.canvas, box.x_mm, y + step - 1.75 * below * MM_PER_PT, study[0], size_pt=below)


def _fitted(title: str, *, width: float, size_pt: float) -> tuple[float, list[str]]:
    """Return size and lines of a title: one line if a little smaller letters do, else two."""

    def lines(size: float) -> list[str]:
        return lines_of(title, width=width, size_pt=size, bold=True)

    for share in _ONE_LINE_SHARES:
        if len(lines(size_pt * share)) == 1:
            return size_pt * share, lines(size_pt * share)
    size = size_pt
    while len(lines(size)) > _TITLE_LINES and size > size_pt * _LEAST_TITLE_SHARE:
        size *= 0.92
    return size, lines_of(title, width=width, size_pt=size, bold=True, most=_TITLE_LINES)


def _measures(scene: Scene, x_mm: float, y_mm: float, room_mm: float) -> None:
    """Draw north arrow and scale bar side by side; `y_mm` is above both."""
    size, foot, bar_mm = scene.layout.text_pt, y_mm - 8.0, 10.0
    north_arrow(scene.canvas, x_mm + 3.5, foot, size_pt=size, language=scene.language)
    scale_bar(
        scene.canvas,
        scene.layout,
        x_mm + bar_mm,
        foot + 0.6,
        room_mm=room_mm - bar_mm,
        language=scene.language,
    )
