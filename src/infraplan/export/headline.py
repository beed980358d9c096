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

__all__ = ["GAP_KINDS", "UNSERVED", "Headline", "headline"]

UNSERVED = ("white", "weak")
"""Kinds of gaps in which nobody has usable service."""

GAP_KINDS = (*UNSERVED, "single_operator", "congested")

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
        Spots without usable service, and people in them.
    single_operator_spots, people_with_one_operator
        Spots that one operator serves, and people in them.
    congested_spots, people_congested
        Spots whose cells are overloaded in a year of the plan, and people in them; who lives where
        cells of two operators are overloaded counts twice.
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
    single_operator_spots: int
    people_with_one_operator: float
    congested_spots: int
    people_congested: float
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
        White, weak, single-operator and congested spots.

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
    of_kind = {kind: gaps.loc[gaps["kind"] == kind, "people"] for kind in GAP_KINDS}
    spots = {kind: len(people) for kind, people in of_kind.items()}
    people = {kind: float(people.sum()) for kind, people in of_kind.items()}
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
        white_spots=spots["white"],
        weak_spots=spots["weak"],
        people_in_gaps=people["white"] + people["weak"],
        single_operator_spots=spots["single_operator"],
        people_with_one_operator=people["single_operator"],
        congested_spots=spots["congested"],
        people_congested=people["congested"],
        sites=totals.new_masts + totals.shared_masts,
        first_year=int(min(years)) if len(years) else None,
        last_year=int(max(years)) if len(years) else None,
        capex_vnd=totals.capex_vnd,
        people_gained=totals.people_gained,
    )
