"""What does each sheet show: its finding, its layers, its legend?"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from infraplan.errors import ParameterError
from infraplan.report.sheets import titles
from infraplan.report.sheets.commune_layers import draw_communes, share_rows
from infraplan.report.sheets.coverage_layers import draw_end, draw_today, end_rows, today_rows
from infraplan.report.sheets.gap_layers import draw_gaps, gap_rows
from infraplan.report.sheets.plan_layers import draw_plan, plan_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from infraplan.report.facts import Facts
    from infraplan.report.sheets.legend import Row
    from infraplan.report.sheets.scene import Scene
    from infraplan.wording import Text

__all__ = ["SHEET_SUBJECTS", "Subject", "subject_of"]


@dataclass(frozen=True, slots=True)
class Subject:
    """One kind of sheet.

    Attributes
    ----------
    title
        The finding.
    rows
        The legend.
    draw
        Draws the map; returns how many names of communes had no room.
    """

    title: Callable[[Facts], Text]
    rows: Callable[[Facts], list[Row]]
    draw: Callable[[Scene], int]


_SUBJECTS: Final[Mapping[str, Subject]] = MappingProxyType(
    {
        "communes": Subject(titles.communes_title, share_rows, draw_communes),
        "coverage_today": Subject(titles.today_title, today_rows, draw_today),
        "gaps": Subject(titles.gaps_title, gap_rows, draw_gaps),
        "plan": Subject(titles.plan_title, plan_rows, draw_plan),
        "coverage_end": Subject(titles.end_title, end_rows, draw_end),
    }
)

SHEET_SUBJECTS: Final = tuple(_SUBJECTS)
"""What sheets there are, in the order of their numbers."""


def subject_of(name: str) -> Subject:
    """Return a kind of sheet.

    Raises
    ------
    ParameterError
        If there is none of this name.
    """
    if name not in _SUBJECTS:
        raise ParameterError(f"There is no map sheet {name!r}; there are {', '.join(_SUBJECTS)}.")
    return _SUBJECTS[name]
