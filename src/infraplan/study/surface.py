"""How high do trees and houses stand on the terrain of a study?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from infraplan import catalog

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.study.model import Study

__all__ = ["clutter_height_m", "value_by_class"]


def clutter_height_m(study: Study) -> NDArray[np.float32] | None:
    """Return the representative height of what stands in each cell, m, float32.

    Parameters
    ----------
    study
        With its land cover.

    Returns
    -------
    numpy.ndarray or None
        Heights by ``catalog/clutter.csv``, 0 where the class is unknown, shape of the grid; None
        where the study has no land cover.
    """
    return None if study.clutter is None else value_by_class(study, "height_m", unknown=0.0)


def value_by_class(study: Study, column: str, *, unknown: float) -> NDArray[np.float32]:
    """Return a number of ``catalog/clutter.csv`` by the class of each cell, float32.

    Parameters
    ----------
    study
        With its land cover.
    column
        A column of numbers.
    unknown
        Value where the class is unknown, or the study has no land cover.
    """
    values = np.full(study.grid.shape, unknown, dtype=np.float32)
    if study.clutter is not None:
        for row in catalog.table("clutter").to_dict("records"):
            values[study.clutter.values == int(row["class"])] = float(row[column])
    return values
