"""How many people in gaps live in each cell, and what do they count when places are ranked?

Demand for choosing is counted elsewhere, by kind and operator; here one number a cell is enough.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from rasterio.features import geometry_mask

from infraplan import catalog
from infraplan.results import ANY_OPERATOR
from infraplan.siting.rules import require_crs

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from infraplan.study import Study

__all__ = ["GapPeople", "people_around", "people_in_gaps"]

_WEIGHTS = {"single_operator": "single_operator", "congested": "congested"}
"""Kinds of gaps whose people do not count whole, and the key of their weight."""
_PEOPLE_DECIMALS = 6  # a millionth of a person: hides the rounding of running sums


@dataclass(frozen=True, slots=True, eq=False)
class GapPeople:
    """People in gaps by cell, each array of the grid's shape.

    Attributes
    ----------
    people
        Persons in any gap.
    need
        What they count: people of several gaps count in each, those of gaps of one operator only
        by the study's weights.
    rivals
        What those of gaps of one operator count, which another's mast may close.
    """

    people: NDArray[np.float64]
    need: NDArray[np.float64]
    rivals: NDArray[np.float64]


def people_in_gaps(study: Study, gaps: gpd.GeoDataFrame) -> GapPeople:
    """Count the people of the cells whose centre lies in a gap.

    Parameters
    ----------
    study
        Its grid, people and weights.
    gaps
        Table ``gaps``; the outlines run along the cells, so no cell is cut.

    Raises
    ------
    CrsError
        If the gaps are in another CRS than the study.
    """
    require_crs(study, gaps, what="gaps")
    people = np.nan_to_num(study.people.values.astype(np.float64))
    need, rivals = np.zeros(study.grid.shape), np.zeros(study.grid.shape)
    inside = np.zeros(study.grid.shape, dtype=np.bool_)
    for (kind, operator), part in gaps.groupby(_groups(gaps), sort=True):
        there = geometry_mask(
            part.geometry, out_shape=study.grid.shape, transform=study.grid.transform, invert=True
        )
        counted = people * there * _weight(study, str(kind))
        need += counted
        if kind in _WEIGHTS or operator != ANY_OPERATOR:
            rivals += counted
        inside |= there
    return GapPeople(people * inside, need, rivals)


def _groups(gaps: gpd.GeoDataFrame) -> list[pd.Series]:
    """Return kind and operator of each gap, the operator any where it names none."""
    operators = gaps["operator"] if "operator" in gaps else gaps["kind"].map(lambda _: None)
    return [gaps["kind"], operators.astype(object).where(operators.notna(), ANY_OPERATOR)]


def _weight(study: Study, kind: str) -> float:
    """Return what a person in a gap of this kind counts."""
    key = _WEIGHTS.get(kind, "person")
    own = getattr(study.file.demand, key)
    return float(catalog.value("demand_weights", key, "weight") if own is None else own)


def people_around(
    people: NDArray[np.float64],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    *,
    radius_cells: float,
) -> NDArray[np.float64]:
    """Add up the people of the cells around places, cell centre to cell centre.

    Parameters
    ----------
    people
        Persons per cell, shape of the grid.
    rows, columns
        Cells of the places, shape (n,), on the grid.
    radius_cells
        Radius of the disc, in cells.

    Returns
    -------
    numpy.ndarray
        Persons, shape (n,).
    """
    height, width = people.shape
    sums = np.zeros((height, width + 1))
    np.cumsum(people, axis=1, out=sums[:, 1:])
    total = np.zeros(len(rows))
    for offset in range(-math.floor(radius_cells), math.floor(radius_cells) + 1):
        half = math.floor(math.sqrt(radius_cells**2 - offset**2))
        line = rows + offset
        on = (line >= 0) & (line < height)
        left = np.clip(columns[on] - half, 0, width)
        right = np.clip(columns[on] + half + 1, 0, width)
        total[on] += sums[line[on], right] - sums[line[on], left]
    return np.round(total, _PEOPLE_DECIMALS)
