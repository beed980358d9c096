"""Who lives in which cell, commune by commune, so that gains agree with the table of communes?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from infraplan.geo import zone_weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.study import Study

__all__ = ["Persons", "persons_of", "persons_within"]

_COMMUNES_AT_ONCE = 8


class Persons(NamedTuple):
    """People by cell and commune, ascending by cell.

    Attributes
    ----------
    cell
        Number of the cell in row-major order, int32.
    commune
        Row of the commune, int16.
    people
        Persons, float32.
    """

    cell: NDArray[np.int32]
    commune: NDArray[np.int16]
    people: NDArray[np.float32]


def persons_of(study: Study) -> Persons:
    """Divide the people of each cell over its communes, and scale them to the communes' people.

    Parameters
    ----------
    study
        People per cell, communes with their people.

    Returns
    -------
    Persons
        Sums over the cells that are served equal ``people_served`` of
        :func:`infraplan.coverage.by_zone`.
    """
    people = study.people.values.ravel()
    cells, communes, shares = [], [], []
    for first in range(0, len(study.communes), _COMMUNES_AT_ONCE):
        part = study.communes.geometry.iloc[first : first + _COMMUNES_AT_ONCE]
        found = zone_weights(part, study.grid).tocoo()
        lived = people[found.col] > 0
        cells.append(found.col[lived].astype(np.int32))
        communes.append((found.row[lived] + first).astype(np.int16))
        shares.append(found.data[lived])
    cell = np.concatenate([np.empty(0, np.int32), *cells])
    commune = np.concatenate([np.empty(0, np.int16), *communes])
    share = np.concatenate([np.empty(0), *shares])
    order = np.argsort(cell, kind="stable")
    cell, commune, share = cell[order], commune[order], share[order]
    _, place = np.unique(cell, return_inverse=True)
    total = np.bincount(place, weights=share)
    count = people[cell] * share / total[place] if len(cell) else share
    known = study.communes["people"].to_numpy(dtype=np.float64, na_value=np.nan)
    whole = np.bincount(commune, weights=count, minlength=len(known))
    factor = np.divide(known, whole, out=np.zeros_like(known), where=whole > 0)
    scaled = count * np.nan_to_num(factor)[commune]
    return Persons(cell, commune, scaled.astype(np.float32))


def persons_within(
    persons: Persons, cells: NDArray[np.int64], communes: int
) -> NDArray[np.float64]:
    """Add up the people of some cells by commune.

    Parameters
    ----------
    persons
        Everybody.
    cells
        Numbers of the cells, ascending, each once.
    communes
        Number of communes.

    Returns
    -------
    numpy.ndarray
        Persons, shape (communes,).
    """
    if not len(cells):
        return np.zeros(communes)
    first, last = np.searchsorted(persons.cell, [cells[0], cells[-1] + 1])
    near = persons.cell[first:last]
    place = np.minimum(np.searchsorted(cells, near), len(cells) - 1)
    there = np.flatnonzero(cells[place] == near) + first
    return np.bincount(
        persons.commune[there], weights=persons.people[there], minlength=communes
    ).astype(np.float64)
