"""Which actions of each plan, in its order, reach a share of people served, when, at what cost?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from infraplan.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infraplan.workflow.scenarios.read import Scenario

__all__ = ["action_table", "check_target", "target_table"]

_BETWEEN = "; "
_ROUNDING_PEOPLE = 0.05  # bundles state people with one decimal
_COLUMNS = (
    "scenario",
    "step",
    "year",
    "site_id",
    "kind",
    "operator",
    "mast_height_m",
    "links",
    "capex_vnd",
    "cumulative_vnd",
    "people_gained",
    "people_served",
    "needed",
)


def check_target(target_share: float | None) -> None:
    """Refuse a target that is no share above 0.

    Raises
    ------
    ParameterError
        If it is not above 0 and at most 1.
    """
    if target_share is not None and not 0.0 < target_share <= 1.0:
        raise ParameterError(
            f"The target is {target_share:g}; give a share of all people above 0 and at most 1, "
            "such as 0.98."
        )


def action_table(scenarios: Sequence[Scenario], target_share: float) -> pd.DataFrame:
    """List the sites of each plan in the order of building, and how far each step leads.

    Parameters
    ----------
    scenarios
        The bundles.
    target_share
        Share of all people, 0 to 1.

    Returns
    -------
    pandas.DataFrame
        One row per site built, by scenario, then step: scenario, step (from 1), year, site_id,
        kind, operator, mast_height_m, links (those that this site is the first to need, joined by
        "; "), capex_vnd (of site and these links), cumulative_vnd, people_gained, people_served
        (of all, after the step), needed (True up to the step that reaches the target, and for all
        steps where none does).
    """
    rows = [row for scenario in scenarios for row in _steps(scenario, target_share)]
    return pd.DataFrame.from_records(rows, columns=list(_COLUMNS))


def _steps(scenario: Scenario, target_share: float) -> list[dict[str, object]]:
    """Walk through one plan."""
    told = scenario.manifest.totals
    sites = scenario.new_sites.set_index("site_id")
    link_vnd = scenario.links.set_index("link_id")["capex_vnd"].astype(float)
    built = scenario.explanations[scenario.explanations["year"].notna()]
    phases = scenario.phases
    by_then = dict(zip(phases["year"], phases["cumulative_people"].astype(float), strict=True))
    last_of_year = ~built["year"].duplicated(keep="last")
    laid: set[str] = set()
    gained, spent_vnd = 0.0, 0.0
    rows: list[dict[str, object]] = []
    for number, (row, is_last) in enumerate(
        zip(built.to_dict("records"), last_of_year, strict=True), 1
    ):
        ways = str(row["depends_on"]).split(_BETWEEN) if pd.notna(row["depends_on"]) else []
        new = [name for name in ways if name in link_vnd.index and name not in laid]
        laid |= set(new)
        site = sites.loc[row["site_id"]]
        capex_vnd = float(site["capex_vnd"]) + float(link_vnd[new].sum())
        spent_vnd += capex_vnd
        needed = not _reaches(told.people_served + gained, told.people, target_share)
        year = int(row["year"])
        gained = by_then[year] if is_last else gained + float(row["people_gained"])
        rows.append(
            {
                "scenario": scenario.name,
                "step": number,
                "year": year,
                "site_id": row["site_id"],
                "kind": site["kind"],
                "operator": site["operator"] if pd.notna(site["operator"]) else None,
                "mast_height_m": float(site["mast_height_m"]),
                "links": _BETWEEN.join(new),
                "capex_vnd": capex_vnd,
                "cumulative_vnd": spent_vnd,
                "people_gained": float(row["people_gained"]),
                "people_served": min(told.people, told.people_served + gained),
                "needed": needed,
            }
        )
    return rows


def _reaches(served: float, people: float, target_share: float) -> bool:
    return served >= target_share * people - _ROUNDING_PEOPLE


def target_table(
    scenarios: Sequence[Scenario], actions: pd.DataFrame, target_share: float
) -> pd.DataFrame:
    """Tell when and at what cost each plan reaches the target, or how many people it is short.

    Parameters
    ----------
    scenarios, target_share
        As for :func:`action_table`.
    actions
        Its result.

    Returns
    -------
    pandas.DataFrame
        One row per scenario: scenario, reached, year (NA where not reached, or reached before
        anything is built), sites, links (that are needed until then; of the whole plan where it
        is not reached), capex_vnd (theirs), people_served, people_short (at the end of the plan).
    """
    records = []
    for scenario in scenarios:
        told = scenario.manifest.totals
        mine = actions[(actions["scenario"] == scenario.name) & actions["needed"].astype(bool)]
        served = float(mine["people_served"].iloc[-1]) if len(mine) else told.people_served
        reached = _reaches(served, told.people, target_share)
        links = [len(joined.split(_BETWEEN)) for joined in mine["links"] if joined]
        records.append(
            {
                "scenario": scenario.name,
                "reached": reached,
                "year": int(mine["year"].iloc[-1]) if reached and len(mine) else None,
                "sites": len(mine),
                "links": sum(links),
                "capex_vnd": float(mine["capex_vnd"].sum()),
                "people_served": served,
                "people_short": 0.0 if reached else target_share * told.people - served,
            }
        )
    return pd.DataFrame.from_records(records).astype({"year": "Int64"})
