"""What does a bundle say, before any of it is written?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan.export.headline import headline
from infraplan.results import with_prices

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from infraplan.export.headline import Headline
    from infraplan.plan import Plan
    from infraplan.results import Signal

__all__ = ["Content", "collect"]


@dataclass(frozen=True, slots=True)
class Content:
    """The results that a bundle shows, and their sums.

    Attributes
    ----------
    plan, signal
        The plan, and the signal it answers.
    communes, villages, gaps
        Tables in the study's metric CRS.
    origins
        How the values of all tables and prices are known.
    figures
        The sums that are stated first.
    bill
        What each site and link is made of; None where nobody handed it over.
    """

    plan: Plan
    signal: Signal
    communes: gpd.GeoDataFrame
    villages: gpd.GeoDataFrame
    gaps: gpd.GeoDataFrame
    origins: pd.DataFrame
    figures: Headline
    bill: pd.DataFrame | None = None

    @property
    def sites(self) -> gpd.GeoDataFrame:
        """The existing masts."""
        return self.signal.inputs["sites"]


def collect(
    plan: Plan,
    signal: Signal,
    *,
    communes: gpd.GeoDataFrame,
    villages: gpd.GeoDataFrame | None,
    gaps: gpd.GeoDataFrame,
    bill: pd.DataFrame | None = None,
) -> Content:
    """Put results together; villages that are not given are the study's, with their level."""
    if villages is None:
        villages = _with_levels(signal)
    figures = headline(plan, signal, communes=communes, villages=villages, gaps=gaps)
    origins = with_prices(signal.provenance.origins, plan.assumptions)
    return Content(plan, signal, communes, villages, gaps, origins, figures, bill)


def _with_levels(signal: Signal) -> gpd.GeoDataFrame:
    """Return the study's villages with the level of each operator at their centre."""
    villages = signal.inputs["villages"].copy()
    for operator in signal.operators:
        level = signal.rsrp_dbm[operator]
        villages[f"rsrp_dbm_{operator}"] = level.at(villages.geometry.x, villages.geometry.y)
    return villages
