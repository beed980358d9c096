"""Which charts does a report have, and who draws each?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from infraplan.errors import ParameterError
from infraplan.report.charts.bars import communes_chart, operators_chart
from infraplan.report.charts.curve import marginal_chart
from infraplan.report.charts.years import cost_chart, served_chart

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infraplan.report.facts import Facts

__all__ = ["CHART_SUBJECTS", "chart"]


class _Draws(Protocol):
    def __call__(
        self, facts: Facts, /, *, language: str, width_mm: float, height_mm: float
    ) -> bytes: ...


_DRAWN: Final[Mapping[str, _Draws]] = {
    "served_by_year": served_chart,
    "cost_by_year": cost_chart,
    "operators": operators_chart,
    "worst_communes": communes_chart,
    "marginal_cost": marginal_chart,
}

CHART_SUBJECTS: Final = tuple(_DRAWN)
"""What can be drawn."""

_LEAST_MM: Final = (80.0, 45.0)


def chart(
    facts: Facts,
    subject: str,
    *,
    language: str = "vi",
    width_mm: float = 174.0,
    height_mm: float = 90.0,
) -> bytes:
    """Draw a chart whose title states the finding, with units, source and date.

    Parameters
    ----------
    facts
        The bundle.
    subject
        One of :data:`CHART_SUBJECTS`.
    language
        "vi" or "en".
    width_mm, height_mm
        Size, at least 80 by 45 mm; lettering keeps its size.

    Returns
    -------
    bytes
        An SVG file; the same bundle gives the same bytes.

    Raises
    ------
    ParameterError
        If there is no such chart or language, or the size is too small.
    """
    if subject not in _DRAWN:
        raise ParameterError(
            f"There is no chart {subject!r}. Expected: one of {', '.join(CHART_SUBJECTS)}. "
            "Remedy: choose one of these."
        )
    if language not in {"vi", "en"}:
        raise ParameterError(
            f"Charts are not written in {language!r}. Expected: vi or en. Remedy: choose one of "
            "these."
        )
    if not (width_mm >= _LEAST_MM[0] and height_mm >= _LEAST_MM[1]):
        raise ParameterError(
            f"A chart of {width_mm:g} by {height_mm:g} mm is too small to read. Expected: at least "
            "80 by 45 mm. Remedy: give width_mm and height_mm."
        )
    return _DRAWN[subject](facts, language=language, width_mm=width_mm, height_mm=height_mm)
