"""What does a forecast of coverage by technology, operator, environment, level and year hold?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from infraplan.geo.raster import Raster

__all__ = ["CLASS_UNKNOWN", "Outlook", "PlannedSignal"]

CLASS_UNKNOWN = 255
"""Value of a class raster outside the province and where the terrain is unknown."""


@dataclass(frozen=True, slots=True, eq=False)
class PlannedSignal:
    """What one site of a plan brings to its surroundings.

    Attributes
    ----------
    site_id
        The site.
    operator
        Who uses it; None where nobody is known, so that it counts for any operator only.
    year
        In which it is built.
    frequency_mhz
        Of its cells.
    top, left
        Row and column of the study's grid at which the window begins.
    rsrp_dbm
        RSRP outdoors, dBm to 0.01 dB, float32, NaN where it does not arrive; shape of the window.
    """

    site_id: str
    operator: str | None
    year: int
    frequency_mhz: float
    top: int
    left: int
    rsrp_dbm: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """Who is served now, and who will be when the plan is built, year by year.

    Attributes
    ----------
    years
        The base year, before anything is built, then each year of the plan, ascending.
    technologies
        Those that the study has cells of, sorted, such as ``("2G", "3G", "4G", "5G")``.
    environments
        Rows of ``catalog/environments.csv``: ``("outdoors", "indoors")``.
    table
        Table ``coverage``: one row per commune, technology, operator, environment, level and year.
        Technologies that the plan does not build have rows of the base year only.
    classes
        File stem ``service_class_<technology>_<environment>_<operator>`` to what makes its
        rasters, one for each year of that technology in the table: 0 without signal, 1 weak,
        2 served, 3 good, 4 strong indoors, 255 unknown.
    class_years
        Technology to the years of its class rasters, in their order.
    """

    years: tuple[int, ...]
    technologies: tuple[str, ...]
    environments: tuple[str, ...]
    table: pd.DataFrame
    classes: Mapping[str, Callable[[], tuple[Raster, ...]]]
    class_years: Mapping[str, tuple[int, ...]]
