"""How many people in gaps are in sight of an antenna at each place?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from infraplan import catalog
from infraplan.radio.sight import in_sight
from infraplan.siting.ground import best_of_blocks, sum_of_blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.siting.places_people import GapPeople
    from infraplan.study import Study

__all__ = ["Viewshed", "viewshed"]


@dataclass(frozen=True, slots=True, eq=False)
class Viewshed:
    """What is in sight of each place, shape (places,) each.

    Attributes
    ----------
    people
        Persons in gaps.
    need
        What they count.
    """

    people: NDArray[np.float64]
    need: NDArray[np.float64]


def viewshed(
    study: Study,
    there: GapPeople,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    antenna_m: NDArray[np.float64],
) -> Viewshed:
    """Count the people in gaps in sight of antennas, over bare terrain.

    The people of each square of the rule ``sight_block_m`` stand in its most lived-in cell, so
    that a place is weighed in some hundred sight lines.

    Parameters
    ----------
    study
        Its terrain.
    there
        People in gaps.
    rows, columns
        Cells of the places, shape (n,), on the grid.
    antenna_m
        Antennas above ground, m, shape (n,).
    """
    cell_m = study.grid.cell_size_m
    side = max(1, round(catalog.rule("sight_block_m") / cell_m))
    lived_in = best_of_blocks(there.need, there.need > 0, block_cells=side)
    weights = [
        sum_of_blocks(values, block_cells=side)[lived_in[0] // side, lived_in[1] // side]
        for values in (there.people, there.need)
    ]
    sums = in_sight(
        np.asarray(study.elevation.values, dtype=np.float32),
        cell_m,
        (rows, columns),
        antenna_m,
        lived_in,
        np.column_stack(weights),
        reach_m=catalog.rule("sight_reach_m"),
        receiver_m=catalog.rule("rx_height_m"),
        step_m=catalog.rule("sight_step_m"),
    )
    return Viewshed(np.round(sums[:, 0], 6), np.round(sums[:, 1], 6))
