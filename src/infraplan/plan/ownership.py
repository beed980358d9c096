"""What does owning the plan cost by year, renewal and running included, in money of today?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan.plan.cost import CAPEX
from infraplan.results.prices import BOUNDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from infraplan.results.prices import Bound

__all__ = ["ownership"]

_SPENT = ("capex", "renewal", "opex")


def ownership(
    lines: pd.DataFrame, *, first_year: int, horizon_years: int, discount_rate_share: float
) -> pd.DataFrame:
    """Spread capex, renewal and running cost over the years of the horizon.

    What is bought once is paid in the year it is built, and again each time its life is over
    within the horizon. Running costs are counted in full from the year of building on, which is
    the cautious reading. What is still of use at the end of the horizon counts nothing.

    Parameters
    ----------
    lines
        Priced lines of what is built (see :func:`infraplan.plan.cost.bill_lines`), with the column
        built_year.
    first_year
        First year, to whose value money is discounted.
    horizon_years
        Years that are counted; at least all years of building.
    discount_rate_share
        Yearly rate, at least 0.

    Returns
    -------
    pandas.DataFrame
        One row per year: year, capex_vnd, renewal_vnd, opex_vnd (at likely prices, in money of
        that year), discounted_low_vnd, discounted_vnd, discounted_high_vnd (their sum at low,
        likely and high prices, in money of the first year).

    Examples
    --------
    A mast of 100 million in 2026 that lasts 2 years, with 10 million a year, at 10 %:

    >>> lines = pd.DataFrame({"kind": ["capex", "opex"], "life_years": [2.0, 0.0],
    ...     "built_year": 2026, "low_vnd": 0.0, "likely_vnd": [100e6, 10e6], "high_vnd": 0.0})
    >>> table = ownership(lines, first_year=2026, horizon_years=3, discount_rate_share=0.1)
    >>> table["discounted_vnd"].round().tolist()
    [110000000.0, 9090909.0, 90909091.0]
    """
    year = first_year + np.arange(horizon_years)
    spent = {bound: _by_year(lines, bound, year) for bound in BOUNDS}
    factor = (1.0 + discount_rate_share) ** -np.arange(horizon_years, dtype=np.float64)
    table = pd.DataFrame({"year": year})
    for row, name in enumerate(_SPENT):
        table[f"{name}_vnd"] = spent["likely"][row]
    for bound, name in zip(BOUNDS, ("_low", "", "_high"), strict=True):
        table[f"discounted{name}_vnd"] = spent[bound].sum(axis=0) * factor
    return table


def _by_year(lines: pd.DataFrame, bound: Bound, year: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return capex, renewal and opex, shape (3, years)."""
    vnd = lines[f"{bound}_vnd"].to_numpy(dtype=np.float64)
    bought = (lines["kind"] == CAPEX).to_numpy(dtype=bool)
    built = lines["built_year"].to_numpy(dtype=np.int64)
    life = lines["life_years"].to_numpy(dtype=np.float64)
    age = year[:, np.newaxis] - built
    # a life of 2.5 years ends within the third: a piece is renewed in the year its life is over
    lives = np.floor(np.maximum(age, 0) / np.where(bought, life, 1.0))
    lives_before = np.floor(np.maximum(age - 1, 0) / np.where(bought, life, 1.0))
    renewals = np.where(bought & (age > 0), lives - lives_before, 0.0)
    return np.stack(
        [
            ((age == 0) & bought).astype(np.float64) @ vnd,
            renewals @ vnd,
            ((age >= 0) & ~bought).astype(np.float64) @ vnd,
        ]
    )
