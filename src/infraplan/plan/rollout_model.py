"""How are the years of sites and links written as a mixed-integer programme?

With x = 1 where a piece stands by the end of a year, and z the demand served in it:

    maximise    sum over years of weight · z
    subject to  x[site, year] <= x[site, year + 1]             what stands stays
                x[piece, year] <= x[piece it rests on, year]   links before their sites
                sum of cost · x[., year] <= money up to that year
                z[demand, year] <= sum of x[site, year] over the sites that serve it
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import sparse

from infraplan.optim.milp import Milp
from infraplan.plan.rollout import LEAST_VND

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.plan.rollout import Rollout

__all__ = ["RolloutModel", "as_point", "order_of", "rollout_model"]

_MONEY_SCALE: Final = 1000.0
"""Money of all years in the units of the money rows: the solver's absolute tolerance is 1e-6."""


@dataclass(frozen=True, slots=True, eq=False)
class RolloutModel:
    """The programme, and which column stands for what.

    Attributes
    ----------
    milp
        The programme, its objective divided by `scale`.
    scale
        Weight of the heaviest demand.
    stands
        Column of each piece and year, -1 before the piece can be built, shape (pieces, years).
    served
        Column of each demand that several sites serve, -1 elsewhere, shape (demand, years).
    """

    milp: Milp
    scale: float
    stands: NDArray[np.int64]
    served: NDArray[np.int64]


class _Rows:
    """Rows ``entries <= upper`` of a programme, gathered one by one."""

    def __init__(self) -> None:
        self.row: list[NDArray[np.int64]] = []
        self.column: list[NDArray[np.int64]] = []
        self.value: list[NDArray[np.float64]] = []
        self.upper: list[float] = []

    def add(
        self, columns: NDArray[np.int64], values: NDArray[np.float64], upper: float = 0.0
    ) -> None:
        """Add a row; columns below 0 are not there."""
        there = columns >= 0
        self.row.append(np.full(int(there.sum()), len(self.upper), dtype=np.int64))
        self.column.append(columns[there])
        self.value.append(values[there])
        self.upper.append(upper)

    def matrix(self, n_columns: int) -> sparse.csc_array:
        """Return all rows as a sparse matrix."""
        entries = (
            np.concatenate([np.zeros(0), *self.value]),
            (
                np.concatenate([np.zeros(0, dtype=np.int64), *self.row]),
                np.concatenate([np.zeros(0, dtype=np.int64), *self.column]),
            ),
        )
        return sparse.csc_array(sparse.coo_array(entries, shape=(len(self.upper), n_columns)))


def rollout_model(rollout: Rollout) -> RolloutModel:
    """Write the programme of a rollout that has at least one site and one demand."""
    servers = _servers(rollout)
    stands, served, n_columns = _columns(rollout, servers)
    rows = _Rows()
    _nesting_rows(rows, rollout, stands)
    _money_rows(rows, rollout, stands)
    _service_rows(rows, servers, stands, served)
    scale = float(rollout.demand.weight.max())
    objective = np.zeros(n_columns)
    for demand, sites in enumerate(servers):
        columns = served[demand] if len(sites) > 1 else stands[sites[0]]
        objective[columns[columns >= 0]] += rollout.demand.weight[demand] / scale
    milp = Milp(
        objective=objective,
        matrix=rows.matrix(n_columns),
        row_upper=np.array(rows.upper),
        n_integer=int((stands[: rollout.n_sites] >= 0).sum()),
    )
    return RolloutModel(milp, scale, stands, served)


def _servers(rollout: Rollout) -> list[list[int]]:
    """Return the sites that serve each demand, ascending."""
    servers: list[list[int]] = [[] for _ in rollout.demand.weight]
    for site, rows in enumerate(rollout.demand.served):
        for row in rows.tolist():
            servers[row].append(site)
    return servers


def _columns(
    rollout: Rollout, servers: list[list[int]]
) -> tuple[NDArray[np.int64], NDArray[np.int64], int]:
    """Give columns to sites, links, and demand of several sites; years ascending."""
    opens = [int(year) for year in rollout.needs.earliest]
    for sites in servers:
        several = len(sites) > 1
        opens.append(min(opens[site] for site in sites) if several else rollout.n_years)
    there = np.arange(rollout.n_years) >= np.array(opens, dtype=np.int64)[:, np.newaxis]
    numbers = np.where(there, np.cumsum(there.ravel()).reshape(there.shape) - 1, -1)
    pieces = len(rollout.cost_vnd)
    return numbers[:pieces], numbers[pieces:], int(there.sum())


def _nesting_rows(rows: _Rows, rollout: Rollout, stands: NDArray[np.int64]) -> None:
    """Let what stands stay, and rest on what stands."""
    ahead = np.array([1.0, -1.0])
    for site in range(rollout.n_sites):
        for year in range(rollout.n_years - 1):
            if stands[site, year] >= 0:
                rows.add(stands[site, year : year + 2], ahead)
    for piece, needed in enumerate(rollout.needs.direct):
        for other in needed:
            for mine, its in zip(stands[piece], stands[other], strict=True):
                if mine >= 0:
                    rows.add(np.array([mine, its]), ahead)


def _money_rows(rows: _Rows, rollout: Rollout, stands: NDArray[np.int64]) -> None:
    """Keep within the money of the years so far."""
    scale = _MONEY_SCALE / max(float(rollout.purse_vnd[-1]), 1.0)
    for row, purse_vnd in enumerate(rollout.purse_vnd):
        rows.add(stands[:, row], rollout.cost_vnd * scale, (float(purse_vnd) + LEAST_VND) * scale)


def _service_rows(
    rows: _Rows, servers: list[list[int]], stands: NDArray[np.int64], served: NDArray[np.int64]
) -> None:
    """Serve demand only where one of its sites stands."""
    for demand, sites in enumerate(servers):
        for row, column in enumerate(served[demand]):
            if column >= 0:
                values = np.concatenate([[1.0], np.full(len(sites), -1.0)])
                rows.add(np.concatenate([[column], stands[sites, row]]), values)


def as_point(rollout: Rollout, model: RolloutModel, year: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the point of the programme that stands for a schedule."""
    point = np.zeros(model.milp.matrix.shape[1])
    years = np.arange(rollout.n_years)
    standing = (years >= year[:, np.newaxis]) & (model.stands >= 0)
    point[model.stands[standing]] = 1.0
    served = np.zeros(model.served.shape, dtype=bool)
    for site, rows in enumerate(rollout.demand.served):
        served[rows] |= standing[site]
    point[model.served[served & (model.served >= 0)]] = 1.0
    return point


def order_of(rollout: Rollout, model: RolloutModel, point: NDArray[np.float64]) -> tuple[int, ...]:
    """Return the order of the sites in a point: the sooner they stand, the sooner their turn."""
    values = np.append(point, 0.0)  # the last is that of column -1
    stands = values[model.stands[: rollout.n_sites]] > 0.5  # noqa: PLR2004 - binary
    return tuple(np.argsort(-stands.sum(axis=1), kind="stable").tolist())
