"""Which round numbers stand on the axis of a chart?"""

from __future__ import annotations

import math
from typing import Final

__all__ = ["digits_of", "round_ticks"]

_STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


def round_ticks(largest: float, *, count: int = 5) -> list[float]:
    """Return round values from zero to the first one at or above the largest value.

    Parameters
    ----------
    largest
        The largest value to show; what is not a positive number gives an axis to 1.
    count
        About how many steps.

    Examples
    --------
    >>> round_ticks(90_629.0)
    [0.0, 20000.0, 40000.0, 60000.0, 80000.0, 100000.0]
    >>> round_ticks(0.0)
    [0.0, 1.0]
    """
    if not math.isfinite(largest) or largest <= 0:
        return [0.0, 1.0]
    rough = largest / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(s for s in _STEPS if s * power >= rough * (1 - 1e-9))
    steps = math.ceil(largest / step - 1e-9)
    return [i * step for i in range(steps + 1)]


def digits_of(ticks: list[float]) -> int:
    """Return how many decimals the values of an axis need, at most three.

    Examples
    --------
    >>> digits_of([0.0, 20.0]), digits_of([0.0, 2.5, 5.0]), digits_of([0.0, 0.25])
    (0, 1, 2)
    """
    return next((d for d in range(3) if all(round(t, d) == t for t in ticks)), 3)
