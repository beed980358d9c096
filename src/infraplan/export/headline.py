"""Which figures does a bundle state first: who is served, who is not, what is planned?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from infraplan import catalog
from infraplan.results import ANY_OPERATOR

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.plan import Plan
    from infraplan.results import Signal

__all__ = ["Headline", "headline"]

_NO_SIGNAL_BELOW, _SERVED_FROM = "weak", "served"


@dataclass(frozen=True, slots=True)
class Headline:
    """Sums over the tables of a bundle.

    Attributes
    ----------
    communes
        Number of communes.
    area_m2, area_served_m2
        Ground of all communes, and how much of it any operator serves outdoors.
    people, people_served
        Residents of communes whose people are known, and how many of them are served by any
        operator.
    served_dbm, no_signal_dbm
        Served from this level on; without signal below that one.
    villages, villages_without_signal, villages_weak
        All villages; those whose centre lies below `no_signal_dbm`; those between the two levels.
    white_spots, weak_spots, people_in_gaps
        Gaps by kind, and people in all of them.
    sites, first_year, last_year, capex_vnd, people_gained
        What the plan builds, in which years (None without any), at what cost, for how many.
    """

    communes: int
    area_m2: float
    area_served_m2: float
    people: float
    people_served: float
    served_dbm: float
    no_signal_dbm: float
    villages: int
    villages_without_signal: int
    villages_weak: int
    white_spots: int
    weak_spots: int
    people_in_gaps: float
    sites: int
    first_year: int | None
    last_year: int | None
    capex_vnd: float
    people_gained: float

    @property
    def people_unserved(self) -> float:
        """People whom no operator serves."""
        return self.people - self.people_served


def headline(
    plan: Plan,
    signal: Signal,
    *,
    communes: gpd.GeoDataFrame,
    villages: gpd.GeoDataFrame,
    gaps: gpd.GeoDataFrame,
) -> Headline:
    """Sum up the tables of a bundle.

    Parameters
    ----------
    plan, signal
        The plan and the signal it answers.
    communes
        With ``people_served_any`` and ``area_served_m2_any``.
    villages
        With ``rsrp_dbm_any`` at each centre.
    gaps
        White and weak spots.

    Raises
    ------
    ParameterError
        If the catalogue has no service levels for the signal's technology.
    """
    served_dbm = catalog.level_dbm(signal.technology, _SERVED_FROM)
    no_signal_dbm = catalog.level_dbm(signal.technology, _NO_SIGNAL_BELOW)
    level = villages[f"rsrp_dbm_{ANY_OPERATOR}"]
    without = ~(level >= no_signal_dbm)
    known = communes[communes["people"].notna()]
    years = plan.sites["year"].dropna()
    totals = plan.totals
    return Headline(
        communes=len(communes),
        area_m2=float(communes.area.sum()),
        area_served_m2=float(communes[f"area_served_m2_{ANY_OPERATOR}"].sum()),
        people=float(known["people"].sum()),
        people_served=float(known[f"people_served_{ANY_OPERATOR}"].sum()),
        served_dbm=served_dbm,
        no_signal_dbm=no_signal_dbm,
        villages=len(villages),
        villages_without_signal=int(without.sum()),
        villages_weak=int((~without & ~(level >= served_dbm)).sum()),
        white_spots=int((gaps["kind"] == "white").sum()),
        weak_spots=int((gaps["kind"] == "weak").sum()),
        people_in_gaps=float(gaps["people"].sum()),
        sites=totals.new_masts + totals.shared_masts,
        first_year=int(min(years)) if len(years) else None,
        last_year=int(max(years)) if len(years) else None,
        capex_vnd=totals.capex_vnd,
        people_gained=totals.people_gained,
    )
