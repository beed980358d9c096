"""Which prices, signals and positions does a draw, or a factor alone at its bounds, stand for?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtri

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.results import Prices

__all__ = ["DIRECTIONS", "Errors", "Setting", "drawn", "factors", "usual"]

DIRECTIONS: Final = ((0, 0), (-1, 0), (0, 1), (1, 0), (0, -1))
"""Steps in rows and columns: stay, north, east, south, west."""


@dataclass(frozen=True, slots=True)
class Errors:
    """How far things may be off.

    Attributes
    ----------
    common_db, site_db
        Standard deviations of the error that all levels share, and of each site's own.
    tail_share
        What counts as the low and the high end of a factor.
    """

    common_db: float
    site_db: float
    tail_share: float


@dataclass(frozen=True, slots=True, eq=False)
class Setting:
    """How things turn out.

    Attributes
    ----------
    price_vnd
        Price of each item, in the order of the price list.
    common_db
        By how much all levels are better than predicted, dB.
    site_db
        By how much those of each place are better beside, shape (places,).
    direction
        Where each place ends up, an index of :data:`DIRECTIONS`, shape (places,).
    """

    price_vnd: NDArray[np.float64]
    common_db: float
    site_db: NDArray[np.float64]
    direction: NDArray[np.int64]


def usual(prices: Prices, places: int) -> Setting:
    """Return everything as predicted, at likely prices."""
    likely = prices.table["likely_vnd"].to_numpy(dtype=np.float64)
    return Setting(likely, 0.0, np.zeros(places), np.zeros(places, dtype=np.int64))


def drawn(prices: Prices, places: int, errors: Errors, *, seed: int, number: int) -> Setting:
    """Draw a setting; it depends on seed and number only, not on how many others are drawn.

    Parameters
    ----------
    prices
        Each item is drawn once from the triangle of its low, likely and high price, so that all
        sites pay the same.
    places
        How many places there are.
    errors
        Of the signal.
    seed, number
        Which draw.

    Returns
    -------
    Setting
        Errors of the signal are normal; each direction is as likely as any other.
    """
    random = np.random.default_rng([seed, number])
    return Setting(
        price_vnd=_triangular(prices, random.random(len(prices.table))),
        common_db=float(errors.common_db * random.standard_normal()),
        site_db=errors.site_db * random.standard_normal(places),
        direction=random.integers(len(DIRECTIONS), size=places),
    )


def _triangular(prices: Prices, uniform: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn uniform numbers into prices."""
    low, likely, high = (
        prices.table[f"{bound}_vnd"].to_numpy(dtype=np.float64)
        for bound in ("low", "likely", "high")
    )
    span = high - low
    below = low + np.sqrt(uniform * span * (likely - low))
    above = high - np.sqrt((1.0 - uniform) * span * (high - likely))
    found: NDArray[np.float64] = np.where(uniform * span < likely - low, below, above)
    return found


def factors(
    prices: Prices,
    base: Setting,
    errors: Errors,
    *,
    used: NDArray[np.bool_],
    worst: NDArray[np.int64],
    best: NDArray[np.int64],
) -> dict[str, tuple[Setting, Setting]]:
    """Return each factor alone at its low and high setting.

    Parameters
    ----------
    prices
        Items whose names begin with the same word are a factor together.
    base
        The setting that all other factors keep.
    errors
        Of the signal; only the error that all levels share is a factor, those of single sites
        level out.
    used
        Items that the plan buys, shape (items,).
    worst, best
        Direction in which each place serves least, and most.
    """
    words = np.array([str(item).partition("_")[0] for item in prices.table.index], dtype=object)
    found: dict[str, tuple[Setting, Setting]] = {}
    for word in dict.fromkeys(words[used].tolist()):
        ends = []
        for bound in ("low", "high"):
            price_vnd = prices.table[f"{bound}_vnd"].to_numpy(dtype=np.float64)
            changed = np.where(words == word, price_vnd, base.price_vnd)
            ends.append(Setting(changed, base.common_db, base.site_db, base.direction))
        found[f"price_{word}"] = (ends[0], ends[1])
    tail_db = float(-ndtri(errors.tail_share) * errors.common_db)
    found["signal"] = (
        Setting(base.price_vnd, -tail_db, base.site_db, base.direction),
        Setting(base.price_vnd, tail_db, base.site_db, base.direction),
    )
    found["position"] = (
        Setting(base.price_vnd, base.common_db, base.site_db, worst),
        Setting(base.price_vnd, base.common_db, base.site_db, best),
    )
    return found
