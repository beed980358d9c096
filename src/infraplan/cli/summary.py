"""What does a planner read in the terminal when a run has ended?"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from infraplan.cli.console import word
from infraplan.results import ANY_OPERATOR, basis

if TYPE_CHECKING:
    import geopandas as gpd

    from infraplan.workflow import RunResult

__all__ = ["as_json", "facts", "show"]

_WORST = 5
_MILLIARD = 1e9
_SHARE = f"people_served_share_of_commune_people_{ANY_OPERATOR}"
_SERVED = f"people_served_{ANY_OPERATOR}"


def worst_communes(communes: gpd.GeoDataFrame, count: int = _WORST) -> gpd.GeoDataFrame:
    """Return the communes with the smallest share of people served, worst first."""
    return communes.sort_values([_SHARE, "code"]).head(count)


def facts(result: RunResult) -> dict[str, object]:
    """Return the figures of a run as plain numbers and texts, the same on every run."""
    communes, villages, gaps, plan = result.communes, result.villages, result.gaps, result.plan
    served = float(communes[_SERVED].sum())
    people = float(communes["people"].sum())
    certificate = plan.choice
    return {
        "study": result.study.provenance.study_id,
        "people": round(people, 1),
        "people_served_4g_any_operator": round(served, 1),
        "people_served_share_of_all_people": round(served / people, 6),
        "villages": len(villages),
        "villages_below_served_threshold": int(
            (~(villages[f"rsrp_dbm_{ANY_OPERATOR}"] >= villages["served_threshold_dbm"])).sum()
        ),
        "white_spots": int((gaps["kind"] == "white").sum()),
        "weak_spots": int((gaps["kind"] == "weak").sum()),
        "people_in_gaps": round(float(gaps["people"].sum()), 1),
        "new_sites": len(plan.sites),
        "people_gained": round(certificate.covered_people, 1),
        "certified_gap_share": round(certificate.gap_share, 6),
        "fibre_m": round(float(plan.links["length_m"].sum()), 1),
        "capex_vnd": round(float(plan.total_capex_vnd)),
        "worst_communes": [
            {
                "code": row["code"],
                "name": row["name"],
                "people": round(float(row["people"]), 1),
                "people_served_share_of_commune_people": round(float(row[_SHARE]), 4),
            }
            for _, row in worst_communes(communes).iterrows()
        ],
        "data_basis": basis(result.study.provenance.origins),
        "notes": list(result.study.provenance.notes),
        "folder": str(result.folder),
    }


def as_json(result: RunResult) -> str:
    """Return the figures of a run for a program."""
    return json.dumps(facts(result), ensure_ascii=False, indent=2, sort_keys=True)
