"""Which figures stand side by side, and how is each of them written?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import pandas as pd

from infraplan.wording import Text, count, length, money, percent, percent_at_most, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.workflow.scenarios.read import Scenario

__all__ = ["UNITS", "figure_table", "written", "year_table"]

UNITS: Final = {
    "people": "people",
    "people_served_before": "people",
    "people_served_before_share_of_all_people": "share",
    "people_served_after": "people",
    "people_served_after_share_of_all_people": "share",
    "people_gained": "people",
    "weight_gained": "weight",
    "new_masts": "count",
    "shared_masts": "count",
    "sites_beyond": "count",
    "fibre_m": "m",
    "links": "count",
    "microwave_hops": "count",
    "budget_vnd": "VND",
    "capex_vnd": "VND",
    "capex_low_vnd": "VND",
    "capex_high_vnd": "VND",
    "opex_vnd_year": "VND",
    "tco_vnd": "VND",
    "capex_vnd_per_person_gained": "VND",
    "assumed_price_share_of_capex": "share",
    "sites_gap_share": "gap",
    "links_gap_share": "gap",
    "equity_price_vnd": "VND",
    "equity_price_low_vnd": "VND",
    "equity_price_high_vnd": "VND",
    "nesting_worst_people": "people",
}
"""Figures in the order of the table, with what they count."""


def figure_table(scenarios: Sequence[Scenario]) -> pd.DataFrame:
    """Return the figures of all scenarios.

    Parameters
    ----------
    scenarios
        The bundles.

    Returns
    -------
    pandas.DataFrame
        Indexed by figure, in the order of :data:`UNITS`; a column per scenario, by its name. What
        a bundle does not know is NaN, such as the price of equity without a floor.
    """
    columns = {scenario.name: _figures(scenario) for scenario in scenarios}
    return pd.DataFrame(columns, index=pd.Index(UNITS, name="figure"), dtype=float)


def _figures(scenario: Scenario) -> dict[str, float]:
    told = scenario.manifest
    plan, proven, equity = told.plan_totals, told.certificate, told.equity
    people, before = told.totals.people, told.totals.people_served
    after = min(people, before + plan.people_gained)
    return {
        "people": people,
        "people_served_before": before,
        "people_served_before_share_of_all_people": _ratio(before, people),
        "people_served_after": after,
        "people_served_after_share_of_all_people": _ratio(after, people),
        "people_gained": plan.people_gained,
        "weight_gained": plan.weight_gained,
        "new_masts": plan.new_masts,
        "shared_masts": plan.shared_masts,
        "sites_beyond": plan.sites_beyond,
        "fibre_m": plan.length_m,
        "links": plan.links,
        "microwave_hops": plan.hops,
        "budget_vnd": proven.budget_vnd,
        "capex_vnd": plan.capex_vnd,
        "capex_low_vnd": plan.low_vnd,
        "capex_high_vnd": plan.high_vnd,
        "opex_vnd_year": plan.opex_vnd,
        "tco_vnd": plan.tco_vnd,
        "capex_vnd_per_person_gained": _ratio(plan.capex_vnd, plan.people_gained),
        "assumed_price_share_of_capex": plan.assumed_price_share,
        "sites_gap_share": _number(proven.sites_gap_share),
        "links_gap_share": _number(proven.links_gap_share),
        "equity_price_vnd": math.nan if equity is None else equity.price_vnd,
        "equity_price_low_vnd": math.nan if equity is None else equity.price_low_vnd,
        "equity_price_high_vnd": math.nan if equity is None else equity.price_high_vnd,
        "nesting_worst_people": plan.nesting_worst_people,
    }


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def year_table(scenarios: Sequence[Scenario]) -> pd.DataFrame:
    """Return what each scenario builds and reaches in each of its years.

    Returns
    -------
    pandas.DataFrame
        Columns scenario, year, sites, links, capex_vnd, people_served, and
        people_served_share_of_all_people; by scenario, then year.
    """
    parts = []
    for scenario in scenarios:
        people = scenario.manifest.totals.people
        before = scenario.manifest.totals.people_served
        part = scenario.phases[["year", "sites", "links", "capex_vnd"]].copy()
        part.insert(0, "scenario", scenario.name)
        part["people_served"] = (before + scenario.phases["cumulative_people"]).clip(upper=people)
        part["people_served_share_of_all_people"] = part["people_served"].map(
            lambda served, whole=people: _ratio(served, whole)
        )
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def written(figure: str, value: float) -> Text:
    """Write a figure in both languages; what is missing is a dash."""
    unit = UNITS[figure]
    if not math.isfinite(value):
        return plain(None)
    if unit == "VND":
        return money(value)
    if unit == "m":
        return length(value)
    if unit == "gap":
        return percent_at_most(value)
    return percent(value) if unit == "share" else count(value)
