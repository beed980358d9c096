"""Which demand can sites serve: whom, in which cell, lacking what, of which operator?

White and weak spots ask for a first signal, of any operator or of a named one; spots of a single
operator ask for a second one; congested spots ask the overloaded operator for more. A cell that
lies in several of them is a column of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import shapely

from infraplan.results import ANY_OPERATOR
from infraplan.siting.demand_villages import households_in, nearest_villages, points_in
from infraplan.siting.demand_weights import DemandWeights, demand_weights
from infraplan.siting.rules import require_crs

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.study import Study

__all__ = [
    "CONGESTED",
    "ESPECIALLY_DIFFICULT",
    "FIRST_SIGNAL",
    "SINGLE_OPERATOR",
    "DemandColumns",
    "demand_columns",
]

FIRST_SIGNAL: Final = ("white", "weak")
SINGLE_OPERATOR: Final = "single_operator"
CONGESTED: Final = "congested"
_KINDS: Final = (*FIRST_SIGNAL, SINGLE_OPERATOR, CONGESTED)

_CLASSES: Final = ("normal", "difficult", "especially_difficult")
ESPECIALLY_DIFFICULT: Final = _CLASSES.index("especially_difficult")

_CELLS_AT_ONCE: Final = 250_000  # bounds the memory of points


@dataclass(frozen=True, slots=True, eq=False)
class DemandColumns:
    """Demand that sites may serve, cell by cell in row-major order, shape (n,) each.

    Attributes
    ----------
    row, column
        Cell of the study's grid.
    kind
        As in the table ``gaps``: white, weak, single_operator or congested.
    operator
        The operator that the gap is about, "any" for all together.
    people
        Persons in the cell.
    weight
        What it counts when sites are chosen.
    difficulty
        Class of its village: 0 normal or unknown, 1 difficult, 2 especially difficult.
    village
        Position of its village in the study's table, -1 where none is near.
    """

    row: NDArray[np.int64]
    column: NDArray[np.int64]
    kind: NDArray[np.object_]
    operator: NDArray[np.object_]
    people: NDArray[np.float64]
    weight: NDArray[np.float64]
    difficulty: NDArray[np.int8]
    village: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.people)

    def asks_first_signal(self) -> NDArray[np.bool_]:
        """Tell of each column whether it lies in a white or weak spot."""
        first: NDArray[np.bool_] = np.isin(self.kind, FIRST_SIGNAL).astype(np.bool_)
        return first

    def gap_people(self) -> NDArray[np.float64]:
        """Return the persons in white and weak spots, 0 for demand of another kind."""
        return np.where(self.asks_first_signal(), self.people, 0.0)

    def has_floor(self) -> NDArray[np.bool_]:
        """Tell of each column whether a floor for especially difficult villages protects it."""
        return np.asarray(self.asks_first_signal() & (self.difficulty == ESPECIALLY_DIFFICULT))

    def is_served_by(self, operator: str | None) -> NDArray[np.bool_]:
        """Tell of each column whether a site of an operator helps it; None is an unnamed one."""
        single = self.kind == SINGLE_OPERATOR
        own = (self.operator == ANY_OPERATOR) | (self.operator == operator)
        return np.asarray(np.where(single, self.operator != operator, own), dtype=np.bool_)


def demand_columns(study: Study, gaps: gpd.GeoDataFrame) -> DemandColumns:
    """List the demand of all gaps, with what it counts.

    Parameters
    ----------
    study
        Its grid, people, villages, facilities and weights.
    gaps
        Table ``gaps``; the outlines run along the cells, so no cell is cut.

    Returns
    -------
    DemandColumns
        Cells with people, or with anything else that counts. Of spots of a single operator and
        congested ones only what counts.

    Raises
    ------
    CrsError
        If the gaps are in another CRS than the study.
    """
    require_crs(study, gaps, what="gaps")
    weights = demand_weights(study)
    people = np.nan_to_num(np.asarray(study.people.values, dtype=np.float64))
    extra = _extra_weight(study, weights)
    cells = np.flatnonzero((people > 0) | (extra > 0))
    found, subjects = _in_gaps(study, gaps, cells)
    cell = cells[found[0]]
    row, column = np.divmod(cell, study.grid.shape[1])
    village, difficulty = _villages_of(study, row, column)
    kind = np.array([kind for kind, _ in subjects], dtype=object)[found[1]]
    persons = people.ravel()[cell]
    first = np.isin(kind, FIRST_SIGNAL)
    factor = np.array(weights.factors())[difficulty] * weights.person
    homes = weights.household * households_in(study, village, persons)
    of_kind = np.where(kind == SINGLE_OPERATOR, weights.single_operator, weights.congested)
    weight = np.where(first, persons * factor + homes + extra.ravel()[cell], persons * of_kind)
    kept = first | (weight > 0)
    operator = np.array([operator for _, operator in subjects], dtype=object)[found[1]]
    return DemandColumns(
        row[kept],
        column[kept],
        kind[kept],
        operator[kept],
        persons[kept],
        weight[kept],
        difficulty[kept],
        village[kept],
    )


def _extra_weight(study: Study, weights: DemandWeights) -> NDArray[np.float64]:
    """Return what villages and facilities count, per cell."""
    extra = np.zeros(study.grid.shape)
    if weights.village > 0:
        extra += weights.village * points_in(study, study.villages)
    if weights.facility > 0:
        extra += weights.facility * points_in(study, study.facilities)
    return extra


def _in_gaps(
    study: Study, gaps: gpd.GeoDataFrame, cells: NDArray[np.int64]
) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]], list[tuple[str, str]]]:
    """Find which of the cells lie in gaps of each kind and operator.

    Returns
    -------
    tuple
        Positions in `cells` and in the list of (kind, operator), by cell, then subject.
    """
    operator = gaps["operator"] if "operator" in gaps else gaps["kind"].map(lambda _: None)
    about = operator.where(operator.notna(), ANY_OPERATOR)
    subjects = sorted(set(zip(gaps["kind"], about, strict=True)), key=_order)
    positions, numbers = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    outlines = [
        gaps.geometry[((gaps["kind"] == kind) & (about == name)).to_numpy()].to_numpy()
        for kind, name in subjects
    ]
    for start in range(0, len(cells), _CELLS_AT_ONCE):
        rows, columns = np.divmod(cells[start : start + _CELLS_AT_ONCE], study.grid.shape[1])
        x_m, y_m = study.grid.centre(rows, columns)
        centres = shapely.STRtree(np.asarray(shapely.points(x_m, y_m)))
        for number, shapes in enumerate(outlines):
            found = start + np.unique(centres.query(shapes, predicate="contains")[1])
            positions.append(found)
            numbers.append(np.full(len(found), number))
    position, subject = np.concatenate(positions), np.concatenate(numbers)
    order = np.lexsort((subject, position))
    return (position[order], subject[order]), subjects


def _order(subject: tuple[str, str]) -> tuple[int, str]:
    kind, operator = subject
    return _KINDS.index(kind), "" if operator == ANY_OPERATOR else operator


def _villages_of(
    study: Study, row: NDArray[np.int64], column: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int8]]:
    """Find the village of each cell and its difficulty class."""
    village = nearest_villages(study, row, column)
    codes = np.zeros(len(study.villages) + 1, dtype=np.int8)
    if "difficulty" in study.villages:
        for code, name in enumerate(_CLASSES):
            codes[:-1][(study.villages["difficulty"] == name).to_numpy(dtype=np.bool_)] = code
    return village, codes[village]
