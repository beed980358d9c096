"""In which order can sites be built, whom do they serve by when, and what is the money by then?

The model of the phases. Pieces (see :mod:`infraplan.plan.needs`) have a cost; a site serves demand
from the year in which everything it rests on stands; the cost of all that stands in a year is at
most the money of the years so far. To be maximised: weight served, summed over the years.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from infraplan.plan.needs import Needs
    from infraplan.results import Service

__all__ = ["LEAST_VND", "Demand", "Rollout", "built_in_order", "reached", "shared_demand"]

LEAST_VND = 0.5
"""Sums of money closer than this are equal: half a đồng."""


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Demand that the same sites serve, put together.

    Attributes
    ----------
    served
        By site: the rows of the demand it serves, ascending.
    weight
        Weight of each, shape (demand,).
    """

    served: tuple[NDArray[np.int64], ...]
    weight: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Rollout:
    """What the order of building is about.

    Attributes
    ----------
    cost_vnd
        Cost of each piece, shape (pieces,).
    purse_vnd
        Money of all years up to and including each, ascending, shape (years,).
    needs
        What each piece rests on.
    demand
        Whom each site serves.
    """

    cost_vnd: NDArray[np.float64]
    purse_vnd: NDArray[np.float64]
    needs: Needs
    demand: Demand

    @property
    def n_sites(self) -> int:
        """Number of sites; the other pieces are links."""
        return len(self.demand.served)

    @property
    def n_years(self) -> int:
        """Number of years, which also stands for "never"."""
        return len(self.purse_vnd)


def shared_demand(service: Service) -> Demand:
    """Put together the demand that exactly the same sites serve; drop what none serves.

    Parameters
    ----------
    service
        Whom each site serves.

    Returns
    -------
    Demand
        In the order in which the demand first appears.
    """
    by_demand = service.matrix.tocsc(copy=True)
    by_demand.sort_indices()
    start, site = by_demand.indptr, by_demand.indices
    row_of: dict[bytes, int] = {}
    weights: list[float] = []
    servers: list[NDArray[np.int64]] = []
    for column in np.flatnonzero((np.diff(start) > 0) & (service.weight > 0)):
        sites = site[start[column] : start[column + 1]].astype(np.int64)
        row = row_of.setdefault(sites.tobytes(), len(weights))
        if row == len(weights):
            weights.append(0.0)
            servers.append(sites)
        weights[row] += float(service.weight[column])
    served: list[list[int]] = [[] for _ in range(by_demand.shape[0])]
    for row, sites in enumerate(servers):
        for one in sites.tolist():
            served[one].append(row)
    return Demand(
        tuple(np.array(rows, dtype=np.int64) for rows in served), np.array(weights, dtype=float)
    )


def built_in_order(rollout: Rollout, order: Sequence[int]) -> NDArray[np.int64]:
    """Build sites one after another, each as early as its turn, the money and its works allow.

    A site takes along the sites and links it rests on that do not stand yet. One that fits into no
    year is passed over. Some order gives the best schedule there is.

    Parameters
    ----------
    rollout
        What to build.
    order
        Rows of sites; those that are left out are not built for their own sake.

    Returns
    -------
    numpy.ndarray
        Row of the year of each piece, the number of years where it is not built, shape (pieces,).
    """
    never = rollout.n_years
    year = np.full(len(rollout.cost_vnd), never, dtype=np.int64)
    stands = bytearray(len(year))
    cost_vnd, purse_vnd = rollout.cost_vnd.tolist(), rollout.purse_vnd.tolist()
    now, spent_vnd = 0, 0.0
    for site in order:
        if stands[site]:
            continue
        missing = [piece for piece in rollout.needs.whole[site] if not stands[piece]]
        after_vnd = spent_vnd + sum(cost_vnd[piece] for piece in missing)
        turn = max(now, int(rollout.needs.earliest[site]))
        while turn < never and purse_vnd[turn] + LEAST_VND < after_vnd:
            turn += 1
        if turn < never:
            now, spent_vnd = turn, after_vnd
            for piece in missing:
                stands[piece] = 1
                year[piece] = turn
    return year


def reached(rollout: Rollout, order: Sequence[int]) -> float:
    """Return the weight served, summed over the years, when sites are built in this order."""
    return float(years_served(rollout, built_in_order(rollout, order)) @ rollout.demand.weight)


def years_served(rollout: Rollout, year: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return for how many years each demand is served, shape (demand,)."""
    served_years = np.zeros(len(rollout.demand.weight))
    for site in np.argsort(-year[: rollout.n_sites], kind="stable"):
        served_years[rollout.demand.served[site]] = rollout.n_years - year[site]
    return served_years
