"""What does a planner, or a program, read in the terminal when a run has ended?"""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from infraplan.results import ANY_OPERATOR, basis
from infraplan.wording import count, length, money, percent, percent_at_most, phrase, plain

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.wording import Text
    from infraplan.workflow import RunResult

__all__ = ["as_json", "facts", "show", "worst_communes"]

_WORST = 5
_SHARE = f"people_served_share_of_commune_people_{ANY_OPERATOR}"
_SERVED = f"people_served_{ANY_OPERATOR}"
_LEVEL = f"rsrp_dbm_{ANY_OPERATOR}"


def worst_communes(communes: gpd.GeoDataFrame, *, most: int = _WORST) -> gpd.GeoDataFrame:
    """Return the communes with the smallest share of people served, worst first."""
    return communes.sort_values([_SHARE, "code"]).head(most)


def facts(result: RunResult) -> dict[str, Any]:
    """Return the figures of a run as plain numbers and texts; the same input gives the same."""
    communes, villages, gaps, plan = result.communes, result.villages, result.gaps, result.plan
    served, people = float(communes[_SERVED].sum()), float(communes["people"].sum())
    below = ~(villages[_LEVEL] >= villages["served_threshold_dbm"])
    years = [int(y) for y in plan.phases["year"]]
    totals = plan.totals
    return {
        "study": result.study.provenance.study_id,
        "people": round(people, 1),
        "people_served": round(served, 1),
        "people_served_share_of_all_people": round(served / people, 6) if people else None,
        "served_threshold_dbm": float(communes["served_threshold_dbm"].iloc[0]),
        "villages": len(villages),
        "villages_not_served": int(below.sum()),
        "white_spots": int((gaps["kind"] == "white").sum()),
        "weak_spots": int((gaps["kind"] == "weak").sum()),
        "people_in_gaps": round(float(gaps["people"].sum()), 1),
        "new_masts": totals.new_masts,
        "shared_masts": totals.shared_masts,
        "sites_beyond_budget": totals.sites_beyond,
        "fibre_m": round(totals.length_m, 1),
        "capex_vnd": round(totals.capex_vnd),
        "first_year": min(years, default=None),
        "last_year": max(years, default=None),
        "people_gained": round(totals.people_gained, 1),
        "sites_gap_share": round(plan.gap_share, 6),
        "links_gap_share": round(plan.links_gap_share, 6),
        "worst_communes": [
            {
                "code": row["code"],
                "name": row["name"],
                "people": round(float(row["people"]), 1),
                "people_served_share_of_commune_people": _rounded(row[_SHARE]),
            }
            for _, row in worst_communes(communes).iterrows()
        ],
        "data_basis": basis(result.study.provenance.origins),
        "notes": list(result.study.provenance.notes),
        "folder": str(result.folder),
    }


def _rounded(share: float) -> float | None:
    return None if math.isnan(share) else round(float(share), 4)


def as_json(result: RunResult) -> str:
    """Return the figures of a run for a program."""
    return json.dumps(facts(result), ensure_ascii=False, indent=2, sort_keys=True)


def show(result: RunResult, *, language: str) -> None:
    """Print the figures of a run: what is served, the worst communes, the plan, the paths."""
    console = Console(highlight=False, soft_wrap=True)
    found = facts(result)
    console.print()
    for line in _lines(found):
        console.print(line.said(language), markup=False)
    console.print(_worst_table(found, language))
    console.print(f"[bold]{phrase('basis_line').said(language)}[/]")
    console.print(f"  {found['data_basis']}", markup=False)
    for note in found["notes"]:
        console.print(f"  {note}", markup=False)
    values = {
        "folder": plain(found["folder"]),
        "seconds": count(result.seconds),
        "memory": plain(_peak_memory()),
    }
    console.print(f"\n{phrase('wrote_line', values).said(language)}", markup=False)


def _lines(found: dict[str, Any]) -> list[Text]:
    """Return the lines above the table."""
    counted = {k: count(v) for k, v in found.items() if isinstance(v, int | float)}
    lines = [
        phrase(
            "served_line",
            {
                "served": counted["people_served"],
                "people": counted["people"],
                "share": percent(found["people_served_share_of_all_people"] or 0.0),
                "threshold": counted["served_threshold_dbm"],
            },
        ),
        phrase(
            "villages_line",
            {"count": counted["villages_not_served"], "villages": counted["villages"]},
        ),
        phrase(
            "gaps_line",
            {
                "white": counted["white_spots"],
                "weak": counted["weak_spots"],
                "people": counted["people_in_gaps"],
            },
        ),
        phrase(
            "plan_line",
            {
                "sites": count(found["new_masts"] + found["shared_masts"]),
                "new": counted["new_masts"],
                "shared": counted["shared_masts"],
                "fibre": length(found["fibre_m"]),
                "cost": money(found["capex_vnd"]),
                "first": plain(found["first_year"]),
                "last": plain(found["last_year"]),
                "gained": counted["people_gained"],
            },
        ),
    ]
    if found["sites_beyond_budget"]:
        lines.append(phrase("beyond_line", {"count": counted["sites_beyond_budget"]}))
    gaps = {
        "gap": percent_at_most(found["sites_gap_share"]),
        "links": percent_at_most(found["links_gap_share"]),
    }
    return [*lines, phrase("certificate_line", gaps)]


def _worst_table(found: dict[str, Any], language: str) -> Table:
    title = phrase("terminal_worst_title").said(language)
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column(phrase("commune_code").said(language))
    table.add_column(phrase("commune").said(language))
    table.add_column(phrase("people_count").said(language), justify="right")
    table.add_column(phrase("served_share").said(language), justify="right")
    for row in found["worst_communes"]:
        share = row["people_served_share_of_commune_people"]
        shown = percent(math.nan if share is None else share)
        people = count(row["people"])
        table.add_row(row["code"], row["name"], people.said(language), shown.said(language))
    return table


def _peak_memory() -> str:
    """Return the most memory this process has held, where the system tells it."""
    try:
        import resource  # noqa: PLC0415 - absent on Windows
    except ImportError:
        return "?"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mebibytes = peak / 2**20 if sys.platform == "darwin" else peak / 2**10
    return f"{mebibytes:,.0f} MiB"
