"""Is what the tree solver was handed a graph with terminals, and which part of it matters?"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from infraplan.errors import InfeasibleError

NAMED_TERMINALS = 10
"""Largest number of terminals that an error names."""


def graph_faults(
    nodes: int,
    ends: NDArray[np.int64],
    length: NDArray[np.float64],
    terminals: NDArray[np.int64],
) -> list[str]:
    """Return what is wrong with the graph and the terminals."""
    if ends.ndim != 2 or ends.shape[1] != 2:  # noqa: PLR2004 - an edge has two ends
        return [f"edges has shape {ends.shape}, expected (n_edges, 2)"]
    if length.shape != (len(ends),):
        return [f"weight has shape {length.shape}, expected ({len(ends)},) to match edges"]
    faults = []
    wrong = np.flatnonzero(((ends < 0) | (ends >= nodes)).any(axis=1))
    if len(wrong):
        faults.append(f"edges[{wrong[0]}] is {ends[wrong[0]].tolist()}, expected 0 to {nodes - 1}")
    wrong = np.flatnonzero(~(np.isfinite(length) & (length >= 0.0)))
    if len(wrong):
        faults.append(f"weight[{wrong[0]}] is {length[wrong[0]]}, expected a finite number >= 0")
    outside = terminals[(terminals < 0) | (terminals >= nodes)]
    if len(outside):
        faults.append(f"terminals holds {outside[0]}, expected 0 to {nodes - 1}")
    return faults


def run_faults(gap_share: float, time_limit_s: float, effort: float) -> list[str]:
    """Return what is wrong with the limits."""
    faults = []
    if not 0.0 <= gap_share < 1.0:
        faults.append(f"gap_share is {gap_share}, expected at least 0 and below 1")
    if not time_limit_s > 0.0:
        faults.append(f"time_limit_s is {time_limit_s}, expected > 0")
    if not 0.0 < effort < np.inf:
        faults.append(f"effort is {effort}, expected a finite number > 0")
    return faults


def prize_faults(
    nodes: int, n_terminals: int, prizes: NDArray[np.float64] | None, root: int | None
) -> list[str]:
    """Return what is wrong with the prizes and the root."""
    faults = []
    if root is not None and not 0 <= root < nodes:
        faults.append(f"root is {root}, expected 0 to {nodes - 1}")
    if prizes is None:
        return faults
    if prizes.shape != (n_terminals,):
        return [*faults, f"prizes has shape {prizes.shape}, expected ({n_terminals},) as terminals"]
    wrong = np.flatnonzero(~(prizes >= 0.0))
    if len(wrong):
        faults.append(f"prizes[{wrong[0]}] is {prizes[wrong[0]]}, expected a number >= 0 or inf")
    return faults


@njit(cache=True, nogil=True)
def components(n_nodes: int, ends: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return per node the least node it is connected to."""
    above = np.arange(n_nodes).astype(np.int32)
    for e in range(len(ends)):
        one, other = ends[e]
        while above[one] != one:
            above[one] = above[above[one]]
            one = above[one]
        while above[other] != other:
            above[other] = above[above[other]]
            other = above[other]
        if one < other:
            above[other] = one
        else:
            above[one] = other
    for v in range(n_nodes):
        above[v] = above[above[v]]
    return above


def check_connected(required: NDArray[np.int64], component: NDArray[np.int32]) -> None:
    """Raise when the nodes required are not all in one component; the largest part is kept."""
    held = component[required]
    if not len(held):
        return
    cut_off = required[held != np.bincount(held).argmax()]
    if len(cut_off):
        named = ", ".join(str(node) for node in cut_off[:NAMED_TERMINALS])
        more = len(cut_off) - NAMED_TERMINALS
        raise InfeasibleError(
            f"steiner tree: no path connects {len(cut_off)} of {len(required)} terminals to the "
            f"others: node {named}"
            + (f" and {more} more" if more > 0 else "")
            + "; add edges that reach them or leave them out"
        )
