"""How many people, villages and how much ground does a set of cells hold?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from infraplan.coverage.classes import ENVIRONMENTS
from infraplan.results import ANY_OPERATOR
from infraplan.workflow.whatif.cover import cells_of
from infraplan.workflow.whatif.persons import persons_within
from infraplan.workflow.whatif.result import Gains

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from infraplan.coverage.block import Block
    from infraplan.geo import Grid
    from infraplan.workflow.whatif.cover import Cover
    from infraplan.workflow.whatif.scene import PreviewScene

__all__ = ["gains_of"]


def gains_of(scene: PreviewScene, covers: Sequence[Cover], *, environment: str) -> Gains:
    """Add up what one mast, or several together, serve and gain.

    Parameters
    ----------
    scene
        The prepared study.
    covers
        Of each mast; a cell that two of them serve counts once.
    environment
        Of the tables of communes and villages.
    """
    grid = scene.study.grid
    whole = {
        name: _sums(scene, _union([(c.served[name], c.block) for c in covers], grid))
        for name in ENVIRONMENTS
    }
    keys = sorted({key for cover in covers for key in cover.gained}, key=_order)
    rows = []
    told = pd.DataFrame(), pd.DataFrame()
    for name, operator in keys:
        its = [c for c in covers if (name, operator) in c.gained]
        cells = _union([(c.gained[name, operator], c.block) for c in its], grid)
        of_it = (
            whole[name]
            if len(its) == len(covers)
            else _sums(scene, _union([(c.served[name], c.block) for c in its], grid))
        )
        new = _sums(scene, cells)
        rows.append(_row(scene, name, operator, new, of_it))
        if name == environment and operator == ANY_OPERATOR:
            told = _communes(scene, new), _villages(scene, cells)
    return Gains(pd.DataFrame(rows), *told)


def _order(key: tuple[str, str]) -> tuple[int, bool, str]:
    return ENVIRONMENTS.index(key[0]), key[1] != ANY_OPERATOR, key[1]


def _union(parts: Sequence[tuple[NDArray[np.bool_], Block]], grid: Grid) -> NDArray[np.int64]:
    """Return the numbers of cells that any part marks, ascending, each once."""
    if len(parts) == 1:
        return cells_of(*parts[0], grid)
    every = np.zeros(grid.shape, dtype=np.bool_)
    for mask, (top, bottom, left, right) in parts:
        every[top:bottom, left:right] |= mask
    return np.flatnonzero(every)


class _Sums(NamedTuple):
    """Sums over some cells.

    Attributes
    ----------
    people, area_m2
        By commune, shape (communes,).
    villages
        How many village centres lie in them.
    """

    people: NDArray[np.float64]
    area_m2: NDArray[np.float64]
    villages: int


def _sums(scene: PreviewScene, cells: NDArray[np.int64]) -> _Sums:
    """Add up people, ground and villages of cells."""
    count = len(scene.study.communes)
    zone = scene.zone.ravel()[cells]
    cells_in = np.bincount(zone[zone >= 0], minlength=count).astype(np.float64)
    area_m2: NDArray[np.float64] = cells_in * float(scene.study.grid.cell_area_m2)
    return _Sums(
        persons_within(scene.persons, cells, count), area_m2, len(_village_rows(scene, cells))
    )


def _village_rows(scene: PreviewScene, cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the rows of villages whose centre lies in one of the cells."""
    if not len(cells):
        return np.empty(0, dtype=np.int64)
    at = scene.village_cell
    place = np.minimum(np.searchsorted(cells, at), len(cells) - 1)
    return np.flatnonzero(cells[place] == at)


def _row(
    scene: PreviewScene, environment: str, operator: str, new: _Sums, whole: _Sums
) -> dict[str, Any]:
    """Lay out the figures of one environment and operator."""
    communes = scene.study.communes
    households = np.nan
    if "households" in communes.columns:
        of_commune = communes["households"].to_numpy(dtype=np.float64, na_value=np.nan)
        people = communes["people"].to_numpy(dtype=np.float64, na_value=np.nan)
        share = np.divide(new.people, people, out=np.zeros(len(people)), where=people > 0)
        households = float((of_commune * share)[new.people > 0].sum())
    return {
        "environment": environment,
        "operator": operator,
        "people_gained": float(new.people.sum()),
        "households_gained": households,
        "villages_gained": new.villages,
        "area_gained_m2": float(new.area_m2.sum()),
        "people_served": float(whole.people.sum()),
        "villages_served": whole.villages,
        "area_served_m2": float(whole.area_m2.sum()),
    }


def _communes(scene: PreviewScene, new: _Sums) -> pd.DataFrame:
    """List the communes that gain, most people first."""
    communes = scene.study.communes
    rows = np.flatnonzero((new.people > 0) | (new.area_m2 > 0))
    table = pd.DataFrame(
        {
            "code": communes["code"].to_numpy(dtype=object)[rows],
            "name": communes["full_name"].to_numpy(dtype=object)[rows],
            "people_gained": new.people[rows],
            "area_gained_m2": new.area_m2[rows],
            "people": communes["people"].to_numpy(dtype=np.float64, na_value=np.nan)[rows],
        }
    )
    order = np.lexsort((table["code"].astype(str), -table["people_gained"]))
    return table.iloc[order].reset_index(drop=True)


def _villages(scene: PreviewScene, cells: NDArray[np.int64]) -> pd.DataFrame:
    """List the villages whose centre gains, most people first."""
    villages, rows = scene.study.villages, _village_rows(scene, cells)
    codes = scene.study.communes["code"].to_numpy(dtype=object)
    commune = scene.village_commune[rows]
    table = pd.DataFrame(
        {
            "village_id": villages["village_id"].to_numpy(dtype=object)[rows],
            "name": villages["name"].to_numpy(dtype=object)[rows],
            "people": villages["people"].to_numpy(dtype=np.float64, na_value=np.nan)[rows],
            "commune_code": np.where(commune >= 0, codes[np.maximum(commune, 0)], None),
        }
    )
    order = np.lexsort((table["village_id"].astype(str), -table["people"].fillna(0.0)))
    return table.iloc[order].reset_index(drop=True)
