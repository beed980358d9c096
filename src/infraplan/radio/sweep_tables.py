"""Which tables does a sweep read, and when are they built anew?"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

from infraplan.radio.ray_bounds import MEDIAN_TIME_PERCENT, new_bounds
from infraplan.radio.smooth_excess import excess_table
from infraplan.radio.sweep_trace import Tables

if TYPE_CHECKING:
    from infraplan.radio.link import Link

__all__ = ["new_tables"]


@lru_cache(maxsize=32)
def _new_tables(link: Link, range_km: float) -> Tables:
    """Build the tables of a link up to a range, km; equal links share them."""
    median = excess_table(
        link.frequency_ghz, link.wavelength_m, link.radius_km, range_km, vertical=link.vertical
    )
    beta = median
    if link.time_percent < MEDIAN_TIME_PERCENT:
        beta = excess_table(
            link.frequency_ghz, link.wavelength_m, link.beta_radius_km, range_km,
            vertical=link.vertical,
        )  # fmt: skip
    return Tables(median, beta, new_bounds(link, range_km))


def new_tables(link: Link, reach_km: float) -> Tables:
    """Build the tables of a link up to a reach, or find those that were built before.

    Parameters
    ----------
    link
        Frequency, polarisation, Earth radii, latitude and time; heights and the cell size do not
        matter.
    reach_km
        Longest distance, km.

    Returns
    -------
    Tables
        Read only.
    """
    plain = link._replace(cell_size_km=1.0, tx_height_m=1.0, rx_height_m=1.0)
    return _new_tables(plain, math.ceil(reach_km) + 1.0)
