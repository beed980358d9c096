"""How much traffic will a person cause in the busy hour of a coming year?

Each quantity follows a logistic curve through two points of the catalogue, or the user's own table.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from infraplan import catalog

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infraplan.study import Study

__all__ = ["ITEMS", "forecast", "logistic"]

ITEMS = (
    "subscribers_share",
    "smartphone_share",
    "traffic_gb_month",
    "busy_hour_share",
    "carried_4g_share",
)
"""Rows of ``growth.csv``, whose product is the traffic of a person."""

_MBIT_PER_GB = 8000.0
_DAYS_PER_MONTH = 365.25 / 12.0
_S_PER_HOUR = 3600.0
_MIDDLE = 0.5  # a year's value is that of its middle


def forecast(study: Study, years: Iterable[int]) -> pd.DataFrame:
    """Forecast the traffic of a person by year.

    Parameters
    ----------
    study
        Its table ``growth`` (item, year, value) replaces the catalogue's curve of an item: straight
        between the years given, constant before the first and after the last.
    years
        Years, any order.

    Returns
    -------
    pandas.DataFrame
        One row per year: year, the items, and busy_hour_mbps (Mbit/s per person in the busy hour,
        on 4G).

    Notes
    -----
    busy_hour_mbps = subscribers_share · smartphone_share · traffic_gb_month · 8000 / 30.4 ·
    busy_hour_share / 3600 · carried_4g_share. Without a table all people grow alike: where the
    province's people move is not forecast.
    """
    wanted = np.array(sorted(set(years)), dtype=np.int64)
    table = pd.DataFrame({"year": wanted})
    for item in ITEMS:
        own = study.growth[study.growth["item"] == item] if len(study.growth) else study.growth
        table[item] = _own(own, wanted) if len(own) else _curve(item, wanted)
    daily_mbit = table["traffic_gb_month"] * _MBIT_PER_GB / _DAYS_PER_MONTH
    users = table["subscribers_share"] * table["smartphone_share"] * table["carried_4g_share"]
    table["busy_hour_mbps"] = users * daily_mbit * table["busy_hour_share"] / _S_PER_HOUR
    return table


def logistic(
    year: np.ndarray, *, saturation: float, first: tuple[float, float], second: tuple[float, float]
) -> np.ndarray:
    """Compute the logistic curve through two points.

    Parameters
    ----------
    year
        Where to evaluate it, any shape.
    saturation
        Value that it tends to, at least those of the points.
    first, second
        Year and value of the points, years ascending.

    Returns
    -------
    numpy.ndarray
        saturation / (1 + exp(-k (year - t0))); constant where the points reach the saturation.

    Examples
    --------
    >>> logistic(np.array([2020.0, 2025.0]), saturation=1.0, first=(2020, 0.5), second=(2025, 0.8))
    array([0.5, 0.8])
    """
    if not (first[1] < saturation and second[1] < saturation):
        return np.full(np.shape(year), saturation)
    low = math.log(first[1] / (saturation - first[1]))
    high = math.log(second[1] / (saturation - second[1]))
    slope = (high - low) / (second[0] - first[0])
    values: np.ndarray = saturation / (1.0 + np.exp(-(low + slope * (year - first[0]))))
    return values


def _curve(item: str, years: np.ndarray) -> np.ndarray:
    row = catalog.row("growth", item)
    return logistic(
        years + _MIDDLE,
        saturation=float(row["saturation"]),
        first=(float(row["year_1"]), float(row["value_1"])),
        second=(float(row["year_2"]), float(row["value_2"])),
    )


def _own(rows: pd.DataFrame, years: np.ndarray) -> np.ndarray:
    known = rows.sort_values("year")
    found: np.ndarray = np.interp(
        years, known["year"].to_numpy(dtype=float), known["value"].to_numpy(dtype=float)
    )
    return found
