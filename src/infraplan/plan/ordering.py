"""Which order of building serves many people early, found by greed and exchange?"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import numpy as np

from infraplan.plan.rollout import LEAST_VND, reached

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.plan.rollout import Rollout

__all__ = ["exchanged", "greedy_order"]

_STEPS: Final = 250_000  # sites placed by the exchange at effort 1
_DRAWS_PER_MOVE: Final = 4  # draws that leave hardly any move of a small plan untried


def greedy_order(rollout: Rollout) -> tuple[int, ...]:
    """Return the best of three orders of all sites: two by greed, and that of their table.

    Parameters
    ----------
    rollout
        What to build.

    Returns
    -------
    tuple of int
        Rows of all sites; see :func:`infraplan.plan.rollout.built_in_order`.
    """
    starts = (
        _greedy(rollout, saves_up=False),
        _greedy(rollout, saves_up=True),
        tuple(range(rollout.n_sites)),
    )
    return max(starts, key=lambda order: reached(rollout, order))


def exchanged(
    rollout: Rollout,
    order: tuple[int, ...],
    *,
    enough: float,
    deadline_s: float,
    effort: float,
    seed: int,
) -> tuple[tuple[int, ...], bool]:
    """Move single sites, drawn at random, to other places of an order where that serves more.

    Parameters
    ----------
    rollout
        What to build.
    order
        Rows of all sites.
    enough
        A value that no order exceeds; the search ends where it is reached.
    deadline_s
        Reading of :func:`time.monotonic` at which the moves end.
    effort
        Scales the number of moves tried, above 0.
    seed
        Seed of the draws.

    Returns
    -------
    tuple of int
        The order, at least as good.
    bool
        Whether the clock ended the moves.
    """
    size, least = len(order), _least(rollout)
    best = reached(rollout, order)
    tries = int(min(effort * _STEPS / max(size, 1), _DRAWS_PER_MOVE * size * (size - 1)))
    draws = np.random.default_rng(seed).integers(0, max(size, 1), size=(tries, 2))
    for start, end in draws.tolist():
        if best >= enough - least:
            break
        if time.monotonic() >= deadline_s:
            return order, True
        rest = order[:start] + order[start + 1 :]
        moved = (*rest[:end], order[start], *rest[end:])
        found = reached(rollout, moved)
        if found > best + least:
            order, best = moved, found
    return order, False


def _greedy(rollout: Rollout, *, saves_up: bool) -> tuple[int, ...]:
    """Take the site with most new weight per VND, what it still rests on included.

    Without saving up, a site that the money so far pays for goes before a better one that it does
    not. Sites that add nothing come last, in the order of their table.
    """
    n_sites, weight = rollout.n_sites, rollout.demand.weight.copy()
    users: list[list[int]] = [[] for _ in rollout.cost_vnd]
    for site in range(n_sites):
        for piece in rollout.needs.whole[site]:
            users[piece].append(site)
    servers: list[list[int]] = [[] for _ in weight]
    for site, rows in enumerate(rollout.demand.served):
        for row in rows.tolist():
            servers[row].append(site)
    cost_vnd = np.array([_sum(rollout, site) for site in range(n_sites)])
    gain = np.array([float(weight[rows].sum()) for rows in rollout.demand.served])
    waiting = np.ones(n_sites, dtype=bool)
    spent_vnd, order = 0.0, []
    stands = np.zeros(len(rollout.cost_vnd), dtype=bool)
    while (rows := np.flatnonzero(waiting & (gain > 0))).size:
        site = _next(rollout, rows, gain, cost_vnd, spent_vnd, saves_up=saves_up)
        if site < 0:
            break
        spent_vnd += cost_vnd[site]
        new = [piece for piece in rollout.needs.whole[site] if not stands[piece]]
        stands[new] = True
        for piece in new:
            cost_vnd[users[piece]] -= rollout.cost_vnd[piece]
            if piece < n_sites:
                order.append(piece)
                waiting[piece] = False
                for row in rollout.demand.served[piece].tolist():
                    gain[servers[row]] -= weight[row]
                    weight[row] = 0.0
        gain[gain <= _least(rollout)] = 0.0
    return (*order, *np.flatnonzero(waiting).tolist())


def _sum(rollout: Rollout, site: int) -> float:
    return float(rollout.cost_vnd[list(rollout.needs.whole[site])].sum())


def _least(rollout: Rollout) -> float:
    """Return the weight below which a difference of sums is rounding."""
    return 1e-9 * float(rollout.demand.weight.max(initial=0.0))


def _next(
    rollout: Rollout,
    rows: NDArray[np.int64],
    gain: NDArray[np.float64],
    cost_vnd: NDArray[np.float64],
    spent_vnd: float,
    *,
    saves_up: bool,
) -> int:
    """Return the best site among `rows` that any year pays for, -1 where none does."""
    year = np.searchsorted(rollout.purse_vnd + LEAST_VND, spent_vnd + cost_vnd[rows])
    year = np.maximum(year, rollout.needs.earliest[rows])
    fits = year < rollout.n_years
    if not fits.any():
        return -1
    if not saves_up:
        fits &= year == year[fits].min()
    rows = rows[fits]
    paid_vnd = np.maximum(cost_vnd[rows], LEAST_VND)
    return int(rows[np.argmax(gain[rows] / paid_vnd)])
