"""What does a planner, or a program, read in the terminal when a run has ended?"""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from infraplan.cli.plan_summary import gap_facts, plan_facts, plan_lines, year_rows
from infraplan.results import ANY_OPERATOR, basis, basis_text, with_prices
from infraplan.wording import count, percent, phrase, plain

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from infraplan.plan import Plan
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
    return {
        "study": result.study.provenance.study_id,
        "people": round(people, 1),
        "people_served": round(served, 1),
        "people_served_share_of_all_people": round(served / people, 6) if people else None,
        "served_threshold_dbm": float(communes["served_threshold_dbm"].iloc[0]),
        "villages": len(villages),
        "villages_not_served": int(below.sum()),
        **gap_facts(gaps),
        **plan_facts(plan),
        "worst_communes": [
            {
                "code": row["code"],
                "name": row["name"],
                "people": round(float(row["people"]), 1),
                "people_served_share_of_commune_people": _rounded(row[_SHARE]),
            }
            for _, row in worst_communes(communes).iterrows()
        ],
        "data_basis": basis(_origins(result)),
        "notes": [note.en for note in plan.provenance.notes],
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
    for line in (*_lines(found), *plan_lines(result.plan, found)):
        console.print(line.said(language), markup=False)
    console.print(_worst_table(found, language))
    console.print(_years_table(result.plan, language))
    console.print(f"[bold]{phrase('basis_line').said(language)}[/]")
    rests_on = phrase("badge_text") + plain(" ") + basis_text(_origins(result)) + plain(".")
    for line in (rests_on, *result.plan.provenance.notes):
        console.print(f"  {line.said(language)}", markup=False)
    values = {
        "folder": plain(found["folder"]),
        "seconds": count(result.seconds),
        "memory": _peak_memory(),
    }
    console.print(f"\n{phrase('wrote_line', values).said(language)}", markup=False)


def _lines(found: dict[str, Any]) -> list[Text]:
    """Return the lines on what is served and what is not, before the plan."""
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
    ]
    if found["single_operator_spots"] or found["congested_spots"]:
        values = {
            "single": counted["people_with_one_operator"],
            "congested": counted["people_congested"],
        }
        lines.append(phrase("aside_line", values))
    return lines


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


def _years_table(plan: Plan, language: str) -> Table:
    title = phrase("terminal_years_title").said(language)
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE_HEAD)
    heads, rows = year_rows(plan)
    for head in heads:
        table.add_column(head.said(language), justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*(cell.said(language) for cell in row))
    return table


def _origins(result: RunResult) -> pd.DataFrame:
    """Return how the values of the study and the prices of the plan are known."""
    return with_prices(result.study.provenance.origins, result.plan.assumptions)


def _peak_memory() -> Text:
    """Return the most memory this process has held, where the system tells it."""
    try:
        import resource  # noqa: PLC0415 - absent on Windows
    except ImportError:
        return plain(None)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    mebibytes = peak / 2**20 if sys.platform == "darwin" else peak / 2**10
    return count(mebibytes) + plain(" MiB")
