"""How much of each demand can a set of sites serve within their capacities?

The loads that a set of sites can serve form a polymatroid, so serving demand in the order of
falling weight per load, rerouting what was served before along augmenting paths, serves the most
weight. Sites from which no path leads to free capacity never get any: they are set aside.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from infraplan.optim.capacity_model import CapacityProblem

TOLERANCE_SHARE = 1e-12
"""Loads below this part of the largest are rounding residue."""


class Network(NamedTuple):
    """Who reaches what, from both sides, with loads and capacities.

    Entry ``e`` of demand ``j`` (``back_start[j] <= e < back_start[j + 1]``) stands for site
    ``site[e]``; entry ``k`` of a site is entry ``twin[k]`` of its demand.
    """

    start: NDArray[np.int64]
    demand: NDArray[np.int32]
    twin: NDArray[np.int64]
    back_start: NDArray[np.int64]
    site: NDArray[np.int32]
    weight: NDArray[np.float64]
    load: NDArray[np.float64]
    capacity: NDArray[np.float64]
    zone: NDArray[np.int64]
    floor: NDArray[np.float64]
    tolerance: float


def network(whole: CapacityProblem) -> Network:
    """Return the problem for the kernels."""
    matrix = whole.cover.matrix
    numbered = sparse.csr_array(
        (np.arange(matrix.nnz, dtype=np.float64), matrix.indices, matrix.indptr), matrix.shape
    )
    back = sparse.csc_array(numbered)
    twin = np.empty(matrix.nnz, dtype=np.int64)
    twin[back.data.astype(np.int64)] = np.arange(matrix.nnz)
    return Network(
        start=matrix.indptr.astype(np.int64),
        demand=matrix.indices.astype(np.int32),
        twin=twin,
        back_start=back.indptr.astype(np.int64),
        site=back.indices.astype(np.int32),
        weight=whole.cover.weight,
        load=whole.load,
        capacity=whole.capacity,
        zone=whole.cover.zone,
        floor=whole.cover.floor,
        tolerance=TOLERANCE_SHARE * float(whole.load.max(initial=0.0)),
    )


class _Flow(NamedTuple):
    """Loads under way, changed in place: per entry, free per site (-1: not in the set)."""

    sent: NDArray[np.float64]
    free: NDArray[np.float64]
    dead: NDArray[np.bool_]
    given: NDArray[np.float64]
    queue: NDArray[np.int64]
    seen_site: NDArray[np.int64]
    seen_demand: NDArray[np.int64]
    came: NDArray[np.int64]
    taken: NDArray[np.int64]
    put: NDArray[np.int64]
    stamp: NDArray[np.int64]


@njit(cache=True, nogil=True)
def _reroute(n: Network, w: _Flow, j: int, want: float) -> float:
    """Push load of a demand along one augmenting path; return what went through, 0 for none."""
    w.stamp[0] += 1
    stamp = w.stamp[0]
    size = 0
    for e in range(n.back_start[j], n.back_start[j + 1]):
        i = n.site[e]
        if w.free[i] >= 0.0 and not w.dead[i]:
            w.seen_site[i] = stamp
            w.came[i] = -1
            w.put[i] = e
            w.queue[size] = i
            size += 1
    w.seen_demand[j] = stamp
    head = 0
    while head < size:
        i = w.queue[head]
        head += 1
        if w.free[i] > n.tolerance:
            return _augment(w, j, i, want)
        for k in range(n.start[i], n.start[i + 1]):
            other = n.demand[k]
            if w.seen_demand[other] == stamp or w.sent[n.twin[k]] <= n.tolerance:
                continue
            w.seen_demand[other] = stamp
            for e in range(n.back_start[other], n.back_start[other + 1]):
                to = n.site[e]
                if w.seen_site[to] != stamp and w.free[to] >= 0.0 and not w.dead[to]:
                    w.seen_site[to] = stamp
                    w.came[to] = i
                    w.taken[to] = n.twin[k]
                    w.put[to] = e
                    w.queue[size] = to
                    size += 1
    for q in range(size):
        w.dead[w.queue[q]] = True
    return 0.0


@njit(cache=True, nogil=True)
def _augment(w: _Flow, j: int, end: int, want: float) -> float:
    """Move load along the path that ends at a site with free capacity."""
    amount: float = min(want, w.free[end])
    i = end
    while w.came[i] >= 0:
        amount = min(amount, w.sent[w.taken[i]])
        i = w.came[i]
    w.free[end] -= amount
    i = end
    while True:
        w.sent[w.put[i]] += amount
        if w.came[i] < 0:
            break
        w.sent[w.taken[i]] -= amount
        i = w.came[i]
    w.given[j] += amount
    return amount


@njit(cache=True, nogil=True)
def _push(n: Network, w: _Flow, j: int, want: float) -> float:
    """Serve more of a demand, rerouting where needed; return what was added."""
    left = want
    for e in range(n.back_start[j], n.back_start[j + 1]):
        i = n.site[e]
        if w.free[i] > n.tolerance and left > 0.0:
            amount = min(left, w.free[i])
            w.free[i] -= amount
            w.sent[e] += amount
            w.given[j] += amount
            left -= amount
    while left > n.tolerance:
        amount = _reroute(n, w, j, left)
        if amount <= 0.0:
            break
        left -= amount
    return want - left


@njit(cache=True, nogil=True)
def serve(n: Network, sites: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the share of each demand that the sites serve together, most weight first.

    Each zone's floor is met first, as far as it can be, then the rest follows.
    """
    n_sites, n_demand = len(n.capacity), len(n.load)
    w = _Flow(
        np.zeros(len(n.site)),
        np.full(n_sites, -1.0),
        np.zeros(n_sites, np.bool_),
        np.zeros(n_demand),
        np.zeros(n_sites, np.int64),
        np.zeros(n_sites, np.int64),
        np.zeros(n_demand, np.int64),
        np.zeros(n_sites, np.int64),
        np.zeros(n_sites, np.int64),
        np.zeros(n_sites, np.int64),
        np.zeros(1, np.int64),
    )
    share = np.zeros(n_demand)
    short = n.floor.copy()
    for i in sites:
        w.free[i] = n.capacity[i]
        for k in range(n.start[i], n.start[i + 1]):
            j = n.demand[k]
            if n.load[j] <= 0.0 and share[j] == 0.0:
                share[j] = 1.0
                if n.zone[j] >= 0:
                    short[n.zone[j]] -= n.weight[j]
    for j in range(n_demand):
        z = n.zone[j]
        if z >= 0 and n.load[j] > 0.0 and short[z] > 0.0:
            per_load = n.weight[j] / n.load[j]
            short[z] -= per_load * _push(n, w, j, min(n.load[j], short[z] / per_load))
    for j in range(n_demand):
        if n.load[j] > 0.0:
            if w.given[j] < n.load[j]:
                _push(n, w, j, n.load[j] - w.given[j])
            share[j] = min(1.0, w.given[j] / n.load[j])
    return share


@njit(cache=True, nogil=True)
def estimates(
    n: Network, share: NDArray[np.float64], short: NDArray[np.float64], urgency: float
) -> NDArray[np.float64]:
    """Return the weight that each site would add without rerouting, urgent weight counted more."""
    n_sites = len(n.capacity)
    result = np.zeros(n_sites)
    missing = short.copy()
    for i in range(n_sites):
        left = n.capacity[i]
        for k in range(n.start[i], n.start[i + 1]):
            j = n.demand[k]
            part = 1.0 - share[j]
            if n.load[j] > 0.0:
                part = min(part, left / n.load[j])
            if part <= 0.0:
                continue
            left -= part * n.load[j]
            result[i] += part * n.weight[j]
            z = n.zone[j]
            if z >= 0 and missing[z] > 0.0:
                helped = min(missing[z], part * n.weight[j])
                missing[z] -= helped
                result[i] += urgency * helped
        for k in range(n.start[i], n.start[i + 1]):
            z = n.zone[n.demand[k]]
            if z >= 0:
                missing[z] = short[z]
    return result


@njit(cache=True, nogil=True)
def collect(
    n: Network, order: NDArray[np.int64], dual: NDArray[np.float64], pick: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return what each site collects at the prices, and how often each demand is then served.

    Each site serves, alone, the demand of highest price per load first (``order``): a fractional
    knapsack. Only sites picked (with a share) count in the service of demand.
    """
    value = np.zeros(len(n.capacity))
    served = np.zeros(len(n.load))
    left = n.capacity.copy()
    for j in order:
        for e in range(n.back_start[j], n.back_start[j + 1]):
            i = n.site[e]
            part = 1.0
            if n.load[j] > 0.0:
                part = min(1.0, left[i] / n.load[j])
                left[i] = max(0.0, left[i] - part * n.load[j])
            value[i] += part * dual[j]
            served[j] += part * pick[i]
    return value, served
