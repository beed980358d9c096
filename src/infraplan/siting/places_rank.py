"""In which order are places weighed, so that those cut off at the end leave nobody without any?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from infraplan.siting.places_people import people_around

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.siting.places_people import GapPeople
    from infraplan.siting.rules import Rules
    from infraplan.study import Study

__all__ = ["fair_share"]


def fair_share(
    study: Study, there: GapPeople, places: gpd.GeoSeries, rule: Rules
) -> NDArray[np.float64]:
    """Return which part of what the people near a place count is its own, 0 to 1.

    Each person is shared evenly by the places near: a town with fifty places counts once and not
    fifty times, and a hamlet with one place is not cut off for it.

    Parameters
    ----------
    study
        Its grid.
    there
        People in gaps.
    places
        Positions, on the grid.
    rule
        What counts as near.

    Returns
    -------
    numpy.ndarray
        Shape (places,); 0 where nobody is near.
    """
    grid = study.grid
    rows, columns = grid.index(places.x.to_numpy(), places.y.to_numpy())
    standing = np.zeros(grid.shape)
    np.add.at(standing, (rows, columns), 1.0)
    radius = rule.near_people_m / grid.cell_size_m
    lived = np.nonzero(there.need)
    rivals = people_around(standing, lived[0], lived[1], radius_cells=radius)
    shared = np.zeros(grid.shape)
    shared[lived] = there.need[lived] / np.maximum(rivals, 1.0)
    own = people_around(shared, rows, columns, radius_cells=radius)
    near = people_around(there.need, rows, columns, radius_cells=radius)
    return np.divide(own, near, out=np.zeros(len(near)), where=near > 0)
