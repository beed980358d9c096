"""How do classes of service change from year to year while a plan is built?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan.coverage.classes import classes_of_level, level_limits_dbm, median_loss_db
from infraplan.results import ANY_OPERATOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from infraplan.results import PlannedSignal

__all__ = ["ClassYears", "Step", "steps_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """What one planned site adds from a year on.

    Attributes
    ----------
    operator
        Who uses it; None counts for any operator only.
    year
        In which it is built.
    top, left
        Where its window begins on the grid.
    classes
        Classes of its own signal, uint8, shape of the window.
    """

    operator: str | None
    year: int
    top: int
    left: int
    classes: NDArray[np.uint8]


def steps_of(
    planned: Sequence[PlannedSignal], *, technology: str, environment: str
) -> tuple[Step, ...]:
    """Turn the signals of planned sites into what they add in one environment."""
    limits_dbm = level_limits_dbm(technology)
    return tuple(
        Step(
            site.operator,
            site.year,
            site.top,
            site.left,
            classes_of_level(
                site.rsrp_dbm - np.float32(median_loss_db(environment, site.frequency_mhz)),
                limits_dbm,
            ),
        )
        for site in planned
    )


@dataclass(frozen=True, slots=True, eq=False)
class ClassYears:
    """Classes of service of one technology in one environment, year by year.

    Attributes
    ----------
    years
        The base year, before anything is built, and those after it, ascending.
    base
        Operator to the classes of the base year, uint8, all of one shape.
    steps
        What planned sites add, in any order.
    """

    years: tuple[int, ...]
    base: Mapping[str, NDArray[np.uint8]]
    steps: tuple[Step, ...]

    @property
    def operators(self) -> tuple[str, ...]:
        """All operators, sorted, then ``"any"``."""
        return (*sorted(self.base), ANY_OPERATOR)

    def of(self, operator: str) -> Iterator[NDArray[np.uint8]]:
        """Yield the classes of each year; the same array again where nothing changed.

        Parameters
        ----------
        operator
            One of :attr:`operators`. Any operator has the best class of them all.
        """
        everyone = operator == ANY_OPERATOR
        own = [step for step in self.steps if everyone or step.operator == operator]
        now = self._base_of_any() if everyone else self.base[operator]
        before = self.years[0]
        yield now
        for year in self.years[1:]:
            due = [step for step in own if before < step.year <= year]
            if due:
                now = now.copy()
            for step in due:
                rows, columns = step.classes.shape
                part = now[step.top : step.top + rows, step.left : step.left + columns]
                np.maximum(part, step.classes, out=part)
            before = year
            yield now

    def _base_of_any(self) -> NDArray[np.uint8]:
        first, *others = (self.base[name] for name in sorted(self.base))
        best = first.copy()
        for classes in others:
            np.maximum(best, classes, out=best)
        return best
