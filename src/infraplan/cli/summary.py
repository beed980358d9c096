"""What does a planner, or a program, read in the terminal when a run has ended?"""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

from infraplan.cli.console import word
from infraplan.results import ANY_OPERATOR, basis

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.workflow import RunResult

__all__ = ["as_json", "facts", "show", "worst_communes"]

_WORST = 5
_SHARE = f"people_served_share_of_commune_people_{ANY_OPERATOR}"
_SERVED = f"people_served_{ANY_OPERATOR}"
_LEVEL = f"rsrp_dbm_{ANY_OPERATOR}"
_BILLION, _KILO = 1e9, 1e3


def worst_communes(communes: gpd.GeoDataFrame, *, count: int = _WORST) -> gpd.GeoDataFrame:
    """Return the communes with the smallest share of people served, worst first."""
    return communes.sort_values([_SHARE, "code"]).head(count)


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
    for line in _lines(found, language):
        console.print(line, markup=False)
    console.print(_worst_table(found, language))
    head = word("basis_line", language)
    console.print(f"[bold]{head}[/]")
    console.print(f"  {found['data_basis']}", markup=False)
    for note in found["notes"]:
        console.print(f"  {note}", markup=False)
    line = word("wrote_line", language).format(
        folder=found["folder"], seconds=_number(result.seconds, language), memory=_peak_memory()
    )
    console.print(f"\n{line}", markup=False)


def _lines(found: dict[str, Any], language: str) -> list[str]:
    """Return the lines above the table."""

    def number(key: str) -> str:
        return _number(found[key], language)

    def share(key: str, decimals: int = 1) -> str:
        return _number(100 * (found[key] or 0.0), language, decimals) + " %"

    def at_most(key: str) -> str:
        hundredths = math.ceil(found[key] * 1e4)  # rounded up, so that "at most" holds
        return _number(hundredths / 100, language, 2) + " %"

    def say(key: str, **values: object) -> str:
        return word(key, language).format(**values)

    cost = _number(found["capex_vnd"] / _BILLION, language, 1) + " " + word("billion", language)
    lines = [
        say(
            "served_line",
            served=number("people_served"),
            people=number("people"),
            share=share("people_served_share_of_all_people"),
            threshold=number("served_threshold_dbm"),
        ),
        say("villages_line", count=number("villages_not_served"), villages=number("villages")),
        say(
            "gaps_line",
            white=number("white_spots"),
            weak=number("weak_spots"),
            people=number("people_in_gaps"),
        ),
        say(
            "plan_line",
            sites=_number(found["new_masts"] + found["shared_masts"], language),
            new=number("new_masts"),
            shared=number("shared_masts"),
            km=_number(found["fibre_m"] / _KILO, language, 1),
            cost=cost,
            first=found["first_year"],
            last=found["last_year"],
            gained=number("people_gained"),
        ),
        say("certificate_line", gap=at_most("sites_gap_share"), links=at_most("links_gap_share")),
    ]
    if found["sites_beyond_budget"]:
        lines.insert(-1, say("beyond_line", count=number("sites_beyond_budget")))
    return lines


def _worst_table(found: dict[str, Any], language: str) -> Table:
    table = Table(title=word("worst_title", language), title_justify="left", title_style="bold")
    table.add_column(word("code", language))
    table.add_column(word("commune", language))
    table.add_column(word("people", language), justify="right")
    table.add_column(word("served_share", language), justify="right")
    for row in found["worst_communes"]:
        share = row["people_served_share_of_commune_people"]
        shown = "–" if share is None else _number(100 * share, language, 1) + " %"
        table.add_row(row["code"], row["name"], _number(row["people"], language), shown)
    return table


def _number(value: float, language: str, decimals: int = 0) -> str:
    """Format a number as Vietnamese (1.463.726,5) or English (1,463,726.5) readers expect."""
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,")) if language == "vi" else text


def _peak_memory() -> str:
    """Return the most memory this process has held, where the system tells it."""
    try:
        import resource  # noqa: PLC0415 - absent on Windows
    except ImportError:
        return "?"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mebibytes = peak / 2**20 if sys.platform == "darwin" else peak / 2**10
    return f"{mebibytes:,.0f} MiB"
