"""Which demand would each way of building a candidate serve?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from infraplan import catalog
from infraplan.errors import ParameterError
from infraplan.siting.demand_columns import DemandColumns, demand_columns
from infraplan.siting.options import Options, heights_of
from infraplan.siting.reach_options import Layout, join
from infraplan.siting.reach_signal import Ground, Sight, ground_of, sight
from infraplan.siting.rules import require_crs

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    import geopandas as gpd
    from numpy.typing import NDArray

    from infraplan.study import Study

__all__ = ["Reach", "reach_options"]


@dataclass(frozen=True, slots=True, eq=False)
class Reach:
    """Who would be served by whom, and how well.

    Attributes
    ----------
    matrix
        Options by demand, int8: whole decibels by which the signal exceeds ``threshold_dbm`` less
        ``slack_db``, plus 1; nothing stored where it is lower, or where the option is of no use to
        the demand. 126 dB count as the most.
    options
        Ways to build the candidates that serve anything at all.
    demand
        Whom they may serve.
    candidate_id
        The candidates, in the order that ``options.place`` counts.
    threshold_dbm
        RSRP that counts as served.
    slack_db
        How much better than predicted the signal may be asked for in :meth:`served`.
    """

    matrix: csr_array
    options: Options
    demand: DemandColumns
    candidate_id: tuple[str, ...]
    threshold_dbm: float
    slack_db: float

    def served(self, shift_db: float = 0.0) -> csr_array:
        """Tell which option serves which demand.

        Parameters
        ----------
        shift_db
            By how much all signals are better (above 0) or worse than predicted, dB; at most
            ``slack_db``. Counted in whole decibels, to the side of no service.

        Returns
        -------
        scipy.sparse.csr_array
            Options by demand, True where it is served.

        Raises
        ------
        ParameterError
            If the shift is above the slack.
        """
        if not shift_db <= self.slack_db:
            raise ParameterError(
                f"shift_db is {shift_db}, and the reach is known for shifts up to slack_db = "
                f"{self.slack_db}. Remedy: give reach_options a slack_db of at least {shift_db}."
            )
        least = math.ceil(self.slack_db - shift_db) + 1
        kept = self.matrix.data >= least
        if kept.all():
            return _of_use(self.matrix.indices, self.matrix.indptr, self.matrix.shape)
        before = np.concatenate([[0], np.cumsum(kept)])
        indptr = before[self.matrix.indptr].astype(self.matrix.indptr.dtype)
        return _of_use(self.matrix.indices[kept], indptr, self.matrix.shape)


def _of_use(
    indices: NDArray[np.int32], indptr: NDArray[np.int32], shape: tuple[int, int]
) -> csr_array:
    return csr_array((np.ones(len(indices), dtype=np.bool_), indices, indptr), shape=shape)


def reach_options(
    study: Study,
    spots: gpd.GeoDataFrame,
    gaps: gpd.GeoDataFrame,
    *,
    threshold_dbm: float | None = None,
    slack_db: float = 0.0,
    executor: Executor | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Reach:
    """Predict which demand each candidate would serve, at every height and for every operator.

    Parameters
    ----------
    study
        Terrain, people and operators.
    spots
        Table ``candidates``.
    gaps
        Table ``gaps``.
    threshold_dbm
        RSRP that counts as served, dBm; the catalogue's for 4G where absent.
    slack_db
        Keep also what is up to this much too weak, so that :meth:`Reach.served` can tell what a
        better signal would serve, dB, 0 to 60.
    executor
        Runs the candidates side by side (threads do: the kernels release the GIL).
    progress
        Called with (done, total) candidates.

    Returns
    -------
    Reach
        The signal of a place and height is predicted once, whoever uses it. A new mast serves
        demand for a second operator only where no existing mast could do so: sharing comes first.

    Raises
    ------
    CrsError
        If candidates or gaps are in another CRS than the study.
    InputError
        If heights of candidates cannot be read.
    ParameterError
        If the slack is out of range.
    """
    if not 0.0 <= slack_db <= _MOST_SLACK_DB:
        raise ParameterError(f"slack_db is {slack_db}; give 0 to {_MOST_SLACK_DB:g} dB.")
    require_crs(study, spots, what="candidates")
    demand = demand_columns(study, gaps)
    heights = heights_of(study, spots)
    threshold = catalog.level_dbm("4G", "served") if threshold_dbm is None else threshold_dbm
    layout = Layout.of(demand, study.grid.shape[1])
    ground = ground_of(study, layout.row, layout.column, threshold - slack_db)
    places = study.grid.index(spots.geometry.x.to_numpy(), spots.geometry.y.to_numpy())
    run = map if executor is None else executor.map
    antennas = [height.antenna_m for height in heights]
    sights: list[Sight] = []
    found = run(partial(_sight, ground), places[0].tolist(), places[1].tolist(), antennas)
    for one in found:
        sights.append(one)
        if progress is not None:
            progress(len(sights), len(spots))
    matrix, options = join(
        study, spots, heights, sights, demand, layout, served_from=math.ceil(slack_db) + 1
    )
    candidates = tuple(str(name) for name in spots["candidate_id"])
    return Reach(matrix, options, demand, candidates, threshold, slack_db)


_MOST_SLACK_DB = 60.0


def _sight(ground: Ground, row: int, column: int, antenna_heights_m: tuple[float, ...]) -> Sight:
    return sight(ground, row, column, antenna_heights_m)
