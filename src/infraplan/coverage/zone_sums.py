"""How much ground, how many people and villages of each commune lie in cells of a class or better?

Weights are computed once; every question is then a product of sparse matrices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan.geo import people_weights, zone_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from scipy.sparse import csr_matrix

    from infraplan.study import Study

__all__ = ["Served", "Zones", "zones_of"]


@dataclass(frozen=True, slots=True, eq=False)
class Served:
    """What is served at each level, shape (communes, levels).

    Attributes
    ----------
    ground
        In cells of the grid.
    people
        People of the raster.
    villages
        Villages whose centre is served.
    """

    ground: NDArray[np.float64]
    people: NDArray[np.float64]
    villages: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Zones:
    """Communes over a grid.

    Attributes
    ----------
    ground, ground_at
        Share of each cell that lies in each commune, (communes, cells in any of them), and these
        cells, numbered row by row.
    shares, people_at
        Share of each cell's people, (communes, inhabited cells), and these cells.
    people
        Persons in each inhabited cell.
    village_commune, village_at
        Commune of each village that lies on the grid in one of them, and its cell.
    whole
        All ground, people and villages, levels counted as one.
    inside
        Whether each cell touches a commune, shape (cells,).
    """

    ground: csr_matrix
    ground_at: NDArray[np.int64]
    shares: csr_matrix
    people_at: NDArray[np.int64]
    people: NDArray[np.float64]
    village_commune: NDArray[np.int64]
    village_at: NDArray[np.int64]
    whole: Served
    inside: NDArray[np.bool_]

    def served(self, classes: NDArray[np.uint8], levels: int) -> Served:
        """Sum up what is served at each level.

        Parameters
        ----------
        classes
            Class of each cell, shape of the grid.
        levels
            Number of levels; the first is reached by class 1 and better.
        """
        of_cell, least = classes.ravel(), np.arange(1, levels + 1, dtype=np.uint8)

        def served_at(cells: NDArray[np.int64]) -> NDArray[np.float64]:
            return (of_cell[cells][:, np.newaxis] >= least).astype(np.float64)

        ground = np.asarray(self.ground @ served_at(self.ground_at))
        lived_in = self.people[:, np.newaxis] * served_at(self.people_at)
        villages = np.zeros_like(ground)
        np.add.at(villages, self.village_commune, served_at(self.village_at))
        return Served(ground, np.asarray(self.shares @ lived_in), villages)


def zones_of(study: Study) -> Zones:
    """Compute the weights of a study's communes."""
    weights = zone_weights(study.communes.geometry, study.grid)
    inside = np.asarray(weights.sum(axis=0)).ravel() > 0
    ground_at = np.flatnonzero(inside)
    people = study.people.values.ravel().astype(np.float64)
    people_at = np.flatnonzero(inside & (people != 0.0))
    shares = people_weights(weights)[:, people_at]
    commune, at = _villages_at(study)
    number = len(study.communes)
    whole = Served(
        np.asarray(weights.sum(axis=1), dtype=np.float64),
        np.asarray(shares @ people[people_at], dtype=np.float64)[:, np.newaxis],
        _number_of_villages(study, number)[:, np.newaxis],
    )
    return Zones(
        weights[:, ground_at], ground_at, shares, people_at, people[people_at], commune, at, whole,
        inside,
    )  # fmt: skip


def _commune_numbers(study: Study) -> NDArray[np.int64]:
    """Return the position of each village's commune, -1 where it is not known."""
    if "commune_code" not in study.villages:
        return np.full(len(study.villages), -1, dtype=np.int64)
    position = {code: number for number, code in enumerate(study.communes["code"])}
    codes = study.villages["commune_code"].tolist()
    return np.array([position.get(code, -1) for code in codes], dtype=np.int64)


def _number_of_villages(study: Study, communes: int) -> NDArray[np.float64]:
    """Count the villages of each commune."""
    of_village = _commune_numbers(study)
    known = of_village[of_village >= 0]
    return np.bincount(known, minlength=communes).astype(np.float64)


def _villages_at(study: Study) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return commune and cell of each village that lies on the grid in one of the communes."""
    of_village = _commune_numbers(study)
    centres = study.villages.geometry
    rows, columns = study.grid.index(centres.x.to_numpy(), centres.y.to_numpy())
    kept = (of_village >= 0) & study.grid.inside(rows, columns)
    cells = rows[kept] * study.grid.shape[1] + columns[kept]
    return of_village[kept], cells.astype(np.int64)
