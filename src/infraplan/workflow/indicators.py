"""Which tables of a run tell how far a province is, and what is the signal at facilities?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infraplan import indicators
from infraplan.results import ANY_OPERATOR
from infraplan.study.districts import districts_of, province_of

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from infraplan.plan import Plan
    from infraplan.results import Outlook, Signal
    from infraplan.study import Study

__all__ = ["indicators_of", "with_level"]

_VIET_NAM: Final = "VN"


def indicators_of(
    study: Study,
    signal: Signal,
    plan: Plan,
    outlook: Outlook,
    *,
    communes: gpd.GeoDataFrame,
    villages: gpd.GeoDataFrame,
) -> pd.DataFrame:
    """Return the table ``indicators`` of a run.

    Parameters
    ----------
    study, signal, plan, outlook
        What the run made.
    communes, villages
        Served shares, from :func:`infraplan.coverage.by_zone`.
    """
    return indicators.progress(
        communes,
        villages,
        with_level(study.facilities, signal),
        study.targets,
        coverage=outlook.table,
        new_sites=plan.sites,
        explanations=plan.explanations,
        observations=study.observations,
        districts=districts_of(communes["code"]),
        technology=signal.technology,
        base_year=outlook.years[0],
        country=study.file.study.country or _VIET_NAM,
        province_name=province_of(communes["code"]) or study.provenance.title_vi,
    )


def with_level(facilities: gpd.GeoDataFrame, signal: Signal) -> gpd.GeoDataFrame:
    """Return facilities with the level of the best operator where they stand, dBm."""
    if facilities.empty:
        return facilities
    level = signal.rsrp_dbm[ANY_OPERATOR]
    column = f"rsrp_dbm_{ANY_OPERATOR}"
    there = level.at(facilities.geometry.x, facilities.geometry.y)
    return facilities.assign(**{column: there, f"{column}_origin": level.origin})
