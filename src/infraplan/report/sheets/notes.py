"""What stands in small print on a sheet: CRS, data, source, date, digest, number?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan.report.palette import ACCENT, INK, MUTED
from infraplan.report.sheets import canvas as draw
from infraplan.report.sheets.layout import Box
from infraplan.report.sheets.lettering import MM_PER_PT, lines_of, width_mm
from infraplan.report.sheets.subjects import SHEET_SUBJECTS
from infraplan.wording import Text, count, phrase, plain

if TYPE_CHECKING:
    from datetime import date as calendar

    from infraplan.report.sheets.scene import Scene

__all__ = ["draw_mark", "draw_notes"]

_LEADING: Final = 1.3
_MARK_LINES: Final = 3


def draw_mark(scene: Scene, box: Box) -> float:
    """Draw the mark of data that are not measured, on top of a box; return what is below, mm."""
    mark = scene.facts.basis_mark
    if mark is None:
        return box.top_mm
    size = scene.layout.text_pt * 1.35
    said = scene.said(mark)
    high = size * MM_PER_PT * 1.9
    wide = min(width_mm(said, size_pt=size, bold=True) + 5.0, box.width_mm)
    draw.rectangle(
        scene.canvas,
        Box(box.x_mm + 0.2, box.top_mm - high, wide, high - 0.2),
        edge=ACCENT,
        width_mm=0.5,
    )
    draw.text(
        scene.canvas,
        box.x_mm + 0.2 + wide / 2,
        box.top_mm - high / 2 - size * MM_PER_PT * 0.37,
        said,
        size_pt=size,
        bold=True,
        colour=ACCENT,
        align="center",
    )
    return box.top_mm - high - 3.0


def draw_notes(
    scene: Scene, *, subject: str, size: str, day: calendar | None, unnamed: int
) -> None:
    """Write the small print from the foot of the panel up."""
    panel, small = scene.layout.panel, scene.layout.text_pt * 0.8
    step = small * MM_PER_PT * _LEADING
    y = panel.y_mm + 0.8
    for said, bold in reversed(_said(scene, subject, size, day, unnamed)):
        rows = lines_of(scene.said(said), width=panel.width_mm, size_pt=small, bold=bold)
        for row in reversed(rows):
            colour = INK if bold else MUTED
            draw.text(scene.canvas, panel.x_mm, y, row, size_pt=small, bold=bold, colour=colour)
            y += step
        y += 0.45 * step


def _said(
    scene: Scene, subject: str, size: str, day: calendar | None, unnamed: int
) -> list[tuple[Text, bool]]:
    """Return the notes in their order, each with whether it is set bold."""
    facts = scene.facts
    number = {
        "number": plain(SHEET_SUBJECTS.index(subject) + 1),
        "count": plain(len(SHEET_SUBJECTS)),
        "size": plain(size),
    }
    scale = {"denominator": count(scene.layout.denominator)}
    source = {
        "study": plain(facts.study_id),
        "version": plain(facts.manifest["infraplan_version"]),
    }
    notes = [
        (phrase("sheets_scale", scale), True),
        (scene.frame.note, False),
        (phrase("sheets_axes" if scene.frame.is_vn2000 else "sheets_axes_own"), False),
    ]
    if unnamed:
        notes.append((phrase("sheets_dropped", {"count": count(unnamed)}), False))
    basis = facts.data_basis
    if basis.en:
        notes.append((phrase("sheets_basis", {"basis": basis}), False))
    notes += [
        (phrase("sheets_source", source), False),
        (phrase("sheets_digest", {"digest": plain(facts.sha256)}), False),
        (phrase("sheets_date", {"date": _date(day)}), True),
        (phrase(f"sheets_name_{subject}") + Text(" · ", " · ") + phrase("sheets_number", number),
         True),
    ]  # fmt: skip
    return notes


def _date(day: calendar | None) -> Text:
    if day is None:
        return phrase("sheets_date_blank")
    return Text(f"{day.day:02d}/{day.month:02d}/{day.year}", day.isoformat())
