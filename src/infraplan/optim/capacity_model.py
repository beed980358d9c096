"""Which service problem is left when sites have a capacity and demand may be split?"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from infraplan.optim.floor_model import FloorProblem, Floors, Limits


@dataclass(frozen=True, slots=True, eq=False)
class CapacityProblem:
    """A covering problem whose sites serve a limited load.

    Attributes
    ----------
    cover
        Limits, floors and reach. Sites that stand are rows that take no seat and cost nothing.
        Demand is ordered by falling weight per load, which the kernels rely on.
    load
        Load of each demand, >= 0.
    capacity
        Most load that each row serves.
    standing
        Rows that stand.
    """

    cover: FloorProblem
    load: NDArray[np.float64]
    capacity: NDArray[np.float64]
    standing: NDArray[np.int64]


def problem(
    matrix: sparse.csr_array,
    weight: NDArray[np.float64],
    load: NDArray[np.float64],
    capacity: NDArray[np.float64],
    floors: Floors,
    limits: Limits,
    *,
    fixed: NDArray[np.int64],
) -> CapacityProblem:
    """Take out what cannot be chosen or served, and order the demand.

    All arrays are in the caller's numbering.
    """
    rows = np.union1d(limits.open_rows(fixed), fixed).astype(np.int64)
    part = sparse.csr_array(matrix[rows])
    useful = np.flatnonzero(weight > 0.0)
    useful = useful[np.bincount(part.indices, minlength=matrix.shape[1])[useful] > 0]
    some = load[useful] > 0.0
    ratio = np.full(len(useful), np.inf)
    np.divide(weight[useful], load[useful], out=ratio, where=some)
    useful = useful[np.argsort(-ratio, kind="stable")]
    part = sparse.csr_array(part[:, useful])
    part.sort_indices()
    part.data = np.ones(len(part.data))
    stands = np.isin(rows, fixed)
    left = floors.net(weight, np.zeros(len(weight), dtype=np.bool_))
    zone = left.zone[useful]
    _, group = np.unique(np.where(stands, -1 - rows, limits.group[rows]), return_inverse=True)
    return CapacityProblem(
        cover=FloorProblem(
            matrix=part,
            weight=weight[useful],
            zone=zone,
            floor=left.floor,
            target=0.0,
            must=np.zeros(len(useful), dtype=np.bool_),  # demand may be served in part
            gain=1.0,
            price=np.zeros(len(rows)),
            seat=np.where(stands, 0.0, 1.0),
            cost=np.where(stands, 0.0, limits.cost[rows]),
            group=group.astype(np.int64),
            ids=rows,
            max_sites=float(limits.max_sites),
            budget=limits.budget,
            base_weight=0.0,
        ),
        load=load[useful],
        capacity=np.minimum(capacity[rows], part @ load[useful]),
        standing=np.flatnonzero(stands).astype(np.int64),
    )


def part_of(whole: CapacityProblem, rows: NDArray[np.int64]) -> CapacityProblem:
    """Return the problem over some rows (ascending, standing ones among them)."""
    cover = whole.cover
    matrix = sparse.csr_array(cover.matrix[rows])
    _, group = np.unique(cover.group[rows], return_inverse=True)
    return CapacityProblem(
        cover=replace(
            cover,
            matrix=matrix,
            price=cover.price[rows],
            seat=cover.seat[rows],
            cost=cover.cost[rows],
            group=group.astype(np.int64),
            ids=cover.ids[rows],
        ),
        load=whole.load,
        capacity=whole.capacity[rows],
        standing=np.searchsorted(rows, whole.standing),
    )
