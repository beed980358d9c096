"""Which covering problem with floors is left once everything that cannot matter is taken out?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from infraplan.optim.cover_merge import dominated, transposed
from infraplan.optim.cover_model import DOMINANCE_WORK, merge_demand

ROUNDING_SHARE = 1e-9
"""Part of a limit or floor by which rounding of sums may break it."""


@dataclass(frozen=True, slots=True, eq=False)
class FloorProblem:
    """Maximise ``gain * sum w_j y_j - sum price_i x_i`` under limits and floors.

    y_j <= sum of x_i over rows i that reach j; sum of w_j y_j over a zone >= its floor and over
    all demand >= target; sum seat_i x_i <= max_sites; sum cost_i x_i <= budget; at most one row
    of a group; x binary, 0 <= y <= 1.

    Attributes
    ----------
    matrix
        1.0 where a candidate (row) reaches a merged demand (column).
    weight
        Weight of each demand, > 0.
    zone
        Zone of each demand, -1 for none.
    floor
        Weight to be covered in each zone, shape (n_zones,).
    target
        Weight to be covered in all, 0 for none.
    must
        Demand without which its floor or the target is out of reach.
    gain
        1 where covered weight counts, 0 where only the price does.
    price
        Price of each row in the objective, >= 0.
    seat
        How many of ``max_sites`` a row takes: 1, or 0 for a site that stands.
    cost
        What a row takes of the budget.
    group
        Dense group number of each row.
    ids
        Number of each row in the caller's numbering, ascending.
    max_sites, budget
        Limits; ``budget`` is ``inf`` for none.
    base_weight
        Weight that is covered whatever is chosen; floors and target are net of it.
    """

    matrix: sparse.csr_array
    weight: NDArray[np.float64]
    zone: NDArray[np.int64]
    floor: NDArray[np.float64]
    target: float
    must: NDArray[np.bool_]
    gain: float
    price: NDArray[np.float64]
    seat: NDArray[np.float64]
    cost: NDArray[np.float64]
    group: NDArray[np.int64]
    ids: NDArray[np.int64]
    max_sites: float
    budget: float
    base_weight: float

    @property
    def n_candidates(self) -> int:
        """Number of candidates left."""
        return len(self.ids)

    @property
    def n_groups(self) -> int:
        """Number of groups, rows without one counted as their own."""
        return int(self.group.max(initial=-1)) + 1


@dataclass(frozen=True, slots=True, eq=False)
class Limits:
    """What a choice may use, in the caller's numbering.

    ``budget`` is ``inf`` and ``max_sites`` the number of candidates where there is no limit;
    ``group`` holds any integers, equal ones exclude each other.
    """

    cost: NDArray[np.float64]
    group: NDArray[np.int64]
    max_sites: int
    budget: float

    @classmethod
    def of(
        cls,
        n_candidates: int,
        *,
        cost: NDArray[np.float64] | None,
        groups: NDArray[np.int64] | None,
        max_sites: int | None,
        budget: float | None,
    ) -> "Limits":
        """Return the limits with every option filled in."""
        group = np.full(n_candidates, -1) if groups is None else np.asarray(groups)
        own = group.max(initial=0) + 1 + np.arange(n_candidates)
        return cls(
            cost=np.zeros(n_candidates) if cost is None else np.asarray(cost, dtype=np.float64),
            group=np.where(group >= 0, group, own).astype(np.int64),
            max_sites=n_candidates if max_sites is None else min(max_sites, n_candidates),
            budget=np.inf if budget is None else budget * (1.0 + ROUNDING_SHARE),
        )

    def open_rows(self, fixed: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the candidates that could still be chosen beside the fixed ones."""
        if self.max_sites == 0:
            return np.empty(0, dtype=np.int64)
        closed = np.isin(self.group, self.group[fixed])
        return np.flatnonzero(~closed & (self.cost <= self.budget)).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Floors:
    """What has to be covered: per zone (numbers per demand, -1 for none) and in all."""

    zone: NDArray[np.int64]
    floor: NDArray[np.float64]
    target: float = 0.0

    @classmethod
    def of(
        cls,
        n_demand: int,
        *,
        service_group: NDArray[np.int64] | None,
        service_floor: NDArray[np.float64] | None,
        target: float = 0.0,
    ) -> "Floors":
        """Return the floors with every option filled in."""
        if service_group is None or service_floor is None:
            return cls(np.full(n_demand, -1), np.zeros(0), target)
        zone = np.asarray(service_group, dtype=np.int64)
        return cls(zone, np.asarray(service_floor, dtype=np.float64), target)

    def net(self, weight: NDArray[np.float64], covered: NDArray[np.bool_]) -> "Floors":
        """Return what is left to cover once some demand is; floors that are met become zones -1."""
        inside = covered & (self.zone >= 0)
        done = np.bincount(self.zone[inside], weights=weight[inside], minlength=len(self.floor))
        left = self.floor * (1.0 - 0.5 * ROUNDING_SHARE) - done
        active = np.flatnonzero((self.floor > 0.0) & (left > 0.0))
        number = np.full(len(self.floor) + 1, -1, dtype=np.int64)
        number[active] = np.arange(len(active))
        target = self.target * (1.0 - 0.5 * ROUNDING_SHARE) - float(weight[covered].sum())
        return Floors(number[self.zone], left[active], max(0.0, target))


def _merged(
    matrix: sparse.csr_array, weight: NDArray[np.float64], zone: NDArray[np.int64], n_zones: int
) -> tuple[sparse.csr_array, NDArray[np.float64], NDArray[np.int64]]:
    """Add up demand of one zone that exactly the same candidates reach; drop what none reaches."""
    n = matrix.shape[0]
    reached = np.bincount(matrix.indices, minlength=matrix.shape[1]) > 0
    inside = np.flatnonzero(zone >= 0)
    entries = (np.ones(len(inside), dtype=matrix.dtype), (zone[inside], inside))
    member = sparse.csr_array(entries, shape=(n_zones, matrix.shape[1]))
    stacked = sparse.csr_array(sparse.vstack([matrix, member]))
    joined, total = merge_demand(stacked, np.where(reached, weight, 0.0))
    joined = sparse.csr_array(joined)
    labels = sparse.coo_array(joined[n:])
    merged_zone = np.full(joined.shape[1], -1, dtype=np.int64)
    merged_zone[labels.coords[1]] = labels.coords[0]
    return sparse.csr_array(joined[:n]), total, merged_zone


def necessary(
    weight: NDArray[np.float64], zone: NDArray[np.int64], floor: NDArray[np.float64], target: float
) -> NDArray[np.bool_]:
    """Return which demand no choice can leave out, given that the rest may all be covered."""
    inside = zone >= 0
    whole = np.bincount(zone[inside], weights=weight[inside], minlength=len(floor))
    slack = np.append(whole - floor, np.inf)[zone]
    share = ROUNDING_SHARE * np.append(whole, 0.0)[zone]
    total = float(weight.sum())
    needed = weight > slack + share
    if target > 0.0:
        needed |= weight > total - target + ROUNDING_SHARE * total
    return np.asarray(needed, dtype=np.bool_)


def reduced(
    matrix: sparse.csr_array,
    weight: NDArray[np.float64],
    floors: Floors,
    limits: Limits,
    *,
    ids: NDArray[np.int64],
    gain: float,
    price: NDArray[np.float64],
    base_weight: float,
) -> FloorProblem:
    """Return the problem over merged demand, without candidates that reach nothing.

    ``limits`` and ``price`` are per row of ``matrix``, as ``ids`` is.
    """
    n_zones = len(floors.floor)
    matrix, weight, zone = _merged(matrix, weight, floors.zone, n_zones)
    rows = np.flatnonzero(np.diff(matrix.indptr) > 0)
    matrix = sparse.csr_array(matrix[rows])
    matrix.sort_indices()
    matrix.data = np.ones(len(matrix.data))
    _, dense = np.unique(limits.group[rows], return_inverse=True)
    return FloorProblem(
        matrix=matrix,
        weight=weight,
        zone=zone,
        floor=floors.floor,
        target=floors.target,
        must=necessary(weight, zone, floors.floor, floors.target),
        gain=gain,
        price=price[rows],
        seat=np.ones(len(rows)),
        cost=limits.cost[rows],
        group=dense.astype(np.int64),
        ids=ids[rows],
        max_sites=float(limits.max_sites),
        budget=limits.budget,
        base_weight=base_weight,
    )


def problem(
    matrix: sparse.csr_array,
    weight: NDArray[np.float64],
    floors: Floors,
    limits: Limits,
    *,
    fixed: NDArray[np.int64],
    gain: float = 1.0,
    price: NDArray[np.float64] | None = None,
) -> FloorProblem:
    """Take out what fixed sites cover and what cannot be chosen, and merge the rest.

    All arrays are in the caller's numbering; ``price`` None means no price.
    """
    covered = np.zeros(matrix.shape[1], dtype=np.bool_)
    covered[matrix[fixed].indices] = True
    rows = limits.open_rows(fixed)
    prices = np.zeros(len(rows)) if price is None else price[rows]
    whole = reduced(
        sparse.csr_array(matrix[rows]),
        np.where(covered, 0.0, weight),
        floors.net(weight, covered),
        Limits(limits.cost[rows], limits.group[rows], limits.max_sites, limits.budget),
        ids=rows,
        gain=gain,
        price=prices,
        base_weight=float(weight[covered].sum()),
    )
    needed = _needed(whole)
    return whole if len(needed) == whole.n_candidates else restrict(whole, needed)


def _needed(whole: FloorProblem) -> NDArray[np.int64]:
    """Return the rows that no other row can stand in for: one that reaches as much for no more.

    All are returned where rows differ in both price and cost.
    """
    everyone = np.arange(whole.n_candidates)
    if whole.price.any() and whole.cost.any():
        return everyone
    size = np.bincount(whole.group, minlength=whole.n_groups)
    start = whole.matrix.indptr.astype(np.int64)
    demand = whole.matrix.indices.astype(np.int32, copy=False)
    drop = dominated(
        start,
        demand,
        *transposed(start, demand, len(whole.weight)),
        whole.price + whole.cost,
        whole.group,
        size.astype(np.int64),
        DOMINANCE_WORK * len(demand),
    )
    return everyone[~drop]


def restrict(whole: FloorProblem, rows: NDArray[np.int64]) -> FloorProblem:
    """Return the problem over some rows only (ascending), its demand merged again."""
    return reduced(
        sparse.csr_array(whole.matrix[rows]),
        whole.weight,
        Floors(whole.zone, whole.floor, whole.target),
        Limits(whole.cost[rows], whole.group[rows], round(whole.max_sites), whole.budget),
        ids=whole.ids[rows],
        gain=whole.gain,
        price=whole.price[rows],
        base_weight=whole.base_weight,
    )


def covered_demand(whole: FloorProblem, rows: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which merged demand the rows cover."""
    seen = np.zeros(len(whole.weight), dtype=np.bool_)
    seen[whole.matrix[rows].indices] = True
    return seen


def covered_per_zone(whole: FloorProblem, seen: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return the covered weight of each zone."""
    inside = seen & (whole.zone >= 0)
    return np.bincount(
        whole.zone[inside], weights=whole.weight[inside], minlength=len(whole.floor)
    ).astype(np.float64)


def keeps_limits(whole: FloorProblem, rows: NDArray[np.int64]) -> bool:
    """Tell whether a choice keeps the number of sites, the budget and the groups."""
    groups = whole.group[rows]
    return bool(
        whole.seat[rows].sum() <= whole.max_sites
        and whole.cost[rows].sum() <= whole.budget
        and len(np.unique(groups)) == len(groups)
    )


def meets_floors(whole: FloorProblem, rows: NDArray[np.int64]) -> bool:
    """Tell whether a choice covers what every floor and the target ask for."""
    seen = covered_demand(whole, rows)
    slack = 0.25 * ROUNDING_SHARE
    zones = covered_per_zone(whole, seen) >= whole.floor * (1.0 - slack)
    return bool(zones.all() and whole.weight[seen].sum() >= whole.target * (1.0 - slack))


def value(whole: FloorProblem, rows: NDArray[np.int64]) -> float:
    """Return the objective of a choice."""
    seen = covered_demand(whole, rows)
    return float(whole.gain * whole.weight[seen].sum() - whole.price[rows].sum())
