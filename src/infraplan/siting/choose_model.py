"""Which options may be chosen at what cost, and whom must the choice serve?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

from infraplan.errors import ParameterError
from infraplan.siting.options import option_capex_vnd

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from infraplan.results import Prices
    from infraplan.siting.options import Options
    from infraplan.siting.reach import Reach

__all__ = ["Effort", "Floor", "Model", "budget_of", "floor_of", "link_vnd_of", "model_of"]

_ROUNDING_SHARE = 1e-9


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard the solver works; see :func:`infraplan.siting.choose`."""

    gap_share: float
    time_limit_s: float
    effort: float
    seed: int


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """What the choice is made from.

    Attributes
    ----------
    rows
        Options of the reach that can be linked, shape (options,).
    served
        Those options by demand.
    weight
        What each demand counts.
    cost_vnd
        Of each option with its link.
    place
        Candidate of each option; at most one option of each is chosen.
    budget_vnd
        Most that the chosen may cost.
    reachable
        Demand that at least one option serves.
    """

    rows: NDArray[np.int64]
    served: csr_array
    weight: NDArray[np.float64]
    cost_vnd: NDArray[np.float64]
    place: NDArray[np.int64]
    budget_vnd: float
    reachable: NDArray[np.bool_]

    def covered(self, chosen: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which demand some options of the model serve together."""
        covered = np.zeros(len(self.weight), dtype=np.bool_)
        covered[self.served[chosen].indices] = True
        return covered


@dataclass(frozen=True, slots=True, eq=False)
class Floor:
    """What a floor for especially difficult villages asks.

    Attributes
    ----------
    share
        Least part of their reachable weight that has to be served.
    inside
        Reachable demand of those villages.
    weight
        Least weight of theirs that has to be served.
    """

    share: float
    inside: NDArray[np.bool_]
    weight: float

    def is_met(self, model: Model, chosen: NDArray[np.int64]) -> bool:
        """Tell whether some options of the model serve at least the floor."""
        served = math.fsum(model.weight[self.inside & model.covered(chosen)])
        return served >= self.weight * (1.0 - _ROUNDING_SHARE)


def budget_of(given_vnd: float | None, usual_vnd: float) -> float:
    """Return the budget asked for, else the study's, after a check."""
    budget = usual_vnd if given_vnd is None else given_vnd
    if not (math.isfinite(budget) and budget >= 0):
        raise ParameterError(f"budget_vnd is {budget}; give a finite number of at least 0 VND.")
    return float(budget)


def link_vnd_of(
    spots: gpd.GeoDataFrame, link_prices: pd.DataFrame | None, options: Options
) -> NDArray[np.float64] | None:
    """Return the price of the link of each option, NaN where none can be laid.

    A mast lower than the table's ``least_mast_m``, where it has that column, pays ``fibre_vnd``.
    """
    if link_prices is None:
        return None
    table = link_prices.set_index("candidate_id")
    absent = spots.loc[~spots["candidate_id"].isin(table.index), "candidate_id"]
    if len(absent):
        raise ParameterError(
            f"link_prices lacks {len(absent)} candidates, the first is {absent.iloc[0]!r}. "
            "Remedy: price the same candidates with backhaul.link_prices(study, spots)."
        )
    table = table.reindex(spots["candidate_id"]).iloc[options.place]
    link_vnd = table["link_vnd"].to_numpy(dtype=np.float64)
    if "least_mast_m" not in table:
        return link_vnd
    too_low = options.mast_height_m < table["least_mast_m"].to_numpy(dtype=np.float64)
    return np.where(too_low, table["fibre_vnd"].to_numpy(dtype=np.float64), link_vnd)


def model_of(
    spots: gpd.GeoDataFrame,
    reach: Reach,
    prices: Prices,
    *,
    link_vnd: NDArray[np.float64] | None,
    budget_vnd: float,
) -> Model:
    """Put together what the choice is made from, links at the price of each option.

    Raises
    ------
    ParameterError
        If the reach is of other candidates.
    """
    if reach.candidate_id != tuple(str(name) for name in spots["candidate_id"]):
        raise ParameterError(
            f"The reach is of {len(reach.candidate_id)} candidates, not of these {len(spots)} in "
            "this order. Remedy: predict it again with siting.reach_options(study, spots, gaps)."
        )
    place = reach.options.place
    cost_vnd = option_capex_vnd(spots, reach.options, prices)
    if link_vnd is not None:
        cost_vnd = cost_vnd + link_vnd
    rows = np.flatnonzero(np.isfinite(cost_vnd))
    served = reach.served()
    if len(rows) < len(place):
        served = csr_array(served[rows])
    reachable = np.zeros(len(reach.demand), dtype=np.bool_)
    reachable[served.indices] = True
    return Model(
        rows, served, reach.demand.weight, cost_vnd[rows], place[rows], budget_vnd, reachable
    )


def floor_of(model: Model, reach: Reach, floor_share: float | None) -> Floor | None:
    """Turn the share asked for into weight; None where no floor is asked for.

    Raises
    ------
    ParameterError
        If the share is not between 0 and 1.
    """
    if floor_share is not None and not 0.0 <= floor_share <= 1.0:
        raise ParameterError(f"floor_share is {floor_share}; give 0 to 1.")
    if not floor_share:
        return None
    inside = reach.demand.has_floor() & model.reachable
    return Floor(float(floor_share), inside, floor_share * math.fsum(model.weight[inside]))
