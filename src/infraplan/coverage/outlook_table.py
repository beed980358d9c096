"""What does the table ``coverage`` say, row by row?"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan.coverage.classes import level_limits_dbm
from infraplan.coverage.zonal import share_of
from infraplan.results import weakest
from infraplan.tables import spec

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.coverage.class_years import ClassYears
    from infraplan.coverage.zone_sums import Served, Zones
    from infraplan.study import Study

__all__ = ["OutlookRows"]

_PLANNED_ORIGIN = "assumed"
"""Equipment of sites that are not built yet is assumed."""


@dataclass(slots=True, eq=False)
class OutlookRows:
    """Rows of the table as they come, commune by commune in each part.

    Attributes
    ----------
    study, zones
        Communes, and what lies in them.
    origin
        How the signal of existing cells is known.
    """

    study: Study
    zones: Zones
    origin: str
    _parts: list[pd.DataFrame] = field(default_factory=list)

    def add(self, technology: str, environment: str, operator: str, layer: ClassYears) -> None:
        """Add the rows of one operator in one environment, all levels and years."""
        limits_dbm = level_limits_dbm(technology)
        levels = list(limits_dbm.items())
        found: list[Served] = []
        before: NDArray[np.uint8] | None = None
        for classes in layer.of(operator):
            same = found and classes is before
            found.append(found[-1] if same else self.zones.served(classes, len(levels)))
            before = classes
        for (number, (level, limit_dbm)), (served, year) in product(
            enumerate(levels), zip(found, layer.years, strict=True)
        ):
            part = self._measures(served, number)
            part["people_served_origin"] = self._origins(built=served is not found[0])
            self._parts.append(
                part.assign(
                    technology=technology,
                    operator=operator,
                    environment=environment,
                    level=level,
                    threshold_dbm=limit_dbm,
                    year=year,
                )
            )

    def table(self) -> pd.DataFrame:
        """Return all rows: by commune, then in the order in which the parts were added."""
        parts = len(self._parts)
        joined = pd.concat(self._parts, ignore_index=True)
        order = np.arange(len(joined)).reshape(parts, -1).T.ravel()
        return joined.loc[order, list(spec("coverage").names)].reset_index(drop=True)

    def _measures(self, served: Served, level: int) -> pd.DataFrame:
        """Return people, area, households and villages served at a level, with their shares."""
        whole, communes = self.zones.whole, self.study.communes
        cell_area_m2 = self.study.grid.cell_area_m2
        people = communes["people"].to_numpy(dtype=np.float64)
        of_people = share_of(served.people[:, level], whole.people[:, 0])
        households = _numbers(communes, "households")
        of_villages = share_of(served.villages[:, level], whole.villages[:, 0])
        return pd.DataFrame(
            {
                "commune_code": communes["code"].to_numpy(),
                "people_served": np.nan_to_num(of_people) * people,
                "people_served_share_of_commune_people": of_people,
                "area_served_m2": served.ground[:, level] * cell_area_m2,
                "area_served_share_of_commune_area": share_of(
                    served.ground[:, level], whole.ground[:, 0]
                ),
                "households_served": np.nan_to_num(of_people) * households,
                "households_served_share_of_commune_households": np.where(
                    households > 0, of_people, np.nan
                ),
                "villages_served": served.villages[:, level],
                "villages_served_share_of_commune_villages": of_villages,
                "people": people,
                "area_m2": whole.ground[:, 0] * cell_area_m2,
                "households": households,
                "villages": whole.villages[:, 0],
            }
        )

    def _origins(self, *, built: bool) -> list[str]:
        signal = weakest([self.origin, _PLANNED_ORIGIN]) if built else self.origin
        return [weakest([signal, known]) for known in self.study.communes["people_origin"]]


def _numbers(table: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Return a column of numbers, NaN where the table does not have it."""
    if column not in table:
        return np.full(len(table), np.nan)
    return table[column].to_numpy(dtype=np.float64, na_value=np.nan)
