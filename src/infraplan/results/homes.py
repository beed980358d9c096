"""What does a plan of fibre to homes consist of, with the certificate of its cost?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from infraplan.results.provenance import Provenance

__all__ = ["Homes"]


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """Which villages fibre reaches, over which cables, at what price.

    Attributes
    ----------
    villages
        One row per village, in the order of the study: village_id, name, commune_code, households,
        status ("before": passed already; "passed"; "too_far": fibre would come, but the light would
        not; "left_out": too dear; "cut_off": no way leads there; "unknown": no households known),
        entry_id and exchange_id (where the new cable joins and where its light comes from),
        distance_m (of fibre from the exchange to the farthest home), loss_db, margin_db,
        first_splitters, second_splitters, ports, capex_vnd (its own equipment, without cables),
        geometry.
    communes
        One row per commune: commune_code, households, before, passed (households), share_before,
        share_after.
    links
        New cables, as the table ``links``; sites_fed counts villages.
    bill
        What cables and villages are made of (see :mod:`infraplan.results.bill`).
    homes_before, homes_passed, households
        Households passed already, passed anew, and in all.
    cost_vnd
        What is bought once: cables, splitters, ports and distribution in villages.
    worth_vnd_home
        What passing one more home was taken to be worth.
    objective_vnd, lower_bound_vnd
        Cost and the worth of all homes left out, and a bound that no network goes below.
    upper_bound_homes
        No network within the budget passes more homes anew; None without a budget.
    gap_share
        With a budget ``(upper_bound_homes - homes_passed) / upper_bound_homes``, else
        ``(objective_vnd - lower_bound_vnd) / objective_vnd``.
    status
        How the solver ended: optimal, gap_reached, effort_limit or time_limit.
    budget_vnd
        The budget, None without one.
    provenance
        What it rests on.
    """

    villages: gpd.GeoDataFrame
    communes: pd.DataFrame
    links: gpd.GeoDataFrame
    bill: pd.DataFrame
    homes_before: float
    homes_passed: float
    households: float
    cost_vnd: float
    worth_vnd_home: float
    objective_vnd: float
    lower_bound_vnd: float
    upper_bound_homes: float | None
    gap_share: float
    status: str
    budget_vnd: float | None
    provenance: Provenance

    @property
    def cost_vnd_home(self) -> float:
        """Price of a home passed anew, VND; NaN where there is none."""
        return self.cost_vnd / self.homes_passed if self.homes_passed else float("nan")

    @property
    def share_after(self) -> float:
        """Part of all households that fibre passes in the end, 0 to 1; NaN without any."""
        on_fibre = self.homes_before + self.homes_passed
        return on_fibre / self.households if self.households else float("nan")
