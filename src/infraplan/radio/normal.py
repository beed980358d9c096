"""Which value does a normal variable stay below with a given probability, exactly?

P.2108 and P.2109 want the exact quantile; P.1812 prescribes its own approximation
(``p1812/location.py``), which is the first guess here.
"""

from __future__ import annotations

import math
from typing import Final

from infraplan.radio.jit import kernel
from infraplan.radio.p1812.location import upper_tail

__all__ = ["normal_quantile"]

NEWTON_STEPS: Final = 4
"""The guess errs by 4.5e-4 and each step squares the error: two would do, in the tails four."""


@kernel
def normal_quantile(share: float) -> float:
    """Compute the quantile of the standard normal distribution.

    Parameters
    ----------
    share
        Probability of staying below, above 0 and below 1.

    Returns
    -------
    float
        Quantile in standard deviations, to rounding.

    Examples
    --------
    >>> round(float(normal_quantile(0.9)), 9)
    1.281551566
    """
    tail = min(share, 1.0 - share)
    above = upper_tail(tail)
    for _ in range(NEWTON_STEPS):
        density = math.exp(-0.5 * above * above) / math.sqrt(2.0 * math.pi)
        above += (0.5 * math.erfc(above / math.sqrt(2.0)) - tail) / density
    return above if share > 0.5 else -above
