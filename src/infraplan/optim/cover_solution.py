"""What does a maximal cover answer hold, and what do its states mean?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

OPTIMAL_GAP_SHARE = 1e-6
"""Gap below which a choice is called optimal: the solver's own tolerance."""

Status = Literal["optimal", "gap_reached", "effort_limit", "time_limit"]
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, eq=False)
class Solution:
    """A choice of sites with its certificate.

    Attributes
    ----------
    chosen
        Candidates chosen besides the fixed ones, ascending, counted from 0.
    covered_weight
        Weight covered by chosen and fixed sites together.
    upper_bound
        No choice within the limits covers more than this.
    gap_share
        (upper_bound - covered_weight) / upper_bound, 0 where the bound is 0.
    status
        "optimal"; "gap_reached": within the gap asked for; "effort_limit": the work allowed was
        done first; "time_limit": stopped by the clock, the choice may differ between runs.
    """

    chosen: NDArray[np.int64]
    covered_weight: float
    upper_bound: float
    gap_share: float
    status: Status


def status_of(gap: float, gap_share: float, *, timed_out: bool) -> Status:
    """Return the state of a run that ended with a gap."""
    if gap <= OPTIMAL_GAP_SHARE:
        return "optimal"
    if gap <= gap_share:
        return "gap_reached"
    return "time_limit" if timed_out else "effort_limit"
