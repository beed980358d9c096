"""How close to the best choice of sites with capacities does the work allowed come?"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from infraplan.optim import capacity_flow, floor_engine
from infraplan.optim.capacity_exact import solve_exact
from infraplan.optim.capacity_flow import Network
from infraplan.optim.capacity_model import CapacityProblem, part_of, problem
from infraplan.optim.floor_bound import upper_bound
from infraplan.optim.floor_engine import close
from infraplan.optim.floor_exact import FloorExact
from infraplan.optim.floor_incumbent import Search, divisors
from infraplan.optim.floor_model import ROUNDING_SHARE, Floors, Limits, keeps_limits

SWAP_PASSES = 4
SWAP_WORK = 1e9
"""Entries that swapping may look at, at effort 1."""
SERVE_WORK = 20
"""Serving counts as looking at this many times the entries."""
EXACT_ENTRIES = 30_000
EXACT_WORK = 4e6
DUAL_STEPS = 500
URGENCY = 30.0


class CapacityServer:
    """Candidates that each serve, alone, what pays most within their capacity."""

    def __init__(self, net: Network) -> None:
        self._net = net
        self._dual = np.zeros(len(net.load))
        self._order = np.arange(len(net.load))

    def values(self, dual: NDArray[np.float64], _closed: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the most price that each candidate can collect."""
        ratio = np.full(len(dual), np.inf)
        np.divide(dual, self._net.load, out=ratio, where=self._net.load > 0.0)
        self._dual, self._order = dual, np.argsort(-ratio, kind="stable")
        none = np.zeros(len(self._net.capacity))
        return capacity_flow.collect(self._net, self._order, dual, none)[0]

    def served(self, pick: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how often each demand is served by the pick at the last prices."""
        return capacity_flow.collect(self._net, self._order, self._dual, pick)[1]


def _zones(net: Network, share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the weight served in each zone."""
    inside = net.zone >= 0
    served = (net.weight * share)[inside]
    return np.bincount(net.zone[inside], weights=served, minlength=len(net.floor)).astype(float)


def search(whole: CapacityProblem, deadline: float) -> Search:
    """Return an empty search among sites with capacities."""
    net = capacity_flow.network(whole)

    def worth(rows: NDArray[np.int64]) -> float:
        if not keeps_limits(whole.cover, rows):
            return -np.inf
        share = capacity_flow.serve(net, rows)
        if (_zones(net, share) < net.floor * (1.0 - 0.25 * ROUNDING_SHARE)).any():
            return -np.inf
        return float(net.weight @ share)

    return Search(whole.cover, deadline, worth)


def _score(net: Network, share: NDArray[np.float64]) -> float:
    """Return the weight served, missing weight counted by its urgency."""
    helped = np.minimum(_zones(net, share), net.floor).sum()
    return float(net.weight @ share + URGENCY * helped)


def _best(
    whole: CapacityProblem,
    net: Network,
    rows: NDArray[np.int64],
    share: NDArray[np.float64],
    divisor: NDArray[np.float64],
) -> int:
    """Return the site outside that fits and promises most per divisor, -1 for none."""
    cover = whole.cover
    short = np.maximum(0.0, net.floor - _zones(net, share))
    gain = capacity_flow.estimates(net, share, short, URGENCY) / divisor
    fits = ~np.isin(cover.group, cover.group[rows])
    fits &= cover.seat <= cover.max_sites - cover.seat[rows].sum() + 0.5
    fits &= cover.cost <= cover.budget - cover.cost[rows].sum()
    gain[~fits] = 0.0
    best = int(gain.argmax()) if len(gain) else 0
    return best if len(gain) and gain[best] > 1e-12 * net.weight.sum() / divisor[best] else -1


def _fill(
    state: Search, whole: CapacityProblem, net: Network, rows: NDArray[np.int64], by: int
) -> NDArray[np.int64]:
    """Add the best site until none fits or helps; return the rows."""
    choice = divisors(whole.cover)
    divisor = choice[min(by, len(choice) - 1)]
    while not state.is_late():
        share = capacity_flow.serve(net, rows)
        site = _best(whole, net, rows, share, divisor)
        if site < 0:
            break
        rows = np.union1d(rows, [site])
    return rows


def _swap(
    state: Search, whole: CapacityProblem, net: Network, rows: NDArray[np.int64], effort: float
) -> NDArray[np.int64]:
    """Replace sites one by one while that serves more; return the rows."""
    ones = np.ones(whole.cover.n_candidates)
    score = _score(net, capacity_flow.serve(net, rows))
    left = SWAP_WORK * effort
    per_site = float(whole.cover.matrix.nnz)
    for _ in range(SWAP_PASSES):
        before = score
        for site in np.setdiff1d(rows, whole.standing):
            left -= per_site + SERVE_WORK * float(whole.cover.matrix[rows].nnz)
            if left < 0.0 or state.is_late():
                return rows
            rest = rows[rows != site]
            other = _best(whole, net, rest, capacity_flow.serve(net, rest), ones)
            if other < 0 or other == site:
                continue
            changed = np.union1d(rest, [other])
            found = _score(net, capacity_flow.serve(net, changed))
            if found > score * (1.0 + 1e-12):
                rows, score = changed, found
        if score <= before:
            break
    return rows


def start(state: Search, whole: CapacityProblem, *, effort: float) -> None:
    """Find a good choice by greedy picking and swaps."""
    net = capacity_flow.network(whole)
    state.offer(whole.standing)
    for by in range(len(divisors(whole.cover))):
        rows = _fill(state, whole, net, whole.standing, by)
        state.offer(rows)
        rows = _fill(state, whole, net, _swap(state, whole, net, rows, effort), by)
        state.offer(rows)


def rescue(state: Search, whole: CapacityProblem, *, effort: float, seed: int) -> None:
    """Look for a choice that meets the floors with the exact model, if it is small enough."""
    if len(whole.cover.weight) == 0:
        return
    exact = _exact_part(state, whole, gap_share=0.0, effort=effort, seed=seed)
    found = exact(np.arange(whole.cover.n_candidates))
    if found is not None and found.rows is not None:
        state.offer(np.union1d(found.rows, whole.standing).astype(np.int64))


def why_not(whole: CapacityProblem, floors: Floors) -> str:
    """Return what is known about floors that no choice was found for."""
    net = capacity_flow.network(whole)
    most = _zones(net, capacity_flow.serve(net, np.arange(whole.cover.n_candidates)))
    name = np.flatnonzero(floors.floor > 0.0)
    parts = [
        f"service group {name[z]} asks for {floors.floor[name[z]]:.10g}, all candidates together "
        f"serve {most[z]:.10g}"
        for z in np.flatnonzero(most < net.floor * (1.0 - ROUNDING_SHARE))
    ]
    if parts:
        return "; ".join(parts) + ": lower these floors, or raise capacities"
    return (
        "no choice that meets all floors within the limits was found: raise the limits or "
        "capacities, lower the floors, or raise effort"
    )


def prove(
    state: Search, whole: CapacityProblem, *, gap_share: float, effort: float, seed: int
) -> None:
    """Bound the weight served, follow what the relaxation picks, and close the gap exactly."""
    cover = whole.cover
    if len(cover.weight) == 0 or cover.n_candidates == len(whole.standing):
        state.bound = state.value
        return
    net = capacity_flow.network(whole)
    limits = upper_bound(
        cover,
        CapacityServer(net),
        known=state.value,
        target=state.target(gap_share),
        steps=max(1, round(DUAL_STEPS * effort)),
        deadline=state.deadline,
    )
    state.bound = max(limits.value, state.value)
    for picked in limits.picks:
        if state.gap_share() <= gap_share or state.is_late():
            return
        rows = whole.standing
        for row in np.setdiff1d(picked, rows):
            longer = np.union1d(rows, [row])
            rows = longer if keeps_limits(cover, longer) else rows
        rows = _fill(state, whole, net, rows, 1)
        state.offer(rows)
        state.offer(_swap(state, whole, net, rows, effort / len(limits.picks)))
    if state.gap_share() > gap_share:
        exact = _exact_part(state, whole, gap_share=gap_share, effort=effort, seed=seed)
        close(state, limits, exact, gap_share=gap_share)


def _exact_part(
    state: Search, whole: CapacityProblem, *, gap_share: float, effort: float, seed: int
) -> floor_engine.ExactPart:
    """Return the exact solver of a part of the candidates."""

    def exact(rows: NDArray[np.int64]) -> FloorExact | None:
        kept = np.union1d(rows, whole.standing).astype(np.int64)
        part = part_of(whole, kept)
        if part.cover.matrix.nnz > EXACT_ENTRIES * effort:
            return None
        found = solve_exact(
            part,
            gap_share=floor_engine.CORE_GAP_PART * gap_share,
            work_limit=EXACT_WORK * effort,
            time_limit_s=state.left_s(),
            seed=seed,
        )
        rows_found = None if found.rows is None else kept[found.rows]
        return FloorExact(rows_found, found.upper_bound, found.status)

    return exact


def warm_up() -> None:
    """Compile the kernels (or read them from the cache), so that no time limit pays for it."""
    one = np.ones(1)
    tiny = problem(
        sparse.csr_array(np.ones((1, 1))),
        one,
        one,
        one,
        Floors(np.zeros(1, dtype=np.int64), one),
        Limits(one, np.zeros(1, dtype=np.int64), 1, 1.0),
        fixed=np.empty(0, dtype=np.int64),
    )
    net = capacity_flow.network(tiny)
    share = capacity_flow.serve(net, np.zeros(1, dtype=np.int64))
    capacity_flow.estimates(net, share, one, 1.0)
    CapacityServer(net).values(one, np.zeros(1, dtype=np.bool_))
